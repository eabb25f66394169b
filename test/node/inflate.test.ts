/** Decompression on both platforms: one suite, since a file must read alike in Node and in a browser. */
import { deflateSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { browserInflate } from '../../src/browser/inflate.ts'
import { nodeInflate } from '../../src/node/inflate.ts'

const bytes = fc.uint8Array({ maxLength: 5000 })
const noise = Uint8Array.from({ length: 50_000 }, (_, i) => (Math.imul(i, 2654435761) >>> 13) & 255)

describe.each([['node:zlib', nodeInflate], ['fflate', browserInflate]])('%s', (_, inflate) => {
  test('inflates what zlib and gzip deflated', () => {
    fc.assert(fc.property(bytes, data => {
      expect(inflate.zlib(deflateSync(data), data.length)).toEqual(data)
      expect(inflate.gzip(gzipSync(data), data.length)).toEqual(data)
    }), { numRuns: 100 })
  })

  test('reads all members of a gzip file', () => {
    const members = [noise, new Uint8Array(0), noise.subarray(0, 70_000), Uint8Array.of(1)]
    const all = Buffer.concat(members.map(member => gzipSync(member)))
    expect(inflate.gzip(all, 200_000)).toEqual(Uint8Array.from(Buffer.concat(members)))
  })

  test('stops at the limit', () => {
    const zeros = new Uint8Array(100_000)
    for (const limit of [0, 1, 99_999]) {
      expect(() => inflate.zlib(deflateSync(zeros), limit)).toThrow()
      expect(() => inflate.gzip(gzipSync(zeros), limit)).toThrow()
    }
  })

  test('notices damage, a cut and what follows the end', () => {
    const [zlib, gzip] = [deflateSync(noise), gzipSync(noise)]
    for (const data of [zlib.subarray(0, -1), zlib.subarray(0, 100), new Uint8Array(0), Buffer.concat([zlib, Buffer.of(7)])]) {
      expect(() => inflate.zlib(data, 60_000)).toThrow()
    }
    for (const data of [gzip.subarray(0, -1), gzip.subarray(0, 100), new Uint8Array(0)]) expect(() => inflate.gzip(data, 60_000)).toThrow()
    for (const at of [1000, zlib.length - 2]) {
      const damaged = Uint8Array.from(zlib)
      damaged[at] = (damaged[at] ?? 0) ^ 16
      expect(() => inflate.zlib(damaged, 60_000)).toThrow()
    }
    const checksum = Uint8Array.from(gzip)
    checksum[gzip.length - 6] = (checksum[gzip.length - 6] ?? 0) ^ 16
    expect(() => inflate.gzip(checksum, 60_000)).toThrow()
  })

  test('gives the start of a stream that is cut', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 0, max: 3000 }), (take, limit) => {
      const start = inflate.zlibStart(deflateSync(noise).subarray(0, take), limit)
      expect(start.length).toBeLessThanOrEqual(limit)
      expect(start).toEqual(noise.subarray(0, start.length))
    }), { numRuns: 100 })
    expect(inflate.zlibStart(deflateSync(noise).subarray(0, 4000), 1000).length).toBe(1000)
  })
})
