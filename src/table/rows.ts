/** Cells that are not finite, and which rows that leaves. Only the columns that are used are ever looked at. */
import { anyBeyond, mostScanned } from '../numeric/scan.ts'
import { median } from '../numeric/stats.ts'
import { TableError } from './errors.ts'
import { cellLabel, columnLabel, count, list, plural, shown } from './names.ts'
import { numberAt, piecesOf, withNumber } from './stored.ts'
import type { Column, NumberColumn, Table } from './table.ts'

export type Precision = 'float32' | 'float64'
export type NonFinitePolicy = 'drop' | 'error' | 'impute' | 'keep'

/** A cell that no arithmetic survives. */
export interface BadCell {
  /** The table's name. */
  readonly table: string
  /** Counted from 1. */
  readonly row: number
  /** The row counted from 0. */
  readonly index: number
  /** Counted from 1. */
  readonly column: number
  readonly columnName: string
  /** NaN, Infinity or -Infinity; or a number beyond what float32 can hold. */
  readonly value: number
  /** What stood in the file, where it does not say the same as `value`. */
  readonly text?: string
  /** Of a text file, from 1. */
  readonly line?: number
  /** The row ended before this cell. */
  readonly absent?: true
}

/** The least number that float32 rounds to Infinity: half a unit above its largest, (2 - 2^-24) * 2^127 (IEEE 754). */
const float32Overflow = (2 - 2 ** -24) * 2 ** 127

export function isFiniteNumber(value: number): boolean {
  // Infinity - Infinity and NaN - NaN are NaN.
  return value - value === 0
}

/** Whether a number stays finite at a precision. */
export function fits(value: number, precision: Precision): boolean {
  return isFiniteNumber(value) && (precision === 'float64' || Math.abs(value) < float32Overflow)
}

/**
 * Every cell of `columns` (from 0) that is missing or not finite, or, at float32, so large that it becomes Infinity; by
 * row, then in the order of `columns`.
 */
export function findNonFinite(table: Table, columns: readonly number[], precision: Precision = 'float64'): BadCell[] {
  const marks = badRows(table, columns, precision)
  const cells: BadCell[] = []
  for (let row = marks.indexOf(1); row >= 0; row = marks.indexOf(1, row + 1)) cells.push(...badCellsOf(table, columns, row, precision))
  return cells
}

/** 1 for each row that has a bad cell. */
function badRows(table: Table, columns: readonly number[], precision: Precision): Uint8Array {
  const marks = new Uint8Array(table.rows)
  for (const index of columns) {
    const column = table.columns[index]
    if (column?.kind === 'text') markMissing(column.codes, marks)
    else if (column !== undefined) markNonFinite(column, precision, marks)
  }
  return marks
}

function markMissing(codes: Int32Array, marks: Uint8Array): void {
  for (let row = 0; row < marks.length; row++) if (codes[row]! < 0) marks[row] = 1
}

/** The upper half of `float32Overflow`, and so of every double that float32 cannot hold: that or more, as a whole number. */
const float32OverflowWord = 0x47efffff

/** Numbers are looked at many together, and only where one of them may be bad is each looked at alone. */
function markNonFinite(column: NumberColumn, precision: Precision, marks: Uint8Array): void {
  for (const { from, values } of piecesOf(column)) markIn(values, precision, marks.subarray(from, from + values.length))
}

function markIn(values: Float64Array | Float32Array, precision: Precision, marks: Uint8Array): void {
  const least = values instanceof Float32Array ? 0x7f800000 : precision === 'float32' ? float32OverflowWord : 0x7ff00000
  for (let from = 0; from < marks.length; from += mostScanned) {
    const to = Math.min(from + mostScanned, marks.length)
    if (!anyBeyond(values, from, to, least)) continue
    for (let row = from; row < to; row++) if (!fits(values[row]!, precision)) marks[row] = 1
  }
}

function badCellsOf(table: Table, columns: readonly number[], row: number, precision: Precision): BadCell[] {
  return columns.flatMap(index => {
    const column = table.columns[index]
    return column === undefined || isGood(column, row, precision) ? [] : [cellAt(table, row, index)]
  })
}

