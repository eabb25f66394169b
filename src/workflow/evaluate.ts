/** How good a trained network is, in the target's own terms, beside what needs no network: the mean, the straight line, the most frequent class. */
import { vector, type Dataset, type FloatArray, type Loss, type Trainer } from '../backends/backend.ts'
import { chunksOf, targetsOf } from '../backends/stored.ts'
import { sumInOrder } from '../numeric/block-sums.ts'
import { confusion, logLoss, mae, r2, rmse } from '../numeric/metrics.ts'
import { classProbabilities } from '../predict/predict.ts'
import { fitLinear, predictLinear } from '../predict/linear.ts'
import { columnOf, decodeOutputs, type Encoding } from '../table/encode.ts'
import type { Experiment, Side } from '../training/experiment.ts'

/** Of a regression; over all targets, and for each where there are several. */
export interface RegressionFigures {
  readonly rmse: number
  readonly mae: number
  readonly r2: number
  readonly targets?: readonly { readonly name: string; readonly rmse: number; readonly mae: number; readonly r2: number }[]
}

export interface ClassFigures {
  readonly accuracy: number
  readonly logLoss: number
  /** counts[true][predicted], in the order of labels. */
  readonly confusion: { readonly labels: readonly string[]; readonly counts: readonly (readonly number[])[] }
}

export type Figures = RegressionFigures | ClassFigures

export interface Baseline {
  /** Predicting the training rows' mean for every row. */
  readonly mean?: { readonly rmse: number }
  /** Least squares on the same features; absent where there are too many of them to solve for. */
  readonly linear?: { readonly rmse: number }
  /** Predicting the training rows' most frequent class, with its share as its probability. */
  readonly mostFrequent?: { readonly label: string; readonly accuracy: number; readonly logLoss: number }
}

export interface Evaluation {
  readonly loss: Loss
  readonly figures: Figures
  readonly outputs: FloatArray
  /** Null for classes. */
  readonly decoded: Decoded | null
}

/** [rows, targets] in the table's units. */
export interface Decoded {
  readonly predicted: Float64Array
  readonly measured: Float64Array
}

/** The trainer's present parameters on one side's rows; `loss` is theirs there, where it is known already. */
export function evaluateSide(trainer: Trainer, { dataset }: Side, experiment: Experiment, loss: Loss | null = null): Evaluation {
  const outputs = predictAll(trainer, dataset)
  const decoded = decodedOf(outputs, dataset, experiment)
  return { loss: loss ?? trainer.evaluate(dataset), figures: figuresOf(outputs, decoded, dataset, experiment), outputs, decoded }
}

function predictAll(trainer: Trainer, dataset: Dataset): FloatArray {
  if (dataset.stored === undefined) return trainer.predict(dataset.features, dataset.rows)
  const outputs = vector(dataset.stored.precision, dataset.rows * dataset.outputs)
  let at = 0
  for (const { rows, features } of chunksOf(dataset)) {
    outputs.set(trainer.predict(features, rows), at)
    at += rows * dataset.outputs
  }
  return outputs
}

export function decodedOf(outputs: FloatArray, dataset: Dataset, { encoding }: Experiment): Decoded | null {
  if (encoding.target.kind === 'class') return null
  return { predicted: decodeOutputs(outputs, encoding), measured: decodeOutputs(targetsOf(dataset), encoding) }
}

function figuresOf(outputs: FloatArray, decoded: Decoded | null, dataset: Dataset, { encoding, loss }: Experiment): Figures {
  return decoded === null ? classFigures(classProbabilities(encoding, loss.name, outputs), dataset, encoding) : regressionFigures(decoded, encoding)
}

function regressionFigures({ predicted, measured }: Decoded, { target }: Encoding): RegressionFigures {
  const columns = target.kind === 'numeric' ? target.columns : []
  const width = columns.length
  const targets = columns.map(({ name }, o) => {
    const [p, m] = [columnOf(predicted, o, width), columnOf(measured, o, width)]
    return { name, rmse: rmse(p, m), mae: mae(p, m), r2: r2(p, m) }
  })
  const [only] = targets
  if (targets.length === 1 && only !== undefined) return { rmse: only.rmse, mae: only.mae, r2: only.r2 }
  return { rmse: rmse(predicted, measured), mae: mae(predicted, measured), r2: targets.reduce((sum, one) => sum + one.r2, 0) / width, targets }
}

