import { expect } from 'vitest'
import { smoothTable } from '../cases.ts'
import { causeSuite, small } from './suite.ts'

const sgd = (learningRate: number, more: object = {}): object => ({ ...small, steps: 200, optimizer: { name: 'sgd', learningRate }, ...more })
causeSuite('learning-rate-too-high', {
  fires: [
    {
      name: 'SGD at 20', training: smoothTable(200, 5), options: { ...sgd(20) },
      also: ({ cause }) => expect(cause?.evidence['growth']).toBeGreaterThan(1.05),
    },
    { name: 'a straight line at 3', training: smoothTable(200, 5), options: { ...sgd(3, { network: { hidden: [], dropout: [] }, batchSize: 200, steps: 2000 }) } },
    { name: 'momentum', training: smoothTable(200, 5), options: { ...sgd(20), optimizer: { name: 'sgd', learningRate: 20, momentum: 0.9 } } },
  ],
  staysSilent: [
    { name: 'a rate that suits', training: smoothTable(200, 5), options: { ...sgd(0.1, { steps: 1000 }) } },
    { name: 'NaN in an input', training: smoothTable(200, 5, [{ row: 5, column: 1, value: NaN }]), options: { ...sgd(0.1) } },
    { name: 'a stray of 1e5', training: smoothTable(200, 5, [{ row: 41, column: 3, value: 1e5 }]), options: { ...sgd(0.05) } },
  ],
})
