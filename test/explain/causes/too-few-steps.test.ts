import { smoothTable } from '../cases.ts'
import { causeSuite, small } from './suite.ts'

const options = { ...small, l2: 0, optimizer: { name: 'adam', learningRate: 0.005 } }
causeSuite('too-few-steps', {
  fires: [
    { name: 'four steps', onPage: 1, training: smoothTable(200, 5), options: { ...options, steps: 4 } },
  ],
  staysSilent: [
    { name: 'five hundred', training: smoothTable(200, 5), options: { ...options, steps: 500 } },
    { name: 'four at a rate that needs a million', training: smoothTable(200, 5), options: { ...options, steps: 4, optimizer: { name: 'adam', learningRate: 1e-7 } } },
  ],
})
