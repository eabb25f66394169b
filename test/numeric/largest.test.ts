import fc from 'fast-check'
import { expect, test } from 'vitest'
import { kernelLargest, largestDifferences, plainLargest } from '../../src/numeric/largest.ts'
import { allFinite } from '../../src/numeric/scan.ts'

test('the kernel and the plain loop keep the same rows', () => {
  // Few values, so that many differences are equal; a chunk of the kernel's and more.
  const numbers = (seed: number, values: number): Float64Array => Float64Array.from({ length: 20_000 }, (_, i) => Math.imul(i + seed, 0x9e3779b1) % values)
  for (const values of [3, 1000, 2 ** 31]) for (const most of [1, 2, 40, 30_000]) {
    const [one, other] = [numbers(1, values), numbers(7, values)]
    expect(kernelLargest(one, other, most)).toEqual(plainLargest(one, other, most))
    expect(largestDifferences(one, other, most)).toEqual(plainLargest(one, other, most))
  }
})

test('of any finite numbers too, whose differences may overflow', () => {
  const finite = fc.double({ noNaN: true, noDefaultInfinity: true })
  fc.assert(fc.property(fc.array(fc.tuple(finite, finite), { maxLength: 60 }), fc.integer({ min: 1, max: 9 }), (pairs, most) => {
    const [one, other] = [Float64Array.from(pairs, ([a]) => a), Float64Array.from(pairs, ([, b]) => b)]
    expect(kernelLargest(one, other, most)).toEqual(plainLargest(one, other, most))
  }))
})

test.each([NaN, Infinity, -Infinity])('a row with %f is passed over', bad => {
  const [one, other] = [new Float64Array(10_000), new Float64Array(10_000)]
  one.set([bad, 5, 1, 7])
  other[3] = bad
  other[9999] = 3
  expect(allFinite(one)).toBe(false)
  expect(allFinite(other)).toBe(false)
  expect(allFinite(Float64Array.of(1, -Number.MAX_VALUE))).toBe(true)
  expect(allFinite([1, bad])).toBe(false)
  expect(largestDifferences(one, other, 3)).toEqual([1, 9999, 2])
})
