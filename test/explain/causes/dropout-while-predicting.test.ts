import { expect } from 'vitest'
import { smoothTable } from '../cases.ts'
import { programRun, stepsOf } from '../programs.ts'
import { causeSuite } from './suite.ts'

const table = smoothTable(40, 3)
const dropping = { dropout: 0.7, hidden: [20], steps: 400, shows: ['validation'] } as const
causeSuite('dropout-while-predicting', {
  fires: [
    { name: 'a program that leaves it on', onPage: 1, watched: () => programRun({ program: { ...dropping, dropoutWhilePredicting: true }, options: { dropout: 0.7 } }) },
    {
      name: 'the same parameters evaluated twice', watched: () => ({ table, steps: stepsOf(table, 10, [1, 0.9]).map(step => ({ ...step, validation: [0.5, 0.61] })) }),
      also: ({ cause }) => expect(cause?.summary).toContain('0.5 and 0.61 at step 1'),
    },
  ],
  staysSilent: [
    { name: 'a program that switches it off', watched: () => programRun({ program: dropping, options: { dropout: 0.7 } }) },
    { name: 'no dropout', watched: () => programRun({ program: { steps: 400, shows: ['validation'] } }) },
    { name: 'the same parameters evaluated twice alike', watched: () => ({ table, steps: stepsOf(table, 10, [1, 0.9]).map(step => ({ ...step, validation: [0.5, 0.5] })) }) },
  ],
})
