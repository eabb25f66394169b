/** Text with zero bytes in it, which no text has: what such a file is instead, as far as its bytes tell. */
import { TableError } from '../../errors.ts'
import { wideWithoutMark } from './wide.ts'

/** From how many zero bytes on, and nothing else to the end of what is looked at, a stretch was never written. */
const leastUnwritten = 16

/**
 * What is said of a file whose first zero byte stands at `byte`: `csv-binary`, or `csv-encoding` for UTF-32. `around` holds
 * bytes on both sides of it, of which `around[at]` is that zero.
 */
export function zeroByte(file: string, byte: number, around: Uint8Array, at: number): TableError {
  return zeroInText(file, byte, around, at) ?? new TableError('csv-binary', `${file} holds a zero byte at byte ${byte}, so it is binary and no text: `
    + 'expected CSV or another text table. If it is one, something damaged it; if it is another format, export it as CSV.', { file, byte })
}

/** The same, or null where what stands around the zero is no text. */
export function zeroInText(file: string, byte: number, around: Uint8Array, at: number): TableError | null {
  const before = around.subarray(0, at)
  const after = around.subarray(at)
  const zeros = after.reduce((sum, value) => sum + (value === 0 ? 1 : 0), 0)
  const refuse = (what: string, advice: string, id = 'csv-binary'): TableError =>
    new TableError(id, `${file} holds a zero byte at byte ${byte}, ${what}. ${advice}`, { file, byte })
  if (byte < 4 && everyFourth(around)) return refuse('and three of every four bytes are zero: it is UTF-32, which is not read here', 'Save it as UTF-8.', 'csv-encoding')
  if (zeros === after.length && zeros >= leastUnwritten && isPlain(before)) {
    return refuse('and nothing but zero bytes after it: what stood there was never written, as after a crash or on a full disk',
      'Copy or export it again, or cut it there.')
  }
  // One side of the first zero may be the other half of its character.
  if (isPlain(before) && [at - 1, at].some(start => wideWithoutMark(around.subarray(Math.max(0, start))) !== undefined)) {
    return refuse('from where on the text is UTF-16, and before it is not: two texts in two encodings were put together', 'Save both as UTF-8 and join them again.')
  }
  if (zeros * 20 <= after.length && isPlain(before) && isPlain(after.filter(value => value !== 0))) {
    return refuse('so it is no text as it stands: expected CSV or another text table', 'Around it stands text, so a program wrote it by mistake: take zero bytes out '
      + `(tr -d '\\000' does), or export the table again.`)
  }
  return null
}

/** UTF-32 of common characters, in either byte order: of each four bytes two or three are zero, at the same places. */
function everyFourth(bytes: Uint8Array): boolean {
  const length = Math.min(bytes.length & ~3, 4096)
  if (length < 8) return false
  const counts = [0, 0, 0, 0]
  for (let i = 0; i < length; i++) if (bytes[i] === 0) counts[i % 4]!++
  const whole = length / 4
  return (counts[3] === whole && counts[2]! > whole * 0.9) || (counts[0] === whole && counts[1]! > whole * 0.9)
}

/** Hardly a control character. */
function isPlain(bytes: Uint8Array): boolean {
  const controls = bytes.reduce((sum, byte) => sum + (byte < 32 && (byte < 9 || byte > 13) && byte !== 27 ? 1 : 0), 0)
  return controls * 20 <= bytes.length
}
