/** Columns of a Parquet file while its row groups are read: numbers go into one array, texts become levels and codes. */
import type { Column } from '../../table.ts'
import { TextLevels } from '../../text-levels.ts'
import { ExactDigits } from '../exact.ts'
import type { MadeColumn } from '../mat-columns.ts'
import type { ParquetColumn } from './footer.ts'
import { types } from './footer.ts'
import type { ByteRuns, PageSink, Stored } from './pages.ts'

/** Values once their meaning is known; those of texts are their codes. */
type Meant = Float64Array | Float32Array | BigInt64Array | BigUint64Array | Int32Array

export class ColumnStore implements PageSink {
  private readonly numbers: Float64Array | Float32Array | null
  private readonly codes: Int32Array | null
  /** Texts by their codes, in order of first appearance. An empty text is a missing cell (-1), as in text files. */
  private readonly levels = new TextLevels()
  private readonly exact = new ExactDigits()
  private row = 0
  private known: Meant = new Float64Array(0)

  constructor(private readonly column: ParquetColumn, rows: number, private readonly dates: 'text' | 'number') {
    const single = column.type === types.float || column.meaning.kind === 'float16'
    const text = isText(column, dates)
    this.numbers = text ? null : single ? new Float32Array(rows) : new Float64Array(rows)
    this.codes = text ? new Int32Array(rows) : null
  }

  /** A group's dictionary holds for its own pages alone. */
  startGroup(): void {
    this.known = new Float64Array(0)
  }

  dictionary(values: Stored): void {
    this.known = this.meant(values)
  }

  values(rows: number, present: Int32Array | null, values: Stored): void {
    const meant = this.meant(values)
    if (present === null && this.numbers instanceof Float64Array && meant instanceof Float64Array) {
      this.numbers.set(meant, this.row)
      this.row += rows
      return
    }
    this.put(rows, present, meant, null)
  }

  indices(rows: number, present: Int32Array | null, indices: Int32Array): void {
    for (let i = 0; i < indices.length; i++) {
      const index = indices[i]!
      if (!(index >= 0 && index < this.known.length)) throw new Error(`entry ${index} of a dictionary of ${this.known.length}`)
    }
    this.put(rows, present, this.known, indices)
  }

  made(): MadeColumn {
    const { name } = this.column
    if (this.codes !== null) return { column: { kind: 'text', name, codes: this.codes, levels: this.levels.list() },
      exact: this.exact }
    const column: Column = { kind: 'numeric', name, values: this.numbers ?? new Float64Array(0) }
    return { column, exact: this.exact }
  }

  private put(rows: number, present: Int32Array | null, meant: Meant, indices: Int32Array | null): void {
    const { numbers, codes } = this
    let next = 0
    for (let i = 0; i < rows; i++, this.row++) {
      if (present !== null && present[i] === 0) {
        if (numbers !== null) numbers[this.row] = Number.NaN
        else if (codes !== null) codes[this.row] = -1
        continue
      }
      const value = meant[indices === null ? next : indices[next]!]
      next++
      if (value === undefined) throw new Error('fewer values than rows')
      if (numbers !== null) this.putNumber(numbers, value)
      else if (codes !== null) codes[this.row] = Number(value)
    }
  }

  private putNumber(numbers: Float64Array | Float32Array, value: number | bigint): void {
    numbers[this.row] = this.exact.asDouble(value, this.row)
  }

  private meant(values: Stored): Meant {
    const { meaning, type } = this.column
    // A page of missing values alone has none of its column's type.
    if (values.length === 0) return new Float64Array(0)
    const seconds = isTime(this.column) ? secondsOf(values, this.column) : null
    if (seconds !== null) return this.dates === 'number' ? seconds
      : this.coded(seconds.length, row => timeText(seconds[row]!, meaning.kind))
    if (meaning.kind === 'decimal') return Float64Array.from({ length: values.length }, (_, i) => decimal(isRuns(values) ? values.at(i) : values[i]!, meaning.scale))
    if (values instanceof Float64Array || values instanceof Float32Array) return values
    if (values instanceof Int32Array) return Float64Array.from(values, meaning.kind === 'unsigned' ? value => value >>> 0 : Number)
    if (values instanceof BigInt64Array) return meaning.kind === 'unsigned' ? unsigned(values) : exactIfSmall(values)
    if (values instanceof Uint8Array) return Float64Array.from(values)
    if (meaning.kind === 'float16') return Float32Array.from({ length: values.length }, (_, i) => half(values.at(i)))
    if (meaning.kind === 'uuid') return this.coded(values.length, i => uuid(values.at(i)))
    if (type !== types.bytes && type !== types.fixedBytes) throw new Error('values of another type than the schema says')
    return this.coded(values.length, i => decoder.decode(values.at(i)))
  }

