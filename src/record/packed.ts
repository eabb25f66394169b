/**
 * Packed files: numbers that have to come back bit for bit. Eight bytes that say what it is, the version and the header's
 * length (32-bit little-endian each), a header in JSON, arrays in little-endian order, and SHA-256 of all before it in
 * hexadecimal. Arrays start at multiples of 8. They are copied as they lie in memory:
 * little-endian, as WebAssembly is, and every platform that it runs on at speed.
 */
import { sha256 } from '../numeric/hash.ts'
import { RecordError } from './errors.ts'
import type { Json } from './json.ts'
import { otherVersion, runVersion } from './run.ts'

/** What a packed file holds. */
export type PackedKind = 'checkpoint' | 'best' | 'batch'
export type PackedArray = Uint8Array | Uint32Array | Float32Array | Float64Array
type ArrayName = 'Uint8Array' | 'Uint32Array' | 'Float32Array' | 'Float64Array'

/** As PNG does: a byte that is not ASCII, the name, and a line feed, so that a transfer as text is seen at once. */
const magic = Uint8Array.of(0x89, 0x77, 0x68, 0x79, 0x6e, 0x61, 0x6e, 0x0a)
const fixed = 16
const digestBytes = 64

interface Placed {
  readonly name: string
  readonly type: ArrayName
  readonly length: number
}

/** `header` must be exact as JSON text: whole numbers, booleans and strings; other numbers belong into an array. */
export function pack(kind: PackedKind, header: Json, arrays: ReadonlyMap<string, PackedArray>): Uint8Array {
  const placed = Array.from(arrays, ([name, array]): Placed => ({ name, type: typeOf(array), length: array.length }))
  const text = new TextEncoder().encode(JSON.stringify({ kind, header, arrays: placed }))
  const start = padded(fixed + text.length)
  const size = Array.from(arrays.values()).reduce((sum, array) => sum + padded(array.byteLength), start) + digestBytes
  const bytes = new Uint8Array(size)
  bytes.set(magic)
  const view = new DataView(bytes.buffer)
  view.setUint32(8, runVersion, true)
  view.setUint32(12, text.length, true)
  bytes.set(text, fixed)
  let at = start
  for (const array of arrays.values()) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at)
    at += padded(array.byteLength)
  }
  bytes.set(new TextEncoder().encode(sha256(bytes.subarray(0, at))), at)
  return bytes
}

export interface Unpacked {
  readonly header: unknown
  readonly arrays: ReadonlyMap<string, PackedArray>
}

/**
 * Throws RecordError `<kind>-damaged` where any byte is missing, added or changed, `<kind>-version` for another version.
 * `advice` is the end of the sentence: what to do.
 */
export function unpack(bytes: Uint8Array, kind: PackedKind, file: string, advice: string): Unpacked {
  const damaged = (what: string): RecordError =>
    new RecordError(`${kind}-damaged`, `${file} is damaged: ${what}. ${advice}`, { file, bytes: bytes.length })
  if (bytes.length < fixed + digestBytes) throw damaged(`it has ${bytes.length} bytes and was cut short`)
  if (magic.some((byte, i) => bytes[i] !== byte)) throw damaged("it does not start as whynan's files do")
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const version = view.getUint32(8, true)
  if (version !== runVersion) throw otherVersion(file, `${kind}-version`, version)
  const end = bytes.length - digestBytes
  if (new TextDecoder('latin1').decode(bytes.subarray(end)) !== sha256(bytes.subarray(0, end))) {
    throw damaged(`its checksum does not match its ${bytes.length} bytes; it was cut short or changed`)
  }

  const { kind: got, header, arrays: placed } = parsedHeader(bytes, view.getUint32(12, true), end) ?? {}
  if (got !== kind || !Array.isArray(placed)) throw damaged(`its header does not describe a ${kind}`)
  const arrays = new Map<string, PackedArray>()
  let at = padded(fixed + view.getUint32(12, true))
  for (const item of placed as unknown[]) {
    if (!isPlaced(item) || padded(item.length * width[item.type]) > end - at) throw damaged('its header does not describe its arrays')
    arrays.set(item.name, arrayOf(item, new Uint8Array(bytes.subarray(at, at + item.length * width[item.type]))))
    at += padded(item.length * width[item.type])
  }
  if (at !== end) throw damaged('its arrays do not fill it')
  return { header, arrays }
}

const width = { Uint8Array: 1, Uint32Array: 4, Float32Array: 4, Float64Array: 8 } as const satisfies Record<ArrayName, number>

function arrayOf({ type, length }: Placed, { buffer }: Uint8Array): PackedArray {
  switch (type) {
    case 'Uint8Array': return new Uint8Array(buffer, 0, length)
    case 'Uint32Array': return new Uint32Array(buffer, 0, length)
    case 'Float32Array': return new Float32Array(buffer, 0, length)
    case 'Float64Array': return new Float64Array(buffer, 0, length)
    default: return type satisfies never
  }
}

function typeOf(array: PackedArray): ArrayName {
  if (array instanceof Float64Array) return 'Float64Array'
  if (array instanceof Float32Array) return 'Float32Array'
  return array instanceof Uint32Array ? 'Uint32Array' : 'Uint8Array'
}

function parsedHeader(bytes: Uint8Array, length: number, end: number): { kind?: unknown; header?: unknown; arrays?: unknown } | null {
  if (fixed + length > end) return null
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(fixed, fixed + length)))
    return typeof value === 'object' ? value : null
  } catch {
    return null
  }
}

function isPlaced(item: unknown): item is Placed {
  return typeof item === 'object' && item !== null && 'name' in item && typeof item.name === 'string' &&
    'type' in item && typeof item.type === 'string' && Object.hasOwn(width, item.type) &&
    'length' in item && typeof item.length === 'number' && Number.isSafeInteger(item.length) && item.length >= 0
}

function padded(size: number): number {
  return Math.ceil(size / 8) * 8
}
