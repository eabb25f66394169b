import { smoothTable } from '../cases.ts'
import { causeSuite, small } from './suite.ts'

const options = { ...small, steps: 400, optimizer: { name: 'adam', learningRate: 0.01 } }
causeSuite('regularisation-too-strong', {
  fires: [
    { name: 'L2 of 5', onPage: 1, training: smoothTable(200, 5), options: { ...options, l2: 5 } },
    { name: 'a weight decay of a fifth each step', training: smoothTable(200, 5), options: { ...options, l2: 0, optimizer: { name: 'adamw', learningRate: 0.01, weightDecay: 20 } } },
    // The data's loss falls before the penalty takes the weights, and rises again: steps are not too long for what is minimised.
    { name: 'L2 of 5 at a rate that learns first', training: smoothTable(200, 5), options: { ...options, network: { hidden: [20], dropout: 0 }, standardize: true, l2: 5, optimizer: { name: 'adam', learningRate: 0.005 } } },
  ],
  staysSilent: [
    { name: 'L2 of a thousandth', training: smoothTable(200, 5), options: { ...options, l2: 1e-3 } },
    { name: 'none', training: smoothTable(200, 5), options: { ...options, l2: 0 } },
  ],
})
