import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Sha256, compressPlainly, hashParameters, kernelCompress, sha256 } from '../../src/numeric/hash.ts'

const reference = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex')

describe('SHA-256', () => {
  // The example messages of FIPS 180-4 (and of its predecessor, for a million times "a").
  test.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq', '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1'],
    ['a'.repeat(1_000_000), 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0'],
  ])('a published message', (message, digest) => {
    expect(sha256(message)).toBe(digest)
  })

  test('agrees with node:crypto at every length around the block', () => {
    const bytes = Uint8Array.from({ length: 200 }, (_, i) => (i * 37 + 11) & 255)
    for (let length = 0; length <= 200; length++) expect(sha256(bytes.subarray(0, length))).toBe(reference(bytes.subarray(0, length)))
  })

  test('agrees with node:crypto on any bytes in any pieces, and on any text', () => {
    fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 150 }), { maxLength: 8 }), pieces => {
      const hash = new Sha256()
      for (const piece of pieces) hash.update(piece)
      expect(hash.hex()).toBe(reference(Uint8Array.from(pieces.flatMap(piece => Array.from(piece)))))
    }), { seed: 1 })
    fc.assert(fc.property(fc.string({ unit: 'binary' }), text => {
      expect(sha256(text)).toBe(reference(text))
    }), { seed: 1 })
    expect(sha256('\ud800x')).toBe(reference('\ud800x'))
  })

  test('the kernel does to a state what plain loops do, over more blocks than it holds at once too', () => {
    for (const length of [0, 64, 4096, 64 * 3000]) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * i + 7 * i) & 255)
      const first = Uint32Array.of(0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19)
      const tail = new Uint8Array(64)
      tail[0] = 0x80
      new DataView(tail.buffer).setUint32(60, length * 8)
      const kernel = kernelCompress()
      if (kernel === null) throw new Error('there is no kernel to compare')
      for (const compress of [kernel, compressPlainly]) {
        const state = first.slice()
        compress(state, bytes, 0, length)
        compress(state, tail, 0, 64)
        expect(Array.from(state, word => word.toString(16).padStart(8, '0')).join('')).toBe(reference(bytes))
      }
      expect(sha256(bytes)).toBe(reference(bytes))
    }
  })

  test('takes typed arrays by their own bytes and no others', () => {
    const whole = Float64Array.of(1, 2, 3)
    expect(sha256(whole.subarray(1, 2))).toBe(reference(new Uint8Array(Float64Array.of(2).buffer)))
  })
})

describe('hashParameters', () => {
  test('is the hash of the little-endian bytes, over pieces too', () => {
    for (const length of [0, 1, 351, 40_000]) {
      const values = Array.from({ length }, (_, i) => Math.sin(i) * 10 ** ((i % 60) - 30))
      const [single, double] = [Float32Array.from(values), Float64Array.from(values)]
      const buffers = [Buffer.alloc(4 * length), Buffer.alloc(8 * length)] as const
      values.forEach((_, i) => {
        buffers[0].writeFloatLE(single[i] ?? 0, 4 * i)
        buffers[1].writeDoubleLE(double[i] ?? 0, 8 * i)
      })
      expect(hashParameters(single)).toBe(reference(buffers[0]))
      expect(hashParameters(double)).toBe(reference(buffers[1]))
    }
  })

  test('all NaN are one, and the zeros are two', () => {
    const nans = new Float32Array(Uint32Array.of(0xffc12345).buffer)
    expect(hashParameters(nans)).toBe(reference(Uint8Array.of(0, 0, 0xc0, 0x7f)))
    const wide = new Float64Array(BigUint64Array.of(0xfff8000000000001n).buffer)
    expect(hashParameters(wide)).toBe(reference(Uint8Array.of(0, 0, 0, 0, 0, 0, 0xf8, 0x7f)))
    expect(hashParameters(Float32Array.of(0))).not.toBe(hashParameters(Float32Array.of(-0)))
  })
})
