/**
 * Fitting: an experiment prepared, trained, evaluated, and put together as a run. The command line, the library and the page
 * all fit through here; what differs is who watches.
 */
import { z } from 'zod/mini'
import { chooseBackend } from '../backends/choose.ts'
import type { Means, Platform } from '../backends/platform.ts'
import { SettingsError } from '../network/errors.ts'
import type { Backend, Loss, Trainer } from '../backends/backend.ts'
import type { Case, History } from '../explain/case.ts'
import type { Options } from '../network/recipes.ts'
import { whenUsed } from '../network/spec.ts'
import { hashParameters } from '../numeric/hash.ts'
import type { Model } from '../predict/model.ts'
import { predict, type Prediction } from '../predict/predict.ts'
import { quoted } from '../record/command.ts'
import { drawsOf, passing } from '../record/replay.ts'
import type { BadCell } from '../table/rows.ts'
import { defaultValidationShare } from '../table/select.ts'
import type { Table } from '../table/table.ts'
import type { Draws } from '../training/draws.ts'
import { problemOf, type Experiment } from '../training/experiment.ts'
import { train, type Observer, type StepEvent, type TrainingResult, type TrainingState } from '../training/train.ts'
import { prepareRun } from './prepare.ts'
import { applyRepairs, findRepair, mostRepairs, sinceRepair, type Repair, type Repaired } from './repair.ts'
import { baselineOf, evaluateSide, type Baseline, type Evaluation, type Figures } from './evaluate.ts'

/** What happened after one step. */
export interface StepReport {
  readonly step: number
  readonly steps: number
  readonly loss: Loss
  readonly validation: Loss | null
  readonly learningRate: number
}

export interface FitOptions extends Omit<Options, 'validation'> {
  /** A table of its own, a share of the training rows to put aside, or none; left out, a fifth is put aside. */
  readonly validation?: Table | number | false | null | undefined
  readonly onStep?: ((report: StepReport) => void) | undefined
  readonly signal?: AbortSignal | undefined
  /** Where to run, for several threads and relaxed SIMD: `platform` of whynan/node or whynan/browser. Left out, one thread. */
  readonly platform?: Platform | undefined
}

/** A run that is over, with all that is known of it. Numbers are as in `fit --json` (docs/cli.md). */
export interface Run {
  readonly status: TrainingResult['status']
  readonly steps: number
  readonly training: Loss | null
  readonly validation: (Loss & Figures) | null
  readonly baseline: Baseline
  readonly rowsPerSecond: number
  readonly seconds: number
  readonly weightsHash: string
  readonly dropped: readonly BadCell[]
  readonly incident: { readonly step: number; readonly first: 'loss' | 'gradient' | 'moment' | 'parameter' | 'prediction' } | null
  /** What broke and was repaired on the way, with `onIncident: 'repair'`. */
  readonly repairs: readonly Repair[]
  readonly backend: string
  /** How many threads took part in a step at the end. */
  readonly threads: number
  /** Whether products and sums were rounded together (`fast`). */
  readonly fast: boolean
  readonly assumptions: readonly string[]
  readonly history: History
  readonly experiment: Experiment
  readonly model: Model
  readonly result: TrainingResult
  /** Predicts every row of a table with the columns of the training table. */
  predict(table: Table): Promise<Prediction>
}

/**
 * Trains a network on a table. Throws TableError and SettingsError, one sentence each, before anything is trained; a loss that
 * becomes NaN is no error but a run with an incident.
 */
export async function fit(training: Table, options: FitOptions = {}): Promise<Run> {
  const { validation, onStep, signal, platform, ...said } = options
  if (platform === undefined && (said.threads ?? 1) > 1) {
    throw new SettingsError('threads-need-platform', `threads is ${said.threads}, but nothing here can start them: hand fit the platform of whynan/node or whynan/browser, or leave threads out.`)
  }
  const experiment = prepareRun({ training, validation: validationOf(validation) }, said, platform)
  const report = (event: StepEvent): void => onStep?.({
    step: event.step, steps: experiment.steps, loss: event.result.loss, validation: event.validation, learningRate: event.learningRate,
  })
  const { run } = await runExperiment(experiment, { signal, platform, observer: onStep === undefined ? {} : { onStep: report } })
  return run
}

