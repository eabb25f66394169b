/**
 * A step tile by tile: as many rows as fit the caches go through gather, mask, forward, loss and backward before the next
 * rows do. Rows of a block follow one another whatever the tile's size, so that it cannot change a bit.
 */
import { activate, activateBackward, Activation } from './activation'
import { denseAccumulate, denseBackward, denseForward } from './dense'
import { applyMask, applyShrink, drawMask } from './dropout'
import { fusedPredictTile, fusedTrainTile } from './fused'
import { gatedAccumulate } from './gates'
import { lossTile } from './loss'
import { packLayers } from './pack'
import { Layer, layerAt, Plan } from './plan'

/** Evaluation adds the terms of so many rows before it adds the sums. */
const EVALUATION_CHUNK: i32 = 1024

/** Gradient sums and sums of terms of the blocks [from, to). */
export function trainBlocks<T>(plan: Plan, from: i32, to: i32): void {
  memory.fill(plan.sums + <usize>from * <usize>plan.sumsBytes, 0, <usize>(to - from) * <usize>plan.sumsBytes)
  for (let block = from; block < to; block++) {
    const sums = plan.sums + <usize>block * <usize>plan.sumsBytes
    const end = load<i32>(plan.starts + (<usize>block << 2), 4)
    let terms: f64 = 0
    for (let start = load<i32>(plan.starts + (<usize>block << 2)); start < end; start += plan.tile) {
      const rows = min(plan.tile, end - start)
      beat(plan)
      terms = plan.fused ? fusedTrainTile<T>(plan, start, rows, sums, terms) : trainTile<T>(plan, start, rows, sums, terms)
    }
    store<f64>(plan.blockTerms + (<usize>block << 3), terms)
  }
}

function trainTile<T>(plan: Plan, start: i32, rows: i32, sums: usize, terms: f64): f64 {
  const ordered = plan.ordered + (<usize>start << 2)
  gather<T>(plan, ordered, rows)
  const last = plan.layers - 1
  let x = plan.x
  for (let index: i32 = 0; index <= last; index++) {
    const layer = layerAt(plan, index)
    if (layer.dropped) drawMask(plan, layer, index, ordered, plan.positions + (<usize>start << 2), rows)
    x = forward<T>(layer, x, rows, true)
  }
  const top = layerAt(plan, last)
  terms = lossTile<T>(
    plan.loss, <T>plan.delta, <T>plan.divisor, x, plan.y, plan.d0, rows, plan.outputs, top.unitsPadded, terms,
  )
  if (plan.gated) {
    gatedAccumulate<T>(plan, layerAt(plan, 0), plan.x, plan.d0, <usize>top.unitsPadded * sizeof<T>(), sums, rows)
    return terms
  }
  let d = plan.d0
  let other = plan.d1
  for (let index = last; index >= 0; index--) {
    const layer = layerAt(plan, index)
    if (layer.dropped) applyMask<T>(layer, d, d, rows)
    activateBackward<T>(layer.activation, layer.z, layer.a, d, rows * layer.unitsPadded)
    const below = index > 0 ? layerAt(plan, index - 1).h : plan.x
    denseAccumulate<T>(layer, below, d, other, sums + <usize>layer.sums, rows)
    if (index == 0) break
    denseBackward<T>(layer, d, other, plan.negativeZeros, rows)
    const swap = d
    d = other
    other = swap
  }
  return terms
}

/** One layer forward; gives where its output lies. */
function forward<T>(layer: Layer, x: usize, rows: i32, training: bool): usize {
  denseForward<T>(layer, x, rows)
  if (layer.activation != Activation.Identity) activate<T>(layer.activation, layer.z, layer.a, rows * layer.unitsPadded)
  if (!layer.dropped) return layer.h
  if (training) applyMask<T>(layer, layer.a, layer.h, rows)
  else applyShrink<T>(layer, layer.a, layer.h, rows)
  return layer.h
}

/** Features to plan.x [rows, inputsPadded], targets to plan.y [rows, outputsPadded], from the table rows listed at `ordered`. */
function gather<T>(plan: Plan, ordered: usize, rows: i32): void {
  const rowBytes = <usize>plan.rowBytes
  for (let r: i32 = 0; r < rows; r++) {
    take<T>(plan, plan.table + <usize>load<u32>(ordered + (<usize>r << 2)) * rowBytes, r)
  }
}

