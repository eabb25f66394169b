/**
 * Learning rates as they are said. A run's rate is the highest that its schedule comes to: a program that takes it in every step
 * takes longer steps than those that a replay showed to hold, so its lines carry the schedule with them.
 */
import type { ScheduleSpec } from '../network/spec.ts'
import type { Experiment } from '../training/experiment.ts'
import { say, type Said } from './finding.ts'

/** The run's own rate, with what it is the peak of. */
export function rateSaid({ settings: { optimizer, schedule } }: Pick<Experiment, 'settings'>): Said {
  return peakSaid(optimizer.learningRate, schedule)
}

export function peakSaid(rate: number, schedule: ScheduleSpec): Said {
  return schedule.name === 'constant' ? say('rate.constant', { rate }) : say('rate.peak', { rate, schedule: schedule.name })
}

interface Lines {
  readonly python: string
  readonly matlab: string
}

/** The rate of step t (from 1) of `steps`, as training/schedules.ts has it. */
export function rateLines(rate: number, { settings: { schedule }, steps }: Pick<Experiment, 'settings' | 'steps'>): Lines {
  const rising = Math.round(schedule.warmUp * steps)
  const after = `(t - ${rising}) / ${Math.max(steps - rising, 1)}`
  switch (schedule.name) {
    case 'constant': return warmed(rate, rising, { python: `${rate}`, matlab: `${rate}` })
    case 'step': return warmed(rate, rising, {
      python: `${rate} * ${schedule.factor} ** ((t - 1) // ${schedule.every})`, matlab: `${rate} * ${schedule.factor} ^ floor((t - 1) / ${schedule.every})`,
    })
    case 'exponential': return warmed(rate, rising, { python: `${rate} * ${schedule.factor} ** (t - 1)`, matlab: `${rate} * ${schedule.factor} ^ (t - 1)` })
    case 'cosine': return withCosine(warmed(rate, rising, cosine(rate, rate * schedule.final, `(t - 1 - ${rising}) / ${Math.max(steps - rising, 1)}`)))
    case 'one-cycle': {
      const down = cosine(rate, rate * schedule.final, after)
      return withCosine(rising === 0 ? set(down) : either(rising, cosine(rate * schedule.initial, rate, `t / ${rising}`), down))
    }
    default: return schedule satisfies never
  }
}

function cosine(from: number, to: number, part: string): Lines {
  const call = `cosine(${figure(from)}, ${figure(to)}, ${part})`
  return { python: call, matlab: call }
}

function figure(value: number): number {
  return Number(value.toPrecision(6))
}

/** Rising in a straight line first. */
function warmed(rate: number, rising: number, then: Lines): Lines {
  return rising === 0 ? set(then) : either(rising, { python: `${rate} * t / ${rising}`, matlab: `${rate} * t / ${rising}` }, then)
}

function set({ python, matlab }: Lines): Lines {
  return { python: `learning_rate = ${python}`, matlab: `learningRate = ${matlab};` }
}

function either(rising: number, first: Lines, then: Lines): Lines {
  return {
    python: `learning_rate = ${first.python} if t <= ${rising} else ${then.python}`,
    matlab: `if t <= ${rising}, learningRate = ${first.matlab}; else, learningRate = ${then.matlab}; end`,
  }
}

function withCosine({ python, matlab }: Lines): Lines {
  return {
    python: `cosine = lambda a, b, part: b + (a - b) * (1 + np.cos(np.pi * part)) / 2\n${python}`,
    matlab: `cosine = @(a, b, part) b + (a - b) * (1 + cos(pi*part)) / 2;\n${matlab}`,
  }
}
