import { smoothTable } from '../cases.ts'
import { causeSuite, small } from './suite.ts'

const deep = (value: number): object => ({ hidden: [24, 24, 24, 24, 24], dropout: 0, activation: 'relu', initializer: 'he-normal', ...(value === 0 ? {} : { initializer: { name: 'constant', value } }) })
const options = { ...small, steps: 200, l2: 0, optimizer: { name: 'sgd', learningRate: 0.03 } }
causeSuite('exploding-gradients', {
  fires: [
    { name: 'six layers of weights of 1', onPage: 1, training: smoothTable(200, 5), options: { ...options, network: deep(1) } },
  ],
  staysSilent: [
    { name: 'weights that keep sizes', training: smoothTable(200, 5), options: { ...options, network: deep(0) } },
    { name: 'a rate that is too high', training: smoothTable(200, 5), options: { ...options, network: deep(0), optimizer: { name: 'sgd', learningRate: 50 } } },
  ],
})
