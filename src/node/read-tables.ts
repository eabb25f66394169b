/** Tables from files on disk: opens each, finds its format, and hands it to that format's reader. */
import type { Reading } from '../network/spec.ts'
import { TableError } from '../table/errors.ts'
import { list, shown } from '../table/names.ts'
import { type CsvOptions, readCsv } from '../table/readers/csv.ts'
import { withMissing } from '../table/missing.ts'
import { detectFormat, type Format } from '../table/readers/detect.ts'
import { readMat, type ReadMatOptions } from '../table/readers/mat.ts'
import { readNpy, readNpz } from '../table/readers/npy.ts'
import { readParquet } from '../table/readers/parquet.ts'
import { memorySource, type Source } from '../table/readers/source.ts'
import { readXlsx } from '../table/readers/xlsx.ts'
import { stackTables } from '../table/stack.ts'
import type { Scratch } from '../table/stored.ts'
import type { FileContents, Table } from '../table/table.ts'
import type { DuckdbOptions } from './duckdb.ts'
import { readParquetByDuckdb } from './duckdb-parquet.ts'
import { nodeInflate, parquetUnpackers } from './inflate.ts'
import { filesOf, isPattern } from './patterns.ts'
import { Room, unpackAside } from './room.ts'
import { openFile, standardInput } from './source.ts'

export interface ReadOptions {
  /** How text files are written, where the reader should not find out for itself. */
  readonly csv?: CsvOptions
  /** What to take from MAT-files. */
  readonly mat?: Omit<ReadMatOptions, 'inflate'>
  /** Read these variables, arrays, sheets or columns (of Parquet) and no others. */
  readonly only?: readonly string[]
  /** Memory for the variables of one file, in bytes; 2 GiB unless given. */
  readonly maximumBytes?: number
  /** How DuckDB reads Parquet, where it is installed. */
  readonly duckdb?: DuckdbOptions
  /**
   * A bound on memory in bytes, for tables larger than it: numbers of text, Parquet and .npy files that might not fit go into
   * a file without a name (in TMPDIR), and so does what gzip or a pipe gives. Such columns are read anew when they are used.
   */
  readonly memory?: number
}

/** What settings say of reading, as options of it. */
export function readingOptions({ complex, ...csv }: Reading = {}): ReadOptions {
  return { ...(Object.keys(csv).length === 0 ? {} : { csv }), ...(complex === undefined ? {} : { mat: { complex } }) }
}

export interface TablesRead {
  /** Every table of every file, in the files' order. */
  readonly tables: readonly Table[]
  /** What each file held, tables or not, and what its reader assumed. */
  readonly contents: readonly FileContents[]
}

/**
 * Reads the tables of one file or several, of any format that `detectFormat` knows; `-` is standard input, and a pattern
 * such as `data/*.csv` stands for one table of all the files that it means. Throws a TableError: those of openFile,
 * filesOf, stackTables, detectFormat and the format's reader.
 */
export async function readTables(paths: string | readonly string[], options: ReadOptions = {}): Promise<TablesRead> {
  const contents: FileContents[] = []
  const { memory } = options
  const room = memory === undefined ? null : new Room(memory)
  for (const path of typeof paths === 'string' ? [paths] : paths) contents.push(await readPath(path, options, room))
  return { contents, tables: contents.flatMap(file => file.variables.flatMap(variable => variable.table ?? [])) }
}

async function readPath(path: string, options: ReadOptions, room: Room | null): Promise<FileContents> {
  if (path === '-') return readSource(await standardInput(process.stdin, room?.scratch), options, undefined, room)
  if (isPattern(path)) return readPattern(path, options, room)
  const source = await openFile(path, room?.scratch)
  try {
    return await readSource(source, options, path, room)
  } finally {
    await source.close()
  }
}

/** All files of a pattern as one table: each must hold one, with the same columns. */
async function readPattern(pattern: string, options: ReadOptions, room: Room | null): Promise<FileContents> {
  const read: FileContents[] = []
  for (const path of await filesOf(pattern)) read.push(await readPath(path, options, room))
  const parts = read.map(({ file, variables }) => {
    const tables = variables.flatMap(({ table }) => table ?? [])
    const [table] = tables
    if (table === undefined || tables.length > 1) {
      throw new TableError('pattern-tables',
        `${file} holds ${tables.length} tables; files of a pattern (${pattern}) become one table and need one each. `
        + 'Name the files one by one, or say which table to take.', { file, pattern })
    }
    return { file, table }
  })
  const name = pattern.replace(/^.*[\\/]/, '')
  const table = stackTables(name, parts)
  const said = read.flatMap(({ file, assumptions }) => assumptions.map(sentence => `${file}: ${sentence}`))
  const { dateOrder } = read.find(contents => contents.dateOrder !== undefined) ?? {}
  return {
    ...(dateOrder === undefined ? {} : { dateOrder }),
    file: name, format: read[0]?.format ?? 'csv', problems: read.flatMap(({ problems = [] }) => problems).slice(0, 1000),
    variables: [{ name, class: 'table', dims: [table.rows, table.columns.length], table }],
    assumptions: [`${parts.length} files are one table of ${table.rows} rows: ${list(parts.map(({ file }) => file), 5)}.`,
      ...new Set(said)],
  }
}

