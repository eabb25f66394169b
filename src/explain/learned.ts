/**
 * What a run learned, as one figure: its data loss over some rows, as when predicting, over the loss of the best constant (the
 * mean, the median, the classes' shares). 1 is as good as knowing nothing; 0 is perfect.
 */
import { lossDivisor, vector, type Dataset, type FloatArray, type HeldDataset } from '../backends/backend.ts'
import { ReferenceTrainer } from '../backends/reference.ts'
import { float64 } from '../backends/arithmetic.ts'
import { categoricalTerm, outputLoss } from '../backends/losses.ts'
import { isClassification } from '../network/spec.ts'
import { median } from '../numeric/stats.ts'
import { problemOf, type Experiment } from '../training/experiment.ts'
import type { TrainingState } from '../training/train.ts'
import { held } from '../backends/stored.ts'

export interface Learned {
  /** The data loss of the final parameters, without dropout. */
  readonly loss: number
  /** The data loss of the best constant prediction. */
  readonly baseline: number
  /**
   * loss / baseline. Of classes, where the most likely one is right clearly more often than the most frequent one is, the share
   * of what was left to get right, if that is less: a few sure errors make a cross-entropy large that still tells classes apart. Not where
   * training rows cost more than the constant does.
   */
  readonly share: number
  /** Of classes: how much more often than the most frequent class the most likely one is right, as a share of what there is to gain; else NaN. */
  readonly skill: number
  /** The spread of the predictions over that of the targets: 0 for a network that always says the same. */
  readonly variation: number
}

/** A run has learned when it predicts better than the best constant by more than this share of that constant's loss. */
export const leastGain = 0.02

/** What a run ended as, on the rows it was trained on and on those put aside. */
export interface Fitness {
  readonly training: Learned
  readonly validation: Learned | null
  /** The larger of both shares: what the run is worth. NaN where neither can be told. */
  readonly worst: number
}

/** Rows that are looked at: enough to tell a tenth of a percent apart, few enough to take no time. */
const [fewestRows, mostRows] = [500, 20_000]
/** Products for one look: 0.1 s in the reference. */
const mostProducts = 1e7
/** By how much classes must be told apart before their share counts. */
export const leastSkill = 0.1

/** Both sides; `state` left out, nothing was learned. */
export function fitnessOf(experiment: Experiment, state: TrainingState | null): Fitness {
  const training = learnedOf(experiment, state)
  const validation = experiment.validation === null ? null : learnedOf(experiment, state, experiment.validation.dataset)
  const shares = [training.share, validation?.share ?? Number.NaN].filter(share => !Number.isNaN(share))
  return { training, validation, worst: shares.length === 0 ? Number.NaN : Math.max(...shares) }
}

/** The same at the parameters of the last step, where others were kept: those of a step from which on validation only rose may be first weights still. */
export function lastFitnessOf(experiment: Experiment, state: TrainingState | null): Fitness {
  return fitnessOf(keepingLast(experiment), state)
}

/** This experiment, judged by its last parameters. */
export function keepingLast(experiment: Experiment): Experiment {
  return experiment.settings.earlyStopping === false ? experiment : { ...experiment, settings: { ...experiment.settings, earlyStopping: false } }
}

/** Looked at once for each end of a run and rows: a proof asks for the same figure again and again. */
const looked = new WeakMap<Experiment, WeakMap<TrainingState, WeakMap<Dataset, Learned>>>()

/** `state`: null, nothing was learned. NaN where a number is not finite. */
export function learnedOf(experiment: Experiment, state: TrainingState | null, of: Dataset = experiment.training.dataset): Learned {
  if (state === null) return lookAt(experiment, state, of)
  return within(within(within(looked, experiment, () => new WeakMap()), state, () => new WeakMap()), of, () => lookAt(experiment, state, of))
}

/** What a map holds of a key; made where it holds nothing yet. */
function within<K extends object, V>(map: WeakMap<K, V>, key: K, make: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}

function lookAt(experiment: Experiment, state: TrainingState | null, of: Dataset): Learned {
  const sample = sampleOf(of, experiment.network.parameters)
  const baseline = baselineOf(experiment, sample)
  if (state === null || sample.rows === 0) return { loss: Number.NaN, baseline, share: Number.NaN, skill: Number.NaN, variation: Number.NaN }
  const trainer = new ReferenceTrainer(problemOf(experiment), keptParameters(experiment, state))
  const outputs = trainer.predict(sample.features, sample.rows)
  const loss = dataLoss(experiment, sample, outputs)
  const ratio = baseline > 0 ? loss / baseline : Number.NaN
  const skill = isClassification(experiment.loss.name) ? skillOf(experiment, outputs, sample) : Number.NaN
  // Rows that it was trained on cost no more than knowing nothing does: what errs so surely there does so because of its training.
  const tooSure = of === experiment.training.dataset && ratio > 1
  return { loss, baseline, share: skill >= leastSkill && !tooSure ? Math.min(ratio, 1 - skill) : ratio, skill, variation: deviation(outputs) / deviation(sample.targets) }
}

/** The share that is left at the least where outputs stay within these bounds: with each target's nearest, which no weights beat. */
export function leastShareWithin(experiment: Experiment, low: number, high: number): number {
  const sample = sampleOf(experiment.training.dataset, experiment.network.parameters)
  const nearest = sample.targets.map(target => Math.min(high, Math.max(low, target)))
  const baseline = baselineOf(experiment, sample)
  return baseline > 0 ? dataLoss(experiment, sample, nearest) / baseline : Number.NaN
}

