/**
 * What is kept of a run that is watched, in bounded memory: for each row of the table the first finite step that drew it, the
 * last few steps whole, and losses thinned to some thousand points.
 */
import { curveOf } from '../explain/curve.ts'
import { say } from '../explain/finding.ts'
import type { Declared, Failure, FirstSeen, Located, WatchedRun, WatchedStep } from '../explain/watched/run.ts'
import type { ColumnSet } from '../table/columns.ts'
import type { Table } from '../table/table.ts'
import { numberAt } from '../table/stored.ts'
import { DrawsSeen } from './draws.ts'
import { FailingRows } from './failing.ts'
import { SkippedSteps } from './skipped.ts'

/** Steps that are kept whole. */
const keptSteps = 8
/** Losses that are kept; the last of them one by one. */
const keptLosses = 4096
const lastLosses = 256

interface Point {
  readonly step: number
  readonly loss: number
}

interface BatchPoint extends Point {
  readonly rows: number | null
}

export interface Subject {
  readonly table: Table
  readonly columns: ColumnSet
  readonly validation: WatchedRun['validation']
  readonly declared: Declared
  /** Somebody said from which number rows are counted. */
  readonly rowsFromSaid: boolean
}

export class Memory {
  /** One more than the rows, for programs that count them from 1 and did not say so. */
  private readonly drawn: Uint32Array
  private readonly draws: DrawsSeen
  private readonly last: WatchedStep[] = []
  private readonly validations: Point[] = []
  private losses: BatchPoint[] = []
  private steps = 0
  private firstStep = 0
  private lastStep = 0
  private rowsKnown = true
  private batch: number | null = null
  private beyond: { step: number; rows: number[]; steps: number } | null = null
  /** Row 0 was drawn, or one that is not there however rows are counted. */
  private startsAtZero = false
  /** Steps after the failing one drew rows that are not there when rows count from 0. */
  private beyondLater = false
  /** By column, the first finite step whose batch held one value of it throughout. */
  private readonly oneValue = new Map<number, number>()
  /** The fewest rows of a batch whose loss was finite. */
  private least: number | null = null
  private failure: Failure | null = null
  private after = { finite: 0, nonFinite: 0, largest: 0 }
  private readonly failing: FailingRows
  private readonly skipped: SkippedSteps
  private validationFailure: number | null = null
  private unsteady: WatchedRun['unsteadyValidation'] = null
  located: Located | null = null
  /** What is shown as a step is an epoch. */
  byEpoch = false

  constructor(private readonly subject: Subject) {
    this.drawn = new Uint32Array(subject.table.rows + 1)
    this.draws = new DrawsSeen(subject.table.rows)
    this.skipped = new SkippedSteps(subject.declared.precision === 'float16')
    this.failing = new FailingRows(row => this.drawn[row] !== 0)
  }

  get latest(): number {
    return this.lastStep
  }

  get started(): boolean {
    return this.steps > 0
  }

  get failedAt(): number | null {
    return (this.failure ?? this.skipped.lost)?.step.step ?? null
  }

  /** Takes one step; steps must ascend. `validation`: losses over the validation table after it, all of the same parameters. */
  see(step: WatchedStep, validation: readonly number[] = []): void {
    if (this.steps === 0) this.firstStep = step.step
    this.steps++
    this.lastStep = step.step
    this.seeValidation(step.step, validation)
    if (step.rows !== null) this.startsAtZero ||= step.rows.some(row => row <= 0 || row > this.subject.table.rows)
    if (this.failure !== null) {
      if (step.loss !== null) this.after[Number.isFinite(step.loss) ? 'finite' : 'nonFinite']++
      if (step.loss !== null && Number.isFinite(step.loss)) this.after.largest = Math.max(this.after.largest, step.loss)
      this.failing.see(step)
      this.beyondLater ||= step.rows?.some(row => row >= this.subject.table.rows) === true
      return
    }
    const failure = failureOf(step)
    this.failure = this.skipped.leavesOut(step, failure) ? null : failure
    if (this.failure !== null) this.failing.see(step)
    this.seeRows(step)
    this.last.push(step)
    if (this.last.length > keptSteps) this.last.shift()
    if (step.loss !== null && Number.isFinite(step.loss)) this.keepLoss({ step: step.step, loss: step.loss, rows: step.rows?.length ?? null })
  }

  /** A validation loss that is known only after its step. */
  seeLater(step: number, validation: number): void {
    this.seeValidation(step, [validation])
  }

  /** The size of a batch whose rows are not known. */
  batchSeen(size: number): void {
    this.batch = Math.max(this.batch ?? 0, size)
  }

