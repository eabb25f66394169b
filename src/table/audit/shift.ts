/** Whether validation rows look like training rows. */
import { quoted, shown } from '../names.ts'
import { isFiniteNumber } from '../rows.ts'
import type { Column, Table, TextColumn } from '../table.ts'
import { finding, mostRows, type Finding } from './finding.ts'
import { quantileOfSorted, type NumericSummary, type Profile } from './profile.ts'
import { rounded, written, type AuditWords } from './words.ts'

/** A shift is said from this Kolmogorov-Smirnov distance on: a tenth of the rows lie on the other side of some value. */
export const leastShift = 0.1

/** A column of numbers of one of the two tables; where the table stands on disk, `sorted` may be of some of its cells. */
export interface Placed {
  readonly table: Table
  /** Counted from 0. */
  readonly index: number
  readonly column: Column
  readonly profile: Pick<Profile, 'sorted' | 'summary'>
  readonly words: AuditWords
}

/** Rows (from 0), the first of them, and how many there are. */
export interface FoundRows {
  readonly rows: readonly number[]
  readonly count: number
}

/** How a column lies in two tables. */
export interface Comparison {
  /** Counted from 1, in the validation table and in the training table. */
  readonly column: number
  readonly trainingColumn: number
  /** Kolmogorov and Smirnov's, where it is largest, and the distance from which a shift is said. */
  readonly distance: number
  readonly at: number
  readonly threshold: number
  /**
   * Counts in 24 bins of equal width between `from` and `to`: the least 1 % and the greatest 99 % quantile of the two, so that a
   * cell far out does not press all others into one bin. What lies beyond is counted in the first and the last.
   */
  readonly from: number
  readonly to: number
  readonly training: readonly number[]
  readonly validation: readonly number[]
}

const bins = 24

/** The chance, over all columns together, of saying one where there is none. */
const falseAlarm = 0.001

/** The largest distance between the two columns' empirical distributions; both ascending, neither empty. */
export function kolmogorovSmirnov(a: Float64Array, b: Float64Array): { readonly distance: number; readonly at: number } {
  let [i, j, distance, at] = [0, 0, 0, Number.NaN]
  while (i < a.length && j < b.length) {
    const value = Math.min(a[i]!, b[j]!)
    while (i < a.length && a[i] === value) i++
    while (j < b.length && b[j] === value) j++
    const apart = Math.abs(i / a.length - j / b.length)
    if (apart > distance) [distance, at] = [apart, value]
  }
  return { distance, at }
}

/** Compares a column of two tables, of `columns` in all; null where one of them holds no number. */
export function compare(training: Placed, validation: Placed, columns: number): Comparison | null {
  const [a, b] = [training.profile.sorted, validation.profile.sorted]
  if (a.length === 0 || b.length === 0) return null
  const bound = Math.sqrt((-Math.log(falseAlarm / columns / 2) / 2) * (1 / a.length + 1 / b.length))
  const [from, to] = [Math.min(quantileOfSorted(a, 0.01), quantileOfSorted(b, 0.01)), Math.max(quantileOfSorted(a, 0.99), quantileOfSorted(b, 0.99))]
  return {
    column: validation.index + 1, trainingColumn: training.index + 1, ...kolmogorovSmirnov(a, b), threshold: Math.max(leastShift, bound),
    from, to, training: countsBetween(a, from, to), validation: countsBetween(b, from, to),
  }
}

function countsBetween(sorted: Float64Array, from: number, to: number): number[] {
  const ends = Array.from({ length: bins }, (_, i) => (i === bins - 1 ? sorted.length : countUpTo(sorted, from * (1 - (i + 1) / bins) + to * ((i + 1) / bins))))
  return ends.map((end, i) => end - (ends[i - 1] ?? 0))
}

/**
 * `shift` from a distance of 0.1 on that chance reaches once in a thousand audits at most (the two-sample test's
 * asymptotic bound sqrt(-ln(alpha / 2) / 2 * (n + m) / (n m)), alpha shared among the columns); `beyond-training` for cells
 * farther outside the training column's span than the span is wide.
 */
export function checkShift(training: Placed, validation: Placed, { distance, at, threshold }: Comparison, beyond: (low: number, high: number) => FoundRows): Finding[] {
  const [a, b] = [training.profile.sorted, validation.profile.sorted]
  const { table, index, words } = validation
  const trained = shown(training.table.name)
  const found: Finding[] = []
  if (distance > threshold) {
    const share = (sorted: Float64Array) => `${Math.round((100 * countUpTo(sorted, at)) / sorted.length)} %`
    const says = words.shift({
      label: words.label(validation.column, index), training: trained, validation: shown(table.name), shares: [share(a), share(b)],
      at: rounded(at), distance: distance.toFixed(2), threshold: threshold.toFixed(2),
    })
    found.push(finding(words, 'shift', table, index, says, { facts: { distance, at, threshold } }))
  }
  const reach = reachOf(training.profile.summary)
  const { min: least, max: most } = validation.profile.summary
  if (reach !== null && (least < reach.low || most > reach.high)) {
    const { min, max } = training.profile.summary
    const at = beyond(reach.low, reach.high)
    const worst = reach.low - least > most - reach.high ? least : most
    const says = words.beyondTraining(words.place(table, index), written(worst), trained, written(min), written(max), at)
    found.push(finding(words, 'beyond-training', table, index, says, { ...at, facts: { worst, min, max } }))
  }
  return found
}

/** As far outside a training column's span as the span is wide; null where it has none. */
export function reachOf({ min, max, constant }: NumericSummary): { readonly low: number; readonly high: number } | null {
  return constant || !isFiniteNumber(max - min) ? null : { low: min - (max - min), high: max + (max - min) }
}

/** Which cells lie outside, when told piece after piece. */
export class Outside {
  readonly rows: number[] = []
  count = 0

  constructor(private readonly low: number, private readonly high: number) {}

  take(values: Float64Array | Float32Array, from = 0): this {
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!
      if (isFiniteNumber(value) && (value < this.low || value > this.high) && ++this.count <= mostRows) this.rows.push(from + i)
    }
    return this
  }
}

function countUpTo(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! <= value) low = middle + 1
    else high = middle
  }
  return low
}

/** Texts of a validation column, an input's or a target's, that no training row holds. */
export function checkCategories(training: TextColumn, table: Table, index: number, column: TextColumn, words: AuditWords): Finding[] {
  const used = new Set(training.codes)
  const fresh = new NewTexts(new Set(training.levels.filter((_, code) => used.has(code))))
  column.codes.forEach((code, row) => fresh.take(column.levels[code] ?? null, row))
  return fresh.findings(table, index, words)
}

/** The texts that are not known, when told row after row; null is a missing cell. */
export class NewTexts {
  private readonly rows: number[] = []
  private readonly texts = new Set<string>()
  private count = 0

  constructor(private readonly known: ReadonlySet<string>) {}

  take(text: string | null, row: number): void {
    if (text === null || this.known.has(text)) return
    this.texts.add(text)
    if (++this.count <= mostRows) this.rows.push(row)
  }

  findings(table: Table, index: number, words: AuditWords): Finding[] {
    const { rows, count, texts } = this
    if (count === 0) return []
    const says = words.newCategory(words.place(table, index), texts.size, [...texts].slice(0, 20).map(quoted), { rows, count })
    return [finding(words, 'new-category', table, index, says, { rows, count, facts: { texts: [...texts].slice(0, 100) } })]
  }
}
