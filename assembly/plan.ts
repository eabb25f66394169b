/**
 * What the host tells the kernels, and what they report: records in memory that src/backends/wasm-layout.ts writes field by
 * field, in this order (8 bytes for f64, 4 for the rest, f64 first). Every address is in bytes and lies in memory that the
 * host has laid out; the kernels allocate nothing.
 *
 * "Padded" counts are rounded up to a multiple of 4. Elements between a count and its padded count are never read where
 * they could reach a result.
 */

/** Addresses that are the same for every problem. */
// @ts-ignore: decorator
@inline export const KEEP_MASKS: usize = 1024 // 16 vectors: lane l all ones where bit l of the index is 0
// @ts-ignore: decorator
@inline export const THRESHOLDS: usize = 1280 // 16 vectors: lane l 0 where bit l of the index is 0, else the largest number
// @ts-ignore: decorator
@inline export const KEEP_MASKS_64: usize = 1536 // 4 vectors of two lanes
// @ts-ignore: decorator
@inline export const THRESHOLDS_64: usize = 1600
// @ts-ignore: decorator
@inline export const COEFFICIENTS: usize = 2048 // see elementary64.ts and elementary32.ts

/** Rows of a fused tile. */
// @ts-ignore: decorator
@inline export const FUSED_ROWS: i32 = 64

@unmanaged
export class Layer {
  /** What kept activations are multiplied by while training. */
  factor: f64
  /** What all activations are multiplied by in prediction, where the layer has dropout. */
  shrink: f64
  inputs: i32
  units: i32
  inputsPadded: i32
  unitsPadded: i32
  activation: i32
  /** 1 where the layer has fewer than 4 units: its weights lie [units][inputsPadded], and sums over inputs run in four lanes. */
  lanes: i32
  /** 1 where the layer has dropout; `h` is `a` itself where it has not. */
  dropped: i32
  /** Of 65,536 values of a unit's 16 bits, how many drop it; 0 where one bit decides. */
  threshold: i32
  /** 32-bit words of mask a row, even. */
  words: i32
  /** Given masks, [batch][units] bytes, 1 is kept; 0 where they are drawn. */
  given: usize
  /** Elements before this layer's weights and biases in the flat vectors. */
  weights: i32
  biases: i32
  /** Weights and biases as the products want them (dense.ts). */
  packed: usize
  /** Weights turned, for the layer below; 0 where it is not needed or `packed` is it. */
  transposed: usize
  /** Bytes before this layer's sums in a block's gradient; laid out as `packed`. */
  sums: i32
  /** Of a tile: [tile][unitsPadded] each, and [tile][words]. */
  z: usize
  a: usize
  h: usize
  bits: usize
}

@unmanaged
export class Plan {
  // Of the step.
  divisor: f64
  l2: f64
  rate: f64
  correction: f64
  keep1: f64
  fresh1: f64
  keep2: f64
  fresh2: f64
  epsilon: f64
  momentum: f64
  decay: f64
  clipValue: f64
  clipNorm: f64
  delta: f64
  // Reports.
  terms: f64
  squares: f64
  gradientSize: f64
  parameterSize: f64
  momentSize: f64
  // Of the problem.
  layers: i32
  inputs: i32
  outputs: i32
  parameters: i32
  rowBytes: i32
  tile: i32
  blocks: i32
  loss: i32
  optimizer: i32
  /** Whole numbers of the optimizer: 1 where Nesterov's momentum is asked for. */
  nesterov: i32
  /** Of the training table, and of the table being evaluated. */
  table: usize
  tableRows: i32
  // The batch.
  batch: i32
  /** Rows as drawn, [batch] u32. */
  drawn: usize
  /** Rows block after block, [batch] u32, the positions they were drawn at, and where each block starts, [blocks + 1]. */
  ordered: usize
  positions: usize
  starts: usize
  wantPositions: i32
  permuted: i32
  from: i32
  count: i32
  digitA: i32
  digitB: i32
  shift: i32
  rounds: i32
  /** Philox's key and the upper half of its counter, from which the rounds' keys come, and where these go. */
  key0: i32
  key1: i32
  counterLow: i32
  counterHigh: i32
  keys: usize
  /** Two words for each of Philox's ten rounds. */
  dropoutKeys: usize
  stepLow: i32
  stepHigh: i32
  // Work space.
  negativeZeros: usize
  /** [blocks] gradients of sumsBytes each, [blocks] f64 sums of terms. */
  sums: usize
  sumsBytes: i32
  blockTerms: usize
  // Flat vectors, padded.
  isWeight: usize
  gradient: usize
  current: usize
  next: usize
  first: usize
  nextFirst: usize
  second: usize
  nextSecond: usize
  /** 1 where the gradient is taken apart as assembly/gates.ts has it. */
  gated: i32
  /** 1 where the network is one that assembly/fused.ts trains. */
  fused: i32
  fusedWeights: usize
  /** [threads][blocks] each: rows of a block that a thread drew, and where they go. */
  counts: usize
  offsets: usize
  /** Sums of terms of an evaluation's chunks, f64, where threads share it. */
  chunkTerms: usize
  // Of one thread alone; what lies before is the same for all.
  /** A word that counts up with every tile and chunk, so that others see that the thread lives. */
  beat: usize
  layer: usize
  /** Work space of a tile. */
  x: usize
  y: usize
  d0: usize
  d1: usize
  /** Of a gradient that is taken apart (subsets.ts): gates of a tile, and sums of subsets. */
  gates: usize
  subsets: usize
  /** Of a fused tile: inputs in all lanes, targets, outputs and then terms, derivatives, rows of inputs and a 1, masks, and lanes of four outputs. */
  fusedX: usize
  fusedY: usize
  fusedOut: usize
  fusedG: usize
  fusedRows: usize
  fusedMask: usize
  fusedLanes: usize
}

/** Takes over what is the same for all threads from another thread's records. */
export function adopt(plan: Plan, from: Plan): void {
  memory.copy(changetype<usize>(plan), changetype<usize>(from), offsetof<Plan>('beat'))
  for (let index: i32 = 0; index < plan.layers; index++) {
    memory.copy(changetype<usize>(layerAt(plan, index)), changetype<usize>(layerAt(from, index)), offsetof<Layer>('z'))
  }
}

/** Bytes of the records, so that the host can see that it writes what is read here. */
export function planBytes(): i32 {
  return offsetof<Plan>()
}

export function layerBytes(): i32 {
  return offsetof<Layer>()
}

// @ts-ignore: decorator
@inline
export function layerAt(plan: Plan, index: i32): Layer {
  return changetype<Layer>(plan.layer + <usize>index * layerStride)
}

// @ts-ignore: decorator
@inline const layerStride: usize = 128
