/** The columns of a table while its rows are read, and the table that they become. */
import { TableError } from '../../errors.ts'
import { NumberWriter, numberAt, pieceRows, type Scratch } from '../../stored.ts'
import { mostSurplusRows, type CellOrigin, type Column, type Table } from '../../table.ts'
import type { CellMeaning } from './numbers.ts'
import { asItStood, CellTexts, grown, Levels, Lines, overflow, ShortRows, unparsed } from './stores.ts'

export class Columns {
  /** Numbers by column and row; empty for columns of text. */
  readonly values: Float64Array[] = []
  /** Codes by column and row; empty for columns of numbers. */
  readonly codes: Int32Array[] = []
  readonly levels: Levels[] = []
  readonly lines = new Lines()
  /** Rows that ended early. */
  readonly short = new ShortRows()
  /** Rows that went on beyond the last column. */
  private readonly surplus = { rows: [] as number[], count: 0 }
  private readonly texts: (CellTexts | undefined)[]
  private readonly decoded = new Map<number, string[]>()
  /** Rows that there is room for. */
  capacity: number
  /** With a scratch: the numbers of rows before `base` have gone there, and row r stands at r - base of `values`. */
  base = 0
  private readonly writers: (NumberWriter | undefined)[]
  /** How many cells that have gone to the scratch are numbers, by column. */
  private readonly numbersWritten: Float64Array

  constructor(private readonly file: string, readonly text: readonly boolean[], expectedRows: number, scratch: Scratch | null = null) {
    this.capacity = scratch === null ? Math.max(16, expectedRows) : pieceRows
    this.writers = text.map(isText => (scratch === null || isText ? undefined : new NumberWriter(scratch, false)))
    this.numbersWritten = new Float64Array(text.length)
    this.texts = text.map(() => undefined)
    const noLevels = new Levels()
    text.forEach((isText, c) => {
      this.values[c] = isText ? new Float64Array(0) : this.allocate(() => new Float64Array(this.capacity))
      this.codes[c] = isText ? this.allocate(() => new Int32Array(this.capacity)) : new Int32Array(0)
      this.levels[c] = isText ? new Levels() : noLevels
    })
  }

  /** Makes room for at least half as many rows again, `wanted` if that is more: one column at a time, so that little is held twice. */
  grow(wanted: number): void {
    const stored = this.writers.some(writer => writer !== undefined)
    if (stored) this.store(this.capacity)
    const capacity = stored ? this.capacity + pieceRows : Math.ceil(Math.max(this.capacity * 1.5, Math.min(wanted, this.capacity * 8)))
    this.text.forEach((isText, c) => {
      if (isText) this.growCodes(c, capacity, wanted)
      else if (this.writers[c] === undefined) this.values[c] = this.allocate(() => grown(this.values[c]!, capacity))
    })
    this.capacity = capacity
  }

  private growCodes(c: number, capacity: number, wanted: number): void {
    const { length } = this.codes[c]!
    if (length >= capacity) return
    this.codes[c] = this.allocate(() => grown(this.codes[c]!, Math.max(capacity, Math.ceil(Math.min(wanted, length * 8)))))
  }

  /** Sends the numbers of the rows from `base` up to `rows` to the scratch. */
  private store(rows: number): void {
    this.writers.forEach((writer, c) => {
      const values = this.values[c]!.subarray(0, rows - this.base)
      writer?.append(values)
      if (writer !== undefined) for (let i = 0; i < values.length; i++) if (!Number.isNaN(values[i]!)) this.numbersWritten[c]!++
    })
    if (rows > this.base) this.base = rows
  }

  /** The row holds cells beyond the last column. */
  noteSurplus(row: number): void {
    this.surplus.count++
    if (this.surplus.rows.length < mostSurplusRows) this.surplus.rows.push(row)
  }

  /** Keeps the text of a cell that became NaN or an infinity. */
  keep(column: number, row: number, kind: number, bytes: Uint8Array, start: number, end: number): void {
    const texts = this.texts[column] ??= new CellTexts()
    texts.set(row, kind, bytes, start, end)
  }

  /**
   * Which columns are text by all their cells: those where at least half of what is not missing is no number. (More than
   * half numbers make a column of numbers, in which the rest are NaN and problems.)
   */
  verdict(rows: number, meaning: CellMeaning): boolean[] {
    return this.text.map((isText, c) => {
      let numbers = 0
      let words = 0
      if (isText) {
        const counts = this.levelCounts(c, rows)
        const texts = this.levelTexts(c)
        for (let code = 0; code < counts.length; code++) {
          const means = meaning(texts[code]!)
          if (means === 'text') words += counts[code]!
          else if (means !== 'missing') numbers += counts[code]!
        }
        return numbers === 0 || words >= numbers
      }
      words = this.texts[c]?.countOf(unparsed) ?? 0
      if (words === 0) return false
      numbers = this.texts[c]?.countOf(overflow) ?? 0
      numbers += this.numbersIn(c, rows)
      return words >= numbers
    })
  }

  /** The distinct texts of all columns of text. */
  *allTexts(): Generator<string> {
    for (const [c, isText] of this.text.entries()) if (isText) yield* this.levelTexts(c)
  }

  /** How many cells of the first `rows` rows are numbers, in columns of numbers. */
  numbers(rows: number): number {
    return this.text.reduce((sum, isText, c) => sum + (isText ? 0 : this.numbersIn(c, rows)), 0)
  }

