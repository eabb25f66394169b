/** Version 4: every storage, both byte orders, text, complex and sparse. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nodeInflate } from '../../../src/node/inflate.ts'
import { readMatValues } from '../../../src/table/readers/mat.ts'
import type { MatValue } from '../../../src/table/readers/mat-values.ts'
import { memorySource } from '../../../src/table/readers/source.ts'
import { mat4Matrix } from './write-mat4.ts'
import { joined } from './write-mat.ts'

async function read(...parts: Uint8Array[]): Promise<MatValue[]> {
  const values = await readMatValues(memorySource('test.mat', joined(parts)), { inflate: nodeInflate })
  return values.map(({ value }) => value)
}

test('matrices of every storage come back as doubles, column after column', async () => {
  const rows = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })).chain(([height, width]) =>
    fc.array(fc.array(fc.integer({ min: 0, max: 255 }), { minLength: width, maxLength: width }), { minLength: height, maxLength: height }))
  await fc.assert(fc.asyncProperty(rows, fc.integer({ min: 0, max: 5 }), fc.boolean(), async (matrix, storage, littleEndian) => {
    const width = matrix[0]?.length ?? 0
    const columns = Array.from({ length: width }, (_, c) => matrix.map(row => row[c] ?? 0)).flat()
    // A second matrix behind the first shows that its length was right.
    expect(
      await read(mat4Matrix('first', matrix, { mopt: storage * 10, littleEndian }), mat4Matrix('n', [[1.5]], { littleEndian }))
    ).toEqual([
      { kind: 'numeric', class: 'double', dims: [matrix.length, width], real: Float64Array.from(columns) },
      { kind: 'numeric', class: 'double', dims: [1, 1], real: Float64Array.of(1.5) },
    ])
  }), { numRuns: 100 })
})

test('complex matrices keep both parts', async () => {
  expect(await read(mat4Matrix('z', [[1, 2]], { imaginary: [[3, 4]] }))).toMatchObject(
    [{ real: Float64Array.of(1, 2), imaginary: Float64Array.of(3, 4) }]
  )
})

test('text is rows of characters', async () => {
  const codes = ['one', 'two'].map(row => [...row].map(letter => letter.charCodeAt(0)))
  for (const mopt of [1, 51]) expect(await read(mat4Matrix('t', codes, { mopt }))).toEqual(
    [{ kind: 'char', class: 'char', dims: [2, 3], rows: ['one', 'two'] }]
  )
  await expect(read(mat4Matrix('t', [[0.5]], { mopt: 1 }))).rejects.toMatchObject({ id: 'mat-char' })
})

describe('sparse matrices', () => {
  test('become compressed columns', async () => {
    expect(await read(mat4Matrix('s', [[3, 2, 6], [1, 1, 5], [3, 2, 0]], { mopt: 2 }))).toEqual([{
      kind: 'sparse', class: 'double', dims: [3, 2], rowIndex: Int32Array.of(0, 2),
      columnStart: Int32Array.of(0, 1, 2), real: Float64Array.of(5, 6),
    }])
    expect(await read(mat4Matrix('s', [[1, 1, 5, -5], [1, 1, 0, 0]], { mopt: 2 }))).toMatchObject(
      [{ real: Float64Array.of(5), imaginary: Float64Array.of(-5) }]
    )
  })

  test.each<[string, number[][], string]>([
    ['a value outside', [[4, 1, 6], [3, 2, 0]], 'mat-sparse'],
    ['a row that is no whole number', [[1.5, 1, 6], [3, 2, 0]], 'mat-sparse'],
    ['a negative size', [[1, 1, 6], [-3, 2, 0]], 'mat-dimensions'],
    ['two columns', [[1, 1]], 'mat-sparse'],
    ['more columns than memory', [[1, 1, 6], [1, 2 ** 31 - 1, 0]], 'mat-too-large'],
  ])('with %s are refused', async (_, rows, id) => {
    await expect(read(mat4Matrix('s', rows, { mopt: 2 }))).rejects.toMatchObject({ name: 'TableError', id })
  })
})
