/**
 * The rows of a text table into columns. Bytes come in pieces; numbers go from bytes to their column without a string.
 * A row that ran past the bytes at hand leaves no trace that reading it again does not replace.
 */
import { TableError } from '../../errors.ts'
import { afterLineEnd, decode, emptyCell, readCell, skipLine } from './cells.ts'
import { Columns } from './columns.ts'
import type { Dialect } from './dialect.ts'
import { type CellMeaning, scanNumber } from './numbers.ts'
import { Problems } from './problems.ts'
import { asItStood, overflow, unparsed } from './stores.ts'
import type { Scratch } from '../../stored.ts'

const space = 32
const tab = 9
const lineFeed = 10
const carriageReturn = 13

/**
 * Each row takes memory for all columns, and a short one stands in a byte or two of the file. So many cells may be absent, and
 * sixteen for each that is there besides: a wide header above narrow rows is no table.
 */
const mostAbsent = 2 ** 25
const mostAbsentForOne = 16

export interface RowRules {
  readonly file: string
  readonly dialect: Dialect
  /** Which columns to read as text; the others are read as numbers. */
  readonly text: readonly boolean[]
  readonly meaning: CellMeaning
  /** Numbers that stand for a missing value, or null. */
  readonly missingNumbers: ReadonlySet<number> | null
  readonly comments: readonly Uint8Array[]
  /** How many rows to expect, for the first allocation. */
  readonly expectedRows: number
  /** Where numbers go instead of memory. */
  readonly scratch?: Scratch | undefined
}

export class Rows {
  readonly problems = new Problems()
  readonly columns: Columns
  /** Rows read so far. */
  count = 0
  private readonly width: number
  private readonly cell = emptyCell()
  /** Bytes that may begin a line which is no row: blanks, line ends and the comments' first bytes. */
  private readonly special = new Uint8Array(256)
  /** The decimal sign's byte; none (-1) where it delimits, so that only quoted cells can have it. */
  private readonly decimal: number
  private toSkip: number
  /** The line that the row begins on, the line ends inside its quotes so far, and whether it was found too long. */
  private line = 1
  private newlines = 0
  private tooLong = false
  /** Cells of the row that was read last, and of all rows so far, those beyond the last column left out. */
  private cellsOfRow = 0
  private present = 0

  constructor(private readonly rules: RowRules) {
    this.width = rules.dialect.names.length
    this.columns = new Columns(rules.file, rules.text, rules.expectedRows, rules.scratch ?? null)
    this.toSkip = rules.dialect.skip
    const decimal = rules.dialect.decimal.charCodeAt(0)
    this.decimal = decimal === rules.dialect.delimiter ? -1 : decimal
    for (const c of [space, tab, lineFeed, carriageReturn]) this.special[c] = 1
    for (const mark of rules.comments) this.special[mark[0] ?? lineFeed] = 1
  }

  /**
   * Reads the whole rows of bytes[0, limit); bytes[limit] must be a line feed, which stops every loop and ends the last
   * row when the bytes are the file's last (`final`). `share` is how much of the file has been handed in, for growing.
   * Returns how many bytes were used: the rest begins a row that is not all there. Throws csv-open-quote, csv-too-large,
   * csv-narrow-rows.
   */
  read(bytes: Uint8Array, limit: number, final: boolean, share: number): number {
    const { dialect, comments } = this.rules
    let at = 0
    while (at < limit) {
      let begin = at
      if (this.special[bytes[at]!] === 1) {
        begin = skipLine(bytes, at, dialect.delimiter, comments)
        if (begin < 0) {
          if (-begin > limit && !final) return at
          this.line++
          at = -begin
          continue
        }
      }
      if (this.count === this.columns.capacity) this.columns.grow((this.count / share) * 1.02)
      this.newlines = 0
      this.tooLong = false
      this.cell.open = false
      const next = this.toSkip > 0 ? this.skipRow(bytes, begin, limit) : this.readRow(bytes, begin, limit)
      if (next > limit && !final) {
        this.problems.dropRow()
        this.columns.short.drop(this.count)
        return at
      }
      if (this.cell.open) throw this.openQuote()
      this.endRow()
      at = next
    }
    return Math.min(at, limit)
  }

  /** The line, from 1, that the next row begins on. */
  get nextLine(): number {
    return this.line
  }

  private endRow(): void {
    if (this.toSkip > 0) this.toSkip--
    else {
      this.columns.lines.note(this.count, this.line)
      this.problems.endRow()
      if (this.tooLong) this.columns.noteSurplus(this.count)
      this.count++
      this.present += Math.min(this.cellsOfRow, this.width)
      const absent = this.count * this.width - this.present
      if (absent > mostAbsent && absent > mostAbsentForOne * this.present) throw this.narrow()
    }
    this.line += 1 + this.newlines
  }

