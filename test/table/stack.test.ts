import { expect, test } from 'vitest'
import { stackTables } from '../../src/table/stack.ts'
import { tableFromColumns, type Column, type Table } from '../../src/table/table.ts'

function numeric(name: string, values: Float64Array | Float32Array): Column {
  return { kind: 'numeric', name, values }
}

function text(name: string, levels: string[], codes: number[]): Column {
  return { kind: 'text', name, levels, codes: Int32Array.from(codes) }
}

function stack(...tables: Column[][]): Table {
  return stackTables('all', tables.map((columns, i) => ({ file: `f${i}`, table: tableFromColumns(`t${i}`, columns) })))
}

test('numbers and texts, columns in any order', () => {
  const all = stack(
    [numeric('x', Float64Array.of(1, 2)), text('s', ['a', 'b'], [1, -1])],
    [text('s', ['c', 'a'], [0, 1]), numeric('x', Float64Array.of(3, 4))],
  )
  expect(all).toMatchObject({ name: 'all', rows: 4 })
  expect(all.columns).toEqual([numeric('x', Float64Array.of(1, 2, 3, 4)), text('s', ['a', 'b', 'c'], [1, -1, 2, 0])])
  expect(all.origin(2, 0)).toEqual({ file: 'f1' })
})

test('float32 stays float32 only where all are', () => {
  expect(stack([numeric('x', Float32Array.of(1))], [numeric('x', Float32Array.of(2))]).columns[0]).toEqual(numeric('x',
    Float32Array.of(1, 2)))
  expect(stack([numeric('x', Float32Array.of(1))], [numeric('x', Float64Array.of(0.1))]).columns[0]).toEqual(numeric('x',
    Float64Array.of(1, 0.1)))
})

test('a column that is all missing in one file is of the other\'s kind', () => {
  expect(stack([text('x', [], [-1])], [numeric('x', Float64Array.of(2))]).columns[0]).toEqual(numeric('x', Float64Array.of(Number.NaN, 2)))
})

test('other columns, or another kind, are refused', () => {
  const x = [numeric('x', Float64Array.of(1))]
  expect(() => stack(x, [numeric('y', Float64Array.of(1))])).toThrowError(expect.objectContaining({ id: 'stack-columns' }))
  expect(() => stack(x, [...x, numeric('y', Float64Array.of(1))])).toThrowError(expect.objectContaining({ id: 'stack-columns' }))
  expect(() => stack(x, [text('x', ['a'], [0])])).toThrowError(expect.objectContaining({ id: 'stack-kinds' }))
})

test('rows with cells beyond the last column keep their places', () => {
  const part = (rows: readonly number[]): Table => ({ ...tableFromColumns('t', [numeric('x', Float64Array.of(1, 2, 3))]), ...(rows.length === 0 ? {} : { surplus: { rows, count: rows.length } }) })
  const stacked = (...parts: Table[]): Table => stackTables('all', parts.map((table, i) => ({ file: `f${i}`, table })))
  expect(stacked(part([1]), part([]), part([0, 2])).surplus).toEqual({ rows: [1, 6, 8], count: 3 })
  expect(stacked(part([]), part([])).surplus).toBeUndefined()
})
