/** Whether a loss of another program is a sum over the batch: from what its first one is, and from batches of different sizes. */
import { median } from '../../numeric/stats.ts'
import type { Level } from './levels.ts'
import type { WatchedFacts } from './facts.ts'
import type { WatchedRun } from './run.ts'

/** Batches of at most this share of the usual size are small ones: a loss that is a sum is less there by more than it wavers. */
const small = 0.75
/** How much likelier one of the two has to be: 20 to 1, in nats. */
const sure = 3
/** Losses of batches waver by this share at the least. */
const leastWaver = 0.05

/** What batches of fewer rows than usual show: their loss goes with their size, or does not. */
export interface BySize {
  readonly sum: boolean
  /** Of the smallest batches. */
  readonly rows: number
  /** Their loss over those beside them, in the middle. */
  readonly ratio: number
}

/**
 * Null where no batch is smaller, or where that tells nothing. For a sum the logarithm of a small batch's loss over those beside it is
 * that of their sizes, for a mean 0: the squares of what is left of each, over what losses waver by, are held against each other.
 */
export function bySize({ losses, batch, curve }: WatchedRun): BySize | null {
  // What ran away at the end says nothing of sizes.
  const calm = losses.filter(({ step }) => step <= (losses.at(-1)?.step ?? 0) - curve.growing)
  const positive = calm.filter(({ loss }) => loss > 0)
  if (batch === null || positive.length < calm.length) return null
  const usual = positive.filter(({ rows }) => rows === batch)
  const changes = usual.slice(1).map(({ loss }, i) => Math.abs(Math.log(loss / (usual[i]?.loss ?? loss))))
  const waver = Math.max(1.4826 * median(changes) / Math.SQRT2, leastWaver)
  const seen: { readonly rows: number; readonly change: number }[] = []
  let evidence = 0
  for (const [i, { loss, rows }] of positive.entries()) {
    if (rows === null || rows === 0 || rows > small * batch) continue
    const beside = [...positive.slice(Math.max(0, i - 3), i).slice(-2), ...positive.slice(i + 1, i + 3)].filter(one => one.rows === batch)
    if (beside.length === 0) continue
    const change = Math.log(loss) - beside.reduce((sum, one) => sum + Math.log(one.loss), 0) / beside.length
    const expected = Math.log(rows / batch)
    // A loss of fewer rows wavers by more, as the root of their number.
    evidence += (change ** 2 - (change - expected) ** 2) / (2 * waver ** 2 * (batch / rows + 1 / beside.length))
    seen.push({ rows, change })
  }
  const rows = Math.min(...seen.map(one => one.rows))
  if (seen.length === 0 || Math.abs(evidence) < sure) return null
  return { sum: evidence > 0, rows, ratio: Math.exp(median(seen.filter(one => one.rows === rows).map(({ change }) => change))) }
}

/** Rows of a batch below which a sum is not told from a mean that begins high. */
const fewest = 8
/** First weights give answers whose mean square is about that of the inputs, to a factor of this. */
const widest = 4
/** Answers that begin at about 0 leave this share of the targets' mean square at the least: a batch may hold the lesser of them. */
const leastShare = 0.4

/** What the first loss shows. */
export interface AtFirst {
  readonly level: Level
  /** As many times the loss of one row. */
  readonly times: number
}

/** The loss of one row that the first loss is about as many times of as the batch has rows; null where a mean may begin there as well. */
export function sumAtFirst(facts: WatchedFacts): AtFirst | null {
  const { run: { curve, batch }, fresh } = facts
  if (batch === null || batch < fewest || meanAtFirst(facts)) return null
  const found = fresh.map(level => ({ level, times: curve.first / level.loss })).find(({ times }) => times > 0.35 * batch && times < 4 * batch)
  return found ?? null
}

/**
 * Whether a mean may begin at the first loss: about the targets' mean square, or their variance where the answers begin at their mean, and
 * what first weights make of the inputs beside it.
 */
export function meanAtFirst({ run: { curve, declared }, fresh, constant, columns }: WatchedFacts): boolean {
  const inputs = columns.filter(({ part }) => part === 'input')
  const size = declared.standardize === true ? 1 : inputs.reduce((sum, { mean, deviation }) => sum + (mean ** 2 + deviation ** 2) / inputs.length, 0)
  const own = fresh.find(({ scaled }) => !scaled)?.loss ?? Number.NaN
  const made = widest * Math.max(size, 1)
  const least = Math.min(own, ...constant.filter(({ scaled }) => !scaled).map(({ loss }) => loss))
  return (curve.first > leastShare * own && curve.first < 2 * own + made) || curve.first < 2 * least + made
}
