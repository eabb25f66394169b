/**
 * Tables from text: CSV, TSV and their relatives.
 */
import { TableError } from '../errors.ts'
import type { CellOrigin, Column, FileContents, Table } from '../table.ts'
import type { Source } from './source.ts'

/** How a text file is written, where the reader should not find out for itself. */
export interface CsvOptions {
  readonly delimiter?: string
  readonly decimal?: '.' | ','
  readonly header?: boolean
  readonly comment?: string
  readonly missing?: readonly string[]
  readonly encoding?: string
  readonly dates?: 'number'
}

/** The table in a text file. Throws a TableError whose id begins with `csv-`. */
export async function readCsv(source: Source, options: CsvOptions = {}): Promise<FileContents> {
  const text = new TextDecoder().decode(await source.read(0, source.size))
  const delimiter = options.delimiter ?? ','
  const lines = text.split(/\r?\n/).filter(line => line.trim() !== '')
  const first = lines[0]
  if (first === undefined) throw new TableError('csv-empty', `${source.name} is empty: expected a table of text.`, { file: source.name })
  const header = options.header ?? first.split(delimiter).some(cell => Number.isNaN(Number(cell)))
  const names = first.split(delimiter).map((cell, c) => (header ? cell.trim() : `column ${c + 1}`))
  const rows = lines.slice(header ? 1 : 0).map(line => line.split(delimiter))
  const columns = names.map((name, c): Column => ({
    kind: 'numeric',
    name,
    values: Float64Array.from(rows, row => (row[c] === undefined || row[c].trim() === '' ? Number.NaN : Number(row[c]))),
  }))
  const origin = (row: number, column: number): CellOrigin => ({ line: row + (header ? 2 : 1), column: column + 1 })
  const name = source.name.replace(/\.[^.]*$/, '')
  const table: Table = { name, rows: rows.length, columns, origin }
  return {
    file: source.name,
    format: 'csv',
    variables: [{ name, class: 'table', dims: [rows.length, columns.length], table }],
    assumptions: [],
    problems: [],
  }
}
