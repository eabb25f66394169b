/**
 * A table on disk that is never loaded: Parquet or text files as DuckDB sees them, columns streamed in pieces. What the
 * columns are is decided as our own readers decide it.
 */
import { basename } from 'node:path'
import type { Reading } from '../network/spec.ts'
import { TableError } from '../table/errors.ts'
import { mostSurplusRows, type Table } from '../table/table.ts'
import { emptyCell, errorCells, readCell, skipLine } from '../table/readers/csv/cells.ts'
import { findDialect, type Dialect } from '../table/readers/csv/dialect.ts'
import { findEncoding } from '../table/readers/csv/encoding.ts'
import { infinities, missingNumbers, missingWords } from '../table/readers/csv/numbers.ts'
import { detectFormat } from '../table/readers/detect.ts'
import { readFooter } from '../table/readers/parquet/footer.ts'
import { Duckdb, sqlName, sqlPath, sqlText, type DuckdbOptions } from './duckdb.ts'
import { filesOf, isPattern } from './patterns.ts'
import { openFile } from './source.ts'

export interface LargeColumn {
  readonly name: string
  readonly kind: 'numeric' | 'text'
  /** The cell as SQL: a DOUBLE, NaN where it is missing or no number; or a VARCHAR. */
  readonly sql: string
  /** For numbers in text files: SQL that is true where the cell holds text that is no number; else null. */
  readonly notNumber: string | null
  /** How many such cells there are. */
  readonly texts: number
}

/** Rows in a piece: enough to make calls cheap, little enough not to count against the bound of memory. */
const pieceRows = 65_536

/** A relation of DuckDB's with its columns; `close` it at the end. */
export class LargeTable {
  constructor(
    readonly name: string, readonly rows: number, readonly columns: readonly LargeColumn[],
    readonly database: Duckdb, readonly relation: string, readonly assumptions: readonly string[], readonly format: 'csv' | 'parquet',
    readonly surplus: Pick<Table, 'surplus'> = {},
  ) {}

  /** The numeric columns wanted (from 0), in pieces, in the files' order. Each array holds until the next piece is asked for. */
  async *numbers(wanted: readonly number[]): AsyncGenerator<{ readonly row: number, readonly columns: readonly Float64Array[] }> {
    const columns = wanted.map(index => {
      const column = this.columns[index]
      if (column?.kind !== 'numeric') throw new TableError('duckdb-not-numeric',
        `${this.name} has no column of numbers at place ${index + 1}.`, { column: index + 1 })
      return column.sql
    })
    const pieces = columns.map(() => new Float64Array(pieceRows))
    let [row, filled] = [0, 0]
    for await (const chunk of this.database.chunks(`SELECT ${columns.join(', ')} FROM ${this.relation}`)) {
      if (filled + chunk.rowCount > pieceRows) {
        yield { row, columns: pieces.map(piece => piece.subarray(0, filled)) }
        row += filled
        filled = 0
      }
      pieces.forEach((piece, c) => {
        const { items } = chunk.getColumnVector(c)
        if (!(items instanceof Float64Array)) throw new Error('DuckDB gave no doubles where it was asked for them')
        piece.set(items, filled)
      })
      filled += chunk.rowCount
    }
    if (filled > 0) yield { row, columns: pieces.map(piece => piece.subarray(0, filled)) }
  }

  /** A column of text (from 0), row after row, in the files' order; null is a missing cell. */
  async *texts(index: number): AsyncGenerator<string | null> {
    const { sql = 'NULL' } = this.columns[index] ?? {}
    for await (const chunk of this.database.chunks(`SELECT nullif(${sql}, '') FROM ${this.relation}`)) {
      const vector = chunk.getColumnVector(0)
      for (let row = 0; row < chunk.rowCount; row++) {
        const text = vector.getItem(row)
        yield text === null ? null : String(text)
      }
    }
  }

  close(): void {
    this.database.close()
  }
}

/**
 * Opens Parquet or comma files (a path, several, or a pattern) as one table that stays on disk; null where DuckDB is not
 * installed. Throws a TableError: `duckdb-format` for other formats and for text that DuckDB cannot be told how to read.
 */
