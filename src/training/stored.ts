/** Datasets outside memory: encoded once, row after row, into the scratch that the table's columns stand in. */
import { vector, type Dataset, type FloatArray } from '../backends/backend.ts'
import type { StoredRows } from '../backends/stored.ts'
import type { ColumnSet } from '../table/columns.ts'
import { encodeFeatures, encodeTargets, type Encoding } from '../table/encode.ts'
import type { Precision } from '../table/rows.ts'
import { pieceRows, type Scratch } from '../table/stored.ts'
import type { Column, Table } from '../table/table.ts'

/** Where a table's columns stand, if one of those named stands outside memory. */
export function scratchOf(table: Table, columns: readonly number[]): Scratch | null {
  for (const index of columns) {
    const column = table.columns[index]
    if (column?.kind === 'numeric' && column.stored !== undefined) return column.stored.scratch
  }
  return null
}

/** The dataset of the given rows (from 0, ascending), with the bits that it has in memory. Throws what encoding throws. */
export function storeDataset(
  scratch: Scratch, table: Table, rows: Uint32Array, columns: ColumnSet, encoding: Encoding, precision: Precision,
): Dataset {
  const { inputs, outputs } = encoding
  const width = inputs + outputs
  let start = -1
  for (let next = 0; next < rows.length;) {
    const piece = Math.floor(rows[next]! / pieceRows)
    const from = next
    while (next < rows.length && rows[next]! < (piece + 1) * pieceRows) next++
    const [features, targets] = encodePiece(table, rows.subarray(from, next), piece, columns, encoding, precision)
    const place = scratch.append(bytesOf(interleaved(features, targets, next - from, inputs, outputs, precision)))
    if (start === -1) start = place
  }
  const stored = new InterleavedRows(scratch, start, inputs, outputs, precision)
  const all = (): { features: FloatArray, targets: FloatArray } => {
    const whole = { features: vector(precision, rows.length * inputs), targets: vector(precision, rows.length * outputs) }
    if (width > 0) stored.read(0, whole.features, whole.targets)
    return whole
  }
  return {
    rows: rows.length, inputs, outputs, stored,
    get features() { return all().features },
    get targets() { return all().targets },
  }
}

function encodePiece(
  table: Table, rows: Uint32Array, piece: number, columns: ColumnSet, encoding: Encoding, precision: Precision,
): [FloatArray, FloatArray] {
  const window = windowOf(table, piece, [...columns.inputs, ...columns.targets])
  const inside = rows.map(row => row - piece * pieceRows)
  try {
    return [encodeFeatures(window, columns.inputs, inside, encoding, precision), encodeTargets(window, columns.targets, inside, encoding, precision)]
  } catch {
    // Again from the whole table, whose sentence names the row by its own number.
    return [encodeFeatures(table, columns.inputs, rows, encoding, precision), encodeTargets(table, columns.targets, rows, encoding, precision)]
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
  const values = column.stored === undefined ? column.values.subarray(from, to) : column.stored.piece(piece)
  return { kind: 'numeric', name: column.name, values }
}

function interleaved(features: FloatArray, targets: FloatArray, rows: number, inputs: number, outputs: number, precision: Precision): FloatArray {
  const out = vector(precision, rows * (inputs + outputs))
  let at = 0
  for (let row = 0; row < rows; row++) {
    for (let k = row * inputs; k < (row + 1) * inputs; k++) out[at++] = features[k]!
    for (let k = row * outputs; k < (row + 1) * outputs; k++) out[at++] = targets[k]!
  }
  return out
}

/** Rows [features, targets], one behind the other. */
class InterleavedRows implements StoredRows {
  private readonly one: FloatArray
  private readonly many: FloatArray
  private readonly width: number
  private readonly rowBytes: number

  constructor(private readonly scratch: Scratch, private readonly start: number, private readonly inputs: number, outputs: number,
    precision: Precision) {
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
