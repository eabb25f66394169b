/**
 * The dense layer's three products over a tile of rows. Activations and derivatives lie row by row. Weights and their sums lie
 * in columns of vectors, so that a product reads one after the other what it needs:
 *
 *     packed       [vector of units][input 0, 1, …, padding, bias]
 *     transposed   [vector of inputs][unit 0, 1, …]
 *     sums         as packed
 *
 * A layer with fewer than 4 units has them row by row instead, [unit][input 0, 1, …] and then the biases: its sums over the
 * inputs run in four lanes (src/backends/backend.ts).
 *
 * Products take whole groups of four rows; what comes of rows past the last is never read.
 */
import { lane2, lane3, multiplyAdd, width } from './lanes'
import { toColumns } from './operands'
import { Layer } from './plan'
import { across, down, sumRows } from './products'

/** Bytes from one column of vectors to the next, in `packed` and in sums. */
// @ts-ignore: decorator
@inline
export function columnBytes(layer: Layer): usize {
  return <usize>(layer.inputsPadded + 1) << 4
}

// @ts-ignore: decorator
@inline
function vectorsOf<T>(padded: i32): i32 {
  return padded / width<T>()
}

/** z [rows, unitsPadded] = x · W + b for a tile. */
export function denseForward<T>(layer: Layer, x: usize, rows: i32): void {
  if (layer.lanes) {
    forwardInLanes<T>(layer, x, rows)
    return
  }
  const column = columnBytes(layer)
  across<T>(
    x, <usize>layer.inputsPadded * sizeof<T>(), layer.packed, column, layer.packed + column - 16, column,
    layer.z, <usize>layer.unitsPadded * sizeof<T>(), (rows + 3) & ~3, vectorsOf<T>(layer.unitsPadded), layer.inputs,
  )
}

/** dx [rows, inputsPadded] = dz · Wᵀ; `zeros` is a vector of -0, to which the first product is added without a trace. */
export function denseBackward<T>(layer: Layer, dz: usize, dx: usize, zeros: usize, rows: i32): void {
  if (layer.lanes) {
    backwardFromLanes<T>(layer, dz, dx, rows)
    return
  }
  across<T>(
    dz, <usize>layer.unitsPadded * sizeof<T>(), layer.transposed, <usize>layer.units << 4, zeros, 0,
    dx, <usize>layer.inputsPadded * sizeof<T>(), (rows + 3) & ~3, vectorsOf<T>(layer.inputsPadded), layer.units,
  )
}

/**
 * Adds xᵀ · dz and the sum of dz over the rows of a tile, one after the other, to a block's `sums`. Both are put into columns
 * first, x at `columns` and dz at layer.z, which nothing needs any more.
 */
export function denseAccumulate<T>(layer: Layer, x: usize, dz: usize, columns: usize, sums: usize, rows: i32): void {
  if (layer.lanes) {
    accumulateInLanes<T>(layer, x, dz, sums, rows)
    return
  }
  const vectors = vectorsOf<T>(layer.unitsPadded)
  const column = columnBytes(layer)
  const quad = 4 * sizeof<T>()
  const next = <usize>rows << 4
  toColumns(x, <usize>layer.inputsPadded * sizeof<T>(), rows, columns, <usize>rows * quad, sizeof<T>() == 8)
  toColumns(dz, <usize>layer.unitsPadded * sizeof<T>(), rows, layer.z, next, false)
  down<T>(columns, <usize>rows * quad, quad, layer.z, 16, next, sums, column, layer.inputsPadded, vectors, rows)
  sumRows<T>(layer.z, 16, next, sums + column - 16, column, vectors, rows)
}

/** Fewer than 4 units: input k in lane k mod 4, then ((0 + 1) + (2 + 3)) + bias. Four rows at a time hide an addition's latency. */
function forwardInLanes<T>(layer: Layer, x: usize, rows: i32): void {
  const units = <usize>layer.units * sizeof<T>()
  const xRow = <usize>layer.inputsPadded * sizeof<T>()
  const zRow = <usize>layer.unitsPadded * sizeof<T>()
  const whole = <usize>(layer.inputs & ~3) * sizeof<T>()
  const rest = layer.inputs & 3
  const biases = layer.packed + <usize>layer.units * xRow
  let z = layer.z
  for (let r: i32 = 0; r < rows; r += 4) {
    const x1 = x + xRow
    const x2 = x1 + xRow
    const x3 = x2 + xRow
    let w = layer.packed
    for (let j: usize = 0; j < units; j += sizeof<T>()) {
      let low0 = v128.splat<T>(<T>0)
      let low1 = low0
      let low2 = low0
      let low3 = low0
      let high0 = low0
      let high1 = low0
      let high2 = low0
      let high3 = low0
      for (let k: usize = 0; k < whole; k += 4 * sizeof<T>()) {
        const v = v128.load(w + k)
        low0 = multiplyAdd<T>(v128.load(x + k), v, low0)
        low1 = multiplyAdd<T>(v128.load(x1 + k), v, low1)
        low2 = multiplyAdd<T>(v128.load(x2 + k), v, low2)
        low3 = multiplyAdd<T>(v128.load(x3 + k), v, low3)
        if (sizeof<T>() == 8) {
          const u = v128.load(w + k, 16)
          high0 = multiplyAdd<T>(v128.load(x + k, 16), u, high0)
          high1 = multiplyAdd<T>(v128.load(x1 + k, 16), u, high1)
          high2 = multiplyAdd<T>(v128.load(x2 + k, 16), u, high2)
          high3 = multiplyAdd<T>(v128.load(x3 + k, 16), u, high3)
        }
      }
      const bias = load<T>(biases + j)
      const wk = w + whole
      store<T>(z + j, lanesTotal<T>(low0, high0, x + whole, wk, rest) + bias)
      store<T>(z + zRow + j, lanesTotal<T>(low1, high1, x1 + whole, wk, rest) + bias)
      store<T>(z + 2 * zRow + j, lanesTotal<T>(low2, high2, x2 + whole, wk, rest) + bias)
      store<T>(z + 3 * zRow + j, lanesTotal<T>(low3, high3, x3 + whole, wk, rest) + bias)
      w += xRow
    }
    x += xRow << 2
    z += zRow << 2
  }
}

