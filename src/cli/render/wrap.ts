/** Text set to a width: measured in cells (Chinese takes two), broken where its script allows, with hanging indents. */
import { characterCells } from '../../figures/text.ts'
import { withoutColours } from './terminal.ts'

/** The width of a text in terminal cells; colours take none. */
export function cells(text: string): number {
  let total = 0
  for (const character of withoutColours(text)) total += characterCells(character)
  return total
}

/** The text filled with blanks to a width, at its end or (`end`) before its beginning. Longer text is left as it is. */
export function fill(text: string, width: number, align: 'start' | 'end' = 'start'): string {
  const blanks = ' '.repeat(Math.max(0, width - cells(text)))
  return align === 'start' ? text + blanks : blanks + text
}

/** Text cut to a width, with an ellipsis in its last cell. Meant for text without colours. */
export function cutTo(text: string, width: number): string {
  if (cells(text) <= width) return text
  let kept = ''
  let used = 0
  for (const character of text) {
    used += characterCells(character)
    if (used > width - 1) break
    kept += character
  }
  return width > 0 ? `${kept}…` : ''
}

/** Characters that must not begin a line, and those that must not end one (Chinese and Western punctuation alike). */
const notFirst = /^[。，、．：；！？）］｝〉》」』】〕〗’”…—～·,.:;!?)\]}%‰℃°]/u
const notLast = /[（［｛〈《「『【〔〖‘“([{]$/u

/** The pieces between which a line may break: words with the blanks after them, wide characters one by one. */
function pieces(text: string): string[] {
  const list: string[] = []
  // What the last piece ends with: all that decides whether the next joins it, so that a word of a million letters takes no longer a letter.
  let tail = ''
  // A run of colour codes belongs to the piece it stands before.
  for (const [piece] of text.matchAll(/(?:\x1b\[[0-9;]*m)*(?:[^\s\x1b]|\x1b(?!\[[0-9;]*m))(?:\x1b\[[0-9;]*m)*|\s+/gu)) {
    const plain = withoutColours(piece)
    const last = list.length - 1
    if (last >= 0 && (/^\s+$/.test(piece) || joins(tail, plain))) {
      list[last] += piece
      tail = (tail + plain).slice(-tailLength)
    } else {
      list.push(piece)
      tail = plain.slice(-tailLength)
    }
  }
  return list
}

/** A digit and a blank, or one character of two code units. */
const tailLength = 2

/** Whether a piece that ends with `tail` and the next stay together. */
function joins(tail: string, next: string): boolean {
  // A number and its per cent sign stay together although a blank stands between them.
  if (/\d\s$/.test(tail) && next.startsWith('%')) return true
  if (/\s$/.test(tail)) return false
  if (notFirst.test(next) || notLast.test(tail)) return true
  const last = [...tail].at(-1) ?? ''
  return characterCells(last) !== 2 && characterCells(next) !== 2
}

/**
 * Lines of at most `width` cells. The first starts with `first`, the others with `rest` (both count). Line breaks in the text
 * stay; a piece that is wider than a line is cut where it must be. No line ends in a blank.
 */
export function wrap(text: string, width: number, first = '', rest = ' '.repeat(cells(first))): string[] {
  const lines: string[] = []
  for (const paragraph of text.split('\n')) {
    const indent = (): string => (lines.length === 0 ? first : rest)
    let line = indent()
    let used = cells(line)
    let empty = true
    const push = (): void => {
      lines.push(trimEnd(line))
      line = indent()
      used = cells(line)
      empty = true
    }
    for (const whole of pieces(paragraph)) {
      if (!empty && used + cells(trimEnd(whole)) > width) push()
      for (const piece of cutToFit(whole, Math.max(width - cells(rest), 2), width - used)) {
        if (!empty && used + cells(trimEnd(piece)) > width) push()
        line += piece
        used += cells(piece)
        empty = false
      }
    }
    push()
  }
  return lines
}

function trimEnd(text: string): string {
  return text.replace(/\s+((?:\x1b\[[0-9;]*m)*)$/, '$1')
}

/** One piece, or several where it is wider than a whole line. Colour codes are kept with the character after them. */
function cutToFit(piece: string, width: number, room: number): string[] {
  if (cells(trimEnd(piece)) <= Math.max(width, room)) return [piece]
  const parts: string[] = []
  let part = ''
  let used = 0
  for (const match of piece.matchAll(/(?:\x1b\[[0-9;]*m)*[^](?:\x1b\[[0-9;]*m)*/gu)) {
    const own = cells(match[0])
    if (used + own > width) {
      parts.push(part)
      part = ''
      used = 0
    }
    part += match[0]
    used += own
  }
  return [...parts, part]
}
