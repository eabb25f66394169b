import type { Table } from '../../../src/table/table.ts'
import { smoothTable } from '../cases.ts'
import { causeSuite, small } from './suite.ts'

/** A plane with noise as large as itself, from a generator of its own. */
function noisy(rows: number): Table {
  const table = smoothTable(rows, 5)
  let state = 99
  const noise = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2147483648 - 1
  }
  const value = (c: number, row: number): number => {
    const column = table.columns[c]
    return column?.kind === 'numeric' ? column.values[row] ?? 0 : 0
  }
  return { ...table, columns: table.columns.map((column, i) => (i === 5 && column.kind === 'numeric' ? { ...column, values: column.values.map((_, row) => value(0, row) - value(1, row) + noise()) } : column)) }
}
const options = { ...small, steps: 600, l2: 0, standardize: true, network: { hidden: [24], dropout: 0, activation: 'tanh' } }
causeSuite('batch-too-small', {
  fires: [
    { name: 'one row at a time', onPage: 1, training: noisy(400), options: { ...options, batchSize: 1, optimizer: { name: 'sgd', learningRate: 0.12 } } },
  ],
  staysSilent: [
    { name: 'one row at a time, at a rate for it', training: noisy(400), options: { ...options, batchSize: 1, steps: 2000, optimizer: { name: 'sgd', learningRate: 0.005 } } },
    { name: 'sixty-four', training: noisy(400), options: { ...options, batchSize: 64, optimizer: { name: 'sgd', learningRate: 0.05 } } },
  ],
})
