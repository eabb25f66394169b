import type { Table } from '../../../src/table/table.ts'
import { smoothTable } from '../cases.ts'
import { causeSuite, small } from './suite.ts'

/** The size of the first input: two units of relu suffice, if both bend the right way. */
function size(table = smoothTable(300, 1)): Table {
  const [x] = table.columns
  return { ...table, columns: table.columns.map((column, i) => (i === 1 && column.kind === 'numeric' && x?.kind === 'numeric' ? { ...column, values: x.values.map(Math.abs) } : column)) }
}
const options = { ...small, steps: 500, l2: 0, standardize: true, optimizer: { name: 'adam', learningRate: 0.02 }, network: { hidden: [2], dropout: 0, activation: 'relu' } }
causeSuite('seed-dependent', {
  fires: [
    { name: 'both units bend the wrong way', onPage: 1, training: size(), options: { ...options, seed: 0 } },
  ],
  staysSilent: [
    { name: 'a seed that learns', training: size(), options: { ...options, seed: 1 } },
    { name: 'many units', training: size(), options: { ...options, seed: 0, network: { hidden: [30], dropout: 0, activation: 'relu' } } },
  ],
})
