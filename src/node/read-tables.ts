/** Tables from files on disk: opens each, finds its format, and hands it to that format's reader. */
import { TableError } from '../table/errors.ts'
import { type CsvOptions, readCsv } from '../table/readers/csv.ts'
import { detectFormat, type Format } from '../table/readers/detect.ts'
import { readMat, type ReadMatOptions } from '../table/readers/mat.ts'
import { memorySource, type Source } from '../table/readers/source.ts'
import type { FileContents, Table } from '../table/table.ts'
import { nodeInflate } from './inflate.ts'
import { openFile, standardInput } from './source.ts'

export interface ReadOptions {
  /** How text files are written, where the reader should not find out for itself. */
  readonly csv?: CsvOptions
  /** What to take from MAT-files. */
  readonly mat?: Omit<ReadMatOptions, 'inflate'>
}

export interface TablesRead {
  /** Every table of every file, in the files' order. */
  readonly tables: readonly Table[]
  /** What each file held, tables or not, and what its reader assumed. */
  readonly contents: readonly FileContents[]
}

/**
 * Reads the tables of one file or several, of any format that `detectFormat` knows; `-` is standard input. Throws a
 * TableError: those of openFile, detectFormat and the format's reader.
 */
export async function readTables(paths: string | readonly string[], options: ReadOptions = {}): Promise<TablesRead> {
  const contents: FileContents[] = []
  for (const path of typeof paths === 'string' ? [paths] : paths) contents.push(await readPath(path, options))
  return { contents, tables: contents.flatMap(file => file.variables.flatMap(variable => variable.table ?? [])) }
}

async function readPath(path: string, options: ReadOptions): Promise<FileContents> {
  if (path === '-') return readSource(await standardInput(), options)
  const source = await openFile(path)
  try {
    return await readSource(source, options)
  } finally {
    await source.close()
  }
}

/** Reads a source of any known format; one packed with gzip is unpacked in memory first. */
export async function readSource(source: Source, options: ReadOptions = {}): Promise<FileContents> {
  if (source.size === 0) throw empty(source, 'is empty (0 bytes)')
  const format = await detectFormat(source)
  if (format !== 'gzip') return readAs(format, source, options)
  const unpacked = await unpack(source)
  if (unpacked.size === 0) throw empty(source, 'is empty when unpacked')
  const inner = await detectFormat(unpacked)
  if (inner === 'gzip') {
    throw new TableError('gzip-twice', `${source.name} is packed with gzip twice. Unpack it once first.`, { file: source.name })
  }
  return { ...await readAs(inner, unpacked, options), file: source.name }
}

function readAs(format: Exclude<Format, 'gzip'>, source: Source, options: ReadOptions): Promise<FileContents> {
  switch (format) {
    case 'csv': return readCsv(source, options.csv)
    case 'mat4':
    case 'mat5':
    case 'mat73': return readMat(source, { ...options.mat, inflate: nodeInflate })
    case 'npy': throw notRead(source, 'a NumPy array (.npy)', "scipy.io.savemat('data.mat', {'data': numpy.load('data.npy')})")
    case 'npz': throw notRead(source, "NumPy arrays (.npz)", "scipy.io.savemat('data.mat', dict(numpy.load('data.npz')))")
    case 'parquet': throw notRead(source, 'a Parquet file', "pandas.read_parquet('data.parquet').to_csv('data.csv', index=False)")
    case 'xlsx': throw notRead(source, 'an Excel workbook', 'Save As, CSV UTF-8, in Excel')
    default: return format satisfies never
  }
}

function empty(source: Source, what: string): TableError {
  return new TableError('file-empty', `${source.name} ${what}: expected a table. Save or copy it again.`, { file: source.name })
}

function notRead(source: Source, what: string, how: string): TableError {
  return new TableError('format-not-read', `${source.name} is ${what}, which is not read directly. Make it a MAT-file or CSV: ${how}.`,
    { file: source.name })
}

/** Unpacked text or matrices may take this many bytes of memory. */
const mostUnpacked = 2 ** 31

async function unpack(source: Source): Promise<Source> {
  const packed = await source.read(0, source.size)
  try {
    return memorySource(source.name.replace(/\.gz$/i, ''), nodeInflate.gzip(packed, mostUnpacked))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new TableError('gzip-damaged', `${source.name} cannot be unpacked with gzip: ${why}. ` +
      `Expected a whole gzip file of at most ${mostUnpacked} bytes inside; copy it again or unpack it yourself.`, { file: source.name })
  }
}
