/** A table that stays on disk has the figures of the table in memory. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { auditByDuckdb, auditOnDisk } from '../../src/node/audit-on-disk.ts'
import { loadData } from '../../src/node/data.ts'
import { auditLarge, emptyTable } from '../../src/node/duckdb-audit.ts'
import { compareOnDisk } from '../../src/node/duckdb-compare.ts'
import type { DuckdbModule } from '../../src/node/duckdb.ts'
import { openLarge, type LargeTable } from '../../src/node/duckdb-table.ts'
import { readTables } from '../../src/node/read-tables.ts'
import { audit, type ColumnSummary, type Finding } from '../../src/table/audit.ts'
import { wordsOf } from '../../src/table/audit/words.ts'
import { duckdbForTests } from '../engines/duckdb.ts'
import { doubles, parquet, texts } from '../table/readers/write-parquet.ts'

const module = await duckdbForTests()
const folder = mkdtempSync(join(tmpdir(), 'whynan-large-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

async function open(path: string): Promise<LargeTable> {
  const table = await openLarge(path, { module, memoryBytes: 2 ** 28 })
  if (table === null) throw new Error('DuckDB is missing')
  return table
}

function requireModule(): DuckdbModule {
  if (module === null) throw new Error('DuckDB is missing')
  return module
}

const cells = (i: number): string => [
  i, (Math.sin(i) * 1e3).toFixed(7), i % 17 === 0 ? 'nan' : i % 19 === 0 ? '' : i / 8, i % 500 === 3 ? 'broken' : i % 5, 0.998,
    `label ${i % 3}`, i === 7 ? '1e39' : i % 9,
].join(',')
const rows = Array.from({ length: 3000 }, (_, i) => cells(i))

/** Quantiles apart: DuckDB interpolates with another rounding, and they go into no model. */
function expectColumns(onDisk: readonly ColumnSummary[], inMemory: readonly ColumnSummary[] | undefined): void {
  const quantiles = (column: ColumnSummary): number[] => (column.kind === 'numeric' ? column.quantiles.map(({ value }) => value) : [])
  const others = (column: ColumnSummary): ColumnSummary => (column.kind === 'numeric' ? { ...column, quantiles: [] } : column)
  expect(onDisk.map(others)).toEqual(inMemory?.map(others))
  onDisk.forEach((column, c) => quantiles(column).forEach((value, q) => {
    const expected = inMemory?.[c] === undefined ? undefined : quantiles(inMemory[c])[q]
    // Two roundings of an interpolation: a few units in the last place.
    expect(Math.abs(value - (expected ?? Number.NaN))).toBeLessThanOrEqual(1e-14 * Math.abs(value))
  }))
}

