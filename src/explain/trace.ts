/**
 * The failing step once more, in the reference backend, one operation at a time and at the run's precision: the first element
 * that is not finite, how it was born, and how far it spread. It came in with the data, or an operation made it out of finite
 * operands; a recording arithmetic runs the element's own lines again and names that operation.
 */
import { vector, type FloatArray, type TrainerState } from '../backends/backend.ts'
import { ReferenceTrainer, type Tape } from '../backends/reference.ts'
import type { Experiment } from '../training/experiment.ts'
import { problemOf } from '../training/experiment.ts'
import type { DrawnStep } from '../training/draws.ts'
import { cellBehind, nonFinite, type Cell } from './cells.ts'
import { bornInDot, bornInLoss, bornInRegularization, bornInSum, bornInUpdate, bornPerElement, type BornPlace } from './births.ts'
import type { Primitive } from './recorder.ts'

/** What a step computes, in this order; `state` is what it was handed. */
export const stages = [
  'state', 'input', 'target', 'pre-activation', 'activation', 'dropped', 'term', 'loss', 'regularization', 'prediction-derivative',
  'output-derivative', 'activation-derivative', 'pre-activation-derivative', 'gradient', 'regularized-gradient', 'clipped-gradient',
  'first-moment', 'second-moment', 'parameter',
] as const
export type Stage = (typeof stages)[number]

/** How the first non-finite element came to be. Rows, layers and units count from 0. */
export interface Birth {
  readonly kind: 'data' | 'operation' | 'state'
  readonly stage: Stage
  /** The layer, where the stage has layers. */
  readonly layer: number | null
  /** The element; for an operation, what it gave. */
  readonly value: number
  /** The table row whose element it is, where it belongs to one row of the batch; counted as in the dataset. */
  readonly datasetRow: number | null
  readonly unit: number | null
  /** A place in the flat vector of parameters, for gradients, moments and parameters. */
  readonly parameter: number | null
  /** The cell it came in with. */
  readonly cell: Cell | null
  readonly operation: Primitive | null
  readonly operands: readonly number[]
}

/** One stage that non-finite elements reached. */
export interface Spread {
  readonly stage: Stage
  readonly layer: number | null
  readonly nonFinite: number
  readonly of: number
  /** Rows of the batch with such an element; null where the stage has no rows. */
  readonly rows: number | null
}

export interface Trace {
  readonly step: number
  readonly birth: Birth | null
  readonly spread: readonly Spread[]
  /** The largest finite magnitude anywhere in the step, and where. */
  readonly largest: { readonly value: number; readonly stage: Stage }
  readonly batch: number
  readonly tape: Tape
  /** Rows of the dataset, in draw order. */
  readonly rows: Uint32Array
}

export interface StepToTrace {
  readonly experiment: Experiment
  readonly step: number
  readonly before: TrainerState
  readonly drawn: DrawnStep
  readonly learningRate: number
  readonly passOver?: ReadonlySet<number>
}

/** A tensor of the step, as the walk looks at it. */
interface Tensor {
  readonly stage: Stage
  readonly layer: number | null
  readonly values: FloatArray
  /** Elements in a row of the batch; null where it has no rows. */
  readonly width: number | null
  readonly born?: (element: number) => BornPlace | null
}

export function traceStep({ experiment, step, before, drawn, learningRate, passOver = new Set() }: StepToTrace): Trace {
  const trainer = new ReferenceTrainer(problemOf(experiment), before.parameters)
  trainer.setState(before)
  const { loss } = trainer.step({ step, batch: drawn.batch, learningRate, passOver, ...(drawn.masks === undefined ? {} : { masks: drawn.masks }) })
  const { tape } = trainer
  if (tape === null) throw new Error('The reference backend left no tape of its step.')
  const skipped = positionsOf(tape.rows, passOver)
  const tensors = tensorsOf(experiment, tape, loss)
  let birth: Birth | null = null
  const spread: Spread[] = []
  const largest = { value: 0, stage: 'input' as Stage }
  for (const tensor of tensors) {
    const bad = nonFinite(tensor.values).filter(i => tensor.width === null || !skipped.has(Math.floor(i / tensor.width)))
    const first = bad[0]
    if (first !== undefined) {
      birth ??= birthOf(experiment, tape, tensor, first)
      spread.push(spreadOf(tensor, bad))
    }
    const value = largestFinite(tensor.values)
    if (value > largest.value) Object.assign(largest, { value, stage: tensor.stage })
  }
  return { step, birth, spread, largest, batch: tape.rows.length, tape, rows: tape.rows }
}

function positionsOf(rows: Uint32Array, passOver: ReadonlySet<number>): ReadonlySet<number> {
  return new Set(passOver.size === 0 ? [] : Array.from(rows.keys()).filter(position => passOver.has(rows[position] ?? -1)))
}

