/** Between the flat vectors of src/network/layout.ts and the padded layouts in which the products want them. */
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
    const row = <usize>layer.unitsPadded * sizeof<T>()
    let at = from
    // The biases lie behind the weights, in both layouts.
    for (let k: i32 = 0; k <= inputs; k++) {
      copyRow<T>(at, units, layer.packed + <usize>k * row)
      at += <usize>units * sizeof<T>()
    }
    if (layer.transposed) transpose<T>(from, inputs, units, units, layer.transposed, layer.inputsPadded)
  }
}

/** `units` elements and zeros up to a multiple of 4; up to 3 elements past the row are read. */
// @ts-ignore: decorator
@inline
function copyRow<T>(from: usize, units: i32, to: usize): void {
  const bytes = <usize>((units + 3) & ~3) * sizeof<T>()
  for (let j: usize = 0; j < bytes; j += 16) v128.store(to + j, v128.load(from + j))
  for (let j = <usize>units * sizeof<T>(); j < bytes; j += sizeof<T>()) store<T>(to + j, <T>0)
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
  if (plan.gated) unpackGated<T>(plan)
  else for (let index: i32 = 0; index < plan.layers; index++) unpack<T>(plan, layerAt(plan, index))
  const end = plan.gradient + <usize>plan.parameters * sizeof<T>()
  for (let i: usize = 0; i < 3 * sizeof<T>(); i += sizeof<T>()) store<T>(end + i, <T>0)
}

function addTo<T>(into: usize, from: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) v128.store(into + i, v128.add<T>(v128.load(into + i), v128.load(from + i)))
}

/** A layer's sums in the flat layout. Rows are copied in whole vectors: what is written past a row is overwritten by the next. */
function unpack<T>(plan: Plan, layer: Layer): void {
  const from = plan.sums + <usize>layer.sums
  const to = plan.gradient + <usize>layer.weights * sizeof<T>()
  const inputs = layer.inputs
  const units = layer.units
  if (layer.lanes) {
    const row = <usize>layer.inputsPadded * sizeof<T>()
    for (let j: i32 = 0; j < units; j++) {
      let out = to + <usize>j * sizeof<T>()
      for (let k: i32 = 0; k < inputs; k++) {
        store<T>(out, load<T>(from + <usize>j * row + <usize>k * sizeof<T>()))
        out += <usize>units * sizeof<T>()
      }
    }
    copy<T>(from + <usize>units * row, units, plan.gradient + <usize>layer.biases * sizeof<T>())
    return
  }
  const row = <usize>layer.unitsPadded * sizeof<T>()
  let at = from
  let out = to
  for (let k: i32 = 0; k <= inputs; k++) {
    for (let j: usize = 0; j < row; j += 16) v128.store(out + j, v128.load(at + j))
    at += row
    out += <usize>units * sizeof<T>()
  }
}

/** Sums lie [vector of units][Cb, C of each input] in the fused layout, [input][units] and then Cb in the general one. */
function unpackGated<T>(plan: Plan): void {
  const hidden = layerAt(plan, 0)
  if (plan.fused) {
    const vStride = <usize>(plan.inputs + 1) << 4
    finishGated<T>(plan, 16, vStride, 1, 0, plan.sums + <usize>(hidden.unitsPadded / width<T>()) * vStride)
    return
  }
  const output = layerAt(plan, 1)
  const outputBias = plan.sums + <usize>output.sums + <usize>output.inputsPadded * sizeof<T>()
  finishGated<T>(plan, <usize>hidden.unitsPadded * sizeof<T>(), 16, 0, plan.inputs, outputBias)
}
