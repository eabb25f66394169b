import { expect } from 'vitest'
import { smoothTable } from '../cases.ts'
import { programRun, stepsOf } from '../programs.ts'
import { causeSuite } from './suite.ts'

const { NaN } = Number
const table = smoothTable(40, 3, [{ row: 15, column: 1, value: NaN }])
const swallowing = { activation: 'swallowing-relu', hidden: [12], scaling: 'none', batch: 64 } as const
causeSuite('swallowed-nan', {
  fires: [
    {
      name: 'a ReLU that swallows NaN, its parameters shown', onPage: 1, cells: [[8, 2]],
      watched: () => programRun({ program: { ...swallowing, shows: ['parameters'] }, cells: [{ row: 7, column: 1, value: 'NaN' }] }),
      also: ({ outcome, text }) => {
        expect(outcome).toBe('non-finite')
        expect(text).toContain('the loss was still finite')
      },
    },
    {
      name: 'the same with losses alone: at risk', cells: [[8, 2]], watched: () => programRun({ program: swallowing, cells: [{ row: 7, column: 1, value: 'NaN' }] }),
      also: ({ outcome }) => expect(outcome).toBe('at-risk'),
    },
    {
      name: 'NaN a step late: the batch before is to blame', step: 3, cells: [[16, 2]], watched: () => ({ table, steps: stepsOf(table, 10, [1, 0.9, NaN]) }),
      also: ({ cause, text }) => {
        expect(cause?.summary).toContain('that of step 2')
        expect(text).toContain('step 3 failed without one')
      },
    },
  ],
  staysSilent: [
    { name: 'NaN in the step that drew it', watched: () => ({ table, steps: stepsOf(table, 10, [1, NaN]) }) },
    { name: 'parameters that stayed finite: the program left the row out', watched: () => ({ table, steps: stepsOf(table, 10, [1, 0.9, 0.8]).map(step => ({ ...step, parameters: [1, 2] })) }) },
    { name: 'a clean table', watched: () => { const clean = smoothTable(40, 3); return { table: clean, steps: stepsOf(clean, 10, [1, 0.9, NaN]) } } },
    { name: 'a row that was never drawn', watched: () => ({ table, steps: stepsOf(table, 10, [1, NaN]).map(step => ({ ...step, rows: [1, 2, 3] })) }) },
  ],
})
