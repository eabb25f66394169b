import type { Table } from '../../../src/table/table.ts'
import { smoothTable } from '../cases.ts'
import { causeSuite, small } from './suite.ts'

function scaled(by: number, table = smoothTable(200, 5)): Table {
  return { ...table, columns: table.columns.map((column, i) => (i === 1 && column.kind === 'numeric' ? { ...column, values: column.values.map(value => value * by) } : column)) }
}
const sgd = { ...small, steps: 200, optimizer: { name: 'sgd', learningRate: 0.05 } }
causeSuite('inputs-not-scaled', {
  fires: [
    { name: 'one column a thousand times the others', training: scaled(1000), options: sgd },
  ],
  staysSilent: [
    { name: 'the same, standardised', training: scaled(1000), options: { ...sgd, standardize: true, steps: 800 } },
    { name: 'all of one size', training: smoothTable(200, 5), options: { ...sgd, steps: 1000 } },
    { name: 'a rate that is too high for any data', training: scaled(10), options: { ...sgd, optimizer: { name: 'sgd', learningRate: 50 } } },
  ],
})
