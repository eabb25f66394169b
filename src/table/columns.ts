/** Which columns are inputs and which are targets, and the same columns in another table. */
import { TableError } from './errors.ts'
import { capital, columnLabel, count, isNamed, list, nearestName, plural, quoted, shown } from './names.ts'
import { orderOfDates, secondsOfDate } from './readers/csv/dates.ts'
import { isFiniteNumber } from './rows.ts'
import { piecesOf } from './stored.ts'
import type { Column, NumberColumn, Table, TextColumn } from './table.ts'

/** A column by its name, or by its number counted from 1. */
export type ColumnReference = string | number

export interface ColumnsRequest {
  readonly target?: ColumnReference | readonly ColumnReference[] | undefined
  readonly inputs?: readonly ColumnReference[] | undefined
  /** Whether the target's values are classes; left out, they are where a named target is text. */
  readonly classification?: boolean | undefined
}

/** Columns by their index, from 0. */
export interface ColumnSet {
  readonly inputs: readonly number[]
  readonly targets: readonly number[]
}

export interface ChosenColumns extends ColumnSet {
  /** `class`: the target's values are labels. */
  readonly targetKind: 'numeric' | 'class'
  /** A sentence each. */
  readonly assumptions: readonly string[]
  /** Columns that a default would have taken, were they numbers. */
  readonly leftOut: readonly { readonly index: number; readonly why: string }[]
}

/** Above so many distinct texts a column is names or notes rather than classes. */
const fewLevels = 50

/**
 * The columns to predict from and to predict. The target is the last numeric column unless told; the inputs are all other
 * numeric columns. A string is tried as a name, then as a number from 1; a number as a number, then as a name.
 *
 * Throws TableError: `no-such-column`, `several-columns`, `repeated-column`, `target-is-input`, `text-target`,
 * `several-class-targets`, `no-target`, `no-inputs`; and, unless the cells are for an audit to judge, `no-numbers-in-column`,
 * `constant-target`, `one-class-target`.
 */
export function chooseColumns(training: Table, request: ColumnsRequest = {}, { judged = true }: { readonly judged?: boolean } = {}): ChosenColumns {
  const assumptions: string[] = []
  const targets = request.target === undefined
    ? [defaultTarget(training, request, assumptions)]
    : distinct(training, asList(request.target).map(reference => resolveColumn(training, reference)), 'target')
  const targetKind = kindOfTarget(training, targets, request.classification)
  const { inputs, leftOut } = request.inputs === undefined
    ? defaultInputs(training, targets)
    : { inputs: distinct(training, request.inputs.map(reference => resolveColumn(training, reference)), 'input'), leftOut: [] }
  const both = inputs.find(index => targets.includes(index))
  if (both !== undefined) {
    throw new TableError('target-is-input', `${sentenceLabel(training, both)} is named as the target and as an input: a column is one or `
      + `the other.`, { column: both + 1 })
  }
  if (inputs.length === 0) {
    throw new TableError('no-inputs', `${shown(training.name)} has no numeric column besides the target, ${labels(training, targets)}: `
      + `at least one input is needed.`, { target: targets.map(index => index + 1) })
  }
  if (judged) {
    for (const index of [...targets, ...inputs]) checkHoldsValues(training, index)
    for (const index of targets) checkVaries(training, index, targetKind)
  }
  for (const { index, why } of leftOut) assumptions.push(`${sentenceLabel(training, index)} is not an input: ${why}.`)
  if (targetKind === 'class' && training.columns[targets[0] ?? 0]?.kind === 'text') {
    assumptions.push(`${sentenceLabel(training, targets[0] ?? 0)} is text: each of its values is a class.`)
  }
  return { inputs, targets, targetKind, assumptions, leftOut }
}

function asList(target: ColumnReference | readonly ColumnReference[]): readonly ColumnReference[] {
  return typeof target === 'string' || typeof target === 'number' ? [target] : target
}

/** The index, from 0, of the column that a name or a number from 1 means. Throws TableError `no-such-column`, `several-columns`. */
export function resolveColumn(table: Table, reference: ColumnReference): number {
  const name = String(reference)
  const byName = table.columns.flatMap((column, index) => (column.name === name ? [index] : []))
  const digits = /^\s*(?:column )?(\d{1,9})\s*$/.exec(name)?.[1]
  const byNumber = digits === undefined ? null : Number(digits) - 1
  const inRange = byNumber !== null && byNumber >= 0 && byNumber < table.columns.length
  if (typeof reference === 'number' && inRange) return byNumber
  const [first] = byName
  if (byName.length > 1) {
    throw new TableError('several-columns', `${plural(byName.length, 'column')} of ${shown(table.name)} are named ${shown(name)} `
      + `(${list(byName.map(index => String(index + 1)))}): give the number of the one that is meant.`,
        { name, columns: byName.map(index => index + 1) })
  }
  if (first !== undefined) return first
  if (inRange) return byNumber
  throw noSuchColumn(table, name, byNumber !== null)
}

