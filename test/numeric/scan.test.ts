import { describe, expect, test } from 'vitest'
import { anyBeyond, anyBeyondPlainly, mostScanned, placesOfWord, placesOfWordPlainly } from '../../src/numeric/scan.ts'

const infinity = { single: 0x7f800000, double: 0x7ff00000 }

describe('the kernel and the plain loop', () => {
  test.each([1, 2, 15, 16, 17, mostScanned - 1, mostScanned])('see one number among %i, wherever it is', count => {
    // Finite numbers whose lower halves look like NaN on their own.
    const finite = new Float64Array(BigUint64Array.from({ length: count + 3 }, (_, i) => (i % 2 === 0 ? 0x7fefffffffffffffn : 0x800000007fffffffn)).buffer)
    const single = Float32Array.from(finite, (_, i) => (i % 2 === 0 ? 3.4028234663852886e38 : -1e-45))
    for (const scan of [anyBeyond, anyBeyondPlainly]) {
      expect(scan(finite, 1, 1 + count, infinity.double)).toBe(false)
      expect(scan(single, 1, 1 + count, infinity.single)).toBe(false)
      for (const at of new Set([0, 1, 2, 3, 7, 8, 15, count - 2, count - 1].filter(i => i >= 0 && i < count))) {
        for (const bad of [NaN, -NaN, Infinity, -Infinity]) {
          const [doubles, singles] = [finite.slice(), single.slice()]
          doubles[1 + at] = bad
          singles[1 + at] = bad
          expect([scan(doubles, 1, 1 + count, infinity.double), scan(singles, 1, 1 + count, infinity.single)]).toEqual([true, true])
        }
      }
    }
  })

  test('look at no number before or behind those that are asked for', () => {
    for (const scan of [anyBeyond, anyBeyondPlainly]) {
      for (const [from, to] of [[1, 1], [1, 2], [1, 17], [5, 40]] as const) {
        const values = new Float64Array(64).fill(NaN).fill(1, from, to)
        expect(scan(values, from, to, infinity.double)).toBe(false)
        expect(scan(Float32Array.from(values), from, to, infinity.single)).toBe(false)
      }
    }
  })

  test('agree at any bound, on any bits', () => {
    // Bits that spread over all exponents: multiples of an odd constant (2^64 over the golden ratio).
    const bits = BigUint64Array.from({ length: 999 }, (_, i) => BigInt.asUintN(64, BigInt(i + 1) * 0x9e3779b97f4a7c15n))
    for (let from = 0; from < 999; from += 3) {
      for (const least of [0x3ff00000, 0x47efffff, 0x7f000000, 0x7f800000, 0x7ff00000]) {
        for (const values of [new Float64Array(bits.buffer), new Float32Array(bits.buffer)]) {
          expect(anyBeyond(values, from, from + 3, least)).toBe(anyBeyondPlainly(values, from, from + 3, least))
        }
      }
    }
  })
})

test('words are found at any place, on the edges of pieces too, and nowhere else', () => {
  const word = 0x4c4f4347
  // Bytes that are half a word in many places.
  const bytes = Uint8Array.from({ length: 200_003 }, (_, i) => [0x47, 0x43, 0x47, 0x4f, 0x00][Math.imul(i, 0x9e3779b1) >>> 29] ?? i & 0xff)
  const places = [0, 5, 9, 65_530, 65_535, 131_068, 199_999]
  for (const at of places) bytes.set([0x47, 0x43, 0x4f, 0x4c], at)
  expect([...placesOfWord(bytes, word)]).toEqual(places)
  expect([...placesOfWordPlainly(bytes, word)]).toEqual(places)
  // The last is cut off.
  expect([...placesOfWord(bytes.subarray(0, -1), word)]).toEqual(places.slice(0, -1))
  expect([...placesOfWord(bytes.subarray(0, 3), word)]).toEqual([])
  const full = new Uint8Array(new Uint32Array(40_000).fill(word).buffer)
  expect([...placesOfWord(full, word)]).toEqual(Array.from({ length: 40_000 }, (_, i) => 4 * i))
})
