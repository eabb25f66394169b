/**
 * Fits that keep a record: a run folder is there before the first step, grows while training, and holds everything at the
 * end. Going on after a stop, a crash or a kill gives the same bits as never having stopped.
 */
import { chooseBackend, whyNotFast } from '../backends/choose.ts'
import { type Loss } from '../backends/backend.ts'
import type { Platform } from '../backends/platform.ts'
import { ThreadError } from '../backends/threads.ts'
import type { Case, History } from '../explain/case.ts'
import { confusionFigure, lossFigure, measuredFigure } from '../figures/index.ts'
import { toJsonNumber } from '../numeric/floats.ts'
import { modelToJson } from '../predict/model.ts'
import type { Json } from '../record/json.ts'
import { requireFit, type Checkpoint } from '../record/checkpoint.ts'
import { wholeIncident } from '../record/incident.ts'
import type { Metrics } from '../record/metrics.ts'
import { readRun, type StoredRun } from '../record/read.ts'
import { newRun, type DataFile, type DataTable, type RunRecord } from '../record/run.ts'
import type { Store } from '../record/store.ts'
import { resumeRun, startRun, type RunWriter } from '../record/write.ts'
import type { Table } from '../table/table.ts'
import { problemOf, type Experiment, type Tables } from '../training/experiment.ts'
import { prepareRun } from './prepare.ts'
import { applyRepairs, repairsFromJson, repairsToJson, sinceRepair, type Repair } from './repair.ts'
import type { Observer } from '../training/train.ts'
import { measuredAndPredicted } from './evaluate.ts'
import { besideLine, runExperiment, type FinishedRun, type Run } from './fit.ts'

/** Where a run happens: what only the platform knows. */
export interface Surroundings {
  readonly version: string
  readonly node?: string
  readonly platform?: string
  readonly arch?: string
}

export interface RecordedRequest {
  readonly store: Store
  /** Where threads and relaxed SIMD come from; left out, one thread. */
  readonly platform?: Platform | undefined
  /** How many threads, where it is another number than the settings have. */
  readonly threads?: number | undefined
  readonly experiment: Experiment
  readonly files: readonly DataFile[]
  readonly surroundings: Surroundings
  readonly signal?: AbortSignal | undefined
  readonly observer?: Observer | undefined
  readonly onRepair?: ((repair: Repair) => void) | undefined
  /** Told when the record stands, before the first step: nothing is refused any more but by the disk. */
  readonly onBegin?: (() => void) | undefined
}

/** A run with its folder's record. */
export interface RecordedRun {
  readonly run: Run
  readonly record: RunRecord
}

/** Trains an experiment in an empty store. Throws RecordError where the record cannot be kept; what was kept can go on. */
export async function fitRecorded(request: RecordedRequest): Promise<RecordedRun> {
  const { store, experiment, files, surroundings } = request
  const { settings, training, validation } = experiment
  const problem = problemOf(experiment)
  const record = newRun({
    whynan: surroundings.version,
    settings,
    data: { files, training: tableOf(training.table), validation: validation === null ? null : tableOf(validation.table) },
    columns: { inputs: namesOf(training.table, training.columns.inputs), targets: namesOf(training.table, training.columns.targets) },
    environment: {
      node: surroundings.node, platform: surroundings.platform, arch: surroundings.arch,
      backend: chooseBackend(problem).name, threads: 1, precision: settings.precision, fast: problem.fast === true && whyNotFast(problem) === null,
    },
    assumptions: experiment.assumptions,
  })
  const abort = new AbortController()
  const repairs: Repair[] = []
  const begun = startRun(store, record, { onFailure: () => abort.abort(), extra: () => repairsToJson(repairs) })
  return trainAndFinish(request, begun, abort, null, undefined, repairs)
}