export async function openLarge(paths: string | readonly string[], options: DuckdbOptions & { readonly reading?: Reading } = {}): Promise<LargeTable | null> {
  const { reading = {} } = options
  const files: string[] = []
  for (const path of typeof paths === 'string' ? [paths] : paths) files.push(...(isPattern(path) ? await filesOf(path) : [path]))
  const [first] = files
  if (first === undefined) throw new TableError('no-data', 'No file was named.')
  const shape = await shapeOf(first, reading)
  const database = await Duckdb.open(files, options)
  if (database === null) return null
  try {
    const list = `[${files.map(sqlPath).join(', ')}]`
    const table = shape.format === 'parquet' ? `read_parquet(${list})` : csvRelation(list, shape)
    const { rows, columns } = shape.format === 'parquet' ? { rows: Number((await database.row(`SELECT count(*)::DOUBLE FROM ${table}`, 1))[0]), columns: shape.columns }
      : await csvColumns(database, table, shape.dialect, reading.missing ?? [])
    const name = typeof paths === 'string' ? basename(paths).replace(/(?<=.)\.[^.]*$/, '') : basename(first).replace(/(?<=.)\.[^.]*$/, '')
    const surplus = shape.format === 'parquet' ? {} : await surplusOf(database, table, shape.dialect)
    return new LargeTable(name, rows, columns, database, table, shape.assumptions, shape.format, surplus)
  } catch (error) {
    database.close()
    throw error
  }
}

type Shape =
  | { readonly format: 'parquet', readonly columns: readonly LargeColumn[], readonly assumptions: readonly string[] }
  | { readonly format: 'csv', readonly dialect: Dialect, readonly skipLines: number, readonly assumptions: readonly string[] }

/** What the first file holds; the others must be alike, which DuckDB sees to. */
async function shapeOf(path: string, reading: Reading): Promise<Shape> {
  const source = await openFile(path)
  try {
    const format = await detectFormat(source)
    const whole = (format === 'parquet' ? ['dates', 'missing'] as const : ['dates', 'encoding'] as const).find(name => reading[name] !== undefined)
    if (whole !== undefined) {
      throw new TableError('duckdb-format', `${source.name} can only be read whole where the setting reading.${whole} is given. Leave it out, or raise --memory.`, { file: source.name })
    }
    if (format === 'parquet') {
      const { columns, nested } = await readFooter(source)
      const left = nested.length === 0 ? [] : [`Columns of lists or records are left out: ${nested.slice(0, 10).join(', ')}.`]
      return {
        format, assumptions: left,
        columns: columns.map(({ name, meaning }): LargeColumn => {
          const text = ['text', 'uuid', 'date', 'timestamp', 'time'].includes(meaning.kind)
          const sql = text ? `CAST(${sqlName(name)} AS VARCHAR)` : `coalesce(CAST(${sqlName(name)} AS DOUBLE), 'NaN'::DOUBLE)`
          return { name, kind: text ? 'text' : 'numeric', sql, notNumber: null, texts: 0 }
        }),
      }
    }
    if (format !== 'csv') throw new TableError('duckdb-format',
      `${source.name} is ${format}; only Parquet and text tables can be read without loading them. Leave --memory out.`,
      { file: source.name, format })
    requirePlainText(source.name, await source.read(0, Math.min(source.size, 2 ** 16)))
    return csvShape(source.name, await source.read(0, Math.min(source.size, 2 ** 20)), source.size <= 2 ** 20, reading)
  } finally {
    await source.close()
  }
}

/** Throws for text of which DuckDB would make other cells than our reader. */
function requirePlainText(file: string, head: Uint8Array): void {
  const { label } = findEncoding(file, head, undefined)
  const feeds = head.includes(10)
  if (label === 'utf-8' && (feeds || !head.includes(13))) return
  throw new TableError('duckdb-format', `${file} is ${label === 'utf-8' ? 'text whose lines end in carriage returns alone' : `text in ${label}`}, which can only be read whole. `
    + 'Save it as UTF-8 with line feeds, or leave --memory out.', { file })
}

function csvShape(file: string, head: Uint8Array, whole: boolean, { delimiter, decimal, header, missing = [] }: Reading): Shape {
  const mark = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0
  const bytes = new Uint8Array(head.length - mark + 1)
  bytes.set(head.subarray(mark))
  const limit = bytes.length - 1
  bytes[limit] = 10
  const comments = commentSigns.map(sign => new TextEncoder().encode(sign))
  const dialect = findDialect(bytes, limit, whole, { delimiter, decimal, header, comments, missing, dates: undefined })
  if (dialect === undefined || dialect.delimiter === 32) {
    throw new TableError('duckdb-format', `${file} is text that can only be read whole (its cells are set apart by blanks, or its first rows `
      + 'are very long). Leave --memory out.', { file })
  }
  return { format: 'csv', dialect, skipLines: linesAbove(bytes, limit, dialect, comments), assumptions: dialect.assumptions }
}

