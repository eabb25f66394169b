/**
 * Finite cells so far out that they count for more than all other rows together: in the loss that the best constant leaves, in
 * the variance by which a column is scaled, in the gradient of a batch that draws them. Found in the data and the first
 * parameters alone, so that it can be said before anything is run.
 *
 * Far out is what the column's own tail does not explain. Of values whose tail falls off as a power a (Pareto), the farthest k
 * of a sample lie r times farther out than all others with a chance of r^(-k a) (Rényi 1953); a is read from the next values
 * (Hill 1975). So a log-normal or Pareto column accuses nobody, however much its largest value counts.
 */
import { float64 } from '../backends/arithmetic.ts'
import type { HeldDataset } from '../backends/backend.ts'
import { outputLoss } from '../backends/losses.ts'
import { ReferenceTrainer } from '../backends/reference.ts'
import { held } from '../backends/stored.ts'
import { median } from '../numeric/stats.ts'
import { problemOf, type Experiment } from '../training/experiment.ts'
import type { TrainingState } from '../training/train.ts'
import { columnsOfInputs, columnsOfTargets, type Cell } from './cells.ts'
import { firstParameters } from './dynamics.ts'
import type { ColumnFigures, Evidence } from './evidence.ts'
import { keptParameters, rowsOf, sampleOf } from './learned.ts'
import { outliersOf, type Outlier } from './outliers.ts'

export interface Dominant {
  readonly cells: readonly Cell[]
  /** The column of the farthest of them, by the training rows. */
  readonly column: ColumnFigures
  /** Their share of what that column's rows have of the loss of the best constant (targets) or of the variance (inputs). */
  readonly share: number
  /** The deviation of the column's other values, over that of all: what scaling leaves of a deviation of 1. */
  readonly rest: number
}

/** In robust spreads, as for cells that overflow. */
const far = 50
/** Half of everything. */
const leastShare = 0.5
/** Of so many columns that have such a tail one has such a gap by chance. */
const leastChance = 1e-4
/** What a tail's power is read from is few values: whatever it says, they lie so many times farther out than all others. */
const leastGap = 10
/** Values that the tail's power is read from, at the least. */
const leastTail = 8

/** The cells of one side that dominate their columns, the column with the largest share first; null where there are none. */
export function dominantOf(evidence: Evidence, name: Cell['side']): Dominant | null {
  const { experiment, columns } = evidence
  // The tail of a validation column is that of both tables, and so are the strays that it does not explain.
  const sides: readonly Cell['side'][] = name === 'training' ? ['training'] : ['training', 'validation']
  const outliers = sides.flatMap(side => outliersOf(evidence, far, new Set(), side)).filter(({ cell }) => Number.isFinite(cell.encoded)).sort((a, b) => b.distance - a.distance)
  const found = columns.flatMap(column => {
    const own = outliers.filter(({ cell }) => isOf(experiment, cell.side, cell, column))
    const strays = beyondTail(evidence, name, column, own).filter(({ cell: { side } }) => side === name)
    const one = strays.length === 0 ? null : { cells: strays.map(({ cell }) => cell), column, ...weigh(experiment, name, column, strays) }
    return one !== null && one.share >= leastShare ? [one] : []
  }).sort((a, b) => b.share - a.share)
  const [first] = found
  return first === undefined ? null : { ...first, cells: found.flatMap(({ cells }) => cells) }
}

/** Columns of both tables are matched by their place among inputs and targets. */
function isOf(experiment: Experiment, name: Cell['side'], cell: Cell, { part, index }: ColumnFigures): boolean {
  return cell.part === part && experiment[name]?.columns[setOf(part)].indexOf(cell.column - 1) === experiment.training.columns[setOf(part)].indexOf(index)
}

function setOf(part: Cell['part']): 'inputs' | 'targets' {
  return part === 'input' ? 'inputs' : 'targets'
}

/** Those of `outliers` (the farthest first) whose distance the column's other values do not explain. */
function beyondTail({ experiment }: Evidence, name: Cell['side'], column: ColumnFigures, outliers: readonly Outlier[]): readonly Outlier[] {
  if (outliers.length === 0) return []
  const distances = tailOf(experiment, name, column)
  for (let k = outliers.length; k > 0; k--) {
    const rest = distances.subarray(k)
    const next = rest[0] ?? 0
    const ratio = (outliers[k - 1]?.distance ?? 0) / next
    if (rest.length >= leastTail && ratio >= leastGap && ratio ** (-k * powerOf(rest)) < leastChance) return outliers.slice(0, k)
  }
  return []
}

