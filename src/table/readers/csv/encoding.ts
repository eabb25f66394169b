/** From a file's bytes to UTF-8: which encoding it has, and its text in pieces. */
import { TableError } from '../../errors.ts'
import { quoted } from '../../names.ts'
import type { Source } from '../source.ts'
import { wideWithoutMark } from './wide.ts'
import { zeroByte } from './zeros.ts'

export interface Encoding {
  /** A label of the Encoding Standard: utf-8, utf-16le, windows-1252, gb18030, … */
  readonly label: string
  /** Bytes of the byte order mark, which is not text. */
  readonly mark: number
  /** The caller insists on it: bytes that are no text in it are refused, never read some other way. */
  readonly asked?: true
  /** Said to people when it is not simply UTF-8. */
  readonly assumption?: string
}

/** Finds the encoding from a file's first bytes. `asked` is a label that the caller insists on. Throws csv-encoding, csv-binary. */
export function findEncoding(file: string, head: Uint8Array, asked: string | undefined): Encoding {
  const mark = byteOrderMark(file, head)
  if (asked !== undefined) return askedFor(file, asked, mark)
  if (mark !== undefined) return mark
  const wide = wideWithoutMark(head)
  if (wide !== undefined) return guessed(wide, `The text is read as ${wide.toUpperCase()}: every other byte is zero.`)
  const zero = head.indexOf(0)
  if (zero >= 0) throw zeroByte(file, zero, head, zero)
  if (isUtf8(head)) return { label: 'utf-8', mark: 0 }
  if (pairsOfHighBytes(head)) {
    return guessed('gb18030', 'The text is not UTF-8; high bytes come in pairs, so it is read as GB 18030. Set the encoding if it is another.')
  }
  return guessed('windows-1252', 'The text is not UTF-8 and is read as Latin-1 (Windows-1252). Set the encoding if it is another.')
}

function askedFor(file: string, asked: string, mark: Encoding | undefined): Encoding {
  const label = knownLabel(file, asked)
  if (mark === undefined) return { label, mark: 0, asked: true }
  // UTF-16 without an order is what its mark says.
  if (label === mark.label || /^utf-?16$/i.test(asked.trim())) return { label: mark.label, mark: mark.mark, asked: true }
  const assumption = `The text is read as ${label}, as was asked, though it begins with the byte order mark of ${mark.label.toUpperCase()}.`
  return { label, mark: mark.mark, asked: true, assumption }
}

function guessed(label: string, assumption: string): Encoding {
  return { label, mark: 0, assumption }
}

/** Whether first bytes may be a text's: a byte order mark, UTF-16's zeros, or no zero and hardly a control character. */
export function looksLikeText(head: Uint8Array): boolean {
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff) || wideWithoutMark(head) !== undefined) return true
  let controls = 0
  for (const byte of head) {
    if (byte === 0) return false
    if (byte < 32 && (byte < 9 || byte > 13) && byte !== 27 && byte !== controlZ) controls++
  }
  return controls * 20 <= head.length
}

function byteOrderMark(file: string, head: Uint8Array): Encoding | undefined {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { label: 'utf-8', mark: 3 }
  if (head[0] === 0xff && head[1] === 0xfe && head[2] === 0 && head[3] === 0) {
    throw new TableError('csv-encoding', `${file} is UTF-32 by its first bytes, which is not read here. Save it as UTF-8.`, { file })
  }
  if (head[0] === 0xff && head[1] === 0xfe) return { label: 'utf-16le', mark: 2, assumption: 'The text is UTF-16LE by its first bytes.' }
  if (head[0] === 0xfe && head[1] === 0xff) return { label: 'utf-16be', mark: 2, assumption: 'The text is UTF-16BE by its first bytes.' }
  return undefined
}

function knownLabel(file: string, asked: string): string {
  try {
    return new TextDecoder(asked).encoding
  } catch {
    throw new TableError('csv-encoding', `The encoding ${quoted(asked)} asked for ${file} is not known. ` +
      'Use a name such as utf-8, utf-16le, utf-16be, latin1 or gb18030.', { file, got: asked })
  }
}

function isUtf8(head: Uint8Array): boolean {
  try {
    // A stream may stop within a character, as a file's first bytes may.
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true })
    return true
  } catch {
    return false
  }
}