  private skipRow(bytes: Uint8Array, begin: number, limit: number): number {
    let at = begin
    do {
      readCell(bytes, at, limit, this.rules.dialect.delimiter, this.cell)
      this.newlines += this.cell.newlines
      at = this.cell.next
    } while (!this.cell.last)
    return at
  }

  /** Reads one row and returns where the next begins, beyond `limit` when the bytes ran out. */
  private readRow(bytes: Uint8Array, begin: number, limit: number): number {
    const { width } = this
    const { values, base } = this.columns
    const place = this.count - base
    const { text, missingNumbers } = this.rules
    const { delimiter } = this.rules.dialect
    const { decimal } = this
    let at = begin
    for (let column = 0; ; column++) {
      if (column < width && !text[column]) {
        while (bytes[at] === space) at++
        const numbers = values[column]!
        const end = scanNumber(bytes, at, decimal, numbers, place)
        if (end >= 0 && (missingNumbers === null || !missingNumbers.has(numbers[place]!))) {
          const c = bytes[end]!
          if (c === delimiter && (c !== space || bytes[end + 1]! > space)) {
            at = end + 1
            continue
          }
          if (c === lineFeed || c === carriageReturn) return this.endCells(column + 1, afterLineEnd(bytes, end))
        }
      }
      readCell(bytes, at, limit, delimiter, this.cell)
      at = this.cell.next
      if (at > limit && this.cell.open) return at
      this.take(column)
      if (this.cell.last) return this.endCells(column + 1, at)
    }
  }

  /** Puts the cell that was read into its column, or notes that it is one too many. */
  private take(column: number): void {
    const { bytes, start, end, newlines } = this.cell
    this.newlines += newlines
    if (column >= this.width) {
      if (end > start && !this.tooLong) {
        this.tooLong = true
        this.problems.add({ line: this.line, column: column + 1, text: decode(bytes, start, end), kind: 'ragged' })
      }
    } else if (this.rules.text[column]) {
      this.columns.codes[column]![this.count] = end === start ? -1 : this.columns.levels[column]!.code(bytes, start, end)
    } else if (end === start) this.columns.values[column]![this.count - this.columns.base] = Number.NaN
    else this.takeOddNumber(column, decode(bytes, start, end))
  }

  /** A cell in a column of numbers that is no plain number: a missing word, 1,234, 1e400, or no number at all. */
  private takeOddNumber(column: number, text: string): void {
    const { bytes, start, end } = this.cell
    const { meaning, missingNumbers } = this.rules
    const means = meaning(text)
    const value = typeof means === 'number' && missingNumbers?.has(means) !== true ? means : Number.NaN
    this.columns.values[column]![this.count - this.columns.base] = value
    if (Number.isFinite(value)) return
    if (means === 'text' || means === 'overflow') {
      this.problems.add({ line: this.line, column: column + 1, text, kind: means === 'text' ? 'unparsed' : 'overflow' })
    }
    const kind = means === 'text' ? unparsed : means === 'overflow' ? overflow : asItStood
    this.columns.keep(column, this.count, kind, bytes, start, end)
  }

  /** The row had `cells` cells: columns that it did not reach are missing. */
  private endCells(cells: number, next: number): number {
    this.cellsOfRow = cells
    if (cells < this.width) {
      this.columns.short.set(this.count, cells)
      this.problems.add({ line: this.line, column: cells + 1, text: '', kind: 'ragged' })
      for (let column = cells; column < this.width; column++) {
        if (this.rules.text[column]) this.columns.codes[column]![this.count] = -1
        else this.columns.values[column]![this.count - this.columns.base] = Number.NaN
      }
    }
    return next
  }

  private narrow(): TableError {
    const { file } = this.rules
    const mean = Math.max(1, Math.round(this.present / this.count))
    return new TableError('csv-narrow-rows', `${file}: by its first rows the table has ${this.width} columns, and its ${this.count} rows up to line ${this.line} have ${mean} `
      + `${mean === 1 ? 'cell' : 'cells'} on average: expected rows that reach most columns. Give narrow rows a file of their own, or name the delimiter if another one was found.`,
    { file, columns: this.width, rows: this.count, line: this.line })
  }

  private openQuote(): TableError {
    const { file } = this.rules
    return new TableError('csv-open-quote', `${file}: a quote opens in the row that begins on line ${this.line} and is never closed. ` +
      'Close it, or remove it if it belongs to the text.', { file, line: this.line })
  }
}