/** Reads a source of any known format; one packed with gzip is unpacked in memory first. `path` is where it stands on disk. */
export async function readSource(
  source: Source, options: ReadOptions = {}, path?: string, room: Room | null = null,
): Promise<FileContents> {
  if (source.size === 0) throw empty(source, 'is empty (0 bytes)')
  const format = await detectFormat(source)
  if (format !== 'gzip') return told(options, format, await readAs(format, source, options, path, room))
  const unpacked = await unpack(source, room)
  if (unpacked.size === 0) throw empty(source, 'is empty when unpacked')
  const inner = await detectFormat(unpacked)
  if (inner === 'gzip') {
    throw new TableError('gzip-twice', `${source.name} is packed with gzip twice. Unpack it once first.`, { file: source.name })
  }
  return { ...told(options, inner, await readAs(inner, unpacked, options, undefined, room)), file: source.name }
}

/** Text and sheets are told while they are read which cells are missing; other formats have no words for it. */
function told({ csv }: ReadOptions, format: Format, contents: FileContents): FileContents {
  const read = csv?.missing === undefined || format === 'csv' || format === 'xlsx' ? contents : withMissing(contents, csv.missing)
  const unused = optionsOfText(format).filter(name => csv?.[name] !== undefined)
  if (unused.length === 0) return read
  const sentence = `${shown(contents.file)} is no text: what was said of its ${list(unused)} was not used.`
  return { ...read, assumptions: [...read.assumptions, sentence] }
}

/** What can be said of text and has no meaning in a format: a workbook may have a header, and Parquet dates. */
function optionsOfText(format: Format): readonly ('delimiter' | 'decimal' | 'header' | 'encoding' | 'dates')[] {
  if (format === 'csv' || format === 'gzip') return []
  return ['delimiter', 'decimal', ...(format === 'xlsx' ? [] : ['header' as const]), 'encoding', ...(format === 'xlsx' || format === 'parquet' ? [] : ['dates' as const])]
}

async function readAs(
  format: Exclude<Format, 'gzip'>, source: Source, options: ReadOptions, path: string | undefined, room: Room | null,
): Promise<FileContents> {
  const { only, csv } = options
  const { scratch, maximumBytes = options.maximumBytes } = room === null ? {} : await room.of(format, source)
  const bounds = { ...(only === undefined ? {} : { only }), ...(maximumBytes === undefined ? {} : { maximumBytes }), ...(scratch === undefined ? {} : { scratch }) }
  switch (format) {
    case 'csv': return readCsv(source, scratch === undefined ? csv : { ...csv, scratch })
    case 'mat4':
    case 'mat5':
    case 'mat73': return readMat(source, { ...bounds, ...options.mat, inflate: nodeInflate })
    case 'npy': return readNpy(source, { ...bounds, ...complexOf(options) })
    case 'npz': return readNpz(source, { ...bounds, ...complexOf(options), inflate: nodeInflate })
    case 'parquet': return readParquetFile(source, { ...options, ...bounds }, scratch === undefined ? path : undefined)
    case 'xlsx': return readXlsx(source, { header: csv?.header, missing: csv?.missing, dates: csv?.dates, ...bounds, inflate: nodeInflate })
    default: return format satisfies never
  }
}

function complexOf({ mat }: ReadOptions): { readonly complex?: 'refuse' | 'real' } {
  return mat?.complex === undefined ? {} : { complex: mat.complex }
}

/** DuckDB reads a file on disk where it is installed; our own reader anything else. */
async function readParquetFile(
  source: Source, { only, maximumBytes, csv, duckdb = {}, scratch }: ReadOptions & { readonly scratch?: Scratch }, path: string | undefined,
): Promise<FileContents> {
  const options = {
    ...(scratch === undefined ? {} : { scratch }),
    ...(only === undefined ? {} : { only }), ...(maximumBytes === undefined ? {} : { maximumBytes }),
      ...(csv?.dates === undefined ? {} : { dates: 'number' as const }),
  }
  const byDuckdb = path === undefined ? null : await readParquetByDuckdb(path, source, options, duckdb)
  return byDuckdb ?? readParquet(source, { ...options, inflate: nodeInflate, unpackers: parquetUnpackers })
}

function empty(source: Source, what: string): TableError {
  return new TableError('file-empty', `${source.name} ${what}: expected a table. Save or copy it again.`, { file: source.name })
}

/** Unpacked text or matrices may take this many bytes of memory. */
const mostUnpacked = 2 ** 28

async function unpack(source: Source, room: Room | null): Promise<Source> {
  if (room !== null) return unpackAside(source, room.scratch)
  const packed = await source.read(0, source.size)
  try {
    return memorySource(source.name.replace(/\.gz$/i, ''), nodeInflate.gzip(packed, mostUnpacked))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new TableError('gzip-damaged', `${source.name} cannot be unpacked with gzip: ${why}. ` +
      `Expected a whole gzip file of at most ${mostUnpacked} bytes inside; copy it again or unpack it yourself.`, { file: source.name })
  }
}