/** What a run keeps: the best parameters where it stopped early, else the last. */
export function keptParameters({ settings }: Experiment, { trainer, stopping }: TrainingState): FloatArray {
  return settings.earlyStopping === false ? trainer.parameters : stopping.best?.parameters ?? trainer.parameters
}

/** Samples that were taken: replays of other settings read the same rows. */
const samples = new WeakMap<Dataset, Map<number, HeldDataset>>()

/** Rows whose every number is finite, evenly spread over the table. */
export function sampleOf(of: Dataset, parameters: number): HeldDataset {
  const taken = within(samples, of, () => new Map<number, HeldDataset>())
  const known = taken.get(parameters)
  if (known !== undefined) return known
  const sample = rowsOf(of, sampledRows(of, parameters))
  taken.set(parameters, sample)
  return sample
}

/** Which rows those are, ascending. */
export function sampledRows(of: Dataset, parameters: number): number[] {
  const { rows, inputs, outputs, features, targets } = held(of)
  const most = Math.min(mostRows, Math.max(fewestRows, Math.floor(mostProducts / Math.max(parameters, 1))))
  const every = Math.max(1, Math.floor(rows / most))
  const finite = (values: FloatArray, row: number, width: number): boolean => values.subarray(row * width, (row + 1) * width).every(Number.isFinite)
  const kept: number[] = []
  for (let row = 0; row < rows; row += every) if (finite(features, row, inputs) && finite(targets, row, outputs)) kept.push(row)
  return kept
}

/** These rows of a dataset, in this order. */
export function rowsOf(of: Dataset, rows: readonly number[]): HeldDataset {
  const { inputs, outputs, features, targets } = held(of)
  const take = (values: FloatArray, width: number): FloatArray => {
    const out = vector(values instanceof Float32Array ? 'float32' : 'float64', rows.length * width)
    rows.forEach((row, i) => out.set(values.subarray(row * width, (row + 1) * width), i * width))
    return out
  }
  return { rows: rows.length, inputs, outputs, features: take(features, inputs), targets: take(targets, outputs) }
}

function skillOf({ loss }: Experiment, outputs: FloatArray, { rows, outputs: width, targets }: HeldDataset): number {
  const half = loss.name.endsWith('from-logits') ? 0 : 0.5
  const classOf = (values: FloatArray, row: number, least: number): number => {
    if (width === 1) return (values[row] ?? 0) >= least ? 1 : 0
    let best = 0
    for (let i = 1; i < width; i++) if ((values[row * width + i] ?? 0) > (values[row * width + best] ?? 0)) best = i
    return best
  }
  const counts = new Map<number, number>()
  let right = 0
  for (let row = 0; row < rows; row++) {
    const truth = classOf(targets, row, 0.5)
    counts.set(truth, (counts.get(truth) ?? 0) + 1)
    if (classOf(outputs, row, half) === truth) right++
  }
  const frequent = Math.max(...counts.values()) / rows
  return frequent >= 1 ? 0 : (right / rows - frequent) / (1 - frequent)
}

/** The loss of the constant that the loss itself likes best: mean, median, or the classes' shares. */
function baselineOf({ loss, settings, encoding }: Experiment, sample: HeldDataset): number {
  const best = constants(sample.targets, sample.rows, sample.outputs, loss.name)
  // Both categorical losses of a row are -log of its class's share.
  const spec = outputLoss(loss) === null ? { name: 'categorical-cross-entropy' as const } : loss
  return dataLoss({ loss: spec, settings, encoding }, sample, Float64Array.from({ length: sample.rows * sample.outputs }, (_, i) => best[i % sample.outputs] ?? 0))
}

/** The data loss of these outputs, [rows, outputs], from one forward pass that is wanted for more than the loss. */
function dataLoss({ loss, settings, encoding }: Pick<Experiment, 'loss' | 'settings' | 'encoding'>, { rows, outputs: width, targets }: HeldDataset, outputs: FloatArray): number {
  const each = outputLoss(loss)
  let sum = 0
  if (each === null) {
    for (let row = 0; row < rows; row++) {
      const [from, to] = [row * width, (row + 1) * width]
      sum += categoricalTerm(float64, loss, outputs.subarray(from, to), targets.subarray(from, to), 0, width)
    }
  } else {
    for (let i = 0; i < rows * width; i++) sum += each.term(float64, outputs[i] ?? 0, targets[i] ?? 0)
  }
  return sum / (settings.reduction === 'sum' ? 1 : lossDivisor(loss, 'mean', rows, encoding.outputs))
}

function constants(targets: FloatArray, rows: number, outputs: number, loss: string): number[] {
  return Array.from({ length: outputs }, (_, j) => {
    const values = Float64Array.from({ length: rows }, (_, row) => targets[row * outputs + j] ?? 0)
    if (loss === 'mae') return median(values)
    const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(rows, 1)
    if (loss !== 'binary-cross-entropy-from-logits') return mean
    return Math.log(mean / (1 - mean))
  })
}

function deviation(values: FloatArray): number {
  let [mean, squares] = [0, 0]
  for (const value of values) mean += value / values.length
  for (const value of values) squares += ((value - mean) * (value - mean)) / values.length
  return Math.sqrt(squares)
}
