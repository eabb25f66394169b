import { expect, test } from 'vitest'
import { causes } from '../../../src/explain/causes/index.ts'
import { explain } from '../../../src/explain/explain.ts'
import type { Table } from '../../../src/table/table.ts'
import { lineTable, ran, smoothTable } from '../cases.ts'
import { causeSuite, small } from './suite.ts'

function large(by: number, table = smoothTable(200, 5)): Table {
  return { ...table, columns: table.columns.map((column, i) => (i === 5 && column.kind === 'numeric' ? { ...column, values: column.values.map(value => value * by) } : column)) }
}
causeSuite('float32-overflow', {
  fires: [
    {
      name: 'a scaler that never finds its factor', step: 1,
      watched: () => ({ table: smoothTable(200, 5), steps: Array.from({ length: 40 }, (_, i) => ({ rows: [i, i + 40], loss: 1, gradients: [i % 3 === 0 ? Infinity : 0.1] })), options: { precision: 'float16' } }),
    },
    { name: 'targets in the hundreds in half precision', step: 1, watched: () => ({ table: large(500), steps: [{ rows: [1, 2], loss: Infinity }], options: { precision: 'float16' } }) },
    { name: 'a loss that is multiplied before its gradient is taken', step: 1, watched: () => ({ table: smoothTable(200, 5), steps: [{ rows: [1, 2], loss: 1, gradients: [Infinity] }], options: { precision: 'float16' } }) },
    { name: 'targets near 1e20, whose squares float32 cannot hold', onPage: 1, training: large(1e20), options: { ...small, precision: 'float32' } },
  ],
  staysSilent: [
    {
      name: 'steps that a scaler of the loss leaves out', also: ({ outcome, text }) => expect([outcome, text]).toEqual(['healthy', expect.stringContaining('a scaler of the loss finds its factor')]),
      watched: () => ({ table: smoothTable(200, 5), steps: Array.from({ length: 40 }, (_, i) => ({ rows: [i, i + 40], loss: 1 / (1 + i), gradients: [i === 0 || i === 20 ? Infinity : 0.1], parameters: [1] })), options: { precision: 'float16' } }),
    },
    { name: 'another program at float32', watched: () => ({ table: large(500), steps: [{ rows: [1, 2], loss: Infinity }], options: { precision: 'float32' } }) },
    { name: 'targets of size 1 in half precision', watched: () => ({ table: smoothTable(200, 5), steps: [{ rows: [1, 2], loss: 1 }, { rows: [3, 4], loss: NaN }], options: { precision: 'float16' } }) },
    { name: 'the same at float64', training: large(1e20), options: small },
    { name: 'a rate that diverges', training: smoothTable(200, 5), options: { ...small, precision: 'float32', steps: 100, optimizer: { name: 'sgd', learningRate: 20 } } },
  ],
})

test('a run that diverges after weights that were kept as its best proves nothing by lasting longer', async () => {
  const options = {
    ...small, precision: 'float32', batchSize: 30, steps: 100, evaluateEvery: 1, earlyStopping: { patience: 90 }, network: { hidden: [] }, optimizer: { name: 'sgd', learningRate: 0.01 },
  }
  const of = await ran({ training: lineTable(30), validation: lineTable(20) }, options)
  const { cause, replays } = await explain(of, { causes: causes.filter(({ id }) => id === 'float32-overflow') })
  expect(replays.map(({ status }) => status)).not.toContain('non-finite')
  expect(cause).toMatchObject({ id: 'float32-overflow', proven: false })
})
