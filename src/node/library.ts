/** Reading tables for a program: what a file holds, and which of it is for training and for validation. */
import { findTables, type FoundTables, type TablesRequest } from '../table/select.ts'
import type { Table } from '../table/table.ts'
import { readTables as readContents, type ReadOptions, type TablesRead } from './read-tables.ts'

export interface LibraryTables extends TablesRead {
  /** The table to train on, found by the tables' names; asking for it throws a TableError where none or several could be meant. */
  readonly training: Table
  /** The table to validate on; undefined where there is none, so that `fit` puts rows aside. */
  readonly validation: Table | undefined
}

export interface LibraryReadOptions extends ReadOptions, Pick<TablesRequest, 'train'> {
  /** The variable or file to validate on. */
  readonly validation?: string | undefined
}

/**
 * Reads the tables of one file or several, of any format that whynan reads; `-` is standard input. Throws a TableError, one
 * sentence, where a file is missing, damaged or no table.
 */
export async function readTables(paths: string | readonly string[], options: LibraryReadOptions = {}): Promise<LibraryTables> {
  const { train, validation, ...reading } = options
  const read = await readContents(paths, reading)
  let found: FoundTables | null = null
  const find = (): FoundTables => (found ??= findTables(read.contents, { train, validation }))
  return {
    ...read,
    get training() {
      return find().training
    },
    get validation() {
      return find().validation ?? undefined
    },
  }
}
