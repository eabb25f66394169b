/**
 * Parquet through DuckDB, which decodes faster than JavaScript and knows every way of packing. What the columns are is
 * taken from the footer as our own reader takes it, and so are the bounds: both readers give the same table.
 */
import { TableError } from '../table/errors.ts'
import { ExactDigits, noDigits } from '../table/readers/exact.ts'
import type { MadeColumn } from '../table/readers/mat-columns.ts'
import { parquetColumns, parquetContents, type ParquetOptions } from '../table/readers/parquet.ts'
import { types, type ParquetColumn } from '../table/readers/parquet/footer.ts'
import { timeText } from '../table/readers/parquet/store.ts'
import type { Source } from '../table/readers/source.ts'
import type { FileContents } from '../table/table.ts'
import { TextLevels } from '../table/text-levels.ts'
import { Duckdb, sqlName, sqlPath, type DuckdbChunk, type DuckdbOptions } from './duckdb.ts'

/** Reads the file at `path`, which is `source`'s; null where DuckDB is not installed. Throws a TableError `parquet-…`, `duckdb-…`. */
export async function readParquetByDuckdb(path: string, source: Source, options: Omit<ParquetOptions, 'inflate'>,
  duckdb: DuckdbOptions): Promise<FileContents | null> {
  const { footer, columns } = await parquetColumns(source, options)
  const database = await Duckdb.open([path], duckdb)
  if (database === null) return null
  try {
    const stores = columns.map(column => storeFor(column, footer.rows, options.dates ?? 'text'))
    const selected = stores.map(({ sql }) => sql).join(', ')
    let row = 0
    for await (const chunk of database.chunks(`SELECT ${selected} FROM read_parquet(${sqlPath(path)}, file_row_number = false)`)) {
      if (row + chunk.rowCount > footer.rows) break
      stores.forEach((store, c) => store.take(chunk, c, row))
      row += chunk.rowCount
    }
    if (row !== footer.rows) {
      throw new TableError('parquet-damaged',
        `${source.name}: ${row} rows, expected the ${footer.rows} that its footer promises. The file is damaged; copy or save it again.`,
        { file: source.name })
    }
    return parquetContents(source, footer, stores.map(store => store.made()))
  } finally {
    database.close()
  }
}

interface Store {
  readonly sql: string
  take(chunk: DuckdbChunk, column: number, row: number): void
  made(): MadeColumn
}

function storeFor(column: ParquetColumn, rows: number, dates: 'text' | 'number'): Store {
  const name = sqlName(column.name)
  const { meaning, type } = column
  switch (meaning.kind) {
    case 'text': return textStore(column.name, `CAST(${name} AS VARCHAR)`, rows, String)
    case 'uuid': return textStore(column.name, `CAST(${name} AS VARCHAR)`, rows, String)
    // Read from its digits, which rounds once.
    case 'decimal': return numberStore(column.name, `CAST(${name} AS VARCHAR)`, rows)
    case 'date': case 'timestamp': case 'time': {
      const seconds = secondsSql(column)
      if (dates === 'number') return floatStore(column.name, `coalesce(${seconds}, 'NaN'::DOUBLE)`, new Float64Array(rows))
      return textStore(column.name, seconds, rows, value => timeText(Number(value), meaning.kind))
    }
    case 'float16': return floatStore(column.name, `coalesce(CAST(${name} AS FLOAT), 'NaN'::FLOAT)`, new Float32Array(rows))
    default:
      if (type === types.float) return floatStore(column.name, `coalesce(${name}, 'NaN'::FLOAT)`, new Float32Array(rows))
      if (type === types.int64) return numberStore(column.name, name, rows)
      return floatStore(column.name, `coalesce(CAST(${name} AS DOUBLE), 'NaN'::DOUBLE)`, new Float64Array(rows))
  }
}

/** Seconds as a double, made of whole numbers as our own reader makes them. */
function secondsSql({ name: plain, meaning }: ParquetColumn): string {
  const name = sqlName(plain)
  if (meaning.kind === 'date') return `CAST(date_diff('day', DATE '1970-01-01', ${name}) AS DOUBLE) * 86400`
  const nano = 'perSecond' in meaning && meaning.perSecond === 1e9
  if (meaning.kind === 'time') return `CAST(epoch_us(CAST(${name} AS TIME)) AS DOUBLE) / 1000000`
  return nano ? `CAST(epoch_ns(${name}) AS DOUBLE) / 1000000000` : `CAST(epoch_us(${name}) AS DOUBLE) / 1000000`
}

function floatStore(name: string, sql: string, values: Float64Array | Float32Array): Store {
  return {
    sql,
    take(chunk, column, row) {
      const { items } = chunk.getColumnVector(column)
      if (!(items instanceof Float64Array
        || items instanceof Float32Array)) throw new Error('DuckDB gave no numbers where it was asked for them')
      values.set(items, row)
    },
    made: () => ({ column: { kind: 'numeric', name, values }, exact: noDigits }),
  }
}

/** Whole numbers of 64 bits and decimals' digits, kept as text where a double holds another number. */
function numberStore(name: string, sql: string, rows: number): Store {
  const values = new Float64Array(rows)
  const exact = new ExactDigits()
  return {
    sql,
    take(chunk, column, row) {
      const vector = chunk.getColumnVector(column)
      for (let i = 0; i < chunk.rowCount; i++) {
        const value = vector.getItem(i)
        values[row + i] = value === null ? Number.NaN : typeof value === 'bigint' ? exact.asDouble(value, row + i) : Number(value)
      }
    },
    made: () => ({ column: { kind: 'numeric', name, values }, exact }),
  }
}

function textStore(name: string, sql: string, rows: number, textOf: (value: unknown) => string): Store {
  const codes = new Int32Array(rows)
  const levels = new TextLevels()
  return {
    sql,
    take(chunk, column, row) {
      const vector = chunk.getColumnVector(column)
      for (let i = 0; i < chunk.rowCount; i++) {
        const value = vector.getItem(i)
        codes[row + i] = levels.code(value === null ? '' : textOf(value))
      }
    },
    made: () => ({ column: { kind: 'text', name, codes, levels: levels.list() }, exact: noDigits }),
  }
}
