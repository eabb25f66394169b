/** Findings about a column's size and variation: constant, nearly so, far from 0 and 1, digits lost in float32, a mere count of rows. */
import { shown } from '../names.ts'
import { isFiniteNumber } from '../rows.ts'
import type { Table } from '../table.ts'
import type { Profiled } from './cells.ts'
import { finding, type Finding } from './finding.ts'
import type { NumericSummary } from './profile.ts'
import { rounded, written, type AuditWords } from './words.ts'

/** A column counts as nearly constant when all but this share of at least 1,000 values are one value. */
const nearConstantShare = 0.001

export function checkVariation({ table, index, column, role, profile, words }: Profiled): Finding[] {
  const { finite, constant, min, max, mean } = profile.summary
  if (finite < 2) return []
  const place = words.place(table, index)
  if (constant) {
    const says = words.constant(place, min === max ? written(min) : null, written(min), written(max), finite === table.rows ? null : finite)
    return [finding(words, role === 'target' ? 'constant-target' : 'constant-column', table, index, says, { facts: { mean, min, max } })]
  }
  const { value, count } = profile.mostFrequent
  const others = finite - count
  if (finite < 1000 || others > nearConstantShare * finite) return []
  const rows: number[] = []
  column.values.forEach((cell: number, row: number) => {
    if (isFiniteNumber(cell) && cell !== value) rows.push(row)
  })
  const says = words.nearConstant(place, written(value), others, finite)
  return [finding(words, 'near-constant', table, index, says, { rows, facts: { value, others } })]
}

/** Fractions that float32 would round by more than a hundredth of the column's deviation. */
export function checkOffset({ table, index, column, profile, words }: Profiled): Finding[] {
  const { min, max, std, constant, finite } = profile.summary
  if (finite < 2 || constant || column.values instanceof Float32Array) return []
  const size = Math.max(Math.abs(min), Math.abs(max))
  // Neighbours in float32 are 2^-23 of the power of two below.
  const step = 2 ** (Math.floor(Math.log2(size)) - 23)
  if (step < std / 100 || column.values.every(value => Math.fround(value) === value || !isFiniteNumber(value))) return []
  const says = words.largeOffset(words.place(table, index), rounded(std), rounded(profile.summary.mean), rounded(step))
  return [finding(words, 'large-offset', table, index, says, { facts: { std, step } })]
}

/** A column that rises or falls by the same step from row to row. From 20 rows on. */
export function checkCounting({ table, index, column, role, profile, words }: Profiled): Finding[] {
  const { values } = column
  if (role !== 'input' || values.length < 20 || profile.summary.finite < values.length) return []
  const step = (values[values.length - 1]! - values[0]!) / (values.length - 1)
  if (step === 0) return []
  // A thousandth of a step allows for times that were written with few digits.
  for (let row = 1; row < values.length; row++) {
    if (!(Math.abs(values[row]! - (values[0]! + row * step)) <= Math.abs(step) / 1000)) return []
  }
  const says = words.countsRows(words.place(table, index), written(values[0]!), rounded(step))
  return [finding(words, 'counts-rows', table, index, says, { facts: { first: values[0], step } })]
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
export function checkScales(table: Table, summaries: readonly NumericSummary[], words: AuditWords): Finding[] {
  const varying = summaries.filter(({ finite, constant }) => finite > 1 && !constant)
  const isScaled = (summary: NumericSummary) => sizeOf(summary) >= smallest && sizeOf(summary) <= largest
  const unscaled = (of: 'input' | 'target') => varying.filter(summary => summary.role === of && !isScaled(summary))
  const spreadOf = ({ column, mean, std }: NumericSummary) =>
    ({ label: words.label(table.columns[column - 1], column - 1), mean: rounded(mean), std: rounded(std) })
  const found: Finding[] = []
  for (const [role, id] of [['input', 'inputs-unscaled'], ['target', 'target-unscaled']] as const) {
    const columns = unscaled(role)
    const [first] = columns
    if (first === undefined) continue
    const says = words.unscaled(role, shown(table.name), columns.map(spreadOf))
    found.push(finding(words, id, table, columns.length === 1 ? first.column - 1 : null, says, { facts: { columns: columns.map(({ column }) => column) } }))
  }
  const inputs = varying.filter(({ role }) => role === 'input').sort((a, b) => a.std - b.std)
  const [least, most] = [inputs[0], inputs.at(-1)]
  if (least !== undefined && most !== undefined && most.std > scalesFactor * least.std) {
    const says = words.scalesDiffer(shown(table.name), rounded(most.std / least.std), spreadOf(least), spreadOf(most))
    found.push(finding(words, 'scales-differ', table, null, says, { facts: { least: least.column, most: most.column } }))
  }
  return found
}
