import { smoothTable } from '../cases.ts'
import { causeSuite, small } from './suite.ts'

const options = { ...small, steps: 300, l2: 0, optimizer: { name: 'adam', learningRate: 0.02 } }
causeSuite('dropout-too-strong', {
  fires: [
    { name: 'five in six of six units', onPage: 1, training: smoothTable(200, 5), options: { ...options, network: { hidden: [6, 6], dropout: 0.85, dropoutScale: 'train' } } },
  ],
  staysSilent: [
    { name: 'half of fifty', training: smoothTable(200, 5), options: { ...options, network: { hidden: [50], dropout: 0.5 } } },
    { name: 'none', training: smoothTable(200, 5), options },
  ],
})
