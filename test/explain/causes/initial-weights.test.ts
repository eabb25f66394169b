import { smoothTable } from '../cases.ts'
import { causeSuite, small } from './suite.ts'

const network = { hidden: [8], dropout: 0, activation: 'relu' }
const options = { ...small, steps: 300, l2: 0, optimizer: { name: 'adam', learningRate: 0.02 } }
causeSuite('initial-weights', {
  fires: [
    { name: 'all zero', onPage: 1, training: smoothTable(200, 5), options: { ...options, network: { ...network, initializer: 'zeros' } } },
    { name: 'not finite before the first step', step: 0, watched: () => ({ table: smoothTable(200, 5), steps: [{ step: 0, parameters: [1, NaN] }, { step: 1, rows: [1, 2], loss: NaN }] }) },
    { name: 'a first step that nothing in the table explains', step: 1, watched: () => ({ table: smoothTable(200, 5), steps: [{ rows: [1, 2], loss: NaN }] }) },
  ],
  staysSilent: [
    { name: 'a first update that broke', watched: () => ({ table: smoothTable(200, 5), steps: [{ rows: [1, 2], loss: 1, gradients: [1, 1], parameters: [NaN, NaN] }] }) },
    { name: 'a first step with a bad cell in the table', watched: () => ({ table: smoothTable(200, 5, [{ row: 50, column: 1, value: NaN }]), steps: [{ rows: [1, 2], loss: NaN }] }) },
    { name: 'drawn at random', training: smoothTable(200, 5), options: { ...options, network } },
    { name: 'NaN in an input', training: smoothTable(200, 5, [{ row: 5, column: 1, value: NaN }]), options: { ...options, network: { ...network, initializer: 'zeros' } } },
  ],
})
