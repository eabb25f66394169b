/**
 * One hidden layer of relu under one linear output: sums over the batch go through the hidden units' gates alone, and weights
 * come after them (src/backends/gates.ts, where the formulas stand).
 */
import { multiplyAdd, width } from './lanes'
import { Layer, layerAt, Plan } from './plan'
import { addDerivatives, addSubsets, elementAt, GROUP, storeGates, sumsBytes, unitBytes } from './subsets'

/** Vectors of a row of x and of what g alone is added to, in the layout of the general tile. */
// @ts-ignore: decorator
@inline
function rowVectors<T>(layer: Layer): i32 {
  return layer.inputsPadded / width<T>() + 1
}

/**
 * Adds a tile's sums of g x and of g where gates are open, h not being 0: what was dropped or not above 0 put out 0, and NaN is no
 * 0. `g` has one value every `gRow` bytes.
 */
export function gatedAccumulate<T>(plan: Plan, layer: Layer, x: usize, g: usize, gRow: usize, sums: usize, rows: i32): void {
  const xRow = <usize>layer.inputsPadded * sizeof<T>()
  const next = <usize>plan.tile << 2
  // Rows up to a multiple of four add nothing.
  const whole = (rows + 3) & ~3
  memory.fill(x + <usize>rows * xRow, 0, <usize>(whole - rows) * xRow)
  for (let r = rows; r < whole; r++) store<T>(g + <usize>r * gRow, <T>0)
  gatesOf<T>(layer, rows, plan.gates, next, plan.subsets)
  const vectors = rowVectors<T>(layer)
  addSubsets<T>(x, xRow, vectors, true, g, gRow, rows, plan.gates, next, plan.subsets, layer.unitsPadded, sums)
  addDerivatives<T>(g, gRow, rows, sums + sumsBytes(layer.unitsPadded, vectors))
}

/** The gates of a tile from what the hidden layer put out. */
function gatesOf<T>(layer: Layer, rows: i32, gates: usize, next: usize, subsets: usize): void {
  const row = <usize>layer.unitsPadded * sizeof<T>()
  const zero = v128.splat<T>(<T>0)
  let h = layer.h
  for (let r: i32 = 0; r < rows; r += 4) {
    let to = gates
    for (let u = h; u < h + row; u += 16) {
      const shut0 = v128.eq<T>(v128.load(u), zero)
      const shut1 = v128.eq<T>(v128.load(u + row), zero)
      const shut2 = v128.eq<T>(v128.load(u + row * 2), zero)
      const shut3 = v128.eq<T>(v128.load(u + row * 3), zero)
      storeGates(to, subsets, shut0, shut1, shut2, shut3)
      to += next
    }
    gates += 16
    subsets += GROUP
    h += row << 2
  }
}

