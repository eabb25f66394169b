/**
 * whynan/tfjs: watching TensorFlow.js train. It notices the first loss that is not finite, runs the failing batch again layer
 * by layer to find the first bad operation, and names the rows of the table that hold the bad cells.
 *
 * TensorFlow.js is handed in by the program that has it: `import * as tf from '@tensorflow/tfjs'`. Weights before each step
 * are kept by reference, not copied, and put back when a step fails, so that the model is as it was before it.
 */
import type { Explanation } from '../explain/explanation.ts'
import { explainWatched } from '../explain/watched/explain.ts'
import { makePermutation } from '../numeric/permute.ts'
import { philoxKey } from '../numeric/philox.ts'
import { findNonFinite } from '../table/rows.ts'
import { WatchError } from './errors.ts'
import { Memory } from './memory.ts'
import { locate } from './tensorflow/locate.ts'
import { classNameOf, fieldOf, rowsOf, valuesOf, widthOf, type TfLibrary, type TfModel, type TfTensor } from './tensorflow/model.ts'
import { heldBack, tableOf } from './tensorflow/table.ts'
import type { ExplainWatchedOptions, WatchOptions } from './watch.ts'

export type { TfLayer, TfLibrary, TfModel, TfProbe, TfTensor } from './tensorflow/model.ts'

/** What the program says beside what the model says of itself. */
export interface TfWatchOptions extends Pick<WatchOptions, 'reduction' | 'dropout' | 'sampling' | 'steps' | 'cleaned' | 'standardize'> {
  /** Names of the inputs' columns, then of the targets'. */
  readonly names?: readonly string[]
}

export interface WatchedTraining {
  /** Trains on these rows of x and y (from 0). False when the step failed, or one before it did: the weights are those before it. */
  trainOnBatch(rows: ArrayLike<number>): Promise<boolean>
  readonly failedAt: number | null
  readonly lastLoss: number | null
  explain(options?: ExplainWatchedOptions): Explanation
}

/** For loops of one's own around `trainOnBatch`. `x` and `y` hold all rows along their first axis. */
export function watchTrainOnBatch<T extends TfTensor>(tf: TfLibrary<NoInfer<T>>, model: TfModel<T>, x: NoInfer<T>, y: NoInfer<T>, options: TfWatchOptions = {}): WatchedTraining {
  const watched = new Watched(tf, model, x, y, options)
  return {
    async trainOnBatch(given) {
      const rows = Array.from(given)
      if (watched.failed) return false
      const inside = rows.filter(row => Number.isInteger(row) && row >= 0 && row < (x.shape[0] ?? 0))
      watched.keepWeights()
      // Rows that are not there cannot be gathered: the step is what it would have been, and fails.
      const loss = inside.length === rows.length ? await trained(tf, model, x, y, rows) : Number.NaN
      await watched.see(rows, loss)
      return !watched.failed
    },
    get failedAt() { return watched.failedAt },
    get lastLoss() { return watched.lastLoss },
    explain: explainOptions => watched.explain(explainOptions),
  }
}

async function trained<T extends TfTensor>(tf: TfLibrary<T>, model: TfModel<T>, x: T, y: T, rows: readonly number[]): Promise<number> {
  const [inputs, targets] = [rowsOf(tf, x, rows), rowsOf(tf, y, rows)]
  const losses = await model.trainOnBatch(inputs, targets)
  inputs.dispose()
  targets.dispose()
  return typeof losses === 'number' ? losses : losses[0] ?? Number.NaN
}

export interface FitTensorsOptions extends TfWatchOptions {
  readonly epochs?: number
  readonly batchSize?: number
  /** Whether each epoch has an order of its own, drawn from `seed`. Default true. */
  readonly shuffle?: boolean
  readonly seed?: number
  readonly signal?: AbortSignal
  /** After each epoch, with the mean loss of its batches. */
  readonly onEpoch?: (epoch: number, loss: number) => void | Promise<void>
}

export interface FittedTensors {
  /** The mean loss of each epoch's batches, weighted by their rows; the failing epoch is not in it. */
  readonly history: { readonly loss: readonly number[] }
  readonly steps: number
  /** The first step that failed; null where none did. */
  readonly failedAt: number | null
  /** Null where nothing wrong was seen. */
  readonly explanation: Explanation | null
}

/**
 * Trains as `model.fit(x, y, …)` does, and knows which rows every batch holds, which `fit` keeps to itself. Stops at the first
 * step that fails. The order of rows is drawn from `seed`, the same on every machine.
 */
