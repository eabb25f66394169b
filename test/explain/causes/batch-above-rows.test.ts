import { smoothTable } from '../cases.ts'
import { causeSuite, small } from './suite.ts'

const { steps: _, ...rest } = small
const options = { ...rest, l2: 0, optimizer: { name: 'adam', learningRate: 0.003 }, epochs: 6 }
causeSuite('batch-above-rows', {
  fires: [
    { name: 'six epochs of one step', onPage: 1, training: smoothTable(600, 5), options: { ...options, batchSize: 10_000, epochs: 10 } },
  ],
  staysSilent: [
    { name: 'six epochs of thirty steps', training: smoothTable(600, 5), options: { ...options, batchSize: 20 } },
    { name: 'many steps of all rows', training: smoothTable(200, 5), options: { ...rest, steps: 500, batchSize: 10_000, l2: 0, optimizer: { name: 'adam', learningRate: 0.02 } } },
  ],
})
