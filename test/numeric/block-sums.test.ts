import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { blockLength, blockSums, kernelSums, plainSums, sumInOrder } from '../../src/numeric/block-sums.ts'

/** Numbers that spread over all exponents: bits by multiples of an odd constant (2^64 over the golden ratio). */
function spread(count: number): Float64Array {
  return new Float64Array(BigUint64Array.from({ length: count }, (_, i) => BigInt.asUintN(64, BigInt(i + 1) * 0x9e3779b97f4a7c15n)).buffer)
    .map(value => (Number.isFinite(value) ? value : 1))
}

describe('the kernel and the plain loops', () => {
  const kernel = kernelSums()!

  test('the kernel is used', () => {
    expect(kernel).not.toBeNull()
    expect(blockSums()).not.toBe(plainSums)
  })

  // One more and one less than a block, and than what the kernel takes at once.
  test.each([0, 1, 2, blockLength - 1, blockLength, blockLength + 1, 8 * blockLength - 1, 8 * blockLength, 8 * blockLength + 1, 20 * blockLength + 7])(
    'have the same bits for %i numbers', count => {
      const values = spread(count)
      const small = values.map(value => Math.sin(value))
      expect(kernel.sum(small, 1)).toBe(plainSums.sum(small, 1))
      expect(kernel.sum(values, count)).toBe(plainSums.sum(values, count))
      expect(kernel.squares(small, 0.1, 1)).toBe(plainSums.squares(small, 0.1, 1))
      expect(kernel.squares(values, 1, 1e300)).toBe(plainSums.squares(values, 1, 1e300))
      expect(kernel.furthest(values, 0.1)).toBe(plainSums.furthest(values, 0.1))
      const others = small.map(value => value * 1.7 - 0.1)
      expect(kernel.squaredErrors(small, others)).toBe(plainSums.squaredErrors(small, others))
      expect(kernel.absoluteErrors(small, others)).toBe(plainSums.absoluteErrors(small, others))
      expect(sumInOrder(small)).toBe(small.reduce((sum, value) => sum + value, 0))
    })

  test('have the same bits for any numbers, centre and unit', () => {
    fc.assert(fc.property(fc.float64Array({ maxLength: 300 }), fc.double(), fc.double(), (values, centre, unit) => {
      expect(kernel.sum(values, unit)).toBe(plainSums.sum(values, unit))
      expect(kernel.squares(values, centre, unit)).toBe(plainSums.squares(values, centre, unit))
      expect(kernel.furthest(values, centre)).toBe(plainSums.furthest(values, centre))
    }))
  })

  test.each([NaN, Infinity, -Infinity])('let %f through, wherever it is', bad => {
    for (const at of [0, 1, 4095, 4096, 40_000, 49_999]) {
      const values = new Float64Array(50_000).fill(1)
      values[at] = bad
      expect(kernel.sum(values, 1)).toBe(bad)
      expect(kernel.squares(values, 0, 1)).toBe(bad * bad)
      expect(kernel.furthest(values, 0)).toBe(Math.abs(bad))
      expect(kernel.squaredErrors(values, new Float64Array(50_000))).toBe(bad * bad)
      expect(kernel.absoluteErrors(new Float64Array(50_000), values)).toBe(Math.abs(bad))
      expect(sumInOrder(values)).toBe(bad)
    }
  })
})
