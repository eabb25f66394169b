import { expect } from 'vitest'
import { smoothTable } from '../cases.ts'
import { causeSuite, small } from './suite.ts'

const { NaN } = Number
const one = smoothTable(200, 5, [{ row: 41, column: 5, value: NaN }])
causeSuite('nan-in-target', {
  fires: [
    { name: 'one target', onPage: 1, training: one, options: small, cells: [[42, 6]] },
    { name: 'huber', training: one, options: { ...small, loss: { name: 'huber', delta: 0.5 } }, cells: [[42, 6]] },
    {
      name: 'mae, whose derivative is a sign', training: one, options: { ...small, loss: 'mae' }, cells: [[42, 6]],
      also: ({ chain }) => expect(chain[0]?.says).toBe('the target of that row'),
    },
    { name: 'two targets, one of them bad', training: one, options: { ...small, target: [5, 6] }, cells: [[42, 6]] },
  ],
  staysSilent: [
    { name: 'clean data', training: smoothTable(200, 5), options: small },
    { name: 'NaN in an input', training: smoothTable(200, 5, [{ row: 7, column: 2, value: NaN }]), options: small },
    { name: 'rows with NaN filled', training: one, options: { ...small, nonFinite: 'impute' } },
  ],
})
