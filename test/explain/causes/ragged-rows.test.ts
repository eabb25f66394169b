import { expect, test } from 'vitest'
import { explanationOf } from '../../../src/explain/explain.ts'
import { investigate } from '../../../src/explain/investigate.ts'
import { readCsv } from '../../../src/table/readers/csv.ts'
import { memorySource } from '../../../src/table/readers/source.ts'
import type { Table } from '../../../src/table/table.ts'
import { ran, smoothTable } from '../cases.ts'
import { programRun } from '../programs.ts'
import { causeSuite, small } from './suite.ts'

const whole = smoothTable(200, 5)
const withNaN = (cells: string[]): string[] => [...cells.slice(0, 2), 'nan', ...cells.slice(3)]

async function cut(rows: readonly number[], write: (cells: string[]) => string[]): Promise<Table> {
  const lines = Array.from({ length: whole.rows }, (_, row) => {
    const cells = whole.columns.map(column => (column.kind === 'numeric' ? String(column.values[row]) : ''))
    return (rows.includes(row) ? write(cells) : cells).join('\t')
  })
  const { variables } = await readCsv(memorySource('cut.tsv', new TextEncoder().encode(`a\tb\tc\td\te\tf\n${lines.join('\n')}\n`)))
  const table = variables[0]?.table
  if (table === undefined) throw new Error('no table was read')
  return table
}

causeSuite('ragged-rows', {
  fires: [
    { name: 'a row of a file that ends after two cells', onPage: 1, training: await cut([41], cells => cells.slice(0, 2)), options: small, cells: [[42, 3], [42, 4], [42, 5], [42, 6]] },
    { name: 'a row without its target alone', training: await cut([41], cells => cells.slice(0, 5)), options: small, cells: [[42, 6]] },
    { name: 'a program whose rows are lists', cells: [[61, 3], [61, 4]], watched: () => programRun({ program: { scaling: 'none', batch: 64 }, cutRows: [60] }) },
    { name: 'its first row', cells: [[1, 3], [1, 4]], watched: () => programRun({ program: { scaling: 'none', batch: 64 }, cutRows: [0] }) },
  ],
  staysSilent: [
    { name: 'empty cells in a whole row', training: await cut([41], cells => [...cells.slice(0, 2), '', '', '', '']), options: small },
    { name: 'whole rows', training: whole, options: small },
  ],
})

test.each([
  ['whole rows', 0, 'every row has all its cells'],
  ['a row with a cell too many', 1, 'no row ends too early, but row 42, on line 43, has too many cells'],
  ['rows with two', 2, 'no row ends too early, but 2 rows have too many cells, the first of them row 42, on line 43'],
])('is ruled out beside NaN by what the rows are: %s', async (_, many, because) => {
  const further = Array.from({ length: many }, () => '7')
  const training = await cut([41, 60].slice(0, Math.max(1, many)), cells => [...withNaN(cells), ...further])
  const { ruledOut } = explanationOf(await investigate(await ran({ training, validation: null }, small)))
  expect(ruledOut).toContainEqual({ id: 'ragged-rows', because })
})
