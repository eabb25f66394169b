/**
 * The first steps of a run that is only planned, taken on a sample of its rows as if they were one batch: does the loss run away?
 * Plain gradient descent with too long a step grows by a factor a step from the beginning, and needs no chance to do so.
 */
import { ReferenceTrainer } from '../backends/reference.ts'
import { drawsOf } from '../record/replay.ts'
import { problemOf, type Experiment } from '../training/experiment.ts'
import { learningRateAt } from '../training/schedules.ts'
import { rowsOf, sampleOf } from './learned.ts'

export interface Probe {
  /** Whether the loss ran away within the steps that were taken. */
  readonly grows: boolean
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

/** Fresh batches can carry a run over a spell in which one batch taken again and again runs away: half the rate must run away too. */
export function foreseenProbe(experiment: Experiment): Probe {
  const probe = probeOf(experiment)
  return { ...probe, grows: probe.grows && probeOf(experiment, 0.5).grows }
}

/** `share`: of the learning rate. */
export function probeOf(experiment: Experiment, share = 1): Probe {
  const { settings, network, batchSize, steps } = experiment
  const all = sampleOf(experiment.training.dataset, network.parameters)
  const wanted = Math.min(steps, mostSteps, Math.ceil(settings.schedule.warmUp * steps) + fullSteps)
  const rows = Math.min(all.rows, Math.max(batchSize, 32), mostRows, Math.max(16, Math.floor(mostProducts / (3 * wanted * network.parameters))))
  const sample = rowsOf(all, Array.from({ length: rows }, (_, i) => Math.floor((i * all.rows) / Math.max(rows, 1))))
  const trainer = new ReferenceTrainer({ ...problemOf(experiment), training: sample, blocks: 1 }, drawsOf(experiment).parameters())
  // A sum over the batch has to be one over as many rows as the run's own.
  const times = settings.reduction === 'sum' && settings.optimizer.name === 'sgd' ? batchSize / Math.max(rows, 1) : 1
  const losses: number[] = []
  let broke = false
  const most = Math.min(wanted, Math.max(fullSteps, Math.floor(mostProducts / (3 * rows * network.parameters))))
  for (let step = 1; step <= most && !broke; step++) {
    const learningRate = learningRateAt(settings.schedule, settings.optimizer.learningRate, step, steps) * times * share
    const { loss, nonFinite } = trainer.step({ step, batch: { kind: 'rows', rows: Uint32Array.from({ length: rows }, (_, i) => i) }, learningRate })
    broke = nonFinite !== null
    if (Number.isFinite(loss.data)) losses.push(loss.data)
  }
  const [first = Number.NaN] = losses
  const last = losses.at(-1) ?? Number.NaN
  const lowest = losses.reduce((least, loss, i) => (loss < (losses[least] ?? Infinity) ? i : least), 0)
  const span = losses.length - 1 - lowest
  const growth = span > 0 ? (last / (losses[lowest] ?? last)) ** (1 / span) : 1
  return { grows: losses.length > 1 && (broke || last > ranAway * first) && growth > 1.05, steps: losses.length, first, last, growth }
}
