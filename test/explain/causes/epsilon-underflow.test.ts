import type { Table } from '../../../src/table/table.ts'
import { smoothTable } from '../cases.ts'
import { causeSuite, small } from './suite.ts'

/** The second input is 0 in every row: its weights' gradients are exactly 0. */
function withZeros(table = smoothTable(200, 5)): Table {
  return { ...table, columns: table.columns.map((column, i) => (i === 1 && column.kind === 'numeric' ? { ...column, values: new Float64Array(table.rows) } : column)) }
}
const adam = (epsilon: number): Readonly<Record<string, unknown>> => ({ ...small, l2: 0, precision: 'float32', steps: 300, optimizer: { name: 'adam', learningRate: 0.01, epsilon } })
causeSuite('epsilon-underflow', {
  fires: [
    { name: '1e-46 in float32', onPage: 1, training: withZeros(), options: adam(1e-46), step: 1 },
    { name: '1e-60 in float32', training: withZeros(), options: adam(1e-60), step: 1 },
  ],
  staysSilent: [
    { name: '1e-8', training: withZeros(), options: adam(1e-8) },
    { name: 'an epsilon of 0 is no rounding', training: withZeros(), options: adam(0) },
    { name: '1e-46 in float64', training: withZeros(), options: { ...adam(1e-46), precision: 'float64' } },
  ],
})
