/** Parquet as the format's description has it, by a small writer of our own; files of DuckDB's are in test/node/duckdb.test.ts. */
import { describe, expect, test } from 'vitest'
import { browserInflate } from '../../../src/browser/inflate.ts'
import { nodeInflate } from '../../../src/node/inflate.ts'
import { readParquet, type ParquetOptions } from '../../../src/table/readers/parquet.ts'
import { decodeRuns } from '../../../src/table/readers/parquet/runs.ts'
import { memorySource } from '../../../src/table/readers/source.ts'
import { numberAt } from '../../../src/table/stored.ts'
import type { FileContents, Table } from '../../../src/table/table.ts'
import { bits, doubles, parquet, texts, thrift, varint, type Codec, type WrittenColumn, type WrittenGroup,
  type WrittenPage } from './write-parquet.ts'

function read(bytes: Uint8Array, options: Partial<ParquetOptions> = {}): Promise<FileContents> {
  return readParquet(memorySource('a.parquet', bytes), { inflate: nodeInflate, ...options })
}

function columns(contents: FileContents): Record<string, (number | string | null)[]> {
  const table: Table | undefined = contents.variables[0]?.table
  return Object.fromEntries((table?.columns ?? []).map(column => [column.name, Array.from({ length: table?.rows ?? 0 }, (_, row) =>
    column.kind !== 'text' ? numberAt(column, row) : column.levels[column.codes[row] ?? -1] ?? null)]))
}

const x: WrittenColumn = { name: 'x', type: 5 }
const optional: WrittenColumn = { ...x, optional: true }

function one(column: WrittenColumn, page: WrittenPage, ...more: WrittenPage[]): Uint8Array {
  const pages = [page, ...more]
  return parquet([column], [{ rows: pages.reduce((sum, { rows, dictionary }) => sum + (dictionary === true ? 0 : rows), 0),
    columns: [pages] }])
}

function bytesOf(values: { buffer: ArrayBufferLike }): Uint8Array {
  return new Uint8Array(values.buffer)
}

