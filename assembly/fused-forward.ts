/** The forward pass of a fused tile (fused.ts): four rows at a time, and of these one block of units after the other. */
import { multiplyAdd, width } from './lanes'
import { Loss } from './loss'
import { FUSED_ROWS, layerAt, Plan, THRESHOLDS, THRESHOLDS_64 } from './plan'
import { GROUP, storeGates } from './subsets'

// A number as a type, so that a kernel is compiled once for each number of inputs: offsetof<Count>().
@unmanaged export class Inputs1 { a: i8 }
@unmanaged export class Inputs2 extends Inputs1 { b: i8 }
@unmanaged export class Inputs3 extends Inputs2 { c: i8 }
@unmanaged export class Inputs4 extends Inputs3 { d: i8 }
@unmanaged export class Inputs5 extends Inputs4 { e: i8 }
@unmanaged export class Inputs6 extends Inputs5 { f: i8 }
@unmanaged export class Inputs7 extends Inputs6 { g: i8 }
@unmanaged export class Inputs8 extends Inputs7 { h: i8 }

/** Which of four rows, so that where it lies is a part of the instruction: offsetof<Row>(). */
@unmanaged class Row0 {}
@unmanaged class Row1 { a: i8 }
@unmanaged class Row2 { a: i8; b: i8 }
@unmanaged class Row3 { a: i8; b: i8; c: i8 }

/** What is done to the hidden layer's output: dropped; dropped and scaled; scaled and not kept, since nothing goes back. */
@unmanaged export class Dropped { a: i8 }
@unmanaged export class DroppedAndScaled { a: i8; b: i8 }
@unmanaged export class Predicted { a: i8; b: i8; c: i8 }

/** z of one of four rows and one block of units. */
// @ts-ignore: decorator
@inline
function preActivation<T, D, R>(x: usize, b: v128, w0: v128, w1: v128, w2: v128, w3: v128, w4: v128, w5: v128, w6: v128, w7: v128): v128 {
  let z = multiplyAdd<T>(v128.load(x, offsetof<R>() * offsetof<D>() * 16), w0, b)
  if (offsetof<D>() > 1) z = multiplyAdd<T>(v128.load(x, offsetof<R>() * offsetof<D>() * 16 + 16), w1, z)
  if (offsetof<D>() > 2) z = multiplyAdd<T>(v128.load(x, offsetof<R>() * offsetof<D>() * 16 + 32), w2, z)
  if (offsetof<D>() > 3) z = multiplyAdd<T>(v128.load(x, offsetof<R>() * offsetof<D>() * 16 + 48), w3, z)
  if (offsetof<D>() > 4) z = multiplyAdd<T>(v128.load(x, offsetof<R>() * offsetof<D>() * 16 + 64), w4, z)
  if (offsetof<D>() > 5) z = multiplyAdd<T>(v128.load(x, offsetof<R>() * offsetof<D>() * 16 + 80), w5, z)
  if (offsetof<D>() > 6) z = multiplyAdd<T>(v128.load(x, offsetof<R>() * offsetof<D>() * 16 + 96), w6, z)
  if (offsetof<D>() > 7) z = multiplyAdd<T>(v128.load(x, offsetof<R>() * offsetof<D>() * 16 + 112), w7, z)
  return z
}

/** All ones where the gates of a block are shut. Dropped units are held against the largest number instead of 0: NaN and Infinity pass and stay visible. */
// @ts-ignore: decorator
@inline
function shutOf<T, M, R>(z: v128, mask: usize): v128 {
  if (offsetof<M>() == 3) return v128.le<T>(z, v128.splat<T>(<T>0))
  const dropped = <usize>load<u8>(mask, offsetof<R>())
  return v128.le<T>(z, sizeof<T>() == 4 ? v128.load(dropped, THRESHOLDS) : v128.load(dropped, THRESHOLDS_64))
}

/**
 * Adds a block's part of one row's output, in lanes, to what lies at `lanes`; h is z where gates are open, scaled where dropout does.
 * In memory, since V8 puts off what ends up in a register, and then runs out of these.
 */
