/** Several tables with the same columns as one: the rows of the first, then those of the second, and so on. */
import { TableError } from './errors.ts'
import { quoted } from './names.ts'
import { NumberWriter, pieceRows, piecesOf, type Scratch, isSingle } from './stored.ts'
import { mergedSurplus, type CellOrigin, type Column, type Table } from './table.ts'
import { TextLevels } from './text-levels.ts'

/** A table and the file it stood in. */
export interface TableOfFile {
  readonly file: string
  readonly table: Table
}

/**
 * Stacks tables; columns are matched by name and may stand in another order. A column that is text in one and all missing
 * in another is text. Throws TableError: `stack-columns`, `stack-kinds`.
 */
export function stackTables(name: string, parts: readonly TableOfFile[]): Table {
  const [first] = parts
  if (first === undefined) return { name, rows: 0, columns: [], origin: () => ({}) }
  const names = first.table.columns.map(column => column.name)
  const places = parts.map(part => placesOf(first, part, names))
  const starts: number[] = []
  let rows = 0
  for (const { table } of parts) {
    starts.push(rows)
    rows += table.rows
  }
  const columns = names.map((column, c) => stackColumns(parts, places.map(place => place[c] ?? 0), column, rows))
  const origin = (row: number, column: number): CellOrigin => {
    const part = partOf(starts, row)
    const of = parts[part]
    if (of === undefined) return {}
    return { file: of.file, ...of.table.origin(row - (starts[part] ?? 0), places[part]?.[column] ?? 0) }
  }
  return { name, rows, columns, origin, ...mergedSurplus(parts.map(({ table }, i) => ({ table, from: starts[i] ?? 0 }))) }
}

/** Where each of the columns named stands in a table. */
function placesOf(first: TableOfFile, { file, table }: TableOfFile, names: readonly string[]): number[] {
  const own = new Map(table.columns.map((column, c) => [column.name, c]))
  const missing = names.find(name => !own.has(name))
  const more = table.columns.find(column => !names.includes(column.name))
  if (missing !== undefined || more !== undefined || own.size !== names.length) {
    const which = missing !== undefined
      ? `has no column ${quoted(missing)}` : `has a column ${quoted(more?.name ?? '')} besides`
    throw new TableError('stack-columns',
      `${file} and ${first.file} are to be one table, but ${file} ${which} (${table.columns.length} columns against ${names.length}). `
      + 'Give only files with the same columns, or name the files one by one.', { file, first: first.file })
  }
  return names.map(name => own.get(name) ?? 0)
}

function stackColumns(parts: readonly TableOfFile[], places: readonly number[], name: string, rows: number): Column {
  const columns = parts.map(({ file, table }, i) => ({ file, column: table.columns[places[i] ?? 0], rows: table.rows }))
  const text = columns.find(({ column }) => column?.kind === 'text' && column.levels.length > 0)
  const numeric = columns.find(({ column }) => column !== undefined && column.kind !== 'text')
  if (text !== undefined && numeric !== undefined) {
    throw new TableError('stack-kinds', `${text.file} and ${numeric.file} are to be one table, but column `
      + `${quoted(name)} holds text in the one and numbers in the other. `
      + 'Make them alike, or leave one of them out.', { column: name, text: text.file, numeric: numeric.file })
  }
  if (numeric === undefined) return stackTexts(columns, name, rows)
  const scratch = columns.map(({ column }) => (column?.kind === 'stored' ? column.stored.scratch : undefined)).find(one => one !== undefined)
  if (scratch !== undefined) return stackAside(scratch, columns, name)
  const single = columns.every(({ column }) => column === undefined || column.kind === 'text' || isSingle(column))
  const values = single ? new Float32Array(rows) : new Float64Array(rows)
  let row = 0
  for (const { column, rows: count } of columns) {
    if (column?.kind === 'numeric') values.set(column.values, row)
    else values.fill(Number.NaN, row, row + count)
    row += count
  }
  return { kind: 'numeric', name, values }
}

/** Into a scratch, as at least one of the columns stands there. */
function stackAside(scratch: Scratch, columns: readonly { readonly column: Column | undefined, readonly rows: number }[], name: string): Column {
  const single = columns.every(({ column }) => column === undefined || column.kind === 'text' || isSingle(column))
  const writer = new NumberWriter(scratch, single)
  for (const { column, rows } of columns) {
    if (column !== undefined && column.kind !== 'text') for (const { values } of piecesOf(column)) writer.append(values)
    else for (let row = 0; row < rows; row += pieceRows) writer.append(new Float64Array(Math.min(pieceRows, rows - row)).fill(Number.NaN))
  }
  return writer.column(name)
}

function stackTexts(columns: readonly { readonly column: Column | undefined, readonly rows: number }[], name: string,
  rows: number): Column {
  const levels = new TextLevels()
  const codes = new Int32Array(rows)
  let row = 0
  for (const { column, rows: count } of columns) {
    if (column?.kind === 'text') {
      const renumbered = column.levels.map(level => levels.code(level))
      for (let i = 0; i < count; i++) codes[row + i] = renumbered[column.codes[i] ?? -1] ?? -1
    }
    row += count
  }
  return { kind: 'text', name, codes, levels: levels.list() }
}

/** The part that a row belongs to: the last that starts at or before it. */
function partOf(starts: readonly number[], row: number): number {
  let low = 0
  let high = starts.length
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((starts[middle] ?? 0) <= row) low = middle
    else high = middle
  }
  return low
}