describe('values', () => {
  test.each<[string, Codec, boolean]>([['unpacked', 0, false], ['Snappy', 1, false], ['gzip', 2, false],
    ['second version of pages', 0, true], ['second version, gzip', 2, true], ['second version, Snappy', 1, true]])(
    'numbers with gaps and texts from dictionaries, in two groups: %s', async (_, codec, version2) => {
      const schema: WrittenColumn[] = [optional, { name: 's', type: 6, optional: true, converted: 0 }]
      const group = (shift: number): WrittenGroup => ({
        rows: 4,
        columns: [
          [{ rows: 3, present: [true, false, true], values: doubles(shift + 1.5, Number.NaN), version2 },
            { rows: 1, values: doubles(shift + 3), version2 }],
          [
            { rows: 2, values: texts(`a${shift}`, 'b'), dictionary: true },
            // Indices of one bit: 1, 0, 1.
            { rows: 4, present: [true, true, false, true], values: Uint8Array.from([1, ...bits([true, false, true])]), encoding: 8,
              version2 },
          ],
        ],
      })
      const bytes = parquet(schema, [group(0), group(10)], codec)
      for (const inflate of [nodeInflate, browserInflate]) {
        expect(columns(await read(bytes, { inflate }))).toEqual({
          x: [1.5, Number.NaN, Number.NaN, 3, 11.5, Number.NaN, Number.NaN, 13], s: ['b', 'a0', null, 'b', 'b', 'a10', null, 'b'],
        })
      }
    })

  test.each<[string, WrittenColumn, Uint8Array, (number | string)[]]>([
    ['truth values', { name: 'x', type: 0 }, Uint8Array.of(0b101), [1, 0, 1]],
    ['int32', { name: 'x', type: 1 }, bytesOf(Int32Array.of(-1, 0, 7)), [-1, 0, 7]],
    ['uint32', { name: 'x', type: 1, converted: 13 }, bytesOf(Int32Array.of(-1, 0, 7)), [4_294_967_295, 0, 7]],
    ['int64', { name: 'x', type: 2 }, bytesOf(BigInt64Array.of(-5n, -(2n ** 40n), 2n ** 52n)), [-5, -(2 ** 40), 2 ** 52]],
    ['uint64', { name: 'x', type: 2, converted: 14 }, bytesOf(BigInt64Array.of(-1n, 0n, 1n)), [2 ** 64, 0, 1]],
    ['float', { name: 'x', type: 4 }, bytesOf(Float32Array.of(1.5, -0, Infinity)), [1.5, -0, Infinity]],
    // 0.07 is 7e-2; 7 * 0.01 would be 0.07 and a bit.
    ['decimal', { name: 'x', type: 1, converted: 5, scale: 2 }, bytesOf(Int32Array.of(7, -110, 33)), [0.07, -1.1, 0.33]],
    ['decimal in bytes', { name: 'x', type: 7, length: 2, converted: 5, scale: 1 }, Uint8Array.of(0xff, 0xff, 0, 10, 1, 0),
      [-0.1, 1, 25.6]],
    // 0x3c00 is 1, 0xc000 is -2, 0x0001 is 2^-24.
    ['float16', { name: 'x', type: 7, length: 2, logical: [[15, { struct: [] }]] }, Uint8Array.of(0, 0x3c, 0, 0xc0, 1, 0),
      [1, -2, 2 ** -24]],
    ['days', { name: 'x', type: 1, converted: 6 }, bytesOf(Int32Array.of(0, 18_262, -1)), ['1970-01-01', '2020-01-01', '1969-12-31']],
    ['times', { name: 'x', type: 2, converted: 10 }, bytesOf(BigInt64Array.of(0n, 1_577_880_000_500_000n, 1_000_000n)),
      ['1970-01-01 00:00:00', '2020-01-01 12:00:00.500', '1970-01-01 00:00:01']],
    ['texts', { name: 'x', type: 6 }, texts('a', '\u00fc', 'a'), ['a', '\u00fc', 'a']],
  ])('%s', async (_, column, values, expected) => {
    expect(columns(await read(one(column, { rows: 3, values })))).toEqual({ x: expected })
  })

  test('dates as seconds where that is asked', async () => {
    const bytes = one({ name: 'x', type: 1, converted: 6 }, { rows: 2, values: bytesOf(Int32Array.of(0, 18_262)) })
    expect(columns(await read(bytes, { dates: 'number' }))).toEqual({ x: [0, 1_577_836_800] })
  })

  test('whole numbers beyond doubles keep their digits', async () => {
    const contents = await read(one({ name: 'n', type: 2 }, { rows: 2, values: bytesOf(BigInt64Array.of(2n ** 53n + 1n, 4n)) }))
    expect(contents.variables[0]?.table?.origin(0, 0)).toEqual({ text: '9007199254740993' })
    expect(contents.assumptions).toHaveLength(1)
    const unsigned = await read(one({ name: 'n', type: 2, converted: 14 }, { rows: 2, values: bytesOf(BigInt64Array.of(-2n, 4n)) }))
    expect(unsigned.variables[0]?.table?.origin(0, 0)).toEqual({ text: '18446744073709551614' })
  })

  test.each<[string, WrittenColumn]>([
    ['truth values', { name: 'x', type: 0, optional: true }], ['int32', { name: 'x', type: 1, optional: true }],
    ['int64', { name: 'x', type: 2, optional: true }], ['float', { name: 'x', type: 4, optional: true }], ['double', { name: 'x', type: 5, optional: true }],
    ['days', { name: 'x', type: 1, converted: 6, optional: true }], ['decimal', { name: 'x', type: 1, converted: 5, scale: 2, optional: true }],
    ['texts', { name: 'x', type: 6, optional: true }],
  ])('pages without a value: %s', async (_, column) => {
    const page: WrittenPage = { rows: 2, values: new Uint8Array(0), present: [false, false] }
    const [values] = Object.values(columns(await read(one(column, page))))
    expect(values).toEqual(column.type === 6 || column.converted === 6 ? [null, null] : [NaN, NaN])
  })

  test('groups without rows, whose columns stand nowhere', async () => {
    const page: WrittenPage = { rows: 1, values: doubles(5) }
    const nothing = { rows: 0, columns: [[]], start: 0 }
    expect(columns(await read(parquet([x], [nothing, { rows: 1, columns: [[page]] }, nothing])))).toEqual({ x: [5] })
    await expect(read(parquet([x], [nothing]))).rejects.toMatchObject({ id: 'parquet-empty' })
  })

  test('columns asked for, and nested ones that are left out', async () => {
    const schema: WrittenColumn[] = [x, { name: 'list', type: 0, children: 1 }, { name: 'element', type: 5, repeated: true },
      { name: 'y', type: 5 }]
    const bytes = parquet(schema, [{ rows: 1, columns: [[{ rows: 1, values: doubles(1) }], [{ rows: 1, values: doubles(2) }]] }])
    const contents = await read(bytes)
    expect(columns(contents)).toEqual({ x: [1], y: [2] })
    expect(contents.assumptions).toEqual([expect.stringContaining('left out: list')])
    expect(columns(await read(bytes, { only: ['y'] }))).toEqual({ y: [2] })
    await expect(read(bytes, { only: ['z'] })).rejects.toMatchObject({ id: 'parquet-no-such-column' })
  })
})

test.each([1, 2, 3, 7, 8, 12, 20, 31, 32])('packed runs of %i bits', width => {
  const values = Array.from({ length: 19 }, (_, i) => (i * 2_654_435_761) % 2 ** width)
  const packed = new Uint8Array(3 * width)
  values.forEach((value, i) => {
    for (let b = 0; b < width; b++) {
      const bit = i * width + b
      if (Math.floor(value / 2 ** b) % 2 === 1) packed[bit >> 3] = (packed[bit >> 3] ?? 0) | 1 << (bit & 7)
    }
  })
  const bytes = Uint8Array.from([...varint(3 * 2 + 1), ...packed])
  expect(Array.from(decodeRuns(bytes, 0, bytes.length, width, 19), value => value >>> 0)).toEqual(values)
})