function isGood(column: Column, row: number, precision: Precision): boolean {
  return column.kind === 'text' ? (column.codes[row] ?? -1) >= 0 : fits(numberAt(column, row), precision)
}

/** A cell with its place in the table and in its file; both indexes from 0. */
export function cellAt(table: Table, row: number, index: number): BadCell {
  const column = table.columns[index]
  const { line, text, absent } = table.origin(row, index)
  const value = column === undefined || column.kind === 'text' ? Number.NaN : numberAt(column, row)
  return {
    table: table.name, row: row + 1, index: row, column: index + 1, columnName: column?.name ?? `column ${index + 1}`, value,
    ...(text === undefined ? {} : { text }), ...(line === undefined ? {} : { line }), ...(absent === undefined ? {} : { absent }),
  }
}

/** Above this share of rows, leaving rows out changes what is being fitted, and a person should say so. */
export const largestDroppedShare = 0.01

export interface RowsRequest {
  /** Rows to leave out whatever they hold, counted from 1. */
  readonly excludeRows?: readonly number[]
  /** What the cells must fit into. */
  readonly precision?: Precision
  /** For `impute`: what the training table gave, by the position in `columns`; left out, found in this table. */
  readonly fills?: readonly (number | string)[]
}

export interface ChosenRows {
  /** The table to take the rows of: the one handed in, or with `impute` one whose bad cells are filled. */
  readonly table: Table
  /** Rows that are kept, from 0, in the table's order. */
  readonly rows: Uint32Array
  /** Bad cells for which rows were left out, by row. */
  readonly dropped: readonly BadCell[]
  /** How many rows were left out for them. */
  readonly droppedRows: number
  /** Bad cells that were filled. */
  readonly imputed: readonly BadCell[]
  /** What `impute` put into each column, by the position in `columns`: a median, or the most frequent text. */
  readonly fills: readonly (number | string)[]
  /** A sentence each. */
  readonly assumptions: readonly string[]
}

/**
 * Which rows to train on, or to validate on. `drop` leaves rows with a bad cell out and refuses above 1 % of rows; `error`
 * refuses at the first; `impute` fills bad cells with the median of the column's finite values (text: with the most
 * frequent); `keep` takes all rows.
 *
 * Throws TableError: `no-such-row`, `too-many-non-finite-rows`, `non-finite-cell`, `no-rows-left`.
 */
export function chooseRows(table: Table, columns: readonly number[], policy: NonFinitePolicy, request: RowsRequest = {}): ChosenRows {
  const { excludeRows = [], precision = 'float64' } = request
  const excluded = exclusions(table, excludeRows)
  const none = { table, dropped: [], droppedRows: 0, imputed: [], fills: [] }
  const assumptions = excludeRows.length === 0 ? [] : [`${plural(new Set(excludeRows).size, 'row')} of ${shown(table.name)} left out as `
    + `asked.`]
  const bad = badRows(table, columns, precision)
  for (const row of excludeRows) bad[row - 1] = 0
  const marked = rowsWhere(bad, 1)
  const kept = rowsWhere(excluded, 0)
  if (kept.length === 0) throw noneLeft(table, 'all its rows are excluded')
  if (policy === 'keep') return { ...none, rows: kept, assumptions: [...assumptions, ...keepSays(table, marked.length)] }
  const fills = policy === 'impute' ? fillsOf(table, columns, kept, precision, request.fills) : []
  if (marked.length === 0) return { ...none, rows: kept, fills, assumptions }
  if (policy === 'error') throw firstBad(table, badCellsOf(table, columns, marked[0] ?? 0, precision), marked.length)

  if (policy === 'impute') {
    const cells = [...marked].flatMap(row => badCellsOf(table, columns, row, precision))
    const says = imputeSays(table, columns, cells, fills)
    return { ...none, table: filled(table, columns, cells, fills), rows: kept, imputed: cells, fills, assumptions: [...assumptions, says] }
  }
  if (marked.length > largestDroppedShare * kept.length) throw tooMany(table, columns, marked, kept.length, precision)
  const dropped = [...marked].flatMap(row => badCellsOf(table, columns, row, precision))
  const says = dropSays(table, dropped, marked.length, kept.length)
  for (const row of marked) excluded[row] = 1
  const rows = rowsWhere(excluded, 0)
  return { ...none, rows, dropped, droppedRows: marked.length, assumptions: [...assumptions, says] }
}