/** Every tensor of the step, in the order of computing. */
function tensorsOf(experiment: Experiment, tape: Tape, loss: { data: number; regularization: number }): Tensor[] {
  const problem = problemOf(experiment)
  const { precision, network } = problem
  const scalar = (stage: Stage, value: number, born: () => BornPlace | null): Tensor =>
    ({ stage, layer: null, values: Float64Array.of(value), width: null, born })
  const whole = (stage: Stage, values: FloatArray, born: (element: number) => BornPlace | null): Tensor => ({ stage, layer: null, values, width: null, born })
  const output = tape.layers.length - 1
  return [
    ...[tape.before.parameters, tape.before.first, tape.before.second].map((values): Tensor => ({ stage: 'state', layer: null, values, width: null })),
    { stage: 'input', layer: null, values: tape.features, width: network.inputs },
    { stage: 'target', layer: null, values: tape.targets, width: network.outputs },
    ...tape.layers.flatMap((layer, index): Tensor[] => {
      const { units } = network.layers[index] ?? { units: 1 }
      return [
        { stage: 'pre-activation', layer: index, values: layer.z, width: units, born: i => bornInDot(problem, tape, index, i) },
        { stage: 'activation', layer: index, values: layer.a, width: units, born: i => bornPerElement(problem, tape, 'activation', index, i) },
        ...(layer.keep === null ? [] : [{ stage: 'dropped' as const, layer: index, values: layer.h, width: units, born: (i: number) => bornPerElement(problem, tape, 'dropped', index, i) }]),
      ]
    }),
    { stage: 'term', layer: null, values: tape.terms, width: tape.terms.length / Math.max(tape.rows.length, 1), born: i => bornPerElement(problem, tape, 'term', output, i) },
    scalar('loss', loss.data, () => bornInLoss(tape)),
    scalar('regularization', loss.regularization, () => bornInRegularization(problem, tape)),
    ...tape.layers.map((_, i) => output - i).flatMap((index): Tensor[] => {
      const layer = tape.layers[index]
      if (layer === undefined) return []
      const { units } = network.layers[index] ?? { units: 1 }
      const of = (stage: 'output-derivative' | 'activation-derivative' | 'pre-activation-derivative', values: FloatArray): Tensor =>
        ({ stage: stage === 'output-derivative' && index === output ? 'prediction-derivative' : stage, layer: index, values, width: units, born: i => bornPerElement(problem, tape, stage, index, i) })
      return [of('output-derivative', layer.dh), ...(layer.keep === null ? [] : [of('activation-derivative', layer.da)]), of('pre-activation-derivative', layer.dz)]
    }),
    whole('gradient', tape.dataGradient, i => bornInSum(problem, tape, i)),
    whole('regularized-gradient', tape.gradient, i => bornPerElement(problem, tape, 'regularized-gradient', output, i)),
    whole('clipped-gradient', tape.clipped, i => bornPerElement(problem, tape, 'clipped-gradient', output, i)),
    whole('first-moment', tape.after.first, () => bornInUpdate(problem, tape)),
    whole('second-moment', tape.after.second, () => bornInUpdate(problem, tape)),
    whole('parameter', tape.after.parameters.length === 0 ? vector(precision, 0) : tape.after.parameters, () => bornInUpdate(problem, tape)),
  ]
}

function birthOf(experiment: Experiment, tape: Tape, { stage, layer, values, width, born }: Tensor, element: number): Birth {
  const position = width === null ? null : Math.floor(element / width)
  const unit = width === null ? null : element % width
  const datasetRow = position === null ? null : tape.rows[position] ?? null
  const isParameter = width === null && values.length > 1
  const place = { stage, layer, value: values[element] ?? Number.NaN, datasetRow, unit, parameter: isParameter ? element : null, cell: null, operation: null, operands: [] }
  if (stage === 'state') return { ...place, kind: 'state' }
  if (stage === 'input' || stage === 'target') {
    return { ...place, kind: 'data', cell: datasetRow === null || unit === null ? null : cellBehind(experiment, 'training', stage, datasetRow, unit, true) }
  }
  const found = born?.(element) ?? null
  return {
    ...place, kind: 'operation', value: found?.result ?? place.value, operation: found?.operation ?? null, operands: found?.operands ?? [],
    datasetRow: found?.position === undefined ? datasetRow : tape.rows[found.position] ?? datasetRow, parameter: found?.parameter ?? place.parameter,
  }
}

function spreadOf({ stage, layer, values, width }: Tensor, bad: readonly number[]): Spread {
  const rows = width === null ? null : new Set(bad.map(i => Math.floor(i / width))).size
  return { stage, layer, nonFinite: bad.length, of: values.length, rows }
}

function largestFinite(values: FloatArray): number {
  let largest = 0
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i]!)
    if (size > largest && size !== Infinity) largest = size
  }
  return largest
}
