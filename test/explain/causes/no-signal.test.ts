import { expect } from 'vitest'
import type { Table } from '../../../src/table/table.ts'
import { smoothTable } from '../cases.ts'
import { answeringTheMean, type Seen } from '../programs.ts'
import { causeSuite, small } from './suite.ts'

/** The target's rows put where other rows' inputs are. */
function shuffled(table = smoothTable(400, 4)): Table {
  return { ...table, columns: table.columns.map((column, i) => (i === 4 && column.kind === 'numeric' ? { ...column, values: column.values.map((_, row) => column.values[(row * 157 + 31) % table.rows] ?? 0) } : column)) }
}
/** A program that answers the mean throughout. */
function constant(table: Table, more: Seen['options'] = {}): Seen {
  return { table, steps: answeringTheMean(table, 40, 60), options: { target: 5, ...more } }
}
const options = { ...small, l2: 0, standardize: true, steps: 200, optimizer: { name: 'adam', learningRate: 0.002 } }
causeSuite('no-signal', {
  fires: [
    { name: 'rows that no longer belong together', onPage: 1, training: shuffled(), validation: { ...shuffled(smoothTable(300, 4)), name: 'validation' }, options },
    { name: 'rows that no longer belong together, in another program', watched: () => constant(shuffled()), also: ({ outcome, text }) => expect([outcome, text]).toEqual(['not-learning', expect.stringContaining('is what the best answer costs that is the same for every row')]) },
  ],
  staysSilent: [
    { name: 'rows that do, in a program that learns nothing of them', watched: () => constant(smoothTable(400, 4)), also: ({ outcome, text }) => expect([outcome, text]).toEqual(['not-learning', expect.stringContaining('the table is not to blame')]) },
    { name: 'a loss of a kind whose level nobody knows, that fell', watched: () => ({ table: shuffled(), steps: answeringTheMean(shuffled(), 40, 60).map((step, i) => ({ ...step, loss: 2 - i / 40 })), options: { target: 5, loss: 'quantile' } }), also: ({ outcome }) => expect(outcome).toBe('healthy') },
    { name: 'rows that do', training: smoothTable(400, 4), options: { ...options, steps: 600 } },
    { name: 'rows that do, at a rate that is too low', training: smoothTable(400, 4), options: { ...options, optimizer: { name: 'adam', learningRate: 1e-7 } } },
  ],
})
