/** Runs of repeated and packed whole numbers, which Parquet uses for levels, dictionary indices and truth values. */

/**
 * Decodes `count` numbers of `width` bits from bytes[start, end): encodings.md, "Run Length Encoding / Bit-Packing
 * Hybrid". Throws a plain Error where they end too early.
 */
export function decodeRuns(bytes: Uint8Array, start: number, end: number, width: number, count: number): Int32Array {
  if (width > 32) throw new Error(`numbers of ${width} bits`)
  const values = new Int32Array(count)
  if (width === 0) return values
  let at = start
  for (let filled = 0; filled < count;) {
    let head = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]
      if (byte === undefined || at > end || shift > 28) throw new Error('runs that end too early')
      head += (byte & 127) * 2 ** shift
      if (byte < 128) break
    }
    if (head % 2 === 0) {
      const run = Math.min(head / 2, count - filled)
      let value = 0
      for (let b = 0; b < width; b += 8) value |= (bytes[at++] ?? 0) << b
      if (at > end) throw new Error('runs that end too early')
      values.fill(value, filled, filled + run)
      filled += run
    } else {
      const packed = (head - 1) / 2 * 8
      const wanted = Math.min(packed, count - filled)
      if (at + Math.ceil(wanted * width / 8) > end) throw new Error('runs that end too early')
      unpack(bytes, at, width, values, filled, wanted)
      at += packed * width / 8
      filled += wanted
    }
  }
  return values
}

/** Numbers of `width` bits one after another, the lowest bit first. */
function unpack(bytes: Uint8Array, start: number, width: number, into: Int32Array, from: number, count: number): void {
  if (width === 1) {
    for (let i = 0; i < count; i++) into[from + i] = (bytes[start + (i >> 3)]! >> (i & 7)) & 1
    return
  }
  let at = start
  let held = 0
  let bits = 0
  for (let i = 0; i < count; i++) {
    while (bits < width) {
      held += (bytes[at++] ?? 0) * 2 ** bits
      bits += 8
    }
    const value = held % 2 ** width
    into[from + i] = value
    held = (held - value) / 2 ** width
    bits -= width
  }
}
