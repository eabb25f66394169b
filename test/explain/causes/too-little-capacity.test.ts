import { smoothTable } from '../cases.ts'
import { causeSuite, small } from './suite.ts'

const options = { ...small, steps: 600, l2: 0, standardize: true, optimizer: { name: 'adam', learningRate: 0.02 } }
causeSuite('too-little-capacity', {
  fires: [
    { name: 'one unit', onPage: 1, training: smoothTable(300, 3), options: { ...options, network: { hidden: [1], dropout: 0, activation: 'tanh' } } },
  ],
  staysSilent: [
    { name: 'twelve', training: smoothTable(300, 3), options: { ...options, network: { hidden: [12], dropout: 0, activation: 'tanh' } } },
    { name: 'no hidden layer is a choice', training: smoothTable(300, 3), options: { ...options, network: { hidden: [], dropout: [] } } },
  ],
})
