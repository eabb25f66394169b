import type { Table } from '../../../src/table/table.ts'
import { smoothTable } from '../cases.ts'
import { causeSuite, small } from './suite.ts'

/** The first input times `by`. */
function scaled(by: number, table = smoothTable(200, 5)): Table {
  return { ...table, columns: table.columns.map((column, i) => (i === 0 && column.kind === 'numeric' ? { ...column, values: column.values.map(value => value * by) } : column)) }
}
const options = { ...small, l2: 0, precision: 'float32', batchSize: 64, steps: 200, network: { hidden: [8], dropout: 0, activation: 'relu' }, optimizer: { name: 'adam', learningRate: 0.005 } }
causeSuite('second-moment-overflow', {
  fires: [
    { name: 'inputs of 1e13 in float32', onPage: 1, training: scaled(1e13), options },
  ],
  staysSilent: [
    { name: 'the same in float64', training: scaled(1e13), options: { ...options, precision: 'float64' } },
    { name: 'the same, standardised', training: scaled(1e13), options: { ...options, standardize: true } },
    { name: 'one cell of 1e14 is a stray', training: smoothTable(200, 5, [{ row: 11, column: 0, value: 1e14 }]), options: { ...options, batchSize: 200 } },
  ],
})
