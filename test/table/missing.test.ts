/** Missing values that are told, in formats whose readers know no word for them. */
import { describe, expect, test } from 'vitest'
import { withMissing } from '../../src/table/missing.ts'
import { tableFromColumns, type FileContents, type Table } from '../../src/table/table.ts'

const values = Float64Array.of(1, -999, 3, Number.NaN)
const untouched = Float32Array.of(1, 2, 3, 4)
const table = tableFromColumns('data', [
  { kind: 'numeric', name: 'a', values },
  { kind: 'numeric', name: 'b', values: untouched },
  { kind: 'text', name: 'c', codes: Int32Array.of(0, 1, -1, 2), levels: ['x', 'Off', 'y'] },
])
const contents: FileContents = {
  file: 'data.mat', format: 'mat5', assumptions: ['before'],
  variables: [{ name: 'data', class: 'struct', dims: [1, 1], table }, { name: 'f', class: 'function_handle', dims: [1, 1], unsupported: 'no table' }],
}
const only = ({ variables }: FileContents): Table => variables[0]?.table ?? table

describe('missing values that are told', () => {
  const read = withMissing(contents, ['-999.0', 'off'])

  test('become NaN by value, and texts go by their letters in any case', () => {
    expect(only(read).columns).toEqual([
      { kind: 'numeric', name: 'a', values: Float64Array.of(1, NaN, 3, NaN) },
      { kind: 'numeric', name: 'b', values: untouched },
      { kind: 'text', name: 'c', codes: Int32Array.of(0, -1, -1, 1), levels: ['x', 'y'] },
    ])
    expect(read.assumptions).toEqual(['before', '2 cells of data hold -999.0 or off and are missing.'])
    expect(read.variables[1]).toBe(contents.variables[1])
  })

  test('leave what the file holds as it is, and columns without one are not copied', () => {
    expect([...values]).toEqual([1, -999, 3, NaN])
    expect(only(read).columns[1]).toBe(table.columns[1])
    expect(withMissing(contents, ['5']).variables[0]).toBe(contents.variables[0])
  })

  test('are kept as what stood there', () => {
    const { origin } = only(read)
    expect([origin(1, 0), origin(3, 0), origin(0, 0), origin(1, 2), origin(2, 2), origin(3, 2)]).toEqual([
      { text: '-999', missing: true }, {}, {}, { text: 'Off', missing: true }, {}, {},
    ])
  })
})