function noSuchColumn(table: Table, name: string, isNumber: boolean): TableError {
  const names = table.columns.map(column => column.name)
  const nearest = nearestName(name, names)
  const width = table.columns.length
  const there = table.columns.some(isNamed) ? `its ${plural(width, 'column')} ${width === 1 ? 'is' : 'are'} `
    + `${list(names.map(shown), 12)}` : `its columns are numbered 1 to ${count(width)}`
  const hint = nearest === null || isNumber ? '' : ` Was ${shown(nearest)} meant?`
  return new TableError('no-such-column', `${shown(table.name)} has no column ${shown(name)}: ${there}.${hint}`, { name, names, nearest })
}

function distinct(table: Table, columns: readonly number[], as: 'target' | 'input'): readonly number[] {
  const seen = new Set<number>()
  const twice = columns.find(index => seen.size === seen.add(index).size)
  if (twice === undefined) return columns
  throw new TableError('repeated-column', `${sentenceLabel(table, twice)} is named twice as ${as === 'input' ? 'an input' : 'a target'}: `
    + `name each column once.`, { column: twice + 1 })
}

function defaultTarget(table: Table, { classification, inputs }: ColumnsRequest, assumptions: string[]): number {
  const taken = new Set((inputs ?? []).map(reference => resolveColumn(table, reference)))
  const free = table.columns.flatMap((column, index) => (taken.has(index) ? [] : [{ column, index }]))
  const last = free.at(-1)
  const isLabel = last?.column.kind === 'text' && last.column.levels.length >= 2 && last.column.levels.length <= fewLevels
  if (last !== undefined && isLabel && classification === true) {
    assumptions.push(`Target: ${columnLabel(last.column, last.index)}, the last.`)
    return last.index
  }
  const numeric = free.findLast(({ column }) => holdsNumbers(column))
  if (numeric === undefined) {
    const why = inputs === undefined ? 'has no column that holds numbers' : 'has no column that holds numbers besides the inputs'
    throw new TableError('no-target', `${shown(table.name)} ${why}: name the target, such as --target `
      + `${shown(last?.column.name ?? 'NAME')}.`, { table: table.name })
  }
  const isLast = numeric.index === table.columns.length - 1
  assumptions.push(`Target: ${columnLabel(numeric.column, numeric.index)}, the last ${isLast ? '' : 'numeric '}column.`)
  if (last !== undefined && isLabel && last.index > numeric.index && classification === undefined) {
    assumptions.push(`${sentenceLabel(table, last.index)} is text with `
      + `${plural(last.column.kind === 'text' ? last.column.levels.length : 0, 'value')}: to predict these as classes, name it as the `
      + `target.`)
  }
  return numeric.index
}

function defaultInputs(table: Table, targets: readonly number[]): { inputs: number[]; leftOut: { index: number; why: string }[] } {
  const inputs: number[] = []
  const leftOut: { index: number; why: string }[] = []
  table.columns.forEach((column, index) => {
    if (targets.includes(index)) return
    if (holdsNumbers(column)) inputs.push(index)
    else if (column.kind !== 'text') leftOut.push({ index, why: 'none of its cells holds a finite number' })
    else if (holdsDates(column)) leftOut.push({ index, why: 'it holds dates, which are text here; --dates (reading.dates) makes them numbers' })
    else leftOut.push({ index, why: `it is text (${plural(column.levels.length, 'value')}); named among the inputs, each value becomes `
      + `an input of its own` })
  })
  return { inputs, leftOut }
}

/** Whether texts are dates that a reader can be asked to take as numbers. */
function holdsDates({ levels }: TextColumn): boolean {
  const order = orderOfDates(levels.slice(0, 1000)) ?? undefined
  return levels.length > 0 && levels.slice(0, 20).every(text => secondsOfDate(text, order) !== undefined)
}

function holdsNumbers(column: Column): boolean {
  if (column.kind === 'text') return false
  for (const { values } of piecesOf(column)) if (values.some(isFiniteNumber)) return true
  return false
}

function kindOfTarget(table: Table, targets: readonly number[], classification: boolean | undefined): 'numeric' | 'class' {
  const text = targets.find(index => table.columns[index]?.kind === 'text')
  if (text !== undefined && classification === false) {
    throw new TableError('text-target', `${sentenceLabel(table, text)} is text, and the loss compares numbers: name a numeric target, or `
      + `choose --loss categorical-cross-entropy-from-logits to predict its values as classes.`, { column: text + 1 })
  }
  const isClass = classification ?? text !== undefined
  if (isClass && targets.length > 1) {
    throw new TableError('several-class-targets', `${labels(table, targets)} are named as targets: classes are predicted for one column `
      + `at a time.`, { columns: targets.map(index => index + 1) })
  }
  return isClass ? 'class' : 'numeric'
}

function checkHoldsValues(table: Table, index: number): void {
  const column = table.columns[index]
  if (column === undefined || holdsNumbers(column) || (column.kind === 'text' && column.levels.length > 0)) return
  throw new TableError('no-numbers-in-column', `${sentenceLabel(table, index)} of ${shown(table.name)} holds no finite number in `
    + `${plural(table.rows, 'row')}: it can be neither input nor target.`, { column: index + 1 })
}

