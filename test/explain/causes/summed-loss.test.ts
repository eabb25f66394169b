import { smoothTable } from '../cases.ts'
import { causeSuite, small } from './suite.ts'

const summed = { ...small, reduction: 'sum', optimizer: { name: 'sgd', learningRate: 0.02 }, steps: 150 }
causeSuite('summed-loss', {
  fires: [
    { name: 'a batch of 200 diverges', training: smoothTable(400, 5), options: { ...summed, batchSize: 200 } },
    { name: 'mse', training: smoothTable(400, 5), options: { ...summed, loss: 'mse', batchSize: 200 } },
  ],
  staysSilent: [
    { name: 'a batch of 4 learns', training: smoothTable(400, 5), options: { ...summed, batchSize: 4, steps: 1500 } },
    { name: 'a mean', training: smoothTable(400, 5), options: { ...summed, reduction: 'mean', batchSize: 200, steps: 1500 } },
    { name: 'NaN in an input', training: smoothTable(400, 5, [{ row: 5, column: 1, value: NaN }]), options: { ...summed, batchSize: 200, optimizer: { name: 'sgd', learningRate: 1e-4 } } },
  ],
})
