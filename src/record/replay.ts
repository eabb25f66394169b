/**
 * Replays: an experiment with one thing changed, run again from its start or from a state of the run, with every draw as it
 * was. Validation is evaluated only where early stopping needs it; NumPy's draws for it are taken all the same.
 */
import type { Backend, FloatArray, Loss, Trainer } from '../backends/backend.ts'
import { reference } from '../backends/reference.ts'
import { makeDraws, type Draws } from '../training/draws.ts'
import { problemOf, type Experiment } from '../training/experiment.ts'
import { train, type Incident, type TrainingState } from '../training/train.ts'
import { changed, type Change } from './change.ts'

export interface ReplayRequest {
  /** The run's own experiment. */
  readonly experiment: Experiment
  readonly changes: readonly Change[]
  /** Where to go on from; left out, from the start. */
  readonly from?: TrainingState | null
  /** The step at which the run itself failed: how far to go, at the least, when time is short. Only then are updates looked at. */
  readonly failedAt?: number | null
  /** The last step that matters; left out, the planned end. */
  readonly until?: number
  /** A replay that would take longer stops at max(2 T, T + 200) steps, T the failing step. */
  readonly seconds?: number
  readonly backend?: Backend
  readonly signal?: AbortSignal | undefined
}

export interface Replay {
  readonly changes: readonly Change[]
  readonly experiment: Experiment
  /** `finite`: stopped, finite, before its planned end, because it was asked to (`until`) or time was short (`cutShort`). */
  readonly status: 'completed' | 'early-stopped' | 'non-finite' | 'finite' | 'interrupted'
  /** The failing step, or the last one that was taken. */
  readonly steps: number
  readonly plannedSteps: number
  readonly cutShort: boolean
  readonly from: number
  readonly incident: Incident | null
  readonly losses: readonly { readonly step: number; readonly loss: Loss }[]
  readonly final: TrainingState
  /** The largest change of a parameter in one step, over the steps that were looked at; 0 where none was. */
  readonly largestUpdate: number
}

/** Seconds after which a replay no longer goes to its planned end. */
export const patience = 30

/** The first steps are slower than those that follow, so that nothing is told from them alone: so much of the patience is spent first. */
const leastShare = 0.1

/** Above so many parameters not every step's update is looked at: reading them would cost more than the step. */
const everyUpdate = 50_000

export async function replay(request: ReplayRequest): Promise<Replay> {
  const { experiment, passOver } = changed(request.experiment, request.changes)
  const from = request.from ?? null
  const draws = withoutEvaluations(drawsOf(experiment), experiment)
  const parameters = from === null ? draws.parameters() : from.trainer.parameters
  const trainer = await (request.backend ?? reference).createTrainer(problemOf(experiment), parameters)
  const limit = limits(request, experiment.steps, from?.step ?? 0)
  const updates = request.failedAt === undefined || request.failedAt === null ? noWatch : updateWatch(trainer, experiment)
  const losses: { step: number; loss: Loss }[] = []
  try {
    const stopping = experiment.settings.earlyStopping
    const result = await train(
      {
        trainer: passing(trainer, new Set([...request.experiment.passOver, ...passOver])), draws, steps: experiment.steps, schedule: experiment.settings.schedule,
        learningRate: experiment.settings.optimizer.learningRate, earlyStopping: stopping, evaluateEvery: experiment.evaluateEvery,
        validation: stopping === false ? null : experiment.validation?.dataset ?? null, signal: limit.signal,
      },
      {
        onStep({ step, result: { loss } }) {
          losses.push({ step, loss })
          updates.look(step)
          limit.after(step)
        },
      },
      from,
    )
    const asked = result.status === 'interrupted' && limit.reached()
    return {
      changes: request.changes, experiment, incident: result.incident, losses, final: result.state,
      status: asked ? 'finite' : result.status, steps: result.incident?.step ?? result.state.step, plannedSteps: experiment.steps,
      cutShort: asked && limit.shortOfTime(), from: from?.step ?? 0, largestUpdate: updates.largest(),
    }
  } finally {
    trainer.dispose()
  }
}

/** The draws of an experiment, from its seed. */
export function drawsOf({ settings, network, training, validation, batchSize }: Experiment): Draws {
  return makeDraws({
    kind: settings.draws, seed: settings.seed, network, rows: training.dataset.rows, batchSize, sampling: settings.sampling,
    validationRows: validation?.dataset.rows ?? 0,
  })
}

/** Takes the draws of evaluations that are not made, at the steps after which they would have been. */
export function withoutEvaluations(draws: Draws, { settings, evaluateEvery, validation }: Experiment): Draws {
  if (settings.earlyStopping !== false || validation === null) return draws
  let due = false
  return {
    parameters: () => draws.parameters(),
    step(step) {
      if (due) draws.evaluated()
      due = step % evaluateEvery === 0
      return draws.step(step)
    },
    evaluated: () => {},
    state() {
      if (due) draws.evaluated()
      due = false
      return draws.state()
    },
    restore(state) {
      due = false
      draws.restore(state)
    },
  }
}

export function passing(trainer: Trainer, passOver: ReadonlySet<number>): Trainer {
  if (passOver.size === 0) return trainer
  return {
    backend: trainer.backend, problem: trainer.problem, fast: trainer.fast,
    get threads() {
      return trainer.threads
    },
    step: step => trainer.step({ ...step, passOver }),
    evaluate: dataset => trainer.evaluate(dataset),
    predict: (features, rows) => trainer.predict(features, rows),
    state: () => trainer.state(),
    setState: state => trainer.setState(state),
    dispose: () => trainer.dispose(),
  }
}

interface Limit {
  readonly signal: AbortSignal
  after(step: number): void
  reached(): boolean
  shortOfTime(): boolean
}

function limits({ until, failedAt, seconds = patience, signal }: ReplayRequest, planned: number, from: number): Limit {
  const stop = new AbortController()
  const started = performance.now()
  const wanted = Math.min(until ?? planned, planned)
  const least = Math.max(2 * (failedAt ?? 0), (failedAt ?? 0) + 200)
  let reached = false
  let short = false
  return {
    signal: signal === undefined ? stop.signal : AbortSignal.any([stop.signal, signal]),
    after(step) {
      const spent = (performance.now() - started) / 1000
      const whole = (spent / Math.max(step - from, 1)) * (wanted - from)
      short = wanted > least && step >= least && whole > seconds && spent > leastShare * seconds
      if (step < planned && (step >= wanted || short)) {
        reached = true
        stop.abort()
      }
    },
    reached: () => reached && !(signal?.aborted ?? false),
    shortOfTime: () => short,
  }
}

interface UpdateWatch {
  look(step: number): void
  largest(): number
}

/** Reading the parameters after each step takes a quarter of a small step's time. */
const noWatch: UpdateWatch = { look: () => {}, largest: () => 0 }

function updateWatch(trainer: Trainer, { network }: Experiment): UpdateWatch {
  const every = Math.ceil(network.parameters / everyUpdate)
  let before: FloatArray | null = trainer.state().parameters
  let largest = 0
  return {
    look(step) {
      if (every > 1 && step % every > 1) return
      const now = trainer.state().parameters
      if (before !== null) for (let i = 0; i < now.length; i++) largest = Math.max(largest, Math.abs(now[i]! - before[i]!))
      before = every > 1 && step % every === 1 ? null : now
    },
    largest: () => largest,
  }
}
