import { smoothTable } from '../cases.ts'
import { causeSuite, small } from './suite.ts'

const infinite = smoothTable(200, 5, [{ row: 41, column: 3, value: Infinity }])
causeSuite('infinite-in-input', {
  fires: [
    { name: 'Infinity', training: infinite, options: small, cells: [[42, 4]] },
    { name: '-Infinity', training: smoothTable(200, 5, [{ row: 41, column: 3, value: -Infinity }]), options: small, cells: [[42, 4]] },
    // tanh(Infinity) is 1: the loss stays finite, and the gradient, Infinity times 0, is NaN.
    { name: 'tanh hides it from the loss', onPage: 1, training: infinite, options: { ...small, network: { hidden: [8], dropout: 0, activation: 'tanh' } }, cells: [[42, 4]] },
    { name: '1e39 at float32', training: smoothTable(200, 5, [{ row: 41, column: 3, value: 1e39 }]), options: { ...small, precision: 'float32' }, cells: [[42, 4]] },
  ],
  staysSilent: [
    { name: 'clean data', training: smoothTable(200, 5), options: small },
    { name: '1e39 at float64', training: smoothTable(200, 5, [{ row: 41, column: 3, value: 1e39 }]), options: small },
    { name: 'NaN', training: smoothTable(200, 5, [{ row: 41, column: 3, value: NaN }]), options: small },
  ],
})
