import { expect } from 'vitest'
import { tableFromColumns } from '../../../src/table/table.ts'
import { smoothTable } from '../cases.ts'
import { stepsOf, type Seen } from '../programs.ts'
import { causeSuite, small } from './suite.ts'

const smooth = smoothTable(200, 4)
/** A column of zeros gives its weights gradients of 0. */
const withZeros = tableFromColumns('training', [{ kind: 'numeric', name: 'off', values: new Float64Array(200) }, ...smooth.columns])
const adam = { name: 'adam', learningRate: 0.005, beta1: 0.9, beta2: 0.99, epsilon: 0 }
/** A column of weights that are 0 in rows 40 to 49, the failing batch, and, unless that is the only one, in rows 10 to 19. */
function weighted(only: boolean): Seen {
  const values = Float64Array.from({ length: 200 }, (_, row) => ((row >= 40 && row < 50) || (!only && row >= 10 && row < 20) ? 0 : 1 + (row % 3)))
  const table = tableFromColumns('training', [{ kind: 'numeric', name: 'weight', values }, ...smooth.columns])
  return { table, steps: stepsOf(table, 10, [1, 0.9, 0.8, 0.7, NaN]), options: { inputs: [2, 3, 4, 5], target: 6 } }
}

/** Targets of -100 in so many rows from row 40 on, the failing batch. */
function marked(rows: number): Seen {
  const target = smooth.columns.at(-1)
  const values = Float64Array.from(target?.kind === 'numeric' ? target.values : [], (value, row) => (row >= 40 && row < 40 + rows ? -100 : value))
  const table = tableFromColumns('training', [...smooth.columns.slice(0, -1), { kind: 'numeric', name: 'label', values }])
  return { table, steps: stepsOf(table, rows > 10 ? 2 : 10, rows > 10 ? [...new Array<number>(20).fill(0.9), NaN] : [1, 0.9, 0.8, 0.7, NaN]) }
}

causeSuite('division-by-zero', {
  fires: [
    { name: 'Adam without epsilon, a weight without gradient', onPage: 1, training: withZeros, options: { ...small, l2: 0, optimizer: adam }, step: 1 },
    { name: 'RMSProp', training: withZeros, options: { ...small, l2: 0, optimizer: { name: 'rmsprop', learningRate: 0.005, epsilon: 0 } }, step: 1 },
    { name: 'a batch without a row', step: 3, watched: () => ({ table: smooth, steps: [{ rows: [1, 2], loss: 1 }, { rows: [3, 4], loss: 1 }, { rows: [], loss: NaN }] }) },
    { name: 'the first batch of one row', step: 3, watched: () => ({ table: smooth, steps: [{ rows: [1, 2], loss: 1 }, { rows: [3, 4], loss: 1 }, { rows: [5], loss: NaN }] }) },
    { name: 'a gradient that is not finite under a loss that is', step: 2, watched: () => ({ table: smooth, steps: [{ rows: [1, 2], loss: 1, gradients: [1, 2] }, { rows: [3, 4], loss: 0.9, gradients: [NaN, NaN] }] }) },
    { name: 'a gradient of 0 over its norm', step: 2, watched: () => ({ table: smooth, steps: [{ rows: [1, 2], loss: 1, gradients: [1, 2], parameters: [1, 2] }, { rows: [3, 4], loss: 0.9, gradients: [0, 0], parameters: [NaN, NaN] }] }) },
    { name: 'a batch whose targets are all one mark, and are left out', watched: () => marked(10), also: ({ text }) => expect(text).toContain('-100') },
    { name: 'a batch whose weights are all 0', step: 5, watched: () => weighted(true) },
  ],
  staysSilent: [
    { name: 'a batch whose targets are all alike, as half of the table is', watched: () => marked(100) },
    { name: 'a batch whose weights are all 0, as one before it that stayed finite', watched: () => weighted(false) },
    { name: 'batches of one row throughout', watched: () => ({ table: smooth, steps: [{ rows: [1], loss: 1 }, { rows: [2], loss: 1 }, { rows: [3], loss: NaN }] }) },
    { name: 'a gradient that had grown', watched: () => ({ table: smooth, steps: [1, 10, 1e3, 1e6].map((loss, i) => ({ rows: [i, i + 5], loss, gradients: [i === 3 ? NaN : loss] })) }) },
    { name: 'a NaN that was swallowed on its way to the loss', watched: () => ({ table: smoothTable(200, 4, [{ row: 3, column: 1, value: NaN }]), steps: [{ rows: [1, 2], loss: 1, gradients: [1] }, { rows: [3, 4], loss: 0.9, gradients: [NaN] }] }) },
    { name: 'an epsilon', training: withZeros, options: { ...small, l2: 0 } },
    { name: 'NaN in an input', training: smoothTable(200, 5, [{ row: 5, column: 1, value: NaN }]), options: small },
  ],
})