  /** Whether a cell that is no number in a column of numbers, or most texts of a column of text, are such. */
  holdsUnread(such: (text: string) => boolean): boolean {
    return this.text.some((isText, c) => {
      if (!isText) return this.texts[c]?.some(unparsed, such) ?? false
      const texts = this.levelTexts(c)
      return texts.length > 0 && texts.filter(such).length * 2 > texts.length
    })
  }

  private numbersIn(c: number, rows: number): number {
    const values = this.values[c]!
    let numbers = this.numbersWritten[c]!
    for (let row = this.base; row < rows; row++) if (!Number.isNaN(values[row - this.base]!)) numbers++
    return numbers
  }

  /** The table of the first `rows` rows. The stores are used up: each column's spare room is given back as it is made. */
  table(name: string, names: readonly string[], rows: number, meaning: CellMeaning): Table {
    const columns = names.map((column, c): Column => {
      if (this.text[c]) return this.textColumn(column, c, rows, meaning)
      const writer = this.writers[c]
      if (writer !== undefined) return this.storedColumn(writer, column, c, rows)
      const values = this.values[c]!.length === rows ? this.values[c]! : this.values[c]!.slice(0, rows)
      this.values[c] = values
      // A column without a single number, all missing, is no column of numbers.
      const any = rows > 0 && (values.some(value => !Number.isNaN(value)) || (this.texts[c]?.countOf(overflow) ?? 0) > 0)
      if (any) return { kind: 'numeric', name: column, values }
      this.values[c] = new Float64Array(0)
      return { kind: 'text', name: column, codes: new Int32Array(rows).fill(-1), levels: [] }
    })
    const { texts, lines, short, surplus } = this
    const origin = (row: number, column: number): CellOrigin => {
      const place = { line: lines.of(row), column: column + 1 }
      if (column >= short.cellsOf(row)) return { ...place, absent: true }
      const text = texts[column]?.text(row) ?? textOf(columns[column], row)
      if (text === undefined) return place
      return isMissing(columns[column], row, text, meaning) ? { ...place, text, missing: true } : { ...place, text }
    }
    return { name, rows, columns, origin, ...(surplus.count === 0 ? {} : { surplus }) }
  }

  private storedColumn(writer: NumberWriter, name: string, c: number, rows: number): Column {
    const any = this.numbersIn(c, rows) > 0 || (this.texts[c]?.countOf(overflow) ?? 0) > 0
    writer.append(this.values[c]!.subarray(0, rows - this.base))
    this.values[c] = new Float64Array(0)
    return any ? writer.column(name) : { kind: 'text', name, codes: new Int32Array(rows).fill(-1), levels: [] }
  }

  private textColumn(name: string, c: number, rows: number, meaning: CellMeaning): Column {
    const texts = this.levelTexts(c)
    const levels: string[] = []
    const renumbered = new Int32Array(texts.length).fill(-1)
    texts.forEach((text, code) => {
      if (meaning(text) === 'missing') return
      renumbered[code] = levels.length
      levels.push(text)
    })
    const codes = this.codes[c]!.slice(0, rows)
    const encoder = new TextEncoder()
    for (let row = 0; row < rows; row++) {
      const code = codes[row]!
      if (code < 0) continue
      codes[row] = renumbered[code]!
      if (renumbered[code]! >= 0) continue
      const missing = encoder.encode(texts[code])
      this.keep(c, row, asItStood, missing, 0, missing.length)
    }
    this.codes[c] = codes
    this.levels[c] = new Levels()
    this.decoded.delete(c)
    return { kind: 'text', name, codes, levels }
  }

  /** The distinct texts of a column of text, missing words among them. */
  private levelTexts(c: number): string[] {
    const known = this.decoded.get(c)
    if (known !== undefined) return known
    const texts = Array.from({ length: this.levels[c]!.count }, (_, code) => this.levels[c]!.text(code))
    this.decoded.set(c, texts)
    return texts
  }

  private levelCounts(c: number, rows: number): Int32Array {
    const counts = new Int32Array(this.levels[c]!.count)
    const codes = this.codes[c]!
    for (let row = 0; row < rows; row++) if (codes[row]! >= 0) counts[codes[row]!]!++
    return counts
  }

  private allocate<T>(make: () => T): T {
    try {
      return make()
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      throw new TableError('csv-too-large', `${this.file} needs more memory for its columns than there is: ` +
        `${this.text.length} columns of more than ${this.capacity} rows. Use fewer columns or rows, or a machine with more memory.`,
      { file: this.file, columns: this.text.length, rows: this.capacity })
    }
  }
}

/** Whether a text that left no value means a missing one; a number that was read as NaN was told to mean it. */
function isMissing(column: Column | undefined, row: number, text: string, meaning: CellMeaning): boolean {
  if (column === undefined || text === '') return false
  const holdsValue = column.kind === 'text' ? (column.codes[row] ?? -1) >= 0 : !Number.isNaN(numberAt(column, row))
  if (holdsValue) return false
  const means = meaning(text)
  return means === 'missing' || typeof means === 'number'
}

/** An empty cell has the empty text; a text cell has its level; a number as it stood says no more than itself. */
function textOf(column: Column | undefined, row: number): string | undefined {
  if (column === undefined) return undefined
  if (column.kind === 'text') return column.levels[column.codes[row] ?? -1] ?? ''
  return Number.isNaN(numberAt(column, row)) ? '' : undefined
}