/** GB 2312's characters are two bytes from 0xA1 on; in Latin-1 text such bytes seldom stand together. */
function pairsOfHighBytes(head: Uint8Array): boolean {
  let pairs = 0
  for (let i = 0; i < head.length; i++) {
    if (head[i]! < 0x80) continue
    if (i + 1 === head.length) break
    if (head[i]! < 0xa1 || head[i + 1]! < 0xa1) return false
    pairs++
    i++
  }
  return pairs > 0
}

const pieceBytes = 1 << 20
const controlZ = 26

/** Bytes on either side of a zero byte that tell what it means. */
const shown = 4096

/** The text after the byte order mark as UTF-8, about a megabyte at a time. Throws csv-encoding where it is not what was asked for. */
export async function* textPieces(source: Source, encoding: Encoding): AsyncGenerator<Uint8Array> {
  const { label, mark, asked = false } = encoding
  const decoder = label === 'utf-8' && !asked ? undefined : new TextDecoder(label, { fatal: asked, ignoreBOM: asked })
  const encoder = new TextEncoder()
  const read = (at: number): Promise<Uint8Array> => {
    const bytes = source.read(at, Math.min(source.size, at + pieceBytes))
    // Whoever stops before awaiting this piece need not hear that it failed.
    bytes.catch(() => undefined)
    return bytes
  }
  const decoded = async (at: number, bytes?: Uint8Array): Promise<Uint8Array> => {
    if (decoder === undefined) return bytes ?? new Uint8Array(0)
    let text: string
    try {
      text = bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true })
    } catch {
      throw await notAsAsked(source, encoding, at)
    }
    return label === 'utf-8' && bytes !== undefined ? bytes : encoder.encode(text)
  }
  let coming = mark < source.size ? read(mark) : undefined
  for (let at = mark; coming !== undefined; at += pieceBytes) {
    const bytes = await coming
    // The next piece is read while this one is taken apart.
    coming = at + pieceBytes < source.size ? read(at + pieceBytes) : undefined
    const piece = await decoded(at, bytes)
    const zero = piece.indexOf(0)
    if (zero >= 0) throw zeroByte(source.name, label === 'utf-8' ? at + zero : at, piece.subarray(Math.max(0, zero - shown), zero + shown), Math.min(zero, shown))
    // DOS ended texts with Ctrl-Z, and some instruments still do.
    yield coming === undefined && piece.at(-1) === controlZ ? piece.subarray(0, -1) : piece
  }
  const rest = await decoded(source.size)
  if (rest.length > 0) yield rest
}

/**
 * The refusal of a text that is not in the encoding asked for, with the first byte that shows it; it lies in the piece from `from`
 * on, or in a character that began before it. The text is read once more, since only its beginning tells where a character begins.
 */
async function notAsAsked(source: Source, { label, mark }: Encoding, from: number): Promise<TableError> {
  const decoder = new TextDecoder(label, { fatal: true, ignoreBOM: true })
  let begin = mark
  let line = 1
  const take = (bytes: Uint8Array, at: number): void => {
    const text = decoder.decode(bytes, { stream: true })
    if (text !== '') begin = at + bytes.length
    line += text.split('\n').length - 1
  }
  try {
    for (let at = mark; at < source.size; at += pieceBytes) {
      const bytes = await source.read(at, Math.min(source.size, at + pieceBytes))
      // The last bytes of a piece may begin a character, so they go one by one as well.
      const whole = at + pieceBytes < from ? bytes.length : at < from ? Math.max(0, bytes.length - longestCharacter) : 0
      if (whole > 0) take(bytes.subarray(0, whole), at)
      for (let i = whole; i < bytes.length; i++) take(bytes.subarray(i, i + 1), at + i)
    }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
  }
  const got = await source.read(begin, Math.min(source.size, begin + 1))
  const byte = (got[0] ?? 0).toString(16).padStart(2, '0')
  return new TableError('csv-encoding', `${source.name} is not ${label}, which was asked for: byte ${begin} (0x${byte}, on line ${line}) begins no character of it. `
    + 'Ask for the encoding that it has, such as latin1, or ask for none and it is found.', { file: source.name, byte: begin, line, expected: label })
}

/** Bytes of a character, at most, in the encodings of the Encoding Standard. */
const longestCharacter = 4
