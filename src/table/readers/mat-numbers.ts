/**
 * Numbers as MAT-files store them: in either byte order, and often narrower than their class (MATLAB stores a double
 * matrix of small whole numbers as bytes). Views are handed out where order and alignment allow, copies elsewhere.
 */
import type { NumericClass, NumericData } from './mat-values.ts'

/** How one value is stored. */
export type Storage = Exclude<NumericClass, 'logical'>

const arrays = {
  int8: Int8Array, uint8: Uint8Array, int16: Int16Array, uint16: Uint16Array, int32: Int32Array, uint32: Uint32Array,
  single: Float32Array, double: Float64Array, int64: BigInt64Array, uint64: BigUint64Array,
} as const

export function bytesOf(storage: Storage): number {
  return arrays[storage].BYTES_PER_ELEMENT
}

const hostIsLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/** `count` stored values from `start`: a view on `bytes` where it is aligned and in this machine's order, else a copy. */
export function storedValues(bytes: Uint8Array, start: number, count: number, storage: Storage, littleEndian: boolean): NumericData {
  const ofType = arrays[storage]
  const width = ofType.BYTES_PER_ELEMENT
  const swap = width > 1 && littleEndian !== hostIsLittleEndian
  const offset = bytes.byteOffset + start
  if (!swap && offset % width === 0) return new ofType(bytes.buffer as ArrayBuffer, offset, count)
  const copy = new Uint8Array(bytes.subarray(start, start + count * width))
  if (swap) reverseEach(copy, width)
  return new ofType(copy.buffer, copy.byteOffset, count)
}

function reverseEach(bytes: Uint8Array, width: number): void {
  for (let start = 0; start < bytes.length; start += width) {
    for (let low = start, high = start + width - 1; low < high; low++, high--) {
      const byte = bytes[low]!
      bytes[low] = bytes[high]!
      bytes[high] = byte
    }
  }
}

/** The values as their class holds them; null when one does not fit the class (an int8 of 300). */
export function asClass(stored: NumericData, of: NumericClass): NumericData | null {
  if (stored instanceof (of === 'logical' ? Uint8Array : arrays[of])) return stored
  if (of === 'int64' || of === 'uint64') return asBigInts(stored, arrays[of])
  const numbers = asNumbers(stored)
  if (numbers === null) return null
  if (of === 'logical') return Uint8Array.from(numbers, value => (value === 0 ? 0 : 1))
  if (of === 'double') return new Float64Array(numbers)
  if (of === 'single') return new Float32Array(numbers)
  const held: SmallWholeNumbers = new arrays[of](numbers)
  for (let i = 0; i < held.length; i++) if (held[i] !== numbers[i]) return null
  return held
}

type SmallWholeNumbers = Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array

function asNumbers(stored: NumericData): Exclude<NumericData, BigInt64Array | BigUint64Array> | null {
  if (!(stored instanceof BigInt64Array || stored instanceof BigUint64Array)) return stored
  const numbers = new Float64Array(stored.length)
  for (let i = 0; i < stored.length; i++) {
    numbers[i] = Number(stored[i]!)
    if (BigInt(numbers[i]!) !== stored[i]) return null
  }
  return numbers
}

function asBigInts(
  stored: NumericData, ofType: BigInt64ArrayConstructor | BigUint64ArrayConstructor,
): BigInt64Array | BigUint64Array | null {
  const held = new ofType(stored.length)
  for (let i = 0; i < stored.length; i++) {
    const value = stored[i]!
    if (typeof value === 'number' && !Number.isInteger(value)) return null
    const whole = BigInt(value)
    held[i] = whole
    if (held[i] !== whole) return null
  }
  return held
}

/** Column-major from row-major: a copy, whatever the type. */
export function transposed(values: NumericData, rows: number, columns: number): NumericData {
  const turned = values.slice()
  if (turned instanceof BigInt64Array || turned instanceof BigUint64Array) {
    turnInto(turned, values as BigInt64Array | BigUint64Array, rows, columns)
  } else turnInto(turned, values as Exclude<NumericData, BigInt64Array | BigUint64Array>, rows, columns)
  return turned
}

function turnInto<T extends number | bigint>(turned: { [index: number]: T }, values: { readonly [index: number]: T }, rows: number, columns: number): void {
  for (let c = 0; c < columns; c++) for (let r = 0; r < rows; r++) turned[c * rows + r] = values[r * columns + c]!
}
