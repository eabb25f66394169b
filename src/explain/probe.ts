/**
 * The first steps of a run that is only planned, taken on a sample of its rows as if they were one batch: does anything become
 * non-finite, does the loss run away? Plain gradient descent with too long a step grows by a factor a step from the beginning, and
 * a logarithm of 0 or a square that overflows at the first parameters needs no chance either. Rows with cells that are not finite
 * are no part of the sample: what they do is told from the draws.
 */
import { ReferenceTrainer } from '../backends/reference.ts'
import { drawsOf } from '../record/replay.ts'
import { problemOf, type Experiment } from '../training/experiment.ts'
import { learningRateAt } from '../training/schedules.ts'
import { sampledRows } from './learned.ts'
import { traceStep, type Trace } from './trace.ts'

export interface Probe {
  /** Whether the loss ran away within the steps that were taken. */
  readonly grows: boolean
  /** The step at which something became non-finite; null where all stayed finite. */
  readonly broke: Trace | null
  readonly rows: number
  readonly steps: number
  /** Data losses at the first of them and at the last one that was finite. */
  readonly first: number
  readonly last: number
  /** The factor a step, from the lowest loss to the last. */
  readonly growth: number
}

const mostRows = 128
/** Steps at the full rate, after those in which a schedule warms up; and all steps together. */
const [fullSteps, mostSteps] = [30, 300]
/** Products for a probe: half a second in the reference. */
const mostProducts = 1e8
/** A run that trains has no loss so many times its first one. */
const ranAway = 1e4

/**
 * Fresh batches can carry a run over a spell in which one batch taken again and again runs away: half the rate must run away, or
 * break, too. What breaks the first step does so at any rate.
 */
export function foreseenProbe(experiment: Experiment): Probe {
  const probe = probeOf(experiment)
  if (holds(probe) || probe.broke?.step === 1) return probe
  const slower = probeOf(experiment, 0.5)
  return { ...probe, grows: probe.grows && slower.grows, broke: holds(slower) ? null : probe.broke }
}

/** Whether the steps that were taken stayed finite and did not run away. */
export function holds({ grows, broke }: Probe): boolean {
  return !grows && broke === null
}

/** `share`: of the learning rate. */
export function probeOf(experiment: Experiment, share = 1): Probe {
  const { settings, network, batchSize, steps, training: { dataset } } = experiment
  const all = sampledRows(dataset, network.parameters)
  const wanted = Math.min(steps, mostSteps, Math.ceil(settings.schedule.warmUp * steps) + fullSteps)
  const size = Math.min(all.length, Math.max(batchSize, 32), mostRows, Math.max(16, Math.floor(mostProducts / (3 * wanted * network.parameters))))
  const rows = Uint32Array.from({ length: size }, (_, i) => all[Math.floor((i * all.length) / Math.max(size, 1))] ?? 0)
  const trainer = new ReferenceTrainer(problemOf(experiment), drawsOf(experiment).parameters())
  // A sum over the batch has to be one over as many rows as the run's own.
  const times = settings.reduction === 'sum' && settings.optimizer.name === 'sgd' ? batchSize / Math.max(size, 1) : 1
  const losses: number[] = []
  let broke: Trace | null = null
  const most = size === 0 ? 0 : Math.min(wanted, Math.max(fullSteps, Math.floor(mostProducts / (3 * size * network.parameters))))
  for (let step = 1; step <= most && broke === null; step++) {
    const learningRate = learningRateAt(settings.schedule, settings.optimizer.learningRate, step, steps) * times * share
    const drawn = { batch: { kind: 'rows' as const, rows } }
    const { loss, nonFinite } = trainer.step({ step, ...drawn, learningRate })
    // A step that broke left the state as it was.
    if (nonFinite !== null) broke = traceStep({ experiment, step, before: trainer.state(), drawn, learningRate })
    if (Number.isFinite(loss.data)) losses.push(loss.data)
  }
  const [first = Number.NaN] = losses
  const last = losses.at(-1) ?? Number.NaN
  const lowest = losses.reduce((least, loss, i) => (loss < (losses[least] ?? Infinity) ? i : least), 0)
  const span = losses.length - 1 - lowest
  const growth = span > 0 ? (last / (losses[lowest] ?? last)) ** (1 / span) : 1
  const grows = losses.length > 1 && (broke !== null || last > ranAway * first) && growth > 1.05
  return { grows, broke, rows: size, steps: losses.length, first, last, growth }
}