export async function fitTensors<T extends TfTensor>(tf: TfLibrary<NoInfer<T>>, model: TfModel<T>, x: NoInfer<T>, y: NoInfer<T>, options: FitTensorsOptions = {}): Promise<FittedTensors> {
  const { epochs = 1, batchSize = 32, shuffle = true, seed = 0, signal, onEpoch, ...watching } = options
  const rows = x.shape[0] ?? 0
  if (!Number.isInteger(batchSize) || batchSize < 1) throw new WatchError('batch-size', `batchSize is ${batchSize}; expected a whole number from 1.`, { got: batchSize })
  const watched = watchTrainOnBatch(tf, model, x, y, { sampling: 'epoch', steps: epochs * Math.ceil(rows / batchSize), ...watching })
  const key = philoxKey(seed, 'batch')
  const history: number[] = []
  let steps = 0
  for (let epoch = 0; epoch < epochs && signal?.aborted !== true; epoch++) {
    const order = new Uint32Array(rows)
    if (shuffle) makePermutation(rows, key, epoch, 'epoch').fill(order, 0)
    else order.forEach((_, i) => { order[i] = i })
    let sum = 0
    for (let from = 0; from < rows; from += batchSize) {
      const batch = order.subarray(from, from + batchSize)
      steps++
      if (!(await watched.trainOnBatch(batch))) return { history: { loss: history }, steps, failedAt: watched.failedAt, explanation: watched.explain() }
      sum += (watched.lastLoss ?? 0) * batch.length
    }
    history.push(sum / rows)
    await onEpoch?.(epoch + 1, sum / rows)
  }
  const explanation = watched.explain()
  return { history: { loss: history }, steps, failedAt: null, explanation: explanation.outcome === 'healthy' ? null : explanation }
}

/** What `model.fit` takes among its callbacks. */
export interface TfCallback {
  onBatchBegin(batch: number, logs?: Readonly<Record<string, unknown>>): Promise<void>
  onBatchEnd(batch: number, logs?: Readonly<Record<string, unknown>>): Promise<void>
  onEpochEnd(epoch: number, logs?: Readonly<Record<string, unknown>>): Promise<void>
  readonly failedAt: number | null
  explain(options?: ExplainWatchedOptions): Explanation
}

export interface TfCallbackOptions extends TfWatchOptions {
  /** As given to `model.fit`; its default is true. With false the rows of each batch are known: the table's own, in order. */
  readonly shuffle: boolean
  /** As given to `model.fit`. Default 32. */
  readonly batchSize?: number
}

/**
 * For `model.fit(x, y, { shuffle: false, callbacks: watchCallback(…) })`. Stops the fit at the first loss that is not finite.
 * With shuffling, which rows a batch held is not known: then the weights before the step are tried on every row.
 */
export function watchCallback<T extends TfTensor>(tf: TfLibrary<NoInfer<T>>, model: TfModel<T>, x: NoInfer<T>, y: NoInfer<T>, { shuffle, batchSize = 32, ...options }: TfCallbackOptions): TfCallback {
  const watched = new Watched(tf, model, x, y, { sampling: 'epoch', ...options })
  const figure = (logs: Readonly<Record<string, unknown>> | undefined, name: string): number | null => {
    const value = logs?.[name]
    return typeof value === 'number' ? value : null
  }
  let rowsOfEpoch = 0
  return {
    onBatchBegin(batch) {
      if (batch === 0) rowsOfEpoch = 0
      if (!watched.failed) watched.keepWeights()
      return Promise.resolve()
    },
    async onBatchEnd(batch, logs) {
      const [loss, size] = [figure(logs, 'loss'), figure(logs, 'size') ?? batchSize]
      rowsOfEpoch += size
      if (watched.failed || loss === null) return
      await watched.see(shuffle ? null : Array.from({ length: size }, (_, i) => batch * batchSize + i), loss, size)
      if (watched.failed) model.stopTraining = true
    },
    onEpochEnd(_epoch, logs) {
      const validation = figure(logs, 'val_loss')
      // It is computed after a whole epoch alone: rows of x that did not train are those that `validationSplit` holds back, the last.
      if (validation !== null) watched.seeValidation(validation, rowsOfEpoch)
      return Promise.resolve()
    },
    get failedAt() { return watched.failedAt },
    explain: explainOptions => watched.explain(explainOptions),
  }
}

/** Rows that are tried at a time where a batch's rows are not known. */
const tried = 4096

/** Steps between looks at all weights, which must be fetched from where the library keeps them. */
const lookEvery = 32

/** One model being trained: its table, what is remembered of it, and the weights before its last step. */
class Watched<T extends TfTensor> {
  private memory: Memory | null = null
  private kept: TfTensor[] = []
  private step = 0
  private badRows: ReadonlySet<number> = new Set()
  /** How many rows train, from the first on, where it was seen that the others are held back. */
  private training: number | null = null
  lastLoss: number | null = null

