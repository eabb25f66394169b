/** Parquet that DuckDB wrote, read by DuckDB and by our own reader: the same table, cell by cell. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { Duckdb, sqlText } from '../../src/node/duckdb.ts'
import { readParquetByDuckdb } from '../../src/node/duckdb-parquet.ts'
import { nodeInflate } from '../../src/node/inflate.ts'
import { openFile } from '../../src/node/source.ts'
import { readParquet } from '../../src/table/readers/parquet.ts'
import type { FileContents, Table } from '../../src/table/table.ts'
import { duckdbForTests } from '../engines/duckdb.ts'
import { inMemory } from '../../src/table/stored.ts'

const module = await duckdbForTests()
const folder = mkdtempSync(join(tmpdir(), 'whynan-duckdb-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function write(name: string, query: string, options = 'FORMAT parquet'): Promise<string> {
  const path = join(folder, name)
  const instance = await module?.DuckDBInstance.create(':memory:', {})
  const connection = await instance?.connect()
  await connection?.run(`COPY (${query}) TO ${sqlText(path)} (${options})`)
  connection?.closeSync()
  return path
}

async function both(path: string, options: { dates?: 'number' } = {}): Promise<[FileContents, FileContents]> {
  const source = await openFile(path)
  try {
    const own = await readParquet(source, { inflate: nodeInflate, ...options })
    const byDuckdb = await readParquetByDuckdb(path, source, options, { module })
    if (byDuckdb === null) throw new Error('DuckDB is missing')
    return [own, byDuckdb]
  } finally {
    await source.close()
  }
}

function cells(contents: FileContents): unknown[] {
  const table: Table | undefined = contents.variables[0]?.table
  return (table?.columns ?? []).map((column, c) => [
    column.name, column.kind !== 'text' ? inMemory(column).values : Array.from(column.codes, code => column.levels[code] ?? null),
    Array.from({ length: table?.rows ?? 0 }, (_, row) => table?.origin(row, c)),
  ])
}

const everything = `SELECT
  CASE WHEN i % 7 = 0 THEN NULL ELSE sin(i) END AS d, (i / 3)::FLOAT AS f, (i % 2 = 0) AS b, i::TINYINT AS i8, (i - 50)::SMALLINT AS i16,
    i::INTEGER AS i32,
  (9007199254740993 - i)::BIGINT AS i64, CASE WHEN i % 5 = 0 THEN NULL ELSE i::UTINYINT END AS u8, (4294967295 - i)::UINTEGER AS u32,
    (18446744073709551615 - i)::UBIGINT AS u64,
  (i * 0.01)::DECIMAL(9, 2) AS small, (i * 1.001)::DECIMAL(18, 3) AS middle, (i / 7)::DECIMAL(38, 10) AS large,
  CASE WHEN i % 4 = 0 THEN NULL ELSE 'label ' || (i % 3) END AS s, CASE WHEN i % 9 = 0 THEN '' ELSE 'ü' || i END AS many,
  DATE '2020-01-01' + i::INTEGER AS day, TIMESTAMP '2020-01-01 12:00:00.25' + to_seconds(i * 3607) AS at,
    (TIMESTAMP '1969-12-31 23:59:59' + to_seconds(i))::TIMESTAMP_MS AS at_ms,
  TIME '00:00:01' + to_seconds(i * 61) AS clock, uuid() AS id, [i, i] AS list, {'a': i} AS record,
    CASE WHEN i % 11 = 0 THEN 'NaN'::DOUBLE WHEN i % 13 = 0 THEN '-inf'::DOUBLE ELSE i END AS odd
  FROM range(100) t(i)`

describe.skipIf(module === null)('the same table by both readers', () => {
  test.each([
    ['Snappy', 'FORMAT parquet'], ['nothing packed', 'FORMAT parquet, COMPRESSION uncompressed'],
      ['gzip', 'FORMAT parquet, COMPRESSION gzip'],
    ['small groups', 'FORMAT parquet, ROW_GROUP_SIZE 2048'], ['the second version', 'FORMAT parquet, PARQUET_VERSION v2'],
    ['the second version, gzip', 'FORMAT parquet, PARQUET_VERSION v2, COMPRESSION gzip'],
  ])('%s', async (_, options) => {
    const path = await write('all.parquet', everything, options)
    for (const dates of [{}, { dates: 'number' as const }]) {
      const [own, byDuckdb] = await both(path, dates)
      expect(cells(own)).toEqual(cells(byDuckdb))
      expect(own.assumptions).toEqual(byDuckdb.assumptions)
      expect(own.assumptions).toContain('Columns of lists or records are left out: list, record.')
      expect(own.variables[0]?.dims).toEqual([100, 21])
    }
  })

  test('many rows and groups, names with quotes, a path with the signs of patterns', async () => {
    const path = await write('odd [1]*?\'.parquet', 'SELECT i AS "a""b", i * 0.5 AS "c\'d" FROM range(10000) t(i)',
      'FORMAT parquet, ROW_GROUP_SIZE 2048')
    const [own, byDuckdb] = await both(path)
    expect(cells(own)).toEqual(cells(byDuckdb))
    expect(own.variables[0]?.table?.columns.map(({ name }) => name)).toEqual(['a"b', 'c\'d'])
    expect(own.variables[0]?.table?.columns[1]).toEqual({ kind: 'numeric', name: 'c\'d',
      values: Float64Array.from({ length: 10_000 }, (_, i) => i / 2) })
  })

  test.each(['zstd', 'lz4_raw', 'brotli'])('packing that only DuckDB knows: %s', async codec => {
    const path = await write('packed.parquet', 'SELECT i::DOUBLE AS x FROM range(5000) t(i)', `FORMAT parquet, COMPRESSION ${codec}`)
    const source = await openFile(path)
    await expect(readParquet(source, { inflate: nodeInflate })).rejects.toMatchObject({ id: 'parquet-codec' })
    const contents = await readParquetByDuckdb(path, source, {}, { module })
    expect(contents?.variables[0]?.table?.columns[0]).toEqual({ kind: 'numeric', name: 'x',
      values: Float64Array.from({ length: 5000 }, (_, i) => i) })
    await source.close()
  })

  test('a damaged file is refused', async () => {
    const path = await write('damaged.parquet', 'SELECT i::DOUBLE AS x FROM range(5000) t(i)')
    const bytes = readFileSync(path)
    bytes.fill(0xff, 100, 400)
    writeFileSync(path, bytes)
    const source = await openFile(path)
    await expect(readParquetByDuckdb(path, source, {}, { module })).rejects.toMatchObject({ name: 'TableError' })
    await source.close()
  })

  test('no file but the one named can be read', async () => {
    const secret = join(folder, 'secret.csv')
    writeFileSync(secret, 'a\n1\n')
    const database = await Duckdb.open([join(folder, 'other.csv')], { module })
    await expect(database?.row(`SELECT * FROM read_csv(${sqlText(secret)})`, 1)).rejects.toMatchObject({ name: 'TableError',
      id: 'duckdb-refused' })
    await expect(database?.row('SET enable_external_access = true', 0)).rejects.toMatchObject({ name: 'TableError' })
    database?.close()
  })
})

test('without DuckDB its reader says null', async () => {
  expect(await Duckdb.open(['a.parquet'], { module: null })).toBeNull()
})
