/** Characters of MAT-files of version 5 to 7: UTF-8, UTF-16, UTF-32 or plain bytes, laid out in columns. */
import type { Element, ElementBytes } from './mat5-elements.ts'
import { elementTypes } from './mat5-elements.ts'
import { countOf, matError, type MatBudget, type MatChar } from './mat-values.ts'

/** Strings longer than this cannot be made everywhere (V8 ends at 2^29 - 24). */
const mostCharacters = 2 ** 28

export function charValue(source: ElementBytes, element: Element, dims: readonly number[], budget: MatBudget): MatChar {
  const count = countOf(dims)
  const place = source.place(element.at)
  if (count > mostCharacters || element.end - element.start > mostCharacters) {
    throw matError('too-large', {
      file: source.file, byte: place, got: `${count} characters`, expected: `at most ${mostCharacters}`,
      advice: 'Split the text in MATLAB.',
    })
  }
  budget.takeBytes(2 * count, place)
  // Some of MATLAB's own files keep no data for text that is all blanks.
  const text = element.start === element.end ? ' '.repeat(count) : decode(source, element, dims)
  const rows = rowsOf(text, element, dims, budget, place)
  if (rows === null) {
    throw source.fault('size', element.at, `${text.length} characters`, `${count} for ${dims.join(' x ')}`)
  }
  return { kind: 'char', class: 'char', dims, rows }
}

function rowsOf(text: string, element: Element, dims: readonly number[], budget: MatBudget, place: number | string): string[] | null {
  const [height = 0, width = 0] = dims
  const count = countOf(dims)
  if (count === 0) return text.length > 0 ? null : height === 1 ? [''] : []
  const oneRow = count === width
  if (text.length === count) return oneRow ? [text] : arrange(text, height, width, count, budget, place)
  const characters = [...text]
  if (characters.length === count) return oneRow ? [text] : arrange(characters, height, width, count, budget, place)
  // Some writers count the bytes of UTF-8 instead of its characters.
  return oneRow && element.end - element.start === count ? [text] : null
}

/** Rows from characters that stand column after column, page after page. */
export function arrange(
  characters: ArrayLike<string>, height: number, width: number, count: number, budget: MatBudget, place: number | string,
): string[] {
  const pages = count / (height * width)
  budget.takeValues(height * pages, place)
  const rows: string[] = []
  for (let page = 0; page < pages; page++) {
    for (let row = 0; row < height; row++) {
      let text = ''
      for (let column = 0; column < width; column++) text += characters[(page * width + column) * height + row] ?? ''
      rows.push(text)
    }
  }
  return rows
}

function decode(source: ElementBytes, element: Element, dims: readonly number[]): string {
  const data = source.data(element)
  switch (element.type) {
    case elementTypes.utf8: return utf8(data)
    case elementTypes.utf16: return fromCodes(source.numbers({ ...element, type: 4 }), element, source)
    case elementTypes.utf32: return fromCodes(source.numbers({ ...element, type: 6 }), element, source)
    case 1: case 2: return fromBytes(data, dims)
    default: return fromCodes(source.numbers(element), element, source)
  }
}

function utf8(data: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(data)
}

/** Plain bytes: a row of UTF-8 (as Octave writes it) where they are that, else Latin-1, one character a byte. */
function fromBytes(data: Uint8Array, dims: readonly number[]): string {
  if (dims[0] === 1 && data.some(byte => byte > 127)) {
    try {
      return new TextDecoder('utf-8', { ignoreBOM: true, fatal: true }).decode(data)
    } catch {
      // Not UTF-8, then.
    }
  }
  return charactersOf(data)
}

function fromCodes(codes: ArrayLike<number | bigint>, element: Element, source: ElementBytes): string {
  const text = charactersOf(codes)
  if (text === null) throw source.fault('char', element.at, 'a number that is no character', 'whole numbers from 0 to 1114111')
  return text
}

/** Text of code units and code points (lone surrogates stay as they are), or null where a number is neither. */
export function charactersOf(codes: Uint8Array): string
export function charactersOf(codes: ArrayLike<number | bigint>): string | null
export function charactersOf(codes: ArrayLike<number | bigint>): string | null {
  const parts: string[] = []
  for (let start = 0; start < codes.length; start += 4096) {
    const block: number[] = []
    for (let i = start; i < Math.min(start + 4096, codes.length); i++) {
      const code = Number(codes[i])
      if (!Number.isInteger(code) || code < 0 || code > 0x10ffff) return null
      block.push(code)
    }
    parts.push(String.fromCodePoint(...block))
  }
  return parts.join('')
}
