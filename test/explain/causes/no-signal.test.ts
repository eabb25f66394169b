import type { Table } from '../../../src/table/table.ts'
import { smoothTable } from '../cases.ts'
import { causeSuite, small } from './suite.ts'

/** The target's rows put where other rows' inputs are. */
function shuffled(table = smoothTable(400, 4)): Table {
  return { ...table, columns: table.columns.map((column, i) => (i === 4 && column.kind === 'numeric' ? { ...column, values: column.values.map((_, row) => column.values[(row * 157 + 31) % table.rows] ?? 0) } : column)) }
}
const options = { ...small, l2: 0, standardize: true, steps: 200, optimizer: { name: 'adam', learningRate: 0.002 } }
causeSuite('no-signal', {
  fires: [
    { name: 'rows that no longer belong together', training: shuffled(), validation: { ...shuffled(smoothTable(300, 4)), name: 'validation' }, options },
  ],
  staysSilent: [
    { name: 'rows that do', training: smoothTable(400, 4), options: { ...options, steps: 600 } },
    { name: 'rows that do, at a rate that is too low', training: smoothTable(400, 4), options: { ...options, optimizer: { name: 'adam', learningRate: 1e-7 } } },
  ],
})
