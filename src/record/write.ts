/**
 * Writes a run while it trains. run.json stands before the first step; then, every few seconds, the steps since the last time
 * go to metrics.csv, reach the disk, and a checkpoint names the file's length; run.json with the result comes last. So at any
 * moment what is on disk is a run that can go on: from its last checkpoint, with metrics.csv cut to the length it names.
 *
 * When writing fails, training is told to stop and the last checkpoint stays.
 */
import type { Best } from '../training/early-stopping.ts'
import type { Observer, StepEvent, TrainingResult, TrainingState } from '../training/train.ts'
import { encodeBest, encodeCheckpoint, type Checkpoint } from './checkpoint.ts'
import { RecordError } from './errors.ts'
import { writeIncident } from './incident.ts'
import type { Json } from './json.ts'
import { MetricsBuffer, metricsHeader, parseMetrics } from './metrics.ts'
import { readRun, type StoredRun } from './read.ts'
import { asRecorded, belongsToRun, files, runBytes, runIdentity, type RunRecord, type RunStatus } from './run.ts'
import { allDone, shorterThan, type Store } from './store.ts'

export interface WriterOptions {
  /** Told once, when writing fails while training: training should stop, and `finish` will throw the same. */
  readonly onFailure?: ((error: RecordError) => void) | undefined
  /** What else is to go on with the run, asked for at each checkpoint. */
  readonly extra?: (() => Json) | undefined
  /** A clock in milliseconds. */
  readonly now?: (() => number) | undefined
}

/** What is known of the environment only once training ends. */
type Ran = Partial<Pick<RunRecord['environment'], 'threads' | 'fast'>>

/** Milliseconds to the first checkpoint and between checkpoints, and the largest share of a run's time that they may cost. */
const firstAfter = 1000
const every = 2000
const share = 0.02
/** Lines wait in memory until they are so many bytes, or until a checkpoint. */
const appendFrom = 2 ** 20

/** Makes a run in an empty store. Throws RecordError: `run-exists`, and what the store refuses; then nothing is to be trained. */
export async function startRun(store: Store, record: RunRecord, options: WriterOptions = {}): Promise<RunWriter> {
  if ((await store.size(files.run)) !== null) {
    throw new RecordError('run-exists', `${store.name} holds a run already. Name another folder, or overwrite it.`, { folder: store.name })
  }
  const own = asRecorded({ ...record, status: 'running', result: null })
  await store.write(files.run, runBytes(own))
  try {
    return await RunWriter.open(store, own, null, options)
  } catch (error) {
    if (!(error instanceof RecordError)) await store.remove(files.run)
    throw error
  }
}

export interface ResumedRun {
  readonly writer: RunWriter
  readonly record: RunRecord
  /** Where training goes on; null: from its start. */
  readonly from: Checkpoint | null
}

/**
 * Takes up a run that stopped, was killed or ran out of disk: cuts metrics.csv to the last checkpoint and marks the run as
 * running. Throws RecordError, before anything is changed, where a part that is needed is missing, damaged or of another run.
 */
export async function resumeRun(store: Store, options: WriterOptions = {}): Promise<ResumedRun> {
  const run = await readRun(store)
  const from = await run.last()
  await requireLast(run, from)
  await requireMetrics(store, from)
  const record: RunRecord = { ...run.record, status: 'running', result: null }
  await store.write(files.run, runBytes(record))
  return { writer: await RunWriter.open(store, record, from, options), record, from }
}

/** Refuses a run that had a checkpoint and has none any more: its steps would be taken again, unsaid, from the first. */
async function requireLast({ store, record: { status } }: StoredRun, from: Checkpoint | null): Promise<void> {
  if (from !== null || (status === 'running' && (await store.size(files.best)) === null)) return
  throw new RecordError('checkpoint-missing', `${files.last} in ${store.name} is missing, and the run can go on from nowhere else. Put it back, or start the run again.`, { folder: store.name })
}

