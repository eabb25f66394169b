/**
 * Columns that are a copy or a linear mix of others, and a target that is one of the inputs: QR with column pivoting
 * (Businger and Golub 1965) by modified Gram-Schmidt, on standardised values of a sample of rows. What the sample shows is said
 * only when it holds for all rows.
 */
import { isFiniteNumber } from '../rows.ts'
import { scaleOfFinite } from '../scale.ts'
import { besides, numberAt } from '../stored.ts'
import type { Column, NumberColumn, Table } from '../table.ts'
import { finding, type Finding } from './finding.ts'
import type { AuditWords } from './words.ts'

/** What is left of a dependent column, as a share of its deviation: rounding to float32 leaves 1e-7, real measurements more than 1e-3. */
const tolerance = 1e-5
const mostSampled = 2000
/** Beyond so many columns the work, rows * columns^2, is not done; copies are looked for all the same. */
const mostColumns = 200

interface Sampled {
  readonly index: number
  readonly mean: number
  readonly deviation: number
  /** Standardised, then what is left of it when the pivots so far are taken out. */
  readonly rest: Float64Array
  /** Its part along each pivot. */
  readonly along: number[]
}

interface Term {
  readonly column: Sampled
  /** In standardised units. */
  readonly coefficient: number
}

export function checkDependence(table: Table, inputs: readonly number[], targets: readonly number[], words: AuditWords): Finding[] {
  const used = [...inputs, ...targets].filter(index => isNumbers(table.columns[index]))
  const rows = sampleRows(table, used)
  if (used.length < 2) return []
  if (used.length > mostColumns || rows.length < 2 * used.length + 10) return checkCopies(table, inputs, targets, rows, words)
  const sampled = (columns: readonly number[]) => columns.flatMap(index => sample(table, index, rows))
  const [features, answers] = [sampled(inputs), sampled(targets)]
  const pivots = factor(features, answers)
  const labelsOf = (terms: readonly Term[]) => terms.map(({ column: { index } }) => words.label(table.columns[index], index))
  const found: Finding[] = []
  for (const column of features) {
    if (pivots.includes(column)) continue
    const terms = termsOf(column, pivots)
    if (!holds(table, column, terms)) continue
    const [place, others] = [words.place(table, column.index), labelsOf(terms)]
    const facts = { of: terms.map(term => term.column.index + 1) }
    const [only = ''] = others
    found.push(terms.length === 1
      ? finding(words, 'copy-of-column', table, column.index, words.copyOfColumn(place, only), { facts })
      : finding(words, 'linear-mix', table, column.index, words.linearMix(place, others), { facts }))
  }
  for (const answer of answers) {
    if (norm(answer.rest) > tolerance * Math.sqrt(rows.length)) continue
    const terms = termsOf(answer, pivots)
    if (!holds(table, answer, terms)) continue
    const [place, others] = [words.place(table, answer.index), labelsOf(terms)]
    const of = terms.map(term => term.column.index + 1)
    const [only] = terms
    found.push(terms.length === 1 && only !== undefined
      ? finding(words, 'target-in-inputs', table, only.column.index, words.targetInInputs(place, others[0] ?? ''), { facts: { target: answer.index + 1, of } })
      : finding(words, 'target-is-linear', table, answer.index, words.targetIsLinear(place, others), { facts: { of } }))
  }
  return found
}

/** So many rows tell whether two columns may be copies, and at least so many are needed. */
const [mostCompared, leastCompared] = [200, 10]

/**
 * Copies alone, in time linear in the columns: columns that are alike up to units have the same standardised values up to sign,
 * which three decimals of a few rows find (but for the odd one that is rounded the other way) and all rows confirm.
 */
function checkCopies(table: Table, inputs: readonly number[], targets: readonly number[], sampled: Uint32Array, words: AuditWords): Finding[] {
  if (sampled.length < leastCompared) return []
  const rows = sampled.filter((_, i) => i % Math.ceil(sampled.length / mostCompared) === 0)
  const known = new Map<string, Signed>()
  const found: Finding[] = []
  const copied = (index: number, say: (column: Signed, original: Signed) => void): void => {
    for (const column of sample(table, index, rows).map(signed)) {
      const original = known.get(column.key)
      if (original === undefined) known.set(column.key, column)
      else if (holds(table, column.of, [{ column: original.of, coefficient: column.sign * original.sign }])) say(column, original)
    }
  }
  const labelOf = ({ of: { index } }: Signed): string => words.label(table.columns[index], index)
  for (const input of inputs) {
    copied(input, (column, original) => found.push(finding(words, 'copy-of-column', table, input,
      words.copyOfColumn(words.place(table, column.of.index), labelOf(original)), { facts: { of: [original.of.index + 1] } })))
  }
  for (const target of targets) {
    copied(target, (column, original) => {
      if (!inputs.includes(original.of.index)) return
      found.push(finding(words, 'target-in-inputs', table, original.of.index, words.targetInInputs(words.place(table, column.of.index), labelOf(original)),
        { facts: { target: target + 1, of: [original.of.index + 1] } }))
    })
  }
  return found
}

