import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { max, mean, median, min, quantile, quantiles, robustScale, standardDeviation, sum } from '../../src/numeric/stats.ts'
import { program } from '../requirements.ts'

const holed = [3, NaN, -1, Infinity, 4, -Infinity, 10]
const finite = { finiteOnly: true }

describe('sums', () => {
  test('go by blocks of 4,096 in index order', () => {
    const values = Float64Array.from({ length: 10_000 }, (_, i) => 0.1 + (i % 7) * 1e-3)
    let expected = 0
    for (const [from, end] of [[0, 4096], [4096, 8192], [8192, 10_000]] as const) {
      let block = 0
      for (const value of values.subarray(from, end)) block += value
      expected += block
    }
    expect(sum(values)).toBe(expected)
    expect(mean(values)).toBe(expected / 10_000)
    // A plain running sum rounds differently: the blocks are really there.
    expect(values.reduce((total, value) => total + value, 0)).not.toBe(expected)
  })

  test('leave out what is not finite when told, and show it otherwise', () => {
    expect([sum(holed, finite), mean(holed, finite), min(holed, finite), max(holed, finite), median(holed, finite)]).toEqual([16, 4, -1, 10, 3.5])
    expect([sum(holed), mean(holed), min(holed), max(holed), median(holed), standardDeviation(holed), robustScale(holed)].every(Number.isNaN)).toBe(true)
    expect([mean([1, Infinity]), max([1, Infinity]), min([1, -Infinity])]).toEqual([Infinity, Infinity, -Infinity])
    // Of 3, -1, 4, 10: squares of the distances from 4 are 1 + 25 + 0 + 36.
    expect(standardDeviation(holed, finite)).toBe(Math.sqrt(62 / 4))
    expect(standardDeviation(holed, { finiteOnly: true, ddof: 1 })).toBe(Math.sqrt(62 / 3))
  })

  test('survive the edges of float64', () => {
    expect(mean([1.5e308, 1.5e308])).toBe(1.5e308)
    expect(standardDeviation([1e300, -1e300])).toBe(1e300)
    expect(standardDeviation([1e-200, -1e-200]) / 1e-200).toBeCloseTo(1, 14)
    expect(standardDeviation([7, 7, 7])).toBe(0)
    for (const of of [mean, standardDeviation, min, max, median]) expect(of([])).toBeNaN()
    expect(standardDeviation([1], { ddof: 1 })).toBeNaN()
  })
})

describe('order', () => {
  test('quantiles are interpolated, endpoints included', () => {
    expect(quantiles([4, 1, 3, 2], [0, 0.25, 0.5, 1])).toEqual([1, 1.75, 2.5, 4])
    expect(quantile([5], 0.9)).toBe(5)
    expect(quantile([-Infinity, 0, Infinity], 0.5)).toBe(0)
    expect(() => quantile([1], 1.5)).toThrow(expect.objectContaining({ id: 'quantile-out-of-range' }))
  })

  test('the robust scale ignores one wild cell', () => {
    // Median 3, distances 2 1 0 1 997: median 1.
    expect(robustScale([1, 2, 3, 4, 1000])).toBe(1.4826022185056018)
    expect(robustScale([1, 2, 3, 4, 1000, NaN], finite)).toBe(1.4826022185056018)
  })
})

const python = program('python')
describe.skipIf(python === null)('against NumPy and SciPy', () => {
  test('mean, deviation, quantiles and median absolute deviation of skewed numbers', () => {
    const values = Array.from({ length: 1001 }, (_, i) => Math.exp(Math.sin(i * i) * 3) - 2)
    const at = [0, 0.01, 0.1, 0.333, 0.5, 0.9, 0.999, 1]
    const script = `
import json, sys, numpy as np, scipy.stats
v, at = json.load(sys.stdin)
print(json.dumps([np.mean(v), np.std(v), np.std(v, ddof=1), scipy.stats.median_abs_deviation(v, scale='normal'), *np.quantile(v, at)]))`
    const expected = JSON.parse(execFileSync(python ?? '', ['-c', script], { input: JSON.stringify([values, at]), encoding: 'utf8' })) as number[]
    const got = [mean(values), standardDeviation(values), standardDeviation(values, { ddof: 1 }), robustScale(values), ...quantiles(values, at)]
    // NumPy sums pairwise: the last digits may differ.
    expected.forEach((value, i) => expect((got[i] ?? 0) / value).toBeCloseTo(1, 13))
  })
})
