/** What tests of text tables read them by, and show them as. */
import { type CsvOptions, readCsv } from '../../../../src/table/readers/csv.ts'
import { memorySource } from '../../../../src/table/readers/source.ts'
import { inMemory } from '../../../../src/table/stored.ts'
import type { Column, FileContents, Table } from '../../../../src/table/table.ts'

export const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

export function read(content: string | Uint8Array, options?: CsvOptions): Promise<FileContents> {
  return readCsv(memorySource('data.csv', typeof content === 'string' ? encode(content) : content), options)
}

export function tableOf(contents: FileContents): Table {
  const table = contents.variables[0]?.table
  if (table === undefined) throw new Error('no table')
  return table
}

/** The columns as [name, cells]: numbers, texts, and null where a text is missing. */
export function shown({ columns }: Table): [string, (number | string | null)[]][] {
  const cells = (column: Column) =>
    column.kind !== 'text' ? [...inMemory(column).values] : [...column.codes].map(code => column.levels[code] ?? null)
  return columns.map(column => [column.name, cells(column)])
}

export async function cellsOf(content: string | Uint8Array, options?: CsvOptions): Promise<[string, (number | string | null)[]][]> {
  return shown(tableOf(await read(content, options)))
}

export const ab = [['a', [1, 3]], ['b', [2, 4]]]
export const half = [['a', [1.5, 3.25]], ['b', [2, 4]]]
