import type { Table } from '../../../src/table/table.ts'
import { smoothTable } from '../cases.ts'
import { causeSuite, small } from './suite.ts'

/** A target of the first two inputs: their product, which no plane fits, or their sum. */
function target(of: (a: number, b: number) => number, table = smoothTable(200, 3)): Table {
  const [a, b] = table.columns
  return { ...table, columns: table.columns.map((column, i) => (i === 3 && column.kind === 'numeric' && a?.kind === 'numeric' && b?.kind === 'numeric' ? { ...column, values: column.values.map((_, row) => of(a.values[row] ?? 0, b.values[row] ?? 0)) } : column)) }
}
const options = { ...small, steps: 500, l2: 0, standardize: true, optimizer: { name: 'adam', learningRate: 0.01 } }
const network = { hidden: [12, 12], dropout: 0, activation: 'identity' }
causeSuite('no-activation', {
  fires: [
    { name: 'a product', onPage: 1, training: target((a, b) => a * b), options: { ...options, network } },
  ],
  staysSilent: [
    { name: 'a sum needs none', training: target((a, b) => a + b), options: { ...options, network } },
    { name: 'tanh', training: target((a, b) => a * b), options: { ...options, network: { ...network, activation: 'tanh' } } },
  ],
})
