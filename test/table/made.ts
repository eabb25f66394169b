/** Small tables and files for tests. */
import { tableFromColumns, tableFromRows, type Column, type FileContents, type Table, type Variable } from '../../src/table/table.ts'

export function numbers(name: string, values: readonly number[]): Column {
  return { kind: 'numeric', name, values: Float64Array.from(values) }
}

export function singles(name: string, values: readonly number[]): Column {
  return { kind: 'numeric', name, values: Float32Array.from(values) }
}

/** Levels in order of first appearance; null is a missing cell. */
export function texts(name: string, cells: readonly (string | null)[]): Column {
  const levels = [...new Set(cells.filter(cell => cell !== null))]
  return { kind: 'text', name, codes: Int32Array.from(cells, cell => (cell === null ? -1 : levels.indexOf(cell))), levels }
}

export function table(name: string, ...columns: Column[]): Table {
  return tableFromColumns(name, columns)
}

/** A matrix without names whose cells all differ: row r, column c holds r * columns + c. */
export function matrix(name: string, rows: number, columns: number): Table {
  const cells = Array.from({ length: rows }, (_, r) => Array.from({ length: columns }, (__, c) => r * columns + c))
  return rows === 0
    ? { name, rows: 0, columns: Array.from({ length: columns }, (_, c) => numbers(`column ${c + 1}`, [])), origin: () => ({}) }
    : tableFromRows(name, cells)
}

export function variable(held: Table): Variable {
  return { name: held.name, class: 'double', dims: [held.rows, held.columns.length], table: held }
}

export function file(name: string, ...held: (Table | Variable)[]): FileContents {
  return { file: name, format: 'mat5', variables: held.map(one => ('class' in one ? one : variable(one))), assumptions: [] }
}

/** The first `n` whole numbers. */
export function range(n: number): Uint32Array {
  return Uint32Array.from({ length: n }, (_, i) => i)
}

/** Numbers that look like measurements, in (-0.5, 0.5): the fractions of multiples of the golden ratio. */
export function spread(n: number, factor = 0.6180339887498949): number[] {
  return Array.from({ length: n }, (_, i) => (((i + 1) * factor) % 1) - 0.5)
}

/** What `act` throws. */
export function thrown(act: () => unknown): unknown {
  try {
    act()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}
