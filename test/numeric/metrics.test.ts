import { describe, expect, test } from 'vitest'
import { accuracy, confusion, logLoss, mae, mostLikely, r2, rmse } from '../../src/numeric/metrics.ts'

describe('regression', () => {
  // Differences 1, -1, 2, 0; the target's mean is 2.5 and its squared distances add up to 5.
  const [predicted, target] = [[2, 1, 5, 4], [1, 2, 3, 4]]

  test('worked by hand', () => {
    expect(rmse(predicted, target)).toBe(Math.sqrt(6 / 4))
    expect(mae(predicted, target)).toBe(1)
    expect(r2(predicted, target)).toBeCloseTo(1 - 6 / 5, 15)
    expect(r2(target, target)).toBe(1)
    expect(r2([2.5, 2.5, 2.5, 2.5], target)).toBe(0)
  })

  test('NaN shows, and nothing to explain is NaN', () => {
    for (const of of [rmse, mae, r2]) {
      expect(of([NaN, 1, 5, 4], target)).toBeNaN()
      expect(of([], [])).toBeNaN()
      expect(() => of([1], [1, 2])).toThrow(expect.objectContaining({ name: 'NumericError', id: 'metric-lengths' }))
    }
    expect(r2([1, 2], [3, 3])).toBeNaN()
  })
})

describe('classes', () => {
  test('accuracy and confusion', () => {
    expect(accuracy([0, 1, 2, 1], [0, 2, 2, 1])).toBe(0.75)
    expect(Array.from(confusion([0, 1, 2, 1], [0, 2, 2, 1], 3))).toEqual([1, 0, 0, 0, 1, 0, 0, 1, 1])
    expect(() => confusion([3], [0], 3)).toThrow(expect.objectContaining({ id: 'metric-class' }))
  })

  test('the most likely class is the first of equals; NaN has none', () => {
    expect(Array.from(mostLikely([0.2, 0.8, 0.5, 0.5, NaN, 1, 1, NaN], 2))).toEqual([1, 0, -1, -1])
  })

  test('log-loss', () => {
    // -log of 1/2, 1/4 and 1/8 are log 2 times 1, 2 and 3.
    expect(logLoss([0.5, 0.25, 0.25, 0.5, 0.25, 0.25, 0.5, 0.375, 0.125], [0, 1, 2], 3)).toBeCloseTo(2 * Math.LN2, 15)
    expect(logLoss([0.25, 0.25], [1, 0], 1)).toBeCloseTo((Math.log(4) + Math.log(4 / 3)) / 2, 15)
    expect(logLoss([1, 0], [1], 2)).toBe(Infinity)
    expect(logLoss([NaN, 0.5], [0], 2)).toBeNaN()
    expect(() => logLoss([0.5], [0], 2)).toThrow(expect.objectContaining({ id: 'metric-lengths' }))
    expect(() => logLoss([0.5, 0.5], [2], 2)).toThrow(expect.objectContaining({ id: 'metric-class' }))
  })
})
