/** Between the flat vectors of src/network/layout.ts and the padded layouts in which the products want them. */
import { columnBytes } from './dense'
import { fusedPack } from './fused'
import { finishGated } from './gates'
import { width } from './lanes'
import { Layer, Plan, layerAt } from './plan'

/** The current parameters as the kernels of this network want them. */
export function pack<T>(plan: Plan): void {
  if (plan.fused) fusedPack<T>(plan)
  else packLayers<T>(plan)
}

/** Weights and biases of every layer from the current parameters to `packed` and `transposed`. */
export function packLayers<T>(plan: Plan): void {
  for (let index: i32 = 0; index < plan.layers; index++) {
    const layer = layerAt(plan, index)
    const from = plan.current + <usize>layer.weights * sizeof<T>()
    const inputs = layer.inputs
    const units = layer.units
    if (layer.lanes) {
      transpose<T>(from, inputs, units, units, layer.packed, layer.inputsPadded)
      copy<T>(plan.current + <usize>layer.biases * sizeof<T>(), units, layer.packed + <usize>(units * layer.inputsPadded) * sizeof<T>())
      continue
    }
    toColumns<T>(from, inputs, units, layer.packed, columnBytes(layer))
    toColumns<T>(plan.current + <usize>layer.biases * sizeof<T>(), 1, units, layer.packed + columnBytes(layer) - 16, columnBytes(layer))
    if (layer.transposed) turnToColumns<T>(from, inputs, units, layer.transposed)
  }
}

/** Bytes of a row that are moved at a time: a line of the cache, so that none is fetched twice. */
// @ts-ignore: decorator
@inline const LINE: usize = 64

/** A flat matrix [rows, columns] to columns of vectors, `next` bytes apart; padding behind the last column stays as it is. */
function toColumns<T>(from: usize, rows: i32, columns: i32, to: usize, next: usize): void {
  const row = <usize>columns * sizeof<T>()
  const whole = row & ~15
  for (let first: usize = 0; first < row; first += LINE) {
    const end = min(first + LINE, whole)
    let flat = from
    let out = to + (first >> 4) * next
    for (let k: i32 = 0; k < rows; k++) {
      let place = out
      for (let j = first; j < end; j += 16) {
        v128.store(place, v128.load(flat + j))
        place += next
      }
      if (first + LINE > whole) copy<T>(flat + whole, columns & (width<T>() - 1), place)
      flat += row
      out += 16
    }
  }
}

/** The way back. */
function fromColumns<T>(from: usize, next: usize, rows: i32, columns: i32, to: usize): void {
  const row = <usize>columns * sizeof<T>()
  const whole = row & ~15
  for (let first: usize = 0; first < row; first += LINE) {
    const end = min(first + LINE, whole)
    let flat = to
    let out = from + (first >> 4) * next
    for (let k: i32 = 0; k < rows; k++) {
      let place = out
      for (let j = first; j < end; j += 16) {
        v128.store(flat + j, v128.load(place))
        place += next
      }
      if (first + LINE > whole) copy<T>(place, columns & (width<T>() - 1), flat + whole)
      flat += row
      out += 16
    }
  }
}

/** A flat matrix [rows, columns], turned, to columns of vectors of its rows: [vector of rows][column]. */
function turnToColumns<T>(from: usize, rows: i32, columns: i32, to: usize): void {
  const row = <usize>columns * sizeof<T>()
  for (let k: i32 = 0; k < rows; k += width<T>()) {
    // Past the last row, the last again.
    const from1 = from + (k + 1 < rows ? row : 0)
    const from2 = from1 + (k + 2 < rows ? row : 0)
    const from3 = from2 + (k + 3 < rows ? row : 0)
    for (let j: usize = 0; j < row; j += sizeof<T>()) {
      store<T>(to, load<T>(from + j))
      store<T>(to + sizeof<T>(), load<T>(from1 + j))
      if (sizeof<T>() == 4) {
        store<T>(to + 2 * sizeof<T>(), load<T>(from2 + j))
        store<T>(to + 3 * sizeof<T>(), load<T>(from3 + j))
      }
      to += 16
    }
    from += row * width<T>()
  }
}

// @ts-ignore: decorator
@inline
function copy<T>(from: usize, count: i32, to: usize): void {
  for (let j: usize = 0; j < <usize>count * sizeof<T>(); j += sizeof<T>()) store<T>(to + j, load<T>(from + j))
}

/** to [columns, rowsPadded] = from [rows, columns] turned; `stride` elements from row to row of `from`. */
function transpose<T>(from: usize, rows: i32, columns: i32, stride: i32, to: usize, rowsPadded: i32): void {
  const step = <usize>stride * sizeof<T>()
  for (let j: i32 = 0; j < columns; j++) {
    let at = from + <usize>j * sizeof<T>()
    let out = to + <usize>(j * rowsPadded) * sizeof<T>()
    const end = out + <usize>rows * sizeof<T>()
    for (; out < end; out += sizeof<T>()) {
      store<T>(out, load<T>(at))
      at += step
    }
  }
}

/** Combines the blocks' sums in their tree and writes them flat to plan.gradient; the elements behind the last are 0. */
export function combine<T>(plan: Plan): void {
  const bytes = <usize>plan.sumsBytes
  const blocks = plan.blocks
  for (let stride: i32 = 1; stride < blocks; stride <<= 1) {
    for (let i: i32 = 0; i + stride < blocks; i += 2 * stride) {
      addTo<T>(plan.sums + <usize>i * bytes, plan.sums + <usize>(i + stride) * bytes, bytes)
      const terms = plan.blockTerms + (<usize>i << 3)
      store<f64>(terms, load<f64>(terms) + load<f64>(terms + (<usize>stride << 3)))
    }
  }
  plan.terms = load<f64>(plan.blockTerms)
  if (plan.gated) finishGated<T>(plan)
  else for (let index: i32 = 0; index < plan.layers; index++) unpack<T>(plan, layerAt(plan, index))
  const end = plan.gradient + <usize>plan.parameters * sizeof<T>()
  for (let i: usize = 0; i < 3 * sizeof<T>(); i += sizeof<T>()) store<T>(end + i, <T>0)
}

function addTo<T>(into: usize, from: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) v128.store(into + i, v128.add<T>(v128.load(into + i), v128.load(from + i)))
}

/** A layer's sums in the flat layout. */
function unpack<T>(plan: Plan, layer: Layer): void {
  const from = plan.sums + <usize>layer.sums
  const to = plan.gradient + <usize>layer.weights * sizeof<T>()
  const biases = plan.gradient + <usize>layer.biases * sizeof<T>()
  const inputs = layer.inputs
  const units = layer.units
  if (layer.lanes) {
    transpose<T>(from, units, inputs, layer.inputsPadded, to, units)
    copy<T>(from + <usize>(units * layer.inputsPadded) * sizeof<T>(), units, biases)
    return
  }
  const column = columnBytes(layer)
  fromColumns<T>(from, column, inputs, units, to)
  fromColumns<T>(from + column - 16, column, 1, units, biases)
}
