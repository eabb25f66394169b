/** Columns from the values of MAT-files: from a run of numbers, from texts, from cells of one kind. */
import { TableError } from '../errors.ts'
import type { Column, NumericColumn, TextColumn } from '../table.ts'
import { TextLevels } from '../text-levels.ts'
import { ExactDigits, noDigits, type Digits } from './exact.ts'
import { countOf, type MatBudget, type MatValue, type NumericData } from './mat-values.ts'

/** One table while it is made: what was asked for, and the sentences about what was assumed. */
export interface Making {
  readonly name: string
  readonly complex: 'refuse' | 'real'
  readonly assumptions: Set<string>
  /** Memory that the file's tables may still take, where that is bounded. */
  readonly budget?: MatBudget
}

/** A column with the digits of its cells that a double cannot hold. */
export interface MadeColumn {
  readonly column: Column
  readonly exact: Digits
}

/** Why a variable is no table; `sentence` goes on after the variable's name. */
export function refuse(making: Making, sentence: string): never {
  throw new TableError('mat-no-table', `${making.name} ${sentence}`, { variable: making.name })
}

/** A view on the values where they are floats already, else a copy as doubles. */
export function numericColumn(name: string, values: NumericData): MadeColumn {
  if (values instanceof Float64Array || values instanceof Float32Array) return { column: { kind: 'numeric', name, values }, exact: noDigits }
  if (!(values instanceof BigInt64Array || values instanceof BigUint64Array)) {
    return { column: { kind: 'numeric', name, values: new Float64Array(values) }, exact: noDigits }
  }
  const exact = new ExactDigits()
  const doubles = new Float64Array(values.length)
  for (let row = 0; row < values.length; row++) doubles[row] = exact.asDouble(values[row]!, row)
  return { column: { kind: 'numeric', name, values: doubles }, exact }
}

/** Takes the real part where that was asked for; `what` says who holds the complex numbers, such as `has a field x that `. */
export function acceptComplex(making: Making, what: string): void {
  if (making.complex === 'refuse') {
    refuse(making, `${what}holds complex numbers, and a table holds real ones. `
      + 'Ask for their real part (--complex real; in the library complex: \'real\'), or save real(x) and imag(x) in MATLAB.')
  }
  making.assumptions.add(`${making.name}: complex numbers, of which the real part was taken.`)
}

/** Texts as levels and codes; an empty text is a missing cell. */
export function textColumn(name: string, count: number, textOf: (row: number) => string): MadeColumn {
  const levels = new TextLevels()
  const codes = new Int32Array(count)
  for (let row = 0; row < count; row++) codes[row] = levels.code(textOf(row))
  const column: TextColumn = { kind: 'text', name, codes, levels: levels.list() }
  return { column, exact: noDigits }
}

/** One column of scalars, or of texts of one row; an empty array among them is a missing cell. `what` names it in sentences. */
export function cellsColumn(making: Making, name: string, cells: readonly (MatValue | undefined)[], what: string): MadeColumn {
  if (cells.some(cell => cell?.kind === 'char')) {
    return textColumn(name, cells.length, row => {
      const cell = cells[row]
      if (isMissing(cell)) return ''
      if (cell?.kind === 'char' && cell.rows.length <= 1) return cell.rows[0] ?? ''
      return refuse(making, mixed(what, row, cell, 'text of one row'))
    })
  }
  const exact = new ExactDigits()
  const values = Float64Array.from(cells, (cell, row) => {
    if (isMissing(cell)) return Number.NaN
    if (cell?.kind !== 'numeric' || cell.real.length !== 1) return refuse(making, mixed(what, row, cell, 'one number'))
    if (cell.imaginary !== undefined) acceptComplex(making, `has a ${what} that `)
    return exact.asDouble(cell.real[0] ?? Number.NaN, row)
  })
  const column: NumericColumn = { kind: 'numeric', name, values }
  return { column, exact }
}

function isMissing(cell: MatValue | undefined): boolean {
  return cell?.kind === 'numeric' && countOf(cell.dims) === 0
}

function mixed(what: string, row: number, cell: MatValue | undefined, expected: string): string {
  const got = cell === undefined ? 'nothing' : `${cell.dims.join(' x ')} ${cell.class}`
  return `is no table: its ${what} holds ${got} in row ${row + 1}, expected ${expected} in each.`
}
