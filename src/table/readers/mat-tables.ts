/**
 * Tables from what MAT-files hold: a matrix is a table, and so are a struct of equally long vectors, a struct array of
 * scalars and a cell array with one kind to a column. Everything else gets a sentence that says why it is none.
 */
import { TableError } from '../errors.ts'
import { plural } from '../names.ts'
import { lengthOf, type CellOrigin, type Table } from '../table.ts'
import { acceptComplex, cellsColumn, numericColumn, refuse, textColumn, type MadeColumn, type Making } from './mat-columns.ts'
import { countOf, type MatBudget, type MatCell, type MatNumeric, type MatSparse, type MatStruct, type MatValue, type NumericData } from './mat-values.ts'

export interface MatTableOptions {
  /** What to do with complex numbers: refuse them (default), or take their real part. */
  readonly complex?: 'refuse' | 'real'
}

/** A table with sentences about what was assumed, or why there is none. */
export type MatTable =
  | { readonly table: Table, readonly assumptions: readonly string[] }
  | { readonly unsupported: string }

const mostColumns = 100_000

/** Cells of a sparse matrix written out in full: 512 MiB of them. */
const mostDenseCells = 2 ** 26

/**
 * A value as a table. Float columns are views on the value's own data; other numbers become doubles, for which the budget is
 * asked before they are made. Throws a TableError `mat-too-large`.
 */
export function tableOf(name: string, value: MatValue, { complex = 'refuse' }: MatTableOptions = {}, budget?: MatBudget): MatTable {
  const making: Making = { name, complex, assumptions: new Set(), ...(budget === undefined ? {} : { budget }) }
  try {
    const columns = columnsOf(making, value)
    const { table, assumptions } = tableOfColumns(name, columns)
    return { table, assumptions: [...making.assumptions, ...assumptions] }
  } catch (error) {
    if (error instanceof TableError && error.id === 'mat-no-table') return { unsupported: error.message }
    throw error
  }
}

/** A table of columns as they were made, whose digits beyond doubles stay with their cells. */
export function tableOfColumns(name: string, columns: readonly MadeColumn[]): { readonly table: Table,
  readonly assumptions: readonly string[] } {
  const assumptions: string[] = []
  for (const { column, exact } of columns) {
    const { firstRow } = exact
    if (firstRow === undefined) continue
    assumptions.push(`${name}, ${column.name}: ${plural(exact.size, 'whole number')} beyond 2^53 ${exact.size === 1 ? 'was' : 'were'} rounded to the nearest double, `
      + `${exact.size === 1 ? 'in' : 'the first in'} row ${firstRow + 1} (${exact.get(firstRow)}); the digits are kept as text of the cell${exact.size === 1 ? '' : 's'}.`)
  }
  const origin = (row: number, column: number): CellOrigin => {
    const text = columns[column]?.exact.get(row)
    return text === undefined ? {} : { text }
  }
  const first = columns[0]
  const table = { name, rows: first === undefined ? 0 : lengthOf(first.column), columns: columns.map(({ column }) => column), origin }
  return { table, assumptions }
}

function columnsOf(making: Making, value: MatValue): MadeColumn[] {
  switch (value.kind) {
    case 'numeric': return matrixColumns(making, value)
    case 'sparse': return matrixColumns(making, dense(making, value))
    case 'struct': return value.class === 'object' ? refuse(making, onlyMatlab(value.className ?? 'object')) : structColumns(making, value)
    case 'cell': return cellColumns(making, value)
    case 'char': return refuse(making, `is text (${value.dims.join(' x ')} char), not a table of numbers.`)
    case 'opaque': return refuse(making, value.why ?? onlyMatlab(value.class))
    default: return value satisfies never
  }
}

/** What in MATLAB makes plain arrays of objects of its own classes. */
const plainArrays: ReadonlyMap<string, string> = new Map([
  ['table', 'table2struct(x, \'ToScalar\', true)'], ['timetable', 'table2struct(timetable2table(x), \'ToScalar\', true)'],
  ['string', 'cellstr(x)'], ['categorical', 'cellstr(x)'], ['datetime', 'posixtime(x)'], ['duration', 'seconds(x)'],
  ['function_handle', 'func2str(x)'],
])

function onlyMatlab(className: string): string {
  const plain = plainArrays.get(className) ?? 'struct(x)'
  return `is a MATLAB object of class ${className}, which only MATLAB reads. In MATLAB, save ${plain} instead.`
}

function requireMatrix(making: Making, dims: readonly number[]): [number, number] {
  const [rows = 0, columns = 0] = dims
  const size = dims.join(' x ')
  if (dims.length > 2) refuse(making, `has ${dims.length} dimensions (${size}); a table has 2. In MATLAB, reshape it to rows and columns.`)
  if (rows === 0 || columns === 0) refuse(making, `is empty (${size}).`)
  if (columns > mostColumns) {
    refuse(making, `has ${columns} columns (${size}); a table has at most ${mostColumns}. `
      + 'If rows and columns are swapped, transpose it in MATLAB.')
  }
  return [rows, columns]
}