// @ts-ignore: decorator
@inline
function addOutput<T, M, R>(z: v128, shut: v128, factor: v128, weights: v128, lanes: usize): void {
  let h = v128.andnot(z, shut)
  if (offsetof<M>() > 1) h = v128.mul<T>(h, factor)
  v128.store(lanes, multiplyAdd<T>(h, weights, v128.load(lanes, offsetof<R>() * LANES)), offsetof<R>() * LANES)
}

/** Bytes of four lanes of a row's output: of float64 two vectors, to which blocks add by turns. */
// @ts-ignore: decorator
@inline const LANES: usize = 32

/**
 * Outputs to plan.fusedOut and, while training, gates to plan.gates, of `rows` rows up to a multiple of 4. While training with half
 * the squared error the loss is taken as outputs come, which hides the sum's latency behind the next rows: derivatives go to
 * plan.fusedG; the terms' sum, begun with `terms`, is what is returned.
 */
export function forward<T, D, M>(plan: Plan, rows: i32, terms: f64): f64 {
  const layer = layerAt(plan, 0)
  const factor = v128.splat<T>(offsetof<M>() == 3 ? <T>layer.shrink : <T>layer.factor)
  const end = plan.fusedWeights + <usize>(layer.unitsPadded / width<T>()) * (offsetof<D>() + 2) * 16
  const bias = v128.load_splat<T>(end)
  const takesLoss = offsetof<M>() < 3 && plan.loss == Loss.HalfMse
  const divisor = v128.splat<T>(<T>plan.divisor)
  const outputs = plan.fusedLanes
  let y = plan.fusedY
  let g = plan.fusedG
  let x = plan.fusedX
  let out = plan.fusedOut
  for (let r: i32 = 0; r < rows; r += 4) {
    const group = plan.subsets + <usize>(r >> 2) * GROUP
    let w = plan.fusedWeights
    let mask = plan.fusedMask + <usize>r
    let gates = plan.gates + (<usize>r << 2)
    let lanes = outputs
    zeroLanes<T>(outputs)
    // The test is at the end: V8 takes what stays the same out of such loops alone.
    do {
      const b = v128.load(w)
      const out2 = v128.load(w, 16)
      const w0 = v128.load(w, 32)
      const w1 = offsetof<D>() > 1 ? v128.load(w, 48) : w0
      const w2 = offsetof<D>() > 2 ? v128.load(w, 64) : w0
      const w3 = offsetof<D>() > 3 ? v128.load(w, 80) : w0
      const w4 = offsetof<D>() > 4 ? v128.load(w, 96) : w0
      const w5 = offsetof<D>() > 5 ? v128.load(w, 112) : w0
      const w6 = offsetof<D>() > 6 ? v128.load(w, 128) : w0
      const w7 = offsetof<D>() > 7 ? v128.load(w, 144) : w0
      const z0 = preActivation<T, D, Row0>(x, b, w0, w1, w2, w3, w4, w5, w6, w7)
      const shut0 = shutOf<T, M, Row0>(z0, mask)
      addOutput<T, M, Row0>(z0, shut0, factor, out2, lanes)
      const z1 = preActivation<T, D, Row1>(x, b, w0, w1, w2, w3, w4, w5, w6, w7)
      const shut1 = shutOf<T, M, Row1>(z1, mask)
      addOutput<T, M, Row1>(z1, shut1, factor, out2, lanes)
      const z2 = preActivation<T, D, Row2>(x, b, w0, w1, w2, w3, w4, w5, w6, w7)
      const shut2 = shutOf<T, M, Row2>(z2, mask)
      addOutput<T, M, Row2>(z2, shut2, factor, out2, lanes)
      const z3 = preActivation<T, D, Row3>(x, b, w0, w1, w2, w3, w4, w5, w6, w7)
      const shut3 = shutOf<T, M, Row3>(z3, mask)
      addOutput<T, M, Row3>(z3, shut3, factor, out2, lanes)
      if (offsetof<M>() < 3) {
        storeGates(gates, group, shut0, shut1, shut2, shut3)
        mask += FUSED_ROWS
        gates += FUSED_ROWS * 4
      }
      if (sizeof<T>() == 8) lanes ^= 16
      w += (offsetof<D>() + 2) * 16
    } while (w < end)
    const first = rowSums<T>(outputs, bias)
    const second = sizeof<T>() == 8 ? rowSums<T>(outputs + 2 * LANES, bias) : first
    if (takesLoss) {
      takeLoss<T>(first, y, g, out, divisor)
      if (sizeof<T>() == 8) takeLoss<T>(second, y + 16, g + 16, out + 16, divisor)
      terms = addTerms<T>(terms, out, rows - r)
      y += 4 * sizeof<T>()
      g += 4 * sizeof<T>()
    } else {
      v128.store(out, first)
      if (sizeof<T>() == 8) v128.store(out, second, 16)
    }
    out += 4 * sizeof<T>()
    x += offsetof<D>() * 64
  }
  return terms
}

