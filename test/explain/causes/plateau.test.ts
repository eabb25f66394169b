import { smoothTable } from '../cases.ts'
import { causeSuite, small } from './suite.ts'

const options = { ...small, steps: 400, l2: 0, optimizer: { name: 'adam', learningRate: 0.01 } }
causeSuite('plateau', {
  fires: [
    { name: 'the rate halves each step', onPage: 1, training: smoothTable(200, 5), options: { ...options, schedule: { name: 'exponential', factor: 0.5 } } },
    { name: 'a hundredth every four steps', training: smoothTable(200, 5), options: { ...options, schedule: { name: 'step', every: 4, factor: 0.01 } } },
  ],
  staysSilent: [
    { name: 'half a cosine', training: smoothTable(200, 5), options: { ...options, schedule: { name: 'cosine' } } },
    { name: 'a constant rate', training: smoothTable(200, 5), options },
  ],
})
