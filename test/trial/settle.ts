/**
 * Trains a case until it is what it is listed as: a fault that is none when trained, or a healthy run that is not healthy, is
 * replaced by the next draw of its kind, and the replacement is reported. So nobody chooses cases by hand.
 */
import { drawFault } from './draw-fault.ts'
import { drawHealthy } from './draw-healthy.ts'
import type { Setup, TrialCase } from './list.ts'
import { median, train, type Outcome } from './outcome.ts'
import { whyNoFault, whyNotHealthy } from './rules.ts'

export interface Settled {
  readonly case: TrialCase
  readonly run: Outcome
  /** Processor time of the run to its planned end; of a run that broke before, by its sound twin. */
  readonly planned: number
  /** Cases that were not what they were listed as, and why. */
  readonly replaced: readonly string[]
}

const attempts = 6

/** A multiple of what kinds divide their variants by, so that a replacement is of the same variant. */
const stride = 1200

export async function settle(listed: TrialCase): Promise<Settled> {
  const replaced: string[] = []
  for (let attempt = 0; attempt < attempts; attempt++) {
    const one = attempt === 0 ? listed : redraw(listed, listed.index + attempt * stride)
    const found = await tryCase(one)
    if (typeof found !== 'string') return { ...found, replaced }
    replaced.push(`${one.id}: ${found}`)
  }
  throw new Error(`No draw of ${listed.id} is what it is listed as: ${replaced.join('; ')}`)
}

function redraw({ breaks, kind, seed, listSeed }: TrialCase, index: number): TrialCase {
  return breaks === 'nothing' ? drawHealthy(kind, index, listSeed) : drawFault(kind, index, seed, listSeed)
}

/** The case trained, or why it is not what it is listed as. */
async function tryCase(one: TrialCase): Promise<Omit<Settled, 'replaced'> | string> {
  if (one.kind === 'seed-dependent') return findFailingSeed(one)
  const run = await train(one, 'run')
  if (one.breaks === 'nothing') return whyNotHealthy(run) ?? { case: one, run, planned: run.milliseconds }
  const sound = await train(one, 'sound')
  return whyNoFault(one, run, sound) ?? { case: one, run, planned: run.finite ? run.milliseconds : plannedTime(one, run, sound) }
}

/** The sound twin's time where it takes as many steps in batches as large; else by the number of rows that are taken. */
function plannedTime({ run, sound }: TrialCase, own: Outcome, twin: Outcome): number {
  const work = ({ data: { rows }, settings, program }: Setup): number => {
    const { batch, steps } = program ?? { batch: settings.batchSize ?? rows, steps: settings.steps ?? rows }
    return Math.min(batch, rows) * steps
  }
  return Math.max(own.milliseconds, sound === null ? 0 : (twin.milliseconds * work(run)) / work(sound))
}

/** Of a dozen seeds of the weights most train well and one gets less than half as far: that one is the case. */
async function findFailingSeed(one: TrialCase): Promise<Omit<Settled, 'replaced'> | string> {
  const first = one.run.settings.seed ?? 0
  const runs: { seed: number, outcome: Outcome }[] = []
  for (let seed = first; seed < first + 12; seed++) runs.push({ seed, outcome: await train(one, 'run', seed) })
  const usual = median(runs.map(({ outcome }) => outcome.skill.test))
  const failing = runs.find(({ outcome }) => outcome.skill.test < 0.5 * usual)
  if (failing === undefined || usual < 0.5) return `no seed of twelve fails: the usual skill is ${usual}`
  return { case: { ...one, run: { ...one.run, settings: { ...one.run.settings, seed: failing.seed } } }, run: failing.outcome, planned: failing.outcome.milliseconds }
}
