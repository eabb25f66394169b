import { smoothTable } from '../cases.ts'
import { causeSuite, small } from './suite.ts'

const options = { ...small, steps: 300, l2: 0, optimizer: { name: 'adam', learningRate: 0.01 } }
const dead = { hidden: [12], dropout: 0, activation: 'relu', biasInitializer: { name: 'constant', value: -20 } }
causeSuite('dead-relu', {
  fires: [
    { name: 'biases of -20', onPage: 1, training: smoothTable(200, 5), options: { ...options, network: dead } },
  ],
  staysSilent: [
    { name: 'biases of 0', training: smoothTable(200, 5), options: { ...options, network: { ...dead, biasInitializer: 'zeros' } } },
    { name: 'a slope below 0', training: smoothTable(200, 5), options: { ...options, network: { ...dead, activation: 'leaky-relu' } } },
  ],
})
