/**
 * NumPy's legacy generator (numpy.random.RandomState, and with it numpy.random.seed, rand, randn, permutation): the
 * Mersenne Twister MT19937 of Matsumoto and Nishimura (1998), and the distributions as NumPy's legacy stream fixes them.
 * The stream is frozen by NumPy's own policy (NEP 19), so draws agree bit for bit with a Python program of the same seed;
 * only `randn` also depends on a logarithm, where two C libraries may differ in the last bit.
 */
import { log } from './elementary.ts'
import { NumericError, requireWhole } from './errors.ts'

const words = 624
const shiftWords = 397

/** All that the generator knows, as plain data: what numpy.random.get_state(legacy=False) holds. */
export interface NumpyRandomState {
  readonly generator: 'MT19937'
  /** The 624 words. */
  readonly key: readonly number[]
  /** How many of them have been drawn, 0..624. */
  readonly position: number
  /** The second value of the last pair of normals, while it has not been given out. */
  readonly cachedNormal: number | null
}

export class NumpyRandom {
  /** The twister's state, and the same words tempered: what is drawn. */
  private readonly key = new Int32Array(words)
  private readonly drawn = new Int32Array(words)
  private position = words
  private cachedNormal: number | null = null

  /** As numpy.random.seed(seed); `seed` is a whole number in 0..2^32-1. */
  constructor(seed: number) {
    requireWhole(seed, "The seed of NumPy's generator", 'numpy-seed-out-of-range', 0, 4294967295)
    let word = seed >>> 0
    for (let i = 0; i < words; i++) {
      this.key[i] = word
      word = (Math.imul(1812433253, word ^ (word >>> 30)) + i + 1) >>> 0
    }
  }

  /** Goes on from a saved state. Throws NumericError `numpy-state-damaged` when it is not one. */
  static from(state: NumpyRandomState): NumpyRandom {
    const sound = state.generator === 'MT19937' && state.key.length === words && state.key.every(word => word === word >>> 0)
    if (!sound || !Number.isInteger(state.position) || state.position < 0 || state.position > words) {
      throw new NumericError(
        'numpy-state-damaged',
        `The saved state of NumPy's generator has ${state.key.length} words at position ${state.position}; ` +
          'expected 624 words of 32 bits and a position from 0 to 624. Start from the seed instead.',
        { words: state.key.length, position: state.position },
      )
    }
    const random = new NumpyRandom(0)
    random.key.set(state.key)
    random.position = state.position
    random.cachedNormal = state.cachedNormal
    random.temper()
    return random
  }

  state(): NumpyRandomState {
    return { generator: 'MT19937', key: Array.from(this.key, word => word >>> 0), position: this.position, cachedNormal: this.cachedNormal }
  }

  /** One word, 0..2^32-1. */
  nextWord(): number {
    if (this.position === words) this.refill()
    return this.drawn[this.position++]! >>> 0
  }

  /** One double in [0, 1) with 53 random bits. */
  nextDouble(): number {
    const high = this.nextWord() >>> 5
    return (high * 67108864 + (this.nextWord() >>> 6)) / 9007199254740992
  }

  /** One standard normal: Marsaglia's polar method, the second value of each pair kept for the next call. */
  nextNormal(): number {
    const cached = this.cachedNormal
    if (cached !== null) {
      this.cachedNormal = null
      return cached
    }
    for (;;) {
      const x = 2 * this.nextDouble() - 1
      const y = 2 * this.nextDouble() - 1
      const square = x * x + y * y
      if (square >= 1 || square === 0) continue
      const factor = Math.sqrt((-2 * log(square)) / square)
      this.cachedNormal = factor * x
      return factor * y
    }
  }

  /** numpy.random.rand(count) */
  rand(count: number): Float64Array {
    const out = new Float64Array(count)
    this.fillRand(out)
    return out
  }

  /** numpy.random.randn(count) */
  randn(count: number): Float64Array {
    const out = new Float64Array(count)
    for (let i = 0; i < count; i++) out[i] = this.nextNormal()
    return out
  }

