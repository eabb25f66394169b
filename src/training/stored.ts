/** Datasets outside memory: encoded once, row after row, into the scratch that the table's columns stand in. */
import { vector, type Dataset, type FloatArray } from '../backends/backend.ts'
import type { StoredRows } from '../backends/stored.ts'
import type { ColumnSet } from '../table/columns.ts'
import { putFeatures, putTargets, type Encoding } from '../table/encode.ts'
import type { Precision } from '../table/rows.ts'
import { pieceRows, type Scratch } from '../table/stored.ts'
import type { Column, Table } from '../table/table.ts'

/** Where a table's columns stand, if one of those named stands outside memory. */
export function scratchOf(table: Table, columns: readonly number[]): Scratch | null {
  for (const index of columns) {
    const column = table.columns[index]
    if (column?.kind === 'stored') return column.stored.scratch
  }
  return null
}

/** The dataset of the given rows (from 0, ascending), with the bits that it has in memory. Throws what encoding throws. */
export function storeDataset(
  scratch: Scratch, table: Table, rows: Uint32Array, columns: ColumnSet, encoding: Encoding, precision: Precision,
): Dataset {
  const { inputs, outputs } = encoding
  const buffer = vector(precision, Math.min(pieceRows, rows.length) * (inputs + outputs))
  let start = -1
  for (let next = 0; next < rows.length;) {
    const piece = Math.floor(rows[next]! / pieceRows)
    const from = next
    while (next < rows.length && rows[next]! < (piece + 1) * pieceRows) next++
    const encoded = buffer.subarray(0, (next - from) * (inputs + outputs))
    encodePiece(encoded, table, rows.subarray(from, next), piece, columns, encoding)
    const place = scratch.append(bytesOf(encoded))
    if (start === -1) start = place
  }
  const stored = new InterleavedRows(scratch, start, inputs, outputs, precision)
  return { rows: rows.length, inputs, outputs, stored }
}

/** Fills `into`, [rows, inputs + outputs], with the rows of one piece. */
function encodePiece(into: FloatArray, table: Table, rows: Uint32Array, piece: number, columns: ColumnSet, encoding: Encoding): void {
  const window = windowOf(table, piece, [...columns.inputs, ...columns.targets])
  const inside = rows.map(row => row - piece * pieceRows)
  const width = encoding.inputs + encoding.outputs
  const put = (from: Table, of: Uint32Array): void => {
    into.fill(0)
    putFeatures(into, { width, at: 0 }, from, columns.inputs, of, encoding)
    putTargets(into, { width, at: encoding.inputs }, from, columns.targets, of, encoding)
  }
  try {
    put(window, inside)
  } catch {
    // Again from the whole table, whose sentence names the row by its own number.
    put(table, rows)
  }
}

/** The rows of one piece as a table, of the columns that are used. */
function windowOf(table: Table, piece: number, used: readonly number[]): Table {
  const [from, to] = [piece * pieceRows, Math.min(table.rows, (piece + 1) * pieceRows)]
  const columns = [...table.columns]
  for (const index of used) {
    const column = table.columns[index]
    if (column !== undefined) columns[index] = cut(column, piece, from, to)
  }
  return { name: table.name, rows: to - from, columns, origin: (row, column) => table.origin(row + from, column) }
}

function cut(column: Column, piece: number, from: number, to: number): Column {
  if (column.kind === 'text') return { ...column, codes: column.codes.subarray(from, to) }
  const values = column.kind === 'numeric' ? column.values.subarray(from, to) : column.stored.piece(piece)
  return { kind: 'numeric', name: column.name, values }
}

/** Rows [features, targets], one behind the other. */
class InterleavedRows implements StoredRows {
  private readonly one: FloatArray
  private readonly many: FloatArray
  private readonly width: number
  private readonly rowBytes: number

  constructor(private readonly scratch: Scratch, private readonly start: number, private readonly inputs: number, outputs: number,
    readonly precision: Precision) {
    this.width = inputs + outputs
    this.one = vector(precision, this.width)
    this.many = vector(precision, this.width * 1024)
    this.rowBytes = this.one.byteLength
  }

  row(row: number, features: FloatArray, targets: FloatArray, place: number): void {
    this.scratch.read(bytesOf(this.one), this.start + row * this.rowBytes)
    this.put(this.one, 1, features, targets, place)
  }

  read(from: number, features: FloatArray, targets: FloatArray): void {
    const rows = features.length / this.inputs
    for (let row = 0; row < rows; row += 1024) {
      const count = Math.min(1024, rows - row)
      const values = this.many.subarray(0, count * this.width)
      this.scratch.read(bytesOf(values), this.start + (from + row) * this.rowBytes)
      this.put(values, count, features, targets, row)
    }
  }

  private put(values: FloatArray, rows: number, features: FloatArray, targets: FloatArray, place: number): void {
    const { inputs, width } = this
    for (let row = 0; row < rows; row++) {
      features.set(values.subarray(row * width, row * width + inputs), (place + row) * inputs)
      targets.set(values.subarray(row * width + inputs, (row + 1) * width), (place + row) * (width - inputs))
    }
  }
}

function bytesOf(values: FloatArray): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}
