/** Whole MAT-files: which version, listing, choosing variables, and what damaged and hostile files get. */
import { deflateSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { browserInflate } from '../../../src/browser/inflate.ts'
import { nodeInflate } from '../../../src/node/inflate.ts'
import { TableError } from '../../../src/table/errors.ts'
import { detectMat, listMat, readMat } from '../../../src/table/readers/mat.ts'
import { memorySource, type Inflate, type Source } from '../../../src/table/readers/source.ts'
import type { FileContents } from '../../../src/table/table.ts'
import { mat4Matrix } from './write-mat4.ts'
import { doubles, joined, MatWriter, text, type Written } from './write-mat.ts'

const inflate = nodeInflate

function readBytes(bytes: Uint8Array, options: { only?: string[], maximumBytes?: number, inflate?: Inflate } = {}): Promise<FileContents> {
  return readMat(memorySource('test.mat', bytes), { inflate, ...options })
}

const writer = new MatWriter()
const small = { a: doubles([2, 2], [1, 2, 3, 4]), b: text('hello'), c: doubles([3, 1], [7, 8, 9]) }

describe('versions', () => {
  test('are told apart by the first bytes', async () => {
    const version = (bytes: Uint8Array): ReturnType<typeof detectMat> => detectMat(memorySource('test.mat', bytes))
    expect(await version(new MatWriter(true).file(small))).toEqual({ version: '5', littleEndian: true })
    expect(await version(new MatWriter(false).file(small))).toEqual({ version: '5', littleEndian: false })
    expect(await version(mat4Matrix('x', [[1]]))).toEqual({ version: '4', littleEndian: true })
    const hdf5 = joined([new Uint8Array(512), Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a)])
    expect(await version(hdf5)).toMatchObject({ version: '7.3' })
  })

  test.each<[string, Uint8Array, string]>([
    ['an empty file', new Uint8Array(0), 'mat-empty'],
    ['three bytes', Uint8Array.of(1, 2, 3), 'mat-unrecognized'],
    ['a text file', new TextEncoder().encode('a,b\n1,2\n'.repeat(40)), 'mat-unrecognized'],
    ['zeros', new Uint8Array(4000), 'mat-name'],
    ['numbers of a VAX', mat4Matrix('x', [[1]], { mopt: 2000 }), 'mat-machine'],
  ])('%s is refused', async (_, bytes, id) => {
    await expect(readBytes(bytes)).rejects.toMatchObject({ name: 'TableError', id })
  })

  test('a header without variables holds none', async () => {
    expect(await readBytes(writer.header())).toEqual({ file: 'test.mat', format: 'mat5', variables: [], assumptions: [] })
  })
})

describe('variables', () => {
  test('are tables, or say why not', async () => {
    expect(await readBytes(writer.file(small, true))).toMatchObject({ file: 'test.mat', format: 'mat5', variables: [
      { name: 'a', class: 'double', dims: [2, 2], table: { name: 'a', rows: 2 } },
      { name: 'b', class: 'char', dims: [1, 5], unsupported: expect.stringContaining('b is text') },
      { name: 'c', table: { rows: 3 } },
    ] })
  })

  test('can be chosen; one that is not there is refused with those that are', async () => {
    const { variables } = await readBytes(writer.file(small, true), { only: ['c'] })
    expect(variables.map(({ name }) => name)).toEqual(['c'])
    await expect(readBytes(writer.file(small), { only: ['d'] })).rejects.toMatchObject(
      { id: 'mat-no-such-variable', message: expect.stringContaining('a, b, c') }
    )
  })

  test('of one name: the last counts, as MATLAB loads it', async () => {
    const twice = joined([writer.header(), writer.array('a', doubles([1, 1], [1])), writer.array('a', doubles([1, 1], [2]))])
    const { variables } = await readBytes(twice)
    expect(variables.map(({ table }) => table?.columns[0])).toEqual([{ kind: 'numeric', name: 'column 1', values: Float64Array.of(2) }])
  })

  test('can be listed from the start of each, without reading or inflating the rest', async () => {
    const big = doubles([100_000, 4], Array.from({ length: 400_000 }, (_, i) => Math.sin(i)))
    for (const compress of [true, false]) {
      const bytes = writer.file({ big, ...small }, compress)
      let read = 0
      const counting: Source = { name: 'test.mat', size: bytes.length, read: (start, end) => {
        read += end - start
        return Promise.resolve(bytes.subarray(start, end))
      } }
      const noWhole: Inflate = { ...inflate, zlib: () => { throw new Error('inflated whole') } }
      const listed = await listMat(counting, { inflate: noWhole })
      expect(listed.map(({ name, dims }) => [name, dims])).toEqual([['big', [100_000, 4]], ['a', [2, 2]], ['b', [1, 5]], ['c', [3, 1]]])
      // Two pieces of 64 KiB: at the start of the file and behind the big variable.
      expect(read).toBeLessThan(3 * 65_536)
    }
  })
})