describe.skipIf(module === null)('the same figures as in memory', () => {
  test.each([
    ['plain.csv', `n,wave,gaps,mixed,constant,label,huge\n${rows.join('\n')}\n`],
    ['above.csv', `# by a program\nA title\nn;wave;gaps;mixed;constant;label;huge\ns;bar;-;-;-;-;m\n${rows.map(row => row.replaceAll(',', ';')).join('\n')}\n`],
    ['none.tsv', `${rows.map(row => row.replaceAll(',', '\t')).join('\r\n')}\r\n`],
    ['comma.csv', `n;wave;gaps;mixed;constant;label;huge\n${rows.map(row => row.replaceAll(',', ';').replaceAll('.', ',')).join('\n')}\n`],
  ])('%s', async (name, content) => {
    const path = file(name, content)
    const { tables } = await readTables(path)
    const [whole] = tables
    if (whole === undefined) throw new Error('no table')
    const [inMemory] = audit({ training: whole }).tables
    const large = await open(path)
    const onDisk = await auditLarge(large)
    large.close()
    expect(onDisk.rows).toBe(inMemory?.rows)
    expectColumns(onDisk.columns, inMemory?.columns)
    const ids = new Set(['not-finite', 'text-in-numbers', 'beyond-float32', 'constant-column', 'inputs-unscaled', 'scales-differ'])
    const about = (findings: readonly { id: string, column: number | null, count: number }[] = []): unknown[] =>
      findings.filter(({ id }) => ids.has(id)).map(({ id, column, count }) => [id, column, count]).sort()
    expect(about(onDisk.findings)).toEqual(about(inMemory?.findings))
    expect(about(onDisk.findings).length).toBeGreaterThan(3)
    expect(onDisk.findings.find(({ id }) => id === 'not-finite')?.rows.slice(0, 3)).toEqual([1, 18, 20])
  })

  test('rows with cells beyond the last column', async () => {
    const long = rows.map((row, i) => (i === 40 ? `${row},1` : i === 50 ? `${row},2,3` : i === 60 ? `${row},` : i === 70 ? row.replace(/,[^,]*$/, '') : row))
    const path = file('long.csv', `# by a program\nn,wave,gaps,mixed,beyond,label,huge\n${long.join('\n')}\n`)
    const { tables: [whole] } = await readTables(path)
    if (whole === undefined) throw new Error('no table')
    const large = await open(path)
    const onDisk = await auditLarge(large)
    large.close()
    const [inMemory] = audit({ training: whole }).tables
    expectColumns(onDisk.columns, inMemory?.columns)
    const found = [onDisk, inMemory].map(audited => audited?.findings.find(({ id }) => id === 'surplus-cells'))
    // DuckDB tells no lines.
    expect(found).toMatchObject([{ rows: [41, 51], count: 2, facts: { lines: [] } }, { rows: [41, 51], count: 2, facts: { lines: [43, 53] } }])
  })

  test('Parquet, of which two files are one table', async () => {
    const group = (from: number): Uint8Array => parquet(
      [{ name: 'x', type: 5, optional: true }, { name: 's', type: 6, converted: 0 }],
      [{ rows: 4, columns: [[{ rows: 4, present: [true, false, true, true], values: doubles(from, from + 0.1, Infinity) }],
        [{ rows: 4, values: texts('a', 'b', '', 'a') }]] }])
    file('part1.parquet', group(1))
    file('part2.parquet', group(10))
    const pattern = join(folder, 'part*.parquet')
    const { tables } = await readTables(pattern, { duckdb: { module: null } })
    const [whole] = tables
    if (whole === undefined) throw new Error('no table')
    const large = await open(pattern)
    const onDisk = await auditLarge(large, { columns: { inputs: [], targets: [0] } })
    const pieces: number[] = []
    for await (const { row, columns } of large.numbers([0])) pieces.push(row, ...(columns[0] ?? []))
    large.close()
    expectColumns(onDisk.columns, audit({ training: whole }, { inputs: [], targets: [0] }).tables[0]?.columns)
    expect(pieces).toEqual([0, 1, NaN, 1.1, Infinity, 10, NaN, 10.1, Infinity])
  })

  test('a bound of memory is kept, or said', async () => {
    const path = file('many.csv', `x,y\n${Array.from({ length: 200_000 }, (_, i) => `${i * 7 % 199_999},${i / 3}`).join('\n')}\n`)
    const large = await openLarge(path, { module, memoryBytes: 2 ** 26, threads: 1 })
    const onDisk = await auditLarge(large as LargeTable, { exactRows: 1000 })
    large?.close()
    expect(onDisk.assumptions).toContain('Quantiles and the numbers of distinct values are approximate.')
    const median = onDisk.columns[0]?.kind === 'numeric' ? onDisk.columns[0].quantiles[3]?.value ?? 0 : 0
    // The approximation is a t-digest: its middle is good to a percent of the rows.
    expect(Math.abs(median - 100_000)).toBeLessThan(2000)
    await expect(openLarge(file('a.txt', '1 2\n3 4\n'), { module })).rejects.toMatchObject({ id: 'duckdb-format' })
  })
})

test('without DuckDB there is none', async () => {
  expect(await openLarge(file('b.csv', 'a,b\n1,2\n'), { module: null })).toBeNull()
})

