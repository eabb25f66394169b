import { expect } from 'vitest'
import { programRun } from '../programs.ts'
import { causeSuite } from './suite.ts'

const cells = [{ row: 7, column: 1, value: 'NaN' }, { row: 90, column: 3, value: 'NaN' }] as const
causeSuite('cleaning-thrown-away', {
  fires: [
    {
      name: 'a program that is said to clean, and draws the rows', onPage: 1, cells: [[8, 2], [91, 4]], watched: () => programRun({ program: { cleaningThrownAway: true, scaling: 'none', batch: 64 }, cells, options: { cleaned: true } }),
      also: ({ batchLaw }) => expect(batchLaw).toMatchObject({ rows: 200, badRows: 2, batch: 64 }),
    },
  ],
  staysSilent: [
    { name: 'nobody said that it cleans', watched: () => programRun({ program: { scaling: 'none', batch: 64 }, cells }) },
    { name: 'it cleans a table that is clean', watched: () => programRun({ options: { cleaned: true } }) },
  ],
})