/** Refuses a metrics.csv that does not hold the steps up to the checkpoint. */
async function requireMetrics(store: Store, from: Checkpoint | null): Promise<void> {
  if (from === null) return
  const bytes = (await store.read(files.metrics)) ?? new Uint8Array()
  const name = `${files.metrics} in ${store.name}`
  if (bytes.length < from.metricsBytes) throw shorterThan(name, bytes.length, from.metricsBytes)
  const { rows } = parseMetrics(bytes.subarray(0, from.metricsBytes), name, 'refuse')
  if (rows === from.state.step) return
  throw new RecordError('metrics-damaged', `${name} holds ${rows} steps up to the checkpoint of step ${from.state.step}: it was changed. ` +
    'Put the right file back, or start the run again.', { file: name, got: rows, expected: from.state.step })
}

/** Observes training and keeps the run folder. One at a time for a run; made by startRun and resumeRun. */
export class RunWriter implements Observer {
  private readonly buffer = new MetricsBuffer()
  private waiting: Uint8Array[] = []
  private waitingBytes = 0
  private bestWritten: number | null = null
  private savedStep: number
  private failure: RecordError | null = null
  private due: number
  private readonly identity: string
  private readonly now: () => number

  private constructor(
    private readonly store: Store,
    private readonly record: RunRecord,
    from: Checkpoint | null,
    /** Bytes of metrics.csv as this writer left it. */
    private written: number,
    private readonly options: WriterOptions,
  ) {
    this.now = options.now ?? (() => performance.now())
    this.savedStep = from?.state.step ?? 0
    this.identity = runIdentity(record)
    this.due = this.now() + firstAfter
  }

  static async open(store: Store, record: RunRecord, from: Checkpoint | null, options: WriterOptions): Promise<RunWriter> {
    const present = await store.size(files.metrics)
    const keep = from?.metricsBytes ?? 0
    if (present !== null && present !== keep) await store.truncate(files.metrics, keep)
    const writer = new RunWriter(store, record, from, keep, options)
    if (keep === 0) writer.queue(new TextEncoder().encode(metricsHeader))
    return writer
  }

  /** What writing failed for; null while all is well. */
  get failed(): RecordError | null {
    return this.failure
  }

  onStep({ step, result, validation, learningRate }: StepEvent): void {
    if (this.failure === null) this.buffer.add(step, result.loss, validation, learningRate)
  }

  async onPause(_step: number, state: () => TrainingState): Promise<void> {
    if (this.failure !== null) return
    try {
      this.queue(this.buffer.take())
      if (this.now() >= this.due) await this.checkpoint(state())
      else if (this.waitingBytes >= appendFrom) await this.appendWaiting()
    } catch (error) {
      this.fail(error)
    }
  }

  /** Keeps what was reached before something broke, so that the run can go on from there. */
  async onBroken(_step: number, state: () => TrainingState): Promise<void> {
    if (this.failure !== null) return
    try {
      await this.checkpoint(state())
    } catch (error) {
      this.fail(error)
    }
  }

  /** The step up to which the run is saved. */
  get saved(): number {
    return this.savedStep
  }

  /**
   * The end of training: the last checkpoint, the best, the incident, `others` (model.json, figures/…), and, when all that
   * has reached the disk, run.json with the result and with what the run turned out to run on. Throws the RecordError for which writing failed, now or earlier; the
   * run can go on from its last checkpoint then.
   */
  async finish(training: TrainingResult, result: Json, others: ReadonlyMap<string, Uint8Array> = new Map(), ran: Ran = {}): Promise<RunRecord> {
    if (this.failure !== null) throw this.failure
    const foreign = Array.from(others.keys()).find(path => !belongsToRun(path))
    if (foreign !== undefined) {
      throw new RecordError('no-such-part', `${foreign} is not a file of a run folder; figures go into figures/, as svg or png.`, { file: foreign })
    }
    try {
      const moment = await this.checkpoint(training.state)
      if (this.waitingBytes > 0) {
        await this.appendWaiting()
        await this.store.flush(files.metrics)
      }
      if (training.incident !== null) await writeIncident(this.store, training.incident, moment)
      // Beside each other: none of them needs another. None is being written any more when run.json is, or when one is refused.
      await allDone(Array.from(others, ([path, bytes]) => this.store.write(path, bytes)))
      return await this.conclude(training.status, result, ran)
    } catch (error) {
      throw this.fail(error)
    }
  }

