/** Findings about a column's size and variation: constant, nearly so, far from 0 and 1, digits lost in float32, a mere count of rows. */
import { columnLabel, count as grouped, list, plural, shown } from '../names.ts'
import { isFiniteNumber } from '../rows.ts'
import type { Table } from '../table.ts'
import type { Profiled } from './cells.ts'
import { finding, type Finding } from './finding.ts'
import type { NumericSummary } from './profile.ts'

/** A column counts as nearly constant when all but this share of at least 1,000 values are one value. */
const nearConstantShare = 0.001

export function checkVariation({ table, index, column, role, profile }: Profiled): Finding[] {
  const { finite, constant, min, max, mean } = profile.summary
  if (finite < 2) return []
  const label = columnLabel(column, index)
  if (constant) {
    const where = finite === table.rows ? 'every row' : `all ${grouped(finite)} cells that hold a number`
    const value = min === max ? `is ${min} in ${where}` : `lies between ${min} and ${max}, which differ by rounding only`
    return [finding(role === 'target' ? 'constant-target' : 'constant-column', table, index, `${label} of ${shown(table.name)} `
      + `${value}.`, { facts: { mean, min, max } })]
  }
  const { value, count } = profile.mostFrequent
  const others = finite - count
  if (finite < 1000 || others > nearConstantShare * finite) return []
  const rows: number[] = []
  column.values.forEach((cell: number, row: number) => {
    if (isFiniteNumber(cell) && cell !== value) rows.push(row)
  })
  return [finding('near-constant', table, index, `${label} of ${shown(table.name)} is ${value} but for ${plural(others, 'row')} of `
    + `${grouped(finite)}.`, { rows, facts: { value, others } })]
}

/** Fractions that float32 would round by more than a hundredth of the column's deviation. */
export function checkOffset({ table, index, column, profile }: Profiled): Finding[] {
  const { min, max, std, constant, finite } = profile.summary
  if (finite < 2 || constant || column.values instanceof Float32Array) return []
  const size = Math.max(Math.abs(min), Math.abs(max))
  // Neighbours in float32 are 2^-23 of the power of two below.
  const step = 2 ** (Math.floor(Math.log2(size)) - 23)
  if (step < std / 100 || column.values.every(value => Math.fround(value) === value || !isFiniteNumber(value))) return []
  return [finding('large-offset', table, index, `${columnLabel(column, index)} of ${shown(table.name)} varies by ${round(std)} around `
    + `${round(profile.summary.mean)}, where float32 goes in steps of ${round(step)}.`, { facts: { std, step } })]
}

/** A column that rises or falls by the same step from row to row. From 20 rows on. */
export function checkCounting({ table, index, column, role, profile }: Profiled): Finding[] {
  const { values } = column
  if (role !== 'input' || values.length < 20 || profile.summary.finite < values.length) return []
  const step = (values[values.length - 1]! - values[0]!) / (values.length - 1)
  if (step === 0) return []
  // A thousandth of a step allows for times that were written with few digits.
  for (let row = 1; row < values.length; row++) {
    if (!(Math.abs(values[row]! - (values[0]! + row * step)) <= Math.abs(step) / 1000)) return []
  }
  return [finding('counts-rows', table, index, `${columnLabel(column, index)} of ${shown(table.name)} goes from ${values[0]} in steps of `
    + `${round(step)}, row by row: it counts the rows.`, { facts: { first: values[0], step } })]
}

/** Root mean square: what an unscaled column multiplies its weights by. */
function sizeOf({ mean, std }: NumericSummary): number {
  return Math.hypot(mean, std)
}

/** Beyond these sizes a column counts as not scaled. */
const [smallest, largest] = [0.01, 100]
/** Deviations that differ by more than this factor. */
const scalesFactor = 1000

/** The sizes of all inputs and targets together: `inputs-unscaled`, `target-unscaled`, `scales-differ`. */
export function checkScales(table: Table, summaries: readonly NumericSummary[]): Finding[] {
  const varying = summaries.filter(({ finite, constant }) => finite > 1 && !constant)
  const isScaled = (summary: NumericSummary) => sizeOf(summary) >= smallest && sizeOf(summary) <= largest
  const unscaled = (of: 'input' | 'target') => varying.filter(summary => summary.role === of && !isScaled(summary))
  const name = (summary: NumericSummary) => columnLabel(table.columns[summary.column - 1], summary.column - 1)
  const found: Finding[] = []
  for (const [role, id] of [['input', 'inputs-unscaled'], ['target', 'target-unscaled']] as const) {
    const columns = unscaled(role)
    const [first] = columns
    if (first === undefined) continue
    const each = list(columns.map(summary => `${name(summary)} around ${round(summary.mean)} with deviation ${round(summary.std)}`), 4)
    found.push(finding(id, table, columns.length === 1 ? first.column - 1 : null, `${role === 'input' ? 'Inputs' : 'Targets'} of `
      + `${shown(table.name)} are not scaled: ${each}.`, { facts: { columns: columns.map(({ column }) => column) } }))
  }
  const inputs = varying.filter(({ role }) => role === 'input').sort((a, b) => a.std - b.std)
  const [least, most] = [inputs[0], inputs.at(-1)]
  if (least !== undefined && most !== undefined && most.std > scalesFactor * least.std) {
    found.push(finding('scales-differ', table, null, `The inputs of ${shown(table.name)} differ in scale by a factor of `
      + `${round(most.std / least.std)}: ${name(least)} has deviation ${round(least.std)}, ${name(most)} ${round(most.std)}.`,
        { facts: { least: least.column, most: most.column } }))
  }
  return found
}

/** Three digits, as sentences show measures. */
export function round(value: number): string {
  return String(Number(value.toPrecision(3)))
}
