import { describe, expect, test } from 'vitest'
import { makePermutation, permutationShape } from '../../src/numeric/permute.ts'
import { philoxKey } from '../../src/numeric/philox.ts'

const key = philoxKey(2024, 'batch')

function chiSquareScore(counts: Float64Array, draws: number): number {
  const expected = draws / counts.length
  const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
  return (chiSquare - (counts.length - 1)) / Math.sqrt(2 * (counts.length - 1))
}

/** How many standard deviations `hits` of `draws` lie from chance `p`. */
function binomialScore(hits: number, draws: number, p: number): number {
  return (hits - draws * p) / Math.sqrt(draws * p * (1 - p))
}

describe('bijection', () => {
  const sizes = [...Array.from({ length: 300 }, (_, i) => i + 1), 997, 1024, 8191, 65536, 65537, 68568]
  test('every row once, for small sizes, primes, powers of two and the size of the founding table', () => {
    for (const n of sizes) {
      const seen = new Uint8Array(n)
      const rows = new Int32Array(n)
      makePermutation(n, key, n).fill(rows, 0)
      for (const row of rows) seen[row] = 1
      expect(seen.every(Boolean), `n = ${n}`).toBe(true)
    }
  })

  test('the largest size: distinct rows in range', () => {
    const n = 2147483647
    const permutation = makePermutation(n, key, 1)
    const rows = new Set(Array.from({ length: 5000 }, (_, i) => permutation.at(n - 1 - i * 400_000)))
    expect(rows.size).toBe(5000)
    expect(Math.min(...rows)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...rows)).toBeLessThan(n)
  })

  test('the digits cover n narrowly', () => {
    for (const n of [...sizes, 10_000_000, 2147483647]) {
      const { a, b, shift } = permutationShape(n)
      expect(a * b).toBeGreaterThanOrEqual(n)
      expect(a).toBeLessThanOrEqual(2 ** shift)
      expect(b).toBeLessThanOrEqual(a)
      if (n >= 1000) expect(a * b).toBeLessThan(n * 1.01)
    }
  })
})

// Scores are chi-squares (or counts) in standard deviations from their mean, for fixed seeds. 5 has odds of 1 in 10^6 for a
// fair permutation; with 4 rounds instead of 12, the pairs of 12 rows score near 80.
const limit = 5
describe('uniformity over many steps', () => {
  test.each([2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13])('rows at the first three positions of %i, taken together', n => {
    const draws = 20_000
    const first = new Float64Array(n)
    const last = new Float64Array(n)
    const pairs = new Float64Array(n * (n - 1))
    const triples = n < 3 ? new Float64Array(2) : new Float64Array(n * (n - 1) * (n - 2))
    for (let step = 0; step < draws; step++) {
      const permutation = makePermutation(n, key, step)
      const [x, y] = [permutation.at(0), permutation.at(1)]
      first[x]! += 1
      last[permutation.at(n - 1)]! += 1
      const pair = x * (n - 1) + y - (y > x ? 1 : 0)
      pairs[pair]! += 1
      if (n < 3) triples[x]! += 1
      else {
        const z = permutation.at(2)
        triples[pair * (n - 2) + z - (z > x ? 1 : 0) - (z > y ? 1 : 0)]! += 1
      }
    }
    for (const counts of [first, last, pairs, triples]) expect(Math.abs(chiSquareScore(counts, draws))).toBeLessThan(limit)
  })

  test.each([
    { n: 300, cells: 20 },
    { n: 5000, cells: 25 },
    { n: 68568, cells: 24 },
  ])('positions, neighbouring pairs, far pairs and differences among $n rows', ({ n, cells }) => {
    const draws = 40_000
    const cell = (row: number): number => Math.floor((row * cells) / n)
    const at7 = new Float64Array(cells)
    const near = new Float64Array(cells * cells)
    const far = new Float64Array(cells * cells)
    const differences = new Float64Array(cells)
    for (let step = 0; step < draws; step++) {
      const permutation = makePermutation(n, key, step)
      const [x, y] = [permutation.at(0), permutation.at(1)]
      at7[cell(permutation.at(7))]! += 1
      near[cell(x) * cells + cell(y)]! += 1
      far[cell(x) * cells + cell(permutation.at(n - 1))]! += 1
      differences[cell((y - x + n) % n)]! += 1
    }
    for (const counts of [at7, near, far, differences]) expect(Math.abs(chiSquareScore(counts, draws))).toBeLessThan(limit)
  })

  test('rows that share a digit before share one after as often as chance has it', () => {
    const n = 68568
    const draws = 60_000
    const { a, b } = permutationShape(n)
    let [left, right, square] = [0, 0, 0]
    for (let step = 0; step < draws; step++) {
      const permutation = makePermutation(n, key, step)
      const [w, x, y, z] = [permutation.at(0), permutation.at(1), permutation.at(b), permutation.at(b + 1)]
      if (Math.floor(w / b) === Math.floor(x / b)) left += 1
      if (w % b === y % b) right += 1
      if (Math.floor(w / b) - Math.floor(x / b) === Math.floor(y / b) - Math.floor(z / b)) square += 1
    }
    expect(Math.abs(binomialScore(left, draws, (b - 1) / (n - 1)))).toBeLessThan(limit)
    expect(Math.abs(binomialScore(right, draws, (a - 1) / (n - 1)))).toBeLessThan(limit)
    // Four digits drawn evenly agree in their difference this often: the sum over d of ((a - |d|) / a^2)^2.
    let agreement = 0
    for (let d = 1 - a; d < a; d++) agreement += ((a - Math.abs(d)) / a ** 2) ** 2
    expect(Math.abs(binomialScore(square, draws, agreement))).toBeLessThan(limit)
  })

  test('two rows are in a batch together as often as they should be', () => {
    const [n, batch, draws] = [500, 50, 20_000]
    const rows = new Uint32Array(batch)
    const counts = new Float64Array(4)
    const pairs = [[0, 1], [0, 499], [41, 42], [250, 13]] as const
    for (let step = 0; step < draws; step++) {
      makePermutation(n, key, step).fill(rows, 0)
      pairs.forEach(([x, y], i) => (counts[i]! += rows.includes(x) && rows.includes(y) ? 1 : 0))
    }
    const chance = (batch * (batch - 1)) / (n * (n - 1))
    for (const count of counts) expect(Math.abs(binomialScore(count, draws, chance))).toBeLessThan(limit)
  })
})

