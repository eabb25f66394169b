/** One column in figures. All are of finite values; quantiles and the histogram come from one sort. */
import { quantile } from '../../numeric/stats.ts'
import { isFiniteNumber } from '../rows.ts'
import { finiteValues, scaleOfFinite } from '../scale.ts'
import type { NumericColumn, TextColumn } from '../table.ts'
import { sortedFinite } from './sort.ts'

export type Role = 'input' | 'target' | 'unused'

export const quantileShares = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99] as const
export const bins = 16

export interface NumericSummary {
  readonly kind: 'numeric'
  readonly name: string
  /** Counted from 1. */
  readonly column: number
  readonly role: Role
  readonly finite: number
  readonly nan: number
  readonly inf: number
  /** NaN, as all that follow, where no value is finite. */
  readonly min: number
  readonly max: number
  readonly mean: number
  /** The root of the mean squared distance from the mean: NumPy's std. */
  readonly std: number
  readonly constant: boolean
  readonly distinct: number
  readonly quantiles: readonly { readonly share: number; readonly value: number }[]
  /** Counts in 16 bins of equal width from `min` to `max`, the last with its upper end. */
  readonly histogram: readonly number[]
}

export interface TextSummary {
  readonly kind: 'text'
  readonly name: string
  readonly column: number
  readonly role: Role
  readonly present: number
  readonly missing: number
  readonly distinct: number
  /** The most frequent texts, most frequent first. */
  readonly frequent: readonly { readonly text: string; readonly count: number }[]
}

export type ColumnSummary = NumericSummary | TextSummary

export interface Profile {
  readonly summary: NumericSummary
  /** The finite values in ascending order. */
  readonly sorted: Float64Array
  readonly mostFrequent: { readonly value: number; readonly count: number }
}

export function profileOf(column: NumericColumn, index: number, role: Role, rows: Uint32Array): Profile {
  const finite = finiteValues(column.values, rows)
  let nan = 0
  for (const row of rows) if (Number.isNaN(column.values[row]!)) nan++
  const scale = scaleOfFinite(finite)
  const none = finite.length === 0
  const sorted = sortedFinite(finite)
  const { distinct, mostFrequent } = runsOf(sorted)
  const [min, max] = none ? [Number.NaN, Number.NaN] : [sorted[0]!, sorted[sorted.length - 1]!]
  return {
    sorted, mostFrequent,
    summary: {
      kind: 'numeric', name: column.name, column: index + 1, role, finite: finite.length, nan, inf: rows.length - finite.length - nan,
      min, max, mean: none ? Number.NaN : scale.mean, std: none ? Number.NaN : scale.deviation, constant: !none && scale.constant,
      distinct, quantiles: quantileShares.map(share => ({ share, value: quantileOfSorted(sorted, share) })), histogram: histogramOf(sorted),
    },
  }
}

/** The two neighbours are all that a quantile of sorted values takes. */
export function quantileOfSorted(sorted: Float64Array, share: number): number {
  const position = (sorted.length - 1) * share
  const below = Math.floor(position)
  return quantile(sorted.subarray(Math.max(below, 0), below + 2), position - below)
}

function runsOf(sorted: Float64Array): { distinct: number; mostFrequent: { value: number; count: number } } {
  let distinct = 0
  let start = 0
  let best = { value: Number.NaN, count: 0 }
  for (let i = 1; i <= sorted.length; i++) {
    if (i < sorted.length && sorted[i] === sorted[start]) continue
    distinct++
    if (i - start > best.count) best = { value: sorted[start]!, count: i - start }
    start = i
  }
  return { distinct, mostFrequent: best }
}

function histogramOf(sorted: Float64Array): number[] {
  const histogram = new Histogram(sorted[0] ?? 0, sorted[sorted.length - 1] ?? 0)
  histogram.take(sorted)
  return histogram.counts
}

/** Counts of finite values between two, in equal bins; others are passed over. */
export class Histogram {
  readonly counts = new Array<number>(bins).fill(0)
  private readonly from: number
  private readonly width: number

  constructor(min: number, max: number) {
    // Halves, so that the width of a column from -1e308 to 1e308 does not overflow.
    this.from = min / 2
    this.width = max / 2 - this.from
  }

  take(values: Float64Array): void {
    const { counts, from, width } = this
    for (const value of values) {
      if (!isFiniteNumber(value)) continue
      counts[width > 0 ? Math.min(Math.floor(((value / 2 - from) / width) * bins), bins - 1) : 0]!++
    }
  }
}

export function textSummaryOf(column: TextColumn, index: number, role: Role): TextSummary {
  const counts = new Float64Array(column.levels.length)
  let missing = 0
  for (const code of column.codes) {
    if (code < 0) missing++
    else counts[code]!++
  }
  const used = column.levels.flatMap((text, code) => (counts[code]! > 0 ? [{ text, count: counts[code]! }] : []))
  const frequent = used.sort((a, b) => b.count - a.count).slice(0, 8)
  const distinct = counts.filter(n => n > 0).length
  const present = column.codes.length - missing
  return { kind: 'text', name: column.name, column: index + 1, role, present, missing, distinct, frequent }
}
