/** How a text table is written, found from its first records: its delimiter here, its decimal sign in decimal-sign.ts, its header in header.ts. */
import { decode, emptyCell, readCell, skipLine } from './cells.ts'
import { findDecimal } from './decimal-sign.ts'
import { findHead, nameColumns } from './header.ts'
import { cellMeaning, type DatesAsked, type Decimal } from './numbers.ts'

/** One record of the sample: its cells' texts and the line it begins on, from 1. */
export interface Sampled {
  readonly line: number
  readonly cells: readonly string[]
}

/** What the caller says about the file; the rest is found. */
export interface Asked {
  readonly delimiter?: string | undefined
  readonly decimal?: Decimal | undefined
  readonly header?: boolean | undefined
  readonly comments: readonly Uint8Array[]
  readonly missing: readonly string[]
  readonly dates: DatesAsked
}

export interface Dialect {
  /** The delimiting byte; a space (32) means runs of spaces and tabs. */
  readonly delimiter: number
  readonly decimal: Decimal
  /** Whether cells of the sample, or the caller, show that it is this one. */
  readonly decimalShown: boolean
  /** Records before the first row of data: what stands above the header, the header, the units. */
  readonly skip: number
  readonly names: readonly string[]
  /** Which columns the sample takes for text. */
  readonly text: readonly boolean[]
  readonly assumptions: readonly string[]
}

const candidates = [',', '\t', ';', '|', ' '] as const
const words: Readonly<Record<string, string>> = { ',': 'commas', '\t': 'tabs', ';': 'semicolons', '|': 'bars', ' ': 'runs of spaces' }

/** A table may have at most this many columns; one cell more is sampled, to tell. */
export const mostColumns = 100_000

const mostRecords = 200
const mostCells = 400_000

/** Up to 200 records from the beginning; `bytes[limit]` is a line feed. The last one is left out when it may go on. */
export function sampleRecords(
  bytes: Uint8Array, limit: number, complete: boolean, delimiter: number, comments: readonly Uint8Array[],
): Sampled[] {
  const records: Sampled[] = []
  const cell = emptyCell()
  let line = 1
  let total = 0
  for (let at = 0; at < limit && records.length < mostRecords && (total < mostCells || records.length < 4);) {
    const begin = skipLine(bytes, at, delimiter, comments)
    if (begin < 0) {
      at = -begin
      line++
      continue
    }
    const cells: string[] = []
    let lines = 1
    at = begin
    do {
      readCell(bytes, at, limit, delimiter, cell)
      cells.push(decode(cell.bytes, cell.start, cell.end))
      lines += cell.newlines
      at = cell.next
    } while (!cell.last && cells.length <= mostColumns)
    if (cells.length > mostColumns) return [...records, { line, cells }]
    if (cell.open || (at > limit && !complete)) break
    records.push({ line, cells })
    line += lines
    total += cells.length
  }
  return records
}

/** The dialect of a text whose first bytes are `bytes[0, limit)`; undefined when these hold no record. */
export function findDialect(bytes: Uint8Array, limit: number, complete: boolean, asked: Asked): Dialect | undefined {
  const sample = (delimiter: string): Sampled[] => sampleRecords(bytes, limit, complete, delimiter.charCodeAt(0), asked.comments)
  const stated = asked.delimiter === undefined ? statedDelimiter(sample('\n')[0]) : undefined
  const delimiter = asked.delimiter ?? stated ?? bestDelimiter(sample)
  const records = sample(delimiter)
  const assumptions: string[] = []
  let skip = stated === undefined ? 0 : 1
  const width = commonWidth(records.slice(skip + 1))
  if (asked.delimiter === undefined && delimiter !== ',' && width > 1) assumptions.push(`Cells are delimited by ${words[delimiter]}.`)
  // The first record may be a header, whose words say nothing of a short table's numbers.
  const found = asked.decimal === undefined ? findDecimal(records.slice(records.length > skip + 1 ? skip + 1 : skip), delimiter)
    : { decimal: asked.decimal, shown: true, assumptions: [] }
  assumptions.push(...found.assumptions)
  const { decimal } = found
  const meaning = cellMeaning(decimal, asked.missing, asked.dates)
  const isText = (cell: string): boolean => meaning(cell) === 'text'

  const head = findHead(records.slice(skip), width, { header: asked.header, isText, commentedNames: line => (
    namesInComment(bytes, line, delimiter, width, asked.comments)
  ) })
  if (head === undefined) return undefined
  skip += head.skip
  const data = records.slice(skip)
  const { names, assumptions: naming } = nameColumns(head.given, data, commonWidth(data))
  return {
    delimiter: delimiter.charCodeAt(0), decimal, decimalShown: found.shown, skip, names, text: textColumns(data, names.length, meaning),
    assumptions: [...assumptions, ...head.assumptions, ...naming],
  }
}