describe('what lies about its size', () => {
  const compressedPromise = (promised: number, data: Uint8Array): Uint8Array => {
    const stream = deflateSync(joined([writer.tag(14, promised), data]))
    return joined([writer.header(), writer.tag(15, stream.length), stream])
  }
  const inside = (value: Written): Uint8Array => writer.array('x', value).subarray(8)

  test.each<[string, Uint8Array, string]>([
    ['a variable longer than the file', joined([writer.header(), writer.tag(14, 2 ** 31), new Uint8Array(100)]), 'mat-truncated'],
    ['a compressed variable longer than the file', joined(
      [writer.header(), writer.tag(15, 2 ** 31), new Uint8Array(100)]
    ), 'mat-truncated'],
    ['4 GiB promised by 100 bytes', compressedPromise(2 ** 32 - 16, inside(doubles([1, 1], [1]))), 'mat-size'],
    ['more than was promised', compressedPromise(64, joined([inside(doubles([1, 1], [1])), new Uint8Array(5000)])), 'mat-inflate'],
    ['less than was promised', compressedPromise(640, inside(doubles([1, 1], [1]))), 'mat-size'],
    ['a matrix larger than its data', writer.file({ x: doubles([2 ** 30, 1], [1]) }), 'mat-size'],
    ['a compressed matrix larger than its data', writer.file({ x: doubles([2 ** 31 - 1, 2 ** 31 - 1], [1]) }, true), 'mat-dimensions'],
    ['negative dimensions', writer.file({ x: doubles([-1, 1], [1]) }), 'mat-dimensions'],
    ['one dimension', writer.file({ x: doubles([1], [1]) }), 'mat-dimensions'],
    ['a hundred dimensions', writer.file({ x: doubles(Array.from({ length: 100 }, () => 1), [1]) }), 'mat-dimensions'],
    ['a name of a kilobyte', writer.file({ ['n'.repeat(1024)]: doubles([1, 1], [1]) }, true), 'mat-name'],
    ['a class that does not exist', writer.file({ x: { kind: 'raw', class: 77, dims: [1, 1], elements: [] } }), 'mat-class'],
    ['a struct of 2^60 fields', writer.file({ x: { kind: 'raw', class: 2, dims: [2 ** 20, 2 ** 20], elements: [
      writer.numbers(Int32Array.of(1)), writer.element(1, new Uint8Array(64)) ] } }), 'mat-truncated'],
  ])('%s is refused', async (_, bytes, id) => {
    await expect(readBytes(bytes)).rejects.toMatchObject({ name: 'TableError', id })
    await expect(readBytes(bytes, { inflate: browserInflate })).rejects.toMatchObject({ name: 'TableError', id })
  })

  test('a bomb is stopped by the ceiling before it is inflated', async () => {
    const bomb = writer.file({ zeros: { kind: 'numeric', class: 'uint8', dims: [4_000_000, 1], real: new Uint8Array(4_000_000) } }, true)
    expect(bomb.length).toBeLessThan(10_000)
    const untouched: Inflate = { ...inflate, zlib: () => { throw new Error('inflated') } }
    await expect(readBytes(bomb, { maximumBytes: 1_000_000, inflate: untouched })).rejects.toMatchObject({ id: 'mat-too-large' })
    expect((await readBytes(bomb)).variables[0]?.table?.rows).toBe(4_000_000)
  })

  test('doubles stored as bytes count as doubles', async () => {
    const bytes = writer.file({ x: { kind: 'numeric', class: 'double', dims: [100_000, 1], real: new Uint8Array(100_000) } }, true)
    await expect(readBytes(bytes, { maximumBytes: 500_000 })).rejects.toMatchObject({ id: 'mat-too-large' })
  })
})