function matrixColumns(making: Making, { dims, real, imaginary }: MatNumeric): MadeColumn[] {
  const [rows, columns] = requireMatrix(making, dims)
  if (imaginary !== undefined) acceptComplex(making, '')
  takeDoubles(making, real)
  return Array.from({ length: columns }, (_, c) => numericColumn(`column ${c + 1}`, real.subarray(c * rows, (c + 1) * rows)))
}

/** What numbers take once more as doubles; floats stay where they are. */
function takeDoubles(making: Making, values: NumericData): void {
  if (!(values instanceof Float64Array || values instanceof Float32Array)) making.budget?.takeBytes(8 * values.length, making.name)
}

/** A sparse matrix with its zeros written out; values stored twice for one cell add up. */
function dense(making: Making, { dims, rowIndex, columnStart, real, imaginary }: MatSparse): MatNumeric {
  const [rows, columns] = requireMatrix(making, dims)
  if (rows * columns > mostDenseCells) {
    refuse(making, `is sparse, and its ${rows} x ${columns} cells written out are more than ${mostDenseCells}. `
      + 'In MATLAB, save the columns that matter.')
  }
  making.budget?.takeBytes(8 * rows * columns, making.name)
  const values = new Float64Array(rows * columns)
  for (let c = 0; c < columns; c++) {
    for (let i = columnStart[c]!; i < columnStart[c + 1]!; i++) values[c * rows + rowIndex[i]!]! += Number(real[i]!)
  }
  return { kind: 'numeric', class: 'double', dims, real: values, ...(imaginary === undefined ? {} : { imaginary }) }
}

/** One struct: its fields are columns. A row or column of structs: each is a row. */
function structColumns(making: Making, struct: MatStruct): MadeColumn[] {
  const count = countOf(struct.dims)
  const width = struct.fields.length
  if (width === 0) refuse(making, 'is a struct without fields.')
  if (width > mostColumns) refuse(making, `has ${width} fields; a table has at most ${mostColumns} columns.`)
  if (count === 0) refuse(making, `is an empty struct array (${struct.dims.join(' x ')}).`)
  if (count === 1) return fieldColumns(making, struct)
  if (Math.max(...struct.dims) !== count) {
    refuse(making, `is a struct array of ${struct.dims.join(' x ')}; a table can be made of a row or a column of structs.`)
  }
  return struct.fields.map((field, f) => {
    const cells = Array.from({ length: count }, (_, row) => struct.values[row * width + f])
    return cellsColumn(making, field, cells, `field ${field}`)
  })
}

function fieldColumns(making: Making, struct: MatStruct): MadeColumn[] {
  const columns = struct.fields.map((field, f) => fieldColumn(making, field, struct.values[f]))
  const [first, ...others] = columns.map(({ column }) => ({ name: column.name, rows: lengthOf(column) }))
  const other = others.find(({ rows }) => rows !== first?.rows)
  if (first !== undefined && other !== undefined) {
    refuse(making, `is a struct whose fields differ in length (${first.name}: ${first.rows}, ${other.name}: ${other.rows}); `
      + 'a table needs vectors of one length.')
  }
  if (first?.rows === 0) refuse(making, 'is a struct of empty vectors.')
  return columns
}

function fieldColumn(making: Making, field: string, value: MatValue | undefined): MadeColumn {
  switch (value?.kind) {
    case 'numeric': case 'sparse':
      requireVector(making, field, value.dims)
      if (value.imaginary !== undefined) acceptComplex(making, `has a field ${field} that `)
      if (value.kind === 'numeric') takeDoubles(making, value.real)
      return numericColumn(field, value.kind === 'sparse' ? dense(making, value).real : value.real)
    case 'char': {
      if (value.dims.length > 2) refuse(making, `is a struct whose field ${field} is text of ${value.dims.length} dimensions.`)
      const { rows } = value
      return textColumn(field, rows.length, row => (rows.length > 1 ? withoutFill(rows[row] ?? '') : rows[row] ?? ''))
    }
    case 'cell':
      requireVector(making, field, value.dims)
      return cellsColumn(making, field, value.cells, `field ${field}`)
    default:
      return refuse(
        making, `is a struct whose field ${field} is of class ${value?.class ?? 'none'}; a table is made of vectors of numbers or text.`,
      )
  }
}

function requireVector(making: Making, field: string, dims: readonly number[]): void {
  if (dims.length === 2 && dims.includes(1)) return
  refuse(making, `is a struct whose field ${field} is ${dims.join(' x ')}; a table is made of vectors. `
    + 'In MATLAB, save that field as a variable of its own.')
}

/** The rows of a char matrix are equally long: blanks at their ends only fill. */
function withoutFill(row: string): string {
  let end = row.length
  while (end > 0 && (row[end - 1] === ' ' || row[end - 1] === '\0')) end--
  return row.slice(0, end)
}

function cellColumns(making: Making, { dims, cells }: MatCell): MadeColumn[] {
  const [rows, columns] = requireMatrix(making, dims)
  return Array.from({ length: columns }, (_, c) =>
    cellsColumn(making, `column ${c + 1}`, cells.slice(c * rows, (c + 1) * rows), `column ${c + 1}`))
}
