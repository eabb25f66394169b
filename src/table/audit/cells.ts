/** Findings about single cells: missing, text, sentinels, outliers, numbers too large to square. */
import { count as grouped, quoted, shown } from '../names.ts'
import { missingWords } from '../readers/csv/numbers.ts'
import { fits, isFiniteNumber } from '../rows.ts'
import type { NumericColumn, Table } from '../table.ts'
import { finding, mostRows, type Finding } from './finding.ts'
import type { Profile, Role } from './profile.ts'
import { written, type AuditWords } from './words.ts'

/** A column of a table with its figures, as checks take it. */
export interface Profiled {
  readonly table: Table
  /** Counted from 0. */
  readonly index: number
  readonly column: NumericColumn
  readonly role: Role
  readonly profile: Profile
  /** The language of what is found. */
  readonly words: AuditWords
}

/** The first rows, up to `mostRows`, whose value is told by `is`, and how many there are. */
function rowsThat(values: Float64Array | Float32Array, is: (value: number) => boolean): { rows: number[]; count: number } {
  const rows: number[] = []
  let count = 0
  for (let row = 0; row < values.length; row++) {
    if (!is(values[row]!)) continue
    if (count < mostRows) rows.push(row)
    count++
  }
  return { rows, count }
}

/** So many cells that are not finite are asked for their text. */
const mostTexts = 10_000

/** Cells that are missing, NaN, infinite or text: `not-finite` and `text-in-numbers`, each cell in one of them. */
export function checkFinite({ table, index, column, profile, words }: Profiled): Finding[] {
  const { finite, nan, inf } = profile.summary
  if (nan + inf === 0) return []
  const place = words.place(table, index)
  const texts = new Map<number, string>()
  const plain: number[] = []
  let [plainCount, asked] = [0, 0]
  for (let row = 0; row < column.values.length; row++) {
    const value = column.values[row]!
    if (isFiniteNumber(value)) continue
    const text = value !== value && asked++ < mostTexts ? unreadText(table, row, index) : ''
    if (text !== '') texts.set(row, text)
    else if (plainCount++ < mostRows) plain.push(row)
  }
  const found: Finding[] = []
  if (plainCount > 0) {
    const says = words.notFinite(place, nan - texts.size, inf, table.rows, { rows: plain, count: plainCount })
    found.push(finding(words, 'not-finite', table, index, says, { rows: plain, count: plainCount, facts: { finite, nan: nan - texts.size, inf } }))
  }
  if (texts.size > 0) {
    const rows = [...texts.keys()]
    const examples = [...new Set(texts.values())].slice(0, 3).map(text => quoted(text))
    const says = words.texts(place, texts.size, examples, { rows, count: rows.length })
    found.push(finding(words, 'text-in-numbers', table, index, says, { rows, facts: { texts: examples } }))
  }
  return found
}

/** Rows with cells beyond the last column, by the lines that they stand on where those are known. */
export function checkSurplus(table: Table, words: AuditWords): Finding[] {
  const { surplus: at } = table
  if (at === undefined) return []
  const lines = at.rows.flatMap(row => {
    const { line, file } = table.origin(row, 0)
    return line === undefined ? [] : [file === undefined ? line : `${file}:${line}`]
  })
  const says = words.surplusCells(shown(table.name), table.columns.length, at, lines.slice(0, 5).map(line => (typeof line === 'number' ? grouped(line) : shown(line))))
  return [finding(words, 'surplus-cells', table, null, says, { ...at, facts: { columns: table.columns.length, lines } })]
}

const missing = new Set(missingWords)

/** What stood there, where that is neither nothing nor a missing value, by the readers' own list or by what they were told. */
function unreadText(table: Table, row: number, index: number): string {
  const { text = '', missing: told } = table.origin(row, index)
  const trimmed = text.trim()
  return told === true || missing.has(trimmed.toLowerCase()) ? '' : trimmed
}

const largestFloat32 = 2 ** 128 * (1 - 2 ** -24)

/** Finite numbers that float32 cannot hold, or whose square it cannot. */
export function checkMagnitude({ table, index, column, profile, words }: Profiled): Finding[] {
  const { min, max } = profile.summary
  const largest = Math.max(Math.abs(min), Math.abs(max))
  if (!(largest * largest > largestFloat32)) return []
  const extreme = Math.abs(min) === largest ? min : max
  const place = words.place(table, index)
  if (!fits(largest, 'float32')) {
    const at = rowsThat(column.values, value => isFiniteNumber(value) && !fits(value, 'float32'))
    const says = words.beyondFloat32(place, written(extreme), at)
    return [finding(words, 'beyond-float32', table, index, says, { ...at, facts: { largest: extreme } })]
  }
  const at = rowsThat(column.values, value => isFiniteNumber(value) && value * value > largestFloat32)
  const says = words.squareOverflows(place, written(extreme), at)
  return [finding(words, 'square-overflows', table, index, says, { ...at, facts: { largest: extreme } })]
}

