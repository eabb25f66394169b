import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { readTables } from '../../src/node/read-tables.ts'
import type { CsvOptions } from '../../src/table/readers/csv.ts'
import { corpus } from '../requirements.ts'
import { doubles, parquet } from '../table/readers/write-parquet.ts'
import { zip } from '../table/readers/write-zip.ts'

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
    ['a.npy', Buffer.from('\x93NUMPY\x01\x00', 'latin1'), 'npy-truncated'],
    ['a.parquet', 'PAR1 and no more of it', 'parquet-damaged'],
    ['a.npz', Buffer.from('PK\x03\x04\x00\x00', 'latin1'), 'zip-damaged'],
    ['a.xlsx', Buffer.from('PK\x03\x04\x00\x00', 'latin1'), 'zip-damaged'],
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

describe('other formats', () => {
  const page = { rows: 2, values: doubles(1, 2) }
  const bytes = parquet([{ name: 'x', type: 5 }], [{ rows: 2, columns: [[page]] }])

  test('Parquet, without DuckDB and packed besides', async () => {
    for (const path of [file('a.parquet', bytes), file('b.parquet.gz', gzipSync(bytes))]) {
      const { tables } = await readTables(path, { duckdb: { module: null } })
      expect(tables.map(({ name, rows }) => [name, rows])).toEqual([[path.endsWith('.gz') ? 'b' : 'a', 2]])
    }
  })

  test('are told by a sentence that what was said of text does not concern them', async () => {
    const path = join(folder, 'plain.npy')
    const header = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2)}\n"
    writeFileSync(path, Buffer.concat([Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, header.length, 0]), Buffer.from(header), Buffer.alloc(32)]))
    const said = async (csv: CsvOptions): Promise<string> => (await readTables(path, { csv })).contents[0]?.assumptions.join(' ') ?? ''
    expect(await said({ delimiter: ';', header: false, dates: 'number' })).toBe('plain.npy is no text: what was said of its delimiter, header and dates was not used.')
    expect(await said({ missing: ['-999'] })).toBe('')
  })

  test('a sheet asked for by its name', async () => {
    const sheet = (value: number): string => `<worksheet><row><c t="str"><v>x</v></c></row><row><c><v>${value}</v></c></row></worksheet>`
    const types = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
    const path = file('book.xlsx', zip([
      { name: '_rels/.rels', data: `<Relationships><Relationship Type="${types}/officeDocument" Target="xl/workbook.xml"/></Relationships>` },
      { name: 'xl/workbook.xml', data: '<workbook><sheet name="A" r:id="a"/><sheet name="B" r:id="b"/></workbook>' },
      { name: 'xl/_rels/workbook.xml.rels', data: ['a', 'b'].map(id => `<Relationship Id="${id}" Type="${types}/worksheet" Target="${id}.xml"/>`).join('') },
      { name: 'xl/a.xml', data: sheet(1) }, { name: 'xl/b.xml', data: sheet(2) },
    ]))
    expect((await readTables(path)).tables.map(({ name }) => name)).toEqual(['A', 'B'])
    expect((await readTables(path, { only: ['B'] })).tables.map(({ columns }) => columns)).toEqual([[{ kind: 'numeric', name: 'x', values: Float64Array.of(2) }]])
  })
})

describe('a pattern is one table', () => {
  test('of all files that fit, each row knowing its file', async () => {
    file('part-2.csv', 'b,a\n4,3\n')
    file('part-1.csv', 'a,b\n1,2\nx,2\n5,6\n7,8\n')
    const { contents, tables } = await readTables(join(folder, 'part-?.csv'))
    expect(contents).toMatchObject([{ file: 'part-?.csv', format: 'csv', variables: [{ dims: [5, 2] }] }])
    expect(contents[0]?.assumptions[0]).toBe('2 files are one table of 5 rows: part-1.csv and part-2.csv.')
    expect(tables[0]?.columns[0]).toMatchObject({ name: 'a', values: Float64Array.of(1, Number.NaN, 5, 7, 3) })
    expect(tables[0]?.origin(1, 0)).toEqual({ file: 'part-1.csv', line: 3, column: 1, text: 'x' })
    expect(tables[0]?.origin(4, 0)).toEqual({ file: 'part-2.csv', line: 2, column: 2 })
  })

  test('unless columns differ, a file holds several tables, or none fits', async () => {
    file('other-1.csv', 'a,b\n1,2\n')
    file('other-2.csv', 'a,c\n1,2\n')
    await expect(readTables(join(folder, 'other-*.csv'))).rejects.toMatchObject({ id: 'stack-columns', message: expect.stringContaining('has no column "b"') })
    await expect(readTables(join(folder, 'none-*.csv'))).rejects.toMatchObject({ id: 'pattern-empty' })
    await expect(readTables(join(folder, 'book.xls[x]'))).rejects.toMatchObject({ id: 'pattern-tables' })
  })
})