  /** numpy.random.permutation(n) */
  permutation(n: number): Int32Array {
    requireWhole(n, 'The length of a permutation', 'permutation-length', 0, 2147483647)
    const out = new Int32Array(n)
    this.permutationInto(out)
    return out
  }

  /** numpy.random.choice(n, size, replace=False), and so pandas' DataFrame.sample(size): the head of a permutation. */
  choice(n: number, size = n): Int32Array {
    requireWhole(size, `The size of a choice without replacement from ${n}`, 'choice-size', 0, n)
    return this.permutation(n).subarray(0, size)
  }

  /** Fills `out` as numpy.random.rand(out.length) would. */
  fillRand(out: Float64Array): void {
    const drawn = this.drawn
    let position = this.position
    for (let i = 0; i < out.length; i++) {
      if (position === words) position = this.refill()
      const high = drawn[position++]! >>> 5
      if (position === words) position = this.refill()
      out[i] = (high * 67108864 + (drawn[position++]! >>> 6)) / 9007199254740992
    }
    this.position = position
  }

  /** Writes 1 where numpy.random.rand(out.length) < probability, 0 elsewhere. */
  fillBelow(out: Uint8Array, probability: number): void {
    // Both sides of rand() < probability times 2^53, which is exact. The upper 27 bits nearly always decide, by the sign of
    // their difference: a branch on random bits would cost more than the draw.
    const bound = probability * 9007199254740992
    const boundHigh = Math.max(-1, Math.min(134217728, Math.floor(bound / 67108864)))
    const drawn = this.drawn
    let position = this.position
    for (let i = 0; i < out.length; i++) {
      if (position === words) position = this.refill()
      const high = drawn[position++]! >>> 5
      if (position === words) position = this.refill()
      const low = drawn[position++]! >>> 6
      out[i] = high === boundHigh ? (high * 67108864 + low < bound ? 1 : 0) : (high - boundHigh) >>> 31
    }
    this.position = position
  }

  /**
   * Fills `out` with numpy.random.permutation(out.length): 0, 1, … shuffled from the end (Fisher and Yates), each partner
   * drawn as a word under the smallest mask of ones that covers the range, again and again until it is in range.
   */
  permutationInto(out: Int32Array | Uint32Array): void {
    for (let i = 0; i < out.length; i++) out[i] = i
    const drawn = this.drawn
    let position = this.position
    for (let i = out.length - 1; i > 0; i--) {
      const mask = 0xffffffff >>> Math.clz32(i)
      let partner = 0
      do {
        if (position === words) position = this.refill()
        partner = drawn[position++]! & mask
      } while (partner > i)
      const kept = out[i]!
      out[i] = out[partner]!
      out[partner] = kept
    }
    this.position = position
  }

  /** The next 624 words. Returns the new position, 0. */
  private refill(): number {
    const key = this.key
    const last = words - 1
    for (let i = 0; i < words - shiftWords; i++) key[i] = key[i + shiftWords]! ^ twist(key[i]!, key[i + 1]!)
    for (let i = words - shiftWords; i < last; i++) key[i] = key[i + shiftWords - words]! ^ twist(key[i]!, key[i + 1]!)
    key[last] = key[shiftWords - 1]! ^ twist(key[last]!, key[0]!)
    this.temper()
    this.position = 0
    return 0
  }

  private temper(): void {
    const { key, drawn } = this
    for (let i = 0; i < words; i++) {
      let y = key[i]!
      y ^= y >>> 11
      y ^= (y << 7) & 0x9d2c5680
      y ^= (y << 15) & 0xefc60000
      drawn[i] = y ^ (y >>> 18)
    }
  }
}

function twist(upper: number, lower: number): number {
  const y = (upper & 0x80000000) | (lower & 0x7fffffff)
  return (y >>> 1) ^ (-(y & 1) & 0x9908b0df)
}
