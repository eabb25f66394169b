import { expect, test } from 'vitest'
import { adamRatio, farthest, leastBound, overflowBound, ratioBound } from '../../src/explain/bounds.ts'
import { networkOf } from '../../src/network/layout.ts'
import { completeSettings } from '../../src/network/recipes.ts'

test("Adam's ratio is bounded", () => {
  // Computed apart, from sums over the worst gradients (b1 / b2)^(t - i), for beta 0.9 and 0.99.
  for (const [t, bound] of [[1, 1], [10, 1.036], [50, 1.482], [119, 1.959], [100_000, 2.345]] as const) expect(adamRatio(0.9, 0.99, t)).toBeCloseTo(bound, 3)
})

test('and the worst gradients attain the bound', () => {
  const [b1, b2] = [0.9, 0.99]
  for (const t of [1, 2, 7, 60]) {
    let [m, v] = [0, 0]
    for (let i = 1; i <= t; i++) {
      const g = (b1 / b2) ** (t - i)
      m = b1 * m + (1 - b1) * g
      v = b2 * v + (1 - b2) * g * g
    }
    expect(m / (1 - b1 ** t) / Math.sqrt(v / (1 - b2 ** t))).toBeCloseTo(adamRatio(b1, b2, t), 12)
  }
})

test('119 steps of the question move a weight at most 0.91', () => {
  const { optimizer, schedule } = completeSettings({ recipe: 'classic' }, { task: 'regression', rows: 68_568 })
  expect(farthest(optimizer, schedule, 119)).toBeCloseTo(0.91, 2)
})

test('RMSProp is bounded too, SGD is not', () => {
  expect(ratioBound({ name: 'rmsprop', learningRate: 1, weightDecay: 0, rho: 0.9, momentum: 0, epsilon: 1e-7 }, 5)).toBeCloseTo(Math.sqrt(10), 12)
  expect(ratioBound({ name: 'sgd', learningRate: 1, weightDecay: 0, momentum: 0, nesterov: false }, 5)).toBeNull()
})

test('the loss of the question overflows for inputs near 1e150 only, at float32 near 1e15', () => {
  const settings = completeSettings({ recipe: 'classic' }, { task: 'regression', rows: 68_568 })
  const bound = (precision: 'float32' | 'float64') => overflowBound({
    network: networkOf(settings, 5, 1), optimizer: settings.optimizer, schedule: settings.schedule, precision, steps: 119, largestWeight: 2,
  })
  const exponent = (value: number | null): number => Math.log10(value ?? 0)
  expect(exponent(bound('float64').forLoss)).toBeGreaterThan(148)
  expect(exponent(bound('float64').forLoss)).toBeLessThan(154)
  expect(exponent(bound('float32').forLoss)).toBeGreaterThan(14)
  // Second moments square a gradient, which is itself an error times an input.
  expect(exponent(bound('float64').forMoments)).toBeGreaterThan(73)
  expect(exponent(bound('float64').forMoments)).toBeLessThan(80)
  // A second moment takes a gradient's square, and a gradient is an error times an input: it overflows long before the loss does.
  expect(leastBound(bound('float64'))).toBe(bound('float64').forMoments)
})
