import { describe, expect, test } from 'vitest'
import { normals, philox, philoxKey, purposes, uniformAt, uniformFromWords, uniforms, type Purpose } from '../../src/numeric/philox.ts'

function words(key: [number, number], counter: [number, number, number, number]): string {
  const out = new Uint32Array(6)
  philox({ k0: key[0], k1: key[1] }, ...counter, out, 1)
  expect([out[0], out[5]]).toEqual([0, 0])
  return Array.from(out.subarray(1, 5), word => word.toString(16).padStart(8, '0')).join(' ')
}

describe('philox', () => {
  // The known answers for philox4x32 with 10 rounds that its authors publish with the generator (Random123, kat_vectors).
  const ones = 0xffffffff
  test.each([
    { key: [0, 0], counter: [0, 0, 0, 0], expected: '6627e8d5 e169c58d bc57ac4c 9b00dbd8' },
    { key: [ones, ones], counter: [ones, ones, ones, ones], expected: '408f276d 41c83b0e a20bc7c6 6d5451fd' },
    {
      key: [0xa4093822, 0x299f31d0],
      counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      expected: 'd16cfe09 94fdcceb 5001e420 24126ea1',
    },
  ] as const)('counter $counter under key $key', ({ key, counter, expected }) => {
    expect(words([...key], [...counter])).toBe(expected)
  })

  test('agrees with the same rounds in 64-bit integers for scattered counters', () => {
    let x = 1n
    const next = (): number => Number((x = (x * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn) >> 32n)
    for (let i = 0; i < 200; i++) {
      const key: [number, number] = [next(), next()]
      const counter: [number, number, number, number] = [next(), next(), next(), next()]
      expect(words(key, counter)).toBe(inBigIntegers(key, counter))
    }
  })
})

function inBigIntegers(key: [number, number], counter: [number, number, number, number]): string {
  const mask = 0xffffffffn
  let [k0, k1] = [BigInt(key[0]), BigInt(key[1])]
  let [a, b, c, d] = [BigInt(counter[0]), BigInt(counter[1]), BigInt(counter[2]), BigInt(counter[3])]
  for (let round = 0; round < 10; round++) {
    const [p, q] = [a * 0xd2511f53n, c * 0xcd9e8d57n]
    ;[a, b, c, d] = [(q >> 32n) ^ b ^ k0, q & mask, (p >> 32n) ^ d ^ k1, p & mask]
    ;[k0, k1] = [(k0 + 0x9e3779b9n) & mask, (k1 + 0xbb67ae85n) & mask]
  }
  return [a, b, c, d].map(word => word.toString(16).padStart(8, '0')).join(' ')
}

describe('philoxKey', () => {
  test('puts the seed and the purpose in the key', () => {
    expect(philoxKey(0, 'weights')).toEqual({ k0: 0, k1: 1 })
    expect(philoxKey(7, 'dropout')).toEqual({ k0: 7, k1: 4 })
    expect(philoxKey(Number.MAX_SAFE_INTEGER, 'batch')).toEqual({ k0: 0xffffffff, k1: (0x1fffff * 256 + 3) >>> 0 })
  })

  test('no two purposes, and no two seeds, share a key', () => {
    const keys = new Set<string>()
    for (const purpose of Object.keys(purposes) as Purpose[]) {
      for (const seed of [0, 1, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 2 ** 53 - 1]) keys.add(JSON.stringify(philoxKey(seed, purpose)))
    }
    expect(keys.size).toBe(Object.keys(purposes).length * 6)
    expect(new Set(Object.values(purposes)).size).toBe(Object.keys(purposes).length)
  })

  test.each([-1, 0.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY])('refuses the seed %s', seed => {
    expect(() => philoxKey(seed, 'split')).toThrow(expect.objectContaining({ name: 'NumericError', id: 'seed-out-of-range' }))
  })
})

describe('uniforms', () => {
  test('are the words of the stream, and each can be had alone', () => {
    const key = philoxKey(3, 'split')
    const all = uniforms(key, 9, 7)
    expect(Array.from(all)).toEqual(Array.from({ length: 7 }, (_, i) => uniformAt(key, 9, i)))
    expect(uniforms(key, 9, 8).subarray(0, 7)).toEqual(all)
    expect(uniforms(key, 10, 7)).not.toEqual(all)
    expect(uniformFromWords(0xffffffff, 0xffffffff)).toBe(1 - 2 ** -53)
    expect(uniformFromWords(0, 0)).toBe(0)
  })

  test('fill [0, 1) evenly: chi-square over 100 cells within 5 standard deviations of its mean', () => {
    const cells = new Float64Array(100)
    const count = 100_000
    for (const u of uniforms(philoxKey(1, 'split'), 0, count)) cells[Math.floor(u * 100)]! += 1
    const chiSquare = cells.reduce((sum, n) => sum + (n - count / 100) ** 2 / (count / 100), 0)
    expect(Math.abs(chiSquare - 99) / Math.sqrt(2 * 99)).toBeLessThan(5)
  })
})

describe('normals', () => {
  const key = philoxKey(5, 'weights')

  test('a longer run begins with a shorter one', () => {
    const long = normals(key, 2, 101)
    for (const count of [0, 1, 2, 99, 100]) expect(normals(key, 2, count)).toEqual(long.subarray(0, count))
  })

  // Standard errors of mean, variance, fourth moment and product of neighbours for n normals: 1, sqrt 2, sqrt 96, 1 over sqrt n.
  test('have the moments of a standard normal within 5 standard errors', () => {
    const count = 100_000
    const x = normals(key, 0, count)
    const score = (term: (value: number, i: number) => number, expected: number, deviation: number): number =>
      (x.reduce((sum, value, i) => sum + term(value, i), 0) / count - expected) / (deviation / Math.sqrt(count))
    expect(Math.abs(score(value => value, 0, 1))).toBeLessThan(5)
    expect(Math.abs(score(value => value ** 2, 1, Math.SQRT2))).toBeLessThan(5)
    expect(Math.abs(score(value => value ** 4, 3, Math.sqrt(96)))).toBeLessThan(5)
    expect(Math.abs(score((value, i) => value * (x[i ^ 1] ?? 0), 0, Math.SQRT2))).toBeLessThan(5)
  })

  // Box and Muller with Math.log, Math.cos and Math.sin on the same uniforms: a few units in the last place apart.
  test('agree with the textbook formula', () => {
    const [u, got] = [uniforms(key, 4, 200), normals(key, 4, 200)]
    for (let i = 0; i < 200; i += 2) {
      const radius = Math.sqrt(-2 * Math.log(1 - (u[i] ?? 0)))
      expect(got[i]).toBeCloseTo(radius * Math.cos(2 * Math.PI * (u[i + 1] ?? 0)), 13)
      expect(got[i + 1]).toBeCloseTo(radius * Math.sin(2 * Math.PI * (u[i + 1] ?? 0)), 13)
    }
  })
})
