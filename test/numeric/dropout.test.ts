import { describe, expect, test } from 'vitest'
import { dropoutMask, dropoutThreshold, mix32 } from '../../src/numeric/dropout.ts'
import { philox, philoxKey } from '../../src/numeric/philox.ts'

const key = philoxKey(77, 'dropout')

function mask(rate: number, step: number, layer: number, row: number, units: number): Uint8Array {
  const out = new Uint8Array(units)
  dropoutMask(key, rate, step, layer, row, units, out, 0)
  return out
}

const rates = [0.5, 0.1, 0.25, 0.9]
const units = 128
const rows = 6000

/** Correlation score of two 0/1 sequences that should be independent with chance `keep` each: standard normal. */
function score(agreements: number, count: number, keep: number): number {
  return agreements / (Math.sqrt(count) * keep * (1 - keep))
}

/** Chi-square of scores that should be standard normal, in standard deviations from its mean. */
function spreadOf(scores: Float64Array): number {
  return (scores.reduce((sum, z) => sum + z * z, 0) - scores.length) / Math.sqrt(2 * scores.length)
}

// All thresholds: 5 standard deviations, for the one seed above. Each pair's score has a fixed sample, so nothing here is
// by luck; the largest of some 8,000 scores is allowed 6.
describe.each(rates)('rate %d', rate => {
  const keep = 1 - dropoutThreshold(rate) / 65536
  const byRow = Array.from({ length: rows }, (_, row) => mask(rate, 3, 1, row, units))

  test('every unit is dropped at the rate', () => {
    const scores = new Float64Array(units)
    for (const kept of byRow) kept.forEach((k, u) => (scores[u]! += k - keep))
    const scaled = scores.map(sum => sum / Math.sqrt(rows * keep * (1 - keep)))
    expect(Math.max(...scaled.map(Math.abs))).toBeLessThan(5)
    expect(Math.abs(spreadOf(scaled))).toBeLessThan(5)
  })

  test('no two units of a block go together, within a group or across groups', () => {
    const sums = new Float64Array(units * units)
    for (const kept of byRow) {
      for (let u = 0; u < units; u++) {
        const own = (kept[u] ?? 0) - keep
        for (let v = 0; v < u; v++) sums[u * units + v]! += own * ((kept[v] ?? 0) - keep)
      }
    }
    const all: number[] = []
    const sameLane: number[] = []
    for (let u = 0; u < units; u++) {
      for (let v = 0; v < u; v++) {
        const z = score(sums[u * units + v] ?? 0, rows, keep)
        all.push(z)
        if (u % 8 >> 1 === v % 8 >> 1) sameLane.push(z)
      }
    }
    expect(Math.max(...all.map(Math.abs))).toBeLessThan(6)
    expect(Math.abs(spreadOf(Float64Array.from(all)))).toBeLessThan(5)
    expect(Math.abs(spreadOf(Float64Array.from(sameLane)))).toBeLessThan(5)
  })

  test('adjacent rows, steps, layers and blocks are independent unit by unit', () => {
    const partners: Record<string, (row: number) => Uint8Array> = {
      row: row => mask(rate, 3, 1, row + 1, units),
      step: row => mask(rate, 4, 1, row, units),
      layer: row => mask(rate, 3, 2, row, units),
      block: row => mask(rate, 3, 1, row, 2 * units).subarray(units),
      'other kind': row => mask(rate === 0.5 ? 0.4999 : 0.5, 3, 1, row, units),
    }
    for (const [name, partner] of Object.entries(partners)) {
      const theirs = name === 'other kind' ? (rate === 0.5 ? 1 - dropoutThreshold(0.4999) / 65536 : 0.5) : keep
      const sums = new Float64Array(units)
      for (let row = 0; row < 2000; row++) {
        const other = partner(row)
        byRow[row]?.forEach((k, u) => (sums[u]! += (k - keep) * ((other[u] ?? 0) - theirs)))
      }
      const scores = sums.map(sum => sum / Math.sqrt(2000 * keep * (1 - keep) * theirs * (1 - theirs)))
      expect(Math.max(...scores.map(Math.abs)), name).toBeLessThan(5)
      expect(Math.abs(spreadOf(scores)), name).toBeLessThan(5)
    }
  })

  test('the number kept in a row scatters as a binomial does', () => {
    const kept = byRow.map(row => row.reduce((sum, k) => sum + k, 0))
    const variance = kept.reduce((sum, n) => sum + (n - units * keep) ** 2, 0) / rows
    // The variance of n samples has a relative standard error near sqrt(2 / n).
    expect(Math.abs(variance / (units * keep * (1 - keep)) - 1)).toBeLessThan(5 * Math.sqrt(2 / rows))
  })
})

