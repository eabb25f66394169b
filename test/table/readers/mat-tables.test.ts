/** From the values of a MAT-file to tables, and the sentences where there is none. */
import { describe, expect, test } from 'vitest'
import { tableOf } from '../../../src/table/readers/mat-tables.ts'
import type { MatChar, MatNumeric, MatStruct, MatValue } from '../../../src/table/readers/mat-values.ts'
import type { Table } from '../../../src/table/table.ts'

function doubles(dims: number[], ...values: number[]): MatNumeric {
  return { kind: 'numeric', class: 'double', dims, real: Float64Array.from(values) }
}

function chars(...rows: string[]): MatChar {
  return { kind: 'char', class: 'char', dims: [rows.length, rows[0]?.length ?? 0], rows }
}

function struct(dims: number[], fields: string[], values: MatValue[]): MatStruct {
  return { kind: 'struct', class: 'struct', dims, fields, values }
}

function table(value: MatValue, complex?: 'real'): Table {
  const made = tableOf('x', value, complex === undefined ? {} : { complex })
  if ('unsupported' in made) throw new Error(made.unsupported)
  return made.table
}

function refusal(value: MatValue): string | undefined {
  const made = tableOf('x', value)
  return 'unsupported' in made ? made.unsupported : undefined
}

describe('matrices', () => {
  test('are tables whose columns are views', () => {
    const value = doubles([2, 3], 1, 2, 3, 4, 5, 6)
    const made = table(value)
    expect(made).toMatchObject({ name: 'x', rows: 2 })
    expect(made.columns).toEqual(
      [[1, 2], [3, 4], [5, 6]].map((values, c) => ({ kind: 'numeric', name: `column ${c + 1}`, values: Float64Array.from(values) }))
    )
    expect(made.columns[2]).toMatchObject({ values: { buffer: value.real.buffer, byteOffset: 32 } })
    expect(made.origin(1, 1)).toEqual({})
  })

  test('of single stay single; of whole numbers become doubles', () => {
    expect(table({ ...doubles([2, 1]), class: 'single', real: Float32Array.of(0.1, 2) }).columns[0]).toMatchObject(
      { values: Float32Array.of(0.1, 2) }
    )
    expect(table({ ...doubles([2, 1]), class: 'logical', real: Uint8Array.of(0, 1) }).columns[0]).toMatchObject(
      { values: Float64Array.of(0, 1) }
    )
  })

  test('of one row stay one row', () => {
    expect(table(doubles([1, 3], 7, 8, 9))).toMatchObject(
      { rows: 1, columns: [{ name: 'column 1' }, { name: 'column 2' }, { name: 'column 3' }] }
    )
  })

  test('of int64 beyond 2^53 say so and keep the digits as text', () => {
    const made = tableOf('id', { kind: 'numeric', class: 'int64', dims: [2, 1], real: BigInt64Array.of(5n, 9007199254740993n) })
    if ('unsupported' in made) throw new Error(made.unsupported)
    // 2^53 + 1 lies between two doubles; the even one, 2^53, is the nearest (IEEE 754, ties to even).
    expect(made.table.columns[0]).toMatchObject({ values: Float64Array.of(5, 9007199254740992) })
    expect(made.table.origin(1, 0)).toEqual({ text: '9007199254740993' })
    expect(made.table.origin(0, 0)).toEqual({})
    expect(made.assumptions).toEqual([expect.stringContaining('row 2 (9007199254740993)')])
  })

  test('that are complex are refused unless the real part is asked for', () => {
    const value: MatNumeric = { ...doubles([2, 1], 1, 2), imaginary: Float64Array.of(0, 1) }
    expect(refusal(value)).toMatch(/complex numbers/)
    expect(table(value, 'real').columns[0]).toMatchObject({ values: Float64Array.of(1, 2) })
    expect(tableOf('x', value, { complex: 'real' })).toMatchObject({ assumptions: [expect.stringContaining('real part')] })
  })

  test('of more dimensions, without cells or with too many columns are refused', () => {
    expect(refusal(doubles([1, 1, 2], 1, 2))).toMatch(/3 dimensions \(1 x 1 x 2\)/)
    expect(refusal(doubles([0, 4]))).toMatch(/empty \(0 x 4\)/)
    expect(refusal({ ...doubles([1, 100_001]), real: new Float64Array(100_001) })).toMatch(/100001 columns/)
  })

  test('that are sparse are written out where they fit', () => {
    const sparse = {
      kind: 'sparse', class: 'double', rowIndex: Int32Array.of(0, 2), columnStart: Int32Array.of(0, 1, 2), real: Float64Array.of(5, 6),
    } as const
    const { columns } = table({ ...sparse, dims: [3, 2] })
    expect(columns.map(column => 'values' in column && [...column.values])).toEqual([[5, 0, 0], [0, 0, 6]])
    expect(refusal({ ...sparse, dims: [2 ** 30, 2] })).toMatch(/sparse, and its 1073741824 x 2 cells/)
  })
})

