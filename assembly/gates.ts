/**
 * One hidden layer of relu under one linear output: sums over the batch go through the hidden units' gates alone, and weights
 * come after them (src/backends/gates.ts, where the formulas stand).
 */
import { columnBytes } from './dense'
import { multiplyAdd, width } from './lanes'
import { Scaled, toColumns, NotZero } from './operands'
import { Layer, layerAt, Plan } from './plan'
import { down, Gate, sumRows } from './products'

/**
 * Adds the sums over a tile's rows of g x and of g, one after the other where gates are open, to a block's `sums`, which lie as
 * the layer's packed weights do. `g` has one value every `gRow` bytes; g x and the gates, open where h is not 0, are put into
 * columns at `gx` and at layer.z. What was dropped or not above 0 put out 0, and NaN is no 0.
 */
export function gatedAccumulate<T>(layer: Layer, x: usize, g: usize, gRow: usize, gx: usize, sums: usize, rows: i32): void {
  const vectors = layer.unitsPadded / width<T>()
  const column = columnBytes(layer)
  const quad = 4 * sizeof<T>()
  const next = <usize>rows << 4
  toColumns<T, Scaled>(x, <usize>layer.inputsPadded * sizeof<T>(), rows, gx, <usize>rows * quad, sizeof<T>() == 8, g, gRow)
  toColumns<T, NotZero>(layer.h, <usize>layer.unitsPadded * sizeof<T>(), rows, layer.z, next, false, 0, 0)
  down<T, Gate>(gx, <usize>rows * quad, quad, layer.z, 16, next, sums, column, layer.inputsPadded, vectors, rows)
  sumRows<T, Gate>(g, gRow, layer.z, 16, next, sums + column - 16, column, vectors, rows)
}

/**
 * The flat gradient from the sums of all blocks. C of input k and vector v of units lies at plan.sums + (k + first) * 16 + v * vStride,
 * Cb at plan.sums + biasPlace * 16 + v * vStride, the output bias at `outputBias`.
 */
export function finishGated<T>(plan: Plan, vStride: usize, first: i32, biasPlace: i32, outputBias: usize): void {
  const units = layerAt(plan, 0).units
  const whole = units / width<T>()
  const row = <usize>units * sizeof<T>()
  const factor = <T>layerAt(plan, 0).factor
  const biases = <usize>plan.inputs * row
  const weights2 = biases + row
  // Four vectors at a time, a line of the cache: rows are apart by a power of two all too often.
  for (let v: i32 = 0; v < whole; v += 4) {
    // Past the last vector, the last again.
    const next1: usize = v + 1 < whole ? 1 : 0
    const next2: usize = v + 2 < whole ? 2 : next1
    const next3: usize = v + 3 < whole ? 3 : next2
    const at = <usize>v << 4
    const from0 = plan.sums + <usize>v * vStride
    const from1 = from0 + next1 * vStride
    const from2 = from0 + next2 * vStride
    const from3 = from0 + next3 * vStride
    const scale0 = scaleOf<T>(plan.current + weights2 + at, factor)
    const scale1 = scaleOf<T>(plan.current + weights2 + at + (next1 << 4), factor)
    const scale2 = scaleOf<T>(plan.current + weights2 + at + (next2 << 4), factor)
    const scale3 = scaleOf<T>(plan.current + weights2 + at + (next3 << 4), factor)
    let inner0 = v128.splat<T>(<T>-0.0)
    let inner1 = inner0
    let inner2 = inner0
    let inner3 = inner0
    // The bias, then inputs 0, 1, …
    let place = <usize>biasPlace << 4
    let flat = biases + at
    for (let k: i32 = 0; k <= plan.inputs; k++) {
      inner0 = finishVector<T>(plan, from0 + place, flat, scale0, inner0)
      inner1 = finishVector<T>(plan, from1 + place, flat + (next1 << 4), scale1, inner1)
      inner2 = finishVector<T>(plan, from2 + place, flat + (next2 << 4), scale2, inner2)
      inner3 = finishVector<T>(plan, from3 + place, flat + (next3 << 4), scale3, inner3)
      place = <usize>(first + k) << 4
      flat = at + <usize>k * row
    }
    const to = plan.gradient + weights2 + at
    const factors = v128.splat<T>(factor)
    v128.store(to, v128.mul<T>(inner0, factors))
    v128.store(to + (next1 << 4), v128.mul<T>(inner1, factors))
    v128.store(to + (next2 << 4), v128.mul<T>(inner2, factors))
    v128.store(to + (next3 << 4), v128.mul<T>(inner3, factors))
  }
  for (let j = whole * width<T>(); j < units; j++) {
    const at = <usize>j * sizeof<T>()
    const from = plan.sums + <usize>whole * vStride + <usize>(j - whole * width<T>()) * sizeof<T>()
    const cb = load<T>(from + (<usize>biasPlace << 4))
    const scale = load<T>(plan.current + weights2 + at) * factor
    let inner = cb * load<T>(plan.current + biases + at)
    let place = from + (<usize>first << 4)
    for (let flat = at; flat < biases; flat += row) {
      const c = load<T>(place)
      inner += c * load<T>(plan.current + flat)
      store<T>(plan.gradient + flat, c * scale)
      place += 16
    }
    store<T>(plan.gradient + biases + at, cb * scale)
    store<T>(plan.gradient + weights2 + at, inner * factor)
  }
  store<T>(plan.gradient + weights2 + row, load<T>(outputBias))
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
function finishVector<T>(plan: Plan, sums: usize, flat: usize, scale: v128, inner: v128): v128 {
  const c = v128.load(sums)
  v128.store(plan.gradient + flat, v128.mul<T>(c, scale))
  return multiplyAdd<T>(c, v128.load(plan.current + flat), inner)
}
