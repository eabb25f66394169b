/** Columns from the values of MAT-files: from a run of numbers, from texts, from cells of one kind. */
import { TableError } from '../errors.ts'
import type { Column, NumericColumn, TextColumn } from '../table.ts'
import { countOf, type MatValue, type NumericData } from './mat-values.ts'

/** One table while it is made: what was asked for, and the sentences about what was assumed. */
export interface Making {
  readonly name: string
  readonly complex: 'refuse' | 'real'
  readonly assumptions: Set<string>
}

/** A column with the digits of its cells that a double cannot hold. */
export interface MadeColumn {
  readonly column: Column
  readonly exact: ReadonlyMap<number, string>
}

/** Why a variable is no table; `sentence` goes on after the variable's name. */
export function refuse(making: Making, sentence: string): never {
  throw new TableError('mat-no-table', `${making.name} ${sentence}`, { variable: making.name })
}

const none: ReadonlyMap<number, string> = new Map()

/** A view on the values where they are floats already, else a copy as doubles. */
export function numericColumn(name: string, values: NumericData): MadeColumn {
  if (values instanceof Float64Array || values instanceof Float32Array) return { column: { kind: 'numeric', name, values }, exact: none }
  if (!(values instanceof BigInt64Array || values instanceof BigUint64Array)) {
    return { column: { kind: 'numeric', name, values: new Float64Array(values) }, exact: none }
  }
  const doubles = new Float64Array(values.length)
  const exact = new Map<number, string>()
  for (let row = 0; row < values.length; row++) doubles[row] = asDouble(values[row]!, row, exact)
  return { column: { kind: 'numeric', name, values: doubles }, exact }
}

/** The nearest double; where that is another number, the digits go into `exact`. */
function asDouble(value: number | bigint, row: number, exact: Map<number, string>): number {
  const double = Number(value)
  if (typeof value === 'bigint' && BigInt(double) !== value) exact.set(row, String(value))
  return double
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
export function textColumn(name: string, texts: readonly string[]): MadeColumn {
  const levels = new Map<string, number>()
  const codes = Int32Array.from(texts, text => {
    if (text === '') return -1
    const known = levels.get(text)
    if (known !== undefined) return known
    levels.set(text, levels.size)
    return levels.size - 1
  })
  const column: TextColumn = { kind: 'text', name, codes, levels: [...levels.keys()] }
  return { column, exact: none }
}

/** One column of scalars, or of texts of one row; an empty array among them is a missing cell. `what` names it in sentences. */
export function cellsColumn(making: Making, name: string, cells: readonly (MatValue | undefined)[], what: string): MadeColumn {
  if (cells.some(cell => cell?.kind === 'char')) {
    return textColumn(name, cells.map((cell, row) => {
      if (isMissing(cell)) return ''
      if (cell?.kind === 'char' && cell.rows.length <= 1) return cell.rows[0] ?? ''
      return refuse(making, mixed(what, row, cell, 'text of one row'))
    }))
  }
  const exact = new Map<number, string>()
  const values = Float64Array.from(cells, (cell, row) => {
    if (isMissing(cell)) return Number.NaN
    if (cell?.kind !== 'numeric' || cell.real.length !== 1) return refuse(making, mixed(what, row, cell, 'one number'))
    if (cell.imaginary !== undefined) acceptComplex(making, `has a ${what} that `)
    return asDouble(cell.real[0] ?? Number.NaN, row, exact)
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