const commentSigns = ['#', '%']

/** The lines before the first row of data. */
function linesAbove(bytes: Uint8Array, limit: number, { skip, delimiter }: Dialect, comments: readonly Uint8Array[]): number {
  const cell = emptyCell()
  let [at, lines, left] = [0, 0, skip]
  while (at < limit && left > 0) {
    const begin = skipLine(bytes, at, delimiter, comments)
    if (begin < 0) {
      at = -begin
      lines++
      continue
    }
    at = begin
    do {
      readCell(bytes, at, limit, delimiter, cell)
      lines += cell.newlines
      at = cell.next
    } while (!cell.last)
    lines++
    left--
  }
  return lines
}

/**
 * The rows of text files. DuckDB's own comments may begin in the middle of a line, which would cut `1.#QNAN`: lines that begin with a sign
 * are rows to it, and are left out here, but for cells such as #N/A.
 */
function csvRelation(list: string, { dialect, skipLines }: Shape & { format: 'csv' }): string {
  const columns = [...dialect.names, beyond(dialect)].map(name => `${sqlText(name)}: 'VARCHAR'`).join(', ')
  const options = [
    `delim = ${sqlText(String.fromCharCode(dialect.delimiter))}`, 'quote = \'"\'', 'escape = \'"\'', 'header = false',
      `skip = ${skipLines}`,
    `columns = {${columns}}`, 'auto_detect = false', 'null_padding = true', 'strict_mode = false', 'parallel = false',
  ]
  const first = `ltrim(${sqlName(dialect.names[0] ?? '')}, ' \t')`
  const signed = commentSigns.map(sign => `starts_with(${first}, ${sqlText(sign)})`).join(' OR ')
  const comment = `coalesce((${signed}) AND ${first} NOT IN (${errorCells.map(sqlText).join(', ')}), false)`
  return `(SELECT * FROM read_csv(${list}, ${options.join(', ')}) WHERE NOT ${comment})`
}

/** A name that no column has, for the first cell beyond the last column. */
function beyond({ names }: Dialect): string {
  const taken = new Set(names.map(name => name.toLowerCase()))
  let name = 'beyond'
  while (taken.has(name)) name += '_'
  return name
}

async function surplusOf(database: Duckdb, table: string, dialect: Dialect): Promise<Pick<Table, 'surplus'>> {
  const further = `coalesce(trim(${sqlName(beyond(dialect))}, ' \t'), '') <> ''`
  const count = Number((await database.row(`SELECT count(*)::DOUBLE FROM ${table} WHERE ${further}`, 1))[0])
  if (count === 0) return {}
  const rows: number[] = []
  const numbered = `SELECT place FROM (SELECT ${sqlName(beyond(dialect))}, (row_number() OVER () - 1)::DOUBLE AS place FROM ${table}) WHERE ${further} ORDER BY place LIMIT ${mostSurplusRows}`
  for await (const chunk of database.chunks(numbered)) {
    for (let i = 0; i < chunk.rowCount; i++) rows.push(Number(chunk.getColumnVector(0).getItem(i)))
  }
  return { surplus: { rows, count } }
}

/**
 * Cells of text as numbers, in the order in which they are tried: what a plain number is costs one cast, and only other cells meet the
 * rules of readers/csv/numbers.ts.
 */
interface CellSql {
  /** True of a plain number; false or NULL of anything else, which may be a number all the same. */
  readonly plain: string
  readonly plainValue: string
  readonly isMissing: string
  /** A DOUBLE, NULL where the cell is none. */
  readonly number: string
}