/** A target of one value can be predicted without inputs, and has no scale. */
function checkVaries(table: Table, index: number, kind: 'numeric' | 'class'): void {
  const column = table.columns[index]
  if (column === undefined) return
  if (kind === 'class') {
    const labels = column.kind === 'text' ? usedLevels(column.codes) : distinctValues(column, 2)
    if (labels >= 2) return
    throw new TableError('one-class-target', `The target, ${columnLabel(column, index)}, holds the same class in all `
      + `${plural(table.rows, 'row')}: there is nothing to tell apart.`, { column: index + 1 })
  }
  if (column.kind === 'text' || distinctValues(column, 2) >= 2) return
  const value = firstFinite(column)
  throw new TableError('constant-target', `The target, ${columnLabel(column, index)}, is ${value} in all ${plural(table.rows, 'row')}: `
    + `there is nothing to predict. Name another target.`, { column: index + 1, value })
}

function firstFinite(column: NumberColumn): number | undefined {
  for (const { values } of piecesOf(column)) {
    const value = values.find(isFiniteNumber)
    if (value !== undefined) return value
  }
  return undefined
}

function usedLevels(codes: Int32Array): number {
  const first = codes.find(code => code >= 0)
  return first === undefined ? 0 : codes.some(code => code >= 0 && code !== first) ? 2 : 1
}

function distinctValues(column: NumberColumn, enough: number): number {
  const seen = new Set<number>()
  for (const { values } of piecesOf(column)) {
    for (const value of values) {
      if (isFiniteNumber(value)) seen.add(value)
      if (seen.size >= enough) return seen.size
    }
  }
  return seen.size
}

/**
 * The columns of `other` that stand for `columns` of `training`, in the same order: by name, or by position where a
 * column has no name. Throws TableError `missing-columns` or `column-kind`.
 */
export function matchColumns(training: Table, columns: readonly number[], other: Table): number[] {
  const wanted = columns.map(index => ({ index, column: training.columns[index] }))
  const [own, theirs] = [indexesByName(training), indexesByName(other)]
  const samePositions = other.columns.length === training.columns.length && !other.columns.some(isNamed)
  const matched = wanted.map(({ index, column }) => {
    if (column === undefined) return -1
    // Of columns that share a name the second stands for the second.
    const byName = theirs.get(column.name)?.[own.get(column.name)?.indexOf(index) ?? 0]
    if (isNamed(column, index)) return byName ?? (samePositions ? index : -1)
    return index < other.columns.length ? index : -1
  })
  refuseMissing(wanted.flatMap(({ column, index }, i) => (matched[i] === -1 ? [columnLabel(column, index)] : [])), training.name, other)
  matched.forEach((at, i) => {
    const [from, to] = [wanted[i]?.column, other.columns[at]]
    if (from !== undefined && from.kind !== 'text' && to?.kind === 'text') {
      throw new TableError('column-kind', `${sentenceLabel(other, at)} of ${shown(other.name)} `
        + `${to.levels.length === 0 ? 'is empty in all rows' : `is text, such as ${quoted(to.levels[0] ?? '')}`}; in ${shown(training.name)} it is numbers.`, { table: other.name, column: at + 1 })
    }
  })
  return matched
}

function indexesByName(table: Table): Map<string, number[]> {
  const byName = new Map<string, number[]>()
  table.columns.forEach(({ name }, index) => {
    const indexes = byName.get(name)
    if (indexes === undefined) byName.set(name, [index])
    else indexes.push(index)
  })
  return byName
}

/**
 * The columns of a table that have these names, in the same order; `column 4` is the fourth where no column is named so.
 * For a table that is not the one trained on: what a saved model knows are names. Throws TableError `missing-columns`.
 */
export function matchNames(names: readonly string[], table: Table, wantedBy: string): number[] {
  const byName = indexesByName(table)
  const seen = new Map<string, number>()
  const matched = names.map(name => {
    const before = seen.get(name) ?? 0
    seen.set(name, before + 1)
    const position = Number(/^column (\d{1,9})$/.exec(name)?.[1] ?? 0) - 1
    return byName.get(name)?.[before] ?? (position >= 0 && position < table.columns.length ? position : -1)
  })
  refuseMissing(names.filter((_, i) => matched[i] === -1), wantedBy, table)
  return matched
}

function refuseMissing(missing: readonly string[], wantedBy: string, table: Table): void {
  if (missing.length === 0) return
  const nearest = missing.length === 1 ? nearestName(missing[0] ?? '', table.columns.map(column => column.name)) : null
  const hint = nearest === null ? '' : ` Is it ${shown(nearest)} there? Then rename it.`
  throw new TableError('missing-columns', `${shown(table.name)} lacks ${list(missing.map(shown))}, which ${shown(wantedBy)} has; it has `
    + `${plural(table.columns.length, 'column')}: ${list(table.columns.map(column => shown(column.name)), 12)}.${hint}`,
      { table: table.name, missing })
}

function labels(table: Table, columns: readonly number[]): string {
  return list(columns.map(index => columnLabel(table.columns[index], index)))
}

function sentenceLabel(table: Table, index: number): string {
  return capital(columnLabel(table.columns[index], index))
}