describe('definition', () => {
  test('rate 1/2 is the bits of Philox', () => {
    const words = new Uint32Array(4)
    const got = mask(0.5, 2 ** 33 + 5, 7, 41277, 200)
    for (let u = 0; u < 200; u++) {
      philox(key, u >> 7, 41277, 5, (2 << 8) | 7, words, 0)
      expect(got[u]).toBe(1 - (((words[(u & 127) >> 5] ?? 0) >>> (u & 31)) & 1))
    }
  })

  test('other rates are half-words of mixed Philox words', () => {
    const words = new Uint32Array(4)
    const got = mask(0.3, 9, 2, 12, 200)
    for (let u = 0; u < 200; u++) {
      philox(key, u >> 7, 12, 9, 0x80000002, words, 0)
      const [g, i] = [(u & 127) >> 3, u & 7]
      const x = mix32(((words[i >> 1] ?? 0) + Math.imul(g + 1, 0x9e3779b9)) >>> 0)
      const value = i % 2 === 0 ? x & 0xffff : x >>> 16
      expect(got[u]).toBe(value < 19661 ? 0 : 1)
    }
  })

  // In 64-bit integers: x ^= x >> 16, x *= 0x7feb352d, x ^= x >> 15, x *= 0x846ca68b, x ^= x >> 16.
  test.each([0, 1, 0x80000000, 0xdeadbeef, 0xffffffff])('mix32(%i)', x => {
    let t = BigInt(x)
    t = ((t ^ (t >> 16n)) * 0x7feb352dn) & 0xffffffffn
    t = ((t ^ (t >> 15n)) * 0x846ca68bn) & 0xffffffffn
    expect(mix32(x)).toBe(Number(t ^ (t >> 16n)))
  })

  // philoxKey(77, 'dropout'), step 1, layer 0, row 0, 32 units: worked out once by a separate Python program.
  test('golden masks', () => {
    expect(mask(0.5, 1, 0, 0, 32).join('')).toBe('10110010100111110101101110111110')
    expect(mask(0.25, 1, 0, 0, 32).join('')).toBe('01110110000011010101011110001001')
  })

  test('a mask lies where it is asked for, and fewer units are the head of more', () => {
    const out = new Uint8Array(60).fill(9)
    dropoutMask(key, 0.25, 8, 0, 3, 51, out, 5)
    expect(Array.from(out.subarray(5, 56))).toEqual(Array.from(mask(0.25, 8, 0, 3, 140).subarray(0, 51)))
    expect([...out.subarray(0, 5), ...out.subarray(56)]).toEqual(new Array(9).fill(9))
  })

  test('thresholds are clamped, and rates outside (0, 1) refused', () => {
    expect([1e-9, 0.1, 0.25, 1 - 1e-9].map(dropoutThreshold)).toEqual([1, 6554, 16384, 65535])
    for (const rate of [0, 1, -0.1, Number.NaN]) expect(() => dropoutThreshold(rate)).toThrow(expect.objectContaining({ id: 'dropout-rate' }))
    expect(() => mask(0.5, 1, 256, 0, 4)).toThrow(expect.objectContaining({ id: 'dropout-layer' }))
  })
})
