/**
 * Tables: columns of numbers with names, each cell able to say where it came from. This room reads tables, chooses
 * columns, splits, standardises and audits. It knows nothing of networks and never touches the disk: a source is handed in.
 *
 * Rows and columns are counted from 0 in code and from 1 in prose.
 */

import type { StoredNumbers } from './stored.ts'

/** A column of numbers. A cell that is missing or did not parse is NaN; `Table.origin` keeps the text that stood there. */
export interface NumericColumn {
  readonly kind: 'numeric'
  /** The header's name, or `column 4` (from 1) where there is none. */
  readonly name: string
  readonly values: Float64Array | Float32Array
}

/** A column of numbers that stand outside memory. It has no `values`: see stored.ts for how to ask for cells, for pieces, or for all. */
export interface StoredColumn {
  readonly kind: 'stored'
  readonly name: string
  readonly stored: StoredNumbers
}

/** Numbers, wherever they stand. */
export type NumberColumn = NumericColumn | StoredColumn

/** A column of text: `codes[row]` indexes `levels` (in order of first appearance), -1 where the cell is missing. */
export interface TextColumn {
  readonly kind: 'text'
  readonly name: string
  readonly codes: Int32Array
  readonly levels: readonly string[]
}

export type Column = NumberColumn | TextColumn

/** Where one cell stood in its file. Text files know line and column (both from 1) and the text; MAT files the variable. */
export interface CellOrigin {
  /** The file, where a table was put together of several. */
  readonly file?: string
  readonly line?: number
  readonly column?: number
  readonly text?: string
  /** The row ended before this cell. */
  readonly absent?: true
  /** The text means a missing value: a word for one, or what the reader was told is one. */
  readonly missing?: true
}

export interface Table {
  /** The variable's or file's name, as people would call the table. */
  readonly name: string
  readonly rows: number
  readonly columns: readonly Column[]
  /** Where a cell came from; both counted from 0. Numeric cells that parsed as they stood may leave `text` out. */
  origin(row: number, column: number): CellOrigin
  /** Rows of a text file that hold cells beyond the last column, which were left out; where there are none, nothing. */
  readonly surplus?: SurplusRows
}

/** Rows from 0, ascending, the first hundred of them, and how many there are in all. */
export interface SurplusRows {
  readonly rows: readonly number[]
  readonly count: number
}

/** So many are listed. */
export const mostSurplusRows = 100

/** Those of several tables, each with the row that its first becomes. */
export function mergedSurplus(parts: readonly { readonly table: Table, readonly from: number }[]): Pick<Table, 'surplus'> {
  const count = parts.reduce((sum, { table }) => sum + (table.surplus?.count ?? 0), 0)
  const rows = parts.flatMap(({ table, from }) => (table.surplus?.rows ?? []).map(row => row + from))
  return count === 0 ? {} : { surplus: { rows: rows.slice(0, mostSurplusRows), count } }
}

/** One thing that a file holds by name: a matrix, a table of columns, or something that is not a table. */
export interface Variable {
  readonly name: string
  /** The file's own word for its class: double, single, int32, logical, char, cell, struct, sparse, table, … */
  readonly class: string
  /** Its dimensions as the file says, outermost first: [rows, columns, …]. */
  readonly dims: readonly number[]
  /** The variable as a table, where it can be one. */
  readonly table?: Table
  /** Why it cannot be a table, as a sentence. */
  readonly unsupported?: string
}

/**
 * Something in a text file that a reader could not take as it stood. Line and column count from 1; `text` is what stood
 * there. `ragged`: the row has more or fewer cells than there are columns, and `column` is the first that is missing or
 * too many; `unparsed`: no number in a column of numbers; `overflow`: a number beyond the largest double.
 */
export interface CellProblem {
  readonly line: number
  readonly column: number
  readonly text: string
  readonly kind: 'ragged' | 'unparsed' | 'overflow'
}

/** What a reader found in one file. */
export interface FileContents {
  /** The file's name, without folders. */
  readonly file: string
  /** mat4, mat5, mat73, csv, npy, npz, parquet, xlsx. */
  readonly format: string
  readonly variables: readonly Variable[]
  /** What the reader assumed, a sentence each: the delimiter, the header, the decimal sign, … */
  readonly assumptions: readonly string[]
  /** What could not be taken as it stood, in the file's order: the first thousand, `assumptions` says how many in all. */
  readonly problems?: readonly CellProblem[]
  /** What comes first in dates with the year last, where that was asked to be found and was. */
  readonly dateOrder?: 'day-first' | 'month-first'
}

/** A table whose cells stood nowhere: made by a program. */
export function tableFromColumns(name: string, columns: readonly Column[]): Table {
  const rows = columns[0] === undefined ? 0 : lengthOf(columns[0])
  return { name, rows, columns, origin: () => ({}) }
}

/**
 * A table from rows of numbers, [rows][columns]; names default to `column 1`, `column 2`, … A row that is shorter than the
 * longest lacks its last cells: they are NaN, and their origin says `absent`.
 */
export function tableFromRows(name: string, rows: readonly (readonly number[])[], names?: readonly string[]): Table {
  const lengths = Uint32Array.from(rows, row => row.length)
  const width = lengths.reduce((longest, length) => Math.max(longest, length), names?.length ?? 0)
  const columns = Array.from({ length: width }, (_, c): NumericColumn => ({
    kind: 'numeric',
    name: names?.[c] ?? `column ${c + 1}`,
    values: Float64Array.from(rows, row => row[c] ?? Number.NaN),
  }))
  return { name, rows: rows.length, columns, origin: (row, column) => (column >= (lengths[row] ?? 0) ? { absent: true } : {}) }
}

export function lengthOf(column: Column): number {
  switch (column.kind) {
    case 'numeric': return column.values.length
    case 'stored': return column.stored.rows
    case 'text': return column.codes.length
    default: return column satisfies never
  }
}
