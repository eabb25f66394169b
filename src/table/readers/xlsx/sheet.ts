/** A sheet's cells as lines of text, one for each of its rows, so that the reader of text tables finds header and columns. */
import { TableError } from '../../errors.ts'
import { excelDate } from './dates.ts'
import type { Workbook } from './workbook.ts'
import { Tags, xmlText } from './xml.ts'

/** Excel's own bounds. */
const mostRows = 1_048_576
const mostColumns = 16_384

/** Cells of the rectangle that the table fills, empty ones counted. */
const mostCells = 2 ** 27

/** Bytes of a sheet's lines: a text that all cells share stands once in the file, and in each of them here. */
const mostTextBytes = 2 ** 29

export interface SheetText {
  /** CSV with commas; line n is row n of the sheet. */
  readonly text: Uint8Array
  /** The sheet's column, from 0, that is the text's first. */
  readonly firstColumn: number
  /** Cells that hold an error such as #DIV/0!. */
  readonly errors: number
  /** Formulas whose value no program has stored. */
  readonly unvalued: number
  /** Merged areas of several rows, whose value stands in the first of them alone. */
  readonly merged: number
}

/** Excel's error values, which mean a missing cell. */
export const errorWords = ['#NULL!', '#DIV/0!', '#VALUE!', '#REF!', '#NAME?', '#NUM!', '#N/A', '#GETTING_DATA', '#SPILL!',
  '#CALC!'] as const

/** Null for a sheet without a cell that holds anything. */
export function sheetText(file: string, bytes: Uint8Array, workbook: Workbook): SheetText | null {
  const bounds = boundsOf(file, bytes)
  if (bounds === null) return null
  const width = bounds.last - bounds.first + 1
  if (bounds.rows * width > mostCells) {
    throw new TableError('xlsx-too-large', `${file} fills ${bounds.rows} rows of ${width} columns, expected at most ${mostCells} cells. `
      + 'Delete cells far outside the table, or save it as CSV.', { file, rows: bounds.rows, columns: width })
  }
  const lines = new Lines(file, bounds.first, width, bytes.length)
  let [errors, unvalued, merged] = [0, 0, 0]
  forEachCell(file, bytes, (tags, row, column) => {
    lines.to(row, column)
    const type = tags.attribute('t') ?? 'n'
    const style = Number(tags.attribute('s') ?? -1)
    const content = contentOf(tags)
    if (type === 'e') errors++
    if (content.formula && content.end === content.start && content.inline === undefined && type !== 'str') unvalued++
    writeCell(lines, bytes, content, type, workbook.dates[style] === true, workbook)
  }, area => {
    const [from, to] = area.split(':').map(place => place.replace(/\D/g, ''))
    if (to !== undefined && from !== to) merged++
  })
  return { text: lines.finished(), firstColumn: bounds.first, errors, unvalued, merged }
}

/** Where a cell's value and its inline text stand. */
interface Content {
  start: number
  end: number
  inline: string | undefined
  formula: boolean
}

function contentOf(tags: Tags): Content {
  const content: Content = { start: 0, end: 0, inline: undefined, formula: false }
  if (tags.empty) return content
  let readings = false
  while (tags.next() && !(tags.kind === 'close' && tags.name === 'c')) {
    if (tags.name === 'rPh') readings = tags.kind === 'open' && !tags.empty
    if (tags.name === 'f') content.formula = true
    if (tags.kind !== 'close') continue
    if (tags.name === 'v') {
      content.start = tags.textStart
      content.end = tags.textEnd
    } else if (tags.name === 't' && !readings) content.inline = (content.inline ?? '') + tags.text()
  }
  return content
}

function writeCell(lines: Lines, bytes: Uint8Array, { start, end, inline }: Content, type: string, isDate: boolean,
  workbook: Workbook): void {
  switch (type) {
    case 's': {
      const text = workbook.sharedStrings[Number(xmlText(bytes, start, end))]
      if (text !== undefined) lines.text(text)
      return
    }
    case 'inlineStr': return inline === undefined ? undefined : lines.text(inline)
    case 'str': case 'd': case 'e': return end > start ? lines.text(xmlText(bytes, start, end)) : undefined
    default: {
      if (end === start) return
      if (isDate) lines.text(excelDate(Number(xmlText(bytes, start, end)), workbook.from1904) ?? xmlText(bytes, start, end))
      else if (isPlainNumber(bytes, start, end)) lines.number(bytes, start, end)
      else lines.text(xmlText(bytes, start, end))
    }
  }
}

/** Digits, signs, point and exponent only: what can stand in a line without quotes. */
function isPlainNumber(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const c = bytes[i]!
    if (!((c >= 48 && c <= 57) || c === 43 || c === 45 || c === 46 || c === 69 || c === 101)) return false
  }
  return true
}

/**
 * Calls back at each opening tag of a cell, with its row and column from 0; the callback may read on to the cell's end. Merged
 * areas, such as A1:B2, come after the cells.
 */
