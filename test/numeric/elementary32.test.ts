import { describe, expect, test } from 'vitest'
import * as wide from '../../src/numeric/elementary.ts'
import { erf32, exp32, expm1_32, log1p_32, log32, sigmoid32, softplus32, tanh32 } from '../../src/numeric/elementary32.ts'
import { sha256 } from '../../src/numeric/hash.ts'

const single = new Float32Array(1)
const bits = new Uint32Array(single.buffer)

/** Every 12,007th float32 from 2^-149 to the largest, both signs: 356,000 values. */
const samples = Array.from({ length: 2 * Math.floor(0x7f800000 / 12_007) }, (_, i) => {
  bits[0] = (1 + (i >> 1) * 12_007) | (i % 2 === 0 ? 0 : 0x80000000)
  return single[0] ?? 0
})

/** A unit in the last place of the float32 just below |y|. */
function ulp32(y: number): number {
  single[0] = Math.abs(y)
  if ((single[0] ?? 0) > Math.abs(y)) bits[0]! -= 1
  const below = single[0] ?? 0
  bits[0]! += 1
  return (single[0] ?? 0) - below
}

// `error` is what elementary32.ts states, against float64, whose own error is 2^-29 of it. `digest` is the SHA-256
// of all results as NumPy's float32 arithmetic gives them in the stated order: golden/make_elementary32.py.
const cases = [
  { name: 'exp32', of: exp32, is: wide.exp, from: -Infinity, to: 88.72, error: 1.1, digest: 'f0b4bc2368d845a6b4dfadf30578d26fa95c07308e24a0a7b50d8443d588b780' },
  { name: 'expm1_32', of: expm1_32, is: wide.expm1, from: -Infinity, to: 88.72, error: 1.8, digest: 'e191f41c70b1d532b63fcaa2c3eb05651dc1fd50943682e854a13a28ee783d70' },
  { name: 'log32', of: log32, is: wide.log, from: 0, to: Infinity, error: 1, digest: 'a77d555be0844a3fe77a2a6f6606c45a7d4052ed80de571e90f86d16ab6d3acd' },
  { name: 'log1p_32', of: log1p_32, is: wide.log1p, from: -1, to: Infinity, error: 1.5, digest: 'c06f8d292c91cb44c2630998ef35d2041c029b27e509fe142cd63aa2d2ac364b' },
  { name: 'tanh32', of: tanh32, is: wide.tanh, from: -Infinity, to: Infinity, error: 1.3, digest: 'f1b726377f25ba549c475d87aef15b550a24f2b858943c7f3146f891139dd8f1' },
  { name: 'sigmoid32', of: sigmoid32, is: wide.sigmoid, from: -Infinity, to: Infinity, error: 2.2, digest: '35d5c8a3ba0cdb2b618b0ffade0ed91a97efaf5bce39c8252fa38e8b2ba4e9cd' },
  { name: 'softplus32', of: softplus32, is: wide.softplus, from: -Infinity, to: Infinity, error: 2, digest: 'c35c5d2627790721a3f11c27e8428a2c177d68d198e6d49d09ee4b48873581cf' },
  { name: 'erf32', of: erf32, is: wide.erf, from: -Infinity, to: Infinity, error: 1.2, digest: '8c7e6df21b406c055e550f1b9bed6d641b5d87324cd75f2dc235bd369ea13b47' },
]

describe.each(cases)('$name', ({ of, is, from, to, error, digest }) => {
  test('stays within its error over the whole range', () => {
    const inside = samples.filter(x => x > from && x < to)
    const worst = inside.reduce((found, x) => {
      const off = Math.abs(of(x) - is(x)) / ulp32(is(x))
      return off <= found.off ? found : { off, x }
    }, { off: 0, x: 0 })
    expect(worst.off, `at ${worst.x}`).toBeLessThanOrEqual(error)
    expect(sha256(Float32Array.from(inside, of))).toBe(digest)
  })

  test('gives float32 values, and NaN for NaN', () => {
    for (const x of [0.1, 0.7, 2.5, 30]) expect(of(Math.fround(x))).toBe(Math.fround(of(Math.fround(x))))
    expect(of(NaN)).toBeNaN()
  })
})

describe('special values', () => {
  test.each([
    { name: 'exp32', of: exp32, at: [0, -0, Infinity, -Infinity, 89, -104], gives: [1, 1, Infinity, 0, Infinity, 0] },
    { name: 'expm1_32', of: expm1_32, at: [0, -0, Infinity, -Infinity, 2 ** -149], gives: [0, -0, Infinity, -1, 2 ** -149] },
    { name: 'log32', of: log32, at: [1, 0, -0, Infinity, -1, -Infinity], gives: [0, -Infinity, -Infinity, Infinity, NaN, NaN] },
    { name: 'log1p_32', of: log1p_32, at: [0, -0, -1, Infinity, -2, 2 ** -149], gives: [0, -0, -Infinity, Infinity, NaN, 2 ** -149] },
    { name: 'tanh32', of: tanh32, at: [0, Infinity, -Infinity, 2 ** -149], gives: [0, 1, -1, 2 ** -149] },
    { name: 'sigmoid32', of: sigmoid32, at: [0, Infinity, -Infinity], gives: [0.5, 1, 0] },
    { name: 'softplus32', of: softplus32, at: [Infinity, -Infinity], gives: [Infinity, 0] },
    { name: 'erf32', of: erf32, at: [0, -0, Infinity, -Infinity], gives: [0, -0, 1, -1] },
  ])('$name', ({ of, at, gives }) => {
    expect(at.map(of)).toEqual(gives)
  })

  test('subnormal results of exp32 are rounded once', () => {
    // e^-100 is 26.55 of the least float32, e^-103 1.32 of it.
    expect([exp32(-100), exp32(-103)]).toEqual([27 * 2 ** -149, 2 ** -149])
  })
})
