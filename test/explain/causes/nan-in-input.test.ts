import { expect } from 'vitest'
import { smoothTable } from '../cases.ts'
import { causeSuite, small } from './suite.ts'

const { NaN } = Number
causeSuite('nan-in-input', {
  fires: [
    { name: 'one cell', training: smoothTable(200, 5, [{ row: 41, column: 3, value: NaN }]), options: small, cells: [[42, 4]] },
    {
      name: 'three cells, two of them in one row', training: smoothTable(200, 5, [{ row: 3, column: 0, value: NaN }, { row: 3, column: 4, value: NaN }, { row: 199, column: 2, value: NaN }]),
      options: small, cells: [[4, 1], [4, 5], [200, 3]],
    },
    { name: 'float32', training: smoothTable(200, 5, [{ row: 41, column: 3, value: NaN }]), options: { ...small, precision: 'float32' }, cells: [[42, 4]] },
    { name: "NumPy's draws", training: smoothTable(200, 5, [{ row: 41, column: 3, value: NaN }]), options: { ...small, draws: 'numpy', seed: 7 }, cells: [[42, 4]] },
    { name: 'standardised', training: smoothTable(200, 5, [{ row: 41, column: 3, value: NaN }]), options: { ...small, standardize: true }, cells: [[42, 4]] },
    {
      name: 'by epoch', training: smoothTable(200, 5, [{ row: 41, column: 3, value: NaN }]), options: { ...small, sampling: 'epoch' }, cells: [[42, 4]],
      also: ({ batchLaw, step }) => {
        expect(batchLaw).toMatchObject({ sampling: 'epoch', rows: 200, badRows: 1, batch: 20, expectedStep: 5.5 })
        expect(step).toBeLessThanOrEqual(10)
      },
    },
    { name: 'deep, tanh, mae', training: smoothTable(200, 5, [{ row: 41, column: 3, value: NaN }]), options: { ...small, network: { hidden: [8, 6], activation: 'tanh', dropout: 0.2 }, loss: 'mae' }, cells: [[42, 4]] },
    {
      name: 'beside decoys in a column that is not used', training: smoothTable(200, 5, [{ row: 41, column: 3, value: NaN }, { row: 7, column: 0, value: NaN }]),
      options: { ...small, inputs: [2, 3, 4, 5] }, cells: [[42, 4]],
      also: ({ ruledOut }) => expect(ruledOut).toContainEqual({ id: 'unused-columns', because: 'one cell in them is not finite, and the network never reads it' }),
    },
    {
      name: 'beside a NaN target', training: smoothTable(60, 5, [{ row: 41, column: 3, value: NaN }, { row: 7, column: 5, value: NaN }]),
      options: { ...small, batchSize: 60 }, cells: [[8, 6], [42, 4]], step: 1,
    },
  ],
  staysSilent: [
    { name: 'clean data', training: smoothTable(200, 5), options: small },
    { name: 'NaN in an unused column', training: smoothTable(200, 5, [{ row: 7, column: 0, value: NaN }]), options: { ...small, inputs: [2, 3, 4, 5] } },
    { name: 'rows with NaN left out', training: smoothTable(200, 5, [{ row: 7, column: 0, value: NaN }]), options: { ...small, nonFinite: 'drop' } },
    { name: 'NaN in a target', training: smoothTable(200, 5, [{ row: 7, column: 5, value: NaN }]), options: small },
    { name: 'a rate that diverges', training: smoothTable(200, 5), options: { ...small, optimizer: { name: 'sgd', learningRate: 1e9 } } },
  ],
})
