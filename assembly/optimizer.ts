/**
 * From the gradient to the next state, over flat vectors: L2, clipping, the update (src/backends/optimizers.ts), and the
 * figures of the guard. Sums of squares are float64, those of magnitudes have the elements' precision; both run in four lanes by
 * the flat index modulo 4, then (0 + 1) + (2 + 3). `isWeight` has all bits set for weights and none for biases.
 *
 * Elements behind the last are 0 and stay 0: a change of 0 / 0, which epsilon 0 would give, is masked away.
 */
import { highOf, laneTotal, lowOf, settledMoment, settledParameter, total } from './lanes'
import { Plan } from './plan'

/** As src/backends/wasm-layout.ts numbers them. */
export const enum Optimizer { Sgd, Momentum, Rmsprop, RmspropMomentum, Adam }

/** Sum of squares of the weights before the step. */
export function sumOfWeightSquares<T>(plan: Plan): f64 {
  let low = f64x2.splat(0)
  let high = low
  const mask = plan.isWeight
  const at = plan.current
  const bytes = vectorBytes<T>(plan)
  for (let i: usize = 0; i < bytes; i += 4 * sizeof<T>()) {
    // A masked bias is 0 and adds nothing.
    const a = lowMasked<T>(at + i, mask + i)
    const b = highMasked<T>(at + i, mask + i)
    low = f64x2.add(low, f64x2.mul(a, a))
    high = f64x2.add(high, f64x2.mul(b, b))
  }
  return total(low, high)
}

// @ts-ignore: decorator
@inline
function lowMasked<T>(at: usize, mask: usize): v128 {
  return sizeof<T>() == 4
    ? f64x2.promote_low_f32x4(v128.and(v128.load64_zero(at), v128.load64_zero(mask)))
    : v128.and(v128.load(at), v128.load(mask))
}

// @ts-ignore: decorator
@inline
function highMasked<T>(at: usize, mask: usize): v128 {
  return sizeof<T>() == 4
    ? f64x2.promote_low_f32x4(v128.and(v128.load64_zero(at, 8), v128.load64_zero(mask, 8)))
    : v128.and(v128.load(at, 16), v128.load(mask, 16))
}

/** Bytes of a flat vector, whole groups of four elements. */
// @ts-ignore: decorator
@inline
function vectorBytes<T>(plan: Plan): usize {
  return <usize>((plan.parameters + 3) & ~3) * sizeof<T>()
}

function sumOfMagnitudes<T>(at: usize, bytes: usize): f64 {
  let low = v128.splat<T>(<T>0)
  let high = low
  const end = at + bytes
  for (; at < end; at += 4 * sizeof<T>()) {
    low = v128.add<T>(low, v128.abs<T>(v128.load(at)))
    if (sizeof<T>() == 8) high = v128.add<T>(high, v128.abs<T>(v128.load(at, 16)))
  }
  return laneTotal<T>(low, high)
}

function sumOfSquares<T>(at: usize, bytes: usize): f64 {
  let low = f64x2.splat(0)
  let high = low
  const end = at + bytes
  for (; at < end; at += 4 * sizeof<T>()) {
    const a = lowOf<T>(at)
    const b = highOf<T>(at)
    low = f64x2.add(low, f64x2.mul(a, a))
    high = f64x2.add(high, f64x2.mul(b, b))
  }
  return total(low, high)
}

/** Adds the L2 term, and sums |gradient| and the squares of the weights, in one pass. */
function regularize<T>(plan: Plan): void {
  const bytes = vectorBytes<T>(plan)
  const gradient = plan.gradient
  const weights = plan.current
  const mask = plan.isWeight
  const l2 = v128.splat<T>(<T>plan.l2)
  let low = f64x2.splat(0)
  let high = low
  let sizeLow = v128.splat<T>(<T>0)
  let sizeHigh = sizeLow
  let i: usize = 0
  do {
    addDecay<T>(gradient + i, weights + i, mask + i, l2)
    if (sizeof<T>() == 8) addDecay<T>(gradient + i + 16, weights + i + 16, mask + i + 16, l2)
    // A masked bias is 0 and adds nothing.
    const a = lowMasked<T>(weights + i, mask + i)
    const b = highMasked<T>(weights + i, mask + i)
    low = f64x2.add(low, f64x2.mul(a, a))
    high = f64x2.add(high, f64x2.mul(b, b))
    sizeLow = v128.add<T>(sizeLow, v128.abs<T>(v128.load(gradient + i)))
    if (sizeof<T>() == 8) sizeHigh = v128.add<T>(sizeHigh, v128.abs<T>(v128.load(gradient + i, 16)))
    i += 4 * sizeof<T>()
  } while (i < bytes)
  plan.squares = total(low, high)
  plan.gradientSize = laneTotal<T>(sizeLow, sizeHigh)
}

