/**
 * From cells to what a network takes, and back: numbers standardised, texts one-hot, classes as targets. The encoding is
 * made from the training rows, is plain JSON, and is saved with the model.
 */
import { stretch, writeScaled, type ScaledColumn } from '../numeric/side-by-side.ts'
import { TableError } from './errors.ts'
import { capital, cellLabel, columnLabel, count, list, plural, quoted, shown } from './names.ts'
import { cellAt, isFiniteNumber, type BadCell, type Precision } from './rows.ts'
import { numberAt, inMemory } from './stored.ts'
import { scaleOfColumn } from './streamed-scale.ts'
import type { ColumnSet } from './columns.ts'
import type { Column, NumberColumn, Table } from './table.ts'

/**
 * One input column. `numeric` becomes (x - mean) / scale, computed in float64 and then rounded, or, when `constant`,
 * (x - mean) * 0, which is 0 and lets NaN and Infinity through. `category` becomes one number for each level, 1 at the cell's own.
 */
export type Feature =
  | { readonly kind: 'numeric'; readonly name: string; readonly mean: number; readonly scale: number; readonly constant: boolean }
  | { readonly kind: 'category'; readonly name: string; readonly levels: readonly string[] }

/** `numeric`: each column becomes (y - mean) / scale. `class`: 0 or 1 for two labels (`binary`), or one number for each label. */
export type Target =
  | { readonly kind: 'numeric'; readonly columns: readonly { readonly name: string; readonly mean: number; readonly scale: number }[] }
  | {
    readonly kind: 'class'
    readonly name: string
    /** In the order of outputs: by value where they are numbers, else by code unit. */
    readonly labels: readonly string[]
    /** Whether the labels are whole numbers in the table. */
    readonly numeric: boolean
    readonly output: 'binary' | 'categorical'
  }

export interface Encoding {
  readonly features: readonly Feature[]
  readonly target: Target
  /** Numbers in a row of encoded features, and of encoded targets. */
  readonly inputs: number
  readonly outputs: number
}

export interface EncodingRequest {
  /** Features and numeric targets to mean 0 and deviation 1; without it they stay as they are. */
  readonly standardize: boolean
  readonly target: 'numeric' | 'binary' | 'categorical'
}

export interface MadeEncoding {
  readonly encoding: Encoding
  /** A sentence each. */
  readonly assumptions: readonly string[]
}

/** More distinct texts than this are not categories: each would be an input, or an output, of its own. */
export const mostLevels = 1000

/**
 * The encoding of `columns` by the given training rows (from 0). Means and deviations are of finite values only, so that
 * one NaN does not spread over its column.
 *
 * Throws TableError: `too-many-levels`, `constant-target`, `one-class-target`, `class-not-integer`, `too-many-classes`,
 * `binary-needs-two-classes`, `text-target`.
 */
export function makeEncoding(training: Table, columns: ColumnSet, rows: Uint32Array, request: EncodingRequest): MadeEncoding {
  const assumptions: string[] = []
  const features = columns.inputs.map(index => featureOf(training, index, rows, request.standardize, assumptions))
  const target = request.target === 'numeric'
    ? numericTarget(training, columns.targets, rows, request.standardize)
    : classTarget(training, columns.targets, rows, request.target)
  return { encoding: { features, target, inputs: inputsOf(features), outputs: outputsOf(target) }, assumptions }
}

function inputsOf(features: readonly Feature[]): number {
  return features.reduce((sum, feature) => sum + (feature.kind === 'numeric' ? 1 : feature.levels.length), 0)
}

function outputsOf(target: Target): number {
  if (target.kind === 'numeric') return target.columns.length
  return target.output === 'binary' ? 1 : target.labels.length
}

function featureOf(table: Table, index: number, rows: Uint32Array, standardize: boolean, assumptions: string[]): Feature {
  const column = columnAt(table, index)
  if (column.kind === 'text') {
    const levels = sortedLevels(column.codes, column.levels, rows)
    if (levels.length > mostLevels) {
      throw new TableError('too-many-levels', `${capital(columnLabel(column, index))} of ${shown(table.name)} holds `
        + `${count(levels.length)} different texts, and each would be an input of its own; up to ${count(mostLevels)} are taken. Leave `
        + `it out of the inputs.`, { column: index + 1, levels: levels.length })
    }
    return { kind: 'category', name: column.name, levels }
  }
  if (!standardize) return { kind: 'numeric', name: column.name, mean: 0, scale: 1, constant: false }
  const { mean, deviation, constant } = scaleOfColumn(column, rows)
  if (constant) assumptions.push(`${capital(columnLabel(column, index))} of ${shown(table.name)} does not vary `
    + `(${Number(mean.toPrecision(9))} in every training row): it is scaled to 0 and says nothing.`)
  return { kind: 'numeric', name: column.name, mean, scale: constant ? 1 : deviation, constant }
}

