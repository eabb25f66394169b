/**
 * Excel workbooks (.xlsx, ECMA-376): each sheet is a table, its header and columns found as in a text table. Formulas
 * count as the values that were last computed; errors such as #DIV/0! are missing cells that keep their text.
 */
import { TableError } from '../errors.ts'
import { plural, shown } from '../names.ts'
import type { CellProblem, FileContents, Table, Variable } from '../table.ts'
import { readCsv, type CsvOptions } from './csv.ts'
import { matLimits } from './mat-values.ts'
import { memorySource, type Inflate, type Source } from './source.ts'
import { errorWords, sheetText, type SheetText } from './xlsx/sheet.ts'
import { readWorkbook, type Sheet, type Workbook } from './xlsx/workbook.ts'
import { zipMembers, zipRead, type ZipMember } from './zip.ts'

export interface XlsxOptions extends Pick<CsvOptions, 'header' | 'missing' | 'dates'> {
  readonly inflate: Inflate
  /** Read these sheets and no others. */
  readonly only?: readonly string[]
  /** Memory for the workbook's parts, in bytes; 2 GiB unless given. */
  readonly maximumBytes?: number
}

const mostSheets = 1000

/** Throws a TableError `xlsx-…` or `zip-…` where the workbook is damaged; a sheet that is no table says why. */
export async function readXlsx(source: Source, options: XlsxOptions): Promise<FileContents> {
  const members = await zipMembers(source)
  let left = options.maximumBytes ?? matLimits.bytes
  const read = async (member: ZipMember, most = left): Promise<Uint8Array> => {
    const bytes = await zipRead(source, member, options.inflate, Math.min(left, most))
    left -= bytes.length
    return bytes
  }
  const workbook = await readWorkbook(source, members, read)
  const sheets = chosen(source, workbook, options.only)
  const variables: Variable[] = []
  const assumptions: string[] = []
  const problems: CellProblem[] = []
  let dateOrder: FileContents['dateOrder']
  for (const sheet of sheets) {
    const found = sheet.member === undefined ? undefined
      : await readSheet(`${source.name}, ${sheet.name}`, await read(sheet.member), workbook, options)
    if (found === undefined || 'unsupported' in found) {
      const why = found?.unsupported ?? 'is a chart or has no cells of its own.'
      variables.push({ name: sheet.name, class: 'sheet', dims: [0, 0], unsupported: `${sheet.name} ${why}` })
      continue
    }
    const table = { ...found.table, name: sheet.name }
    variables.push({ name: sheet.name, class: 'sheet', dims: [table.rows, table.columns.length], table })
    const about = sheets.length > 1 ? `${sheet.name}: ` : ''
    assumptions.push(...[...(sheet.hidden ? ['The sheet is hidden.'] : []), ...found.assumptions].map(sentence => about + sentence))
    problems.push(...found.problems)
    dateOrder ??= found.dateOrder
  }
  return { file: source.name, format: 'xlsx', variables, assumptions, problems: problems.slice(0, 1000), ...(dateOrder === undefined ? {} : { dateOrder }) }
}

function chosen(source: Source, { sheets }: Workbook, only: readonly string[] | undefined): readonly Sheet[] {
  if (sheets.length === 0 || sheets.length > mostSheets) {
    throw new TableError('xlsx-no-sheets',
      `${source.name} names ${sheets.length} sheets, expected from 1 to ${mostSheets}. Save it again as .xlsx or CSV.`,
      { file: source.name })
  }
  const missing = only?.find(name => !sheets.some(sheet => sheet.name === name))
  if (missing !== undefined) {
    throw new TableError('xlsx-no-such-sheet',
      `${source.name} has no sheet ${shown(missing)}; it has ${sheets.slice(0, 20).map(({ name }) => shown(name)).join(', ')}.`,
      { file: source.name, sheet: missing })
  }
  return only === undefined ? sheets : sheets.filter(({ name }) => only.includes(name))
}

type SheetRead = { readonly unsupported: string }
  | { readonly table: Table, readonly assumptions: readonly string[], readonly problems: readonly CellProblem[], readonly dateOrder: FileContents['dateOrder'] }

async function readSheet(name: string, bytes: Uint8Array, workbook: Workbook, options: XlsxOptions): Promise<SheetRead> {
  const sheet = sheetText(name, bytes, workbook)
  if (sheet === null) return { unsupported: 'is empty.' }
  const { header, dates, missing = [] } = options
  try {
    const contents = await readCsv(memorySource(name, sheet.text), {
      delimiter: ',', decimal: '.', comment: '', encoding: 'utf-8', header, dates, missing: [...missing, ...errorWords],
    })
    const table = contents.variables[0]?.table
    if (table === undefined) return { unsupported: 'holds no table.' }
    return {
      table: shifted(table, sheet.firstColumn), assumptions: [...contents.assumptions, ...aboutCells(sheet)],
      problems: (contents.problems ?? []).map(problem => ({ ...problem, column: problem.column + sheet.firstColumn })),
      dateOrder: contents.dateOrder,
    }
  } catch (error) {
    if (error instanceof TableError && error.id === 'csv-no-rows') return { unsupported: 'has a header and no rows under it.' }
    throw error
  }
}

function aboutCells({ errors, unvalued, merged }: SheetText): string[] {
  return [
    ...(errors === 0 ? [] : [`${plural(errors, 'cell')} ${errors === 1 ? 'holds' : 'hold'} an error such as #N/A and ${errors === 1 ? 'counts' : 'count'} as missing.`]),
    ...(unvalued === 0 ? [] : [`${plural(unvalued, 'formula')} ${unvalued === 1 ? 'has' : 'have'} no value in the file and ${unvalued === 1 ? 'counts' : 'count'} as missing: `
      + 'open the workbook in a spreadsheet program and save it, which stores the values.']),
    ...(merged === 0 ? [] : [`${plural(merged, 'merged area')} of several rows: the value stands in the first cell, and the others are empty.`]),
  ]
}

/** Lines are the sheet's rows already; columns count from the sheet's first. */
function shifted(table: Table, firstColumn: number): Table {
  if (firstColumn === 0) return table
  return {
    ...table,
    origin: (row, column) => {
      const place = table.origin(row, column)
      return place.column === undefined ? place : { ...place, column: place.column + firstColumn }
    },
  }
}
