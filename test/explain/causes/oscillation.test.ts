import { smoothTable } from '../cases.ts'
import { causeSuite, small } from './suite.ts'

const options = { ...small, batchSize: 200, l2: 0, steps: 150, standardize: true, network: { hidden: [8], dropout: 0, activation: 'tanh' } }
causeSuite('oscillation', {
  fires: [
    { name: 'a momentum that never forgets', onPage: 1, training: smoothTable(200, 5), options: { ...options, optimizer: { name: 'sgd', learningRate: 0.3, momentum: 0.999 } } },
  ],
  staysSilent: [
    { name: 'a momentum of 0.9', training: smoothTable(200, 5), options: { ...options, steps: 400, optimizer: { name: 'sgd', learningRate: 0.1, momentum: 0.9 } } },
    { name: 'small batches waver', training: smoothTable(200, 5), options: { ...options, batchSize: 4, steps: 600, optimizer: { name: 'sgd', learningRate: 0.05 } } },
  ],
})
