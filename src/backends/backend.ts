/**
 * A backend does one training step: forward, loss, backward, update, and the health figures of the guard. It also
 * evaluates and predicts. It does not choose rows (a batch is handed in), keep history, or print.
 *
 * Every backend gives the same bits. What decides them is stated here, and nowhere else:
 *
 * - Precision. At float32 every operation's result is rounded to float32; at float64 to float64. Only + - * / and sqrt
 *   are used, and numeric/elementary.ts, which is made of them.
 * - Dense, forward. z[j] starts at the bias b[j] and adds x[k] * w[k, j] for k = 0, 1, …  A layer with fewer than 4 units
 *   instead sums over its inputs in four lanes, each starting at 0 (input k in lane k mod 4, in order of k), and is
 *   ((lane 0 + lane 1) + (lane 2 + lane 3)) + b[j].
 * - Activation, then dropout: h = a * keep, with keep 0 or 1 (`predict`) or 0 or 1 / (1 - rate), rounded (`train`). When
 *   predicting, `predict` multiplies a by (1 - rate), rounded. A product with 0, not a selection: NaN and Infinity stay visible.
 * - Loss. Each output's term and its derivative at the run's precision; the derivative is divided by the divisor of the
 *   reduction (`mean`: rows for half-mse and categorical losses, rows * outputs for the others; `sum`: 1).
 *   Terms are added as float64 and divided once; they do not reach a parameter.
 * - Dense, backward. The derivative for input k is the sum over units j = 0, 1, … of d[j] * w[k, j], starting with the first
 *   product. Activation's derivative multiplies after dropout's.
 * - Sums over the batch (weights' and biases' gradients, the loss) go by blocks. Table row r of N lies in block
 *   floor(r * blocks / N). In a block, rows add in draw order, starting at 0. Block sums are combined in a tree: with
 *   stride 1, 2, 4, …, block i takes block i + stride in, for i a multiple of 2 * stride.
 * - One hidden layer of relu, 4 units or more, under one linear output: sums over the batch are taken of g and of the rounded
 *   products g x[k], over the rows in which the unit's gate is open, and weights are multiplied in after the tree: see gates.ts.
 *   There a block's rows are taken four by four in draw order; of each four ((0 + 1) + (2 + 3)) is added, a row whose gate is
 *   shut or that is not there being 0. The sum of g for the output's bias goes the same way.
 * - Then g = g + l2 * w (weights only), clipping by value, clipping by norm (the factor norm / sqrt(sum of squares), rounded,
 *   multiplies every element when the norm is above the bound), and the optimizer's update. A next parameter below 2^-63
 *   (float64: 2^-511) becomes 0, and so does a next moment below the smallest normal number: see optimizers.ts.
 * - Sums over a flat vector run in four lanes: element i in lane i mod 4, then (lane 0 + lane 1) + (lane 2 + lane 3). Those of squares,
 *   for the regularization and the norm, are float64; the guard's, of magnitudes, have the run's precision.
 * - Evaluation adds the terms of rows [1024 i, 1024 (i + 1)) as float64 in row order, and these sums in order of i.
 *
 * When a figure is not finite the state stays as it was before the step.
 */
import type { Network } from '../network/layout.ts'
import type { ClipSpec, LossSpec, OptimizerSpec, Precision, Reduction } from '../network/spec.ts'
import type { Permutation } from '../numeric/permute.ts'
import type { StoredRows } from './stored.ts'

export type FloatArray = Float32Array | Float64Array

/** Features [rows, inputs] and targets [rows, outputs], row-major, as the network takes them (scaled, classes one-hot). */
export type Dataset = HeldDataset | StoredDataset

interface DatasetShape {
  readonly rows: number
  readonly inputs: number
  readonly outputs: number
}

export interface HeldDataset extends DatasetShape {
  readonly features: FloatArray
  readonly targets: FloatArray
  readonly stored?: undefined
}

/** Its rows stand outside memory, and are asked for there: see stored.ts. */
export interface StoredDataset extends DatasetShape {
  readonly stored: StoredRows
}

