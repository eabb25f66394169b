/**
 * The pages of one column of a row group: levels and values, decoded. Encodings are decoded by hyparquet's functions,
 * each called with counts and sizes that were held against the page before.
 */
import { deltaBinaryUnpack } from 'hyparquet/src/delta.js'
import { snappyUncompress } from 'hyparquet'
import { types, type ParquetColumn } from './footer.ts'
import { decodeRuns } from './runs.ts'
import { ThriftReader, type Thrift } from './thrift.ts'

/** Values as they are stored: texts, whole numbers of 96 bits and decimals stay bytes. */
export type Stored = Int32Array | BigInt64Array | Float32Array | Float64Array | Uint8Array | ByteRuns

/** Values of bytes, where each stands: a view of each would take twenty times what an empty one takes of the file. */
export class ByteRuns {
  constructor(private readonly bytes: Uint8Array, private readonly starts: Int32Array, private readonly ends: Int32Array) {}

  get length(): number {
    return this.starts.length
  }

  at(index: number): Uint8Array {
    return this.bytes.subarray(this.starts[index], this.ends[index])
  }
}

/** Unpacks a page to exactly `size` bytes, or throws. */
export type Unpack = (packed: Uint8Array, size: number) => Uint8Array

/** What becomes of a column's pages, in order. */
export interface PageSink {
  /** The values that indices of later pages mean. */
  dictionary(values: Stored): void
  /** `present[i]` is 1 where row i of the page has a value; null where all have. Values are those that are there. */
  values(rows: number, present: Int32Array | null, values: Stored): void
  indices(rows: number, present: Int32Array | null, indices: Int32Array): void
}

const encodings = { plain: 0, plainDictionary: 2, rle: 3, delta: 5, deltaLength: 6, deltaBytes: 7, dictionary: 8, split: 9 } as const
/** What a page may unpack to: Zstandard and Brotli give millions of bytes for one, and honest pages are of a megabyte or so. */
const largestPage = 2 ** 28

const pageTypes = { data: 0, dictionary: 2, dataV2: 3 } as const

/**
 * Decodes the pages of a column in a row group of `rows`. Throws a plain Error where they are damaged or of an encoding
 * that is not read.
 */
export function decodePages(bytes: Uint8Array, column: ParquetColumn, rows: number, unpack: Unpack | null, sink: PageSink): void {
  let left = rows
  let at = 0
  while (left > 0) {
    const reader = new ThriftReader(bytes, at)
    const header = reader.struct()
    const start = reader.at
    const packedSize = number(header, 3)
    const size = number(header, 2)
    if (size > Math.max(largestPage, packedSize)) throw new Error(`a page that unpacks to ${size} bytes, more than ${largestPage}`)
    if (packedSize > bytes.length - start) throw new Error(`a page of ${packedSize} bytes where ${bytes.length - start} are left`)
    const page: Page = { packed: bytes.subarray(start, start + packedSize), size, column, unpack }
    at = start + packedSize
    switch (number(header, 1)) {
      case pageTypes.dictionary: {
        const about = inner(header, 7)
        sink.dictionary(plain(unpacked(page), 0, number(about, 1), column))
        break
      }
      case pageTypes.data: left -= dataPage(page, inner(header, 5), left, sink); break
      case pageTypes.dataV2: left -= dataPageV2(page, inner(header, 8), left, sink); break
      default:
    }
  }
}

interface Page {
  readonly packed: Uint8Array
  readonly size: number
  readonly column: ParquetColumn
  readonly unpack: Unpack | null
}

function unpacked({ packed, size, unpack }: Page): Uint8Array {
  const page = unpack === null ? packed : unpack(packed, size)
  if (page.length !== size) throw new Error(`a page of ${page.length} bytes instead of ${size}`)
  // Values are views on whole numbers of bytes: a page of its own buffer cannot lead to its neighbours.
  return page.byteLength === page.buffer.byteLength ? page : page.slice()
}

