import type { Table } from '../../../src/table/table.ts'
import { smoothTable } from '../cases.ts'
import { causeSuite, small } from './suite.ts'

const options = { ...small, steps: 400, l2: 0, optimizer: { name: 'adam', learningRate: 0.01 } }
const ending = (outputActivation: string): object => ({ hidden: [12], dropout: 0, activation: 'tanh', outputActivation })
const inHundreds = (table: Table): Table => ({
  ...table, columns: table.columns.map((column, i) => (column.kind === 'numeric' && i === table.columns.length - 1 ? { ...column, values: Float64Array.from(column.values, value => 300 + 80 * value) } : column)),
})

causeSuite('unreachable-output', {
  fires: [
    { name: 'a sigmoid before targets of both signs', onPage: 1, training: smoothTable(200, 5), options: { ...options, standardize: true, network: ending('sigmoid') } },
    { name: 'a relu', training: smoothTable(200, 5), options: { ...options, standardize: true, network: ending('relu') } },
    // Not even the nearest value within the bounds beats the mean: scaling alone would move targets into reach, and is not what is wrong.
    { name: 'a tanh before targets in the hundreds', training: inHundreds(smoothTable(200, 5)), options: { ...options, network: ending('tanh') } },
  ],
  staysSilent: [
    { name: 'no activation', training: smoothTable(200, 5), options: { ...options, standardize: true, network: ending('identity') } },
    { name: 'tanh before targets within its bounds', training: smoothTable(200, 5), options: { ...options, network: ending('leaky-relu') } },
  ],
})
