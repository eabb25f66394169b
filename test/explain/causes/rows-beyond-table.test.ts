import { expect } from 'vitest'
import { smoothTable } from '../cases.ts'
import { programRun, stepsOf } from '../programs.ts'
import { causeSuite } from './suite.ts'

const table = smoothTable(40, 3)
causeSuite('rows-beyond-table', {
  fires: [
    {
      name: 'a batch larger than the table', onPage: 1, step: 1, watched: () => programRun({ program: { batch: 300 } }),
      also: ({ cause }) => expect(cause?.summary).toContain('larger than the table of 200 rows'),
    },
    { name: 'row numbers drawn from more rows than there are', watched: () => programRun({ program: { drawsBelow: 260 } }) },
    { name: 'the first of a program that counts from 1, read from 0', step: 2, watched: () => ({ table, steps: [{ rows: [1, 2], loss: 1 }, { rows: [39, 40], loss: Number.NaN }] }), also: ({ text }) => expect(text).toContain('--rows-from 1') },
    { name: 'numbers that are none', step: 1, watched: () => ({ table, steps: [{ rows: [Number.NaN, 2], loss: Number.NaN }] }) },
  ],
  staysSilent: [
    { name: 'all rows in the table', watched: () => ({ table, steps: stepsOf(table, 10, [1, 0.9, Number.NaN]) }) },
    { name: 'rows from 1, declared', watched: () => ({ table, steps: [{ rows: [1, 2], loss: 1 }, { rows: [39, 40], loss: Number.NaN }], options: { rowsFrom: 1 } }) },
    { name: 'rows from 1, shown by a step that stayed finite', watched: () => ({ table, steps: [{ rows: [1, 40], loss: 1 }, { rows: [2, 39], loss: Number.NaN }] }) },
    { name: 'rows from 1, shown by a step after the failing one', watched: () => ({ table, steps: [{ rows: [1, 2], loss: 1 }, { rows: [3, 39], loss: Number.NaN }, { rows: [4, 40], loss: Number.NaN }] }) },
    {
      name: 'rows that are not there, drawn after the failing step by a program that draws row 0', watched: () => ({ table, steps: [{ rows: [0, 2], loss: 1 }, { rows: [3, 39], loss: Number.NaN }, { rows: [4, 40], loss: Number.NaN }] }),
      also: ({ ruledOut }) => expect(ruledOut.find(({ id }) => id === 'rows-beyond-table')?.because).toContain('up to the failing step'),
    },
    { name: 'the same in a run that fails nowhere', watched: () => ({ table, steps: [{ rows: [1, 40], loss: 1 }, { rows: [2, 39], loss: 0.9 }] }) },
    { name: 'a sound program', watched: () => programRun({}) },
  ],
})