function classFigures(probabilities: Float64Array, dataset: Dataset, encoding: Encoding): ClassFigures {
  const labels = encoding.target.kind === 'class' ? encoding.target.labels : []
  const truth = classesOf(dataset)
  const best = readBest(probabilities, labels.length)
  // Rows without a probability are wrong; they are in no cell of the confusion.
  const answered = Array.from(best.keys()).filter(row => best[row] !== -1)
  const counts = confusion(answered.map(row => best[row]!), answered.map(row => truth[row]!), labels.length)
  return {
    accuracy: answered.filter(row => best[row] === truth[row]).length / truth.length,
    logLoss: logLoss(probabilities, truth, labels.length),
    confusion: { labels, counts: labels.map((_, t) => Array.from(counts.subarray(t * labels.length, (t + 1) * labels.length))) },
  }
}

/** The class of each row, from one-hot or 0/1 targets. */
function classesOf(dataset: Dataset): Int32Array {
  const { rows, outputs } = dataset
  const targets = targetsOf(dataset)
  return Int32Array.from({ length: rows }, (_, row) => {
    if (outputs === 1) return targets[row]!
    for (let k = 0; k < outputs; k++) if (targets[row * outputs + k] === 1) return k
    return -1
  })
}

function readBest(probabilities: Float64Array, classes: number): Int32Array {
  return Int32Array.from({ length: probabilities.length / classes }, (_, row) => {
    let best = -1
    for (let k = 0; k < classes; k++) {
      const p = probabilities[row * classes + k]!
      if (p !== p) return -1
      if (best === -1 || p > probabilities[row * classes + best]!) best = k
    }
    return best
  })
}

/**
 * Multiplications that least squares may take (rows · inputs² / 2 and inputs³ / 3), and inputs that it may have: beyond these
 * it costs more time or memory than training does, and is left out.
 */
const mostLinearWork = 2e9
const mostLinearInputs = 1000

function fitsLinear({ rows, inputs }: Dataset): boolean {
  return inputs <= mostLinearInputs && inputs * inputs * (rows / 2 + inputs / 3) <= mostLinearWork
}

/** Baselines learned from the training rows, measured on `side` as the evaluation is. */
export function baselineOf(experiment: Experiment, side: Side, { decoded }: Evaluation): Baseline {
  const { encoding, training } = experiment
  const { target } = encoding
  if (target.kind === 'class' || decoded === null) return { mostFrequent: mostFrequent(training.dataset, side.dataset, target.kind === 'class' ? target.labels : []) }
  const { measured } = decoded
  const mean = meanTargets(training.dataset)
  const constant = new Float64Array(measured.length)
  if (encoding.outputs === 1) constant.fill(mean[0]!)
  else for (let from = 0; from < constant.length; from += encoding.outputs) constant.set(mean, from)
  const ofMean = { rmse: rmse(decodeOutputs(constant, encoding), measured) }
  if (!fitsLinear(training.dataset)) return { mean: ofMean }
  const line = predictLinear(fitLinear(training.dataset), side.dataset)
  return { mean: ofMean, linear: { rmse: rmse(decodeOutputs(line, encoding), measured) } }
}

function meanTargets(dataset: Dataset): Float64Array {
  const { rows, outputs } = dataset
  const targets = targetsOf(dataset)
  const sums = new Float64Array(outputs)
  const counts = new Float64Array(outputs)
  if (outputs === 1 && targets.length > 0) {
    // Almost always all are finite.
    const sum = sumInOrder(new Float64Array(targets))
    if (Number.isFinite(sum)) return Float64Array.of(sum / rows)
  }
  for (let o = 0; o < outputs; o++) {
    let [sum, count] = [0, 0]
    for (let i = o; i < rows * outputs; i += outputs) {
      const value = targets[i]!
      if (value - value !== 0) continue
      sum += value
      count++
    }
    sums[o] = sum
    counts[o] = count
  }
  return sums.map((sum, o) => sum / counts[o]!)
}

function mostFrequent(training: Dataset, measured: Dataset, labels: readonly string[]): NonNullable<Baseline['mostFrequent']> {
  const counts = new Float64Array(labels.length)
  for (const k of classesOf(training)) if (k >= 0) counts[k] = counts[k]! + 1
  const best = counts.indexOf(Math.max(...counts))
  const shares = counts.map(count => count / training.rows)
  const truth = classesOf(measured)
  const probabilities = Float64Array.from({ length: truth.length * labels.length }, (_, i) => shares[i % labels.length]!)
  return {
    label: labels[best] ?? '',
    accuracy: truth.filter(k => k === best).length / truth.length,
    logLoss: logLoss(probabilities, truth, labels.length),
  }
}

/** Measured and predicted values of each target, for the figure. */
export function measuredAndPredicted({ encoding: { target } }: Experiment, decoded: Decoded | null): { name: string; measured: Float64Array; predicted: Float64Array }[] {
  if (target.kind === 'class' || decoded === null) return []
  const width = target.columns.length
  return target.columns.map(({ name }, o) => ({ name, measured: columnOf(decoded.measured, o, width), predicted: columnOf(decoded.predicted, o, width) }))
}