function validationOf(given: FitOptions['validation']): Table | number | null {
  if (given === undefined) return defaultValidationShare
  return given === false ? null : given
}

export interface RunRequest {
  /** Left out, what suits the problem on the platform. */
  readonly backend?: Backend | undefined
  readonly platform?: Platform | undefined
  /** How many threads, where it is another number than the settings have. */
  readonly threads?: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly observer?: Observer | undefined
  /** What has to be done before the first step, beside which the trainer is made; where it fails nothing is trained. */
  readonly ready?: Promise<unknown> | undefined
  /** Goes on from here instead of from the first parameters; `history` and `repairs` are what was recorded before. */
  readonly from?: TrainingState | null
  readonly history?: History | undefined
  readonly repairs?: readonly Repair[] | undefined
  /** Told of each repair before training goes on. */
  readonly onRepair?: ((repair: Repair) => void) | undefined
}

export interface FinishedRun {
  readonly run: Run
  /** On the validation rows, or on the training rows where there are none; null after an incident in its first step. */
  readonly evaluation: Evaluation
}

/** Trains an experiment to its end and evaluates what came of it. */
export async function runExperiment(experiment: Experiment, request: RunRequest = {}): Promise<FinishedRun> {
  const start = performance.now()
  const repairs = [...(request.repairs ?? [])]
  const record = recordHistory(request.observer, request.history)
  let current = applyRepairs(experiment, repairs)
  let from = request.from ?? null
  for (;;) {
    const trained = await trainOnce(current, request, record, from)
    try {
      const repaired = await repairOf(current, trained.result, record.history, repairs, request)
      if (repaired === null) {
        record.release()
        return finish(current, trained, record.history, repairs, start)
      }
      repairs.push(repaired.repair)
      request.onRepair?.(repaired.repair)
      record.forget()
      current = repaired.experiment
      from = repaired.from
    } finally {
      trained.trainer.dispose()
    }
  }
}

interface Trained {
  readonly trainer: Trainer
  readonly result: TrainingResult
}

async function trainOnce(experiment: Experiment, request: RunRequest, record: HistoryRecord, from: TrainingState | null): Promise<Trained> {
  const problem = problemOf(experiment)
  const draws = drawsOf(experiment)
  const trainer = await (request.backend ?? chooseBackend(problem, meansOf(experiment, request))).createTrainer(problem, draws.parameters())
  try {
    await request.ready
    const plan = planOf(experiment, passing(trainer, experiment.passOver), draws, request.signal)
    return { trainer, result: await train(plan, record.observer, from) }
  } catch (error) {
    trainer.dispose()
    throw error
  }
}

function meansOf({ settings, validation }: Experiment, { platform, threads = settings.threads }: RunRequest): Means {
  return { platform, threads, evaluated: validation?.dataset.stored === undefined ? validation?.dataset.rows : 0 }
}

async function repairOf(
  experiment: Experiment, result: TrainingResult, history: History, repairs: readonly Repair[], request: RunRequest,
): Promise<Repaired | null> {
  if (result.incident === null || experiment.settings.onIncident !== 'repair' || repairs.length >= mostRepairs) return null
  return findRepair(experiment, result, history, { signal: request.signal, means: meansOf(experiment, request) })
}

function finish(experiment: Experiment, { trainer, result }: Trained, history: History, repairs: readonly Repair[], start: number): FinishedRun {
  restoreBest(experiment, trainer, result)
  const measuredOn = experiment.validation ?? experiment.training
  const evaluation = evaluateSide(trainer, measuredOn, experiment, lastEvaluation(experiment, result))
  const seconds = (performance.now() - start) / 1000
  const run = assemble(experiment, trainer, result, history, evaluation, baselineOf(experiment, measuredOn, evaluation), seconds)
  return { run: { ...run, repairs }, evaluation }
}

function planOf(experiment: Experiment, trainer: Trainer, draws: Draws, signal: AbortSignal | undefined): Parameters<typeof train>[0] {
  const { settings, validation, steps, evaluateEvery } = experiment
  return {
    trainer, draws, steps, schedule: settings.schedule, learningRate: settings.optimizer.learningRate,
    validation: validation?.dataset ?? null, evaluateEvery, earlyStopping: settings.earlyStopping, signal,
  }
}

