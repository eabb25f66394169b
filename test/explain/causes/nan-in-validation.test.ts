import { expect } from 'vitest'
import { smoothTable } from '../cases.ts'
import { causeSuite, small } from './suite.ts'

const validation = smoothTable(60, 5, [{ row: 7, column: 2, value: Number.NaN }, { row: 30, column: 5, value: Infinity }], 'validation')
const options = { ...small, steps: 40, evaluateEvery: 5, optimizer: { name: 'adam', learningRate: 0.02 } }
causeSuite('nan-in-validation', {
  fires: [
    {
      name: 'two cells that no weight sees', onPage: 1, training: smoothTable(200, 5), validation, options, cells: [[8, 3], [31, 6]], step: 5,
      also({ outcome, text }) {
        expect(outcome).toBe('non-finite')
        expect(text).toContain('training stayed finite for 40 steps')
      },
    },
    { name: 'stopped early for want of a finite loss', training: smoothTable(200, 5), validation, options: { ...options, earlyStopping: { patience: 2 } }, cells: [[8, 3], [31, 6]] },
  ],
  staysSilent: [
    { name: 'both tables finite', training: smoothTable(200, 5), validation: smoothTable(60, 5, [], 'validation'), options: { ...options, steps: 200 } },
    { name: 'a bad training cell breaks it first', training: smoothTable(200, 5, [{ row: 3, column: 1, value: Number.NaN }]), validation, options: { ...options, batchSize: 200 } },
  ],
})
