import { describe, expect, test } from 'vitest'
import {
  bits32, bits64, firstNonFinite, formatNumber, fromJsonNumber, toJsonNumber, ulp64, ulpDistance32, ulpDistance64,
} from '../../src/numeric/floats.ts'

describe('bits', () => {
  // Encodings by IEEE 754: sign, exponent plus bias, fraction.
  test('are IEEE 754, with one NaN', () => {
    expect([1, -2, 0, -0, Infinity, NaN, 2 ** -149].map(bits32)).toEqual([0x3f800000, 0xc0000000, 0, 0x80000000, 0x7f800000, 0x7fc00000, 1])
    expect([1, -2, -0, -Infinity, NaN, 5e-324].map(bits64)).toEqual([
      0x3ff0000000000000n, 0xc000000000000000n, 0x8000000000000000n, 0xfff0000000000000n, 0x7ff8000000000000n, 1n,
    ])
    const strange = new Float32Array(Uint32Array.of(0xffc12345, 0x7f800001).buffer)
    expect(Array.from(strange, bits32)).toEqual([0x7fc00000, 0x7fc00000])
  })

  test('distances count representable values, through zero and up to infinity', () => {
    expect(ulpDistance64(1, 1 + 2 ** -52)).toBe(1)
    expect(ulpDistance64(-5e-324, 5e-324)).toBe(2)
    expect(ulpDistance64(Number.MAX_VALUE, Infinity)).toBe(1)
    expect([ulpDistance64(0, -0), ulpDistance64(NaN, NaN), ulpDistance64(NaN, 1)]).toEqual([0, 0, Infinity])
    expect(ulpDistance32(1, 1 + 2 ** -23)).toBe(1)
    expect(ulpDistance32(-(2 ** -149), 2 ** -148)).toBe(3)
    expect([ulpDistance32(0, -0), ulpDistance32(NaN, NaN), ulpDistance32(1, NaN)]).toEqual([0, 0, Infinity])
  })

  test('a unit in the last place', () => {
    expect([1, -1, 0, 1.5, Number.MAX_VALUE].map(ulp64)).toEqual([2 ** -52, 2 ** -52, 5e-324, 2 ** -52, 2 ** 971])
    expect([ulp64(Infinity), ulp64(NaN)]).toEqual([NaN, NaN])
  })
})

describe('firstNonFinite', () => {
  test.each([Float32Array, Float64Array])('%o', Kind => {
    for (const bad of [NaN, Infinity, -Infinity]) {
      for (const at of [0, 1, 6]) {
        const values = new Kind(7).fill(-3e38)
        values[at] = bad
        expect(firstNonFinite(values)).toBe(at)
        expect(firstNonFinite(values.subarray(at))).toBe(0)
        values[6] = NaN
        expect(firstNonFinite(values)).toBe(at)
      }
    }
    expect(firstNonFinite(new Kind([0, -0, 3e38, 1e-45]))).toBe(-1)
    expect(firstNonFinite(new Kind(0))).toBe(-1)
  })
})

describe('numbers as text', () => {
  test('come back the same', () => {
    const numbers = [0, -0, 0.1, 1 / 3, 5e-324, Number.MAX_VALUE, 1e21, 123456789012345680000, Infinity, -Infinity, NaN]
    for (const x of numbers) {
      expect(Number(formatNumber(x))).toBe(x)
      if (!Object.is(x, -0)) expect(fromJsonNumber(JSON.parse(JSON.stringify(toJsonNumber(x))))).toBe(x)
    }
    expect(JSON.stringify([NaN, Infinity, -Infinity, 0.1].map(toJsonNumber))).toBe('["NaN","Infinity","-Infinity",0.1]')
    expect([formatNumber(0.1), formatNumber(-0), formatNumber(1 / 3)]).toEqual(['0.1', '-0', '0.3333333333333333'])
  })

  test.each(['nan', '1', null, undefined, {}])('refuses %o for a number', value => {
    expect(() => fromJsonNumber(value)).toThrow(expect.objectContaining({ id: 'not-a-json-number' }))
  })
})
