import { tableFromColumns } from '../../../src/table/table.ts'
import { smoothTable } from '../cases.ts'
import { causeSuite, small } from './suite.ts'

const smooth = smoothTable(200, 4)
/** A column of zeros gives its weights gradients of 0. */
const withZeros = tableFromColumns('training', [{ kind: 'numeric', name: 'off', values: new Float64Array(200) }, ...smooth.columns])
const adam = { name: 'adam', learningRate: 0.005, beta1: 0.9, beta2: 0.99, epsilon: 0 }
causeSuite('division-by-zero', {
  fires: [
    { name: 'Adam without epsilon, a weight without gradient', training: withZeros, options: { ...small, l2: 0, optimizer: adam }, step: 1 },
    { name: 'RMSProp', training: withZeros, options: { ...small, l2: 0, optimizer: { name: 'rmsprop', learningRate: 0.005, epsilon: 0 } }, step: 1 },
    // 1e-50 is 0 in float32.
  ],
  staysSilent: [
    { name: 'an epsilon', training: withZeros, options: { ...small, l2: 0 } },
    { name: 'NaN in an input', training: smoothTable(200, 5, [{ row: 5, column: 1, value: NaN }]), options: small },
  ],
})