/** Levels and values packed together. */
function dataPage(page: Page, about: Thrift, left: number, sink: PageSink): number {
  const rows = rowsOf(about, left)
  const bytes = unpacked(page)
  let at = 0
  let present: Int32Array | null = null
  if (page.column.optional) {
    if (number(about, 3) !== encodings.rle) throw new Error('levels of an encoding that nobody writes any more')
    if (bytes.length < 4) throw new Error('levels that are cut short')
    const length = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true)
    if (length > bytes.length - 4) throw new Error(`levels of ${length} bytes in a page of ${bytes.length}`)
    present = decodeRuns(bytes, 4, 4 + length, 1, rows)
    at = 4 + length
  }
  values(bytes, at, number(about, 2), rows, present, page.column, sink)
  return rows
}

/** Levels stand unpacked before the values. */
function dataPageV2(page: Page, about: Thrift, left: number, sink: PageSink): number {
  const rows = rowsOf(about, left)
  const [definition, repetition] = [number(about, 5), number(about, 6)]
  const levels = definition + repetition
  if (levels > page.packed.length || levels > page.size) throw new Error(`levels of ${levels} bytes in a page of ${page.packed.length}`)
  const present = page.column.optional ? decodeRuns(page.packed, repetition, levels, 1, rows) : null
  const unpack = about.get(7) === false ? null : page.unpack
  const bytes = unpacked({ ...page, packed: page.packed.subarray(levels), size: page.size - levels, unpack })
  values(bytes, 0, number(about, 4), rows, present, page.column, sink)
  return rows
}

function rowsOf(about: Thrift, left: number): number {
  const rows = number(about, 1)
  if (rows > left) throw new Error(`a page of ${rows} rows where ${left} are left`)
  return rows
}

function values(bytes: Uint8Array, at: number, encoding: number, rows: number, present: Int32Array | null, column: ParquetColumn,
  sink: PageSink): void {
  let count = rows
  if (present !== null) {
    count = 0
    for (let i = 0; i < rows; i++) count += present[i]!
  }
  const levels = count === rows ? null : present
  if (encoding === encodings.dictionary || encoding === encodings.plainDictionary) {
    const width = count === 0 ? 0 : bytes[at] ?? 33
    sink.indices(rows, levels, decodeRuns(bytes, at + 1, bytes.length, width, count))
  } else sink.values(rows, levels, stored(bytes, at, encoding, count, column))
}

function stored(bytes: Uint8Array, at: number, encoding: number, count: number, column: ParquetColumn): Stored {
  if (count === 0) return new Uint8Array(0)
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: at }
  switch (encoding) {
    case encodings.plain: return plain(bytes, at, count, column)
    case encodings.rle: {
      if (column.type !== types.boolean || at + 4 > bytes.length) break
      return Uint8Array.from(decodeRuns(bytes, at + 4, bytes.length, 1, count))
    }
    case encodings.delta: {
      if (column.type !== types.int32 && column.type !== types.int64) break
      checkDelta(bytes, at)
      const values = new BigInt64Array(count)
      deltaBinaryUnpack(reader, count, values)
      // DuckDB writes unsigned numbers of 32 bits without wrapping them round: 4294967295 instead of -1.
      return column.type === types.int64 ? values : Int32Array.from(values, value => Number(BigInt.asIntN(32, value)))
    }
    case encodings.deltaLength: {
      const lengths = new Int32Array(count)
      checkDelta(bytes, at)
      deltaBinaryUnpack(reader, count, lengths)
      return cut(bytes, reader.offset, lengths)
    }
    case encodings.split: {
      const width = widthOf(column)
      if (width === 0) break
      if (count * width > bytes.length - at) throw new Error(`${count} values in ${bytes.length - at} bytes`)
      return plain(joined(bytes, at, count, width), 0, count, column)
    }
    default:
  }
  throw new Error(`values of encoding ${encoding}, which is not read here`)
}

/** Values of which the first bytes of all stand first, then the second ones: each put together again. */
function joined(bytes: Uint8Array, at: number, count: number, width: number): Uint8Array {
  const whole = new Uint8Array(count * width)
  for (let b = 0; b < width; b++) for (let i = 0; i < count; i++) whole[i * width + b] = bytes[at + b * count + i]!
  return whole
}

