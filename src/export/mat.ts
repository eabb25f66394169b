/**
 * Writes MAT-files of version 7 (the version 5 layout, each variable compressed): real double matrices by name. For data that
 * goes back into MATLAB, Octave and SciPy. Layout: MATLAB's "MAT-File Format" (R2024b), level 5.
 */

export interface MatMatrix {
  /** A MATLAB name: a letter, then letters, digits or `_`; at most 63. */
  readonly name: string
  readonly rows: number
  readonly columns: number
  /** Column after column, rows * columns. */
  readonly values: Float64Array
}

/** Types of elements and classes of arrays, as the format numbers them. */
const element = { int8: 1, int32: 5, uint32: 6, double: 9, matrix: 14, compressed: 15 } as const
const doubleClass = 6

/** The file's bytes; `deflate` is the platform's zlib compression (RFC 1950). */
export function writeMat(matrices: readonly MatMatrix[], deflate: (bytes: Uint8Array) => Uint8Array): Uint8Array {
  const parts = [header()]
  for (const matrix of matrices) {
    const packed = deflate(matrixElement(matrix))
    const tag = new DataView(new ArrayBuffer(8))
    tag.setUint32(0, element.compressed, true)
    tag.setUint32(4, packed.length, true)
    // Compressed elements alone are not padded.
    parts.push(new Uint8Array(tag.buffer), packed)
  }
  return concatenate(parts)
}

function header(): Uint8Array {
  const bytes = new Uint8Array(128).fill(0x20)
  bytes.set(new TextEncoder().encode('MATLAB 5.0 MAT-file, written by whynan'))
  bytes.fill(0, 116, 124)
  bytes.set([0x00, 0x01, 0x49, 0x4d], 124)
  return bytes
}

function matrixElement({ name, rows, columns, values }: MatMatrix): Uint8Array {
  if (!/^[A-Za-z]\w{0,62}$/.test(name)) throw new RangeError(`${JSON.stringify(name)} is no MATLAB name: expected a letter, then letters, digits or _, at most 63.`)
  if (values.length !== rows * columns) throw new RangeError(`${name} has ${values.length} values; expected ${rows} x ${columns}.`)
  const body = concatenate([
    block(element.uint32, new Uint8Array(Uint32Array.of(doubleClass, 0).buffer)),
    block(element.int32, new Uint8Array(Int32Array.of(rows, columns).buffer)),
    block(element.int8, new TextEncoder().encode(name)),
    block(element.double, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
  ])
  return block(element.matrix, body)
}

/** A tag of type and length, then the bytes, padded to 8. */
function block(type: number, bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(8 + Math.ceil(bytes.length / 8) * 8)
  const tag = new DataView(out.buffer)
  tag.setUint32(0, type, true)
  tag.setUint32(4, bytes.length, true)
  out.set(bytes, 8)
  return out
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}
