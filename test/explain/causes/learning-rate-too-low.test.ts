import { smoothTable } from '../cases.ts'
import { causeSuite, small } from './suite.ts'

const options = { ...small, steps: 400, l2: 0 }
causeSuite('learning-rate-too-low', {
  fires: [
    { name: 'Adam at a millionth', training: smoothTable(200, 5), options: { ...options, optimizer: { name: 'adam', learningRate: 1e-6 } } },
    { name: 'SGD at a hundred-thousandth', training: smoothTable(200, 5), options: { ...options, optimizer: { name: 'sgd', learningRate: 1e-5 } } },
  ],
  staysSilent: [
    { name: 'a rate that suits', training: smoothTable(200, 5), options: { ...options, optimizer: { name: 'adam', learningRate: 0.01 } } },
    { name: 'all units dead', training: smoothTable(200, 5), options: { ...options, optimizer: { name: 'adam', learningRate: 0.01 }, network: { hidden: [8], dropout: 0, activation: 'relu', biasInitializer: { name: 'constant', value: -50 } } } },
  ],
})
