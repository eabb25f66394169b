/** Version 7.3 beyond the corpus: what libhdf5 writes here, damage at every place, and lies about sizes. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { nodeInflate } from '../../../src/node/inflate.ts'
import { listMat, readMat, readMatValues } from '../../../src/table/readers/mat.ts'
import { Hdf5Library } from '../../../src/table/readers/mat73/library.ts'
import { memorySource } from '../../../src/table/readers/source.ts'
import type { FileContents, NumericColumn } from '../../../src/table/table.ts'
import { corpus } from '../../requirements.ts'
import { cell, hdf5, matrix, reference } from './write-mat73.ts'

function read(bytes: Uint8Array, name = 'a.mat'): Promise<FileContents> {
  return readMat(memorySource(name, bytes), { inflate: nodeInflate })
}

function numbers(contents: FileContents, variable: string, column: number): number[] {
  const found = contents.variables.find(({ name }) => name === variable)?.table?.columns[column] as NumericColumn
  return Array.from(found.values)
}

describe('what is read', () => {
  test('a compressed matrix, column after column', async () => {
    const data = Float64Array.from({ length: 3000 }, (_, i) => i / 7)
    const bytes = await hdf5(file => matrix(file, 'x', 'double', [500, 6], data, [2, 100]))
    const contents = await read(bytes)
    expect(contents).toMatchObject({ format: 'mat73', variables: [{ name: 'x', class: 'double', dims: [500, 6] }] })
    for (let c = 0; c < 6; c++) expect(numbers(contents, 'x', c)).toEqual(Array.from(data.subarray(500 * c, 500 * c + 500)))
  })

  test.each([[[10_007, 6], [1, 1000]], [[10_007, 7], [3, 1000]], [[2, 10_000], [64, 2]], [[20_000, 1], [1, 20_000]]])(
    'larger deflated matrices around libhdf5, %j in chunks of %j', async (dims, chunks) => {
      const data = Float64Array.from({ length: (dims[0] ?? 0) * (dims[1] ?? 0) }, (_, i) => Math.sin(i))
      const bytes = await hdf5(file => matrix(file, 'x', 'double', dims, data, chunks), true)
      const [rows = 1, columns = 1] = [...dims].reverse()
      let inflated = 0
      const counting = (packed: Uint8Array, limit: number): Uint8Array => (inflated++, nodeInflate.zlib(packed, limit))
      const { zlibAside, ...alone } = nodeInflate
      expect(zlibAside).toBeDefined()
      for (const inflate of [{ ...alone, zlib: counting }, { ...alone, zlibAside: async (packed: Uint8Array, limit: number) => counting(packed, limit) }]) {
        inflated = 0
        const [value] = await readMatValues(memorySource('a.mat', bytes), { inflate })
        expect(value?.value).toMatchObject({ kind: 'numeric', real: data })
        expect(inflated).toBe(Math.ceil(rows / (chunks[0] ?? 1)) * Math.ceil(columns / (chunks[1] ?? 1)))
      }
      // With a chunk damaged it is libhdf5 that refuses, as it does without the way around.
      const broken = { ...nodeInflate, zlibAside: () => Promise.reject(new Error('no')) }
      const [other] = await readMatValues(memorySource('a.mat', bytes), { inflate: broken })
      expect(other?.value).toMatchObject({ kind: 'numeric', real: data })
    })

  test('whole numbers beyond doubles keep their digits', async () => {
    const contents = await read(await hdf5(file => matrix(file, 'n', 'int64', [2, 1], BigInt64Array.of(9007199254740993n, 2n))))
    expect(contents.variables[0]?.table?.origin(0, 0)).toEqual({ text: '9007199254740993' })
    expect(contents.assumptions).toEqual([expect.stringContaining('9007199254740993')])
  })

  test('a struct array is a table', async () => {
    const bytes = await hdf5(file => {
      const held = file.create_group('#refs#')
      ;[1, 2, 3].forEach(n => matrix(held, `v${n}`, 'double', [1, 1], Float64Array.of(n * 1.5)))
      const array = file.create_group('s')
      array.create_attribute('MATLAB_class', 'struct')
      cell(file, array, 'value', [3, 1], ['/#refs#/v1', '/#refs#/v2', '/#refs#/v3'], null)
    })
    const contents = await read(bytes)
    expect(contents.variables).toMatchObject([{ name: 's', class: 'struct', dims: [3, 1] }])
    expect(numbers(contents, 's', 0)).toEqual([1.5, 3, 4.5])
  })

  test('another program\'s HDF5: rows stay rows', async () => {
    const contents = await read(await hdf5(file =>
      file.create_dataset({ name: 'x', data: Float32Array.of(1, 2, 3, 4, 5, 6), shape: [3, 2] })), 'a.h5')
    expect(contents.variables[0]).toMatchObject({ class: 'single', dims: [3, 2] })
    expect([numbers(contents, 'x', 0), numbers(contents, 'x', 1)]).toEqual([[1, 3, 5], [2, 4, 6]])
  })

  test('what is no table says why, and the rest reads', async () => {
    const bytes = await hdf5(file => {
      file.create_group('folder')
      file.create_dataset({ name: 'words', data: ['a', 'b'] })
      file.create_external_link('/etc/passwd', '/x', 'out')
      file.create_soft_link('/nowhere', 'broken')
      matrix(file, 'ok', 'double', [2, 1], Float64Array.of(1, 2))
    })
    const variables = new Map((await read(bytes)).variables.map(variable => [variable.name, variable]))
    expect(variables.get('folder')?.unsupported).toContain('group of HDF5')
    expect(variables.get('words')?.unsupported).toContain('of text')
    expect(variables.get('out')?.unsupported).toContain('links are not followed')
    expect(variables.get('broken')?.unsupported).toContain('links are not followed')
    expect(variables.get('ok')?.table?.rows).toBe(2)
  })

  test('only the variables asked for, and a sentence for one that is not there', async () => {
    const bytes = await hdf5(file => ['a', 'b'].forEach(name => matrix(file, name, 'double', [1, 1], Float64Array.of(1))))
    const source = memorySource('a.mat', bytes)
    expect((await readMatValues(source, { inflate: nodeInflate, only: ['b'] })).map(({ name }) => name)).toEqual(['b'])
    expect((await listMat(source, { inflate: nodeInflate })).map(({ name, dims }) => [name, dims])).toEqual([['a', [1, 1]], ['b', [1, 1]]])
    await expect(readMatValues(source, { inflate: nodeInflate, only: ['c'] })).rejects.toMatchObject({ id: 'mat-no-such-variable' })
  })
})

describe('what is refused', () => {
  test('a matrix that is far larger than its file', async () => {
    const bytes = await hdf5(file => {
      const dataset = file.create_dataset({ name: 'x', data: Float64Array.of(1, 2, 3, 4), shape: [2, 2], maxshape: [null, null],
        chunks: [2, 2] })
      dataset.create_attribute('MATLAB_class', 'double')
      dataset.resize([100_000, 100_000])
    })
    await expect(read(bytes)).rejects.toMatchObject({ name: 'TableError', id: 'mat-size',
      message: expect.stringContaining('100000 x 100000') })
  })

  test('a cell that holds itself', async () => {
    const bytes = await hdf5(file => {
      const held = file.create_group('#refs#')
      matrix(held, 'one', 'double', [1, 1], Float64Array.of(1))
      cell(file, held, 'inner', [1, 1], ['/#refs#/one'])
      cell(file, file, 'c', [1, 1], ['/#refs#/inner'])
      const inner = file.get('/#refs#/inner')
      if (inner !== null && 'write_slice' in inner) inner.write_slice([[], []], [reference(file, '/c')])
    })
    await expect(read(bytes)).rejects.toMatchObject({ name: 'TableError', id: 'mat-cycle' })
  })

  test('every cut', async () => {
    const bytes = await hdf5(file => matrix(file, 'x', 'double', [50, 2], new Float64Array(100).fill(1), [1, 50]))
    for (let length = 8; length < bytes.length; length += 97) {
      await expect(read(bytes.subarray(0, length))).rejects.toMatchObject({ name: 'TableError', id: expect.stringMatching(/^mat-/) })
    }
  })

  test('more than the memory allowed', async () => {
    const bytes = await hdf5(file => matrix(file, 'x', 'double', [5000, 1], new Float64Array(5000), [1, 5000]))
    await expect(readMat(memorySource('a.mat', bytes),
      { inflate: nodeInflate, maximumBytes: 30_000 })).rejects.toMatchObject({ id: 'mat-too-large' })
  })
})

test('an instance that a file broke is replaced', async () => {
  const turns: number[] = []
  const library = new Hdf5Library(async turn => {
    turns.push(turn)
    return import('h5wasm')
  })
  const first = await library.instance()
  library.done(first, 'read')
  expect(await library.instance()).toBe(first)
  library.done(first, 'broken')
  expect(await library.instance()).not.toBe(first)
  expect(turns).toEqual([0, 1])
})

const folder = corpus('mat')
const sample = join(folder ?? '', 'matio', 'test_le_hdf5.mat')

test.skipIf(folder === null || !existsSync(sample))('a global heap that libhdf5 would walk for ever', async () => {
  const bytes = Uint8Array.from(readFileSync(sample))
  // The second byte of the size of one of the texts in the heap: 514 characters instead of 2.
  const text = [0x2d, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0x69, 0x38]
  const at = bytes.findIndex((_, i) => text.every((byte, k) => bytes[i + k] === byte))
  expect(at).toBeGreaterThan(0)
  bytes[at + 9] = 2
  await expect(read(bytes)).rejects.toMatchObject({ name: 'TableError', id: 'mat-heap' })
})

test.skipIf(folder === null || !existsSync(sample))('flipped bits never escape', async () => {
  const whole = readFileSync(sample)
  for (let turn = 0; turn < 40; turn++) {
    const bytes = Uint8Array.from(whole)
    for (let k = 0; k < 4; k++) {
      const at = (turn * 7919 + k * 104_729) % bytes.length
      bytes[at] = (bytes[at] ?? 0) ^ 1 << (turn + k) % 8
    }
    await read(bytes).catch((error: unknown) => expect(error).toMatchObject({ name: 'TableError' }))
  }
})

test.skipIf(folder === null || !existsSync(sample))('a text that is said to be far longer than its file takes no memory for it', async () => {
  const bytes = Uint8Array.from(readFileSync(sample))
  const view = new DataView(bytes.buffer)
  const heap = bytes.findIndex((_, i) => String.fromCharCode(...bytes.subarray(i, i + 4)) === 'GCOL')
  // A text of varying length stands as its length (4 bytes), its heap's address after the first 512 bytes (8), its number there (4).
  const at = bytes.findIndex((_, i) => i + 16 < bytes.length && view.getBigUint64(i + 4, true) === BigInt(heap - 512)
    && view.getUint32(i, true) < 100 && view.getUint32(i + 12, true) < 100)
  expect(heap > 0 && at > 0).toBe(true)
  view.setUint32(at, 2 ** 30, true)
  const library = new Hdf5Library(async () => import('h5wasm'))
  const reading = readMat(memorySource('a.mat', bytes), { inflate: nodeInflate, hdf5: library })
  await expect(reading).rejects.toMatchObject({ name: 'TableError', id: 'mat-hdf5' })
  // It begins with 2^24 and takes 2^27 at most.
  expect((await library.instance()).module.HEAPU8.length).toBeLessThan(2 ** 28)
})
