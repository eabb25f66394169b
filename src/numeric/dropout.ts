/**
 * The random bits of dropout. Whether a unit is dropped depends on its number, the table row, the step and the layer, and on
 * nothing else: not on where the row stands in its batch, nor on tiles or threads.
 *
 * Units go in blocks of 128. One Philox call per (block, row, step, layer), with counter (block, row, step low, tag), serves
 * the whole block; tag = layer | (step high << 8), where step high has at most 21 bits and layer is below 256.
 *
 * Rate exactly 1/2: one bit a unit. Unit u of the block is bit (u mod 32) of word floor(u / 32); 1 is dropped.
 *
 * Any other rate: the tag has its top bit set, and the four words w0 … w3 are spread to 16 bits a unit. Units 8g … 8g + 7
 * (g = 0 … 15) take x_l = mix(w_l + (g + 1) * 0x9e3779b9), l = 0 … 3, modulo 2^32; unit 8g + i has the low half of
 * x_(i / 2) when i is even, the high half when it is odd, and is dropped when that is below
 * threshold = round(rate * 65536), at least 1 and at most 65535. The step 0x9e3779b9 is that of Philox's own key.
 *
 * mix is the 32-bit finaliser that Chris Wellons found by search and published as "lowbias32" (2018): an input bit turns
 * every output bit with a chance near a half. It is a bijection, so a half-word is exactly uniform over all w.
 */
import { NumericError, requireWhole } from './errors.ts'
import { highWord, lowWord, philox, type PhiloxKey } from './philox.ts'

const blockUnits = 128
const groupStep = 0x9e3779b9
const anyRateTag = 0x80000000

/** lowbias32: 16, 0x7feb352d, 15, 0x846ca68b, 16. */
export function mix32(x: number): number {
  let t = Math.imul(x ^ (x >>> 16), 0x7feb352d)
  t = Math.imul(t ^ (t >>> 15), 0x846ca68b)
  return (t ^ (t >>> 16)) >>> 0
}

/** Of 65,536 values of a unit's 16 bits, how many drop it. The rate that is really applied is this / 65536. */
export function dropoutThreshold(rate: number): number {
  if (!(rate > 0 && rate < 1)) {
    throw new NumericError('dropout-rate', `The dropout rate is ${rate}; expected a number above 0 and below 1.`, { got: rate })
  }
  return Math.min(65535, Math.max(1, Math.floor(rate * 65536 + 0.5)))
}

/** The last word of dropout's counter. */
export function dropoutTag(rate: number, step: number, layer: number): number {
  requireWhole(layer, 'The layer of a dropout mask', 'dropout-layer', 0, 255)
  requireWhole(step, 'The step of a dropout mask', 'step-out-of-range', 0, Number.MAX_SAFE_INTEGER)
  return ((rate === 0.5 ? 0 : anyRateTag) | (highWord(step) << 8) | layer) >>> 0
}

/**
 * Writes out[offset + u] = 1 where unit u of the row is kept, 0 where it is dropped, for u = 0 … units - 1. `key` is
 * philoxKey(seed, 'dropout'), `row` the row's number in its table (0..2^32-1), `layer` 0..255.
 */
export function dropoutMask(
  key: PhiloxKey, rate: number, step: number, layer: number, row: number, units: number, out: Uint8Array, offset: number,
): void {
  const threshold = dropoutThreshold(rate)
  const tag = dropoutTag(rate, step, layer)
  const words = new Uint32Array(4)
  for (let first = 0; first < units; first += blockUnits) {
    philox(key, first / blockUnits, row, lowWord(step), tag, words, 0)
    const count = Math.min(blockUnits, units - first)
    if (rate === 0.5) keepByBits(words, count, out, offset + first)
    else keepByHalfWords(words, threshold, count, out, offset + first)
  }
}

function keepByBits(words: Uint32Array, count: number, out: Uint8Array, at: number): void {
  for (let u = 0; u < count; u++) out[at + u] = 1 - ((words[u >>> 5]! >>> (u & 31)) & 1)
}

function keepByHalfWords(words: Uint32Array, threshold: number, count: number, out: Uint8Array, at: number): void {
  for (let u = 0; u < count; u += 2) {
    const spread = mix32((words[(u >>> 1) & 3]! + Math.imul((u >>> 3) + 1, groupStep)) | 0)
    out[at + u] = (spread & 0xffff) < threshold ? 0 : 1
    if (u + 1 < count) out[at + u + 1] = spread >>> 16 < threshold ? 0 : 1
  }
}