function numericTarget(table: Table, targets: readonly number[], rows: Uint32Array, standardize: boolean): Target {
  const columns = targets.map(index => {
    const column = columnAt(table, index)
    if (column.kind === 'text') {
      throw new TableError('text-target', `The target, ${columnLabel(column, index)}, is text, and the loss compares numbers: choose a `
        + `numeric target or a cross-entropy loss.`, { column: index + 1 })
    }
    const { mean, deviation, constant } = scaleOfColumn(column, rows)
    if (constant) {
      throw new TableError('constant-target', `The target, ${columnLabel(column, index)}, does not vary: it is `
        + `${Number(mean.toPrecision(9))} in all ${plural(rows.length, 'training row')}. Name another target.`,
          { column: index + 1, value: mean })
    }
    return { name: column.name, mean: standardize ? mean : 0, scale: standardize ? deviation : 1 }
  })
  return { kind: 'numeric', columns }
}

function classTarget(table: Table, targets: readonly number[], rows: Uint32Array, output: 'binary' | 'categorical'): Target {
  const [index] = targets
  if (index === undefined || targets.length > 1) {
    throw new TableError('several-class-targets', `${targets.length} columns are named as targets: classes are predicted for one column `
      + `at a time.`, { columns: targets.map(i => i + 1) })
  }
  const column = columnAt(table, index)
  const labels = column.kind === 'text' ? sortedLevels(column.codes, column.levels, rows) : integerLabels(table, index, column, rows)
  const label = columnLabel(column, index)
  if (labels.length < 2) {
    throw new TableError('one-class-target', `The target, ${label}, holds `
      + `${labels.length === 0 ? 'no class' : `only the class ${shown(labels[0] ?? '')}`} in ${plural(rows.length, 'training row')}: at `
      + `least two are needed.`, { column: index + 1, labels })
  }
  if (labels.length > mostLevels) throw tooManyClasses(label, index, labels.length)
  if (output === 'binary' && labels.length !== 2) {
    throw new TableError('binary-needs-two-classes', `The target, ${label}, has ${count(labels.length)} classes `
      + `(${list(labels.map(shown))}), and a binary cross-entropy tells two apart: choose --loss categorical-cross-entropy-from-logits.`,
        { column: index + 1, labels })
  }
  return { kind: 'class', name: column.name, labels, numeric: column.kind !== 'text', output }
}

function tooManyClasses(label: string, index: number, classes: number): TableError {
  return new TableError('too-many-classes', `The target, ${label}, holds more than ${count(mostLevels)} different values, and each would `
    + `be a class: a number that is measured is predicted with --loss half-mse.`, { column: index + 1, classes })
}

/** The levels that occur in the rows, in code-unit order, which no locale changes. */
function sortedLevels(codes: Int32Array, levels: readonly string[], rows: Uint32Array): string[] {
  const used = new Set<number>()
  for (const row of rows) if (codes[row]! >= 0) used.add(codes[row]!)
  return [...used].map(code => levels[code] ?? '').sort()
}

function integerLabels(table: Table, index: number, column: NumberColumn, rows: Uint32Array): string[] {
  const seen = new Set<number>()
  for (const row of rows) {
    const value = numberAt(column, row)
    if (!isFiniteNumber(value) || seen.has(value)) continue
    if (!Number.isInteger(value)) {
      throw new TableError('class-not-integer', `${shown(table.name)}, ${cellLabel(table, row, index)}, is ${value}: classes are whole `
        + `numbers or text. A number that is measured is predicted with --loss half-mse.`, { row: row + 1, column: index + 1, value })
    }
    seen.add(value)
    if (seen.size > mostLevels) throw tooManyClasses(columnLabel(table.columns[index], index), index, seen.size)
  }
  return [...seen].sort((a, b) => a - b).map(String)
}

export interface EncodeOptions {
  /** What a text that no training row held gets: a refusal, or NaN, so that its row's outputs are NaN and are seen. */
  readonly unknown?: 'refuse' | 'nan'
}

/**
 * Features [rows, encoding.inputs], row-major, of the rows (from 0) of a table; `columns` are the table's columns that
 * stand for the encoding's features, in order. Throws TableError `unknown-category`.
 */
