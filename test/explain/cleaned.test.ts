/** Logs of a table that was cleaned before training, beside the table as it was. */
import { expect, test } from 'vitest'
import { smoothTable } from './cases.ts'
import { watchAll } from './programs.ts'

const bad = [10, 90, 150].map(row => ({ row, column: 2, value: Number.NaN }))
const table = smoothTable(200, 5, bad)

/** Batches of 20 of a table of `rows` rows, which go round and round, with these losses. */
function steps(rows: number, losses: readonly number[]): { step: number; loss: number; rows: number[] }[] {
  return losses.map((loss, i) => ({ step: i + 1, loss, rows: Array.from({ length: 20 }, (_, k) => (i * 20 + k) % rows) }))
}
const falling = Array.from({ length: 60 }, (_, i) => 1 / (i + 1))
const growing = [...Array.from({ length: 59 }, (_, i) => 0.1 * 3 ** i), Infinity]

test('a healthy log of the cleaned table accuses no cell that cleaning left out', () => {
  const explanation = watchAll({ table, steps: steps(197, falling) }).explain()
  expect(explanation, explanation.text).toMatchObject({ outcome: 'healthy', cause: null })
  expect(explanation.text.replace(/\s+/g, ' ')).toContain('as many as are left of 200 without the 3 that hold cells which are not finite')
})

test('of one that broke, the failing rows are those of the whole table', () => {
  const far = smoothTable(200, 5, [...bad, { row: 195, column: 0, value: 1e9 }])
  // Row 195 of the table is the row 192 of the cleaned one, in the tenth batch.
  const shown = steps(197, [...falling.slice(0, 49), Infinity]).map(({ step, loss, rows }) => ({ step, loss, rows: step < 50 ? rows.map(row => (row === 192 ? 0 : row)) : [192, ...rows.slice(1)] }))
  const explanation = watchAll({ table: far, steps: shown }).explain()
  expect(explanation.cause, explanation.text).toMatchObject({ id: 'outlier-overflow', cells: [{ row: 196, column: 1 }] })
})

test('a log that ran away is no matter of those cells', () => {
  const explanation = watchAll({ table, steps: steps(197, growing) }).explain()
  expect(explanation.cause?.cells, explanation.text).toEqual([])
  expect(explanation.cause?.id).toBe('learning-rate-too-high')
})

test.each([
  { of: 'rows of the whole table were drawn', shown: steps(200, [...falling.slice(0, 4), NaN]) },
  { of: 'too few steps were shown', shown: steps(197, falling.slice(0, 3)) },
  { of: 'other rows are missing than those that cleaning leaves out', shown: steps(180, falling) },
])('the table is taken as it is where $of', ({ shown }) => {
  const explanation = watchAll({ table, steps: shown }).explain()
  expect(explanation.cause?.cells.map(({ row }) => row), explanation.text).toEqual([11, 91, 151])
  expect(explanation.text).not.toContain('as many as are left')
})