/** The flat gradient from the sums of all blocks, which lie as assembly/subsets.ts has them. */
export function finishGated<T>(plan: Plan): void {
  const layer = layerAt(plan, 0)
  const padded = layer.unitsPadded
  const units = layer.units
  const whole = units / width<T>()
  // The fused kernels keep a 1 behind the inputs of a row, the general ones a vector of its own.
  const vectors = plan.fused ? (plan.inputs + width<T>()) / width<T>() : rowVectors<T>(layer)
  const biasIndex = plan.fused ? plan.inputs : layer.inputsPadded
  const row = <usize>units * sizeof<T>()
  const factor = <T>layer.factor
  const factors = v128.splat<T>(factor)
  const biases = <usize>plan.inputs * row
  const weights2 = biases + row
  // Four vectors at a time, a line of the cache: rows are apart by a power of two all too often.
  for (let v: i32 = 0; v < whole; v += 4) {
    // Past the last vector, the last again.
    const next1 = v + 1 < whole ? 1 : 0
    const next2 = v + 2 < whole ? 2 : next1
    const next3 = v + 3 < whole ? 3 : next2
    const at = <usize>v << 4
    const at1 = at + (<usize>next1 << 4)
    const at2 = at + (<usize>next2 << 4)
    const at3 = at + (<usize>next3 << 4)
    const scale0 = scaleOf<T>(plan.current + weights2 + at, factor)
    const scale1 = scaleOf<T>(plan.current + weights2 + at1, factor)
    const scale2 = scaleOf<T>(plan.current + weights2 + at2, factor)
    const scale3 = scaleOf<T>(plan.current + weights2 + at3, factor)
    let inner0 = v128.splat<T>(<T>-0.0)
    let inner1 = inner0
    let inner2 = inner0
    let inner3 = inner0
    // The bias, then inputs 0, 1, …
    let index = biasIndex
    let flat = biases
    for (let k: i32 = 0; k <= plan.inputs; k++) {
      const unit = unitBytes<T>(vectors, index)
      const from = elementAt<T>(plan.sums, padded, vectors, index) + unit * <usize>(v * width<T>())
      inner0 = finishVector<T>(plan, from, unit, flat + at, scale0, inner0)
      inner1 = finishVector<T>(plan, from + unit * <usize>(next1 * width<T>()), unit, flat + at1, scale1, inner1)
      inner2 = finishVector<T>(plan, from + unit * <usize>(next2 * width<T>()), unit, flat + at2, scale2, inner2)
      inner3 = finishVector<T>(plan, from + unit * <usize>(next3 * width<T>()), unit, flat + at3, scale3, inner3)
      index = k
      flat = <usize>k * row
    }
    const to = plan.gradient + weights2
    v128.store(to + at, v128.mul<T>(inner0, factors))
    v128.store(to + at1, v128.mul<T>(inner1, factors))
    v128.store(to + at2, v128.mul<T>(inner2, factors))
    v128.store(to + at3, v128.mul<T>(inner3, factors))
  }
  for (let j = whole * width<T>(); j < units; j++) {
    const at = <usize>j * sizeof<T>()
    const scale = load<T>(plan.current + weights2 + at) * factor
    const cb = load<T>(elementAt<T>(plan.sums, padded, vectors, biasIndex) + unitBytes<T>(vectors, biasIndex) * <usize>j)
    let inner = cb * load<T>(plan.current + biases + at)
    for (let k: i32 = 0; k < plan.inputs; k++) {
      const c = load<T>(elementAt<T>(plan.sums, padded, vectors, k) + unitBytes<T>(vectors, k) * <usize>j)
      const flat = at + <usize>k * row
      inner += c * load<T>(plan.current + flat)
      store<T>(plan.gradient + flat, c * scale)
    }
    store<T>(plan.gradient + biases + at, cb * scale)
    store<T>(plan.gradient + weights2 + at, inner * factor)
  }
  store<T>(plan.gradient + weights2 + row, load<T>(plan.sums + sumsBytes(padded, vectors)))
}

/** v of a vector of units, from their weights to the output. */
// @ts-ignore: decorator
@inline
function scaleOf<T>(weights: usize, factor: T): v128 {
  return v128.mul<T>(v128.load(weights), v128.splat<T>(factor))
}

/** The gradient of one input's weights, or of the biases, from their sums; gives what dw2 has added so far. */
// @ts-ignore: decorator
@inline
function finishVector<T>(plan: Plan, sums: usize, unit: usize, flat: usize, scale: v128, inner: v128): v128 {
  const c = acrossUnits<T>(sums, unit)
  v128.store(plan.gradient + flat, v128.mul<T>(c, scale))
  return multiplyAdd<T>(c, v128.load(plan.current + flat), inner)
}

/** One number of each of a vector's units, which are `unit` bytes apart. */
// @ts-ignore: decorator
@inline
function acrossUnits<T>(at: usize, unit: usize): v128 {
  if (sizeof<T>() == 8) return v128.load64_lane(at + unit, v128.load64_zero(at), 1)
  const two = v128.load32_lane(at + unit, v128.load32_zero(at), 1)
  return v128.load32_lane(at + unit * 3, v128.load32_lane(at + unit * 2, two, 2), 3)
}
