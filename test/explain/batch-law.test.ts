import { describe, expect, test } from 'vitest'
import { batchLaw, chancePerStep, chanceWithin, expectedStep, fitBadRows, logChanceOf, quantileStep } from '../../src/explain/batch-law.ts'
import { NumpyRandom } from '../../src/numeric/mt19937.ts'

const question = { sampling: 'fresh' as const, rows: 68_568, badRows: 1 }

describe('fresh batches', () => {
  test('one bad row in 68,568', () => {
    // B / N for one bad row: 10000 / 68568 and 256 / 68568.
    expect(chancePerStep({ ...question, batch: 10_000 })).toBeCloseTo(10_000 / 68_568, 14)
    expect(expectedStep({ ...question, batch: 10_000 })).toBeCloseTo(6.8568, 10)
    expect(quantileStep({ ...question, batch: 10_000 }, 0.95)).toBe(20)
    expect(expectedStep({ ...question, batch: 256 })).toBeCloseTo(267.84, 2)
    // (1 - 256 / 68568) ^ 119
    expect(1 - chanceWithin({ ...question, batch: 256 }, 119)).toBeCloseTo((1 - 256 / 68_568) ** 119, 12)
  })

  test('agrees with binomial coefficients', () => {
    const choose = (n: number, k: number): number => Array.from({ length: k }, (_, i) => (n - i) / (i + 1)).reduce((a, b) => a * b, 1)
    for (const [rows, badRows, batch] of [[20, 3, 5], [20, 5, 3], [30, 1, 29], [12, 6, 7]] as const) {
      expect(chancePerStep({ sampling: 'fresh', rows, badRows, batch })).toBeCloseTo(1 - choose(rows - badRows, batch) / choose(rows, batch), 12)
    }
    expect(chancePerStep({ sampling: 'fresh', rows: 10, badRows: 4, batch: 7 })).toBe(1)
  })

  test('keeps its digits where the chance is tiny', () => {
    expect(chancePerStep({ sampling: 'fresh', rows: 1e12, badRows: 1, batch: 1 }) / 1e-12).toBeCloseTo(1, 12)
  })
})

describe('by epoch', () => {
  const by = { ...question, sampling: 'epoch' as const }
  test('one bad row is certain within an epoch, and lies anywhere in it', () => {
    // Batches of 256: 267 full ones and one of 216. The mean of the step that holds one row is the sum of s * size / N.
    expect(expectedStep({ ...by, batch: 256 })).toBeCloseTo((256 * (267 * 268) / 2 + 268 * 216) / 68_568, 9)
    expect(chanceWithin({ ...by, batch: 256 }, 119)).toBeCloseTo((119 * 256) / 68_568, 12)
    expect(chanceWithin({ ...by, batch: 256 }, 268)).toBe(1)
    expect(expectedStep({ ...by, batch: 10_000 })).toBeCloseTo((10_000 * 21 + 7 * 8_568) / 68_568, 9)
    expect(quantileStep({ ...by, batch: 10_000 }, 0.95)).toBe(7)
  })
})

test('with replacement: 1 - (1 - k/N)^B', () => {
  expect(chancePerStep({ sampling: 'replacement', rows: 1000, badRows: 3, batch: 50 })).toBeCloseTo(1 - 0.997 ** 50, 12)
})

test('what the laws say, batches do', () => {
  // 4,000 runs from NumPy's generator, seed 5: the mean of a geometric of p = 0.271 (k = 3, N = 40, B = 4) has a deviation of
  // sqrt(1 - p) / p / sqrt(4000) = 0.05; five of them are allowed.
  const law = { sampling: 'fresh' as const, rows: 40, badRows: 3, batch: 4 }
  const random = new NumpyRandom(5)
  let sum = 0
  for (let run = 0; run < 4000; run++) {
    let step = 1
    while (!random.choice(40, 4).some(row => row < 3)) step++
    sum += step
  }
  expect(Math.abs(sum / 4000 - expectedStep(law))).toBeLessThan(0.25)
})

test('the table holds 256 and the own batch', () => {
  const law = batchLaw({ ...question, batch: 10_000 }, 119)
  expect(law.compare.map(({ batch }) => batch)).toEqual(expect.arrayContaining([256, 10_000]))
  expect(batchLaw({ sampling: 'fresh', rows: 100, badRows: 1, batch: 500 }, 10)).toMatchObject({ batch: 100, perStep: 1, expectedStep: 1, quantile95: 1 })
})

describe('from bare figures', () => {
  test('a clean 119 at 256: 64 % for one bad row, 11 % for five', () => {
    const clean = (badRows: number): number => Math.exp(logChanceOf({ batch: 256, steps: 119, outcome: 'ok' }, { ...question, badRows }))
    expect(clean(1)).toBeCloseTo(0.6407, 4)
    // The product of (N - 256 - i) / (N - i) over five rows, to the power of 119.
    expect(clean(5)).toBeCloseTo([0, 1, 2, 3, 4].reduce((product, i) => (product * (68_568 - 256 - i)) / (68_568 - i), 1) ** 119, 12)
    expect(Math.round(100 * clean(5))).toBe(11)
  })

  test('the question fits a few bad rows, and one best', () => {
    const fit = fitBadRows(68_568, [{ batch: 256, steps: 119, outcome: 'ok' }, { batch: 10_000, steps: 7, outcome: 'nan' }])
    expect(fit.best).toBe(1)
    expect(fit.from).toBe(1)
    expect(fit.to).toBeLessThan(6)
  })

  test('no number of bad rows makes the smaller batch fail at once while the larger never does', () => {
    const fit = fitBadRows(1000, [{ batch: 1000, steps: 50, outcome: 'ok' }, { batch: 10, steps: 1, outcome: 'nan' }])
    expect(fit.best).toBeNull()
  })
})
