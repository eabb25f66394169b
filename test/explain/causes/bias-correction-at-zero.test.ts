import { expect } from 'vitest'
import { smoothTable } from '../cases.ts'
import { programRun, stepsOf } from '../programs.ts'
import { causeSuite } from './suite.ts'

const table = smoothTable(40, 3)
const { NaN } = Number
causeSuite('bias-correction-at-zero', {
  fires: [
    {
      name: 'parameters shown: all broken after finite gradients', onPage: 1, step: 1,
      watched: () => programRun({ program: { biasCorrectionFrom: 0, shows: ['gradients', 'parameters', 'moments'] } }),
      also: ({ cause }) => expect(cause?.summary).toContain('all 61 parameters'),
    },
    { name: 'parameters alone', step: 1, watched: () => programRun({ program: { biasCorrectionFrom: 0, shows: ['parameters'] } }) },
    { name: 'losses alone: the second step', step: 2, watched: () => programRun({ program: { biasCorrectionFrom: 0 } }) },
    { name: 'a program that counts its steps from 0', step: 1, watched: () => ({ table, steps: [{ step: 0, loss: 1, rows: [1, 2] }, { step: 1, loss: NaN, rows: [3, 4] }] }) },
  ],
  staysSilent: [
    { name: 't from 1', watched: () => programRun({ program: { biasCorrectionFrom: 1 } }) },
    { name: 'the third step', watched: () => ({ table, steps: stepsOf(table, 10, [1, 1, NaN]) }) },
    { name: 'plain gradient descent', watched: () => ({ table, steps: stepsOf(table, 10, [1, NaN]), options: { optimizer: 'sgd' } }) },
    { name: 'a bad cell in the second batch', watched: () => { const bad = smoothTable(40, 3, [{ row: 15, column: 1, value: NaN }]); return { table: bad, steps: stepsOf(bad, 10, [1, NaN]) } } },
    { name: 'some parameters spared', watched: () => programRun({ program: { float16Epsilon: true, shows: ['gradients', 'parameters', 'moments'] } }) },
  ],
})