/** Goes on with the run in `store`; `tables` are those that it was made from. */
export async function resumeRecorded(request: Omit<RecordedRequest, 'experiment' | 'files'>, tables: Tables): Promise<RecordedRun> {
  const stored = await readRun(request.store)
  const experiment = prepareRun(tables, settingsOf(stored.record), request.platform)
  const before = await stored.last()
  if (before !== null) requireFit(before.state, experiment.network.parameters, experiment.settings.precision, 'checkpoints/last')
  const abort = new AbortController()
  const repairs = repairsFromJson(before?.extra ?? null)
  const { writer, from } = await resumeRun(request.store, { onFailure: () => abort.abort(), extra: () => repairsToJson(repairs) })
  const history = from === null ? undefined : historyOf(await stored.metrics(), from.state.step)
  return trainAndFinish({ ...request, experiment, files: stored.record.data.files }, Promise.resolve(writer), abort, from, history, repairs)
}

/** The record reaches the disk while the trainer is made, and stands before the first step. */
async function trainAndFinish(
  request: RecordedRequest, begun: Promise<RunWriter>, abort: AbortController, from: Checkpoint | null, history: History | undefined, repairs: Repair[],
): Promise<RecordedRun> {
  const { experiment, observer } = request
  const stop = (): void => abort.abort()
  if (request.signal?.aborted) stop()
  request.signal?.addEventListener('abort', stop, { once: true })
  let writing: RunWriter | null = null
  const ready = begun.then(writer => {
    writing = writer
    request.onBegin?.()
  })
  // Told to who waits for it; nobody does where training ends before.
  ready.catch(() => {})
  try {
    const finished = await runExperiment(experiment, {
      signal: abort.signal, ready, platform: request.platform, threads: request.threads, from: from?.state ?? null, history, repairs: [...repairs],
      onRepair: repair => {
        repairs.push(repair)
        request.onRepair?.(repair)
      },
      observer: {
        onStep(event) {
          writing?.onStep(event)
          observer?.onStep?.(event)
        },
        async onPause(step, state) {
          await writing?.onPause(step, state)
          await observer?.onPause?.(step, state)
        },
        async onBroken(step, state) {
          await writing?.onBroken(step, state)
        },
      },
    })
    const { run } = finished
    const writer = await begun
    const record = await writer.finish(run.result, resultJson(run), filesOf(finished), { threads: run.threads, fast: run.fast })
    return { run, record }
  } catch (error) {
    const writer = await begun.catch(() => null)
    if (writer === null) throw error
    if (writer.failed === null) await (writer.saved === 0 && from === null && !(error instanceof ThreadError) ? writer.withdraw() : writer.abandon(null))
    throw error instanceof ThreadError && error.id === 'thread-died' ? withWayOn(error, writer.saved, request.store.name) : error
  } finally {
    request.signal?.removeEventListener('abort', stop)
  }
}

/** What the command line can do about a thread that died. */
function withWayOn({ id, threads }: ThreadError, step: number, name: string): ThreadError {
  return new ThreadError(id, `One of ${threads} training threads ended unexpectedly. The run in ${name} is saved up to step ${step}; whynan resume ${name} --threads 1 goes on from there on one thread, with the same result.`, threads)
}

/** A run's settings with the arithmetic that it was begun with: relaxed SIMD that the engine did not have then is not asked for now. */
export function settingsOf({ settings, environment }: RunRecord): RunRecord['settings'] {
  return { ...settings, fast: environment.fast }
}

/** A stored run as a case to explain. What is damaged is left out, and said. */
export async function caseFromStore(
  stored: StoredRun, tables: Tables, dataName: string, platform?: Platform,
): Promise<{ case: Case; missing: readonly string[] }> {
  const { record } = stored
  const missing: string[] = []
  const attempt = async <T>(read: () => Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await read()
    } catch (error) {
      missing.push(error instanceof Error ? error.message : String(error))
      return otherwise
    }
  }
  const metrics = await attempt(() => stored.metrics(), null)
  const last = await attempt(() => stored.last(), null)
  const final = last?.state ?? null
  const repairs = await attempt(() => Promise.resolve(repairsFromJson(last?.extra ?? null)), [])
  const experiment = applyRepairs(prepareRun(tables, settingsOf(record), platform), repairs)
  const storedIncident = await attempt(() => stored.incident(), null)
  const whole = storedIncident === null ? null : wholeIncident(storedIncident)
  if (whole !== null && !whole.ok) missing.push(whole.error.message)
  const status = record.status === 'running' || record.status === 'failed' ? 'interrupted' : record.status
  return {
    case: {
      experiment, status, dataName, final, repairs, beside: besideLine(record.result), incident: whole?.ok === true ? whole.value : null,
      history: metrics === null ? { steps: [], training: [], validation: [] } : sinceRepair(historyOf(metrics, metrics.rows), repairs),
    },
    missing,
  }
}

