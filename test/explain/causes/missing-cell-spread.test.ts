import { expect } from 'vitest'
import { smoothTable } from '../cases.ts'
import { programRun, stepsOf } from '../programs.ts'
import { causeSuite } from './suite.ts'

const { NaN } = Number
const table = smoothTable(40, 3, [{ row: 35, column: 1, value: NaN }])
causeSuite('missing-cell-spread', {
  fires: [
    {
      name: 'a program that scales by means over all cells', step: 1, cells: [[200, 2]],
      watched: () => programRun({ program: { scaling: 'plain-standard', batch: 4 }, cells: [{ row: 199, column: 1, value: 'NaN' }] }),
      also: ({ text }) => expect(text).toContain('No batch up to step 1 held such a row'),
    },
    { name: 'by hand: the first batch is clean', step: 1, cells: [[36, 2]], watched: () => ({ table, steps: stepsOf(table, 10, [NaN]) }) },
    { name: 'rows unknown', step: 1, watched: () => ({ table, steps: [{ loss: NaN }] }) },
  ],
  staysSilent: [
    { name: 'the first batch holds the cell', watched: () => { const early = smoothTable(40, 3, [{ row: 3, column: 1, value: NaN }]); return { table: early, steps: stepsOf(early, 10, [NaN]) } } },
    { name: 'the second step fails', watched: () => ({ table, steps: stepsOf(table, 10, [1, NaN]) }) },
    { name: 'no bad cell', watched: () => { const clean = smoothTable(40, 3); return { table: clean, steps: stepsOf(clean, 10, [NaN]) } } },
    { name: 'a program that scales by the cells that are there', watched: () => programRun({ cells: [{ row: 7, column: 1, value: 'NaN' }] }) },
  ],
})