  /** The end of a run in which something else broke: status `failed`, and it can go on from its last checkpoint. */
  async abandon(result: Json): Promise<RunRecord> {
    if (this.failure !== null) throw this.failure
    try {
      return await this.conclude('failed', result)
    } catch (error) {
      throw this.fail(error)
    }
  }

  /** Takes a new run back of which no step is saved: there is nothing to go on from. */
  async withdraw(): Promise<void> {
    await this.store.remove(files.metrics)
    await this.store.remove(files.run)
  }

  private async conclude(status: RunStatus, result: Json, ran: Ran = {}): Promise<RunRecord> {
    const record: RunRecord = { ...this.record, status, environment: { ...this.record.environment, ...ran }, result }
    await this.store.write(files.run, runBytes(record))
    return record
  }

  /** Lines up to the state's step, on disk; then the state, with the length they have there. */
  private async checkpoint(state: TrainingState): Promise<Omit<Checkpoint, 'state'>> {
    const start = this.now()
    this.queue(this.buffer.take(state.step))
    await this.appendWaiting()
    await this.store.flush(files.metrics)
    const moment = { run: this.identity, metricsBytes: this.written, extra: this.options.extra?.() ?? null }
    await this.store.write(files.last, encodeCheckpoint({ ...moment, state }))
    this.savedStep = state.step
    await this.writeBest(state.stopping.best)
    this.queue(this.buffer.take())
    const end = this.now()
    this.due = end + Math.max(every, ((end - start) * (1 - share)) / share)
    return moment
  }

  private async writeBest(best: Best | null): Promise<void> {
    if (best === null || best.step === this.bestWritten) return
    await this.store.write(files.best, encodeBest(best))
    this.bestWritten = best.step
  }

  private queue(lines: Uint8Array): void {
    if (lines.length === 0) return
    this.waiting.push(lines)
    this.waitingBytes += lines.length
  }

  private async appendWaiting(): Promise<void> {
    const size = await this.store.size(files.metrics)
    if (size === null && this.written > 0) {
      throw new RecordError('run-gone',
        `${files.metrics} is no longer in ${this.store.name}, where this process wrote it: the folder or the file was moved or deleted. ` +
          'If the folder was moved, whynan resume goes on with it there; leave a run in its place until it has ended.', { expected: this.written })
    }
    if ((size ?? 0) !== this.written) {
      throw new RecordError('run-in-use',
        `${files.metrics} in ${this.store.name} has ${size ?? 0} bytes, but this process left it at ${this.written}: ` +
          'another process writes to the same run. Let only one of them go on.', { got: size ?? 0, expected: this.written })
    }
    if (this.waitingBytes === 0) return
    const bytes = new Uint8Array(this.waitingBytes)
    let at = 0
    for (const lines of this.waiting) {
      bytes.set(lines, at)
      at += lines.length
    }
    await this.store.append(files.metrics, bytes)
    this.written += bytes.length
    this.waiting = []
    this.waitingBytes = 0
  }

  /** Keeps the first refusal, with what is safe, and tells training; errors that are no refusals go on as they are. */
  private fail(error: unknown): RecordError {
    if (this.failure !== null) return this.failure
    if (!(error instanceof RecordError)) throw error
    const safe = this.savedStep === 0 ? 'No step of the run is saved yet' : `The run is saved up to step ${this.savedStep}`
    const sentence = error.id === 'run-gone' ? error.message : `${error.message} ${safe}; whynan resume goes on from there when that is put right.`
    this.failure = new RecordError(error.id, sentence, { ...error.facts, savedStep: this.savedStep })
    this.options.onFailure?.(this.failure)
    return this.failure
  }
}
