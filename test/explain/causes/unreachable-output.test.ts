import { smoothTable } from '../cases.ts'
import { causeSuite, small } from './suite.ts'

const options = { ...small, steps: 400, l2: 0, optimizer: { name: 'adam', learningRate: 0.01 } }
const ending = (outputActivation: string): object => ({ hidden: [12], dropout: 0, activation: 'tanh', outputActivation })
causeSuite('unreachable-output', {
  fires: [
    { name: 'a sigmoid before targets of both signs', training: smoothTable(200, 5), options: { ...options, standardize: true, network: ending('sigmoid') } },
    { name: 'a relu', training: smoothTable(200, 5), options: { ...options, standardize: true, network: ending('relu') } },
  ],
  staysSilent: [
    { name: 'no activation', training: smoothTable(200, 5), options: { ...options, standardize: true, network: ending('identity') } },
    { name: 'tanh before targets within its bounds', training: smoothTable(200, 5), options: { ...options, network: ending('leaky-relu') } },
  ],
})
