/** Damage to files, drawn from a seed: the same seed and index give the same bytes on every machine. */

/** Mulberry32, a generator of 32 bits: quick, and good enough to choose bytes by. */
export class Draw {
  private state: number

  constructor(seed: number, index: number) {
    this.state = (Math.imul(seed, 0x9e3779b9) ^ Math.imul(index + 1, 0x85ebca6b)) >>> 0
    this.below(2)
  }

  /** A whole number from 0 up to but not including `limit`. */
  below(limit: number): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor(((t ^ (t >>> 14)) >>> 0) / 2 ** 32 * limit)
  }

  of<T>(choices: readonly T[]): T {
    const choice = choices[this.below(choices.length)]
    if (choice === undefined) throw new Error('nothing to choose from')
    return choice
  }
}

const oddBytes = [0, 1, 2, 7, 8, 9, 10, 13, 32, 34, 39, 44, 127, 128, 254, 255]
const oddSizes = [0, 1, 2, 3, 4, 7, 8, 15, 16, 63, 64, 127, 128, 255, 256, 1000, 4095, 4096, 65_535, 65_536, 2 ** 20, 2 ** 24, 2 ** 28,
  2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, -1, -2]

/** Damages a copy of `bytes`, once to eight times; `other` is another file of the format, to take pieces from. */
export function mutate(draw: Draw, bytes: Uint8Array, other: Uint8Array): Uint8Array {
  let file: Uint8Array = Uint8Array.from(bytes)
  for (let left = 1 + draw.below(1 + draw.below(8)); left > 0; left--) file = damage(draw, file, other)
  return file
}

function damage(draw: Draw, bytes: Uint8Array, other: Uint8Array): Uint8Array {
  if (bytes.length === 0) return Uint8Array.from(other.subarray(0, draw.below(other.length + 1)))
  const at = place(draw, bytes)
  switch (draw.below(12)) {
    case 0: case 1: case 2: bytes[at] = (bytes[at] ?? 0) ^ 1 << draw.below(8); return bytes
    case 3: bytes[at] = draw.of(oddBytes); return bytes
    case 4: bytes[at] = draw.below(256); return bytes
    case 5: case 6: return withSize(draw, bytes, at)
    case 7: return bytes.slice(0, at)
    case 8: return joined(bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + 1 + draw.below(64))))
    case 9: {
      const from = draw.below(bytes.length)
      return joined(bytes.subarray(0, at), bytes.subarray(from, from + 1 + draw.below(256)), bytes.subarray(at))
    }
    case 10: {
      const from = draw.below(Math.max(1, other.length))
      const piece = other.subarray(from, from + 1 + draw.below(256))
      bytes.set(piece.subarray(0, bytes.length - at), at)
      return bytes
    }
    default: return joined(bytes.subarray(0, at), other.subarray(draw.below(Math.max(1, other.length))))
  }
}

/** Headers stand at the start and footers at the end: two of three draws are near one of them. */
function place(draw: Draw, bytes: Uint8Array): number {
  const near = Math.min(bytes.length, 512)
  switch (draw.below(3)) {
    case 0: return draw.below(near)
    case 1: return bytes.length - 1 - draw.below(near)
    default: return draw.below(bytes.length)
  }
}

function withSize(draw: Draw, bytes: Uint8Array, at: number): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const size = draw.below(4) === 0 ? bytes.length : draw.of(oddSizes)
  const littleEndian = draw.below(4) > 0
  const width = draw.of([2, 4, 8])
  const start = Math.min(at, bytes.length - width)
  if (start < 0) return bytes
  if (width === 2) view.setUint16(start, size, littleEndian)
  else if (width === 4) view.setUint32(start, size, littleEndian)
  else view.setBigInt64(start, BigInt(size), littleEndian)
  return bytes
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
