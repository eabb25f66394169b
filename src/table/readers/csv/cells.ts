/**
 * One cell after another, from bytes: the only place that knows quotes (RFC 4180), line ends and runs of spaces.
 * Bytes are UTF-8 or any encoding that keeps ASCII; `bytes[limit]` must be a line feed, which stops every loop.
 */

/** The cell that `readCell` read last. Its content is bytes[start, end) of `bytes`, which may be a copy. */
export interface Cell {
  bytes: Uint8Array
  start: number
  end: number
  /** Whether it stood in quotes, which are not part of the content. */
  quoted: boolean
  /** Where the next cell begins; beyond `limit` when the bytes ran out before the cell's end was seen. */
  next: number
  /** Whether the row ends here. */
  last: boolean
  /** Line ends inside its quotes. */
  newlines: number
  /** Whether its quote never closed. */
  open: boolean
}

export function emptyCell(): Cell {
  return { bytes: new Uint8Array(0), start: 0, end: 0, quoted: false, next: 0, last: false, newlines: 0, open: false }
}

const tab = 9
const lineFeed = 10
const carriageReturn = 13
const space = 32
const quote = 34

/** Reads the cell at `from`. A delimiter of space (32) means runs of spaces and tabs. Blanks around a cell are not content. */
export function readCell(bytes: Uint8Array, from: number, limit: number, delimiter: number, cell: Cell): void {
  let i = skipBlanks(bytes, from, delimiter)
  cell.newlines = 0
  cell.open = false
  if (bytes[i] === quote && readQuoted(bytes, i, limit, delimiter, cell)) return
  const start = i
  for (;;) {
    const c = bytes[i]!
    if (c === delimiter || c === lineFeed || c === carriageReturn || (c === tab && delimiter === space)) break
    i++
  }
  let end = i
  while (end > start && (bytes[end - 1] === space || bytes[end - 1] === tab)) end--
  cell.bytes = bytes
  cell.start = start
  cell.end = end
  cell.quoted = false
  endCell(bytes, i, delimiter, cell)
}

/** The index of the first byte at or after `from` that is not a blank; a tab is none where it delimits. */
export function skipBlanks(bytes: Uint8Array, from: number, delimiter: number): number {
  let i = from
  while (bytes[i] === space || (bytes[i] === tab && delimiter !== tab)) i++
  return i
}

/** Reads a cell whose quote opens at `from`; false when something follows its closing quote, so that it is no quoted cell. */
function readQuoted(bytes: Uint8Array, from: number, limit: number, delimiter: number, cell: Cell): boolean {
  let doubled = 0
  let newlines = 0
  let i = from + 1
  for (;;) {
    if (i >= limit) {
      Object.assign(cell, { bytes, start: from, end: limit, quoted: true, next: limit + 1, last: true, newlines, open: true })
      return true
    }
    const c = bytes[i]!
    if (c === quote) {
      if (bytes[i + 1] !== quote) break
      doubled++
      i++
    } else if (c === lineFeed || (c === carriageReturn && bytes[i + 1] !== lineFeed)) newlines++
    i++
  }
  const after = skipBlanks(bytes, i + 1, delimiter)
  const c = bytes[after]!
  const delimited = c === delimiter || (delimiter === space && after > i + 1)
  if (!delimited && c !== lineFeed && c !== carriageReturn) return false
  const content = doubled === 0 ? undefined : withoutDoubledQuotes(bytes.subarray(from + 1, i), doubled)
  cell.bytes = content ?? bytes
  cell.start = content === undefined ? from + 1 : 0
  cell.end = content === undefined ? i : content.length
  cell.quoted = true
  cell.newlines = newlines
  endCell(bytes, delimiter === space ? i + 1 : after, delimiter, cell)
  return true
}

function withoutDoubledQuotes(bytes: Uint8Array, doubled: number): Uint8Array {
  const out = new Uint8Array(bytes.length - doubled)
  let at = 0
  for (let i = 0; i < bytes.length; i++) {
    const c = bytes[i]!
    out[at++] = c
    if (c === quote) i++
  }
  return out
}

/** Sets where the next cell begins, `i` being where this one's delimiter or line end stands. */
function endCell(bytes: Uint8Array, i: number, delimiter: number, cell: Cell): void {
  const end = delimiter === space ? skipBlanks(bytes, i, delimiter) : i
  const c = bytes[end]!
  cell.last = c === lineFeed || c === carriageReturn
  if (cell.last) cell.next = afterLineEnd(bytes, end)
  else cell.next = delimiter === space ? end : end + 1
}

/** The index after the line end at `i`: a line feed, a carriage return, or both. */
export function afterLineEnd(bytes: Uint8Array, i: number): number {
  return bytes[i] === carriageReturn && bytes[i + 1] === lineFeed ? i + 2 : i + 1
}

/**
 * What stands at the beginning of a line. Returns `from`, or where the row's first cell begins after leading runs of
 * spaces that delimit, when a row is there; the next line's index, negated, when the line is blank or a comment.
 */
export function skipLine(bytes: Uint8Array, from: number, delimiter: number, comments: readonly Uint8Array[]): number {
  const at = skipBlanks(bytes, from, delimiter)
  const c = bytes[at]!
  if (c === lineFeed || c === carriageReturn) return -afterLineEnd(bytes, at)
  if (comments.some(mark => startsWith(bytes, at, mark)) && !isErrorCell(bytes, at, delimiter)) {
    let i = at
    while (bytes[i] !== lineFeed && bytes[i] !== carriageReturn) i++
    return -afterLineEnd(bytes, i)
  }
  return delimiter === space ? at : from
}

/** What spreadsheets write where a formula failed. They begin like a comment, and are a row's first cell. */
export const errorCells: readonly string[] = ['#N/A', '#NA', '#DIV/0!', '#VALUE!', '#REF!', '#NAME?', '#NUM!', '#NULL!']
const errorBytes = errorCells.map(text => new TextEncoder().encode(text))

/** Whether such a word fills the first cell of a line. */
function isErrorCell(bytes: Uint8Array, at: number, delimiter: number): boolean {
  return errorBytes.some(word => startsWith(bytes, at, word) && [delimiter, lineFeed, carriageReturn].includes(bytes[at + word.length] ?? lineFeed))
}

export function startsWith(bytes: Uint8Array, at: number, mark: Uint8Array): boolean {
  for (let i = 0; i < mark.length; i++) if (bytes[at + i] !== mark[i]) return false
  return mark.length > 0
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const latin1 = new TextDecoder('windows-1252')

/** Text of bytes: UTF-8, or Latin-1 (Windows-1252) where they are not UTF-8. */
export function decode(bytes: Uint8Array, start = 0, end = bytes.length): string {
  if (end - start <= 64) {
    let text = ''
    let i = start
    for (; i < end; i++) {
      const c = bytes[i]!
      if (c >= 128) break
      text += String.fromCharCode(c)
    }
    if (i === end) return text
  }
  const part = bytes.subarray(start, end)
  try {
    return utf8.decode(part)
  } catch {
    return latin1.decode(part)
  }
}
