import { smoothTable } from '../cases.ts'
import { causeSuite, small } from './suite.ts'

const options = { ...small, steps: 300, l2: 0, optimizer: { name: 'adam', learningRate: 0.01 } }
const network = { hidden: [12], dropout: 0, activation: 'tanh' }
causeSuite('saturation', {
  fires: [
    { name: 'biases of 30', onPage: 1, training: smoothTable(200, 5), options: { ...options, network: { ...network, biasInitializer: { name: 'constant', value: 30 } } } },
    { name: 'sigmoid at -40', training: smoothTable(200, 5), options: { ...options, network: { ...network, activation: 'sigmoid', biasInitializer: { name: 'constant', value: -40 } } } },
  ],
  staysSilent: [
    { name: 'biases of 0', training: smoothTable(200, 5), options: { ...options, network } },
    { name: 'softplus has no bound above', training: smoothTable(200, 5), options: { ...options, network: { ...network, activation: 'softplus', biasInitializer: { name: 'constant', value: 30 } } } },
  ],
})
