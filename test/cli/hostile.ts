/** Files as nobody should write them: cut short, damaged, or saying what is not so. */
import { deflateSync, gzipSync } from 'node:zlib'

/** Header of a MAT-file of version 5, little-endian (MAT-File Format, "MAT-File Header"). */
export function mat5Header(): Buffer {
  const header = Buffer.alloc(128, ' ')
  header.write('MATLAB 5.0 MAT-file, made for a test')
  header.writeUInt16LE(0x0100, 124)
  header.write('IM', 126)
  return header
}

function element(type: number, bytes: Buffer): Buffer {
  const tag = Buffer.alloc(8)
  tag.writeUInt32LE(type, 0)
  tag.writeUInt32LE(bytes.length, 4)
  // Compressed elements alone stand without padding.
  return Buffer.concat([tag, bytes, Buffer.alloc(type === 15 ? 0 : (8 - (bytes.length % 8)) % 8)])
}

/** miMATRIX of class double: flags, dimensions, name, real part. What the dimensions say need not be so. */
export function mat5Matrix(name: string, dims: readonly number[], values: readonly number[]): Buffer {
  const flags = Buffer.alloc(8)
  flags.writeUInt32LE(6, 0)
  const sizes = Buffer.from(new Int32Array(dims).buffer)
  const reals = Buffer.from(new Float64Array(values).buffer)
  return element(14, Buffer.concat([element(6, flags), element(5, sizes), element(1, Buffer.from(name)), element(9, reals)]))
}

export function mat5(...variables: readonly Buffer[]): Buffer {
  return Buffer.concat([mat5Header(), ...variables])
}

/** A whole matrix, column by column as MATLAB keeps it, compressed: rows x columns of numbers that vary. */
export function goodMat(rows = 60, columns = 3, name = 'x'): Buffer {
  const values = Array.from({ length: rows * columns }, (_, i) => (i * 0.754877) % 1)
  return mat5(element(15, deflateSync(mat5Matrix(name, [rows, columns], values))))
}

/** A compressed element of a thousand bytes of zeros for each of its own. */
export function matBomb(): Buffer {
  return mat5(element(15, deflateSync(Buffer.alloc(2 ** 28))))
}

/** Says to hold a matrix of 4 GB, in a stream that really inflates to a few hundred megabytes of zeros. */
export function matLyingBomb(): Buffer {
  const head = mat5Matrix('x', [2 ** 14, 2 ** 15], [0])
  head.writeUInt32LE(0xfffffff8, 4)
  return mat5(element(15, deflateSync(Buffer.concat([head, Buffer.alloc(2 ** 28)]))))
}

/** More than two gigabytes of one row again and again, in two megabytes of gzip members. */
export function gzipBomb(): Buffer {
  const member = gzipSync(Buffer.alloc(2 ** 26, '1,2\n'))
  return Buffer.concat(Array.from({ length: 33 }, () => member))
}

/** With `count` bytes after the first 136 turned over, the same ones each time. */
export function damaged(bytes: Uint8Array, count = 40): Buffer {
  const copy = Buffer.from(bytes)
  for (let i = 1; i <= count; i++) {
    const at = 136 + Math.floor(((i * 0.618034) % 1) * (copy.length - 136))
    copy[at] = copy[at]! ^ 0xff
  }
  return copy
}