// @ts-ignore: decorator
@inline
function addDecay<T>(gradient: usize, weights: usize, mask: usize, l2: v128): void {
  const decay = v128.and(v128.mul<T>(l2, v128.load(weights)), v128.load(mask))
  v128.store(gradient, v128.add<T>(v128.load(gradient), decay))
}

/** Adds the L2 term, sums |gradient|, and clips: what goes into the update. */
export function finishGradient<T>(plan: Plan): void {
  const bytes = vectorBytes<T>(plan)
  const gradient = plan.gradient
  if (plan.l2 != 0) regularize<T>(plan)
  else plan.gradientSize = sumOfMagnitudes<T>(gradient, bytes)
  if (plan.clipValue > 0) {
    const bound = v128.splat<T>(<T>plan.clipValue)
    const least = v128.neg<T>(bound)
    for (let i: usize = 0; i < bytes; i += 16) {
      // NaN is neither above nor below.
      const g = v128.load(gradient + i)
      const low = v128.bitselect(least, g, v128.lt<T>(g, least))
      v128.store(gradient + i, v128.bitselect(bound, low, v128.gt<T>(g, bound)))
    }
  }
  if (plan.clipNorm > 0) {
    const length = sqrt<f64>(sumOfSquares<T>(gradient, bytes))
    if (length > plan.clipNorm) {
      const factor = v128.splat<T>(<T>(plan.clipNorm / length))
      for (let i: usize = 0; i < bytes; i += 16) v128.store(gradient + i, v128.mul<T>(v128.load(gradient + i), factor))
    }
  }
}

/** Writes the next parameters and moments beside the current ones, and the guard's figures. */
export function update<T>(plan: Plan): void {
  switch (plan.optimizer) {
    case Optimizer.Sgd: sgd<T>(plan); break
    case Optimizer.Momentum: momentum<T>(plan); break
    case Optimizer.Rmsprop: rmsprop<T>(plan); break
    case Optimizer.RmspropMomentum: rmspropMomentum<T>(plan); break
    case Optimizer.Adam: adam<T>(plan); break
  }
}

export function sgd<T>(plan: Plan): void {
  updateBy<T>(plan, Optimizer.Sgd)
}

export function momentum<T>(plan: Plan): void {
  updateBy<T>(plan, Optimizer.Momentum)
}

export function rmsprop<T>(plan: Plan): void {
  updateBy<T>(plan, Optimizer.Rmsprop)
}

export function rmspropMomentum<T>(plan: Plan): void {
  updateBy<T>(plan, Optimizer.RmspropMomentum)
}

export function adam<T>(plan: Plan): void {
  updateBy<T>(plan, Optimizer.Adam)
}

