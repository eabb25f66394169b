/**
 * One hidden layer of relu under one linear output: sums over the batch go through the hidden units' gates alone, and weights
 * come after them (src/backends/gates.ts, where the formulas stand).
 */
import { columnBytes } from './dense'
import { multiplyAdd, width } from './lanes'
import { Layer, layerAt, Plan } from './plan'
import { down, Gate, sumRows } from './products'

/**
 * Adds the sums over a tile's rows of g x and of g, one after the other where gates are open, to a block's `sums`, which lie as
 * the layer's packed weights do. `gx` is [rows, inputsPadded], `g` has one value every `gRow` bytes, `shut` is [rows, unitsPadded].
 */
export function gatedAccumulate<T>(layer: Layer, gx: usize, g: usize, gRow: usize, shut: usize, sums: usize, rows: i32): void {
  const zRow = <usize>layer.unitsPadded * sizeof<T>()
  const vectors = layer.unitsPadded / width<T>()
  const column = columnBytes(layer)
  down<T, Gate>(
    gx, 4 * sizeof<T>(), <usize>layer.inputsPadded * sizeof<T>(), shut, zRow, 16, sums, column, layer.inputsPadded, vectors, rows,
  )
  sumRows<T, Gate>(g, gRow, shut, zRow, 16, sums + column - 16, column, vectors, rows)
}

/** All ones in `shut` where h is 0: what was dropped or not above 0 put out 0, and NaN is no 0. */
export function gatesOf<T>(h: usize, shut: usize, elements: i32): void {
  const end = h + <usize>elements * sizeof<T>()
  const zero = v128.splat<T>(<T>0)
  for (; h < end; h += 16) {
    v128.store(shut, v128.eq<T>(v128.load(h), zero))
    shut += 16
  }
}

/** [rows][row bytes]: each row times its derivative; derivatives lie `dRow` bytes apart. */
export function timesDerivatives<T>(x: usize, row: usize, d: usize, dRow: usize, rows: i32): void {
  for (let r: i32 = 0; r < rows; r++) {
    const g = v128.load_splat<T>(d)
    for (let k: usize = 0; k < row; k += 16) v128.store(x + k, v128.mul<T>(g, v128.load(x + k)))
    x += row
    d += dRow
  }
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
  for (let v: i32 = 0; v < whole; v++) {
    const at = <usize>v << 4
    const from = plan.sums + <usize>v * vStride
    const cb = v128.load(from + (<usize>biasPlace << 4))
    const scale = v128.mul<T>(v128.load(plan.current + weights2 + at), v128.splat<T>(factor))
    let inner = v128.mul<T>(cb, v128.load(plan.current + biases + at))
    let place = from + (<usize>first << 4)
    for (let flat = at; flat < biases; flat += row) {
      const c = v128.load(place)
      inner = multiplyAdd<T>(c, v128.load(plan.current + flat), inner)
      v128.store(plan.gradient + flat, v128.mul<T>(c, scale))
      place += 16
    }
    v128.store(plan.gradient + biases + at, v128.mul<T>(cb, scale))
    v128.store(plan.gradient + weights2 + at, v128.mul<T>(inner, v128.splat<T>(factor)))
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
