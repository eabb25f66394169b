/** Tables outside memory: read, scaled and trained on with the bits that they have in memory. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { fit, type FitOptions } from '../../src/workflow/fit.ts'
import { readTables } from '../../src/node/read-tables.ts'
import { openScratch } from '../../src/node/scratch.ts'
import { audit } from '../../src/table/audit.ts'
import { readCsv } from '../../src/table/readers/csv.ts'
import { memorySource } from '../../src/table/readers/source.ts'
import { scaleOf } from '../../src/table/scale.ts'
import { scaleOfColumn } from '../../src/table/streamed-scale.ts'
import { inMemory, NumberWriter, numberAt, pieceRows, tableInMemory } from '../../src/table/stored.ts'
import type { Table } from '../../src/table/table.ts'
import { duckdbForTests } from '../engines/duckdb.ts'
import { doubles, parquet, texts, type Codec, type WrittenPage } from '../table/readers/write-parquet.ts'

const duckdb = await duckdbForTests()

const folder = mkdtempSync(join(tmpdir(), 'whynan-memory-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** More rows than two pieces hold, with two bad cells, in columns of different scales. */
const rows = 2 * pieceRows + 123
const value = (row: number, column: number): number => Math.fround(Math.sin(row * (column + 1)) * 10 ** column)
const target = (row: number): number => Math.fround(value(row, 0) - value(row, 2) / 50 + value(row, 1) * value(row, 0) / 10)

function csv(name: string): string {
  const path = join(folder, name)
  const lines = Array.from({ length: rows }, (_, row) =>
    [row === 20_000 ? '' : row === 77 ? 'oops' : value(row, 0), value(row, 1), value(row, 2), row % 3 === 0 ? 'red' : row % 3 === 1 ? 'green' : 'blue', target(row)].join(','))
  const text = `a,b,c,colour,y\n${lines.join('\n')}\n`
  writeFileSync(path, name.endsWith('.gz') ? gzipSync(text) : text)
  return path
}

function npy(name: string, fortran: boolean, wide: boolean): string {
  const columns = 4
  const cell = (row: number, c: number): number => (c === 3 ? target(row) : value(row, c))
  const at = (i: number): number => (fortran ? cell(i % rows, Math.floor(i / rows)) : cell(Math.floor(i / columns), i % columns))
  const numbers = wide ? Float64Array.from({ length: rows * columns }, (_, i) => at(i)) : Float32Array.from({ length: rows * columns }, (_, i) => at(i))
  const head = `{'descr': '<f${wide ? 8 : 4}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': (${rows}, ${columns}), }`
  const header = `${head.padEnd(128 - 10 - 1)}\n`
  const path = join(folder, name)
  writeFileSync(path, Buffer.concat([Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length, 0]), Buffer.from(header), Buffer.from(numbers.buffer)]))
  return path
}

/** Groups of 12,000 rows, which no piece's end falls on, in pages of 1,000. */
function parquetFile(name: string, codec: Codec): string {
  const names = ['a', 'b', 'c', 'colour', 'y']
  const page = (c: number, from: number, count: number): WrittenPage => {
    const inside = Array.from({ length: count }, (_, i) => from + i)
    if (c === 3) return { rows: count, values: texts(...inside.map(row => (row % 2 === 0 ? 'red' : 'green'))) }
    const there = inside.filter(row => c !== 0 || row !== 20_000)
    const values = doubles(...there.map(row => (c === 4 ? target(row) : value(row, c))))
    return there.length === count ? { rows: count, values } : { rows: count, values, present: inside.map(row => row !== 20_000) }
  }
  const parts = (from: number, to: number, each: number): [number, number][] =>
    Array.from({ length: Math.ceil((to - from) / each) }, (_, i) => [from + i * each, Math.min(to, from + (i + 1) * each)])
  const bytes = parquet(
    names.map((column, c) => (c === 3 ? { name: column, type: 6, converted: 0 } : { name: column, type: 5, optional: c === 0 })),
    parts(0, rows, 12_000).map(([from, to]) => ({
      rows: to - from, columns: names.map((_, c) => parts(from, to, 1000).map(([first, last]) => page(c, first, last - first))),
    })), codec)
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}

async function both(path: string): Promise<{ within: Table, outside: Table }> {
  const [{ tables: [within] }, { tables: [outside] }] = [await readTables(path), await readTables(path, { memory: 1 })]
  if (within === undefined || outside === undefined) throw new Error('no table')
  return { within, outside }
}

const files = { csv: () => csv('a.csv'), 'packed csv': () => csv('b.csv.gz'), 'npy by rows': () => npy('c.npy', false, false), 'npy by columns': () => npy('d.npy', true, true), parquet: () => parquetFile('e.parquet', 0), 'packed parquet': () => parquetFile('f.parquet', 2) }

