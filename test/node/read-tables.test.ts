import { expect, test } from 'vitest'
import { readTables } from '../../src/node/read-tables.ts'
import { corpus } from '../requirements.ts'

const uci = corpus('uci')

// Rows and columns (inputs and one target) as the corpus's own README states them.
test.skipIf(uci === null).each([
  ['concrete.csv', 1030, 9],
  ['energy.csv', 768, 9],
  ['kin8nm.csv', 8192, 9],
  ['power-plant.csv', 9568, 5],
  ['yacht.csv', 308, 7],
])('reads %s whole', async (file, rows, columns) => {
  const { tables } = await readTables(`${uci}/${file}`)
  expect(tables).toHaveLength(1)
  expect([tables[0]?.rows, tables[0]?.columns.length]).toEqual([rows, columns])
  expect(tables[0]?.columns.every(column => column.kind === 'numeric' && column.values.every(Number.isFinite))).toBe(true)
})