describe.skipIf(module === null)('files that are too large to load', () => {
  // Texts that are equally frequent come in the order of the alphabet from DuckDB: bodies begin with label 0.
  const body = (from: number, rows: number): string => Array.from({ length: rows }, (_, i) => cells(from + i)).join('\n')
  const header = 'n,wave,gaps,mixed,constant,label,huge'
  // The program alone takes more.
  const memory = 2 ** 20
  const found = (findings: readonly Finding[] = []): unknown[] =>
    findings.map(({ id, severity, column, rows, count, says, facts }) => ({ id, severity, column, rows, count, says, facts })).sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1))
  // What an audit on disk does not look for, and a finding whose lines DuckDB does not tell.
  const notLookedFor = new Set(['duplicate-rows', 'duplicates-across', 'copy-of-column', 'linear-mix', 'target-in-inputs', 'target-is-linear', 'outliers', 'coded-missing', 'near-constant', 'large-offset', 'counts-rows'])

  test('are audited as in memory, and validation is compared with training', async () => {
    const far = (i: number): string => cells(i).replace(/^[^,]+/, String(i % 90 === 1 ? -90_000 : i % 2 === 0 ? 900 : i)).replace('label 2', i % 700 === 2 ? 'label 9' : i % 50 === 0 ? '' : 'label 2')
    const other = Array.from({ length: 8000 }, (_, i) => far(21_000 + i)).join('\n')
    const paths = [file('plant_train.csv', `${header}\n${body(0, 20_000)}\n`), file('plant_valid.csv', `${header}\n${other}\n`)]
    const { tables } = await loadData(paths)
    if (tables.validation === null || typeof tables.validation === 'number') throw new Error('no validation table')
    for (const language of ['en', 'zh'] as const) {
      const onDisk = await auditByDuckdb(paths, { language, target: 'wave', inputs: ['n', 'gaps', 'label', 'constant'] }, requireModule(), 2 ** 28)
      const whole = audit({ training: tables.training, validation: tables.validation, language }, { inputs: [0, 2, 5, 4], targets: [1] })
      expect(onDisk?.audit.tables.map(({ name, rows }) => [name, rows])).toEqual([['plant_train', 20_000], ['plant_valid', 8000]])
      onDisk?.audit.tables.forEach(({ columns }, t) => expectColumns(columns, whole.tables[t]?.columns))
      expect(onDisk?.audit.tables[1]?.comparisons).toEqual(whole.tables[1]?.comparisons)
      for (const t of [0, 1]) expect(found(onDisk?.audit.tables[t]?.findings)).toEqual(found(whole.tables[t]?.findings.filter(({ id }) => !notLookedFor.has(id))))
      const ids = onDisk?.audit.tables[1]?.findings.map(({ id }) => id)
      for (const id of ['shift', 'beyond-training', 'new-category', 'not-finite'] as const) expect(ids).toContain(id)
    }
  })

  test('of which not all rows fit are compared by every so many-th', async () => {
    const paths = [file('long_train.csv', `x,y\n${Array.from({ length: 40_000 }, (_, i) => `${(i * 7919) % 40_009},${i}`).join('\n')}\n`),
      file('long_valid.csv', `x,y\n${Array.from({ length: 9000 }, (_, i) => `${20_000 + ((i * 7919) % 9001)},${i * 4}`).join('\n')}\n`)]
    const large = await Promise.all(paths.map(open))
    const [training, validation] = await Promise.all(large.map(async table => {
      const { columns: summaries } = await auditLarge(table)
      return { table, names: emptyTable(table), summaries, used: [0, 1] }
    }))
    if (training === undefined || validation === undefined) throw new Error('two tables were opened')
    const { comparisons, findings, assumptions } = await compareOnDisk(training, validation, wordsOf('en'), { exactRows: 1000, memoryBytes: 2 ** 26 })
    for (const table of large) table.close()
    // Validation lies between 20,000 and 29,000 of 0 to 40,009: half of training lies below it, and 27.5 % above.
    expect(comparisons[0]?.distance).toBeCloseTo(0.5, 1)
    expect(findings.map(({ id, column }) => [id, column])).toEqual([['shift', 1]])
    expect(assumptions).toEqual(['Of long_train every 40th row was compared with the other table.', 'Of long_valid every 9th row was compared with the other table.'])
  })

  test('are refused where the bound is too low for DuckDB too, with one that would do', async () => {
    const [large, few] = [file('large.csv', `${header}\n${body(0, 20_000)}\n`), file('tall.csv', `x,y\n${'1,2\n'.repeat(4_200_000)}`)]
    // 160 MiB and 64 bytes for each of 20,000 rows are less than DuckDB takes; for 4,200,000 they are more: 290 MB and 128 MiB.
    await expect(auditOnDisk([large], { memory, module })).rejects.toMatchObject({ id: 'memory-bound', message: expect.stringMatching(/audit takes about 170 MB, and --memory allows 2 MB. Raise --memory to 170MB\.$/) })
    await expect(auditOnDisk([few], { memory: 300e6, module })).rejects.toMatchObject({ id: 'memory-bound', message: expect.stringContaining('425 MB by DuckDB') })
    await expect(auditOnDisk([few], { memory: 300e6, module: null })).rejects.toMatchObject({ message: expect.stringMatching(/Raise --memory to 425MB and install it/) })
  })

  test('are read where a column at a time fits, where nothing was asked for and DuckDB is missing, and where they are of other formats', async () => {
    const path = file('small.csv', `${header}\n${body(0, 100)}\n`)
    const packed = file('large.csv.gz', gzipSync(body(0, 20_000)))
    // 160 MiB for the program, and 64 bytes a row.
    expect(await auditOnDisk([path], { memory: 2 ** 28, module })).toBeNull()
    expect(await auditOnDisk([path], { module: null })).toBeNull()
    expect(await auditOnDisk([packed], { memory, module })).toBeNull()
    expect(await auditOnDisk(['-'], { memory, module })).toBeNull()
  })

  test('are refused in a sentence where DuckDB is missing, or cannot read them', async () => {
    const large = join(folder, 'tall.csv')
    const wide = file('wide16.csv', Buffer.from(`\ufeff${header}\n${body(0, 20_000)}\n`, 'utf16le'))
    await expect(auditOnDisk([large], { memory: 430e6, module: null })).rejects.toMatchObject({ id: 'duckdb-missing', message: expect.stringMatching(/npm install @duckdb\/node-api.*raise --memory/) })
    await expect(auditByDuckdb([wide], { memory }, requireModule(), 2 ** 28)).rejects.toMatchObject({ id: 'duckdb-format', message: expect.stringMatching(/utf-16le/) })
  })

  test('numbers in every form that the reader takes', async () => {
    const forms = ['1', '+2', '-3.5', '.5', '5.', '1e5', '1E-5', '1d3', '1D+02', '1e400', '-1e400', '1_000', '0x10', 'inf', '-Infinity', '∞', '−5', '"1,000"', '"12,345,678.5"',
      '"1,00"', '1 000', '1\'000', '1’000', 'nan', 'NA', '1.#QNAN', '1.#INF', '-1.#INF', '1.#IND', '-', '?', 'null', '#N/A', '', '1e-310', '1e', '--1', '0.1', '123456789012345678901234567890']
    const path = file('forms.csv', `x,y\n${forms.map((form, i) => `${form},${i}`).join('\n')}\n${Array.from({ length: 50 }, (_, i) => `${i},1`).join('\n')}\n`)
    const [whole] = (await readTables(path)).tables
    const large = await open(path)
    const values: number[] = []
    for await (const { columns } of large.numbers([0])) values.push(...(columns[0] ?? []))
    large.close()
    const expected = whole?.columns[0]
    expect(expected?.kind === 'numeric' ? [...expected.values] : null).toEqual(values)
  })
})
