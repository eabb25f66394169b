import { smoothTable } from '../cases.ts'
import { causeSuite, small } from './suite.ts'

const options = { ...small, steps: 200, l2: 0, precision: 'float32' }
causeSuite('frozen-parameters', {
  fires: [
    { name: 'steps below what float32 tells apart', training: smoothTable(200, 5), options: { ...options, optimizer: { name: 'sgd', learningRate: 1e-13 } } },
    { name: 'gradients clipped to nothing', training: smoothTable(200, 5), options: { ...options, clip: { norm: 1e-14 }, optimizer: { name: 'sgd', learningRate: 0.2 } } },
  ],
  staysSilent: [
    { name: 'a rate that suits', training: smoothTable(200, 5), options: { ...options, steps: 500, optimizer: { name: 'adam', learningRate: 0.01 } } },
    { name: 'small steps that float64 holds', training: smoothTable(200, 5), options: { ...options, precision: 'float64', optimizer: { name: 'adam', learningRate: 1e-9 } } },
  ],
})
