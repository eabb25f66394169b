import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { readTables } from '../../src/node/read-tables.ts'
import { corpus } from '../requirements.ts'

const folder = mkdtempSync(join(tmpdir(), 'whynan-tables-'))

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const uci = corpus('uci')

// Rows and columns (inputs and one target) as the corpus's own README states them.
test.skipIf(uci === null).each([
  ['concrete.csv', 1030, 9],
  ['energy.csv', 768, 9],
  ['kin8nm.csv', 8192, 9],
  ['power-plant.csv', 9568, 5],
  ['yacht.csv', 308, 7],
])('reads %s whole', async (name, rows, columns) => {
  const { tables, contents } = await readTables(`${uci}/${name}`)
  expect(tables).toHaveLength(1)
  expect([tables[0]?.rows, tables[0]?.columns.length]).toEqual([rows, columns])
  expect(tables[0]?.columns.every(column => column.kind === 'numeric' && column.values.every(Number.isFinite))).toBe(true)
  expect([contents[0]?.assumptions, contents[0]?.problems]).toEqual([[], []])
})

test('several files, in their order', async () => {
  const { tables, contents } = await readTables([file('train.csv', 'a,b\n1,2\n'), file('valid.tsv', 'a\tb\n3\t4\n')])
  expect(tables.map(table => [table.name, table.rows])).toEqual([['train', 1], ['valid', 1]])
  expect(contents.map(content => content.file)).toEqual(['train.csv', 'valid.tsv'])
})

test('a file packed with gzip', async () => {
  const { tables, contents } = await readTables(file('data.csv.gz', gzipSync('a,b\n1,2\n')))
  expect(tables[0]).toMatchObject({ name: 'data', rows: 1 })
  expect(contents[0]).toMatchObject({ file: 'data.csv.gz', format: 'csv' })
})

test('options go to the reader', async () => {
  const { tables } = await readTables(file('codes.csv', '1;2\n3;4\n'), { csv: { delimiter: ';', header: true } })
  expect(tables[0]?.columns.map(column => column.name)).toEqual(['1', '2'])
})

describe('what cannot be read gets a sentence', () => {
  test.each([
    ['empty.csv', '', 'file-empty'],
    ['empty.csv.gz', gzipSync(''), 'file-empty'],
    ['cut.csv.gz', gzipSync('a,b\n1,2\n'.repeat(1000)).subarray(0, 40), 'gzip-damaged'],
    ['twice.csv.gz', gzipSync(gzipSync('a,b\n1,2\n')), 'gzip-twice'],
    ['page.csv', '<!doctype html>', 'unknown-format'],
    ['a.npy', Buffer.from('\x93NUMPY\x01\x00', 'latin1'), 'format-not-read'],
  ])('%s', async (name, content, id) => {
    await expect(readTables(file(name, content))).rejects.toMatchObject({ name: 'TableError', id })
  })
})

const mat = corpus('mat')
const matrix = join(mat ?? '', 'scipy', 'testmatrix_7.1_GLNX86.mat')

// The variable is named as the file is.
test.skipIf(mat === null || !existsSync(matrix))('a MAT-file goes to its own reader', async () => {
  const { contents } = await readTables(matrix)
  expect(contents[0]).toMatchObject({ format: 'mat5', variables: [{ name: 'testmatrix' }] })
})