describe('damage', () => {
  const files: [string, Uint8Array][] = [
    ['version 4', joined(
      [mat4Matrix('ab', [[1, 2], [3, 4]]), mat4Matrix('s', [[1, 1, 5], [2, 2, 0]], { mopt: 2 }), mat4Matrix('t', [[72, 105]], { mopt: 1 })]
    )],
    ...[true, false].map((compress): [string, Uint8Array] => [compress ? 'version 7' : 'version 6', writer.file({
      ...small,
      s: { kind: 'sparse', dims: [3, 2], rowIndex: [0, 2, 1], columnStart: [0, 2, 3], real: Float64Array.of(5, 6, 7) },
      st: { kind: 'struct', dims: [1, 2], fields: ['p', 'q'], values: [doubles([1, 1], [1]), text('x'), doubles([1, 1], [2]), text('y')] },
      ce: { kind: 'cell', dims: [1, 2], cells: [text('x'), doubles([1, 2], [3, 4])] },
      i: { kind: 'numeric', class: 'int64', dims: [2, 1], real: BigInt64Array.of(1n, 2n) },
      o: { kind: 'opaque', className: 'table' },
    }, compress)]),
  ]

  /** Reads, or is refused by the room's own error; anything else is thrown on. */
  async function readsOrRefuses(bytes: Uint8Array, platform: Inflate): Promise<void> {
    try {
      await readBytes(bytes, { inflate: platform })
    } catch (error) {
      if (!(error instanceof TableError) || !error.id.startsWith('mat-')) throw error
      expect(error.message).toMatch(/expected .+\./)
    }
  }

  test.each(files)('of any byte of %s is a TableError or goes unnoticed', async (_, bytes) => {
    const flips = fc.array(
      fc.tuple(fc.integer({ min: 0, max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 4 }
    )
    await fc.assert(fc.asyncProperty(flips, fc.constantFrom(nodeInflate, browserInflate), async (changes, platform) => {
      const damaged = Uint8Array.from(bytes)
      for (const [at, mask] of changes) damaged[at] = (damaged[at] ?? 0) ^ mask
      await readsOrRefuses(damaged, platform)
    }), { numRuns: 600 })
  })

  test.each(files)('by a cut anywhere in %s is a TableError or a whole number of variables', async (_, bytes) => {
    for (let size = 0; size < bytes.length; size += 3) await readsOrRefuses(bytes.subarray(0, size), nodeInflate)
  })

  test('by random bytes behind a good header is a TableError', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), async bytes => {
      await readsOrRefuses(joined([writer.header(), bytes]), nodeInflate)
      await readsOrRefuses(joined([writer.header(), writer.compressed(bytes)]), nodeInflate)
    }), { numRuns: 200 })
  })

  test('that a source shows by giving fewer bytes is a TableError', async () => {
    const bytes = writer.file(small)
    const short: Source = { name: 'test.mat', size: bytes.length + 1000, read: (start, end) => Promise.resolve(bytes.subarray(start, end)) }
    await expect(readMat(short, { inflate })).rejects.toMatchObject({ id: 'mat-truncated' })
  })
})
