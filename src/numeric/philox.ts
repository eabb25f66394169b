/**
 * Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as
 * 1, 2, 3" (SC 2011). 128 bits of counter and 64 bits of key give 128 random bits, with no state in between: any draw of
 * any step can be had again alone, on any machine, in any order.
 *
 * A key is (seed, purpose): each purpose is a stream of its own, and no stream is reached by adding to a seed.
 */
import { cosTurns, log, sinTurns } from './elementary.ts'
import { requireWhole } from './errors.ts'

/** What a stream is for. The numbers are part of a run's meaning: they never change, new ones are added at the end. */
export const purposes = {
  weights: 1,
  split: 2,
  batch: 3,
  dropout: 4,
  folds: 5,
  ensemble: 6,
  bootstrap: 7,
  importance: 8,
  sweep: 9,
  demo: 10,
} as const

export type Purpose = keyof typeof purposes

/** The two words of key; both in 0..2^32-1. */
export interface PhiloxKey {
  readonly k0: number
  readonly k1: number
}

const multiplier0 = 0xd2511f53
const multiplier1 = 0xcd9e8d57
const bump0 = 0x9e3779b9
const bump1 = 0xbb67ae85

/**
 * The key of one stream. `seed` is a whole number in 0..2^53-1: k0 is its low 32 bits; k1 holds its high 21 bits above the
 * purpose's eight.
 */
export function philoxKey(seed: number, purpose: Purpose): PhiloxKey {
  requireWhole(seed, 'The seed', 'seed-out-of-range', 0, Number.MAX_SAFE_INTEGER)
  return { k0: lowWord(seed), k1: ((highWord(seed) << 8) | purposes[purpose]) >>> 0 }
}

/** The low 32 bits of a whole number in 0..2^53-1. */
export function lowWord(whole: number): number {
  return whole >>> 0
}

/** The bits above the low 32 of a whole number in 0..2^53-1: at most 21 of them. */
export function highWord(whole: number): number {
  return Math.floor(whole / 4294967296)
}

/** Writes the four words of counter (c0, c1, c2, c3) to out[offset .. offset + 3]. */
export function philox(key: PhiloxKey, c0: number, c1: number, c2: number, c3: number, out: Uint32Array, offset: number): void {
  let k0 = key.k0 | 0
  let k1 = key.k1 | 0
  let a = c0 | 0
  let b = c1 | 0
  let c = c2 | 0
  let d = c3 | 0
  for (let round = 0; round < 10; round++) {
    const high0 = highProduct(a, multiplier0 >>> 16, multiplier0 & 0xffff)
    const high1 = highProduct(c, multiplier1 >>> 16, multiplier1 & 0xffff)
    const low0 = Math.imul(a, multiplier0)
    const low1 = Math.imul(c, multiplier1)
    a = high1 ^ b ^ k0
    b = low1
    c = high0 ^ d ^ k1
    d = low0
    k0 = (k0 + bump0) | 0
    k1 = (k1 + bump1) | 0
  }
  out[offset] = a
  out[offset + 1] = b
  out[offset + 2] = c
  out[offset + 3] = d
}

/** The keys of the ten rounds, two words each. */
export function philoxRoundKeys({ k0, k1 }: PhiloxKey): Uint32Array {
  return Uint32Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? k0 + (i / 2) * bump0 : k1 + ((i - 1) / 2) * bump1))
}

/** The high 32 bits of x times (mh * 2^16 + ml), by 16-bit halves: every partial sum stays below 2^32. */
function highProduct(x: number, mh: number, ml: number): number {
  const xl = x & 0xffff
  const xh = x >>> 16
  const middle1 = (Math.imul(mh, xl) + (Math.imul(ml, xl) >>> 16)) >>> 0
  const middle2 = (Math.imul(ml, xh) + (middle1 & 0xffff)) >>> 0
  return (Math.imul(mh, xh) + (middle1 >>> 16) + (middle2 >>> 16)) | 0
}

/** A uniform double in [0, 1) with 53 random bits: the top 27 of `high` and the top 26 of `low`, times 2^-53. */
export function uniformFromWords(high: number, low: number): number {
  return ((high >>> 5) * 67108864 + (low >>> 6)) / 9007199254740992
}

/** A uniform double in [0, 1): number `index` of the stream (key, counterHigh). `index` is a whole number in 0..2^53-1. */
export function uniformAt(key: PhiloxKey, counterHigh: number, index: number): number {
  const words = new Uint32Array(4)
  const call = Math.floor(index / 2)
  philox(key, lowWord(call), highWord(call), counterHigh, 0, words, 0)
  const at = (index % 2) * 2
  return uniformFromWords(words[at] ?? 0, words[at + 1] ?? 0)
}

/**
 * `count` uniform doubles in [0, 1), where number i is `uniformAt(key, counterHigh, i)`: numbers 2j and 2j + 1 come from
 * words (0, 1) and (2, 3) of counter (j low, j high, counterHigh, 0).
 */
export function uniforms(key: PhiloxKey, counterHigh: number, count: number): Float64Array {
  const out = new Float64Array(count)
  const words = new Uint32Array(4)
  for (let i = 0; i < count; i += 2) {
    const call = i / 2
    philox(key, lowWord(call), highWord(call), counterHigh, 0, words, 0)
    out[i] = uniformFromWords(words[0] ?? 0, words[1] ?? 0)
    if (i + 1 < count) out[i + 1] = uniformFromWords(words[2] ?? 0, words[3] ?? 0)
  }
  return out
}

/**
 * `count` standard normals by Box and Muller (1958), with our own logarithm, sine and cosine: numbers 2j and 2j + 1 are
 * r cos(2 pi v) and r sin(2 pi v), r = sqrt(-2 log(1 - u)), from uniforms u = 2j and v = 2j + 1 of the same stream. So
 * number i never depends on `count`.
 */
export function normals(key: PhiloxKey, counterHigh: number, count: number): Float64Array {
  const out = new Float64Array(count)
  const words = new Uint32Array(4)
  for (let i = 0; i < count; i += 2) {
    const call = i / 2
    philox(key, lowWord(call), highWord(call), counterHigh, 0, words, 0)
    const radius = Math.sqrt(-2 * log(1 - uniformFromWords(words[0] ?? 0, words[1] ?? 0)))
    const turn = uniformFromWords(words[2] ?? 0, words[3] ?? 0)
    out[i] = radius * cosTurns(turn)
    if (i + 1 < count) out[i + 1] = radius * sinTurns(turn)
  }
  return out
}
