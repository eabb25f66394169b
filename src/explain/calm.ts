/** When a replay shows more than that it happened to end before it broke. */
import type { Replay } from '../record/replay.ts'
import { median } from '../numeric/stats.ts'
import type { Evidence } from './evidence.ts'
import { learnedOf } from './learned.ts'
import { leastGain } from './trouble.ts'

/** Finite, and its last losses are not above its first: a run that still grows would only have broken later. */
export function calm({ status, losses }: Replay): boolean {
  if (status === 'non-finite' || status === 'interrupted' || losses.length === 0) return false
  const data = losses.map(({ loss }) => loss.data)
  const tenth = Math.max(1, Math.ceil(data.length / 10))
  return median(data.slice(-tenth)) <= 2 * (data[0] ?? 0)
}

/** Learns: for a run that broke, that it is calm; for one that did not learn, that it now beats the best constant. */
export function cured(replay: Replay, { incident, learned }: Evidence): boolean {
  if (!calm(replay)) return false
  if (incident !== null) return true
  const { share } = learnedOf(replay.experiment, replay.final)
  return share < 1 - leastGain && share < 0.9 * learned.share
}

/** Finite, calm, and on its way down: for changes that shorten steps, after which the planned steps may be too few to arrive. */
export function falls(replay: Replay, { incident }: Evidence): boolean {
  if (!calm(replay) || incident !== null) return calm(replay)
  const data = replay.losses.map(({ loss }) => loss.data)
  const tenth = Math.max(1, Math.ceil(data.length / 10))
  return median(data.slice(-tenth)) < 0.9 * median(data.slice(0, tenth))
}
