/** Columns from the elements of a NumPy array: of every numeric dtype, of bool, of bytes and text. */
import { numericColumn, textColumn, type MadeColumn } from '../mat-columns.ts'
import { storedValues, type Storage } from '../mat-numbers.ts'
import type { NumericData } from '../mat-values.ts'
import type { NpyField } from './header.ts'

/** Where the values of one column stand: the first, the distance to the next, and how many. */
export interface Run {
  readonly start: number
  readonly stride: number
  readonly count: number
}

const storages: Readonly<Record<string, Storage>> = {
  i1: 'int8', u1: 'uint8', i2: 'int16', u2: 'uint16', i4: 'int32', u4: 'uint32', i8: 'int64', u8: 'uint64', f4: 'single', f8: 'double',
}

/** What a dtype is called in a table's description; undefined where it holds no numbers or text. */
export function dtypeName(type: string): string | undefined {
  const kind = plain(type)
  if (kind === 'b1' || kind === '?') return 'bool'
  if (kind === 'f2') return 'float16'
  const storage = storages[kind]
  if (storage !== undefined) return kind.startsWith('f') ? `float${Number(kind.slice(1)) * 8}` : storage
  if (kind === 'c8' || kind === 'c16') return kind === 'c8' ? 'complex64' : 'complex128'
  return /^[SaU]\d*$/.test(kind) ? (kind.startsWith('U') ? 'str' : 'bytes') : undefined
}

/** Why a dtype cannot be read, as the end of a sentence that begins with whose it is. */
export function dtypeRefusal(type: string): string {
  const kind = plain(type)
  if (kind.startsWith('O')) {
    return 'holds Python objects, which would have to be unpickled; pickles can run any program and are never read. '
      + 'Save it with a plain dtype, such as a.astype(float).'
  }
  if (kind.startsWith('M') || kind.startsWith('m')) {
    return `holds dates or durations (${type}). Save them as numbers: a.astype('datetime64[s]').astype(float).`
  }
  if (kind.startsWith('V')) return 'holds records inside records. Save its fields as arrays of their own.'
  if (/^[fc]/.test(kind)) return `has the dtype ${type}, which is not the same on every machine. Save it as float64: a.astype('<f8').`
  return `has the dtype ${type}, which is not known. Save it as float64: a.astype('<f8').`
}

function plain(type: string): string {
  return type.replace(/^[<>|=]/, '')
}

export function isText(type: string): boolean {
  return /^[SaU]\d*$/.test(plain(type))
}

export function isComplex(type: string): boolean {
  return /^c(?:8|16)$/.test(plain(type))
}

/** One column of values of a field's type; complex ones give their real part. The caller has tested the type and the bounds. */
export function npyColumn(name: string, bytes: Uint8Array, { type }: Pick<NpyField, 'type'>, run: Run): MadeColumn {
  const kind = plain(type)
  const littleEndian = !type.startsWith('>')
  if (kind === 'c8' || kind === 'c16') return numericColumn(name, gathered(bytes, kind === 'c8' ? 'single' : 'double', littleEndian, run))
  if (kind === 'f2') return numericColumn(name, mapped(gathered(bytes, 'uint16', littleEndian, run), new Float32Array(run.count), half))
  if (kind === 'b1' || kind === '?') return numericColumn(name,
    mapped(gathered(bytes, 'uint8', true, run), new Float64Array(run.count), value => (value === 0 ? 0 : 1)))
  const storage = storages[kind]
  if (storage !== undefined) return numericColumn(name, gathered(bytes, storage, littleEndian, run))
  return textColumn(name, run.count, textReader(bytes, kind, littleEndian, run))
}

function mapped<T extends Float32Array | Float64Array>(values: NumericData, into: T, of: (value: number) => number): T {
  for (let i = 0; i < into.length; i++) into[i] = of(Number(values[i]))
  return into
}

/** The values of a run next to each other; a view where they are so already. */
function gathered(bytes: Uint8Array, storage: Storage, littleEndian: boolean, { start, stride, count }: Run): NumericData {
  const width = storage === 'double' || storage === 'int64' || storage === 'uint64' ? 8 : storage === 'single' || storage.endsWith('32')
    ? 4 : storage.endsWith('16') ? 2 : 1
  if (stride === width || count < 2) return storedValues(bytes, start, count, storage, littleEndian)
  const packed = new Uint8Array(count * width)
  for (let i = 0, at = start; i < count; i++, at += stride) for (let b = 0; b < width; b++) packed[i * width + b] = bytes[at + b]!
  return storedValues(packed, 0, count, storage, littleEndian)
}

/** IEEE 754 binary16: 1 sign, 5 exponent and 10 fraction bits. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >>> 10) & 31
  const fraction = bits & 1023
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25)
}

/** Fixed widths, filled with zeros: bytes (S), taken for UTF-8 or else Latin-1, or code points of four bytes (U). */
function textReader(bytes: Uint8Array, kind: string, littleEndian: boolean, { start, stride }: Run): (row: number) => string {
  const wide = kind.startsWith('U')
  const size = Number(kind.slice(1) || '1') * (wide ? 4 : 1)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return row => {
    const at = start + row * stride
    if (wide) return codePoints(view, at, size, littleEndian)
    let end = at + size
    while (end > at && bytes[end - 1] === 0) end--
    return byteText(bytes.subarray(at, end))
  }
}

function codePoints(view: DataView, at: number, size: number, littleEndian: boolean): string {
  let text = ''
  for (let place = at; place < at + size; place += 4) {
    const code = view.getUint32(place, littleEndian)
    if (code === 0) break
    text += code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd'
  }
  return text
}

const [utf8, latin1] = [new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }), new TextDecoder('latin1')]

function byteText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    return latin1.decode(bytes)
  }
}