  constructor(
    private readonly tf: TfLibrary<T>, private readonly model: TfModel<T>, private readonly x: T, private readonly y: T, private readonly options: TfWatchOptions,
  ) {
    if (x.shape[0] !== y.shape[0]) {
      throw new WatchError('rows-differ', `x has ${x.shape[0] ?? 0} rows and y has ${y.shape[0] ?? 0}; expected as many of both, along the first axis.`, { x: x.shape[0], y: y.shape[0] })
    }
  }

  get failedAt(): number | null {
    return this.memory?.failedAt ?? null
  }

  get failed(): boolean {
    return this.failedAt !== null
  }

  keepWeights(): void {
    this.release()
    this.kept = this.model.getWeights().map(weight => weight.clone())
  }

  async see(rows: readonly number[] | null, loss: number, size = rows?.length ?? 0): Promise<void> {
    const memory = await this.remembered()
    this.step++
    this.lastLoss = loss
    // A finite loss over broken weights: where a bad row was drawn, and now and then.
    const due = this.step % lookEvery === 0 || (rows?.some(row => this.badRows.has(row)) ?? false)
    const parameters = due && Number.isFinite(loss) ? await this.badParameters() : null
    memory.see({
      step: this.step, rows: rows === null ? null : Int32Array.from(rows), loss, badPositions: null, gradients: null, moments: null,
      parameters: parameters === null ? null : { ...parameters, norm: null }, zeroDivisors: null,
    })
    if (rows === null) memory.batchSeen(size)
    if (memory.failedAt === null) return
    this.model.setWeights(this.kept)
    memory.located = await this.look(rows)
    this.release()
  }

  /** `trained`: how many rows the epoch before it drew. */
  seeValidation(loss: number, trained: number): void {
    this.memory?.seeLater(this.step, loss)
    if (trained > 0 && trained < (this.x.shape[0] ?? 0)) this.training = trained
  }

  explain(options: ExplainWatchedOptions = {}): Explanation {
    if (this.memory === null) throw new WatchError('nothing-seen', 'No step was shown yet: train on a batch first, then ask why.')
    const { run } = this.memory
    return explainWatched(this.training === null ? run : { ...run, ...heldBack(run, this.training) }, options)
  }

  /** Weights that are not finite after a step whose loss was. */
  private async badParameters(): Promise<{ elements: number; nonFinite: number; first: { name: string; index: number; value: number } | null } | null> {
    let [elements, nonFinite] = [0, 0]
    let first: { name: string; index: number; value: number } | null = null
    for (const [i, weight] of this.model.getWeights().entries()) {
      const values = await valuesOf(weight)
      elements += values.length
      for (const [index, value] of values.entries()) {
        if (Number.isFinite(value)) continue
        nonFinite++
        first ??= { name: `weight ${i + 1}`, index, value }
      }
    }
    return { elements, nonFinite, first }
  }

  /** In the batch; where its rows are not known, in the first rows that fail. */
  private async look(rows: readonly number[] | null): Promise<Memory['located']> {
    const { tf, model, x, y } = this
    const all = this.training ?? x.shape[0] ?? 0
    if (rows !== null) return rows.every(row => row >= 0 && row < all) ? locate(tf, model, x, y, rows) : null
    for (let from = 0; from < all; from += tried) {
      const found = await locate(tf, model, x, y, Array.from({ length: Math.min(tried, all - from) }, (_, i) => from + i))
      if (found !== null) return found
    }
    return null
  }

  private release(): void {
    for (const tensor of this.kept) if (!tensor.isDisposed) tensor.dispose()
    this.kept = []
  }

  private async remembered(): Promise<Memory> {
    if (this.memory !== null) return this.memory
    const { names = [], ...declared } = this.options
    const table = await tableOf(this.x, this.y, names)
    const inputs = Array.from({ length: widthOf(this.x) }, (_, i) => i)
    const targets = Array.from({ length: widthOf(this.y) }, (_, i) => inputs.length + i)
    this.badRows = new Set(findNonFinite(table, [...inputs, ...targets]).map(({ index }) => index))
    const optimizer = classNameOf(this.model.optimizer)
    const rate = typeof this.model.optimizer === 'object' && this.model.optimizer !== null ? fieldOf(this.model.optimizer, 'learningRate') : undefined
    this.memory = new Memory({
      table, columns: { inputs, targets }, validation: null, rowsFromSaid: true,
      declared: { precision: 'float32', ...(typeof this.model.loss === 'string' ? { loss: this.model.loss } : {}), ...(optimizer === null ? {} : { optimizer: optimizer.toLowerCase() }), ...(typeof rate === 'number' ? { learningRate: rate } : {}), ...declared },
    })
    return this.memory
  }
}
