import { smoothTable } from '../cases.ts'
import { causeSuite, small } from './suite.ts'

const network = { hidden: [8], dropout: 0, activation: 'relu' }
const options = { ...small, steps: 300, l2: 0, optimizer: { name: 'adam', learningRate: 0.02 } }
causeSuite('initial-weights', {
  fires: [
    { name: 'all zero', training: smoothTable(200, 5), options: { ...options, network: { ...network, initializer: 'zeros' } } },
  ],
  staysSilent: [
    { name: 'drawn at random', training: smoothTable(200, 5), options: { ...options, network } },
    { name: 'NaN in an input', training: smoothTable(200, 5, [{ row: 5, column: 1, value: NaN }]), options: { ...options, network: { ...network, initializer: 'zeros' } } },
  ],
})