/** One row of the table; up to 3 elements past it are read. */
// @ts-ignore: decorator
@inline
function take<T>(plan: Plan, from: usize, r: i32): void {
  const inputs = <usize>plan.inputs * sizeof<T>()
  const outputs = <usize>plan.outputs * sizeof<T>()
  const inputsPadded = (inputs + 4 * sizeof<T>() - 1) & ~(4 * sizeof<T>() - 1)
  const outputsPadded = (outputs + 4 * sizeof<T>() - 1) & ~(4 * sizeof<T>() - 1)
  const x = plan.x + <usize>r * inputsPadded
  for (let k: usize = 0; k < inputs; k += 16) v128.store(x + k, v128.load(from + k))
  for (let k = inputs; k < inputsPadded; k += sizeof<T>()) store<T>(x + k, <T>0)
  const y = plan.y + <usize>r * outputsPadded
  for (let k: usize = 0; k < outputs; k += 16) v128.store(y + k, v128.load(from + inputs + k))
  for (let k = outputs; k < outputsPadded; k += sizeof<T>()) store<T>(y + k, <T>0)
}

/** The sum of terms over the table's rows, as when predicting. */
export function evaluateTable<T>(plan: Plan): f64 {
  let sum: f64 = 0
  const chunks = chunksOf(plan)
  for (let chunk: i32 = 0; chunk < chunks; chunk++) sum += chunkTerms<T>(plan, chunk)
  return sum
}

/** The same, of chunks whose sums are known. */
export function sumOfChunks(plan: Plan): f64 {
  let sum: f64 = 0
  const end = plan.chunkTerms + (<usize>chunksOf(plan) << 3)
  for (let at = plan.chunkTerms; at < end; at += 8) sum += load<f64>(at)
  return sum
}

// @ts-ignore: decorator
@inline
export function chunksOf(plan: Plan): i32 {
  return (plan.tableRows + EVALUATION_CHUNK - 1) / EVALUATION_CHUNK
}

/** The sum of terms of one chunk. */
export function chunkTerms<T>(plan: Plan, chunk: i32): f64 {
  const top = layerAt(plan, plan.layers - 1)
  const end = min(plan.tableRows, (chunk + 1) * EVALUATION_CHUNK)
  let terms: f64 = 0
  beat(plan)
  for (let start = chunk * EVALUATION_CHUNK; start < end; start += plan.tile) {
    const rows = min(plan.tile, end - start)
    if (predictFused<T>(plan, start, rows)) {
      terms = lossTile<T>(plan.loss, <T>plan.delta, <T>plan.divisor, plan.fusedOut, plan.fusedY, 0, rows, 1, 1, terms)
      continue
    }
    const outputs = predictTile<T>(plan, start, rows)
    terms = lossTile<T>(plan.loss, <T>plan.delta, <T>plan.divisor, outputs, plan.y, 0, rows, plan.outputs, top.unitsPadded, terms)
  }
  return terms
}

/** Shows other threads that this one gets on. */
// @ts-ignore: decorator
@inline
function beat(plan: Plan): void {
  store<i32>(plan.beat, load<i32>(plan.beat) + 1)
}

/** Outputs to plan.fusedOut where the fused kernels can say them; else the general ones are made ready. */
export function predictFused<T>(plan: Plan, start: i32, rows: i32): bool {
  if (!plan.fused) return false
  if (fusedPredictTile<T>(plan, start, rows)) return true
  packLayers<T>(plan)
  return false
}

/** Outputs of the table's rows [start, start + rows), [rows, outputsPadded]; gives where they lie. */
export function predictTile<T>(plan: Plan, start: i32, rows: i32): usize {
  const rowBytes = <usize>plan.rowBytes
  for (let r: i32 = 0; r < rows; r++) take<T>(plan, plan.table + <usize>(start + r) * rowBytes, r)
  let x = plan.x
  for (let index: i32 = 0; index < plan.layers; index++) x = forward<T>(layerAt(plan, index), x, rows, false)
  return x
}
