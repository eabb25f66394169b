/** The bits of floating-point numbers: which NaN, how far apart, where the first that is not finite, and how one is written. */
import { NumericError } from './errors.ts'

/** The one NaN that is hashed and stored: quiet, positive, no payload. */
export const canonicalNaN32 = 0x7fc00000
export const canonicalNaN64 = 0x7ff8000000000000n

const double = new Float64Array(1)
const doubleBits = new BigInt64Array(double.buffer)
const single = new Float32Array(1)
const singleBits = new Int32Array(single.buffer)

/** The bits of a float32 as an unsigned word, every NaN as the canonical one. */
export function bits32(x: number): number {
  if (x !== x) return canonicalNaN32
  single[0] = x
  return singleBits[0]! >>> 0
}

/** The bits of a float64, every NaN as the canonical one. */
export function bits64(x: number): bigint {
  if (x !== x) return canonicalNaN64
  double[0] = x
  return BigInt.asUintN(64, doubleBits[0]!)
}

/** How many float64 steps lie between a and b: 0 for the same value (0 and -0 too) and for two NaN, Infinity when one is NaN. */
export function ulpDistance64(a: number, b: number): number {
  if (a !== a || b !== b) return a !== a && b !== b ? 0 : Infinity
  const distance = order64(a) - order64(b)
  return Number(distance < 0n ? -distance : distance)
}

/** As ulpDistance64, in steps of float32. */
export function ulpDistance32(a: number, b: number): number {
  if (a !== a || b !== b) return a !== a && b !== b ? 0 : Infinity
  return Math.abs(order32(a) - order32(b))
}

/** A whole number that grows with x by 1 per representable value. */
function order64(x: number): bigint {
  double[0] = x
  const bits = doubleBits[0]!
  return bits < 0n ? -(bits & 0x7fffffffffffffffn) : bits
}

function order32(x: number): number {
  single[0] = x
  const bits = singleBits[0]!
  return bits < 0 ? -(bits & 0x7fffffff) : bits
}

/** The size of a unit in the last place of x (float64): the gap above |x|. NaN for values that are not finite. */
export function ulp64(x: number): number {
  if (!Number.isFinite(x)) return NaN
  double[0] = Math.abs(x)
  const from = double[0]!
  doubleBits[0]! += 1n
  const to = double[0]!
  if (to !== Infinity) return to - from
  doubleBits[0]! -= 2n
  return from - double[0]!
}

/** The index of the first NaN or infinity, -1 when all are finite. Looks at exponent bits only, so nothing rounds or traps. */
export function firstNonFinite(values: Float32Array | Float64Array): number {
  return values instanceof Float32Array ? firstNonFinite32(values) : firstNonFinite64(values)
}

function firstNonFinite32(values: Float32Array): number {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length)
  for (let i = 0; i < words.length; i++) if ((words[i]! & 0x7f800000) === 0x7f800000) return i
  return -1
}

function firstNonFinite64(values: Float64Array): number {
  // The odd words hold the exponents: little-endian.
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length * 2)
  for (let i = 1; i < words.length; i += 2) if ((words[i]! & 0x7ff00000) === 0x7ff00000) return i >>> 1
  return -1
}

/** What JSON can hold of a number: itself, or "NaN", "Infinity", "-Infinity". */
export type JsonNumber = number | 'NaN' | 'Infinity' | '-Infinity'

/** -0 stays a number; JSON writes it as 0. */
export function toJsonNumber(x: number): JsonNumber {
  if (x !== x) return 'NaN'
  if (x === Infinity) return 'Infinity'
  return x === -Infinity ? '-Infinity' : x
}

/** The number that `toJsonNumber` made `value` of. Throws NumericError `not-a-json-number`. */
export function fromJsonNumber(value: unknown): number {
  if (typeof value === 'number') return value
  if (value === 'NaN') return NaN
  if (value === 'Infinity') return Infinity
  if (value === '-Infinity') return -Infinity
  throw new NumericError(
    'not-a-json-number', `Got ${JSON.stringify(value) ?? String(value)} for a number; expected a number, "NaN", "Infinity" or "-Infinity".`, { got: value },
  )
}

/** The shortest text that reads back as the same float64 (never more than 17 digits); NaN, Infinity, -Infinity and -0 as such. */
export function formatNumber(x: number): string {
  return Object.is(x, -0) ? '-0' : String(x)
}
