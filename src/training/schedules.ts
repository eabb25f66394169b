/** The learning rate of each step, in float64, from exact operations alone, so that every platform takes the same steps. */
import { cosTurns, integerPower } from '../numeric/elementary.ts'
import type { ScheduleSpec } from '../network/spec.ts'

/** The rate for `step` (from 1) of `steps`, for a base rate. */
export function learningRateAt(schedule: ScheduleSpec, base: number, step: number, steps: number): number {
  const rising = Math.round(schedule.warmUp * steps)
  if (schedule.name === 'one-cycle') {
    if (step <= rising) return between(base * schedule.initial, base, step / rising)
    return between(base, base * schedule.final, (step - rising) / Math.max(steps - rising, 1))
  }
  if (step <= rising) return (base * step) / rising
  switch (schedule.name) {
    case 'constant': return base
    case 'step': return base * integerPower(schedule.factor, Math.floor((step - 1) / schedule.every))
    case 'exponential': return base * integerPower(schedule.factor, step - 1)
    case 'cosine': return between(base, base * schedule.final, (step - 1 - rising) / Math.max(steps - rising, 1))
    default: return schedule satisfies never
  }
}

/** From `a` at t = 0 to `b` at t = 1 along half a cosine. */
function between(a: number, b: number, t: number): number {
  return b + (a - b) * 0.5 * (1 + cosTurns(0.5 * t))
}
