/**
 * Tables from text: CSV, TSV and their relatives. The file is read in pieces, twice only when its first rows mislead about
 * which columns are text; numbers are correctly rounded; whatever was assumed or could not be taken is said.
 */
import { TableError } from '../errors.ts'
import { columnLabel, list, quoted } from '../names.ts'
import type { Scratch } from '../stored.ts'
import type { FileContents, Table } from '../table.ts'
import { isUnreadDate, orderOfDates, type DateOrder } from './csv/dates.ts'
import { speaksAgainst } from './csv/decimal-sign.ts'
import { type Asked, type Dialect, findDialect, mostColumns } from './csv/dialect.ts'
import { type Encoding, findEncoding, textPieces } from './csv/encoding.ts'
import { cellMeaning, type DatesAsked, type Decimal, missingNumbers } from './csv/numbers.ts'
import { Rows, type RowRules } from './csv/rows.ts'
import type { Source } from './source.ts'

/** How a text file is written. What is left out is found from the file itself and said in `assumptions`. */
export interface CsvOptions {
  /** One ASCII character; a space means runs of spaces and tabs. */
  readonly delimiter?: string | undefined
  readonly decimal?: Decimal | undefined
  /** Whether the first row holds the columns' names. */
  readonly header?: boolean | undefined
  /** What begins a line that is no row; '' for none. By default `#` and `%`. */
  readonly comment?: string | undefined
  /** Further words, or numbers such as '-999', that mean a missing value. */
  readonly missing?: readonly string[] | undefined
  /** A label of the Encoding Standard: utf-8, utf-16le, latin1, gb18030, … */
  readonly encoding?: string | undefined
  /**
   * `number`: dates and times become seconds since 1970-01-01 00:00 UTC: ISO's, and those with the year last where a day
   * beyond 12 shows whether days come first; `day-first` and `month-first` say so. Otherwise dates are text.
   */
  readonly dates?: DatesAsked
  /** Where columns of numbers go instead of memory; with it they are not held while the file is read. */
  readonly scratch?: Scratch | undefined
}

/** A row may have at most this many bytes; rows of 100,000 numbers need about 2 MB. */
const longestRow = 16 << 20

/**
 * Reads the table in a text file. A column is numeric when more than half of its cells that are not missing are numbers;
 * cells of it that are none, or lie beyond the largest double, are NaN, listed in `problems`, and their text is in the
 * table's `origin`. Rows with too few cells are kept with NaN, cells beyond the last column are left out, both reported.
 * Throws a TableError: csv-empty, csv-no-rows, csv-binary, csv-encoding, csv-open-quote, csv-row-too-long,
 * csv-too-many-columns, csv-too-large, csv-narrow-rows, csv-options.
 */
export async function readCsv(source: Source, options: CsvOptions = {}): Promise<FileContents> {
  const file = source.name
  checkOptions(file, options)
  if (source.size === 0) throw new TableError('csv-empty', `${file} is empty: expected a table, one row a line.`, { file })
  const encoding = findEncoding(file, await source.read(0, Math.min(source.size, 1 << 16)), options.encoding)
  const first = await readWith(source, encoding, options)
  if (first.otherDecimal === null) return first.contents
  const second = await readWith(source, encoding, { ...options, decimal: first.otherDecimal })
  if (second.numbers <= first.numbers) return first.contents
  const says = `The decimal sign is a ${first.otherDecimal === ',' ? 'comma' : 'point'}, as cells further down show: more cells are numbers so.`
  return { ...second.contents, assumptions: [says, ...second.contents.assumptions] }
}

interface Reading {
  readonly contents: FileContents
  /** How many cells are numbers. */
  readonly numbers: number
  /** The decimal sign that cells below the sample speak for, where none in it showed the one that was taken. */
  readonly otherDecimal: Decimal | null
}