  get run(): WatchedRun {
    const { subject, drawn } = this
    const skipped = this.skipped.after(this.steps)
    const failure = this.failure ?? skipped.failure
    const points = this.losses.filter(({ step }) => failure === null || step <= failure.step.step)
    // The number of the last row is one that a program which counts from 0 cannot read: drawn by a step that stayed finite it shows
    // how rows count, and so it does in a step after the failing one, which broke without it.
    const readFinite = this.drawn[subject.table.rows] !== 0
    const fromOne = !subject.rowsFromSaid && !this.startsAtZero && (readFinite || (this.beyondLater && this.beyond === null))
    const first = fromOne ? 1 : 0
    return {
      ...subject, steps: this.steps, firstStep: this.firstStep, lastStep: this.lastStep, byEpoch: this.byEpoch, after: { ...this.after },
      onlyFailing: this.failing.rows?.map(row => row - first) ?? null,
      failure: failure === null ? null : { ...failure, step: renumbered(failure.step, first) }, last: this.last.map(step => renumbered(step, first)),
      losses: points, curve: curveOf({ steps: points.map(({ step }) => step), training: points.map(({ loss }) => ({ total: loss, data: loss, regularization: 0 })), validation: [] }),
      validations: [...this.validations], validationFailure: this.validationFailure, unsteadyValidation: this.unsteady,
      rowsKnown: this.rowsKnown && this.steps > 0, batch: this.batch, sampling: subject.declared.sampling ?? this.draws.sampling,
      drawnAt: row => drawn[row + first] ?? 0, beyond: fromOne ? null : this.beyond, beyondLater: this.beyondLater && !fromOne, startsAtZero: this.startsAtZero, leastBatch: this.least, oneValueAt: column => this.oneValue.get(column) ?? 0, located: this.located,
      notes: [
        ...(fromOne ? [say(readFinite ? 'watched.rows-from-one' : 'watched.rows-from-one.later', { rows: subject.table.rows })] : []),
        ...(failure === null && skipped.count > 0 ? [say('watched.skipped', { count: skipped.count, step: skipped.step })] : []),
      ],
    }
  }

  private seeRows({ step, rows, loss }: WatchedStep): void {
    if (rows === null) {
      this.rowsKnown = false
      return
    }
    this.batch = Math.max(this.batch ?? 0, rows.length)
    this.draws.see(rows)
    const { rows: count } = this.subject.table
    const outside = rows.filter(row => row < 0 || row >= count)
    if (outside.length > 0) {
      this.beyond ??= { step, rows: [...outside.slice(0, 5)], steps: 0 }
      this.beyond.steps++
    }
    if (loss !== null && !Number.isFinite(loss)) return
    this.least = Math.min(this.least ?? rows.length, rows.length)
    if (rows.length > 1) this.seeValues(step, rows)
    for (const row of rows) if (row >= 0 && row < this.drawn.length && this.drawn[row] === 0) this.drawn[row] = step
  }

  private seeValues(step: number, rows: Int32Array): void {
    for (const [index, column] of this.subject.table.columns.entries()) {
      if (column.kind === 'text' || this.oneValue.has(index)) continue
      const first = numberAt(column, rows[0] ?? -1)
      // Most batches differ in their first rows.
      if (rows.every(row => numberAt(column, row) === first)) this.oneValue.set(index, step)
    }
  }

  private seeValidation(step: number, losses: readonly number[]): void {
    for (const loss of losses) {
      if (Number.isFinite(loss)) {
        this.validations.push({ step, loss })
        // Evaluations are rarer than steps; of very many the older half is thinned.
        if (this.validations.length > keptLosses) this.validations.splice(0, keptLosses / 2, ...this.validations.slice(0, keptLosses / 2).filter((_, i) => i % 2 === 0))
      } else if (this.failure === null) this.validationFailure ??= step
    }
    if (new Set(losses).size > 1) this.unsteady ??= { step, losses }
  }

  private keepLoss(point: BatchPoint): void {
    this.losses.push(point)
    if (this.losses.length < keptLosses) return
    const old = this.losses.length - lastLosses
    this.losses = this.losses.filter((_, i) => i >= old || i % 2 === 0)
  }
}

/** A step whose rows count from `first`, with rows from 0. */
function renumbered(step: WatchedStep, first: number): WatchedStep {
  return first === 0 || step.rows === null ? step : { ...step, rows: step.rows.map(row => row - first) }
}

/** The first value of a step, in the order of computing, that is not finite. */
function failureOf(step: WatchedStep): Failure | null {
  const first = (seen: FirstSeen, value: number): Failure => ({ step, first: seen, value })
  if (step.loss !== null && !Number.isFinite(step.loss)) return first('loss', step.loss)
  if (step.badPositions !== null && step.badPositions.length > 0) return first('loss', Number.NaN)
  for (const [seen, tensors] of [['gradient', step.gradients], ['moment', step.moments], ['parameter', step.parameters]] as const) {
    if (tensors !== null && tensors.nonFinite > 0) return first(seen, tensors.first?.value ?? Number.NaN)
  }
  return null
}
