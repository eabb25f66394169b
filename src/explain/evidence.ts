/** All that causes read: the case, the trace of its failing step, its bad cells, and figures that are computed when asked for. */
import { batchRows, vector } from '../backends/backend.ts'
import { robustScale, median } from '../numeric/stats.ts'
import { findNonFinite } from '../table/rows.ts'
import { constantShare, constantShareSingle } from '../table/scale.ts'
import type { Experiment, Side } from '../training/experiment.ts'
import type { Incident } from '../training/train.ts'
import { overflowBound, type OverflowBound } from './bounds.ts'
import type { Case } from './case.ts'
import { badCells, type Cell } from './cells.ts'
import { curveOf, type Curve } from './curve.ts'
import { dynamicsAtEnd, dynamicsAtStart, movementOf, type Dynamics, type Movement } from './dynamics.ts'
import { fitnessOf, lastFitnessOf, type Fitness } from './learned.ts'
import { foreseenProbe, type Probe } from './probe.ts'
import { signalOf, type Signal } from './signal.ts'
import { traceStep, type Trace } from './trace.ts'

/** One used column, by its finite values in the training rows. */
export interface ColumnFigures {
  readonly part: 'input' | 'target'
  /** In the table, from 0. */
  readonly index: number
  readonly name: string
  readonly finite: number
  readonly min: number
  readonly max: number
  readonly mean: number
  readonly deviation: number
  readonly median: number
  /** 1.4826 times the median distance from the median. */
  readonly spread: number
  /** Whether it varies by no more than rounding. */
  readonly constant: boolean
}

export interface Evidence {
  readonly case: Case
  readonly experiment: Experiment
  readonly incident: Incident | null
  /** Of the step that failed, or, of a run that is only planned and whose cells are all finite, of the step of the probe that did; null where none did. */
  readonly trace: Trace | null
  /** Cells of used columns that give the network something non-finite, in rows that are trained on. */
  readonly badCells: readonly Cell[]
  readonly badValidationCells: readonly Cell[]
  /** How many cells of unused columns are not finite. They never matter. */
  readonly unusedBadCells: number
  readonly bounds: OverflowBound
  readonly curve: Curve
  readonly columns: readonly ColumnFigures[]
  /** How much better than the best constant the run ended. */
  readonly fitness: Fitness
  /** The same at the last step, where the parameters of an earlier one were kept. */
  readonly lastFitness: Fitness
  /** One step at the first parameters, and one at the last; null where nothing was run. */
  readonly start: Dynamics
  readonly end: Dynamics | null
  /** How far the weights went; null where nothing was run. */
  readonly movement: Movement | null
  /** The first steps of a run that is only planned, on a sample; null for any other run. */
  readonly probe: Probe | null
  /** What the inputs say of the targets; null where there are too few rows. */
  readonly signal: Signal | null
}

/** `incident` may come from elsewhere than the case: one that was lost is had again by running again. */
export function gatherEvidence(of: Case, incident: Incident | null): Evidence {
  const { experiment } = of
  const drawnRows = new Set(incident === null ? [] : batchRows(incident.drawn.batch))
  return {
    case: of, experiment, incident,
    get trace() { return once(this, 'trace', incident === null ? foreseenTrace(this) : traceOf(experiment, incident)) },
    get badCells() { return once(this, 'badCells', badCells(experiment, 'training', drawnRows)) },
    get badValidationCells() { return once(this, 'badValidationCells', badCells(experiment, 'validation', new Set())) },
    get unusedBadCells() { return once(this, 'unusedBadCells', unusedBad(experiment)) },
    get bounds() { return once(this, 'bounds', boundsOf(of, incident)) },
    get curve() { return once(this, 'curve', curveOf(of.history)) },
    get fitness() { return once(this, 'fitness', fitnessOf(experiment, of.final)) },
    get lastFitness() { return once(this, 'lastFitness', experiment.settings.earlyStopping === false ? this.fitness : lastFitnessOf(experiment, of.final)) },
    get start() { return once(this, 'start', dynamicsAtStart(experiment)) },
    get end() { return once(this, 'end', of.final === null ? null : dynamicsAtEnd(experiment, of.final)) },
    get movement() { return once(this, 'movement', of.final === null ? null : movementOf(experiment, of.final)) },
    get probe() { return once(this, 'probe', of.status === 'planned' ? foreseenProbe(experiment) : null) },
    get signal() { return once(this, 'signal', signalOf(experiment)) },
    get columns() { return once(this, 'columns', columnFigures(experiment.training)) },
  }
}

function traceOf(experiment: Experiment, { step, before, drawn, learningRate }: Incident): Trace {
  return traceStep({ experiment, step, before: before.trainer, drawn, learningRate })
}

/** Cells that are not finite break a run when they are drawn, whatever else does. */
function foreseenTrace({ case: { status }, badCells, probe }: Evidence): Trace | null {
  return status === 'planned' && badCells.length === 0 ? probe?.broke ?? null : null
}

/** Computed at the first look, then kept. */
function once<K extends keyof Evidence>(evidence: Evidence, name: K, value: Evidence[K]): Evidence[K] {
  Object.defineProperty(evidence, name, { value, enumerable: true })
  return value
}

function unusedBad({ training: { table, columns } }: Experiment): number {
  const used = new Set([...columns.inputs, ...columns.targets])
  const unused = table.columns.flatMap((column, index) => (used.has(index) || column.kind === 'text' ? [] : [index]))
  return unused.length === 0 ? 0 : findNonFinite(table, unused).length
}

function boundsOf({ experiment: { network, settings, steps }, final }: Case, incident: Incident | null): OverflowBound {
  const parameters = incident?.before.trainer.parameters ?? final?.trainer.parameters ?? vector(settings.precision, 0)
  let largestWeight = 0
  for (const value of parameters) if (Number.isFinite(value)) largestWeight = Math.max(largestWeight, Math.abs(value))
  return overflowBound({
    network, optimizer: settings.optimizer, schedule: settings.schedule, precision: settings.precision, steps,
    // First weights beyond 4 deviations of the narrowest usual initializer are rare.
    largestWeight: Math.max(largestWeight, 1),
  })
}

/** Figures of the used columns over these rows (from 0) of a table. */
export function columnFigures({ table, columns, rows }: Pick<Side, 'table' | 'columns' | 'rows'>): ColumnFigures[] {
  const figures = (part: ColumnFigures['part']) => (index: number): ColumnFigures[] => {
    const column = table.columns[index]
    if (column?.kind !== 'numeric') return []
    const values = Float64Array.from(rows, row => column.values[row] ?? Number.NaN).filter(Number.isFinite)
    let [min, max, mean, squares] = [Infinity, -Infinity, 0, 0]
    for (const value of values) {
      min = Math.min(min, value)
      max = Math.max(max, value)
      mean += value / values.length
    }
    for (const value of values) squares += ((value - mean) * (value - mean)) / values.length
    const deviation = Math.sqrt(squares)
    const share = column.values instanceof Float32Array ? constantShareSingle : constantShare
    return [{
      part, index, name: column.name, finite: values.length, min, max, mean, deviation, median: median(values), spread: robustScale(values),
      constant: deviation <= share * Math.max(Math.abs(min), Math.abs(max)),
    }]
  }
  return [...columns.inputs.flatMap(figures('input')), ...columns.targets.flatMap(figures('target'))]
}
