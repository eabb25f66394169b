/**
 * Whether any of many numbers is beyond a bound, by their bits, at the speed of memory. A float without its sign is as large as
 * its bits are as a whole number, and Infinity and NaN are beyond all finite ones.
 */
import { scan } from '../../build/scan.ts'
import { isKernel, smallModule, type Kernel as Found } from './small-module.ts'

/** Numbers in one call at most: they stay in the nearest caches between being copied and being looked at. */
export const mostScanned = 8192

/**
 * Whether one of the numbers from `from` up to `to` is `least` or more by its first 32 bits without the sign: all of a float32's,
 * the upper half of a float64's (0x7f800000 and 0x7ff00000 are those of Infinity).
 */
export function anyBeyond(values: Float32Array | Float64Array, from: number, to: number, least: number): boolean {
  kernel ??= makeKernel() ?? anyBeyondPlainly
  return kernel(values, from, to, least)
}

/** Whether all numbers are finite. */
export function allFinite(values: ArrayLike<number>): boolean {
  if (!(values instanceof Float64Array)) {
    for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false
    return true
  }
  for (let from = 0; from < values.length; from += mostScanned) {
    if (anyBeyond(values, from, Math.min(from + mostScanned, values.length), infinityWord)) return false
  }
  return true
}

/** The upper half of Infinity as a double. */
const infinityWord = 0x7ff00000

type Kernel = typeof anyBeyond
let kernel: Kernel | null = null

/** The same in plain loops, where WebAssembly or its SIMD is missing. */
export function anyBeyondPlainly(values: Float32Array | Float64Array, from: number, to: number, least: number): boolean {
  const words = new Int32Array(values.buffer, values.byteOffset, values.byteLength / 4)
  const stride = values.BYTES_PER_ELEMENT / 4
  for (let i = (from + 1) * stride - 1; i < to * stride; i += stride) if ((words[i]! & 0x7fffffff) >= least) return true
  return false
}

/** Bytes that the kernel looks at in one turn. */
const turn = 64

function makeKernel(): Kernel | null {
  const made = kernelWithRoom('anyBeyond', mostScanned * 8)
  if (made === null) return null
  const { room, found } = made
  return (values, from, to, least) => {
    const width = values.BYTES_PER_ELEMENT
    const bytes = (to - from) * width
    const end = Math.ceil(bytes / turn) * turn
    room.set(new Uint8Array(values.buffer, values.byteOffset + from * width, bytes))
    room.fill(0, bytes, end)
    return found(0, end, least, width === 8 ? 1 : 0) !== 0
  }
}

const module = smallModule(scan)

/** Null where WebAssembly or its SIMD is missing. */
function kernelWithRoom(name: string, bytes: number): { readonly room: Uint8Array, readonly found: Found } | null {
  const made = module.withRoom(bytes)
  const found = made?.exports[name]
  return made !== null && isKernel(found) ? { room: new Uint8Array(made.memory.buffer), found } : null
}

/** Bytes that are looked through together. */
const bytesAtOnce = 65536
/** Bytes of a word, and what its kernel reads past the end. */
const wordBytes = 4
const slack = 32

/** Where in the bytes four stand that are `word` in little-endian order, in order. */
export function* placesOfWord(bytes: Uint8Array, word: number): Generator<number> {
  wordKernel ??= kernelWithRoom('indexOfWord', bytesAtOnce + slack)
  if (wordKernel === null) {
    yield* placesOfWordPlainly(bytes, word)
    return
  }
  const { room, found } = wordKernel
  // Pieces overlap, so that a word on their edge is whole in one of them.
  for (let start = 0; start + wordBytes <= bytes.length; start += bytesAtOnce - wordBytes + 1) {
    const piece = bytes.subarray(start, start + bytesAtOnce)
    room.set(piece)
    // All at once: whoever takes them may look for other words in between.
    const places: number[] = []
    for (let at = found(0, piece.length, word); at < piece.length; at = found(at + 1, piece.length, word)) places.push(start + at)
    yield* places
  }
}

let wordKernel: ReturnType<typeof kernelWithRoom> = null

export function* placesOfWordPlainly(bytes: Uint8Array, word: number): Generator<number> {
  for (let at = bytes.indexOf(word & 0xff); at >= 0 && at + wordBytes <= bytes.length; at = bytes.indexOf(word & 0xff, at + 1)) {
    if ((bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) === (word | 0)) yield at
  }
}
