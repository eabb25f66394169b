/** Puts what a case says into its tables: odd cells, cells whose text is no number, rows cut short, rows of zeros. */
import { readCsv } from '../../src/table/readers/csv.ts'
import { memorySource } from '../../src/table/readers/source.ts'
import { tableFromColumns, tableFromRows, type Column, type Table } from '../../src/table/table.ts'
import { makeTables, type Tables } from './data.ts'
import type { ForeignProgram, OddCell, Setup } from './list.ts'

/** The tables of a case as it was run; without cells, of its sound twin. */
export async function tablesOf(setup: Setup, seed: number, cells: readonly OddCell[], decoys: readonly OddCell[]): Promise<Tables> {
  const { training, validation, test } = makeTables(setup.data, seed)
  for (const cell of [...cells, ...decoys]) putCell(cell.table === 'training' ? training : validation, cell)
  const cut = setup.cutRows ?? []
  const odd = zeroSome(training, setup)
  if (!cells.some(({ text }) => text !== undefined) && cut.length === 0) return { training: odd, validation, test }
  if (setup.program !== undefined) return { training: withoutEnds(odd, cut), validation, test }
  return { training: await throughText(odd, cells, cut), validation, test }
}

function putCell(table: Table, { row, column, value }: OddCell): void {
  const values = numbersOf(table, column)
  values[row] = typeof value === 'number' ? value : { 'NaN': Number.NaN, 'Infinity': Infinity, '-Infinity': -Infinity }[value]
}

function numbersOf(table: Table, column: number): Float64Array | Float32Array {
  const found = table.columns[column]
  if (found?.kind !== 'numeric') throw new Error(`${table.name} has no numeric column ${column}.`)
  return found.values
}

function zeroSome(table: Table, { data: { inputs, unused }, program }: Setup): Table {
  const { zeroRows = [], zeroTargets = [] }: Partial<ForeignProgram> = program ?? {}
  for (const row of zeroRows) for (let column = 0; column < inputs; column++) numbersOf(table, column)[row] = 0
  for (const row of zeroTargets) numbersOf(table, inputs + unused)[row] = 0
  return table
}

/** Rows as another program holds them: those that are cut end after two cells. */
function withoutEnds(table: Table, cut: readonly number[]): Table {
  const rows = Array.from({ length: table.rows }, (_, row) => table.columns.map((_column, c) => numbersOf(table, c)[row] ?? Number.NaN))
  return tableFromRows(table.name, rows.map((row, i) => (cut.includes(i) ? row.slice(0, 2) : row)), table.columns.map(({ name }) => name))
}

/** The table written to a file and read back, so that every cell knows its line and its text. */
async function throughText(table: Table, cells: readonly OddCell[], cut: readonly number[]): Promise<Table> {
  const texts = new Map(cells.flatMap(({ table: of, row, column, text }) => (text === undefined || of !== 'training' ? [] : [[`${row} ${column}`, text] as const])))
  const lines = [table.columns.map(({ name }) => name).join('\t')]
  for (let row = 0; row < table.rows; row++) {
    const line = table.columns.map((_, column) => texts.get(`${row} ${column}`) ?? String(numbersOf(table, column)[row]))
    lines.push((cut.includes(row) ? line.slice(0, 2) : line).join('\t'))
  }
  const { variables } = await readCsv(memorySource('training.tsv', new TextEncoder().encode(`${lines.join('\n')}\n`)))
  const read = variables[0]?.table
  if (read === undefined) throw new Error('The written table could not be read back.')
  return read
}

/** The table without the rows that hold something that is not finite in a used column: what "cleaned" means to the program. */
export function cleanRows(table: Table, used: readonly number[]): { table: Table, kept: number[] } {
  const kept = Array.from({ length: table.rows }, (_, row) => row).filter(row => used.every(column => Number.isFinite(numbersOf(table, column)[row])))
  const columns = table.columns.map((column, c): Column => ({ kind: 'numeric', name: column.name, values: Float64Array.from(kept, row => numbersOf(table, c)[row] ?? Number.NaN) }))
  return { table: tableFromColumns(table.name, columns), kept }
}
