import { expect } from 'vitest'
import { smoothTable } from '../cases.ts'
import { programRun, stepsOf } from '../programs.ts'
import { causeSuite } from './suite.ts'

const { NaN } = Number
const table = smoothTable(40, 3, [{ row: 35, column: 1, value: NaN }])
causeSuite('missing-cell-spread', {
  fires: [
    {
      name: 'a program that scales by means over all cells', onPage: 1, step: 1, cells: [[200, 2]],
      watched: () => programRun({ program: { scaling: 'plain-standard', batch: 4 }, cells: [{ row: 199, column: 1, value: 'NaN' }] }),
      also: ({ text }) => expect(text).toContain('No batch up to step 1 held such a row'),
    },
    { name: 'by hand: the first batch is clean', step: 1, cells: [[36, 2]], watched: () => ({ table, steps: stepsOf(table, 10, [NaN]) }) },
    {
      // One of 1000 rows in a first batch of 20: one time in 50, against always; the 3 to 1 is the detector's own.
      name: 'the first batch holds the only bad row of a long table, in a program that scales', step: 1,
      watched: () => { const long = smoothTable(1000, 3, [{ row: 3, column: 1, value: NaN }]); return { table: long, steps: stepsOf(long, 20, [NaN]), options: { standardize: true } } },
    },
    { name: 'rows unknown', step: 1, watched: () => ({ table, steps: [{ loss: NaN }] }) },
  ],
  staysSilent: [
    { name: 'the first batch holds the cell', watched: () => { const early = smoothTable(40, 3, [{ row: 3, column: 1, value: NaN }]); return { table: early, steps: stepsOf(early, 10, [NaN]) } } },
    {
      name: 'the only bad row of a long table is drawn first, and losses by row spare the others',
      watched: () => {
        const long = smoothTable(1000, 3, [{ row: 3, column: 1, value: NaN }])
        const rowLosses = Array.from({ length: 20 }, (_, i) => (i === 3 ? NaN : 1))
        return { table: long, steps: stepsOf(long, 20, [NaN]).map(step => ({ ...step, rowLosses })), options: { standardize: true } }
      },
    },
    {
      name: 'the same in a program that does not scale',
      watched: () => { const long = smoothTable(1000, 3, [{ row: 3, column: 1, value: NaN }]); return { table: long, steps: stepsOf(long, 20, [NaN]), options: { standardize: false } } },
    },
    { name: 'the second step fails', watched: () => ({ table, steps: stepsOf(table, 10, [1, NaN]) }) },
    { name: 'no bad cell', watched: () => { const clean = smoothTable(40, 3); return { table: clean, steps: stepsOf(clean, 10, [NaN]) } } },
    { name: 'a program that scales by the cells that are there', watched: () => programRun({ cells: [{ row: 7, column: 1, value: 'NaN' }] }) },
  ],
})
