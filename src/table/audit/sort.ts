/** A sort of floats that is linear in their number, since an audit sorts every column. */

/** Digits of 11, 11 and 10 bits for each half of a float64. */
const digits = [
  { half: 0, shift: 0 }, { half: 0, shift: 11 }, { half: 0, shift: 22 },
  { half: 1, shift: 0 }, { half: 1, shift: 11 }, { half: 1, shift: 22 },
] as const
const buckets = 2048

/**
 * Finite values in ascending order, as a copy; -0 comes before 0. Radix sort from the least digit (Knuth, volume 3, 5.2.5) on
 * the bits of IEEE 754: with the sign flipped, and all bits flipped below zero, they order as the numbers do.
 */
export function sortedFinite(values: Float64Array): Float64Array {
  // Below this the engine's own sort is as quick.
  if (values.length < 2048) return values.slice().sort()
  let from = new Uint32Array(values.slice().buffer)
  let to = new Uint32Array(from.length)
  for (let at = 0; at < from.length; at += 2) {
    const negative = from[at + 1]! >> 31
    from[at] = from[at]! ^ negative
    from[at + 1] = from[at + 1]! ^ (negative | 0x80000000)
  }
  for (const { half, shift } of digits) {
    const starts = startsOf(from, half, shift)
    if (starts === null) continue
    for (let at = 0; at < from.length; at += 2) {
      const digit = (from[at + half]! >>> shift) & (buckets - 1)
      const place = 2 * starts[digit]!++
      to[place] = from[at]!
      to[place + 1] = from[at + 1]!
    }
    ;[from, to] = [to, from]
  }
  for (let at = 0; at < from.length; at += 2) {
    const negative = ~(from[at + 1]! >> 31)
    from[at] = from[at]! ^ negative
    from[at + 1] = from[at + 1]! ^ (negative | 0x80000000)
  }
  return new Float64Array(from.buffer)
}

/** Where each digit's values begin; null when all values share one digit and keep their places. */
function startsOf(words: Uint32Array, half: 0 | 1, shift: number): Uint32Array | null {
  const starts = new Uint32Array(buckets)
  for (let at = half; at < words.length; at += 2) starts[(words[at]! >>> shift) & (buckets - 1)]!++
  const count = words.length / 2
  let sum = 0
  for (let digit = 0; digit < buckets; digit++) {
    const here = starts[digit]!
    if (here === count) return null
    starts[digit] = sum
    sum += here
  }
  return starts
}
