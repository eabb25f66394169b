/** Random numbers for the trial, from Philox by (seed, name), so that every case can be made again alone. */
import { philoxKey, uniformAt, type PhiloxKey } from '../../src/numeric/philox.ts'

export class Random {
  readonly #key: PhiloxKey
  readonly #stream: number
  #next = 0

  constructor(seed: number, name: string) {
    this.#key = philoxKey(seed, 'demo')
    this.#stream = hashOf(name)
  }

  /** In [0, 1). */
  uniform(): number {
    return uniformAt(this.#key, this.#stream, this.#next++)
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.uniform()
  }

  /** Evenly by its logarithm. */
  magnitude(low: number, high: number): number {
    return Number(Math.exp(this.between(Math.log(low), Math.log(high))).toPrecision(3))
  }

  whole(low: number, high: number): number {
    return low + Math.floor((high - low + 1) * this.uniform())
  }

  chance(p: number): boolean {
    return this.uniform() < p
  }

  pick<T>(values: readonly [T, ...T[]]): T {
    return values[this.whole(0, values.length - 1)] ?? values[0]
  }

  /** Box and Muller, one of the pair. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()))
    return radius * Math.cos(2 * Math.PI * this.uniform())
  }
}

/** FNV-1a, 32 bits. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5
  for (const character of name) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193)
  return hash >>> 0
}