function exclusions(table: Table, excludeRows: readonly number[]): Uint8Array {
  const excluded = new Uint8Array(table.rows)
  for (const row of excludeRows) {
    if (!Number.isInteger(row) || row < 1 || row > table.rows) {
      throw new TableError('no-such-row', `Row ${row} is to be left out, and ${shown(table.name)} has rows 1 to ${count(table.rows)}.`,
        { table: table.name, row, rows: table.rows })
    }
    excluded[row - 1] = 1
  }
  return excluded
}

/** The rows that are marked so; `marks` has 0 and 1 alone. What is looked for is mostly found nowhere or everywhere, and quickest by the engine. */
function rowsWhere(marks: Uint8Array, wanted: 0 | 1): Uint32Array {
  if (!marks.includes(wanted)) return new Uint32Array(0)
  if (!marks.includes(1 - wanted)) return everyRow(marks.length)
  const rows = new Uint32Array(marks.length)
  let total = 0
  for (let row = 0; row < marks.length; row++) if (marks[row] === wanted) rows[total++] = row
  return rows.slice(0, total)
}

/** Those that hold every row of a table, in order. */
const whole = new WeakSet<Uint32Array>()

function everyRow(count: number): Uint32Array {
  const rows = new Uint32Array(count)
  for (let row = 0; row < count; row++) rows[row] = row
  whole.add(rows)
  return rows
}

/** Whether these are known to be all `count` rows of a table, in order. */
export function isEveryRow(rows: Uint32Array, count: number): boolean {
  return rows.length === count && whole.has(rows)
}

function noneLeft(table: Table, why: string): TableError {
  return new TableError('no-rows-left', `No row of ${shown(table.name)} is left: ${why}.`, { table: table.name, rows: table.rows })
}

/** What a cell holds, as a sentence says it. */
function holds({ value }: BadCell): string {
  return isFiniteNumber(value) ? `${value}, which float32 rounds to ${value < 0 ? '-' : ''}Infinity` : String(value)
}

function firstBad(table: Table, cells: readonly BadCell[], rows: number): TableError {
  const [cell] = cells
  const place = cell === undefined ? '' : cellLabel(table, cell.index, cell.column - 1)
  const what = cell === undefined ? 'not finite' : holds(cell)
  const more = rows > 1 ? ` ${plural(rows - 1, 'more row')} ${rows === 2 ? 'has' : 'have'} such a cell.` : ''
  return new TableError('non-finite-cell', `${shown(table.name)}, ${place}, is ${what}: a finite number was expected.${more} Repair the `
    + `file, or use --nonfinite drop, impute or keep.`, { ...cell, rows })
}

function tooMany(table: Table, columns: readonly number[], marked: Uint32Array, rows: number, precision: Precision): TableError {
  const perColumn = columns
    .map(index => ({ index, bad: countBad(table.columns[index], marked, precision) }))
    .filter(({ bad }) => bad > 0)
    .sort((a, b) => b.bad - a.bad)
  const where = list(perColumn.map(({ index, bad }) => `${columnLabel(table.columns[index], index)}: ${count(bad)}`), 5)
  const share = ((marked.length / rows) * 100).toPrecision(2)
  return new TableError('too-many-non-finite-rows', `${count(marked.length)} of ${plural(rows, 'row')} of ${shown(table.name)} (${share} `
    + `%) hold a cell that is missing or not finite (${where}); up to 1 % would be left out. `
    + 'Use --nonfinite impute to put the column\'s median there, leave the column out with --inputs, or clean the file.',
  { table: table.name, badRows: marked.length, rows, columns: perColumn.map(({ index, bad }) => ({ column: index + 1, bad })) })
}

function countBad(column: Column | undefined, rows: Uint32Array, precision: Precision): number {
  let bad = 0
  for (const row of rows) if (column !== undefined && !isGood(column, row, precision)) bad++
  return bad
}

