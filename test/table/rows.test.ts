import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TableError } from '../../src/table/errors.ts'
import { chooseRows, findNonFinite, fits } from '../../src/table/rows.ts'
import type { Table } from '../../src/table/table.ts'
import { matrix, numbers, range, singles, table, texts, thrown } from './made.ts'

/** 200 rows of two columns, with cells of the first replaced. */
function withCells(cells: Record<number, number>, name = 't'): Table {
  const values = Array.from({ length: 200 }, (_, i) => cells[i] ?? i)
  return table(name, numbers('a', values), numbers('b', values.map((_, i) => -i)))
}

describe('cells that are not finite', () => {
  test('are named with their place, by row', () => {
    const held = { ...table('t', numbers('a', [1, NaN, 3]), numbers('b', [-Infinity, 5, 6]), numbers('c', [NaN, NaN, NaN])), origin: (row: number) => ({ line: row + 2, text: `cell ${row}` }) }
    expect(findNonFinite(held, [1, 0])).toEqual([
      { table: 't', row: 1, index: 0, column: 2, columnName: 'b', value: -Infinity, line: 2, text: 'cell 0' },
      { table: 't', row: 2, index: 1, column: 1, columnName: 'a', value: NaN, line: 3, text: 'cell 1' },
    ])
  })
  test('agree with Number.isFinite on every float64 and float32, at any offset in a buffer', () => {
    fc.assert(fc.property(fc.array(fc.double({ noDefaultInfinity: false })), values => {
      const shifted = new Float64Array([0, ...values]).subarray(1)
      const single = new Float32Array([0, ...values]).subarray(1)
      const held = table('t', { kind: 'numeric', name: 'a', values: shifted }, { kind: 'numeric', name: 'b', values: single })
      expect(findNonFinite(held, [0]).map(({ index }) => index)).toEqual([...values.keys()].filter(i => !Number.isFinite(values[i])))
      expect(findNonFinite(held, [1]).map(({ index }) => index)).toEqual([...values.keys()].filter(i => !Number.isFinite(single[i])))
      expect(findNonFinite(held, [0], 'float32').map(({ index }) => index)).toEqual([...values.keys()].filter(i => !Number.isFinite(Math.fround(values[i] ?? NaN))))
    }))
  })
  test('at float32 include what float32 rounds to Infinity, and nothing less', () => {
    // The largest float32 is 3.4028234663852886e38; from half a unit above it, 3.4028235677973366e38, numbers round to Infinity.
    const values = [3.4028234663852886e38, 3.4028235677973362e38, 3.4028235677973366e38, -1e300]
    expect(values.map(value => fits(value, 'float32'))).toEqual(values.map(value => Number.isFinite(Math.fround(value))))
    expect(findNonFinite(table('t', numbers('a', values)), [0], 'float32').map(({ value }) => value)).toEqual([3.4028235677973366e38, -1e300])
    expect(findNonFinite(table('t', numbers('a', values)), [0], 'float64')).toEqual([])
  })
  // 8,192 rows are looked at together: every place in a last block of any length is to be seen.
  test.each([1, 3, 4, 7, 8191, 8192, 8193, 16_387])('the one bad cell of %i rows, wherever it is', rows => {
    for (const at of new Set([0, 1, 2, 3, 8190, 8191, 8192, rows - 2, rows - 1].filter(row => row >= 0 && row < rows))) {
      for (const bad of [NaN, Infinity, -Infinity]) {
        const values = Float64Array.from({ length: rows }, (_, row) => (row === at ? bad : row % 2 === 0 ? Number.MAX_VALUE : -5e-324))
        const single = Float32Array.from(values, value => (value === Number.MAX_VALUE ? 3.4028234663852886e38 : value))
        const held = table('t', { kind: 'numeric', name: 'a', values }, { kind: 'numeric', name: 'b', values: single })
        expect(findNonFinite(held, [0]).map(({ index }) => index)).toEqual([at])
        expect(findNonFinite(held, [1], 'float32').map(({ index }) => index)).toEqual([at])
        expect(findNonFinite(held, [0, 1]).map(({ index, column }) => [index, column])).toEqual([[at, 1], [at, 2]])
      }
    }
  })

  test('include missing texts', () => {
    expect(findNonFinite(table('t', texts('a', ['x', null, 'y'])), [0])).toMatchObject([{ row: 2, value: NaN }])
  })
})

