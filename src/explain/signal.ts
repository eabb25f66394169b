/**
 * Whether the inputs say anything of the targets at all, asked of two predictors that need no training: the mean of the ten
 * nearest rows, and a plane by least squares. Fitted on one half of the training rows, judged on the other.
 */
import type { HeldDataset } from '../backends/backend.ts'
import { median, robustScale } from '../numeric/stats.ts'
import type { Experiment } from '../training/experiment.ts'
import { sampleOf } from './learned.ts'

export interface Signal {
  /** The share of the targets' variance that each explains on rows it has not seen; below 0 for less than the mean does. */
  readonly neighbours: number
  readonly plane: number
  /** Rows that it was judged on. */
  readonly rows: number
}

const mostKnown = 1500
const mostAsked = 500
const neighbours = 10
/** Targets beyond so many spreads are drawn in to there: a few strays would decide a mean square. */
const farthest = 5

/** Null where there are too few rows to say. */
export function signalOf({ training, network }: Experiment): Signal | null {
  return signalIn(sampleOf(training.dataset, network.parameters))
}

/** Of rows whose every number is finite. */
export function signalIn(sample: HeldDataset): Signal | null {
  const half = Math.floor(sample.rows / 2)
  if (half < 40 || half < 3 * sample.inputs) return null
  const x = standardised(sample)
  const y = drawnIn(sample)
  const every = Math.max(1, Math.ceil(half / mostKnown))
  const known = indexes(half, every).map(i => 2 * i)
  const asked = indexes(half, Math.max(1, Math.ceil(half / mostAsked))).map(i => 2 * i + 1)
  const explained = (predict: (row: number) => ArrayLike<number>): number => {
    let [error, all] = [0, 0]
    const means = Array.from({ length: sample.outputs }, (_, j) => asked.reduce((sum, row) => sum + at(y, row * sample.outputs + j), 0) / asked.length)
    for (const row of asked) {
      const guess = predict(row)
      for (let j = 0; j < sample.outputs; j++) {
        const truth = at(y, row * sample.outputs + j)
        error += (truth - at(guess, j)) ** 2
        all += (truth - at(means, j)) ** 2
      }
    }
    return all > 0 ? 1 - error / all : 0
  }
  return { neighbours: explained(byNeighbours(x, y, sample, known)), plane: explained(byPlane(x, y, sample, known)), rows: asked.length }
}

function indexes(count: number, every: number): number[] {
  return Array.from({ length: Math.floor(count / every) }, (_, i) => i * every)
}

function at(values: ArrayLike<number>, index: number): number {
  return values[index] ?? 0
}

function standardised({ rows, inputs, features }: HeldDataset): Float64Array {
  const x = new Float64Array(rows * inputs)
  for (let k = 0; k < inputs; k++) {
    let [mean, squares] = [0, 0]
    for (let row = 0; row < rows; row++) mean += at(features, row * inputs + k) / rows
    for (let row = 0; row < rows; row++) squares += (at(features, row * inputs + k) - mean) ** 2 / rows
    const scale = Math.sqrt(squares) || 1
    for (let row = 0; row < rows; row++) x[row * inputs + k] = (at(features, row * inputs + k) - mean) / scale
  }
  return x
}

function drawnIn({ rows, outputs, targets }: HeldDataset): Float64Array {
  const y = new Float64Array(rows * outputs)
  for (let j = 0; j < outputs; j++) {
    const column = Float64Array.from({ length: rows }, (_, row) => at(targets, row * outputs + j))
    const [middle, spread] = [median(column), robustScale(column)]
    const reach = spread > 0 ? farthest * spread : Infinity
    for (let row = 0; row < rows; row++) y[row * outputs + j] = Math.min(middle + reach, Math.max(middle - reach, at(column, row)))
  }
  return y
}

function byNeighbours(x: Float64Array, y: Float64Array, { inputs, outputs }: HeldDataset, known: readonly number[]): (row: number) => Float64Array {
  const distances = new Float64Array(neighbours)
  const nearest = new Uint32Array(neighbours)
  return row => {
    distances.fill(Infinity)
    for (const other of known) {
      let sum = 0
      for (let k = 0; k < inputs && sum < distances[neighbours - 1]!; k++) sum += (x[row * inputs + k]! - x[other * inputs + k]!) ** 2
      if (!(sum < distances[neighbours - 1]!)) continue
      // Kept in order of distance: those that are farther make room.
      let place = neighbours - 1
      for (; place > 0 && sum < distances[place - 1]!; place--) {
        distances[place] = distances[place - 1]!
        nearest[place] = nearest[place - 1]!
      }
      distances[place] = sum
      nearest[place] = other
    }
    const mean = new Float64Array(outputs)
    for (const other of nearest) for (let j = 0; j < outputs; j++) mean[j] = at(mean, j) + at(y, other * outputs + j) / neighbours
    return mean
  }
}

/** Least squares with a constant, by conjugate gradients on the normal equations with a thousandth of ridge. */
function byPlane(x: Float64Array, y: Float64Array, { inputs, outputs }: HeldDataset, known: readonly number[]): (row: number) => Float64Array {
  const width = inputs + 1
  const value = (row: number, k: number): number => (k === inputs ? 1 : at(x, row * inputs + k))
  const normal = (v: Float64Array): Float64Array => {
    const out = Float64Array.from(v, one => 1e-3 * one * known.length)
    for (const row of known) {
      let dot = 0
      for (let k = 0; k < width; k++) dot += value(row, k) * at(v, k)
      for (let k = 0; k < width; k++) out[k] = at(out, k) + dot * value(row, k)
    }
    return out
  }
  const planes = Array.from({ length: outputs }, (_, j) => {
    const right = new Float64Array(width)
    for (const row of known) for (let k = 0; k < width; k++) right[k] = at(right, k) + value(row, k) * at(y, row * outputs + j)
    return conjugateGradients(normal, right, Math.min(2 * width, 60))
  })
  return row => Float64Array.from(planes, plane => {
    let sum = 0
    for (let k = 0; k < width; k++) sum += at(plane, k) * value(row, k)
    return sum
  })
}

/** Hestenes and Stiefel 1952: `apply` is a symmetric positive definite matrix times a vector. */
function conjugateGradients(apply: (v: Float64Array) => Float64Array, right: Float64Array, steps: number): Float64Array {
  const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, one, i) => sum + one * at(b, i), 0)
  const solution = new Float64Array(right.length)
  let rest = right.slice()
  let direction = right.slice()
  let size = dot(rest, rest)
  for (let step = 0; step < steps && size > 0; step++) {
    const image = apply(direction)
    const length = size / dot(direction, image)
    for (let i = 0; i < solution.length; i++) solution[i] = at(solution, i) + length * at(direction, i)
    rest = rest.map((one, i) => one - length * at(image, i))
    const next = dot(rest, rest)
    direction = rest.map((one, i) => one + (next / size) * at(direction, i))
    size = next
  }
  return solution
}
