/** Decompression by node:zlib, for readers that are handed it. */
import * as zlib from 'node:zlib'
import { brotliDecompressSync, constants, gunzipSync, inflate, inflateSync, type InputType, type ZlibOptions } from 'node:zlib'
import type { Inflate } from '../table/readers/source.ts'

/** Deflate's best case is 1032 bytes out of one (258 bytes from two bits), so an honest stream cannot give more. */
const mostFromOneByte = 1032

/** One output buffer where the size is known beforehand: nothing grows, nothing is copied together at the end. */
function chunkSize(bytes: Uint8Array, limit: number): number {
  return Math.max(64, Math.min(limit, bytes.byteLength * mostFromOneByte) + 1)
}

function plain(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
}

/** With `info` node:zlib returns the engine too, which knows how many bytes it took; its types leave that out. */
const inflateWithInfo: (bytes: InputType, options: ZlibOptions) => unknown = inflateSync

function optionsFor(bytes: Uint8Array, limit: number): ZlibOptions {
  return { info: true, maxOutputLength: Math.max(1, limit), chunkSize: chunkSize(bytes, limit) }
}

function inflateWhole(bytes: Uint8Array, limit: number): Uint8Array {
  return wholeOf(inflateWithInfo(bytes, optionsFor(bytes, limit)), bytes, limit)
}

/** On a thread of Node's pool. */
function inflateAside(bytes: Uint8Array, limit: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    inflate(bytes, optionsFor(bytes, limit), (error, result: unknown) => {
      if (error !== null) reject(error)
      else {
        try {
          resolve(wholeOf(result, bytes, limit))
        } catch (refused) {
          reject(refused instanceof Error ? refused : new Error(String(refused)))
        }
      }
    })
  })
}

function wholeOf(result: unknown, bytes: Uint8Array, limit: number): Uint8Array {
  const { buffer, engine } = result as { buffer: Uint8Array, engine: { bytesWritten: number } }
  if (engine.bytesWritten !== bytes.byteLength) {
    throw new Error(`the zlib stream ends after ${engine.bytesWritten} of ${bytes.byteLength} bytes`)
  }
  if (buffer.byteLength > limit) throw new Error(`inflates to more than ${limit} bytes`)
  return plain(buffer)
}

export const nodeInflate: Inflate = {
  zlib: inflateWhole,
  zlibAside: inflateAside,
  zlibStart(bytes, limit) {
    const all = inflateSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH, chunkSize: Math.max(64, limit) })
    return plain(all).subarray(0, limit)
  },
  gzip(bytes, limit) {
    const all = plain(gunzipSync(bytes, { maxOutputLength: Math.max(1, limit) }))
    if (all.byteLength > limit) throw new Error(`inflates to more than ${limit} bytes`)
    return all
  },
}

/** Zstandard came to node:zlib with Node 22.15. */
const zstd: unknown = Reflect.get(zlib, 'zstdDecompressSync')

function isUnpacker(value: unknown): value is (bytes: Uint8Array, options: { maxOutputLength: number }) => Uint8Array {
  return typeof value === 'function'
}

/** What else Node unpacks of Parquet's pages, by the format's numbers: 4 is Brotli, 6 Zstandard. */
export const parquetUnpackers: ReadonlyMap<number, (packed: Uint8Array, size: number) => Uint8Array> = new Map([
  [4, (packed: Uint8Array, size: number) => plain(brotliDecompressSync(packed, { maxOutputLength: Math.max(1, size) }))],
  ...(isUnpacker(zstd) ? [[6, (packed: Uint8Array, size: number) => plain(zstd(packed, { maxOutputLength: Math.max(1, size) }))] as const]
    : []),
])
