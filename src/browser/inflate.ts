/**
 * Decompression by fflate, for readers that are handed it where node:zlib is missing. fflate tests no checksums, so
 * they are tested here: a damaged file is refused in a browser as it is in Node.
 */
import { Gunzip, Unzlib, unzlibSync } from 'fflate'
import type { Inflate } from '../table/readers/source.ts'

/** Deflate's best case is 1032 bytes out of one (258 bytes from two bits), so an honest stream cannot give more. */
const mostFromOneByte = 1032

/** Compressed bytes handed over at a time where the output's size is not known: at most 64 MiB come of them. */
const piece = 65_536

/** Adler-32 (RFC 1950, section 8.2). 5552 is the most additions that keep the second sum under 2^32. */
function adler32(bytes: Uint8Array): number {
  let a = 1
  let b = 0
  for (let start = 0; start < bytes.length; start += 5552) {
    const end = Math.min(start + 5552, bytes.length)
    for (let i = start; i < end; i++) {
      a += bytes[i]!
      b += a
    }
    a %= 65_521
    b %= 65_521
  }
  return b * 65_536 + a
}

/** The 256 remainders of the CRC-32 of gzip (RFC 1952, section 8). */
const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? 0xedb88320 ^ (remainder >>> 1) : remainder >>> 1
  return remainder
})

function crc32(bytes: Uint8Array, before: number): number {
  let crc = ~before
  for (let i = 0; i < bytes.length; i++) crc = crcTable[(crc ^ bytes[i]!) & 255]! ^ (crc >>> 8)
  return ~crc >>> 0
}

function word(bytes: Uint8Array, start: number, littleEndian: boolean): number {
  if (start < 0 || start + 4 > bytes.length) throw new Error('the compressed data are cut short')
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(start, littleEndian)
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const all = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    all.set(chunk, at)
    at += chunk.length
  }
  return all
}

/** All members of a gzip file, each held against its own checksum and length. */
function gunzip(bytes: Uint8Array, limit: number): Uint8Array {
  const chunks: Uint8Array[] = []
  let size = 0
  let member = { crc: 0, size: 0 }
  const endMember = (end: number): void => {
    if (word(bytes, end - 8, true) !== member.crc || word(bytes, end - 4, true) !== member.size % 2 ** 32) {
      throw new Error('the gzip checksum does not match')
    }
    member = { crc: 0, size: 0 }
  }
  const stream = new Gunzip(chunk => {
    size += chunk.length
    if (size > limit) throw new Error(`inflates to more than ${limit} bytes`)
    member = { crc: crc32(chunk, member.crc), size: member.size + chunk.length }
    if (chunk.length > 0) chunks.push(chunk)
  })
  stream.onmember = endMember
  for (let start = 0; start < bytes.length || start === 0; start += piece) {
    stream.push(bytes.subarray(start, start + piece), start + piece >= bytes.length)
  }
  endMember(bytes.length)
  return joined(chunks, size)
}

export const browserInflate: Inflate = {
  zlib(bytes, limit) {
    // fflate drops what does not fit into `out`; one byte more than the limit shows that something was dropped.
    const out = unzlibSync(bytes, { out: new Uint8Array(Math.min(limit, bytes.byteLength * mostFromOneByte) + 1) })
    if (out.length > limit) throw new Error(`inflates to more than ${limit} bytes`)
    if (adler32(out) !== word(bytes, bytes.length - 4, false)) throw new Error('the zlib checksum does not match')
    return out
  },
  zlibStart(bytes, limit) {
    const chunks: Uint8Array[] = []
    let size = 0
    const stream = new Unzlib(chunk => {
      chunks.push(chunk)
      size += chunk.length
    })
    stream.push(bytes, false)
    return joined(chunks, size).subarray(0, limit)
  },
  gzip: gunzip,
}
