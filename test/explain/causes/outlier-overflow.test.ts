import { smoothTable } from '../cases.ts'
import { causeSuite, small } from './suite.ts'

causeSuite('outlier-overflow', {
  fires: [
    { name: 'a target of 1e155, whose square overflows', training: smoothTable(200, 5, [{ row: 41, column: 5, value: 1e155 }]), options: small, cells: [[42, 6]] },
    { name: 'an input of 1e200', training: smoothTable(200, 5, [{ row: 41, column: 3, value: 1e200 }]), options: small, cells: [[42, 4]] },
    { name: 'an input of 1e120, which overflows second moments', training: smoothTable(200, 5, [{ row: 41, column: 3, value: 1e120 }]), options: small, cells: [[42, 4]] },
    { name: 'an input of 1e15 at float32', training: smoothTable(200, 5, [{ row: 41, column: 3, value: 1e15 }]), options: { ...small, precision: 'float32' }, cells: [[42, 4]] },
    {
      name: 'a stray of 1e5 that throws plain SGD off', training: smoothTable(200, 5, [{ row: 41, column: 3, value: 1e5 }]),
      options: { ...small, optimizer: { name: 'sgd', learningRate: 0.05 }, steps: 60 }, cells: [[42, 4]],
    },
    {
      name: 'a target of 1e200 in the validation table alone', training: smoothTable(200, 5), validation: smoothTable(80, 5, [{ row: 6, column: 5, value: 1e200 }]),
      options: { ...small, evaluateEvery: 1 }, cells: [[7, 6]],
    },
  ],
  staysSilent: [
    { name: 'clean data', training: smoothTable(200, 5), options: small },
    { name: 'a stray that does no harm', training: smoothTable(200, 5, [{ row: 41, column: 3, value: 60 }]), options: small },
    { name: 'a rate that diverges', training: smoothTable(200, 5), options: { ...small, optimizer: { name: 'sgd', learningRate: 100 }, steps: 100 } },
    { name: 'NaN beside a stray', training: smoothTable(200, 5, [{ row: 41, column: 3, value: 1e5 }, { row: 9, column: 1, value: NaN }]), options: small },
  ],
})