function historyOf(metrics: Metrics, rows: number): History {
  const at = ({ total, data, regularization }: Metrics['training'], i: number): Loss => ({ total: total[i]!, data: data[i]!, regularization: regularization[i]! })
  const count = Math.min(rows, metrics.rows)
  return {
    steps: Array.from({ length: count }, (_, i) => i + 1),
    training: Array.from({ length: count }, (_, i) => at(metrics.training, i)),
    validation: Array.from({ length: count }, (_, i) => (metrics.evaluated[i] === 1 ? at(metrics.validation, i) : null)),
  }
}

/** What `fit --json` prints, less the folder's name: see docs/cli.md. */
export function resultJson(run: Run): Record<string, Json> {
  const { status, steps, training, validation, baseline, rowsPerSecond, seconds, weightsHash, dropped, incident, repairs, backend, threads } = run
  return plain({
    status, steps, training, validation, baseline, rowsPerSecond, seconds, weightsHash,
    dropped: dropped.map(({ table, row, index, column, text }) => ({ table, row, index, column, text: text ?? null })),
    incident, repairs, backend, threads,
  })
}

/** Numbers that JSON cannot hold become strings. */
function plain(value: object): Record<string, Json> {
  return JSON.parse(JSON.stringify(value, (_key, item: unknown) => (typeof item === 'number' ? toJsonNumber(item) : item))) as Record<string, Json>
}

/** model.json and the figures. */
function filesOf({ run, evaluation }: FinishedRun): Map<string, Uint8Array> {
  const encoder = new TextEncoder()
  const files = new Map([['model.json', modelToJson(run.model)], ['figures/loss.svg', lossSvg(run)]])
  const { figures } = evaluation
  if ('rmse' in figures) {
    const each = figures.targets ?? [figures]
    const outputs = measuredAndPredicted(run.experiment, evaluation.decoded)
    files.set('figures/predicted.svg', measuredFigure({ outputs: outputs.map((output, o) => ({ ...output, ...finiteFigures(each[o]) })) }))
  } else {
    const { labels, counts } = figures.confusion
    files.set('figures/confusion.svg', confusionFigure({ classes: labels, counts }))
  }
  return new Map(Array.from(files, ([path, text]) => [path, encoder.encode(text)]))
}

function finiteFigures(figures: { readonly rmse: number; readonly r2: number } | undefined): { rmse?: number; r2?: number } {
  if (figures === undefined) return {}
  return { ...(Number.isFinite(figures.rmse) ? { rmse: figures.rmse } : {}), ...(Number.isFinite(figures.r2) ? { r2: figures.r2 } : {}) }
}

/** Loss curves of a run, for the record and for reports. */
export function lossSvg({ history, experiment, result, incident }: Run): string {
  const points = (losses: readonly (Loss | null)[]): { step: number; loss: number }[] =>
    losses.flatMap((loss, i) => (loss === null ? [] : [{ step: history.steps[i]!, loss: loss.data }]))
  return lossFigure({
    training: points(history.training),
    validation: points(history.validation),
    steps: experiment.steps,
    ...(result.best === null || experiment.settings.earlyStopping === false ? {} : { best: result.best.step }),
    ...(incident === null || incident.first === 'prediction' ? {} : { incident: { step: incident.step } }),
  })
}

function tableOf(table: Table): DataTable {
  return { name: table.name, rows: table.rows, columns: table.columns.map(column => column.name) }
}

function namesOf(table: Table, columns: readonly number[]): string[] {
  return columns.map(index => table.columns[index]?.name ?? `column ${index + 1}`)
}