// @ts-ignore: decorator
@inline
function updateBy<T>(plan: Plan, optimizer: i32): void {
  const bytes = vectorBytes<T>(plan)
  const rest = <usize>plan.parameters * sizeof<T>()
  const gradient = plan.gradient
  const current = plan.current
  const next = plan.next
  const first = plan.first
  const nextFirst = plan.nextFirst
  const second = plan.second
  const nextSecond = plan.nextSecond
  const mask = plan.isWeight
  const decays = plan.decay != 1
  const decay = v128.splat<T>(<T>plan.decay)
  const rate = v128.splat<T>(<T>plan.rate)
  const keep1 = v128.splat<T>(<T>plan.keep1)
  const fresh1 = v128.splat<T>(<T>plan.fresh1)
  const keep2 = v128.splat<T>(<T>plan.keep2)
  const fresh2 = v128.splat<T>(<T>plan.fresh2)
  const correction = v128.splat<T>(<T>plan.correction)
  const epsilon = v128.splat<T>(<T>plan.epsilon)
  const inertia = v128.splat<T>(<T>plan.momentum)
  const nesterov = plan.nesterov
  const none = v128.splat<T>(<T>0)
  // Sums of magnitudes in four lanes: of parameters, of second moments.
  let low = none
  let high = low
  let momentLow = low
  let momentHigh = low
  let i: usize = 0
  do {
    let second4 = none
    const g = v128.load(gradient + i)
    let change = g
    if (optimizer == Optimizer.Sgd) change = v128.mul<T>(rate, g)
    if (optimizer == Optimizer.Momentum) {
      const velocity = settledMoment<T>(v128.add<T>(v128.mul<T>(inertia, v128.load(first + i)), g))
      v128.store(nextFirst + i, velocity)
      change = v128.mul<T>(rate, nesterov ? v128.add<T>(g, v128.mul<T>(inertia, velocity)) : velocity)
    }
    if (optimizer == Optimizer.Rmsprop || optimizer == Optimizer.RmspropMomentum) {
      const v = settledMoment<T>(v128.add<T>(v128.mul<T>(keep2, v128.load(second + i)), v128.mul<T>(fresh2, v128.mul<T>(g, g))))
      v128.store(nextSecond + i, v)
      second4 = v
      let velocity = v128.div<T>(g, v128.add<T>(v128.sqrt<T>(v), epsilon))
      if (optimizer == Optimizer.RmspropMomentum) {
        velocity = settledMoment<T>(v128.add<T>(v128.mul<T>(inertia, v128.load(first + i)), masked<T>(velocity, i, rest)))
        v128.store(nextFirst + i, velocity)
      }
      change = v128.mul<T>(rate, velocity)
    }
    if (optimizer == Optimizer.Adam) {
      const m = settledMoment<T>(v128.add<T>(v128.mul<T>(keep1, v128.load(first + i)), v128.mul<T>(fresh1, g)))
      const v = settledMoment<T>(v128.add<T>(v128.mul<T>(keep2, v128.load(second + i)), v128.mul<T>(fresh2, v128.mul<T>(g, g))))
      v128.store(nextFirst + i, m)
      v128.store(nextSecond + i, v)
      second4 = v
      const root = v128.add<T>(v128.sqrt<T>(v128.mul<T>(correction, v)), epsilon)
      change = v128.div<T>(v128.mul<T>(rate, m), root)
    }
    let w = v128.load(current + i)
    if (decays) w = v128.bitselect(v128.mul<T>(w, decay), w, v128.load(mask + i))
    w = settledParameter<T>(v128.sub<T>(w, masked<T>(change, i, rest)))
    v128.store(next + i, w)
    const hasSecond = optimizer == Optimizer.Rmsprop || optimizer == Optimizer.RmspropMomentum || optimizer == Optimizer.Adam
    if (sizeof<T>() == 8 && i & 16) {
      high = v128.add<T>(high, v128.abs<T>(w))
      if (hasSecond) momentHigh = v128.add<T>(momentHigh, second4)
    } else {
      low = v128.add<T>(low, v128.abs<T>(w))
      if (hasSecond) momentLow = v128.add<T>(momentLow, second4)
    }
    i += 16
  } while (i < bytes)
  plan.parameterSize = laneTotal<T>(low, high)
  plan.momentSize = laneTotal<T>(momentLow, momentHigh)
}

/** x with 0 in the elements from byte `rest` of a flat vector on, where x lies at byte i. */
// @ts-ignore: decorator
@inline
function masked<T>(x: v128, i: usize, rest: usize): v128 {
  if (i + 16 <= rest) return x
  const left = i < rest ? <i32>((rest - i) / sizeof<T>()) : 0
  if (sizeof<T>() == 4) return v128.and(x, i32x4.gt_s(i32x4.splat(left), i32x4(0, 1, 2, 3)))
  return v128.and(x, i64x2.gt_s(i64x2.splat(<i64>left), i64x2(0, 1)))
}