async function readWith(source: Source, encoding: Encoding, options: CsvOptions): Promise<Reading> {
  const file = source.name
  const marks = options.comment === undefined ? ['#', '%'] : [options.comment]
  const comments = marks.filter(mark => mark !== '').map(mark => new TextEncoder().encode(mark))
  const missing = options.missing ?? []
  const { dialect, rowBytes } = await sniff(source, encoding, {
    delimiter: options.delimiter, decimal: options.decimal, header: options.header, comments, missing, dates: options.dates,
  })
  let datesRead = 0
  const meaningWith = (dates: DatesAsked): RowRules['meaning'] => cellMeaning(dialect.decimal, missing, dates, () => datesRead++)
  let rules: RowRules = {
    file,
    dialect,
    text: dialect.text,
    meaning: meaningWith(options.dates),
    missingNumbers: someOrNull(missingNumbers(missing, dialect.decimal)),
    comments,
    scratch: options.scratch,
    expectedRows: Math.min(Math.ceil((source.size / rowBytes) * 1.02) + 16, Math.ceil(mostExpectedCells / dialect.names.length)),
  }
  let rows = await readRows(source, encoding, rules)
  if (rows.count === 0) throw noRows(file, dialect)
  const found = options.dates === 'number' ? orderOfDates(rows.columns.allTexts()) : null
  if (found !== null) rules = { ...rules, meaning: meaningWith(found) }
  let dated = datesRead > 0
  const text = rows.columns.verdict(rows.count, rules.meaning)
  if (text.some((isText, c) => isText !== rules.text[c])) {
    datesRead = 0
    rows = await readRows(source, encoding, { ...rules, text, expectedRows: rows.count })
    dated = datesRead > 0
  }
  const numbers = rows.columns.numbers(rows.count)
  const against = !dialect.decimalShown && rows.columns.holdsUnread(text => speaksAgainst(dialect.decimal, text))
  const table = rows.columns.table(file.replace(/(?<=.)\.[^.]*$/, ''), dialect.names, rows.count, rules.meaning)
  const assumptions = [...dialect.assumptions, ...rows.problems.sentences(dialect.names.length)]
  if (options.dates !== undefined) assumptions.unshift(...aboutDates(table, dated, found, options.dates === 'number' ? undefined : options.dates))
  if (encoding.assumption !== undefined) assumptions.unshift(encoding.assumption)
  const contents: FileContents = {
    file,
    format: 'csv',
    variables: [{ name: table.name, class: 'table', dims: [table.rows, table.columns.length], table }],
    assumptions,
    problems: rows.problems.kept,
    ...(found === null ? {} : { dateOrder: found }),
  }
  return { contents, numbers, otherDecimal: against ? (dialect.decimal === '.' ? ',' : '.') : null }
}

/** What became of dates, and which columns hold some that are not understood. `found`: the order that they show; `asked`: the one that was said. */
function aboutDates({ columns }: Table, dated: boolean, found: DateOrder | null, asked: DateOrder | undefined): string[] {
  const unread = columns.flatMap((column, index) => {
    if (column.kind !== 'text' || column.levels.length === 0) return []
    const texts = column.levels.slice(0, 100)
    const dates = texts.filter(text => isUnreadDate(text, found ?? asked))
    return dates.length * 2 > texts.length ? [`${columnLabel(column, index)} (such as ${quoted(dates[0] ?? '')})`] : []
  })
  const read = dated ? ['Dates are read as seconds since 1970-01-01 00:00 UTC.'] : []
  const order = found === null || !dated ? [] : [`Of dates with the year last the ${found === 'day-first' ? 'day' : 'month'} comes first, as days beyond 12 show.`]
  if (unread.length === 0) return dated ? [...read, ...order] : ['No column holds dates that --dates (reading.dates) could read.']
  return [...read, ...order, `What looks like dates in ${list(unread, 5)} was not understood and stays text: ISO dates are read, such as 2020-02-01 13:45, and others such as `
    + '01/02/2020 where one has a day beyond 12 or --date-order (reading.dates) says which comes first.']
}

/** The first allocation expects no more cells than this; a longer table grows. */
const mostExpectedCells = 1 << 25

function someOrNull<T>(set: ReadonlySet<T>): ReadonlySet<T> | null {
  return set.size > 0 ? set : null
}