export function encodeFeatures(
  table: Table, columns: readonly number[], rows: Uint32Array, encoding: Encoding, precision: Precision, options: EncodeOptions = {},
): Float32Array | Float64Array {
  const out = allocate(rows.length * encoding.inputs, precision)
  putFeatures(out, { width: encoding.inputs, at: 0 }, table, columns, rows, encoding, options)
  return out
}

/** Where the numbers of a row stand in an array of rows: `at` in the `width` numbers of each. */
export interface Place {
  readonly width: number
  readonly at: number
}

/** Features of the rows into an array that holds 0 where categories go. */
export function putFeatures(
  out: Float32Array | Float64Array, place: Place, table: Table, columns: readonly number[], rows: Uint32Array, encoding: Encoding,
  options: EncodeOptions = {},
): void {
  const { width } = place
  let { at } = place
  const numbers: ScaledColumn[] = []
  encoding.features.forEach((feature, i) => {
    const index = columns[i] ?? -1
    const column = columnAt(table, index)
    if (feature.kind === 'category') {
      const positions = positionsOf(column, feature.levels)
      writeOneHot(out, at, width, feature.levels.length, rows, positions, row => refuseUnknown(table, row, index, feature.levels, options))
      at += feature.levels.length
    } else {
      numbers.push(scaledColumn(at++, numbersOf(table, index), feature))
    }
  })
  writeScaled(out, width, rows, numbers)
}

/**
 * Targets [rows, encoding.outputs], row-major. Throws TableError `unknown-category` for a class that no training row held.
 */
export function encodeTargets(
  table: Table, columns: readonly number[], rows: Uint32Array, encoding: Encoding, precision: Precision, options: EncodeOptions = {},
): Float32Array | Float64Array {
  const out = allocate(rows.length * encoding.outputs, precision)
  putTargets(out, { width: encoding.outputs, at: 0 }, table, columns, rows, encoding, options)
  return out
}

/** Targets of the rows into an array that holds 0 where classes go. */
export function putTargets(
  out: Float32Array | Float64Array, { width, at }: Place, table: Table, columns: readonly number[], rows: Uint32Array, encoding: Encoding,
  options: EncodeOptions = {},
): void {
  const { target } = encoding
  if (target.kind === 'numeric') {
    writeScaled(out, width, rows, target.columns.map((scale, i) => scaledColumn(at + i, numbersOf(table, columns[i] ?? -1), scale)))
    return
  }
  const index = columns[0] ?? -1
  const positions = positionsOf(columnAt(table, index), target.labels)
  const unknown = (row: number): void => refuseUnknown(table, row, index, target.labels, options)
  if (target.output === 'categorical') {
    writeOneHot(out, at, width, target.labels.length, rows, positions, unknown)
    return
  }
  rows.forEach((row, r) => {
    const position = positions(row)
    if (position === 'unknown') unknown(row)
    out[r * width + at] = typeof position === 'number' ? position : Number.NaN
  })
}

/** The cells of category columns, among the given rows, whose text no training row held. */
export function findUnknownCategories(table: Table, columns: readonly number[], rows: Uint32Array, encoding: Encoding): BadCell[] {
  const cells: BadCell[] = []
  encoding.features.forEach((feature, i) => {
    if (feature.kind !== 'category') return
    const index = columns[i] ?? -1
    const positions = positionsOf(columnAt(table, index), feature.levels)
    for (const row of rows) if (positions(row) === 'unknown') cells.push(unknownCell(table, row, index))
  })
  return cells.sort((a, b) => a.index - b.index || a.column - b.column)
}

function unknownCell(table: Table, row: number, index: number): BadCell {
  const cell = cellAt(table, row, index)
  return cell.text === undefined ? { ...cell, text: textAt(columnAt(table, index), row) ?? '' } : cell
}

function refuseUnknown(table: Table, row: number, index: number, levels: readonly string[], { unknown = 'refuse' }: EncodeOptions): void {
  if (unknown === 'nan') return
  const text = textAt(columnAt(table, index), row) ?? ''
  throw new TableError('unknown-category', `${shown(table.name)}, row ${count(row + 1)}, ${columnLabel(table.columns[index], index)}, is `
    + `${quoted(text)}, which no training row holds; known are ${list(levels.map(shown))}. Correct the cell, `
    + `leave the row out, or train with rows that hold it.`,
    { ...unknownCell(table, row, index), levels: levels.slice(0, 100) })
}

