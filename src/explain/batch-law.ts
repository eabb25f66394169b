/**
 * The batch law: k bad rows among N do harm in the first batch that holds one of them. How likely is that per step, and when
 * is it to be expected, for each way of drawing batches?
 *
 * - `fresh`: each step draws B of N without replacement, so a batch misses all k rows with C(N-k, B) / C(N, B), and the first
 *   hit is geometric.
 * - `epoch`: every row is dealt once an epoch, in ceil(N / B) batches of which the last may be smaller. After j rows are dealt
 *   all k are still to come with C(N-k, j) / C(N, j); after an epoch none is.
 * - `replacement` (other trainers): each of the B rows is drawn from all N, so a batch misses with (1 - k/N)^B.
 */
export type Sampling = 'fresh' | 'epoch' | 'replacement'

export interface LawOf {
  readonly sampling: Sampling
  /** N. */
  readonly rows: number
  /** k: 1 to N. */
  readonly badRows: number
  /** B: 1 to N. */
  readonly batch: number
}

/** The logarithm of C(N-k, drawn) / C(N, drawn): the chance that none of k rows is among `drawn` of N. */
export function logMiss(rows: number, badRows: number, drawn: number): number {
  if (drawn > rows - badRows) return -Infinity
  // C(N-k, d) / C(N, d) is the product of (N-k-i) / (N-i) over d factors, and of (N-d-i) / (N-i) over k factors alike.
  const [few, many] = badRows < drawn ? [badRows, drawn] : [drawn, badRows]
  let sum = 0
  for (let i = 0; i < few; i++) sum += Math.log1p(-many / (rows - i))
  return sum
}

/** The logarithm of the chance that `steps` steps draw no bad row. */
function logClean({ sampling, rows, badRows, batch }: LawOf, steps: number): number {
  const size = Math.min(batch, rows)
  switch (sampling) {
    case 'fresh': return steps === 0 ? 0 : steps * logMiss(rows, badRows, size)
    case 'replacement': return steps === 0 ? 0 : steps * batch * Math.log1p(-badRows / rows)
    case 'epoch': return logMiss(rows, badRows, Math.min(steps * size, rows))
    default: return sampling satisfies never
  }
}

/** The chance that one batch holds a bad row; by epoch, the first batch. */
export function chancePerStep(law: LawOf): number {
  return -Math.expm1(logClean(law, 1))
}

/** The chance that a run of `steps` steps draws a bad row. */
export function chanceWithin(law: LawOf, steps: number): number {
  return -Math.expm1(logClean(law, steps))
}

/** The mean of the first step (from 1) that draws a bad row. */
export function expectedStep(law: LawOf): number {
  if (law.sampling !== 'epoch') return 1 / chancePerStep(law)
  // The mean is the sum of the chances that the first s steps were clean, s = 0, 1, …
  const steps = Math.ceil(law.rows / Math.min(law.batch, law.rows))
  let mean = 0
  for (let s = 0; s < steps; s++) {
    const clean = Math.exp(logClean(law, s))
    mean += clean
    if (clean < 1e-18) break
  }
  return mean
}

/** The first step by which a share `p` of all runs has drawn a bad row. */
export function quantileStep(law: LawOf, p: number): number {
  if (law.sampling !== 'epoch') return Math.max(1, Math.ceil(Math.log1p(-p) / logClean(law, 1)))
  let [low, high] = [1, Math.ceil(law.rows / Math.min(law.batch, law.rows))]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (chanceWithin(law, middle) >= p) high = middle
    else low = middle + 1
  }
  return low
}

export interface BatchLawRow {
  readonly batch: number
  readonly perStep: number
  readonly expectedStep: number
  /** Within the steps of the run. */
  readonly chanceWithin: number
}

export interface BatchLaw extends LawOf {
  readonly steps: number
  readonly perStep: number
  readonly expectedStep: number
  readonly quantile95: number
  readonly chanceWithin: number
  readonly compare: readonly BatchLawRow[]
}

/** Batch sizes that people use; 256 is one of them, and the run's own joins them. */
const customary = [32, 256, 1024, 4096, 16_384]

