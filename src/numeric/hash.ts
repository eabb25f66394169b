/** SHA-256 as FIPS 180-4 states it, in steps, and the hash that names a set of parameters. */
import { digest } from '../../build/digest.ts'
import { canonicalNaN32, canonicalNaN64 } from './floats.ts'
import { isKernel, smallModule } from './small-module.ts'

/** The first 32 bits of the fractional part of the cube (square) roots of the first primes: FIPS 180-4, 4.2.2 and 5.3.3. */
const roundConstants = new Uint32Array([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
  0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
  0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
  0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
  0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
  0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
])
const firstState = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19]

/** SHA-256 of bytes that come in pieces: `update` as often as wanted, then `hex` once. */
export class Sha256 {
  private readonly state = Uint32Array.from(firstState)
  private readonly block = new Uint8Array(64)
  private filled = 0
  private length = 0

  /** Takes the bytes of any typed array as they lie in memory, or of a string as UTF-8. */
  update(data: ArrayBufferView | string): this {
    const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    this.length += bytes.length
    let at = 0
    if (this.filled > 0) {
      at = Math.min(64 - this.filled, bytes.length)
      this.block.set(bytes.subarray(0, at), this.filled)
      this.filled += at
      if (this.filled < 64) return this
      compress(this.state, this.block, 0, 64)
    }
    this.filled = (bytes.length - at) % 64
    const whole = bytes.length - this.filled
    if (whole > at) compress(this.state, bytes, at, whole)
    this.block.set(bytes.subarray(whole))
    return this
  }

  /** The 64 hexadecimal digits. Nothing can be added after it. */
  hex(): string {
    const bits = this.length * 8
    const padding = new Uint8Array((this.filled < 56 ? 64 : 128) - this.filled)
    padding[0] = 0x80
    const tail = new DataView(padding.buffer, padding.length - 8)
    tail.setUint32(0, Math.floor(bits / 4294967296))
    tail.setUint32(4, bits >>> 0)
    this.update(padding)
    return Array.from(this.state, word => word.toString(16).padStart(8, '0')).join('')
  }
}

/** Takes the blocks of 64 bytes from `from` up to `to` into the state. */
type Compress = (state: Uint32Array, bytes: Uint8Array, from: number, to: number) => void

let found: Compress | null = null

/** The quickest way here. */
function compress(...blocks: Parameters<Compress>): void {
  found ??= kernelCompress() ?? compressPlainly
  found(...blocks)
}

/** Where the kernel has the state, the constants and blocks, and how many bytes of these: see assembly/digest.ts. */
const constantsAt = 256
const blocksAt = 1024
const room = 65536 - blocksAt

const module = smallModule(digest)

/** Null where WebAssembly is missing. */
export function kernelCompress(): Compress | null {
  const made = module.withRoom(blocksAt + room)
  const kernel = made?.exports['compress']
  if (made === null || !isKernel(kernel)) return null
  const words = new Uint32Array(made.memory.buffer)
  const held = new Uint8Array(made.memory.buffer)
  words.set(roundConstants, constantsAt / 4)
  return (state, bytes, from, to) => {
    words.set(state)
    for (let at = from; at < to; at += room) {
      const piece = bytes.subarray(at, Math.min(at + room, to))
      held.set(piece, blocksAt)
      kernel(blocksAt, blocksAt + piece.length)
    }
    state.set(words.subarray(0, state.length))
  }
}

/** The same in plain loops. */
export function compressPlainly(state: Uint32Array, bytes: Uint8Array, from: number, to: number): void {
  const schedule = new Int32Array(64)
  for (let block = from; block < to; block += 64) {
    for (let t = 0; t < 16; t++) {
      const at = block + 4 * t
      schedule[t] = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!
    }
    for (let t = 16; t < 64; t++) {
      const [x, y] = [schedule[t - 15]!, schedule[t - 2]!]
      const small0 = rotated(x, 7) ^ rotated(x, 18) ^ (x >>> 3)
      const small1 = rotated(y, 17) ^ rotated(y, 19) ^ (y >>> 10)
      schedule[t] = schedule[t - 16]! + small0 + schedule[t - 7]! + small1
    }
    let a = state[0]! | 0, b = state[1]! | 0, c = state[2]! | 0, d = state[3]! | 0
    let e = state[4]! | 0, f = state[5]! | 0, g = state[6]! | 0, h = state[7]! | 0
    for (let t = 0; t < 64; t++) {
      const choice = (e & f) ^ (~e & g)
      const majority = (a & b) ^ (a & c) ^ (b & c)
      const first = (h + (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) + choice + roundConstants[t]! + schedule[t]!) | 0
      const second = ((rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) + majority) | 0
      h = g
      g = f
      f = e
      e = (d + first) | 0
      d = c
      c = b
      b = a
      a = (first + second) | 0
    }
    const out = [a, b, c, d, e, f, g, h]
    for (let i = 0; i < 8; i++) state[i]! += out[i]!
  }
}

function rotated(x: number, bits: number): number {
  return (x >>> bits) | (x << (32 - bits))
}

/** SHA-256 of one piece, as 64 hexadecimal digits. */
export function sha256(data: ArrayBufferView | string): string {
  return new Sha256().update(data).hex()
}

/**
 * SHA-256 of parameters as little-endian IEEE numbers in their own width, every NaN as the canonical quiet one: equal for
 * two arrays exactly when they hold the same values bit for bit, -0 told from 0, one NaN not told from another.
 */
export function hashParameters(parameters: Float32Array | Float64Array): string {
  const hash = new Sha256()
  const piece = 16384
  const bytes = new DataView(new ArrayBuffer(Math.min(piece, parameters.length) * parameters.BYTES_PER_ELEMENT))
  for (let from = 0; from < parameters.length; from += piece) {
    const part = parameters.subarray(from, from + piece)
    part.forEach((x, i) => {
      if (part instanceof Float32Array) {
        if (x === x) bytes.setFloat32(4 * i, x, true)
        else bytes.setUint32(4 * i, canonicalNaN32, true)
      } else if (x === x) bytes.setFloat64(8 * i, x, true)
      else bytes.setBigUint64(8 * i, canonicalNaN64, true)
    })
    hash.update(new Uint8Array(bytes.buffer, 0, part.byteLength))
  }
  return hash.hex()
}
