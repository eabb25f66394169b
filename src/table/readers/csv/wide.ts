/** UTF-16 that does not say so by a byte order mark. */

/** Bytes of UTF-16 without a digit, a separator or another ASCII character: names of 128 Chinese characters do not come. */
const longestWithoutAscii = 256

/**
 * UTF-16 of mostly ASCII text: zeros at many odd places (little-endian) or even ones (big-endian), and hardly at the others,
 * where characters such as U+4E00 put one; of numbers in binary, the other bytes are no letters, and a stretch without any zero
 * is text of one byte a letter.
 */
export function wideWithoutMark(head: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  const length = Math.min(head.length & ~1, 4096)
  if (length < 4) return undefined
  const zeros = [0, 0]
  const controls = [0, 0]
  let [last, longest] = [0, 0]
  for (let i = 0; i < length; i++) {
    const byte = head[i]!
    if (byte === 0) {
      zeros[i & 1]!++
      longest = Math.max(longest, i - last)
      last = i
    } else if (head[i ^ 1] === 0 && byte < 32 && (byte < 9 || byte > 13)) controls[i & 1]!++
  }
  const [even, odd] = zeros as [number, number]
  if (longest > longestWithoutAscii) return undefined
  const holds = (wide: number, other: number, strange: number): boolean => wide > length * 0.35 && other * 50 <= length && strange * 50 <= length
  if (holds(odd, even, controls[0]!)) return 'utf-16le'
  return holds(even, odd, controls[1]!) ? 'utf-16be' : undefined
}