export function batchLaw(law: LawOf, steps: number): BatchLaw {
  const batch = Math.min(law.batch, law.rows)
  const sizes = [...new Set([...customary.filter(size => size <= law.rows), batch])].sort((a, b) => a - b)
  return {
    ...law, batch, steps, perStep: chancePerStep(law), expectedStep: expectedStep(law), quantile95: quantileStep(law, 0.95), chanceWithin: chanceWithin(law, steps),
    compare: sizes.map(size => {
      const other = { ...law, batch: size }
      return { batch: size, perStep: chancePerStep(other), expectedStep: expectedStep(other), chanceWithin: chanceWithin(other, steps) }
    }),
  }
}

/** A run that somebody saw: `ok` for `steps` steps, or NaN first at step `steps`. */
export interface Seen {
  readonly batch: number
  readonly steps: number
  readonly outcome: 'ok' | 'nan'
}

/** The logarithm of the chance of what was seen, were there k bad rows. */
export function logChanceOf(seen: Seen, law: Omit<LawOf, 'batch'>): number {
  const of = { ...law, batch: seen.batch }
  if (seen.outcome === 'ok') return logClean(of, seen.steps)
  const before = logClean(of, seen.steps - 1)
  const chance = Math.exp(before) - Math.exp(logClean(of, seen.steps))
  return Math.log(chance)
}

export interface Fit {
  /** The number of bad rows under which what was seen is likeliest, 0 where none failed; null where no number explains it. */
  readonly best: number | null
  /** All numbers whose likelihood is at least exp(-1.92) of the best one's: 95 % by the likelihood ratio (Wilks 1938). */
  readonly from: number
  readonly to: number
  /** For some numbers of bad rows, the chance of each thing seen and of all of them. */
  readonly table: readonly { readonly badRows: number; readonly each: readonly number[]; readonly fits: boolean }[]
}

const drop95 = 1.9207
/** A run so far out is seen less than once in two thousand. */
const leastTail = 5e-4

/** The chance of a run that is at least as far out as this one, on its side. */
function tailOf(seen: Seen, law: Omit<LawOf, 'batch'>): number {
  const of = { ...law, batch: seen.batch }
  if (seen.outcome === 'ok') return Math.exp(logClean(of, seen.steps))
  return Math.min(Math.exp(logClean(of, seen.steps - 1)), 1 - Math.exp(logClean(of, seen.steps)))
}

/** Which numbers of bad rows fit what was seen. */
export function fitBadRows(rows: number, seen: readonly Seen[], sampling: Sampling = 'fresh'): Fit {
  const logLikelihood = (badRows: number): number => seen.reduce((sum, one) => sum + logChanceOf(one, { sampling, rows, badRows }), 0)
  const candidates = ladder(rows)
  let best: number | null = null
  let highest = -Infinity
  for (const k of candidates) {
    const value = logLikelihood(k)
    if (value > highest) [best, highest] = [k, value]
  }
  // The likeliest number explains nothing where even under it something seen was all but impossible.
  if (best !== null && seen.some(one => tailOf(one, { sampling, rows, badRows: best ?? 0 }) < leastTail)) best = null
  const fits = (k: number): boolean => best !== null && logLikelihood(k) >= highest - drop95
  const inside = candidates.filter(fits)
  const shown = [...new Set([1, 2, 3, 5, 10, 20, 50, 100, 1000, ...(best === null ? [] : [best])])].filter(k => k <= rows).sort((a, b) => a - b)
  return {
    best, from: inside[0] ?? 0, to: inside.at(-1) ?? 0,
    table: shown.map(badRows => ({ badRows, each: seen.map(one => Math.exp(logChanceOf(one, { sampling, rows, badRows }))), fits: fits(badRows) })),
  }
}

/** 0, 1, 2, … 1000, then 2 % apart, to N. */
function ladder(rows: number): number[] {
  const steps: number[] = []
  for (let k = 0; k <= rows; k = k < 1000 ? k + 1 : Math.max(k + 1, Math.floor(k * 1.02))) steps.push(k)
  return steps
}
