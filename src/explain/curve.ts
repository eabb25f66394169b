/** How the losses went: what a person sees in the curve, as numbers. */
import { median } from '../numeric/stats.ts'
import type { History } from './case.ts'

export interface Curve {
  readonly steps: number
  readonly first: number
  readonly last: number
  readonly lowest: number
  /** The median data loss of the first and of the last tenth of the recorded steps. */
  readonly start: number
  readonly end: number
  /** By how much these two medians may differ by chance: the standard error of their difference. */
  readonly chance: number
  /** The factor by which the data loss grew per step over the last steps in which it only grew; 1 where it did not. */
  readonly growth: number
  /** How many steps that was. */
  readonly growing: number
  /** The share of steps at which the loss turned from falling to rising or back. */
  readonly turns: number
  /** The median of |step-to-step change| over the median loss, of the last half. */
  readonly jumps: number
  /** How often the loss, smoothed over a fortieth of the run, turned after it had changed by a third: 0 for one that falls, or wavers. */
  readonly swings: number
  /** The largest rise, by its factor, of the loss smoothed like that: from the lower level to the higher one that came after it. */
  readonly rise: { readonly from: number; readonly to: number }
}

/** Whether the loss ended above where it began, by more than losses of small batches waver: no run that trains does. */
export function rose({ start, end, chance }: Pick<Curve, 'start' | 'end' | 'chance'>): boolean {
  return end - start > 3 * chance
}

export function curveOf({ steps, training }: History): Curve {
  const losses = training.map(({ data }) => data)
  const finite = losses.filter(Number.isFinite)
  const tenth = Math.max(1, Math.ceil(finite.length / 10))
  const { growth, growing } = lastGrowth(finite, steps)
  const half = finite.slice(Math.floor(finite.length / 2))
  return {
    steps: steps.at(-1) ?? 0, first: finite[0] ?? Number.NaN, last: finite.at(-1) ?? Number.NaN,
    lowest: finite.reduce((least, loss) => Math.min(least, loss), Infinity),
    start: median(finite.slice(0, tenth)), end: median(finite.slice(-tenth)),
    chance: Math.hypot(errorOfMedian(finite.slice(0, tenth)), errorOfMedian(finite.slice(-tenth))),
    growth, growing, turns: turnsOf(finite),
    swings: swingsOf(smoothed(finite)), rise: riseOf(smoothed(finite)),
    jumps: median(half.slice(1).map((loss, i) => Math.abs(loss - (half[i] ?? loss)))) / median(half),
  }
}

/**
 * Of a median of n values, whatever their distribution: it lies between the values sqrt(n) ranks below and above it but for one
 * time in twenty, as within two errors. Losses of batches that draw a heavy row or not have two heights, and nothing between.
 */
function errorOfMedian(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort()
  const middle = (sorted.length - 1) / 2
  const reach = Math.sqrt(sorted.length)
  return ((sorted[Math.min(Math.ceil(middle + reach), sorted.length - 1)] ?? 0) - (sorted[Math.max(Math.floor(middle - reach), 0)] ?? 0)) / 4
}

/** The run of growth at the end of the curve: its mean factor per step. */
function lastGrowth(losses: readonly number[], steps: readonly number[]): { growth: number; growing: number } {
  let from = losses.length - 1
  while (from > 0 && (losses[from - 1] ?? Infinity) < (losses[from] ?? -Infinity)) from--
  const span = (steps[losses.length - 1] ?? losses.length) - (steps[from] ?? from)
  const [first, last] = [losses[from] ?? Number.NaN, losses.at(-1) ?? Number.NaN]
  return span > 0 && first > 0 ? { growth: (last / first) ** (1 / span), growing: span } : { growth: 1, growing: 0 }
}

function turnsOf(losses: readonly number[]): number {
  let turns = 0
  for (let i = 2; i < losses.length; i++) {
    const [a = 0, b = 0, c = 0] = losses.slice(i - 2, i + 1)
    if ((b - a) * (c - b) < 0) turns++
  }
  return losses.length < 3 ? 0 : turns / (losses.length - 2)
}

/** Medians over fortieths of the run. */
function smoothed(losses: readonly number[]): number[] {
  const width = Math.max(1, Math.floor(losses.length / 40))
  return Array.from({ length: Math.floor(losses.length / width) }, (_, i) => median(losses.slice(i * width, (i + 1) * width)))
}

function riseOf(smooth: readonly number[]): Curve['rise'] {
  let lowest = smooth[0] ?? Number.NaN
  let rise = { from: lowest, to: lowest }
  for (const loss of smooth) {
    if (loss * rise.from > rise.to * lowest) rise = { from: lowest, to: loss }
    lowest = Math.min(lowest, loss)
  }
  return rise
}

function swingsOf(smooth: readonly number[]): number {
  let [low, high] = [smooth[0] ?? 0, smooth[0] ?? 0]
  let rising: boolean | null = null
  let swings = 0
  for (const loss of smooth) {
    if (rising !== false && loss < high / 1.33) {
      if (rising !== null) swings++
      rising = false
      low = loss
    } else if (rising !== true && loss > low * 1.33) {
      if (rising !== null) swings++
      rising = true
      high = loss
    }
    low = Math.min(low, loss)
    high = rising === false ? Math.max(loss, low) : Math.max(high, loss)
  }
  return swings
}
