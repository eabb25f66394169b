import type { Table } from '../../../src/table/table.ts'
import { lineTable, smoothTable } from '../cases.ts'
import { causeSuite, small } from './suite.ts'

/** The target times `by`, plus `offset`. */
function scaled(by: number, offset = 0, table = smoothTable(200, 5)): Table {
  return { ...table, columns: table.columns.map((column, i) => (i === 5 && column.kind === 'numeric' ? { ...column, values: column.values.map(value => value * by + offset) } : column)) }
}
const options = { ...small, steps: 400, l2: 0, optimizer: { name: 'adam', learningRate: 0.005 } }
causeSuite('targets-not-scaled', {
  fires: [
    { name: 'a thousand times', onPage: 1, training: scaled(1000, 5000), options },
    { name: 'a millionth', training: scaled(1e-6), options: { ...options, optimizer: { name: 'sgd', learningRate: 1e-3 } } },
  ],
  staysSilent: [
    { name: 'the same, standardised', training: scaled(1000, 5000), options: { ...options, standardize: true } },
    { name: 'targets that are larger than inputs which alone make steps too long', training: lineTable(30), options: { ...options, network: { hidden: [] }, optimizer: { name: 'sgd', learningRate: 0.01 } } },
    { name: 'of size 1', training: smoothTable(200, 5), options },
  ],
})