describe('definition', () => {
  // The network as the file's head states it, in 64-bit integers.
  function inBigIntegers(n: number, step: number, unit: 'step' | 'epoch', k: number): number {
    const { a, b, rounds, shift } = permutationShape(n)
    const { keys } = makePermutation(n, key, step, unit)
    const mask = 0xffffffffn
    const spread = (digit: bigint, round: number, size: number): bigint => {
      let t = ((digit ^ BigInt(keys[2 * round] ?? 0)) * BigInt(keys[2 * round + 1] ?? 0)) & mask
      t = ((t ^ (t >> 15n)) * 0x2c1b3c6dn) & mask
      return (((t >> BigInt(shift)) * BigInt(size)) & mask) >> BigInt(32 - shift)
    }
    let row = BigInt(k)
    do {
      let [left, right] = [row / BigInt(b), row % BigInt(b)]
      for (let round = 0; round < rounds; round += 2) {
        left = (left + spread(right, round, a)) % BigInt(a)
        right = (right + spread(left, round + 1, b)) % BigInt(b)
      }
      row = left * BigInt(b) + right
    } while (row >= BigInt(n))
    return Number(row)
  }

  test.each([7, 1000, 68568, 2147483647])('the stated network, for %i rows', n => {
    for (const step of [0, 1, 2 ** 40 + 3]) {
      for (const unit of ['step', 'epoch'] as const) {
        for (const k of [0, 1, n >> 1, n - 1]) expect(makePermutation(n, key, step, unit).at(k)).toBe(inBigIntegers(n, step, unit, k))
      }
    }
  })

  test('filling from the middle is the same rows; steps, epochs and seeds differ', () => {
    const rows = (seed: number, step: number, unit: 'step' | 'epoch', from = 0): number[] => {
      const out = new Int32Array(40 - from)
      makePermutation(68568, philoxKey(seed, 'batch'), step, unit).fill(out, from)
      return Array.from(out)
    }
    expect(rows(1, 5, 'step', 30)).toEqual(rows(1, 5, 'step').slice(30))
    const all = [rows(1, 5, 'step'), rows(1, 6, 'step'), rows(1, 5, 'epoch'), rows(2, 5, 'step'), rows(1, 5 + 2 ** 32, 'step')]
    expect(new Set(all.map(String)).size).toBe(5)
  })

  test('refuses what has no permutation', () => {
    expect(() => permutationShape(0)).toThrow(expect.objectContaining({ id: 'permutation-length' }))
    expect(() => permutationShape(2 ** 31)).toThrow(expect.objectContaining({ id: 'permutation-length' }))
    expect(() => makePermutation(5, key, -1)).toThrow(expect.objectContaining({ id: 'step-out-of-range' }))
    expect(() => makePermutation(5, key, 0).fill(new Int32Array(3), 3)).toThrow(expect.objectContaining({ id: 'permutation-range' }))
  })
})