  private coded(count: number, textOf: (index: number) => string): Int32Array {
    const codes = new Int32Array(count)
    for (let i = 0; i < count; i++) codes[i] = this.levels.code(textOf(i))
    return codes
  }
}

const decoder = new TextDecoder()

function isRuns(values: Stored): values is ByteRuns {
  return !ArrayBuffer.isView(values)
}

/** Whether a column becomes text. */
export function isText(column: ParquetColumn, dates: 'text' | 'number'): boolean {
  return column.meaning.kind === 'text' || column.meaning.kind === 'uuid' || (isTime(column) && dates === 'text')
}

function isTime({ meaning }: ParquetColumn): boolean {
  return meaning.kind === 'date' || meaning.kind === 'timestamp' || meaning.kind === 'time'
}

/** As doubles where all are below 2^53 in size, which spares making a BigInt of each. */
function exactIfSmall(values: BigInt64Array): Meant {
  const halves = new Int32Array(values.buffer, values.byteOffset, 2 * values.length)
  const doubles = new Float64Array(values.length)
  for (let i = 0; i < values.length; i++) {
    const high = halves[2 * i + 1]!
    if (high >= 2 ** 21 || high < -(2 ** 21)) return values
    doubles[i] = high * 2 ** 32 + (halves[2 * i]! >>> 0)
  }
  return doubles
}

/** Whole numbers of 64 bits without a sign. */
function unsigned(values: BigInt64Array): Meant {
  const held = new BigUint64Array(values.buffer, values.byteOffset, values.length)
  return values.every(value => value >= 0n) ? exactIfSmall(values) : held
}

/** The double nearest to the decimal: its digits read with the exponent that the scale is. */
function decimal(value: number | bigint | Uint8Array, scale: number): number {
  return Number(`${value instanceof Uint8Array ? signed(value) : value}e${-scale}`)
}

/** A whole number in two's complement, its highest byte first. */
function signed(bytes: Uint8Array): bigint {
  let value = 0n
  for (const byte of bytes) value = value * 256n + BigInt(byte)
  return bytes.length === 0 ? 0n : BigInt.asIntN(8 * bytes.length, value)
}

function secondsOf(values: Stored, { meaning, type }: ParquetColumn): Float64Array {
  const per = meaning.kind === 'timestamp' || meaning.kind === 'time' ? meaning.perSecond : 1
  if (meaning.kind === 'date' && values instanceof Int32Array) return Float64Array.from(values, day => day * 86_400)
  if (values instanceof Int32Array) return Float64Array.from(values, value => value / per)
  if (values instanceof BigInt64Array) return Float64Array.from(values, value => Number(value) / per)
  if (type !== types.int96 || !isRuns(values)) throw new Error('times of another type than the schema says')
  return Float64Array.from({ length: values.length }, (_, i) => julianSeconds(values.at(i)))
}

/** Nanoseconds of the day in 8 bytes, then the Julian day in 4; day 2440588 is 1970-01-01. */
function julianSeconds(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, 12)
  return (view.getInt32(8, true) - 2_440_588) * 86_400 + Number(view.getBigInt64(0, true)) / 1e9
}

/** Seconds as ISO 8601 writes them: a date, a time of day, or both. */
export function timeText(seconds: number, kind: string): string {
  const date = new Date(Math.round(seconds * 1000))
  if (Number.isNaN(date.getTime())) return String(seconds)
  const iso = date.toISOString()
  if (kind === 'date') return iso.slice(0, iso.indexOf('T'))
  const time = iso.slice(iso.indexOf('T') + 1, -1).replace(/\.000$/, '')
  return kind === 'time' ? time : `${iso.slice(0, iso.indexOf('T'))} ${time}`
}

/** IEEE 754 binary16, little-endian. */
function half(bytes: Uint8Array): number {
  const bits = (bytes[0] ?? 0) + 256 * (bytes[1] ?? 0)
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >>> 10) & 31
  const fraction = bits & 1023
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25)
}

function uuid(bytes: Uint8Array): string {
  const hex = Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
