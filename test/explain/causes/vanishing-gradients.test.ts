import { smoothTable } from '../cases.ts'
import { causeSuite, small } from './suite.ts'

const deep = (activation: string, layers = 10): object => ({ hidden: Array.from({ length: layers }, () => 12), dropout: 0, activation, initializer: 'glorot-uniform' })
const options = { ...small, steps: 400, l2: 0, optimizer: { name: 'sgd', learningRate: 0.05, momentum: 0.9 } }
causeSuite('vanishing-gradients', {
  fires: [
    { name: 'ten layers of sigmoid', onPage: 1, training: smoothTable(200, 5), options: { ...options, network: deep('sigmoid') } },
  ],
  staysSilent: [
    { name: 'two of them', training: smoothTable(200, 5), options: { ...options, optimizer: { name: 'adam', learningRate: 0.02 }, network: deep('sigmoid', 2) } },
    { name: 'ten of tanh', training: smoothTable(200, 5), options: { ...options, network: deep('tanh') } },
  ],
})
