import { expect, test } from 'vitest'
import { ExactDigits, noDigits } from '../../../src/table/readers/exact.ts'

test('digits that a double does not hold are kept by their row, and others are not', () => {
  const [digits, more] = [new ExactDigits(), new ExactDigits()]
  // 2^53 + 1 rounds to 2^53; the ends of both kinds of 64 bits round to powers of two.
  const values = [1n, 2n ** 53n + 1n, 2n ** 53n, -(2n ** 63n), -(2n ** 63n) + 1n, 2n ** 63n - 1n, 2n ** 64n - 1n, 0.5]
  expect(values.map((value, row) => digits.asDouble(value, row))).toEqual(values.map(Number))
  expect([digits.size, digits.firstRow, noDigits.firstRow]).toEqual([4, 1, undefined])
  const texts = [undefined, '9007199254740993', undefined, undefined, '-9223372036854775807', '9223372036854775807', '18446744073709551615', undefined]
  expect(values.map((_, row) => digits.get(row))).toEqual(texts)
  for (let row = 0; row < 100; row++) more.asDouble(2n ** 60n + BigInt(row), row)
  digits.append(more, 8)
  digits.append(noDigits, 108)
  expect([digits.size, digits.get(9), digits.get(107), digits.get(8), digits.get(4)]).toEqual([103, '1152921504606846977', '1152921504606847075', undefined, texts[4]])
})
