import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { commonRows, splitRows } from '../../src/table/split.ts'
import { thrown } from './made.ts'

describe('splitRows', () => {
  test('is disjoint and complete, with the share on one side, at least one row each', () => {
    fc.assert(fc.property(fc.integer({ min: 2, max: 3000 }), fc.double({ min: 0.001, max: 0.999, noNaN: true }), fc.nat(), (rows, share, seed) => {
      const { training, validation } = splitRows(rows, share, seed)
      expect([...training, ...validation].sort((a, b) => a - b)).toEqual(Array.from({ length: rows }, (_, i) => i))
      expect(validation.length).toBe(Math.min(Math.max(Math.round(rows * share), 1), rows - 1))
      expect([...training]).toEqual([...training].sort((a, b) => a - b))
      expect([...validation]).toEqual([...validation].sort((a, b) => a - b))
    }), { numRuns: 50 })
  })
  test('depends on the seed, and on nothing else', () => {
    expect(splitRows(1000, 0.2, 1)).toEqual(splitRows(1000, 0.2, 1))
    expect(splitRows(1000, 0.2, 1).validation).not.toEqual(splitRows(1000, 0.2, 2).validation)
  })
  test('puts each row aside about equally often', () => {
    // 400 seeds, 25 rows, share 0.2: 80 expected, variance 400 * 0.2 * 0.8 = 64. Chi-square over 25 rows that sum to a constant
    // has 24 degrees of freedom; 51.2 is its 0.999 quantile (scipy.stats.chi2.ppf(0.999, 24)); each term is scaled by 1 - 1/25.
    const counts = new Array<number>(25).fill(0)
    for (let seed = 0; seed < 400; seed++) for (const row of splitRows(25, 0.2, seed).validation) counts[row] = (counts[row] ?? 0) + 1
    const chi = counts.reduce((sum, n) => sum + ((n - 80) ** 2 / 64) * (24 / 25), 0)
    expect(chi).toBeLessThan(51.2)
  })
  test('refuses one row, and shares that leave nothing', () => {
    expect(thrown(() => splitRows(1, 0.2, 0))).toMatchObject({ id: 'too-few-rows', message: expect.stringContaining('1 row cannot be split') })
    for (const share of [0, 1, -1, NaN]) expect(thrown(() => splitRows(10, share, 0))).toMatchObject({ id: 'validation-share' })
  })
})

test('commonRows keeps what both hold', () => {
  expect([...commonRows(Uint32Array.of(0, 2, 3, 7, 9), Uint32Array.of(1, 2, 7, 8))]).toEqual([2, 7])
  expect([...commonRows(Uint32Array.of(), Uint32Array.of(1))]).toEqual([])
})
