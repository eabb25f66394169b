/** How a text table is written: delimiter, decimal sign, comments, header and units row, found from its first records. */
import { decode, emptyCell, readCell, skipLine } from './cells.ts'
import { cellMeaning, type Decimal } from './numbers.ts'

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
  readonly dates: boolean
}

export interface Dialect {
  /** The delimiting byte; a space (32) means runs of spaces and tabs. */
  readonly delimiter: number
  readonly decimal: Decimal
  /** Records before the first row of data: what stands above the header, the header, the units. */
  readonly skip: number
  readonly names: readonly string[]
  /** Which columns the sample takes for text. */
  readonly text: readonly boolean[]
  readonly assumptions: readonly string[]
}

const candidates = [',', '\t', ';', '|', ' '] as const
const words: Readonly<Record<string, string>> = { ',': 'comma', '\t': 'tab', ';': 'semicolon', '|': 'bar', ' ': 'runs of spaces' }

/** A table may have at most this many columns; one cell more is sampled, to tell. */
export const mostColumns = 100_000

const mostRecords = 200
const mostCells = 400_000

/** Up to 200 records from the beginning; `bytes[limit]` is a line feed. The last one is left out when it may go on. */
export function sampleRecords(bytes: Uint8Array, limit: number, complete: boolean, delimiter: number, comments: readonly Uint8Array[]): Sampled[] {
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
  if (asked.delimiter === undefined && delimiter !== ',' && width > 1) assumptions.push(`Cells are delimited by ${words[delimiter] ?? JSON.stringify(delimiter)}.`)

  const decimal = asked.decimal ?? findDecimal(records.slice(skip), delimiter)
  if (asked.decimal === undefined && decimal === ',') assumptions.push('The decimal sign is a comma: 1,5 is one and a half.')
  const meaning = cellMeaning(decimal, asked.missing, asked.dates)
  const isText = (cell: string): boolean => meaning(cell) === 'text'

  const above = recordsAboveTable(records.slice(skip), width, isText)
  if (above > 0) {
    const lines = records.slice(skip, skip + above).map(record => record.line)
    const last = lines[lines.length - 1]
    assumptions.push(lines.length === 1 ? `Line ${last} stands above the table and is no row of it.` : `Lines ${lines[0]} to ${last} stand above the table and are no rows of it.`)
    skip += above
  }
  const first = records[skip]
  if (first === undefined) return undefined

  const numeric = numericColumns(records.slice(skip + (records.length > skip + 3 ? 2 : 1)), isText)
  const header = asked.header ?? looksLikeHeader(first, records.slice(skip + 1), numeric, isText)
  let given: readonly string[] = header ? first.cells : []
  if (header) {
    skip++
    const units = records[skip]
    if (units !== undefined && records.length > skip + 1 && isUnitsRow(units, numeric, isText)) {
      skip++
      assumptions.push(`Line ${units.line} holds units, not a row: ${units.cells.slice(0, 8).map(cell => JSON.stringify(cell)).join(', ')}${units.cells.length > 8 ? ', …' : ''}.`)
    }
  } else {
    const comment = width >= 2 && asked.header === undefined ? namesInComment(bytes, first.line, delimiter, width, asked.comments, isText) : undefined
    if (comment !== undefined) {
      given = comment
      assumptions.push(`The columns' names are those in the comment above the first row (line ${first.line - 1}).`)
    } else if (asked.header === undefined) assumptions.push('There is no header: columns are called column 1, column 2, ….')
  }

  const data = records.slice(skip)
  const names = nameColumns(given, data, commonWidth(data), assumptions)
  return { delimiter: delimiter.charCodeAt(0), decimal, skip, names, text: textColumns(data, names.length, meaning), assumptions }
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

/**
 * A comma decimal needs cells that only it explains (1,5 or 0,125 or 1.234,5), more of them than the point has. Columns
 * that are mostly words have no say.
 */
function findDecimal(records: readonly Sampled[], delimiter: string): Decimal {
  const votes = { comma: 0, point: 0, either: 0, none: 0, word: 0 }
  const columns: (typeof votes)[] = []
  for (const { cells } of records) {
    cells.slice(0, 1000).forEach((cell, c) => {
      if (cell !== '') (columns[c] ??= { ...votes })[decimalOf(cell)]++
    })
  }
  for (const column of columns) {
    if (column.word >= column.comma + column.point + column.either + column.none) continue
    votes.comma += column.comma
    votes.point += column.point
    votes.either += column.either
  }
  if (votes.comma > votes.point) return ','
  return votes.comma === 0 && votes.point === 0 && votes.either > 0 && delimiter === ';' ? ',' : '.'
}

/** Which decimal sign a cell speaks for. 1,234 may be either; 1,234,567 has marks of thousands. */
function decimalOf(cell: string): 'comma' | 'point' | 'either' | 'none' | 'word' {
  if (/^[+-]?[1-9]\d{0,2}(?:,\d{3})+$/.test(cell)) return cell.indexOf(',') === cell.lastIndexOf(',') ? 'either' : 'none'
  if (cell.includes(',') && !cell.endsWith(',') && typeof comma(cell) === 'number') return 'comma'
  if (typeof point(cell) === 'number') return cell.includes('.') ? 'point' : 'none'
  return 'word'
}

/** Titles and remarks above the header: records with a single text where the table has several cells. */
function recordsAboveTable(records: readonly Sampled[], width: number, isText: (cell: string) => boolean): number {
  if (width < 2) return 0
  let above = 0
  for (const { cells } of records) {
    const filled = cells.filter(cell => cell !== '')
    if (cells.length === width || filled.length !== 1 || !filled.every(isText)) break
    above++
  }
  return above < records.length ? above : 0
}

/** For each column: whether most of its cells that are not missing are numbers. */
function numericColumns(records: readonly Sampled[], isText: (cell: string) => boolean): boolean[] {
  const texts: number[] = []
  const filled: number[] = []
  for (const { cells } of records) {
    cells.forEach((cell, c) => {
      if (cell === '') return
      filled[c] = (filled[c] ?? 0) + 1
      if (isText(cell)) texts[c] = (texts[c] ?? 0) + 1
    })
  }
  return Array.from(filled, (count, c) => count > 0 && (texts[c] ?? 0) * 2 < count)
}

/** Texts above numbers, in most columns of numbers; in a table of text alone, distinct words that do not come again. */
function looksLikeHeader(first: Sampled, rest: readonly Sampled[], numeric: readonly boolean[], isText: (cell: string) => boolean): boolean {
  const filled = first.cells.filter(cell => cell !== '')
  if (rest.length === 0) return filled.length > 0 && filled.every(isText)
  if (!numeric.includes(true)) {
    const below = new Set(rest.flatMap(record => record.cells))
    return filled.length === first.cells.length && new Set(filled).size === filled.length && filled.every(cell => isText(cell) && !below.has(cell))
  }
  // With R's row names, names stand one column left of their numbers.
  const shift = rest.every(record => record.cells.length === first.cells.length + 1) ? 1 : 0
  const above = first.cells.filter((cell, c) => cell !== '' && numeric[c + shift] === true)
  return above.filter(isText).length * 2 > above.length
}

/** A record under the header with texts, and no number, in the columns of numbers: (°C), bar, … */
function isUnitsRow(record: Sampled, numeric: readonly boolean[], isText: (cell: string) => boolean): boolean {
  const above = record.cells.filter((cell, c) => cell !== '' && cell !== '-' && numeric[c] === true)
  return above.length > 0 && above.every(isText)
}

/** A header that a program wrote as a comment (NumPy's savetxt does): as many cells as the table has, texts all. */
function namesInComment(
  bytes: Uint8Array, firstLine: number, delimiter: string, width: number, comments: readonly Uint8Array[], isText: (cell: string) => boolean,
): readonly string[] | undefined {
  const lines = decode(bytes, 0, Math.min(bytes.length, 1 << 20)).split(/\r\n|\r|\n/, firstLine)
  const comment = (lines[firstLine - 2] ?? '').trim()
  const mark = comments.map(prefix => decode(prefix)).find(prefix => prefix !== '' && comment.startsWith(prefix))
  if (mark === undefined) return undefined
  const text = new TextEncoder().encode(`${comment.slice(mark.length).replace(/^[\s#%]+/, '')}\n`)
  const cells = sampleRecords(text, text.length - 1, true, delimiter.charCodeAt(0), [])[0]?.cells
  return cells?.length === width && cells.every(isText) ? cells : undefined
}

/** One distinct name for each column: those given, `column N` where there is none, `x (2)` for a second x. */
function nameColumns(given: readonly string[], data: readonly Sampled[], width: number, assumptions: string[]): string[] {
  const emptyFrom = (c: number): boolean => data.every(record => record.cells.slice(c).every(cell => cell === ''))
  let cells = [...given]
  if (given.length > 0 && width === given.length + 1 && data.every(record => record.cells.length === width) && !emptyFrom(given.length)) {
    cells = ['', ...given]
    assumptions.push(`The header has one name less than the rows have cells, so the first column has no name.`)
  }
  let count = Math.max(cells.length, width)
  while (count > 1 && (cells[count - 1] ?? '') === '' && emptyFrom(count - 1)) count--
  const taken = new Set<string>()
  const repeated: string[] = []
  const names = Array.from({ length: count }, (_, c) => {
    const wanted = cells[c] === undefined || cells[c] === '' ? `column ${c + 1}` : cells[c]
    let name = wanted
    for (let n = 2; taken.has(name); n++) name = `${wanted} (${n})`
    if (name !== wanted) repeated.push(name)
    taken.add(name)
    return name
  })
  if (repeated.length > 0) assumptions.push(`Names that stand twice in the header are numbered: ${repeated.slice(0, 5).join(', ')}${repeated.length > 5 ? ', …' : ''}.`)
  return names
}

function textColumns(data: readonly Sampled[], width: number, meaning: (cell: string) => unknown): boolean[] {
  const balance = new Float64Array(width)
  for (const { cells } of data) {
    for (let c = 0; c < width && c < cells.length; c++) {
      const means = meaning(cells[c] ?? '')
      if (means !== 'missing') balance[c] = balance[c]! + (means === 'text' ? 1 : -1)
    }
  }
  const seen = data.length > 0
  return Array.from(balance, (texts, c) => seen && (texts > 0 || (texts === 0 && data.some(record => meaning(record.cells[c] ?? '') === 'text'))))
}