function checkOptions(file: string, { delimiter, decimal }: CsvOptions): void {
  if (delimiter !== undefined && (delimiter.length !== 1 || delimiter > '~' || /[\r\n"0-9.+-]/.test(delimiter))) {
    throw new TableError('csv-options', `The delimiter ${quoted(delimiter)} for ${file} cannot be one: ` +
      'use one ASCII character that is no digit, point, sign, quote or line end.', { file, got: delimiter })
  }
  if (decimal !== undefined && decimal === delimiter) {
    throw new TableError('csv-options', `${JSON.stringify(decimal)} cannot be both delimiter and decimal sign of ${file}. ` +
      'Set one of them to something else.', { file, got: decimal })
  }
}

/** Finds the dialect from as many first bytes as hold a few whole rows, and about how many of the file's bytes a row takes. */
async function sniff(source: Source, encoding: Encoding, asked: Asked): Promise<{ dialect: Dialect, rowBytes: number }> {
  const window = new TextWindow(source, encoding)
  for (let wanted = 1 << 16; ; wanted *= 4) {
    while (window.length < Math.min(wanted, longestRow + 1) && await window.more());
    const { bytes, length, ended } = window
    const lines = countLines(bytes, length)
    if (lines < 4 && !ended && length <= longestRow) continue
    if (lines === 0 && length > longestRow) throw rowTooLong(source.name, 1)
    const dialect = findDialect(bytes, length, ended, asked)
    if (dialect === undefined) {
      if (ended) {
        throw new TableError('csv-no-rows', `${source.name} holds blank lines and comments but no row: expected a table, one row a line.`,
          { file: source.name })
      }
      if (length <= longestRow) continue
      throw rowTooLong(source.name, 1)
    }
    if (dialect.names.length > mostColumns) throw tooManyColumns(source.name)
    return { dialect, rowBytes: Math.max(1, length / Math.max(1, lines)) * (encoding.label.startsWith('utf-16') ? 2 : 1) }
  }
}

function countLines(bytes: Uint8Array, length: number): number {
  let lines = 0
  for (let i = 0; i < length; i++) if (bytes[i] === 10 || (bytes[i] === 13 && bytes[i + 1] !== 10)) lines++
  return lines
}

async function readRows(source: Source, encoding: Encoding, rules: RowRules): Promise<Rows> {
  const rows = new Rows(rules)
  const window = new TextWindow(source, encoding)
  while (await window.more()) {
    window.drop(rows.read(window.bytes, window.length, false, window.share))
    if (window.length > longestRow) throw rowTooLong(rules.file, rows.nextLine)
  }
  rows.read(window.bytes, window.length, true, 1)
  return rows
}

/** A stretch of the text in memory: pieces are added behind, what is used is dropped in front. A line feed follows it. */
class TextWindow {
  bytes = new Uint8Array(0)
  length = 0
  ended = false
  private taken = 0
  private readonly pieces: AsyncGenerator<Uint8Array>

  constructor(private readonly source: Source, encoding: Encoding) {
    this.pieces = textPieces(source, encoding)
  }

  /** How much of the file has been taken in, above 0 and at most 1. */
  get share(): number {
    return Math.min(1, this.taken / this.source.size)
  }

  /** Adds the next piece; false at the end. */
  async more(): Promise<boolean> {
    const { value, done } = await this.pieces.next()
    if (done === true) {
      this.ended = true
      return false
    }
    this.taken += value.length
    const needed = this.length + value.length
    if (needed + 1 > this.bytes.length) {
      const larger = new Uint8Array(Math.ceil((needed + 1) * 1.25))
      larger.set(this.bytes.subarray(0, this.length))
      this.bytes = larger
    }
    this.bytes.set(value, this.length)
    this.length = needed
    this.bytes[needed] = 10
    return true
  }

  drop(used: number): void {
    this.bytes.copyWithin(0, used, this.length + 1)
    this.length -= used
  }
}

function noRows(file: string, dialect: Dialect): TableError {
  const names = dialect.names.slice(0, 5).map(quoted).join(', ') + (dialect.names.length > 5 ? ', …' : '')
  return new TableError('csv-no-rows', `${file} has a header (${names}) and no rows under it: expected at least one row.`, { file })
}

function rowTooLong(file: string, line: number): TableError {
  return new TableError('csv-row-too-long', `${file}: the row that begins on line ${line} is longer than ${longestRow} bytes. ` +
    'Expected one row a line; a quote that opens there and does not close would look the same.', { file, line, limit: longestRow })
}

function tooManyColumns(file: string): TableError {
  return new TableError('csv-too-many-columns', `${file} has more than ${mostColumns} columns by its first rows: no more are read. ` +
    'If the table lies on its side, transpose it.', { file, limit: mostColumns })
}