/** The head of a delta-packed block: its numbers must be those that writers use, or its loops could run away. */
function checkDelta(bytes: Uint8Array, at: number): void {
  const numbers: number[] = []
  let position = at
  while (numbers.length < 2) {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[position++]
      if (byte === undefined || shift > 28) throw new Error('a packed block that is cut short')
      value += (byte & 127) * 2 ** shift
      if (byte < 128) break
    }
    numbers.push(value)
  }
  const [blockSize = 0, parts = 0] = numbers
  if (blockSize === 0 || blockSize > 2 ** 20 || blockSize % 128 !== 0 || parts === 0 || (blockSize / parts) % 32 !== 0) {
    throw new Error(`packed blocks of ${blockSize} values in ${parts} parts`)
  }
}

function widthOf({ type, length }: ParquetColumn): number {
  switch (type) {
    case types.int32: case types.float: return 4
    case types.int64: case types.double: return 8
    case types.int96: return 12
    case types.fixedBytes: return Math.max(1, length)
    default: return 0
  }
}

/** Values one after another. Their bytes start anywhere, so that numbers of several bytes are copied into place first. */
function plain(bytes: Uint8Array, at: number, count: number, column: ParquetColumn): Stored {
  const width = widthOf(column)
  const size = column.type === types.boolean ? Math.ceil(count / 8) : count * Math.max(width, column.type === types.bytes ? 4 : 1)
  if (size > bytes.length - at) throw new Error(`${count} values in ${bytes.length - at} bytes`)
  const aligned = (): ArrayBuffer => bytes.slice(at, at + count * width).buffer
  const here = bytes.byteOffset + at
  switch (column.type) {
    case types.boolean: return Uint8Array.from({ length: count }, (_, i) => (bytes[at + (i >> 3)]! >> (i & 7)) & 1)
    case types.int32: return new Int32Array(aligned())
    case types.int64: return new BigInt64Array(aligned())
    case types.float: return new Float32Array(aligned())
    case types.double: return here % 8 === 0 ? new Float64Array(bytes.buffer as ArrayBuffer, here, count) : new Float64Array(aligned())
    case types.bytes: return byteArrays(bytes, at, count)
    case types.int96: case types.fixedBytes:
      return new ByteRuns(bytes, Int32Array.from({ length: count }, (_, i) => at + i * width), Int32Array.from({ length: count }, (_, i) => at + (i + 1) * width))
    default: throw new Error(`values of type ${column.type}`)
  }
}

function byteArrays(bytes: Uint8Array, start: number, count: number): ByteRuns {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const [starts, ends] = [new Int32Array(count), new Int32Array(count)]
  let at = start
  for (let i = 0; i < count; i++) {
    if (at + 4 > bytes.length) throw new Error('a text that is cut short')
    const length = view.getUint32(at, true)
    if (length > bytes.length - at - 4) throw new Error(`a text of ${length} bytes where ${bytes.length - at - 4} are left`)
    starts[i] = at + 4
    at = ends[i] = at + 4 + length
  }
  return new ByteRuns(bytes, starts, ends)
}

function cut(bytes: Uint8Array, start: number, lengths: Int32Array): ByteRuns {
  const [starts, ends] = [new Int32Array(lengths.length), new Int32Array(lengths.length)]
  let at = start
  for (let i = 0; i < lengths.length; i++) {
    const length = lengths[i]!
    if (length < 0 || length > bytes.length - at) throw new Error(`a text of ${length} bytes where ${bytes.length - at} are left`)
    starts[i] = at
    at = ends[i] = at + length
  }
  return new ByteRuns(bytes, starts, ends)
}

/** Snappy, whose best case is 64 bytes out of three. */
export function snappy(packed: Uint8Array, size: number): Uint8Array {
  if (size > packed.length * 32 + 64) throw new Error(`${size} bytes from ${packed.length} of Snappy`)
  const page = new Uint8Array(size)
  snappyUncompress(packed, page)
  return page
}

function number(from: Thrift, field: number): number {
  const value = from.get(field)
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw new Error('a page header without its numbers')
  return value
}

function inner(from: Thrift, field: number): Thrift {
  const value = from.get(field)
  if (!(value instanceof Map)) throw new Error('a page without its header')
  return value
}