/** `further` are words, and `numbers` numbers, that mean a missing value. */
function cellSql(name: string, decimal: '.' | ',', missing: readonly string[], numbers: readonly number[]): CellSql {
  const cell = `trim(${sqlName(name)}, ' \t')`
  const number = numberSql(cell, decimal)
  const listed = numbers.map(value => `'${value}'::DOUBLE`).join(', ')
  const plainValue = cast(decimal === '.' ? cell : `replace(${cell}, ',', '.')`)
  // DuckDB's own casts take an underscore between digits; where the comma is the decimal sign, a point may be a thousands mark.
  const strange = decimal === '.' ? ['_'] : ['_', '.']
  return {
    plain: [`isfinite(${plainValue})`, ...strange.map(mark => `NOT contains(${cell}, '${mark}')`), ...(listed === '' ? [] : [`${plainValue} NOT IN (${listed})`])].join(' AND '),
    plainValue,
    isMissing: `(${sqlName(name)} IS NULL OR lower(${cell}) IN (${missing.map(sqlText).join(', ')})${listed === '' ? '' : ` OR coalesce((${number}) IN (${listed}), false)`})`,
    number,
  }
}

/** A cell as a DOUBLE, NULL where it is none: what readers/csv/numbers.ts takes for a number, Infinity beyond the largest double left out. */
function numberSql(cell: string, decimal: '.' | ','): string {
  const [mark, sign] = decimal === '.' ? [',', '\\.'] : ['\\.', ',']
  const grouped = [mark, '[ \u00a0\u202f]', '[\'\'’]'].map(between => `\\d{1,3}(?:${between}\\d{3})+`).join('|')
  const pattern = `[+\\-−]?(?:(?:\\d+|${grouped})(?:${sign}\\d*)?|${sign}\\d+)(?:[ed][+-]?\\d+)?`
  const marks = decimal === '.' ? '[, \u00a0\u202f\'\'’]' : '[. \u00a0\u202f\'\'’]'
  const plain = `replace(replace(replace(regexp_replace(lower(${cell}), '${marks}', '', 'g'), ',', '.'), '−', '-'), 'd', 'e')`
  const words = (infinite: number): string => infinities.flatMap(([word, value]) => (value === infinite ? [sqlText(word)] : [])).join(', ')
  return `CASE WHEN lower(${cell}) IN (${words(Infinity)}) THEN 'inf'::DOUBLE WHEN lower(${cell}) IN (${words(-Infinity)}) THEN '-inf'::DOUBLE `
    + `WHEN regexp_full_match(lower(${cell}), '${pattern}') AND isfinite(${cast(plain)}) THEN ${cast(plain)} END`
}

function cast(text: string): string {
  return `TRY_CAST(${text} AS DOUBLE)`
}

/** A column is numeric when more than half of its cells that are not missing are numbers. */
async function csvColumns(
  database: Duckdb, table: string, dialect: Dialect, further: readonly string[],
): Promise<{ readonly rows: number, readonly columns: LargeColumn[] }> {
  const missing = ['', ...missingWords, ...further].map(word => word.trim().toLowerCase())
  const cells = dialect.names.map(name => ({ name, ...cellSql(name, dialect.decimal, missing, [...missingNumbers(further, dialect.decimal)]) }))
  const [rows, ...counts] = await database.row(`SELECT count(*)::DOUBLE, ${cells.flatMap(({ plain, isMissing, number }) => [
    `count(*) FILTER (CASE WHEN ${plain} THEN true ELSE NOT ${isMissing} END)::DOUBLE`,
    `count(*) FILTER (CASE WHEN ${plain} THEN true ELSE NOT ${isMissing} AND ${number} IS NOT NULL END)::DOUBLE`,
  ]).join(', ')} FROM ${table}`, 1 + 2 * cells.length)
  const columns = cells.map(({ name, plain, plainValue, isMissing, number }, c): LargeColumn => {
    const [present, numbers] = [Number(counts[2 * c]), Number(counts[2 * c + 1])]
    if (numbers * 2 <= present || numbers === 0) {
      return { name, kind: 'text', sql: `CASE WHEN ${isMissing} THEN NULL ELSE ${sqlName(name)} END`, notNumber: null, texts: 0 }
    }
    return {
      name, kind: 'numeric', texts: present - numbers,
      sql: `CASE WHEN ${plain} THEN ${plainValue} WHEN ${isMissing} THEN 'NaN'::DOUBLE ELSE coalesce(${number}, 'NaN'::DOUBLE) END`,
      notNumber: `NOT coalesce(${plain}, false) AND NOT ${isMissing} AND ${number} IS NULL`,
    }
  })
  return { rows: Number(rows), columns }
}
