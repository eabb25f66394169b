import type { Table } from '../../../src/table/table.ts'
import { smoothTable } from '../cases.ts'
import { causeSuite, small } from './suite.ts'

/** The third input is the target in other units; `noise` times the second input away from it. */
function copied(noise: number, table = smoothTable(300, 5)): Table {
  const [, other, , , , target] = table.columns
  return { ...table, columns: table.columns.map((column, i) => (i === 2 && column.kind === 'numeric' && target?.kind === 'numeric' && other?.kind === 'numeric' ? { ...column, values: target.values.map((y, row) => 1.8 * y + 32 + noise * (other.values[row] ?? 0)) } : column)) }
}
const options = { ...small, l2: 0, standardize: true, steps: 300, optimizer: { name: 'adam', learningRate: 0.02 } }
causeSuite('target-copy', {
  fires: [
    { name: 'in other units', training: copied(0), options },
    { name: 'measured a second time', training: copied(1e-3), options },
  ],
  staysSilent: [
    { name: 'an input that goes along with it', training: copied(0.5), options },
    { name: 'inputs of its own', training: smoothTable(300, 5), options },
  ],
})