/** Distances from the column's median in robust spreads, descending, down to where half of the values lie: of both tables for a validation table. */
function tailOf({ training, validation }: Experiment, name: Cell['side'], { part, index, median: middle, spread }: ColumnFigures): Float64Array {
  const scale = spread > 0 ? spread : Math.max(Math.abs(middle), 1)
  const place = training.columns[setOf(part)].indexOf(index)
  const sides = name === 'training' || validation === null ? [training] : [training, validation]
  const found = sides.flatMap(({ table, rows, columns }) => {
    const column = table.columns[columns[setOf(part)][place] ?? -1]
    return column?.kind === 'numeric' ? [Float64Array.from(rows, row => Math.abs((column.values[row] ?? Number.NaN) - middle) / scale)] : []
  })
  const least = spread > 0 ? 0.5 : Number.MIN_VALUE
  const far = found.map(distances => distances.filter(distance => distance >= least && distance < Infinity))
  const all = new Float64Array(far.reduce((count, { length }) => count + length, 0))
  far.reduce((at, distances) => {
    all.set(distances, at)
    return at + distances.length
  }, 0)
  return all.sort().reverse()
}

/** Hill's estimate of the power of the tail, from the root of the count of values (descending), or as few as say anything. */
function powerOf(distances: Float64Array): number {
  const count = Math.min(distances.length - 1, Math.max(leastTail, Math.floor(Math.sqrt(distances.length))))
  const least = distances[count] ?? 1
  let sum = 0
  for (let i = 0; i < count; i++) sum += Math.log((distances[i] ?? least) / least)
  return count / sum
}

/** What the strays' rows have of their column: of a target's loss at the best constant, of an input's squared deviations. */
function weigh(experiment: Experiment, name: Cell['side'], { part, index }: ColumnFigures, strays: readonly Outlier[]): Pick<Dominant, 'share' | 'rest'> {
  const side = experiment[name]
  if (side === null) return { share: 0, rest: 1 }
  const { rows, inputs, outputs, features, targets } = held(side.dataset)
  const at = (part === 'input' ? columnsOfInputs(experiment) : columnsOfTargets(experiment)).indexOf(index)
  const [values, width] = part === 'input' ? [features, inputs] : [targets, outputs]
  const own = new Set(strays.map(({ cell }) => cell.datasetRow))
  const column = Float64Array.from({ length: rows }, (_, row) => values[row * width + at] ?? Number.NaN)
  const middle = median(column.filter(Number.isFinite))
  const loss = part === 'target' ? outputLoss(experiment.loss) : null
  const termOf = loss === null ? (value: number) => (value - middle) ** 2 : (value: number) => loss.term(float64, middle, value)
  let [out, rest] = [0, 0]
  column.forEach((value, row) => {
    if (own.has(row)) out += termOf(value)
    else if (Number.isFinite(value)) rest += termOf(value)
  })
  // What is not scaled as a column meets the step batch by batch: a row that is drawn weighs against those drawn with it.
  const beside = part === 'input' && !experiment.settings.standardize ? Math.min(1, experiment.batchSize / Math.max(rows, 1)) : 1
  return { share: out / (out + rest * beside), rest: Math.sqrt(rest / (out + rest)) }
}

/** Rows that a batch's other rows are told by. */
const mostRows = 256

/** The share that a row of the training dataset has of the first gradient of a batch that draws it: lengths, over the data loss. */
export function shareOfGradient(experiment: Experiment, datasetRow: number): number {
  const { training, network, batchSize } = experiment
  const { rows } = training.dataset
  const count = Math.min(rows - 1, mostRows)
  const others = Array.from({ length: count }, (_, i) => Math.floor((i * (rows - 1)) / Math.max(count, 1))).map(row => (row < datasetRow ? row : row + 1))
  const one = lengthOfGradient(experiment, rowsOf(training.dataset, [datasetRow]))
  const rest = lengthOfGradient(experiment, sampleOf(rowsOf(training.dataset, others), network.parameters)) * Math.max(batchSize - 1, 1)
  return Number.isFinite(one) ? one / (one + rest) : 1
}

/** Of the mean over these rows, at the first parameters. */
function lengthOfGradient(experiment: Experiment, rows: HeldDataset): number {
  const trainer = new ReferenceTrainer({ ...problemOf(experiment), reduction: 'mean', training: rows, blocks: 1 }, firstParameters(experiment))
  trainer.step({ step: 1, batch: { kind: 'rows', rows: Uint32Array.from({ length: rows.rows }, (_, i) => i) }, learningRate: experiment.settings.optimizer.learningRate })
  let sum = 0
  for (const one of trainer.tape?.dataGradient ?? []) sum += one * one
  return Math.sqrt(sum)
}

/** The share that these rows of the validation dataset have of the validation loss of the parameters that a run keeps. */
export function shareOfValidationLoss(experiment: Experiment, state: TrainingState, datasetRows: readonly number[]): number {
  const { validation } = experiment
  if (validation === null) return 0
  const trainer = new ReferenceTrainer({ ...problemOf(experiment), reduction: 'mean' }, keptParameters(experiment, state))
  const own = trainer.evaluate(rowsOf(validation.dataset, datasetRows)).data * datasetRows.length
  return own / (trainer.evaluate(validation.dataset).data * validation.dataset.rows)
}