describe('refused', () => {
  const page: WrittenPage = { rows: 2, values: doubles(1, 2) }
  test.each<[string, Uint8Array, string]>([
    ['more rows than its pages hold', parquet([x], [{ rows: 3, columns: [[page]] }]), 'parquet-damaged'],
    ['rows that its groups do not hold', parquet([x], [{ rows: 2, columns: [[page]] }], 0, 3), 'parquet-damaged'],
    ['far more rows than its bytes can hold', parquet([x], [{ rows: 4e9, columns: [[page]] }]), 'parquet-too-large'],
    ['a page longer than the file', one(x, { ...page, packedSize: 1e6 }), 'parquet-damaged'],
    ['a page that says another size', one(x, { ...page, size: 17 }), 'parquet-damaged'],
    ['a page of more rows than are left', one(x, { ...page, saysRows: 3 }), 'parquet-damaged'],
    ['fewer values than rows', one(x, { rows: 3, values: doubles(1, 2) }), 'parquet-damaged'],
    ['levels that repeat a billion times',
      one(optional, { rows: 2, values: doubles(1, 2), levels: [...varint(2e9), 1] }, { rows: 1, values: doubles(3), levels: [2] }),
      'parquet-damaged'],
    ['an index beyond the dictionary',
      one(x, { rows: 1, values: doubles(1), dictionary: true },
      { rows: 2, values: Uint8Array.from([1, ...bits([false, true])]), encoding: 8 }), 'parquet-damaged'],
    ['indices without a dictionary', one(x, { rows: 2, values: Uint8Array.from([0]), encoding: 8 }), 'parquet-damaged'],
    ['a dictionary of more values than its bytes', one(x, { rows: 1e9, values: doubles(1), dictionary: true }, page), 'parquet-damaged'],
    ['texts prefixed by each other', one({ name: 's', type: 6 }, { rows: 2, values: Uint8Array.of(1), encoding: 7 }), 'parquet-damaged'],
    ['packed blocks in no parts', one({ name: 'n', type: 1 },
      { rows: 2, values: Uint8Array.from([...varint(128), 0, 2, 0]), encoding: 5 }), 'parquet-damaged'],
    ['a text longer than its page', one({ name: 's', type: 6 }, { rows: 1, values: bytesOf(Uint32Array.of(4e9)) }), 'parquet-damaged'],
    ['Snappy that says a gigabyte', parquet([x], [{ rows: 2, columns: [[{ ...page, size: 2 ** 30 }]] }], 1), 'parquet-damaged'],
    ['gzip that says a gigabyte', parquet([x], [{ rows: 2, columns: [[{ ...page, size: 2 ** 30 }]] }], 2), 'parquet-damaged'],
    ['two columns of one name', parquet([x, x], [{ rows: 2, columns: [[page], [page]] }]), 'parquet-damaged'],
    ['no rows', parquet([x], []), 'parquet-empty'],
  ])('%s', async (_, bytes, id) => {
    await expect(read(bytes)).rejects.toMatchObject({ name: 'TableError', id })
  })

  test('metadata that lie about lists, or nest without end', async () => {
    const footer = (bytes: number[]): Uint8Array =>
      Uint8Array.from([...new TextEncoder().encode('PAR1'), ...bytes, ...new Uint8Array(Uint32Array.of(bytes.length).buffer),
      ...new TextEncoder().encode('PAR1')])
    for (const bytes of [
      [0x29, 0xfc, ...varint(4e9)], Array.from({ length: 1000 }, () => 0x1c), [0x18, ...varint(2 ** 31)], thrift([]),
        [0x15, ...Array.from({ length: 100 }, () => 0x80)],
    ]) await expect(read(footer(bytes))).rejects.toMatchObject({ name: 'TableError', id: 'parquet-damaged' })
  })

  test('packing that is not known, with what to do', async () => {
    const bytes = one(x, page)
    // The codec stands in the column's description as field 4 (0x15), after the name's list.
    const at = bytes.findIndex((_, i) => bytes[i] === 0x78 && bytes[i + 1] === 0x15)
    bytes[at + 2] = 12
    await expect(read(bytes)).rejects.toMatchObject({ id: 'parquet-codec', message: expect.stringContaining('Zstandard') })
    const unpackers = new Map([[6, (packed: Uint8Array): Uint8Array => packed]])
    expect(columns(await read(bytes, { unpackers }))).toEqual({ x: [1, 2] })
  })

  test('encryption, a cut anywhere, too little memory', async () => {
    const bytes = one(x, page)
    for (let end = 0; end < bytes.length; end++) await expect(read(bytes.subarray(0, end))).rejects.toMatchObject({ name: 'TableError',
      id: 'parquet-damaged' })
    await expect(read(bytes, { maximumBytes: 15 })).rejects.toMatchObject({ id: 'parquet-too-large' })
    bytes[bytes.length - 1] = 0x45
    await expect(read(bytes)).rejects.toMatchObject({ id: 'parquet-encrypted' })
  })
})
