/**
 * Columns whose numbers stand outside memory, in pieces of rows: for tables larger than memory. Whoever goes through a column
 * by `piecesOf` or asks for single cells by `numberAt` reads such a column as any other, and holds one piece of it.
 */
import type { Column, NumberColumn, NumericColumn, StoredColumn, Table } from './table.ts'

type Numbers = Float64Array | Float32Array

/** Room for bytes outside memory, such as a file that nobody else sees. */
export interface Scratch {
  /** Puts bytes behind all others and says where they begin. */
  append(bytes: Uint8Array): number
  /** Fills `into` with the bytes from `at`. */
  read(into: Uint8Array, at: number): void
}

/** The numbers of one column in a scratch. */
export interface StoredNumbers {
  readonly scratch: Scratch
  readonly rows: number
  readonly single: boolean
  /** The rows from pieceRows * index on, at most pieceRows of them; what was handed out before no longer holds. */
  piece(index: number): Numbers
}

/** Rows in a piece. */
export const pieceRows = 16_384

/** Takes the numbers of a column, in order and in runs of any length. */
export class NumberWriter implements StoredNumbers {
  private readonly places: number[] = []
  private readonly buffer: Numbers
  /** How many stand in the buffer. */
  private filled = 0
  private written = 0
  /** The piece in the buffer once all is written; -1 for none. */
  private held = -1

  constructor(readonly scratch: Scratch, readonly single: boolean) {
    this.buffer = single ? new Float32Array(pieceRows) : new Float64Array(pieceRows)
  }

  get rows(): number {
    return this.written + this.filled
  }

  append(values: Numbers): void {
    for (let from = 0; from < values.length;) {
      const count = Math.min(values.length - from, pieceRows - this.filled)
      this.buffer.set(values.subarray(from, from + count), this.filled)
      this.filled += count
      from += count
      if (this.filled === pieceRows) this.flush()
    }
  }

  /** The column that was taken; nothing can be added to it. */
  column(name: string): StoredColumn {
    if (this.filled > 0) this.flush()
    return { kind: 'stored', name, stored: this }
  }

  piece(index: number): Numbers {
    const length = Math.min(pieceRows, this.rows - index * pieceRows)
    const values = this.buffer.subarray(0, Math.max(0, length))
    if (this.held !== index && length > 0) {
      this.scratch.read(bytesOf(values), this.places[index] ?? 0)
      this.held = index
    }
    return values
  }

  private flush(): void {
    this.places.push(this.scratch.append(bytesOf(this.buffer.subarray(0, this.filled))))
    this.written += this.filled
    this.filled = 0
  }
}

function bytesOf(values: Numbers): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}

/** The numbers of a column in order; of one in memory, all at once. A piece holds until the next is asked for. */
export function* piecesOf(column: NumberColumn): Generator<{ readonly from: number; readonly values: Numbers }> {
  if (column.kind === 'numeric') {
    yield { from: 0, values: column.values }
    return
  }
  const { stored } = column
  for (let from = 0; from < stored.rows; from += pieceRows) yield { from, values: stored.piece(from / pieceRows) }
}

/** Several columns of one table side by side, in pieces of the same rows; all at once where they are in memory. */
export function* besides(columns: readonly NumberColumn[], rows: number): Generator<{ readonly from: number; readonly values: readonly Numbers[] }> {
  if (columns.every(({ kind }) => kind === 'numeric')) {
    yield { from: 0, values: columns.flatMap(column => (column.kind === 'numeric' ? [column.values] : [])) }
    return
  }
  for (let from = 0; from < rows; from += pieceRows) {
    yield { from, values: columns.map(column => (column.kind === 'numeric' ? column.values.subarray(from, from + pieceRows) : column.stored.piece(from / pieceRows))) }
  }
}

/** One cell. Quick where rows ascend. */
export function numberAt(column: NumberColumn, row: number): number {
  if (column.kind === 'numeric') return column.values[row] ?? Number.NaN
  const { stored } = column
  return row < stored.rows ? stored.piece(Math.floor(row / pieceRows))[row % pieceRows] ?? Number.NaN : Number.NaN
}

export function isSingle(column: NumberColumn): boolean {
  return column.kind === 'numeric' ? column.values instanceof Float32Array : column.stored.single
}

/** The column with another number in these rows; in memory, wherever it stood. */
export function withNumber(column: NumberColumn, rows: readonly number[], value: number): NumericColumn {
  const values = column.kind === 'numeric' ? column.values.slice() : inMemory(column).values
  for (const row of rows) values[row] = value
  return { kind: 'numeric', name: column.name, values }
}

/** A column's numbers in memory, all of them: of a stored one, read anew each time. */
export function inMemory(column: NumberColumn): NumericColumn {
  if (column.kind === 'numeric') return column
  const { name, stored } = column
  const values = stored.single ? new Float32Array(stored.rows) : new Float64Array(stored.rows)
  for (const { from, values: piece } of piecesOf(column)) values.set(piece, from)
  return { kind: 'numeric', name, values }
}

/** The table with all its columns in memory, for what has no reading piece by piece; one that is there already is handed back. */
export function tableInMemory(table: Table): Table {
  if (table.columns.every(({ kind }) => kind !== 'stored')) return table
  const columns = table.columns.map((column): Column => (column.kind === 'stored' ? inMemory(column) : column))
  return { ...table, columns, origin: (row, column) => table.origin(row, column) }
}