function forEachCell(file: string, bytes: Uint8Array, visit: (tags: Tags, row: number, column: number) => void,
  merged: (area: string) => void = () => {}): void {
  const tags = new Tags(file, bytes)
  let row = -1
  let column = -1
  while (tags.next()) {
    if (tags.kind !== 'open') continue
    if (tags.name === 'row') {
      const said = Number(tags.attribute('r') ?? row + 2) - 1
      if (!(said > row && said < mostRows)) throw outside(file, `row ${said + 1} after row ${row + 1}`)
      row = said
      column = -1
    } else if (tags.name === 'c') {
      const said = columnOf(tags.attribute('r')) ?? column + 1
      if (row < 0 || said <= column || said >= mostColumns) throw outside(file, `a cell of column ${said + 1} after column ${column + 1}`)
      column = said
      visit(tags, row, column)
    } else if (tags.name === 'mergeCell') merged(tags.attribute('ref') ?? '')
  }
}

/** The column of a place such as AB12, from 0. */
function columnOf(place: string | undefined): number | undefined {
  if (place === undefined) return undefined
  let column = 0
  let i = 0
  for (; i < place.length && i < 4; i++) {
    const letter = place.charCodeAt(i) - 64
    if (letter < 1 || letter > 26) break
    column = column * 26 + letter
  }
  return i === 0 ? undefined : column - 1
}

/** The columns between which cells hold something, and how many lines the rows make. */
function boundsOf(file: string, bytes: Uint8Array): { first: number, last: number, rows: number } | null {
  let first = mostColumns
  let last = -1
  let rows = 0
  let lastRow = -1
  forEachCell(file, bytes, (tags, row, column) => {
    if (tags.empty) return
    if (column < first) first = column
    if (column > last) last = column
    if (row !== lastRow) rows++
    lastRow = row
  })
  return last < 0 ? null : { first, last, rows }
}

function outside(file: string, got: string): TableError {
  return new TableError('xlsx-cells', `${file}: ${got}, expected places that rise, within ${mostRows} rows and ${mostColumns} columns. `
    + 'Open the file in a spreadsheet program and save it again.', { file, got })
}

const comma = 44
const lineFeed = 10

/**
 * Lines under construction. Every line has as many cells as the table is wide, but titles above it, which have one;
 * rows without cells are blank lines.
 */
class Lines {
  private out: Uint8Array
  private length = 0
  private row = 0
  private column = -1
  /** Cells of this line, and whether a line so far had more than one. */
  private cells = 0
  private titlesEnded = false

  constructor(private readonly file: string, private readonly first: number, private readonly width: number, expected: number) {
    this.out = new Uint8Array(Math.min(Math.max(1024, expected / 2), 2 ** 28))
  }

  /** Goes to a cell: lines before it are ended, cells before it are left empty. */
  to(row: number, column: number): void {
    while (this.row < row) this.endLine()
    const wanted = column - this.first
    if (wanted < 0 || wanted >= this.width) return
    if (this.column < 0) this.column = 0
    if (++this.cells > 1) this.titlesEnded = true
    this.room(this.width)
    for (; this.column < wanted; this.column++) this.out[this.length++] = comma
  }

  /** A number as it stands. */
  number(bytes: Uint8Array, start: number, end: number): void {
    this.titlesEnded = true
    this.append(bytes, start, end)
  }

  private append(bytes: Uint8Array, start: number, end: number): void {
    this.room(end - start)
    this.out.set(bytes.subarray(start, end), this.length)
    this.length += end - start
  }

  /** Line breaks within a cell become blanks, so that a line is a row. */
  text(text: string): void {
    const quoted = encoder.encode(`"${text.replace(/[\r\n]+/g, ' ').replaceAll('\0', '').replaceAll('"', '""')}"`)
    this.append(quoted, 0, quoted.length)
  }

  finished(): Uint8Array {
    this.endLine()
    return this.out.subarray(0, this.length)
  }

  private endLine(): void {
    this.room(this.width + 1)
    if (this.column >= 0 && this.titlesEnded) for (; this.column < this.width - 1; this.column++) this.out[this.length++] = comma
    this.out[this.length++] = lineFeed
    this.column = -1
    this.cells = 0
    this.row++
  }

  private room(wanted: number): void {
    if (this.length + wanted + 2 <= this.out.length) return
    if (this.length + wanted > mostTextBytes) {
      throw new TableError('xlsx-too-large', `${this.file} has cells of more than ${mostTextBytes} bytes together, expected less. Save the columns that matter as CSV.`,
        { file: this.file, limit: mostTextBytes })
    }
    const larger = new Uint8Array(Math.ceil(Math.min((this.length + wanted + 2) * 1.5, mostTextBytes + 2)))
    larger.set(this.out.subarray(0, this.length))
    this.out = larger
  }
}

const encoder = new TextEncoder()