/** Excel's first line `sep=;`. */
function statedDelimiter(first: Sampled | undefined): string | undefined {
  return /^sep=([,;|\t ])$/i.exec(first?.cells[0] ?? '')?.[1]
}

/** The candidate that cuts most records into the same number of cells, most of them numbers. One column: the comma. */
function bestDelimiter(sample: (delimiter: string) => Sampled[]): string {
  let best = { delimiter: ',', score: 0 }
  for (const delimiter of candidates) {
    const records = sample(delimiter)
    const width = commonWidth(records.length > 1 ? records.slice(1) : records)
    if (width < 2) continue
    const data = records.length > 1 ? records.slice(1) : records
    const numbers = numberShare(data, delimiter)
    if (delimiter === ' ' && numbers === 0) continue
    if (delimiter === ',' && isOneColumnOfCommaDecimals(records)) return ';'
    let score = (data.filter(record => record.cells.length === width).length / data.length) * (0.25 + numbers)
    // A header one name short of its rows is R's, with row names.
    const top = records[0]?.cells.length ?? width
    if (top !== width && !(top === width - 1 && width > 2)) score *= 0.5
    if (score > best.score * 1.0001) best = { delimiter, score }
  }
  return best.delimiter
}

/** One name above lines such as `1,5`: no delimiter at all, and a semicolon never comes. */
function isOneColumnOfCommaDecimals([first, ...rest]: readonly Sampled[]): boolean {
  return first?.cells.length === 1 && point(first.cells[0] ?? '') === 'text' && rest.length > 0 &&
    rest.every(({ cells }) => cells.length === 2 && /^[+-]?\d+$/.test(cells[0] ?? '') && /^\d+$/.test(cells[1] ?? ''))
}

const point = cellMeaning('.')
const comma = cellMeaning(',')

function numberShare(records: readonly Sampled[], delimiter: string): number {
  let numbers = 0
  let filled = 0
  for (const { cells } of records) {
    for (const cell of cells.slice(0, 1000)) {
      if (cell === '') continue
      filled++
      if (point(cell) !== 'text' || (delimiter !== ',' && !cell.endsWith(',') && comma(cell) !== 'text')) numbers++
    }
  }
  return filled === 0 ? 0 : numbers / filled
}

/** The number of cells that most records have; of equally common ones the larger. */
function commonWidth(records: readonly Sampled[]): number {
  const counts = new Map<number, number>()
  for (const { cells } of records) counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1)
  let width = 0
  for (const [cells, count] of counts) {
    const most = counts.get(width) ?? 0
    if (count > most || (count === most && cells > width)) width = cells
  }
  return width
}

/** A header that a program wrote as a comment (NumPy's savetxt does): as many cells as the table has. */
function namesInComment(
  bytes: Uint8Array, firstLine: number, delimiter: string, width: number, comments: readonly Uint8Array[],
): readonly string[] | undefined {
  const lines = decode(bytes, 0, Math.min(bytes.length, 1 << 20)).split(/\r\n|\r|\n/, firstLine)
  const comment = (lines[firstLine - 2] ?? '').trim()
  const mark = comments.map(prefix => decode(prefix)).find(prefix => prefix !== '' && comment.startsWith(prefix))
  if (mark === undefined) return undefined
  const text = new TextEncoder().encode(`${comment.slice(mark.length).replace(/^[\s#%]+/, '')}\n`)
  const cells = sampleRecords(text, text.length - 1, true, delimiter.charCodeAt(0), [])[0]?.cells
  return cells?.length === width ? cells : undefined
}

function textColumns(data: readonly Sampled[], width: number, meaning: (cell: string) => unknown): boolean[] {
  const balance = new Float64Array(width)
  for (const { cells } of data) {
    for (let c = 0; c < width && c < cells.length; c++) {
      const means = meaning(cells[c] ?? '')
      if (means !== 'missing') balance[c] = balance[c]! + (means === 'text' ? 1 : -1)
    }
  }
  const anyText = (c: number): boolean => data.some(({ cells }) => meaning(cells[c] ?? '') === 'text')
  return Array.from(balance, (texts, c) => texts > 0 || (texts === 0 && anyText(c)))
}
