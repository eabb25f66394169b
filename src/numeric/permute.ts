/**
 * Batches without replacement: row k of a permutation of 0 … n - 1, had without a table and without the rows before it.
 *
 * The permutation is a Feistel network (Luby and Rackoff 1988) on pairs of digits of different radix (Black and Rogaway,
 * "Ciphers with arbitrary finite domains", 2002, their generalised Feistel), walked on while it lands at n or above. Exactly,
 * in unsigned 32-bit arithmetic, so that a kernel can say the same in four lanes:
 *
 *     left = floor(k / b), right = k mod b                      0 <= left < a, 0 <= right < b, n <= a b
 *     for each pair of rounds:
 *       left  = (left  + spread(right, xor, multiplier, a)) mod a     (the sum is below 2 a: subtract a once if not below a)
 *       right = (right + spread(left,  xor, multiplier, b)) mod b     (with the next round's two words)
 *     k' = left b + right; again from the top while k' >= n     (a b may pass 2^31: compare unsigned)
 *
 *     spread(digit, xor, multiplier, size):
 *       t = (digit ^ xor) * multiplier
 *       t = (t ^ (t >> 15)) * 0x2c1b3c6d
 *       ((t >> shift) * size) >> (32 - shift)                   shift = bits of max(a, b) - 1
 *
 * where every product keeps its low 32 bits and the last one cannot overflow. Round r has two words of its own, an `xor`
 * and an odd `multiplier`, from the words of Philox counter (floor(r / 2), 0, step low, step high | epoch flag): words 0
 * and 1 for even r, 2 and 3 for odd r. Small tables get more rounds, since two digits of few values mix slowly.
 */
import { requireWhole } from './errors.ts'
import { highWord, lowWord, philox, type PhiloxKey } from './philox.ts'

const mixMultiplier = 0x2c1b3c6d
const epochFlag = 0x80000000

/** What a kernel needs to know about n alone. */
export interface PermutationShape {
  readonly a: number
  readonly b: number
  /** a is never below b, so this many bits hold every digit. */
  readonly shift: number
  /** Even: 4 from 65,536 rows on, more below. */
  readonly rounds: number
}

/**
 * The digits for n: a and b near sqrt(n), a b >= n and as little above it as 32 tries find, so that walking on is rare.
 * `n` is a whole number in 1..2^31-1.
 */
export function permutationShape(n: number): PermutationShape {
  requireWhole(n, 'The number of rows to permute', 'permutation-length', 1, 2147483647)
  // A digit of two values mixes too slowly, and 3 x 3 reaches even permutations alone: 4 x 3 at least.
  const root = Math.max(4, Math.ceil(Math.sqrt(n)))
  let a = root
  let excess = Infinity
  for (let trial = root; trial < root + 32 && trial <= 1.25 * root; trial++) {
    const over = trial * Math.max(3, Math.ceil(n / trial)) - n
    if (over < excess) {
      excess = over
      a = trial
    }
  }
  return { a, b: Math.max(3, Math.ceil(n / a)), shift: 32 - Math.clz32(a - 1), rounds: n >= 65536 ? 4 : n >= 1024 ? 6 : 12 }
}

/** One permutation of 0 … n - 1. */
export class Permutation {
  private words: Uint32Array | null = null

  /** `low` and `high` are what it counts, as words of Philox's counter. */
  constructor(readonly n: number, readonly shape: PermutationShape, readonly key: PhiloxKey, readonly low: number, readonly high: number) {}

  /** [rounds][xor, multiplier]; reckoned when they are asked for, since a kernel does so itself. */
  get keys(): Uint32Array {
    this.words ??= roundKeys(this.shape.rounds, this.key, this.low, this.high)
    return this.words
  }

  /** Where position k goes; 0 <= k < n. */
  at(k: number): number {
    let row = this.once(k)
    while (row >= this.n) row = this.once(row)
    return row
  }

  /** Fills `out` with the rows at positions from, from + 1, …; from + out.length must not pass n. */
  fill(out: Uint32Array | Int32Array, from: number): void {
    requireWhole(from, `The first of ${out.length} positions in a permutation of ${this.n}`, 'permutation-range', 0, this.n - out.length)
    for (let i = 0; i < out.length; i++) out[i] = this.at(from + i)
  }

  /** The network itself, on 0 … a b - 1. */
  private once(k: number): number {
    const { a, b, shift, rounds } = this.shape
    const keys = this.keys
    let left = Math.floor(k / b)
    let right = k - left * b
    for (let at = 0; at < 2 * rounds; at += 4) {
      left += spread(right, keys[at]!, keys[at + 1]!, a, shift)
      if (left >= a) left -= a
      right += spread(left, keys[at + 2]!, keys[at + 3]!, b, shift)
      if (right >= b) right -= b
    }
    return left * b + right
  }
}

function spread(digit: number, xor: number, multiplier: number, size: number, shift: number): number {
  let t = Math.imul(digit ^ xor, multiplier)
  t = Math.imul(t ^ (t >>> 15), mixMultiplier)
  return Math.imul(t >>> shift, size) >>> (32 - shift)
}

/**
 * The permutation of n rows for one step, or for one epoch: `step` counts either, a whole number in 0..2^52-1; the two
 * never share words. `key` is philoxKey(seed, 'batch'); `shape` is n's, for one who has it already.
 */
export function makePermutation(
  n: number, key: PhiloxKey, step: number, unit: 'step' | 'epoch' = 'step', shape: PermutationShape = permutationShape(n),
): Permutation {
  requireWhole(step, `The ${unit} of a permutation`, 'step-out-of-range', 0, 2 ** 52 - 1)
  return new Permutation(n, shape, key, lowWord(step), unit === 'epoch' ? (highWord(step) | epochFlag) >>> 0 : highWord(step))
}

function roundKeys(rounds: number, key: PhiloxKey, low: number, high: number): Uint32Array {
  const keys = new Uint32Array(2 * rounds)
  for (let at = 0; at < keys.length; at += 4) {
    philox(key, at / 4, 0, low, high, keys, at)
    keys[at + 1]! |= 1
    keys[at + 3]! |= 1
  }
  return keys
}