function columnAt(table: Table, index: number): Column {
  const column = table.columns[index]
  if (column !== undefined) return column
  throw new TableError('no-such-column', `${shown(table.name)} has ${plural(table.columns.length, 'column')}, and column ${index + 1} `
    + `was asked for.`, { table: table.name, column: index + 1 })
}

function numbersOf(table: Table, index: number): Float64Array | Float32Array {
  const column = columnAt(table, index)
  if (column.kind !== 'text') return inMemory(column).values
  throw new TableError('column-kind', `${capital(columnLabel(column, index))} of ${shown(table.name)} is text, such as `
    + `${quoted(column.levels[0] ?? '')}: numbers were expected.`, { table: table.name, column: index + 1 })
}

function textAt(column: Column, row: number): string | undefined {
  if (column.kind === 'text') return column.levels[column.codes[row] ?? -1]
  const value = numberAt(column, row)
  return isFiniteNumber(value) ? labelOf(value) : undefined
}

/** -0 and 0 are one label. */
function labelOf(value: number): string {
  return String(value)
}

/** For each row its level's position; `missing` for an empty cell, `unknown` for a text that is no level. */
function positionsOf(column: Column, levels: readonly string[]): (row: number) => number | 'missing' | 'unknown' {
  const known = new Map(levels.map((level, position) => [level, position]))
  if (column.kind === 'text') {
    const byCode = column.levels.map(level => known.get(level) ?? 'unknown')
    return row => byCode[column.codes[row]!] ?? 'missing'
  }
  const byValue = new Map<number, number>()
  for (const [level, position] of known) if (level === labelOf(Number(level))) byValue.set(Number(level), position)
  return row => {
    const value = numberAt(column, row)
    return isFiniteNumber(value) ? (byValue.get(value) ?? 'unknown') : 'missing'
  }
}

function allocate(length: number, precision: Precision): Float32Array | Float64Array {
  return precision === 'float32' ? new Float32Array(length) : new Float64Array(length)
}

function scaledColumn(
  at: number, values: Float64Array | Float32Array, { mean, scale, constant = false }: { readonly mean: number; readonly scale: number; readonly constant?: boolean },
): ScaledColumn {
  return { at, values, mean, scale, constant }
}

function writeOneHot(
  out: Float32Array | Float64Array, at: number, width: number, levels: number, rows: Uint32Array,
  positions: (row: number) => number | 'missing' | 'unknown', unknown: (row: number) => void,
): void {
  for (let r = 0; r < rows.length; r++) {
    const position = positions(rows[r]!)
    const start = r * width + at
    if (typeof position === 'number') out[start + position] = 1
    else {
      if (position === 'unknown') unknown(rows[r]!)
      out.fill(Number.NaN, start, start + levels)
    }
  }
}

/** Outputs [rows, outputs] of a numeric target in the target's own units: value * scale + mean, in float64. Of classes a copy. */
export function decodeOutputs(outputs: Float32Array | Float64Array, encoding: Encoding): Float64Array {
  const { target } = encoding
  const decoded = new Float64Array(outputs)
  if (target.kind === 'class') return decoded
  const width = target.columns.length
  target.columns.forEach(({ mean, scale }, i) => {
    if (width === 1) stretch(decoded, scale, mean)
    else for (let at = i; at < decoded.length; at += width) decoded[at] = decoded[at]! * scale + mean
  })
  return decoded
}

/** Column `o` of a matrix [rows, width]; of a single column, the matrix itself. */
export function columnOf(matrix: Float64Array, o: number, width: number): Float64Array {
  if (width === 1) return matrix
  const column = new Float64Array(matrix.length / width)
  for (let row = 0; row < column.length; row++) column[row] = matrix[row * width + o]!
  return column
}

/**
 * For each row of outputs [rows, outputs] the position of its class in the target's labels; -1 where an output is NaN.
 * The largest output wins, the first of equals; a single output (`binary`) is the second label from 0.5 on, or from 0 on when
 * outputs are logits.
 */
export function decodeClasses(outputs: Float32Array | Float64Array, encoding: Encoding, kind: 'probabilities' | 'logits'): Int32Array {
  const width = encoding.outputs
  const classes = new Int32Array(outputs.length / width)
  for (let r = 0; r < classes.length; r++) {
    const row = outputs.subarray(r * width, (r + 1) * width)
    if (row.some(Number.isNaN)) classes[r] = -1
    else if (width === 1) classes[r] = row[0]! >= (kind === 'logits' ? 0 : 0.5) ? 1 : 0
    else for (let i = 1; i < width; i++) if (row[i]! > row[classes[r]!]!) classes[r] = i
  }
  return classes
}
