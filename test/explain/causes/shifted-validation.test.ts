import type { Table } from '../../../src/table/table.ts'
import { smoothTable } from '../cases.ts'
import { causeSuite, small } from './suite.ts'

/** Inputs moved by `by`, and the target that they then have: it bends beyond where training rows lie. */
function moved(by: number): Table {
  const table = smoothTable(100, 3, [], 'validation')
  const value = (c: number, row: number): number => {
    const column = table.columns[c]
    return column?.kind === 'numeric' ? (column.values[row] ?? 0) + by : 0
  }
  const target = (row: number): number => Math.sin(3 * value(0, row)) * value(1, row) + 0.5 * value(2, row) ** 2
  return { ...table, columns: table.columns.map((column, i) => (column.kind === 'numeric' ? { ...column, values: column.values.map((_, row) => (i === 3 ? target(row) : value(i, row))) } : column)) }
}
/** The same inputs, whose target lies higher by `by`. */
function level(by: number): Table {
  const table = smoothTable(100, 3, [], 'validation')
  return { ...table, columns: table.columns.map((column, i) => (column.kind === 'numeric' && i === 3 ? { ...column, values: column.values.map(value => value + by) } : column)) }
}
const options = { ...small, l2: 0, standardize: true, steps: 600, evaluateEvery: 50, network: { hidden: [16], dropout: 0 }, optimizer: { name: 'adam', learningRate: 0.02 } }
causeSuite('shifted-validation', {
  fires: [
    { name: 'moved by two', onPage: 1, training: smoothTable(300, 3), validation: moved(2), options },
    { name: 'the same inputs, a target at another level', training: smoothTable(300, 3), validation: level(2), options },
  ],
  staysSilent: [
    { name: 'from the same place', training: smoothTable(300, 3), validation: moved(0), options },
    { name: 'one stray among rows of the same place', training: smoothTable(300, 3), validation: smoothTable(100, 3, [{ row: 40, column: 1, value: 1e79 }], 'validation'), options: { ...options, steps: 60 } },
  ],
})