function dropSays(table: Table, dropped: readonly BadCell[], droppedRows: number, rows: number): string {
  const [cell] = dropped
  const one = droppedRows === 1 && cell !== undefined
  return one
    ? `1 row of ${shown(table.name)} holds ${holds(cell)}: ${cellLabel(table, cell.index, cell.column - 1)}. Left out (1 of `
      + `${count(rows)}); --nonfinite keep trains on it.`
    : `${count(droppedRows)} rows of ${shown(table.name)} hold cells that are missing or not finite: rows `
      + `${list([...new Set(dropped.map(({ row }) => count(row)))], 5)}. Left out (${count(droppedRows)} of ${count(rows)}); --nonfinite `
      + `keep trains on them.`
}

function keepSays(table: Table, rows: number): string[] {
  return rows === 0 ? [] : [`${plural(rows, 'row')} of ${shown(table.name)} with cells that are missing or not finite `
    + `${rows === 1 ? 'is' : 'are'} kept; --nonfinite drop leaves ${rows === 1 ? 'it' : 'them'} out.`]
}

function imputeSays(table: Table, columns: readonly number[], cells: readonly BadCell[], fills: readonly (number | string)[]): string {
  const filledColumns = columns.flatMap((index, i) => {
    const n = cells.filter(({ column }) => column === index + 1).length
    return n === 0 ? [] : [`${plural(n, 'cell')} of ${columnLabel(table.columns[index], index)} with `
      + `${typeof fills[i] === 'string' ? shown(fills[i]) : fills[i]}`]
  })
  return `Filled in ${shown(table.name)} what was missing or not finite: ${list(filledColumns)} (the median of the column's finite `
    + `training values; of text the most frequent).`
}

function fillsOf(
  table: Table, columns: readonly number[], rows: Uint32Array, precision: Precision, given?: readonly (number | string)[],
): (number | string)[] {
  if (given !== undefined) return [...given]
  return columns.map(index => {
    const column = table.columns[index]
    if (column === undefined) return Number.NaN
    if (column.kind === 'text') return mostFrequent(column.codes, column.levels, rows)
    const values = fitting(column, rows, precision)
    if (values.length === 0) throw noneLeft(table, `${columnLabel(column, index)} holds no finite number, so it has no median`)
    return median(values)
  })
}

function fitting(column: NumberColumn, rows: Uint32Array, precision: Precision): Float64Array {
  const values = new Float64Array(rows.length)
  let count = 0
  for (const row of rows) {
    const value = numberAt(column, row)
    if (fits(value, precision)) values[count++] = value
  }
  return values.subarray(0, count)
}

function mostFrequent(codes: Int32Array, levels: readonly string[], rows: Uint32Array): string {
  const counts = new Float64Array(levels.length)
  for (const row of rows) {
    const code = codes[row]!
    if (code >= 0) counts[code]!++
  }
  let best = 0
  for (let level = 1; level < counts.length; level++) if (counts[level]! > counts[best]!) best = level
  return levels[best] ?? ''
}

/** A table whose columns have their bad cells filled; all others are shared. */
function filled(table: Table, columns: readonly number[], cells: readonly BadCell[], fills: readonly (number | string)[]): Table {
  const replaced = [...table.columns]
  columns.forEach((index, i) => {
    const bad = cells.filter(cell => cell.column === index + 1)
    const [column, fill] = [table.columns[index], fills[i]]
    if (bad.length === 0 || column === undefined || fill === undefined) return
    replaced[index] = withFill(column, bad.map(cell => cell.index), fill)
  })
  return { ...table, columns: replaced, origin: (row, column) => table.origin(row, column) }
}

function withFill(column: Column, rows: readonly number[], fill: number | string): Column {
  if (column.kind !== 'text') return withNumber(column, rows, Number(fill))
  const known = column.levels.indexOf(String(fill))
  const levels = known >= 0 ? column.levels : [...column.levels, String(fill)]
  const codes = column.codes.slice()
  for (const row of rows) codes[row] = known >= 0 ? known : levels.length - 1
  return { ...column, codes, levels }
}