/** A column's figures without its sample, the sign of its value farthest out, and what copies of it have in common. */
interface Signed {
  readonly of: Sampled
  readonly sign: number
  readonly key: string
}

function signed(column: Sampled): Signed {
  const farthest = column.rest.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0)
  const sign = farthest < 0 ? -1 : 1
  const key = Array.from(column.rest.subarray(0, 12), value => Math.round(sign * value * 1000)).join(' ')
  return { of: { ...column, rest: new Float64Array(0) }, sign, key }
}

/** Rows spread evenly over the table in which every used column is finite. */
function sampleRows(table: Table, used: readonly number[]): Uint32Array {
  const columns = used.flatMap(index => {
    const column = table.columns[index]
    return isNumbers(column) ? [column] : []
  })
  const step = Math.max(1, table.rows / mostSampled)
  const rows: number[] = []
  for (let at = 0; at < table.rows; at += step) {
    const row = Math.floor(at)
    if (columns.every(column => isFiniteNumber(numberAt(column, row)))) rows.push(row)
  }
  return Uint32Array.from(rows)
}

function sample(table: Table, index: number, rows: Uint32Array): Sampled[] {
  const column = table.columns[index]
  if (!isNumbers(column)) return []
  const values = Float64Array.from(rows, row => numberAt(column, row))
  const { mean, deviation, constant } = scaleOfFinite(values)
  return constant ? [] : [{ index, mean, deviation, rest: values.map(value => (value - mean) / deviation), along: [] }]
}

/** Chooses pivots among the features, the one with the most left first, and takes them out of all; returns them in order. */
function factor(features: readonly Sampled[], answers: readonly Sampled[]): Sampled[] {
  const pivots: Sampled[] = []
  const left = [...features]
  for (;;) {
    const norms = left.map(({ rest }) => norm(rest))
    const largest = Math.max(...norms, 0)
    const at = norms.indexOf(largest)
    const pivot = left[at]
    if (pivot === undefined || largest <= tolerance * Math.sqrt(pivot.rest.length)) return pivots
    left.splice(at, 1)
    const direction = pivot.rest.map(value => value / largest)
    pivot.along.push(largest)
    for (const column of [...left, ...answers]) column.along.push(takeOut(column.rest, direction))
    pivots.push(pivot)
  }
}

function takeOut(rest: Float64Array, direction: Float64Array): number {
  let along = 0
  for (let i = 0; i < rest.length; i++) along += rest[i]! * direction[i]!
  for (let i = 0; i < rest.length; i++) rest[i]! -= along * direction[i]!
  return along
}

function norm(values: Float64Array): number {
  let squares = 0
  for (const value of values) squares += value * value
  return Math.sqrt(squares)
}

/** The column as a sum of multiples of the pivots, by back substitution; multiples that are rounding are left out. */
function termsOf(column: Sampled, pivots: readonly Sampled[]): Term[] {
  const coefficients = new Float64Array(pivots.length)
  for (let k = pivots.length - 1; k >= 0; k--) {
    let value = column.along[k] ?? 0
    for (let j = k + 1; j < pivots.length; j++) value -= (pivots[j]?.along[k] ?? 0) * coefficients[j]!
    coefficients[k] = value / (pivots[k]?.along[k] ?? 1)
  }
  const largest = coefficients.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  return pivots
    .map((pivot, k) => ({ column: pivot, coefficient: coefficients[k]! }))
    .filter(({ coefficient }) => Math.abs(coefficient) > 100 * tolerance * largest)
}

/** Whether the sum gives the column in every row that is finite, to 100 times the sample's tolerance (the largest, not the mean). */
function holds(table: Table, column: Sampled, terms: readonly Term[]): boolean {
  const columns = [column.index, ...terms.map(term => term.column.index)].map(index => table.columns[index]).filter(isNumbers)
  for (const { values: [values, ...others] } of besides(columns, table.rows)) {
    if (values === undefined) return false
    const parts = terms.map(({ column: { mean, deviation }, coefficient }, t) => ({ values: others[t] ?? values, mean, factor: coefficient / deviation }))
    for (let row = 0; row < values.length; row++) {
      let expected = 0
      for (const part of parts) expected += (part.values[row]! - part.mean) * part.factor
      const off = Math.abs((values[row]! - column.mean) / column.deviation - expected)
      // A row that is not finite says nothing.
      if (off > 100 * tolerance * Math.max(1, Math.abs(expected)) && isFiniteNumber(off)) return false
    }
  }
  return terms.length > 0
}

function isNumbers(column: Column | undefined): column is NumberColumn {
  return column !== undefined && column.kind !== 'text'
}