describe('a table outside memory', () => {
  test.each(Object.entries(files))('holds what it holds in memory: %s', async (_, make) => {
    const { within, outside } = await both(make())
    expect(outside.rows).toBe(rows)
    for (const [c, column] of within.columns.entries()) {
      const other = outside.columns[c]!
      expect(other.kind).toBe(column.kind === 'numeric' ? 'stored' : column.kind)
      expect(outside.origin(77, c)).toEqual(within.origin(77, c))
      if (column.kind !== 'numeric' || other.kind !== 'stored') {
        expect(other).toEqual(column)
        continue
      }
      expect(inMemory(other)).toEqual(column)
      for (const row of [0, pieceRows - 1, pieceRows, rows - 1, 20_000, 1]) expect(numberAt(other, row)).toEqual(column.values[row])
      const some = Uint32Array.from({ length: rows }, (_, row) => row).filter(row => row % 5 !== 0)
      expect(scaleOfColumn(other, some)).toMatchObject(scaleOf(column.values, some))
    }
  })

  test.skipIf(duckdb === null)('Parquet: from disk what DuckDB reads into memory, and trained to the same bits', async () => {
    const path = parquetFile('g.parquet', 1)
    const { tables: [within] } = await readTables(path, { duckdb: { module: duckdb } })
    const { outside } = await both(path)
    if (within === undefined) throw new Error('no table')
    expect(tableInMemory(outside).columns).toEqual(within.columns)
    const options: FitOptions = { inputs: ['b', 'c', 'colour'], network: { hidden: [9], dropout: 0.3 }, batchSize: 500, steps: 10 }
    const [run, other] = [await fit(within, options), await fit(outside, options)]
    expect(other.experiment.training.dataset.stored).toBeDefined()
    expect(other.weightsHash).toBe(run.weightsHash)
  })

  const settings: Record<string, FitOptions> = {
    'one block': { network: { hidden: [9], dropout: 0 }, batchSize: 100, steps: 30 },
    'sixteen blocks and dropout': { network: { hidden: [16], dropout: 0.3 }, batchSize: 4096, steps: 12, seed: 5 },
    'half dropped, two layers, epochs': { network: { hidden: [20, 9], dropout: 0.5, activation: 'tanh' }, batchSize: 2048, epochs: 1, sampling: 'epoch' },
    'float64, NumPy\'s draws': { network: { hidden: [50], dropout: 0.5 }, batchSize: 256, steps: 5, draws: 'numpy' },
    'rows passed over': { network: { hidden: [9], dropout: 0.2 }, batchSize: 3000, steps: 4, passOver: [1, 2, 3, 500, 20_000] },
    'a text column among the inputs': { inputs: ['a', 'colour'], network: { hidden: [9] }, batchSize: 64, steps: 10 },
    'classes': { target: 'colour', loss: 'categorical-cross-entropy-from-logits', network: { hidden: [9] }, batchSize: 64, steps: 10 },
    'repaired cells': { nonFinite: 'keep', repair: [{ side: 'training', row: 20_001, column: 1 }, { side: 'training', row: 78, column: 1 }], validation: false, network: { hidden: [9] }, batchSize: 8192, steps: 8 },
    'a loss that only the reference has': { target: 'colour', loss: 'categorical-cross-entropy', network: { hidden: [9] }, batchSize: 300, steps: 3 },
    'bad cells filled': { nonFinite: 'impute', network: { hidden: [9] }, batchSize: 64, steps: 10 },
    'bad cells kept, until one is drawn': { nonFinite: 'keep', network: { hidden: [9] }, batchSize: 8192, steps: 20 },
  }
  test.each(Object.entries(settings))('trains to the same bits: %s', async (_, options) => {
    const { within, outside } = await both(csv('e.csv'))
    const [run, other] = [await fit(within, options), await fit(outside, options)]
    if (options.repair === undefined) expect(other.experiment.training.dataset.stored).toBeDefined()
    expect(other.weightsHash).toBe(run.weightsHash)
    expect({ validation: other.validation, baseline: other.baseline, incident: other.incident, status: other.status })
      .toEqual({ validation: run.validation, baseline: run.baseline, incident: run.incident, status: run.status })
    expect(other.history).toEqual(run.history)
    expect(other.assumptions).toEqual(run.assumptions)
    if (options.nonFinite === 'keep' && options.repair === undefined) expect(run.status).toBe('non-finite')
  })

  test('several files as one', async () => {
    for (const part of [1, 2]) writeFileSync(join(folder, `part${part}.csv`), `x,y\n${Array.from({ length: pieceRows + part }, (_, row) => `${row * part},${row % 7}`).join('\n')}\n`)
    const { within, outside } = await both(join(folder, 'part*.csv'))
    expect(tableInMemory(outside).columns).toEqual(within.columns)
    expect(outside.origin(pieceRows + 5, 0)).toEqual(within.origin(pieceRows + 5, 0))
  })
})

describe('the file that it stands in', () => {
  test('has no name, and holds what was put there', () => {
    const own = mkdtempSync(join(folder, 'scratch-'))
    const scratch = openScratch(own)
    expect(readdirSync(own)).toEqual([])
    const writer = new NumberWriter(scratch, false)
    for (const length of [1, 0, pieceRows, 3 * pieceRows + 7]) writer.append(new Float64Array(length).fill(length))
    expect(inMemory(writer.column('x')).values).toEqual(Float64Array.from([1, ...Array<number>(pieceRows).fill(pieceRows), ...Array<number>(3 * pieceRows + 7).fill(3 * pieceRows + 7)]))
    scratch.close()
  })

  test('is refused with a sentence where there is no room for it', () => {
    expect(() => openScratch(join(folder, 'nowhere'))).toThrow(expect.objectContaining({ name: 'TableError', id: 'scratch-failed' }))
  })
})

test('rows with cells beyond the last column are told of a table outside memory too', async () => {
  const long = new Set([5, pieceRows + 9])
  const text = `x,y\n${Array.from({ length: pieceRows + 20 }, (_, row) => (long.has(row) ? '1,2,3' : '1,2')).join('\n')}\n`
  const { variables: [read] } = await readCsv(memorySource('long.csv', new TextEncoder().encode(text)), { scratch: openScratch() })
  expect(read?.table?.columns.map(({ kind }) => kind)).toEqual(['stored', 'stored'])
  const [audited] = read?.table === undefined ? [] : audit({ training: read.table }).tables
  expect(audited?.findings.find(({ id }) => id === 'surplus-cells')).toMatchObject({ rows: [...long].map(row => row + 1), facts: { lines: [...long].map(row => row + 2) } })
})