/** What four rows' outputs begin with. */
// @ts-ignore: decorator
@inline
function zeroLanes<T>(at: usize): void {
  const none = v128.splat<T>(<T>0)
  v128.store(at, none)
  v128.store(at, none, LANES)
  v128.store(at, none, LANES * 2)
  v128.store(at, none, LANES * 3)
  if (sizeof<T>() == 4) return
  v128.store(at, none, 16)
  v128.store(at, none, LANES + 16)
  v128.store(at, none, LANES * 2 + 16)
  v128.store(at, none, LANES * 3 + 16)
}

/** Outputs of four rows, of float64 two, from their lanes: (lane 0 + lane 1) + (lane 2 + lane 3), and the bias. */
// @ts-ignore: decorator
@inline
function rowSums<T>(at: usize, bias: v128): v128 {
  if (sizeof<T>() == 4) {
    const even = f32x4.add(unzipLow(at, at + LANES), unzipHigh(at, at + LANES))
    const odd = f32x4.add(unzipLow(at + LANES * 2, at + LANES * 3), unzipHigh(at + LANES * 2, at + LANES * 3))
    return f32x4.add(f32x4.add(v128.shuffle<i32>(even, odd, 0, 2, 4, 6), v128.shuffle<i32>(even, odd, 1, 3, 5, 7)), bias)
  }
  const low = pairSums(v128.load(at), v128.load(at, LANES))
  return f64x2.add(f64x2.add(low, pairSums(v128.load(at, 16), v128.load(at, LANES + 16))), bias)
}

// Lanes 0 and 2, and 1 and 3, of two vectors of float32.
// @ts-ignore: decorator
@inline
function unzipLow(one: usize, other: usize): v128 {
  return v128.shuffle<i32>(v128.load(one), v128.load(other), 0, 2, 4, 6)
}

// @ts-ignore: decorator
@inline
function unzipHigh(one: usize, other: usize): v128 {
  return v128.shuffle<i32>(v128.load(one), v128.load(other), 1, 3, 5, 7)
}

// @ts-ignore: decorator
@inline
function pairSums(one: v128, other: v128): v128 {
  return f64x2.add(v128.shuffle<i64>(one, other, 0, 2), v128.shuffle<i64>(one, other, 1, 3))
}

/** Half the squared error of a vector of outputs to `out`, and its derivatives to g. */
// @ts-ignore: decorator
@inline
function takeLoss<T>(outputs: v128, y: usize, g: usize, out: usize, divisor: v128): void {
  const e = v128.sub<T>(outputs, v128.load(y))
  v128.store(g, v128.div<T>(e, divisor))
  v128.store(out, v128.mul<T>(v128.splat<T>(<T>0.5), v128.mul<T>(e, e)))
}

/** `terms` and up to four that follow at `out`, as many as there are rows. */
// @ts-ignore: decorator
@inline
function addTerms<T>(terms: f64, out: usize, rows: i32): f64 {
  terms += <f64>load<T>(out)
  if (rows < 4) {
    if (rows > 1) terms += <f64>load<T>(out, sizeof<T>())
    if (rows > 2) terms += <f64>load<T>(out, 2 * sizeof<T>())
    return terms
  }
  terms += <f64>load<T>(out, sizeof<T>())
  terms += <f64>load<T>(out, 2 * sizeof<T>())
  return terms + <f64>load<T>(out, 3 * sizeof<T>())
}