/** The losses of a run as it goes. A failing step is held back until it is known whether it stands or was repaired. */
interface HistoryRecord {
  readonly history: History
  readonly observer: Observer
  /** The failing step stands. */
  release(): void
  /** The failing step was repaired, and will be taken again. */
  forget(): void
}

function recordHistory(observer: Observer | undefined, before: History | undefined): HistoryRecord {
  const steps = [...(before?.steps ?? [])]
  const training = [...(before?.training ?? [])]
  const validation = [...(before?.validation ?? [])]
  let held: StepEvent | null = null
  const keep = (event: StepEvent): void => {
    steps.push(event.step)
    training.push(event.result.loss)
    validation.push(event.validation)
    observer?.onStep?.(event)
  }
  return {
    history: { steps, training, validation },
    observer: {
      ...observer,
      onStep(event) {
        if (event.result.nonFinite === null) keep(event)
        else held = event
      },
    },
    release() {
      if (held !== null) keep(held)
      held = null
    },
    forget() {
      held = null
    },
  }
}

/** The validation loss of the parameters that training ended with: a run that goes to its last step is evaluated after it. */
function lastEvaluation({ settings }: Experiment, { status, state }: TrainingResult): Loss | null {
  return status === 'completed' && settings.earlyStopping === false ? state.lastValidation : null
}

function restoreBest({ settings }: Experiment, trainer: Trainer, { best, state, status }: TrainingResult): void {
  if (settings.earlyStopping === false || best === null || status === 'interrupted') return
  trainer.setState({ ...state.trainer, parameters: best.parameters })
}

function assemble(
  experiment: Experiment, trainer: Trainer, result: TrainingResult, history: History, evaluation: Evaluation, baseline: Baseline, seconds: number,
): Omit<Run, 'repairs'> {
  const { settings, network, loss, encoding, validation, fills } = experiment
  const { parameters } = trainer.state()
  const model: Model = { network, loss, precision: settings.precision, encoding, fills, parameters, metrics: { ...evaluation.figures } }
  const { incident } = result
  return {
    status: result.status,
    steps: result.state.step,
    training: incident?.loss ?? result.state.lastTraining,
    validation: validation === null ? null : { ...evaluation.loss, ...evaluation.figures },
    baseline,
    rowsPerSecond: result.stepSeconds > 0 ? result.rows / result.stepSeconds : 0,
    seconds,
    weightsHash: hashParameters(parameters),
    dropped: experiment.dropped,
    incident: incident === null ? predictionIncident(history) : { step: incident.step, first: incident.first },
    backend: trainer.backend,
    threads: trainer.threads,
    fast: trainer.fast,
    assumptions: experiment.assumptions,
    history, experiment, model, result,
    predict: table => predict(model, table, chooseBackend),
  }
}

/** The first step after which the validation loss alone was not finite: it stops nothing, but is to be said. */
function predictionIncident({ steps, validation }: History): Run['incident'] {
  const at = validation.findIndex(loss => loss !== null && !Number.isFinite(loss.data))
  return at === -1 ? null : { step: steps[at]!, first: 'prediction' }
}

/** What explaining needs of a run. */
export function caseOf(run: Run, dataName = quoted(run.experiment.training.table.name)): Case {
  const { experiment, history, status, result, repairs } = run
  return { experiment, history: sinceRepair(history, repairs), status, repairs, incident: result.incident, final: result.state, dataName, beside: besideLine(run) }
}

const comparedSchema = whenUsed(() => z.object({
  validation: z.object({ rmse: z.number(), r2: z.number() }), baseline: z.object({ linear: z.object({ rmse: z.number() }) }),
}))

/** The network beside a straight line, from a run or from what was recorded of it; null where they were not compared. */
export function besideLine(result: unknown): NonNullable<Case['beside']> | null {
  const parsed = comparedSchema().safeParse(result)
  return parsed.success ? { ...parsed.data.validation, line: parsed.data.baseline.linear.rmse } : null
}
