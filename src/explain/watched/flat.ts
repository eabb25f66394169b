/** Losses of other programs that stay where they began, or stand at what knowing nothing costs. */
import type { Level } from './levels.ts'
import type { WatchedFacts } from './facts.ts'
import type { WatchedRun } from './run.ts'
import { ranAway } from './timing.ts'

/** Medians of batch losses scatter about what they are of by less than this share. */
const near = 0.1
/** Batches waver by less than this, as a rule. */
const fellAtOnce = 2
/** Losses it takes to say that they do not fall. */
const fewest = { steps: 20, epochs: 5 }

export interface Flat {
  /** Where the loss stands at the end. */
  readonly loss: number
  /** What the best answer that is the same for every row costs, where that is where it stands. */
  readonly constant: Level | null
}

/**
 * Whether the last losses are no lower than the first, within noise. One that fell at once, and stayed there for the rest of a long run, did
 * so within the first tenth, whose median is then where it stayed.
 */
export function stays({ curve: { first, start, end } }: WatchedRun): boolean {
  return end > 0.98 * start && !(first > fellAtOnce * start)
}

/** Null for a loss that fell, ran away or broke, and for one that may be negative. */
export function flatOf({ run, constant }: WatchedFacts): Flat | null {
  const { failure, losses, curve, byEpoch } = run
  if (failure !== null || losses.length < fewest[byEpoch ? 'epochs' : 'steps'] || !(curve.lowest > 0) || ranAway(run)) return null
  const at = constant.find(({ loss }) => Math.abs(curve.end / loss - 1) < near) ?? null
  return at === null ? stays(run) ? { loss: curve.end, constant: null } : null : curve.end > (1 - near) * curve.start ? { loss: curve.end, constant: at } : null
}

/** Shares of the variance that predictors without training explain: from here on there is something to learn, of which a run should have found this much. */
const clear = 0.25
const leastFound = 0.25

/** Whether a loss stands at what knowing nothing costs though the table says much of its target. */
export function missesSignal(facts: WatchedFacts): boolean {
  const flat = flatOf(facts)
  if (flat?.constant === null || flat === null) return false
  const explained = Math.max(facts.signal?.plane ?? 0, facts.signal?.neighbours ?? 0)
  return explained > clear && flat.loss > (1 - leastFound * explained) * flat.constant.loss
}

/** Whether every loss is over the same rows: of epochs, or of batches of the whole table. */
export function wholeTable({ byEpoch, batch, table }: WatchedRun): boolean {
  return byEpoch || (batch !== null && batch >= table.rows)
}

/** The most steps that the run can have taken; an epoch has one a row at most. */
export function mostSteps({ byEpoch, firstStep, lastStep, table }: WatchedRun): number {
  return (lastStep - firstStep + 1) * (byEpoch ? table.rows : 1)
}
