/**
 * What a run learned, as one figure: its data loss over the training rows, as when predicting, over the loss of the best
 * constant (the mean, the median, the classes' shares). 1 is as good as knowing nothing; 0 is perfect.
 */
import { lossDivisor, vector, type Dataset, type FloatArray } from '../backends/backend.ts'
import { ReferenceTrainer } from '../backends/reference.ts'
import { float64 } from '../backends/arithmetic.ts'
import { categoricalTerm, outputLoss } from '../backends/losses.ts'
import { median } from '../numeric/stats.ts'
import { problemOf, type Experiment } from '../training/experiment.ts'
import type { TrainingState } from '../training/train.ts'

export interface Learned {
  /** The data loss of the final parameters, without dropout. */
  readonly loss: number
  /** The data loss of the best constant prediction. */
  readonly baseline: number
  /** loss / baseline. */
  readonly share: number
  /** The spread of the predictions over that of the targets: 0 for a network that always says the same. */
  readonly variation: number
}

/** Rows that are looked at: enough to tell a tenth of a percent apart, few enough to take no time. */
const mostRows = 20_000

/** `state`: left out, the run's last. NaN where a number is not finite. */
export function learnedOf(experiment: Experiment, state: TrainingState | null): Learned {
  const sample = sampleOf(experiment.training.dataset)
  const baseline = baselineOf(experiment, sample)
  if (state === null) return { loss: Number.NaN, baseline, share: Number.NaN, variation: Number.NaN }
  const trainer = new ReferenceTrainer(problemOf(experiment), state.trainer.parameters)
  const loss = trainer.evaluate(sample).data
  const outputs = trainer.predict(sample.features, sample.rows)
  return { loss, baseline, share: baseline > 0 ? loss / baseline : Number.NaN, variation: deviation(outputs) / deviation(sample.targets) }
}

/** Rows whose every number is finite, evenly spread over the table. */
function sampleOf({ rows, inputs, outputs, features, targets }: Dataset): Dataset {
  const every = Math.max(1, Math.floor(rows / mostRows))
  const finite = (values: FloatArray, row: number, width: number): boolean => values.subarray(row * width, (row + 1) * width).every(Number.isFinite)
  const kept: number[] = []
  for (let row = 0; row < rows; row += every) if (finite(features, row, inputs) && finite(targets, row, outputs)) kept.push(row)
  const take = (values: FloatArray, width: number): FloatArray => {
    const out = values instanceof Float32Array ? vector('float32', kept.length * width) : vector('float64', kept.length * width)
    kept.forEach((row, i) => out.set(values.subarray(row * width, (row + 1) * width), i * width))
    return out
  }
  return { rows: kept.length, inputs, outputs, features: take(features, inputs), targets: take(targets, outputs) }
}

/** The loss of the constant that the loss itself likes best: mean, median, or the classes' shares. */
function baselineOf({ loss, settings, encoding }: Experiment, { rows, outputs, targets }: Dataset): number {
  const each = outputLoss(loss)
  const best = constants(targets, rows, outputs, loss.name)
  let sum = 0
  if (each === null) {
    // Both categorical losses of a row are -log of its class's share.
    const shares = Float64Array.from(best)
    const spec = { name: 'categorical-cross-entropy' as const }
    for (let row = 0; row < rows; row++) sum += categoricalTerm(float64, spec, shares, targets.subarray(row * outputs, (row + 1) * outputs), 0, outputs)
  } else {
    for (let i = 0; i < rows * outputs; i++) sum += each.term(float64, best[i % outputs] ?? 0, targets[i] ?? 0)
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