describe('drop', () => {
  test('leaves the row out, names the cell, keeps the order', () => {
    const chosen = chooseRows(withCells({ 41: NaN }), [0, 1], 'drop')
    expect([...chosen.rows]).toEqual([...range(200)].filter(row => row !== 41))
    expect(chosen.dropped).toMatchObject([{ row: 42, index: 41, column: 1, value: NaN }])
    expect(chosen.assumptions).toEqual(['1 row of t holds NaN: row 42, column 1 (a). Left out (1 of 200); --nonfinite keep trains on it.'])
  })
  test('takes up to 1 % of rows and refuses above', () => {
    expect(chooseRows(withCells({ 0: NaN, 9: Infinity }), [0, 1], 'drop')).toMatchObject({ droppedRows: 2, rows: { length: 198 } })
    expect(thrown(() => chooseRows(withCells({ 0: NaN, 9: Infinity, 10: NaN }), [0, 1], 'drop'))).toMatchObject({
      id: 'too-many-non-finite-rows',
      message: expect.stringMatching(/^3 of 200 rows of t \(1\.5 %\) hold .* \(column 1 \(a\): 3\); up to 1 % .* --nonfinite impute/),
    })
  })
  test('counts a row with two bad cells once', () => {
    const held = table('t', numbers('a', [NaN, ...range(199)]), numbers('b', [NaN, ...range(199)]))
    expect(chooseRows(held, [0, 1], 'drop')).toMatchObject({ droppedRows: 1, dropped: [{ column: 1 }, { column: 2 }] })
  })
  test('never looks at other columns, nor at excluded rows', () => {
    expect(chooseRows(withCells({ 3: NaN }), [1], 'drop')).toMatchObject({ rows: { length: 200 }, dropped: [], assumptions: [] })
    const chosen = chooseRows(withCells({ 3: NaN }), [0, 1], 'drop', { excludeRows: [4, 4, 200] })
    expect(chosen).toMatchObject({ rows: { length: 198 }, dropped: [], assumptions: ['2 rows of t left out as asked.'] })
  })
  test('says what float32 would make of a large number', () => {
    expect(chooseRows(withCells({ 3: -1e300 }), [0], 'drop', { precision: 'float32' }).assumptions[0]).toContain('holds -1e+300, which float32 rounds to -Infinity: row 4')
  })
})

test('error refuses with the first cell, its line and its text', () => {
  const held = { ...withCells({ 7: NaN, 9: NaN }), origin: (row: number, column: number) => (row === 7 && column === 0 ? { line: 9, text: '?' } : {}) }
  expect(thrown(() => chooseRows(held, [0], 'error'))).toMatchObject({
    id: 'non-finite-cell', facts: { row: 8, index: 7, column: 1, text: '?' },
    message: 't, row 8, column 1 (a) (line 9), which reads "?", is NaN: a finite number was expected. 1 more row has such a cell. Repair the file, or use --nonfinite drop, impute or keep.',
  })
  expect(chooseRows(held, [1], 'error').rows.length).toBe(200)
})

describe('impute', () => {
  test("puts the column's median there, and leaves the table as it was", () => {
    const held = table('t', numbers('a', [1, NaN, 2, 10, Infinity]), numbers('b', [1, 2, 3, 4, 5]))
    const chosen = chooseRows(held, [0, 1], 'impute')
    // Medians of 1, 2, 10 and of 1 to 5.
    expect(chosen.fills).toEqual([2, 3])
    expect(chosen.table.columns[0]).toMatchObject({ values: Float64Array.of(1, 2, 2, 10, 2) })
    expect(held.columns[0]).toMatchObject({ values: Float64Array.of(1, NaN, 2, 10, Infinity) })
    expect(chosen).toMatchObject({ imputed: [{ row: 2 }, { row: 5 }], rows: { length: 5 } })
    expect(chosen.assumptions[0]).toContain('2 cells of column 1 (a) with 2')
  })
  test("takes the training table's medians for another table", () => {
    const { fills } = chooseRows(table('train', numbers('a', [1, 5, 6])), [0], 'impute')
    const chosen = chooseRows(table('valid', singles('x', [0, 0]), singles('a', [NaN, 7])), [1], 'impute', { fills })
    expect(chosen.table.columns[1]).toMatchObject({ values: Float32Array.of(5, 7) })
  })
  test('takes the most frequent text', () => {
    const chosen = chooseRows(table('t', texts('a', ['x', 'y', null, 'y'])), [0], 'impute')
    expect(chosen.table.columns[0]).toMatchObject({ codes: Int32Array.of(0, 1, 1, 1) })
    const other = chooseRows(table('v', texts('a', ['x', null])), [0], 'impute', { fills: ['y'] })
    expect(other.table.columns[0]).toMatchObject({ codes: Int32Array.of(0, 1), levels: ['x', 'y'] })
  })
  test('leaves excluded rows out of the median', () => {
    expect(chooseRows(table('t', numbers('a', [1, 3, 1000, NaN])), [0], 'impute', { excludeRows: [3] }).fills).toEqual([2])
  })
})

test('keep takes all rows, as they are', () => {
  const held = withCells({ 3: NaN, 4: NaN, 5: NaN })
  const chosen = chooseRows(held, [0], 'keep', { excludeRows: [1] })
  expect(chosen.rows.length).toBe(199)
  expect(chosen.table).toBe(held)
  expect(chosen.assumptions[1]).toBe('3 rows of t with cells that are missing or not finite are kept; --nonfinite drop leaves them out.')
})

describe('refuses', () => {
  test.each([0, 201, 1.5])('to leave out row %d of 200', row => {
    expect(thrown(() => chooseRows(withCells({}), [0], 'drop', { excludeRows: [row] }))).toMatchObject({ id: 'no-such-row', message: `Row ${row} is to be left out, and t has rows 1 to 200.` })
  })
  test('to leave out every row', () => {
    const error = thrown(() => chooseRows(matrix('m', 2, 2), [0], 'drop', { excludeRows: [1, 2] }))
    expect(error).toBeInstanceOf(TableError)
    expect(error).toMatchObject({ id: 'no-rows-left' })
  })
})
