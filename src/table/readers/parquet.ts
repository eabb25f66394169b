/**
 * Parquet files: columns of single values, row group after row group, only the columns that are wanted. hyparquet's
 * decoders are loaded when the first such file comes.
 */
import { TableError } from '../errors.ts'
import { shown } from '../names.ts'
import type { Scratch } from '../stored.ts'
import type { FileContents } from '../table.ts'
import type { MadeColumn } from './mat-columns.ts'
import { tableOfColumns } from './mat-tables.ts'
import { matLimits } from './mat-values.ts'
import { damaged, readFooter, type ParquetFooter } from './parquet/footer.ts'
import type { Unpack } from './parquet/pages.ts'
import { ColumnStore, isText } from './parquet/store.ts'
import type { Inflate, Source } from './source.ts'
import { MadeWriter } from './stored.ts'

export interface ParquetOptions {
  readonly inflate: Inflate
  /** Read these columns and no others. */
  readonly only?: readonly string[]
  /** `number`: dates and times become seconds (since 1970-01-01 00:00 UTC, or of the day). Otherwise they are text. */
  readonly dates?: 'number'
  /** Memory for the columns, in bytes; 2 GiB unless given. */
  readonly maximumBytes?: number
  /** Further ways of packing that the platform knows, by the format's numbers: 4 Brotli, 6 Zstandard. */
  readonly unpackers?: ReadonlyMap<number, Unpack>
  /** Where columns of numbers go instead of memory, row group after row group. */
  readonly scratch?: Scratch
}

const codecs: readonly string[] = ['none', 'Snappy', 'gzip', 'LZO', 'Brotli', 'LZ4', 'Zstandard', 'LZ4 raw']

const mostColumns = 100_000

/** Whatever runs of equal values may promise, a small file is not taken for a huge table. */
const smallTable = 2 ** 28
const mostFromOneByte = 1032

/** Reads the table of a Parquet file, named after the file. Throws a TableError `parquet-…`. */
export async function readParquet(source: Source, options: ParquetOptions): Promise<FileContents> {
  const { footer, columns } = await parquetColumns(source, options)
  const kept = columns.map(column => keeperOf(column, footer.rows, options))
  for (const group of footer.groups) {
    for (const [c, column] of columns.entries()) {
      await kept[c]?.read(group.rows, store => readChunk(source, options, group, column, store))
    }
  }
  return parquetContents(source, footer, kept.map(({ made }) => made()))
}

/** Where one column goes, row group after row group. */
interface Keeper {
  read(rows: number, into: (store: ColumnStore) => Promise<void>): Promise<void>
  made(): MadeColumn
}

function keeperOf(column: ParquetFooter['columns'][number], rows: number, { scratch, dates: asked }: ParquetOptions): Keeper {
  const dates = asked ?? 'text'
  const whole = new ColumnStore(column, scratch === undefined || isText(column, dates) ? rows : 0, dates)
  if (scratch === undefined || isText(column, dates)) return { read: (_, into) => into(whole), made: () => whole.made() }
  const writer = new MadeWriter(scratch, column.name)
  return {
    async read(inGroup, into) {
      const store = new ColumnStore(column, inGroup, dates)
      await into(store)
      writer.add(store.made())
    },
    made: () => writer.made(),
  }
}

async function readChunk(
  source: Source, options: ParquetOptions, group: ParquetFooter['groups'][number], column: ParquetFooter['columns'][number], store: ColumnStore,
): Promise<void> {
  const { decodePages, snappy } = await import('./parquet/pages.ts')
  const chunk = group.chunks.find(each => each.column === column.name)
  if (chunk === undefined || chunk.type !== column.type) throw damaged(source.name, `no column ${column.name} in a row group`,
    'all columns in each')
  store.startGroup()
  const unpack = unpackerOf(source, chunk.codec, options, snappy)
  const bytes = await source.read(chunk.start, chunk.end)
  try {
    decodePages(bytes, column, group.rows, unpack, store)
  } catch (error) {
    if (error instanceof TableError) throw error
    throw damaged(source.name, `column ${column.name} with ${error instanceof Error ? error.message : String(error)}`,
      'pages of Parquet')
  }
}

/** The footer and those columns that are to be read, within the bounds of memory. */
export async function parquetColumns(
  source: Source, options: Pick<ParquetOptions, 'only' | 'maximumBytes'>,
): Promise<{ readonly footer: ParquetFooter, readonly columns: ParquetFooter['columns'] }> {
  const footer = await readFooter(source)
  return { footer, columns: wanted(source, footer, options) }
}

/** What a reader found, from the columns that it made. */
export function parquetContents(source: Source, footer: ParquetFooter, columns: readonly MadeColumn[]): FileContents {
  const name = source.name.replace(/(?<=.)\.(?:parquet|parq|pq)$/i, '')
  const { table, assumptions } = tableOfColumns(name, columns)
  const { nested } = footer
  const left = nested.length === 0 ? []
    : [`Columns of lists or records are left out: ${nested.slice(0, 10).map(shown).join(', ')}${nested.length > 10 ? ', …' : ''}.`]
  return {
    file: source.name, format: 'parquet', assumptions: [...left, ...assumptions],
    variables: [{ name, class: 'table', dims: [table.rows, table.columns.length], table }],
  }
}

function wanted(source: Source, footer: ParquetFooter, { only, maximumBytes = matLimits.bytes }: Pick<ParquetOptions,
  'only' | 'maximumBytes'>): ParquetFooter['columns'] {
  const { name: file, size } = source
  const names = footer.columns.map(({ name }) => name)
  if (new Set(names).size < names.length) throw damaged(file, 'two columns of one name', 'names that differ')
  const missing = only?.find(name => !names.includes(name))
  if (missing !== undefined) {
    throw new TableError('parquet-no-such-column',
      `${file} has no column ${shown(missing)} of single values; it has ${names.slice(0, 20).map(shown).join(', ')}.`, { file, column: missing })
  }
  const columns = only === undefined ? footer.columns : footer.columns.filter(({ name }) => only.includes(name))
  if (columns.length === 0 || footer.rows === 0) {
    throw new TableError('parquet-empty',
      `${file} has ${footer.rows} rows and ${columns.length} columns of single values, expected at least one of each.`, { file })
  }
  const bytes = columns.length * footer.rows * 8
  const most = Math.min(maximumBytes, Math.max(smallTable, size * mostFromOneByte))
  if (columns.length > mostColumns || bytes > most) {
    throw new TableError('parquet-too-large',
      `${file} has ${footer.rows} rows of ${columns.length} columns (${bytes} bytes as numbers), expected at most `
      + `${mostColumns} columns and ${most} bytes. Read fewer columns (only), or raise maximumBytes if the file is to be trusted.`,
        { file, got: bytes, limit: most })
  }
  return columns
}

function unpackerOf(source: Source, codec: number, { inflate, unpackers }: ParquetOptions, snappy: Unpack): Unpack | null {
  if (codec === 0) return null
  if (codec === 1) return snappy
  if (codec === 2) return (packed, size) => inflate.gzip(packed, size)
  const unpacker = unpackers?.get(codec)
  if (unpacker !== undefined) return unpacker
  const name = codecs[codec] ?? `method ${codec}`
  throw new TableError('parquet-codec', `${source.name} is packed with ${name}, which needs DuckDB here: npm install @duckdb/node-api, `
    + 'or save it with Snappy or gzip.', { file: source.name, codec: name })
}
