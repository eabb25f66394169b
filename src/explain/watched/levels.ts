/** What a loss is where a network knows nothing, told from the table alone: what first and last losses of other programs are held against. */
import { numberAt, piecesOf } from '../../table/stored.ts'
import type { ColumnFigures } from '../evidence.ts'
import type { WatchedRun } from './run.ts'

/** A loss of one row, in the mean, and what it is the loss of. */
export interface Level {
  readonly loss: number
  /** The program has its targets scaled to deviation 1. */
  readonly scaled: boolean
}

type Of = Pick<WatchedRun, 'declared' | 'table' | 'columns'>

/** Of a network fresh from its first weights, which answers about 0, or every class alike. */
export function freshLevels({ declared: { loss = '' } }: Of, columns: readonly ColumnFigures[], classes: number): Level[] {
  if (classes > 1) return [{ loss: Math.log(classes), scaled: false }]
  const targets = columns.filter(({ part }) => part === 'target')
  if (targets.length === 0) return []
  if (isAbsolute(loss)) return [{ loss: mean(targets.map(({ mean: middle, deviation }) => Math.max(Math.abs(middle), 0.8 * deviation))), scaled: false }, { loss: 0.8, scaled: true }]
  return [{ loss: mean(targets.map(({ mean: middle, deviation }) => middle ** 2 + deviation ** 2)), scaled: false }, { loss: 1, scaled: true }]
}

/** Of the best answer that is the same for every row: the mean, the median, the classes' shares. Empty where the loss is of a kind that this does not know. */
export function constantLevels(run: Of, columns: readonly ColumnFigures[], classes: number): Level[] {
  const { declared: { loss = '' } } = run
  if (classes > 1) return loss === '' || /entropy|nll|log|bce|softmax|logits/i.test(loss) ? [{ loss: entropyOf(run), scaled: false }] : []
  const targets = columns.filter(({ part }) => part === 'target')
  const deviation = Math.sqrt(mean(targets.map(one => one.deviation ** 2)))
  if (targets.length === 0 || !(deviation > 0)) return []
  const squared = [deviation ** 2, deviation ** 2 / 2]
  const absolute = [mean(targets.map(({ index, median: middle }) => absoluteDeviation(run, index, middle)))]
  const found = isAbsolute(loss) ? absolute : loss === '' ? [...squared, ...absolute] : isSquared(loss) ? squared : []
  const root = /rmse|root/i.test(loss) ? found.map(Math.sqrt) : found
  return root.flatMap((one, i) => [{ loss: one, scaled: false }, { loss: isAbsolute(loss) || i > 1 ? one / deviation : i === 1 ? 0.5 : 1, scaled: true }])
}

function isAbsolute(loss: string): boolean {
  return /mae|absolute|\bl1\b/i.test(loss) && !/percent|mape/i.test(loss)
}

function isSquared(loss: string): boolean {
  return /mse|squared|square|\bl2\b|quadratic|half/i.test(loss) && !/log/i.test(loss)
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, one) => sum + one, 0) / values.length
}

/** The entropy of the classes' shares, in nats. */
function entropyOf({ table, columns }: Of): number {
  const column = table.columns[columns.targets[0] ?? -1]
  if (column === undefined) return Number.NaN
  const counts = new Map<number, number>()
  const count = (value: number): Map<number, number> => counts.set(value, (counts.get(value) ?? 0) + 1)
  if (column.kind === 'text') column.codes.forEach(count)
  else for (const { values } of piecesOf(column)) values.forEach(value => { if (Number.isFinite(value)) count(value) })
  const all = [...counts.values()].reduce((sum, one) => sum + one, 0)
  return [...counts.values()].reduce((sum, one) => sum - (one / all) * Math.log(one / all), 0)
}

function absoluteDeviation({ table }: Of, index: number, middle: number): number {
  const column = table.columns[index]
  if (column === undefined || column.kind === 'text') return Number.NaN
  let [sum, count] = [0, 0]
  for (let row = 0; row < table.rows; row++) {
    const value = numberAt(column, row)
    if (!Number.isFinite(value)) continue
    sum += Math.abs(value - middle)
    count++
  }
  return sum / count
}
