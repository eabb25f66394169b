import { smoothTable } from '../cases.ts'
import { causeSuite, small } from './suite.ts'

causeSuite('infinite-in-target', {
  fires: [
    { name: 'Infinity', onPage: 1, training: smoothTable(200, 5, [{ row: 41, column: 5, value: Infinity }]), options: small, cells: [[42, 6]] },
    { name: '1e39 at float32', training: smoothTable(200, 5, [{ row: 41, column: 5, value: 1e39 }]), options: { ...small, precision: 'float32' }, cells: [[42, 6]] },
  ],
  staysSilent: [
    { name: 'clean data', training: smoothTable(200, 5), options: small },
    { name: 'Infinity in an input', training: smoothTable(200, 5, [{ row: 41, column: 2, value: Infinity }]), options: small },
  ],
})
