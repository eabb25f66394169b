/** When a replay shows more than that it happened to end before it broke. */
import type { Replay } from '../record/replay.ts'
import { median } from '../numeric/stats.ts'
import { curveOf, rose } from './curve.ts'
import type { Evidence } from './evidence.ts'
import { fitnessOf, keepingLast, learnedOf, leastGain } from './learned.ts'

/**
 * Finite, and its last losses are not above its first: a run that still grows would only have broken later. A first batch that
 * happened to cost next to nothing is no measure; then the run must end at no more than twice what the best constant costs. One
 * that was cut short has still to come what it would end as: its loss must not be on its way up.
 */
export function calm(replay: Replay): boolean {
  const { status, losses, experiment, final } = replay
  if (status === 'non-finite' || status === 'interrupted' || losses.length === 0) return false
  const data = losses.map(({ loss }) => loss.data)
  if (replay.cutShort && growing(data)) return false
  const tenth = Math.max(1, Math.ceil(data.length / 10))
  // At its last parameters: the best ones that were kept may be from before it grew.
  return median(data.slice(-tenth)) <= 2 * (data[0] ?? 0) || learnedOf(keepingLast(experiment), final).share <= 2
}

/** Whether the last tenth lies above the lowest by more than batches waver. */
function growing(data: readonly number[]): boolean {
  const tenth = Math.max(1, Math.ceil(data.length / 10))
  const levels = Array.from({ length: Math.floor(data.length / tenth) }, (_, i) => median(data.slice(i * tenth, (i + 1) * tenth)))
  return (levels.at(-1) ?? 0) > 1.5 * Math.min(...levels)
}

/**
 * Learns: for a run that broke, that it is calm; for one that did not learn, that it now beats the best constant; for one that
 * learned less than it could, that it now leaves much less of the best constant's loss: 30 % less, and a tenth of that loss; for one
 * whose loss rose, that it falls and leaves hardly more (best weights that were kept may be as good).
 */
export function cured(replay: Replay, { incident, fitness, curve }: Evidence): boolean {
  if (!calm(replay)) return false
  if (incident !== null) return true
  // A run whose loss rose is one that is in trouble itself.
  if (rose(curveOf({ steps: replay.losses.map(({ step }) => step), training: replay.losses.map(({ loss }) => loss), validation: [] }))) return false
  const { worst } = fitnessOf(replay.experiment, replay.final)
  if (!(fitness.worst <= 1 - leastGain)) return worst < 1 - leastGain && !(worst >= 0.9 * fitness.worst)
  if (rose(curve)) return falling(replay) && worst < 1.1 * fitness.worst
  return worst < 0.7 * fitness.worst && fitness.worst - worst > 0.1
}

/** Finite, calm, and on its way down: for changes that shorten steps, after which the planned steps may be too few to arrive. */
export function falls(replay: Replay, evidence: Evidence): boolean {
  const { incident, fitness } = evidence
  if (!calm(replay) || incident !== null) return calm(replay)
  if (fitness.worst <= 1 - leastGain) return cured(replay, evidence)
  return falling(replay)
}

function falling({ losses }: Replay): boolean {
  const data = losses.map(({ loss }) => loss.data)
  const tenth = Math.max(1, Math.ceil(data.length / 10))
  return median(data.slice(-tenth)) < 0.9 * median(data.slice(0, tenth))
}