/** Numbers that stand for "missing" by custom. */
const codes = new Set([
  99, 999, 9999, 99999, 999999, 9999999, 99.9, 999.9, 9999.9, 99.99, 999.99, 9999.99,
  // 9.97e36 is NetCDF's fill value.
  1e10, 1e20, 1e30, 1e36, 1e37, 9.969209968386869e36,
])

/**
 * `coded-missing`: the least or the greatest value is such a number, stands there at least twice, and the next value is
 * farther away than twice the span of all others. `outliers`: up to 0.1 % of the cells (at least one) lie beyond 15 robust
 * deviations from the median and at least four times as far out as the next cell; a column that merely has long tails has
 * no such gap. From 20 values on.
 */
export function checkExtremes(profiled: Profiled): Finding[] {
  const { sorted } = profiled.profile
  if (sorted.length < 20 || profiled.profile.summary.constant) return []
  const scale = robustScaleOf(sorted)
  return (['low', 'high'] as const).flatMap(end => checkCode(profiled, end) ?? checkOutliers(profiled, end, scale) ?? [])
}

function checkCode({ table, index, column, profile, words }: Profiled, end: 'low' | 'high'): Finding | null {
  const { sorted } = profile
  const n = sorted.length
  const value = end === 'low' ? sorted[0]! : sorted[n - 1]!
  // 9 and 99 below zero are customary as well; above it they are numbers like any other.
  if (!codes.has(Math.abs(value)) && value !== -9 && value !== -32768) return null
  let times = 1
  while (times < n && sorted[end === 'low' ? times : n - 1 - times] === value) times++
  if (times < 2 || n - times < 10) return null
  const [next, last] = end === 'low' ? [sorted[times]!, sorted[n - 1]!] : [sorted[n - 1 - times]!, sorted[0]!]
  if (next === last || Math.abs(value - next) <= 2 * Math.abs(next - last)) return null
  const { rows, count } = rowsThat(column.values, cell => cell === value)
  const [least, most] = end === 'low' ? [next, last] : [last, next]
  const says = words.codedMissing(words.place(table, index), written(value), count, written(least), written(most))
  return finding(words, 'coded-missing', table, index, says, { rows, count, facts: { value, next } })
}

const outlierDeviations = 15
const outlierGap = 4

function checkOutliers({ table, index, column, profile, words }: Profiled, end: 'low' | 'high', scale: number): Finding | null {
  const { sorted } = profile
  const n = sorted.length
  const centre = sorted[n >> 1]!
  if (!(scale > 0)) return null
  const distance = (i: number): number => Math.abs((end === 'low' ? sorted[i]! : sorted[n - 1 - i]!) - centre)
  // Of the gaps in the outermost 0.1 % the innermost wide one: what lies beyond it lies apart.
  let apart = 0
  for (let i = 0; i < Math.max(1, Math.floor(n / 1000)) && distance(i) > outlierDeviations * scale; i++) {
    if (distance(i) >= outlierGap * Math.max(distance(i + 1), scale)) apart = i + 1
  }
  if (apart === 0) return null
  const threshold = end === 'low' ? sorted[apart - 1]! : sorted[n - apart]!
  const isApart = (value: number): boolean => isFiniteNumber(value) && (end === 'low' ? value <= threshold : value >= threshold)
  const { rows, count } = rowsThat(column.values, isApart)
  const next = end === 'low' ? sorted[apart]! : sorted[n - 1 - apart]!
  const values = rows.slice(0, 3).map(row => written(column.values[row]!))
  const times = distance(apart - 1) / scale
  const deviations = times < 1e9 ? grouped(Math.floor(times)) : times.toExponential(0).replace('+', '')
  const says = words.outliers(words.place(table, index), values, { rows, count }, deviations, written(next), String(Math.round(distance(apart) / scale)))
  return finding(words, 'outliers', table, index, says, { rows, count, facts: { threshold, next, deviations: times, median: centre } })
}

/**
 * The larger of two scales that a few bad cells do not move, both the deviation of a normal column: the median distance
 * from the median times 1.4826, and the span of the inner 98 % over 4.6527 = 2 * 2.3263 (normal quantiles at 3/4 and 0.99).
 * Where most cells are equal the first is 0.
 */
function robustScaleOf(sorted: Float64Array): number {
  const n = sorted.length
  const middle = n >> 1
  // The middle half of distances, nearest first: from the median outwards on the sorted values, without another sort.
  let [low, high] = [middle, middle]
  const half = n >> 1
  while (high - low < half) {
    const below = low > 0 ? sorted[middle]! - sorted[low - 1]! : Infinity
    const above = high < n - 1 ? sorted[high + 1]! - sorted[middle]! : Infinity
    if (below <= above) low--
    else high++
  }
  const medianDistance = Math.max(sorted[middle]! - sorted[low]!, sorted[high]! - sorted[middle]!)
  const inner = sorted[Math.ceil((n - 1) * 0.99) - (n < 200 ? 1 : 0)]! - sorted[Math.floor((n - 1) * 0.01) + (n < 200 ? 1 : 0)]!
  return Math.max(1.4826022185056018 * medianDistance, inner / 4.6526957480816815)
}
