/**
 * The training loop: which rows, when to evaluate, when to stop, what changes over time. It tells an observer what happens
 * and knows of no record and no screen. It works in slices of a few milliseconds and gives way between them, so that signals
 * are heard and a page stays alive.
 */
import type { Dataset, Loss, NonFinitePlace, StepResult, Trainer, TrainerState } from '../backends/backend.ts'
import type { ScheduleSpec, Settings } from '../network/spec.ts'
import type { NumpyRandomState } from '../numeric/mt19937.ts'
import type { DrawnStep, Draws } from './draws.ts'
import { notYet, observe, type Best, type EarlyStopping } from './early-stopping.ts'
import { learningRateAt } from './schedules.ts'

export interface Plan {
  readonly trainer: Trainer
  readonly draws: Draws
  readonly steps: number
  readonly schedule: ScheduleSpec
  readonly learningRate: number
  readonly validation: Dataset | null
  /** The validation table is evaluated after every so many steps, and after the last. */
  readonly evaluateEvery: number
  readonly earlyStopping: Settings['earlyStopping']
  readonly signal?: AbortSignal | undefined
}

/** Where a run stands between two steps: with the plan, all that going on needs. */
export interface TrainingState {
  /** Steps taken. */
  readonly step: number
  readonly trainer: TrainerState
  readonly draws: NumpyRandomState | null
  readonly stopping: EarlyStopping
  readonly lastTraining: Loss | null
  readonly lastValidation: Loss | null
}

export interface StepEvent {
  readonly step: number
  readonly result: StepResult
  readonly learningRate: number
  readonly drawn: DrawnStep
  /** The validation loss after this step, where it was evaluated. */
  readonly validation: Loss | null
  /** Whether that evaluation is the best so far. */
  readonly best: boolean
}

export interface Incident {
  readonly step: number
  readonly first: NonFinitePlace
  readonly loss: Loss
  readonly learningRate: number
  readonly drawn: DrawnStep
  /** Just before the failing step; `before.step` is step - 1. The draws' state is that before the failing step's draws. */
  readonly before: TrainingState
}

export interface Observer {
  /** After every step that was taken, and after the one that failed. */
  onStep?(event: StepEvent): void
  /** Between slices; `state` copies. Training waits for what it returns. */
  onPause?(step: number, state: () => TrainingState): void | Promise<void>
  /** A step could not be taken, as when a thread died. `state` is that before it; what was thrown is thrown on afterwards. */
  onBroken?(step: number, state: () => TrainingState): void | Promise<void>
}

export interface TrainingResult {
  readonly status: 'completed' | 'early-stopped' | 'non-finite' | 'interrupted'
  readonly state: TrainingState
  readonly best: Best | null
  readonly incident: Incident | null
  /** Training rows that went through steps in this call, and the seconds inside these steps, from draw to update. */
  readonly rows: number
  readonly stepSeconds: number
}

/** Longest time between two moments in which others may run, in milliseconds. */
const slice = 12

/** Trains from the trainer's present parameters, or goes on from `from`. */
export async function train(plan: Plan, observer: Observer = {}, from: TrainingState | null = null): Promise<TrainingResult> {
  const { trainer, draws, steps, signal, validation } = plan
  let stopping = from?.stopping ?? notYet
  let lastTraining = from?.lastTraining ?? null
  let lastValidation = from?.lastValidation ?? null
  let step = from?.step ?? 0
  let rows = 0
  let milliseconds = 0
  // The first slice ends with the first step: threads that were started meanwhile may say so.
  let sliceStart = -Infinity
  if (from !== null) {
    trainer.setState(from.trainer)
    draws.restore(from.draws)
  }

  const state = (drawsBefore = draws.state()): TrainingState =>
    ({ step, trainer: trainer.state(), draws: drawsBefore, stopping, lastTraining, lastValidation })
  const end = (status: TrainingResult['status'], incident: Incident | null = null): TrainingResult =>
    ({ status, state: state(incident?.before.draws ?? undefined), best: stopping.best, incident, rows, stepSeconds: milliseconds / 1000 })
  const outOfPatience = (): boolean => plan.earlyStopping !== false && stopping.waited >= plan.earlyStopping.patience

  if (outOfPatience()) return end('early-stopped')
  while (step < steps) {
    if (signal?.aborted) return end('interrupted')
    const drawsBefore = draws.state()
    const start = performance.now()
    const drawn = draws.step(step + 1)
    const learningRate = learningRateAt(plan.schedule, plan.learningRate, step + 1, steps)
    const request = { step: step + 1, batch: drawn.batch, learningRate }
    let result: StepResult
    try {
      result = trainer.step(drawn.masks === undefined ? request : { ...request, masks: drawn.masks })
    } catch (error) {
      await observer.onBroken?.(step, () => state(drawsBefore))
      throw error
    }
    const now = performance.now()
    milliseconds += now - start
    rows += drawn.batch.kind === 'rows' ? drawn.batch.rows.length : drawn.batch.size
    if (result.nonFinite !== null) {
      const before = state(drawsBefore)
      observer.onStep?.({ step: step + 1, result, learningRate, drawn, validation: null, best: false })
      return end('non-finite', { step: step + 1, first: result.nonFinite, loss: result.loss, learningRate, drawn, before })
    }
    step++
    lastTraining = result.loss
    const evaluated = validation !== null && (step % plan.evaluateEvery === 0 || step === steps)
    if (evaluated) {
      lastValidation = trainer.evaluate(validation)
      draws.evaluated()
      const minDelta = plan.earlyStopping === false ? 0 : plan.earlyStopping.minDelta
      stopping = observe(stopping, step, lastValidation.data, minDelta, () => trainer.state().parameters)
    }
    observer.onStep?.({
      step, result, learningRate, drawn, validation: evaluated ? lastValidation : null, best: evaluated && stopping.best?.step === step,
    })
    if (outOfPatience()) return end('early-stopped')
    if (now - sliceStart > slice) {
      await observer.onPause?.(step, state)
      await giveWay()
      sliceStart = performance.now()
    }
  }
  return end('completed')
}

/** Lets timers, signals and messages through. */
function giveWay(): Promise<void> {
  return new Promise(resolve => {
    if (typeof setImmediate === 'function') {
      setImmediate(resolve)
      return
    }
    // Browsers make a timer wait 4 milliseconds, a third of a slice; a message comes at once.
    const { port1, port2 } = new MessageChannel()
    port1.addEventListener('message', () => {
      port1.close()
      resolve()
    })
    port1.start()
    port2.postMessage(null)
  })
}