/** The four lanes and the last inputs, which are taken one by one: no padding is read. */
// @ts-ignore: decorator
@inline
function lanesTotal<T>(low: v128, high: v128, x: usize, w: usize, rest: i32): T {
  let l0 = v128.extract_lane<T>(low, 0)
  let l1 = v128.extract_lane<T>(low, 1)
  let l2 = lane2<T>(low, high)
  const l3 = lane3<T>(low, high)
  if (rest > 0) l0 += load<T>(x) * load<T>(w)
  if (rest > 1) l1 += load<T>(x + sizeof<T>()) * load<T>(w + sizeof<T>())
  if (rest > 2) l2 += load<T>(x + 2 * sizeof<T>()) * load<T>(w + 2 * sizeof<T>())
  return (l0 + l1) + (l2 + l3)
}

/** dx = dz · Wᵀ for up to 3 units, starting with the first product. */
function backwardFromLanes<T>(layer: Layer, dz: usize, dx: usize, rows: i32): void {
  const xRow = <usize>layer.inputsPadded * sizeof<T>()
  const zRow = <usize>layer.unitsPadded * sizeof<T>()
  const units = layer.units
  const w0 = layer.packed
  const w1 = w0 + xRow
  const w2 = w1 + xRow
  for (let r: i32 = 0; r < rows; r++) {
    const d0 = v128.load_splat<T>(dz)
    const d1 = v128.load_splat<T>(dz, sizeof<T>())
    const d2 = v128.load_splat<T>(dz, 2 * sizeof<T>())
    for (let k: usize = 0; k < xRow; k += 16) {
      let sum = v128.mul<T>(d0, v128.load(w0 + k))
      if (units > 1) sum = multiplyAdd<T>(d1, v128.load(w1 + k), sum)
      if (units > 2) sum = multiplyAdd<T>(d2, v128.load(w2 + k), sum)
      v128.store(dx + k, sum)
    }
    dz += zRow
    dx += xRow
  }
}

/** As denseAccumulate, for up to 3 units; four rows of x at a time, so that sums are read and written once for them. */
function accumulateInLanes<T>(layer: Layer, x: usize, dz: usize, sums: usize, rows: i32): void {
  const xRow = <usize>layer.inputsPadded * sizeof<T>()
  const zRow = <usize>layer.unitsPadded * sizeof<T>()
  const units = <usize>layer.units * sizeof<T>()
  const biases = sums + <usize>layer.units * xRow
  for (let j: usize = 0; j < units; j += sizeof<T>()) {
    const c = sums + j / sizeof<T>() * xRow
    let d = dz + j
    let at = x
    let bias = load<T>(biases + j)
    let r: i32 = 0
    for (; r + 4 <= rows; r += 4) {
      const d0 = v128.load_splat<T>(d)
      const d1 = v128.load_splat<T>(d + zRow)
      const d2 = v128.load_splat<T>(d + 2 * zRow)
      const d3 = v128.load_splat<T>(d + 3 * zRow)
      bias += v128.extract_lane<T>(d0, 0)
      bias += v128.extract_lane<T>(d1, 0)
      bias += v128.extract_lane<T>(d2, 0)
      bias += v128.extract_lane<T>(d3, 0)
      for (let k: usize = 0; k < xRow; k += 16) {
        const x0 = at + k
        const x1 = x0 + xRow
        const x2 = x1 + xRow
        let sum = multiplyAdd<T>(d0, v128.load(x0), v128.load(c + k))
        sum = multiplyAdd<T>(d1, v128.load(x1), sum)
        sum = multiplyAdd<T>(d2, v128.load(x2), sum)
        v128.store(c + k, multiplyAdd<T>(d3, v128.load(x2 + xRow), sum))
      }
      d += zRow << 2
      at += xRow << 2
    }
    for (; r < rows; r++) {
      const d0 = v128.load_splat<T>(d)
      bias += v128.extract_lane<T>(d0, 0)
      for (let k: usize = 0; k < xRow; k += 16) v128.store(c + k, multiplyAdd<T>(d0, v128.load(at + k), v128.load(c + k)))
      d += zRow
      at += xRow
    }
    store<T>(biases + j, bias)
  }
}
