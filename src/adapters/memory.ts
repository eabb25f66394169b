/**
 * What is kept of a run that is watched, in bounded memory: for each row of the table the first finite step that drew it, the
 * last few steps whole, and losses thinned to some thousand points.
 */
import { curveOf } from '../explain/curve.ts'
import type { Declared, Failure, FirstSeen, Located, WatchedRun, WatchedStep } from '../explain/watched/run.ts'
import type { ColumnSet } from '../table/columns.ts'
import type { Table } from '../table/table.ts'
import { DrawsSeen } from './draws.ts'

/** Steps that are kept whole. */
const keptSteps = 8
/** Losses that are kept; the last of them one by one. */
const keptLosses = 4096
const lastLosses = 256

interface Point {
  readonly step: number
  readonly loss: number
}

export interface Subject {
  readonly table: Table
  readonly columns: ColumnSet
  readonly validation: WatchedRun['validation']
  readonly declared: Declared
}

export class Memory {
  private readonly drawn: Uint32Array
  private readonly draws: DrawsSeen
  private readonly last: WatchedStep[] = []
  private readonly validations: Point[] = []
  private losses: Point[] = []
  private steps = 0
  private firstStep = 0
  private lastStep = 0
  private rowsKnown = true
  private batch: number | null = null
  private beyond: { step: number; rows: number[]; steps: number } | null = null
  private failure: Failure | null = null
  private after = { finite: 0, nonFinite: 0 }
  private validationFailure: number | null = null
  private unsteady: WatchedRun['unsteadyValidation'] = null
  located: Located | null = null

  constructor(private readonly subject: Subject) {
    this.drawn = new Uint32Array(subject.table.rows)
    this.draws = new DrawsSeen(subject.table.rows)
  }

  get latest(): number {
    return this.lastStep
  }

  get started(): boolean {
    return this.steps > 0
  }

  get failedAt(): number | null {
    return this.failure?.step.step ?? null
  }

  /** Takes one step; steps must ascend. `validation`: losses over the validation table after it, all of the same parameters. */
  see(step: WatchedStep, validation: readonly number[] = []): void {
    if (this.steps === 0) this.firstStep = step.step
    this.steps++
    this.lastStep = step.step
    this.seeValidation(step.step, validation)
    if (this.failure !== null) {
      if (step.loss !== null) this.after[Number.isFinite(step.loss) ? 'finite' : 'nonFinite']++
      return
    }
    this.failure = failureOf(step)
    this.seeRows(step)
    this.last.push(step)
    if (this.last.length > keptSteps) this.last.shift()
    if (step.loss !== null && Number.isFinite(step.loss)) this.keepLoss({ step: step.step, loss: step.loss })
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
    const { subject, drawn, losses } = this
    const points = [...losses]
    return {
      ...subject, steps: this.steps, firstStep: this.firstStep, lastStep: this.lastStep, failure: this.failure, last: [...this.last], after: { ...this.after },
      losses: points, curve: curveOf({ steps: points.map(({ step }) => step), training: points.map(({ loss }) => ({ total: loss, data: loss, regularization: 0 })), validation: [] }),
      validations: [...this.validations], validationFailure: this.validationFailure, unsteadyValidation: this.unsteady,
      rowsKnown: this.rowsKnown && this.steps > 0, batch: this.batch, sampling: subject.declared.sampling ?? this.draws.sampling,
      drawnAt: row => drawn[row] ?? 0, beyond: this.beyond, located: this.located, notes: [],
    }
  }

  private seeRows({ step, rows, loss }: WatchedStep): void {
    if (rows === null) {
      this.rowsKnown = false
      return
    }
    this.batch = Math.max(this.batch ?? 0, rows.length)
    this.draws.see(rows)
    const outside = rows.filter(row => row < 0 || row >= this.subject.table.rows)
    if (outside.length > 0) {
      this.beyond ??= { step, rows: [...outside.slice(0, 5)], steps: 0 }
      this.beyond.steps++
    }
    if (loss !== null && !Number.isFinite(loss)) return
    for (const row of rows) if (row >= 0 && row < this.drawn.length && this.drawn[row] === 0) this.drawn[row] = step
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

  private keepLoss(point: Point): void {
    this.losses.push(point)
    if (this.losses.length < keptLosses) return
    const old = this.losses.length - lastLosses
    this.losses = this.losses.filter((_, i) => i >= old || i % 2 === 0)
  }
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