describe('structs', () => {
  test('of vectors of one length are tables, with text as levels', () => {
    const names: MatValue = { kind: 'cell', class: 'cell', dims: [3, 1], cells: [chars('no'), chars(''), chars('no')] }
    const made = table(struct([1, 1], ['t', 'name', 'code'], [doubles([3, 1], 1, 2, 3), names, chars('ab ', 'c  ', 'ab ')]))
    expect(made).toMatchObject({ rows: 3, columns: [
      { kind: 'numeric', name: 't' },
      { kind: 'text', name: 'name', levels: ['no'], codes: Int32Array.of(0, -1, 0) },
      { kind: 'text', name: 'code', levels: ['ab', 'c'], codes: Int32Array.of(0, 1, 0) },
    ] })
  })

  test('in an array are rows; an empty field is a missing cell', () => {
    const made = table(struct([1, 2], ['a', 'b'], [doubles([1, 1], 4), chars('u'), doubles([0, 0]), chars('v w')]))
    expect(made).toMatchObject({ rows: 2, columns: [
      { name: 'a', values: Float64Array.of(4, Number.NaN) }, { name: 'b', levels: ['u', 'v w'], codes: Int32Array.of(0, 1) },
    ] })
  })

  test.each<[string, MatValue, RegExp]>([
    ['unequal lengths', struct([1, 1], ['a', 'b'], [doubles([2, 1], 1, 2), doubles([1, 1], 1)]), /differ in length \(a: 2, b: 1\)/],
    ['a matrix for a field', struct([1, 1], ['a'], [doubles([2, 2], 1, 2, 3, 4)]), /field a is 2 x 2/],
    ['a struct in a field', struct([1, 1], ['a'], [struct([1, 1], [], [])]), /field a is of class struct/],
    ['mixed rows', struct([1, 2], ['a'], [doubles([1, 1], 1), chars('t')]), /field a holds 1 x 1 double in row 1/],
    ['no fields', struct([1, 1], [], []), /without fields/],
    ['two directions', struct([2, 2], ['a'], [1, 2, 3, 4].map(n => doubles([1, 1], n))), /2 x 2/],
    ['complex scalars', struct([1, 2], ['a'], [doubles([1, 1], 1), { ...doubles([1, 1], 1), imaginary: Float64Array.of(1) }]), /complex/],
    ['an object', { ...struct([1, 1], ['a'], [doubles([1, 1], 1)]), class: 'object', className: 'inline' }, /class inline/],
  ])('with %s are refused', (_, value, sentence) => {
    expect(refusal(value)).toMatch(sentence)
  })
})

test('cells with one kind to a column are a table', () => {
  const value: MatValue = {
    kind: 'cell', class: 'cell', dims: [2, 2], cells: [doubles([1, 1], 1), doubles([1, 1], 2), chars('p'), chars('q')],
  }
  expect(table(value)).toMatchObject({ rows: 2, columns: [{ kind: 'numeric' }, { kind: 'text', levels: ['p', 'q'] }] })
})

test('objects and text name what to do', () => {
  expect(refusal({ kind: 'opaque', class: 'table', dims: [1, 1] })).toBe(
    'x is a MATLAB object of class table, which only MATLAB reads. In MATLAB, save table2struct(x, \'ToScalar\', true) instead.')
  expect(refusal(chars('abc'))).toMatch(/1 x 3 char/)
})
