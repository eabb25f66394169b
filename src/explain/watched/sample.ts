/** Rows of a watched table as a network would be given them: numbers, and classes as one output each. */
import type { HeldDataset } from '../../backends/backend.ts'
import { numberAt } from '../../table/stored.ts'
import type { Column } from '../../table/table.ts'
import type { WatchedRun } from './run.ts'

/** Enough to tell a few hundredths of the variance apart. */
const most = 3000

/** Rows whose every number is finite, evenly spread over the table. `classes`: as in WatchedFacts. */
export function watchedSample({ table, columns }: Pick<WatchedRun, 'table' | 'columns'>, classes: number): HeldDataset {
  const inputs = columns.inputs.flatMap(index => partsOf(table.columns[index], table.rows, 0))
  const outputs = columns.targets.flatMap(index => partsOf(table.columns[index], table.rows, classes))
  const every = Math.max(1, Math.floor(table.rows / most))
  const [features, targets]: [number[], number[]] = [[], []]
  let rows = 0
  for (let row = 0; row < table.rows; row += every) {
    const x = inputs.map(part => part(row))
    const y = outputs.map(part => part(row))
    if (![...x, ...y].every(Number.isFinite)) continue
    features.push(...x)
    targets.push(...y)
    rows++
  }
  return { rows, inputs: inputs.length, outputs: outputs.length, features: Float64Array.from(features), targets: Float64Array.from(targets) }
}

/** What a column gives the network, a number each: itself, or 1 for the one of its classes that the row has. */
function partsOf(column: Column | undefined, rows: number, classes: number): ((row: number) => number)[] {
  if (column === undefined) return []
  if (column.kind === 'text') return column.levels.map((_, code) => (row: number) => (column.codes[row] === code ? 1 : 0))
  if (classes < 3) return [row => numberAt(column, row)]
  const labels = new Set<number>()
  for (let row = 0; row < rows; row++) labels.add(numberAt(column, row))
  return [...labels].filter(Number.isFinite).map(label => (row: number) => (Number.isFinite(numberAt(column, row)) ? (numberAt(column, row) === label ? 1 : 0) : Number.NaN))
}