/** Everything that stays the same over a run. */
export interface Problem {
  readonly network: Network
  readonly loss: LossSpec
  readonly reduction: Reduction
  readonly l2: number
  readonly optimizer: OptimizerSpec
  readonly clip: ClipSpec
  readonly precision: Precision
  readonly blocks: number
  /** Of dropout's stream. */
  readonly seed: number
  /** Asks for relaxed SIMD, where a product and the sum that it goes into may be rounded together. Then bits are the engine's and processor's own. */
  readonly fast?: boolean | undefined
  readonly training: Dataset
}

/** A problem whose training table is in memory. */
export type HeldProblem = Problem & { readonly training: HeldDataset }

/** A step's rows, in draw order: given, or the part [from, from + size) of a keyed permutation of the table's rows. */
export type Batch =
  | { readonly kind: 'rows'; readonly rows: Uint32Array }
  | { readonly kind: 'permutation'; readonly permutation: Permutation; readonly from: number; readonly size: number }

export interface StepRequest {
  /** Counted from 1: bias correction and dropout's draws depend on it. */
  readonly step: number
  readonly batch: Batch
  readonly learningRate: number
  /** Per hidden layer what is kept (1) and left out (0), [batch, units]; without it, dropout's own stream is drawn. */
  readonly masks?: readonly (Uint8Array | null)[]
  /** Table rows to pass over though the batch holds them; divisor and draws stay. For replays. */
  readonly passOver?: ReadonlySet<number>
}

export interface Loss {
  readonly total: number
  readonly data: number
  readonly regularization: number
}

/** What the guard looked at: sums, at the run's precision, of |gradient| (unclipped), |parameters| and second moments after the update. */
export interface Health {
  readonly gradient: number
  readonly parameters: number
  readonly moments: number
}

export type NonFinitePlace = 'loss' | 'gradient' | 'moment' | 'parameter'

export interface StepResult {
  /** Of the batch, before the update. */
  readonly loss: Loss
  readonly health: Health
  /** The first of the guard's figures that is not finite, confirmed element by element; null when the step was taken. */
  readonly nonFinite: NonFinitePlace | null
}

/** Parameters and the optimizer's moments: all that a step changes. Vectors share the network's layout. */
export interface TrainerState {
  readonly parameters: FloatArray
  /** First moments, or momentum's velocity; empty where the optimizer has none. */
  readonly first: FloatArray
  /** Second moments; empty where the optimizer has none. */
  readonly second: FloatArray
}

/** One network being trained. Not shared between runs; `dispose` gives memory and threads back. */
export interface Trainer {
  readonly backend: string
  /** How many threads take part in a step by now, and whether relaxed SIMD is used. */
  readonly threads: number
  readonly fast: boolean
  readonly problem: Problem
  step(request: StepRequest): StepResult
  /** The loss over a whole dataset, as when predicting (no masks). */
  evaluate(dataset: Dataset): Loss
  /** Outputs [rows, outputs] for features [rows, inputs], as when predicting. */
  predict(features: FloatArray, rows: number): FloatArray
  /** A copy. */
  state(): TrainerState
  setState(state: TrainerState): void
  dispose(): void
}

export interface Backend {
  readonly name: string
  /** Null when this backend offers the whole problem; else what it does not offer, as words for a sentence. */
  refuses(problem: Problem): string | null
  createTrainer(problem: Problem, parameters: FloatArray): Promise<Trainer>
}

/** A vector of the run's precision. */
export function vector(precision: Precision, length: number): FloatArray {
  return precision === 'float32' ? new Float32Array(length) : new Float64Array(length)
}

/** The divisor of the reduction for a batch: see the first lines. */
export function lossDivisor(loss: LossSpec, reduction: Reduction, rows: number, outputs: number): number {
  if (reduction === 'sum') return 1
  return loss.name === 'half-mse' || loss.name.startsWith('categorical') ? rows : rows * outputs
}

/** The rows of a batch, in draw order. */
export function batchRows(batch: Batch): Uint32Array {
  if (batch.kind === 'rows') return batch.rows
  const rows = new Uint32Array(batch.size)
  batch.permutation.fill(rows, batch.from)
  return rows
}

/** Rows whose terms evaluation adds together before adding the sums. */
export const evaluationChunk = 1024

/** The block of a table row: fixed ranges of consecutive rows. Exact for rows up to 2^31 and blocks up to 1,024. */
export function blockOf(row: number, rows: number, blocks: number): number {
  return Math.floor((row * blocks) / rows)
}
