import type { Table } from '../../../src/table/table.ts'
import { smoothTable } from '../cases.ts'
import { causeSuite, small } from './suite.ts'

function large(by: number, table = smoothTable(200, 5)): Table {
  return { ...table, columns: table.columns.map((column, i) => (i === 5 && column.kind === 'numeric' ? { ...column, values: column.values.map(value => value * by) } : column)) }
}
causeSuite('float32-overflow', {
  fires: [
    { name: 'targets near 1e20, whose squares float32 cannot hold', training: large(1e20), options: { ...small, precision: 'float32' } },
  ],
  staysSilent: [
    { name: 'the same at float64', training: large(1e20), options: small },
    { name: 'a rate that diverges', training: smoothTable(200, 5), options: { ...small, precision: 'float32', steps: 100, optimizer: { name: 'sgd', learningRate: 20 } } },
  ],
})
