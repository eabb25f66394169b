/** Tables from files on disk: opens each, finds its format, and hands it to that format's reader. */
import type { FileContents, Table } from '../table/table.ts'
import { readCsv, type CsvOptions } from '../table/readers/csv.ts'
import { openFile } from './source.ts'

export interface ReadOptions {
  /** How text files are written, where the reader should not find out for itself. */
  readonly csv?: CsvOptions
}

export interface TablesRead {
  /** Every table of every file, in the files' order. */
  readonly tables: readonly Table[]
  /** What each file held, tables or not, and what its reader assumed. */
  readonly contents: readonly FileContents[]
}

/** Reads the tables of one file or several; `-` is standard input. Throws a TableError. */
export async function readTables(paths: string | readonly string[], options: ReadOptions = {}): Promise<TablesRead> {
  const contents: FileContents[] = []
  for (const path of typeof paths === 'string' ? [paths] : paths) contents.push(await readPath(path, options))
  return { contents, tables: contents.flatMap(file => file.variables.flatMap(variable => variable.table ?? [])) }
}

async function readPath(path: string, options: ReadOptions): Promise<FileContents> {
  const source = await openFile(path)
  try {
    return await readCsv(source, options.csv)
  } finally {
    await source.close()
  }
}
