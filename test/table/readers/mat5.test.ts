/** Version 5 to 7, against a writer of our own: what is written comes back, in both byte orders, compressed or not. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { browserInflate } from '../../../src/browser/inflate.ts'
import { nodeInflate } from '../../../src/node/inflate.ts'
import { readMatValues } from '../../../src/table/readers/mat.ts'
import type { MatValue } from '../../../src/table/readers/mat-values.ts'
import { memorySource } from '../../../src/table/readers/source.ts'
import { doubles, MatWriter, text, type Numbers, type Written } from './write-mat.ts'

async function read(bytes: Uint8Array, inflate = nodeInflate): Promise<Map<string, MatValue>> {
  const values = await readMatValues(memorySource('test.mat', bytes), { inflate })
  return new Map(values.map(({ name, value }) => [name, value]))
}

async function readOne(value: Written, writer = new MatWriter(), compress = false): Promise<MatValue | undefined> {
  return (await read(writer.file({ x: value }, compress))).get('x')
}

const arrays: Record<string, (values: number[]) => Numbers> = {
  double: values => Float64Array.from(values), single: values => Float32Array.from(values),
  int8: values => Int8Array.from(values), uint8: values => Uint8Array.from(values),
  int16: values => Int16Array.from(values), uint16: values => Uint16Array.from(values),
  int32: values => Int32Array.from(values), uint32: values => Uint32Array.from(values),
  int64: values => BigInt64Array.from(values, BigInt), uint64: values => BigUint64Array.from(values, BigInt),
}

const matrix = fc.tuple(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 0, max: 5 })).chain(([rows, columns]) => fc.record({
  dims: fc.constant<number[]>([rows, columns]),
  class: fc.constantFrom(...Object.keys(arrays)),
  values: fc.array(fc.integer({ min: 0, max: 127 }), { minLength: rows * columns, maxLength: rows * columns }),
}))

describe('numbers', () => {
  test('come back from either byte order, compressed or not, in Node and in browsers', async () => {
    await fc.assert(fc.asyncProperty(fc.array(matrix, { maxLength: 4 }), fc.boolean(), fc.boolean(), async (matrices, little, compress) => {
      const written = matrices.map(({ dims, class: ofClass, values }, i): [string, Written & { kind: 'numeric' }] =>
        [`variable_${i}`, { kind: 'numeric', class: ofClass, dims, real: arrays[ofClass]?.(values) ?? new Float64Array(0) }])
      const bytes = new MatWriter(little).file(Object.fromEntries(written), compress)
      const values = await read(bytes)
      expect([...values]).toEqual(written)
      expect(await read(bytes, browserInflate)).toEqual(values)
    }), { numRuns: 150 })
  })

  test('keep every bit of a double', async () => {
    await fc.assert(fc.asyncProperty(fc.float64Array({ minLength: 1 }), fc.boolean(), async (real, little) => {
      const value = await readOne({ kind: 'numeric', class: 'double', dims: [real.length, 1], real }, new MatWriter(little), true)
      expect(value).toMatchObject({ class: 'double', real })
    }), { numRuns: 50 })
  })

  test('come back as their class when they are stored narrower, as MATLAB does', async () => {
    const stored = (ofClass: string, real: Numbers): Promise<MatValue | undefined> =>
      readOne({ kind: 'numeric', class: ofClass, dims: [1, real.length], real })
    expect(await stored('double', Uint8Array.of(0, 200, 3))).toMatchObject({ real: Float64Array.of(0, 200, 3) })
    expect(await stored('single', Int16Array.of(-7, 300))).toMatchObject({ real: Float32Array.of(-7, 300) })
    expect(await stored('int64', Int32Array.of(-5, 6))).toMatchObject({ real: BigInt64Array.of(-5n, 6n) })
    expect(await stored('logical', Uint8Array.of(0, 1, 1))).toMatchObject({ class: 'logical', real: Uint8Array.of(0, 1, 1) })
  })

  test('that their class cannot hold are refused', async () => {
    const refused = (ofClass: string, real: Numbers): Promise<void> =>
      expect(readOne({ kind: 'numeric', class: ofClass, dims: [1, 1], real })).rejects.toMatchObject({ id: 'mat-value' })
    await refused('int8', Int16Array.of(300))
    await refused('int64', Float64Array.of(0.5))
    await refused('uint64', BigInt64Array.of(-1n))
  })

  test('of 64 bits keep every digit', async () => {
    const real = BigInt64Array.of(9007199254740993n, -9223372036854775808n)
    expect(await readOne({ kind: 'numeric', class: 'int64', dims: [2, 1], real })).toMatchObject({ real })
  })

  test('are views on an inflated variable, not copies', async () => {
    const value = await readOne(doubles([1000, 2], Array.from({ length: 2000 }, Math.sqrt)), new MatWriter(), true)
    if (value?.kind !== 'numeric') throw new Error('expected numbers')
    // 8 of tag, 16 of flags, 16 of dimensions, 8 of name, 8 of tag: 56 bytes stand before the numbers.
    expect(value.real.byteOffset % 8).toBe(0)
    expect(value.real.buffer.byteLength).toBeGreaterThanOrEqual(16_000 + 56)
  })

  test('may be complex', async () => {
    const value: Written = {
      kind: 'numeric', class: 'double', dims: [1, 2], real: Float64Array.of(1, 2), imaginary: Float64Array.of(-1, 0),
    }
    expect(await readOne(value)).toEqual(value)
  })
})

describe('sparse matrices', () => {
  const sparse = (change: Partial<Written & { kind: 'sparse' }>): Written =>
    ({ kind: 'sparse', dims: [3, 2], rowIndex: [0, 2, 1], columnStart: [0, 2, 3], real: Float64Array.of(5, 6, 7), ...change })

  test('keep their indices', async () => {
    expect(await readOne(sparse({}))).toEqual({
      kind: 'sparse', class: 'double', dims: [3, 2], rowIndex: Int32Array.of(0, 2, 1),
      columnStart: Int32Array.of(0, 2, 3), real: Float64Array.of(5, 6, 7),
    })
  })

  test.each<[string, Partial<Written & { kind: 'sparse' }>]>([
    ['a row outside', { rowIndex: [0, 3, 1] }],
    ['a negative row', { rowIndex: [0, -1, 1] }],
    ['column starts that fall', { columnStart: [0, 4, 3] }],
    ['too few column starts', { columnStart: [0, 3] }],
    ['more values promised than indices', { columnStart: [0, 2, 9] }],
    ['columns that the file does not have', { dims: [3, 2 ** 31 - 1] }],
  ])('with %s are refused', async (_, change) => {
    await expect(readOne(sparse(change))).rejects.toMatchObject({ name: 'TableError', id: 'mat-sparse' })
  })
})

describe('text', () => {
  const char = (dims: number[], data: Uint8Array | Uint16Array | Uint32Array, type: number, little = true): Promise<MatValue | undefined> =>
    readOne({ kind: 'char', dims, data, type }, new MatWriter(little))

  test('comes in UTF-8, UTF-16, UTF-32 and bytes, in both byte orders', async () => {
    for (const little of [true, false]) {
      expect(await char([1, 3], Uint16Array.of(0x4e2d, 0x6587, 0x61), 17, little)).toMatchObject({ rows: ['中文a'] })
      expect(await char([1, 3], Uint16Array.of(0x4e2d, 0x6587, 0x61), 4, little)).toMatchObject({ rows: ['中文a'] })
      expect(await char([1, 1], Uint32Array.of(0x1f600), 18, little)).toMatchObject({ rows: ['😀'] })
    }
    expect(await char([1, 2], new TextEncoder().encode('é中'), 16)).toMatchObject({ rows: ['é中'] })
    expect(await char([1, 1], Uint8Array.of(0xe9), 2)).toMatchObject({ rows: ['é'] })
    expect(await char([1, 2], Uint8Array.of(0xc3, 0xa9), 2)).toMatchObject({ rows: ['é'] })
  })

  test('of many rows stands column after column', async () => {
    expect(await char([2, 3], new TextEncoder().encode('ADBECF'), 16)).toMatchObject({ rows: ['ABC', 'DEF'] })
  })

  test('shorter than its dimensions is refused', async () => {
    await expect(char([1, 9], new TextEncoder().encode('abc'), 16)).rejects.toMatchObject({ id: 'mat-size' })
    await expect(char([1, 1], Uint32Array.of(0x110000), 18)).rejects.toMatchObject({ id: 'mat-char' })
  })
})

describe('cells, structs and objects', () => {
  test('hold values of any class', async () => {
    const cell: Written = { kind: 'cell', dims: [1, 2], cells: [doubles([1, 1], [4]), text('ab')] }
    const value = await readOne(
      { kind: 'struct', dims: [1, 1], fields: ['a', '__proto__'], values: [cell, doubles([0, 0], [])] }, new MatWriter(), true
    )
    expect(value).toMatchObject({
      kind: 'struct', fields: ['a', '__proto__'],
      values: [{ kind: 'cell', cells: [{ real: Float64Array.of(4) }, { rows: ['ab'] }] }, { dims: [0, 0] }],
    })
  })

  test('objects are told by the name of their class, and the rest of the file reads', async () => {
    const values = await read(new MatWriter().file({ t: { kind: 'opaque', className: 'datetime' }, x: doubles([1, 1], [3]) }, true))
    expect(values.get('t')).toEqual({ kind: 'opaque', class: 'datetime', dims: [1, 1] })
    expect(values.get('x')).toMatchObject({ real: Float64Array.of(3) })
  })

  test('too deep, too many or longer than the file are refused', async () => {
    let deep: Written = doubles([1, 1], [1])
    for (let i = 0; i < 80; i++) deep = { kind: 'cell', dims: [1, 1], cells: [deep] }
    await expect(readOne(deep)).rejects.toMatchObject({ id: 'mat-too-deep' })
    await expect(readOne({ kind: 'cell', dims: [2 ** 31 - 1, 1], cells: [] })).rejects.toMatchObject({ id: 'mat-truncated' })
    const empty = new MatWriter().tag(14, 0)
    const many = new Uint8Array(8 * 5_100_000).map((_, i) => empty[i % 8] ?? 0)
    const cell: Written = { kind: 'raw', class: 1, dims: [5_100_000, 1], elements: [many] }
    await expect(readOne(cell)).rejects.toMatchObject({ id: 'mat-too-many-values' })
  })
})
