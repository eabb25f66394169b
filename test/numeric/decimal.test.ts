import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NumberText } from '../../src/numeric/decimal.ts'
import { formatNumber } from '../../src/numeric/floats.ts'

const text = new NumberText()
const written = (x: number): string => new TextDecoder().decode(text.number(x).take())

const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
const anyBits = fc.tuple(word, word).map(words => new Float64Array(Int32Array.from(words).buffer)[0]!)

test.each<[string, fc.Arbitrary<number>]>([
  ['any bits', anyBits],
  ['the neighbourhood of powers of two', fc.tuple(fc.integer({ min: -1074, max: 1023 }), fc.integer({ min: -2, max: 2 })).map(([e, steps]) => beside(2 ** e, steps))],
  ['the neighbourhood of powers of ten', fc.tuple(fc.integer({ min: -323, max: 308 }), fc.integer({ min: -2, max: 2 })).map(([e, steps]) => beside(Number(`1e${e}`), steps))],
  ['few digits', fc.tuple(fc.integer({ min: -99999, max: 99999 }), fc.integer({ min: -30, max: 30 })).map(([digits, e]) => Number(`${digits}e${e}`))],
  ['float32', fc.float()],
  ['whole numbers', fc.oneof(fc.maxSafeInteger(), fc.integer())],
  ['subnormal numbers', word.map(bits => new Float64Array(Int32Array.of(bits, bits & 0xfffff).buffer)[0]!)],
])('numbers are written as JavaScript writes them: %s', (_name, numbers) => {
  fc.assert(fc.property(numbers, x => { expect(written(x)).toBe(formatNumber(x)) }), { numRuns: 5000 })
})

/** The float64 so many steps beside x. */
function beside(x: number, steps: number): number {
  const bits = new BigInt64Array(Float64Array.of(x).buffer)
  return new Float64Array(BigInt64Array.of(bits[0]! + BigInt(steps)).buffer)[0]!
}

test.each([
  0, -0, NaN, Infinity, -Infinity, 1, -1, 5e-324, -5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 1e21, 1e20, 123456789012345680000, 1e-6, 1e-7,
  0.000001234, 9007199254740992, 4294967295, 2147483648, 2147483647, 0.1 + 0.2, 1.5, 1e100, 9.5367431640625e-7, 2 ** -1022, 2 ** 1023,
])('%d is written as JavaScript writes it', x => {
  expect(written(x)).toBe(formatNumber(x))
})

test('a text grows as long as it has to', () => {
  const numbers = Array.from({ length: 20_000 }, (_, i) => Math.sin(i) * 10 ** ((i % 600) - 300))
  for (const x of numbers) text.number(x).character(0x0a)
  expect(new TextDecoder().decode(text.take())).toBe(numbers.map(x => `${formatNumber(x)}\n`).join(''))
  expect(text.take().length).toBe(0)
})
