/**
 * The failing step once more, in the reference backend, one operation at a time and at the run's precision: the first element
 * that is not finite, how it was born, and how far it spread. It came in with the data, or an operation made it out of finite
 * operands; a recording arithmetic runs the element's own lines again and names that operation.
 */
import type { FloatArray, Loss, Problem, TrainerState } from '../backends/backend.ts'
import { gatedLayers } from '../backends/gates.ts'
import { ReferenceTrainer, type Tape } from '../backends/reference.ts'
import type { Experiment } from '../training/experiment.ts'
import { problemOf } from '../training/experiment.ts'
import type { DrawnStep } from '../training/draws.ts'
import { cellBehind, nonFinite, type Cell } from './cells.ts'
import {
  activation, activationDerivative, clippedGradient, dropped, outputDerivative, preActivation, preActivationDerivative, predictionDerivative,
  regularizedGradient, term, updated, type Again,
} from './elements.ts'
import { dataLoss, gradient, regularization } from './element-sums.ts'
import { makeRecorder, type Primitive, type RecordedOperation } from './recorder.ts'

/** What a step computes, in this order; `state` is what it was handed. */
export const stages = [
  'state', 'input', 'target', 'pre-activation', 'activation', 'dropped', 'term', 'loss', 'regularization', 'total-loss',
  'prediction-derivative', 'output-derivative', 'activation-derivative', 'pre-activation-derivative', 'gradient', 'regularized-gradient', 'clipped-gradient',
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
export interface Tensor {
  readonly stage: Stage
  readonly layer: number | null
  readonly values: FloatArray
  /** Elements in a row of the batch; null where it has no rows. */
  readonly width: number | null
  /** An element computed again; left out where nothing computed it. */
  readonly again?: (again: Again, element: number) => number
}

export function traceStep({ experiment, step, before, drawn, learningRate, passOver = new Set() }: StepToTrace): Trace {
  const trainer = new ReferenceTrainer(problemOf(experiment), before.parameters)
  trainer.setState(before)
  const { loss } = trainer.step({ step, batch: drawn.batch, learningRate, passOver, ...(drawn.masks === undefined ? {} : { masks: drawn.masks }) })
  const { tape } = trainer
  if (tape === null) throw new Error('The reference backend left no tape of its step.')
  const skipped = positionsOf(tape.rows, passOver)
  const problem = problemOf(experiment)
  const tensors = tensorsOf(problem, tape, loss)
  let birth: Birth | null = null
  const spread: Spread[] = []
  const largest = { value: 0, stage: 'input' as Stage }
  for (const tensor of tensors) {
    const bad = nonFinite(tensor.values).filter(i => tensor.width === null || !skipped.has(Math.floor(i / tensor.width)))
    const first = bad[0]
    if (first !== undefined) {
      birth ??= birthOf(experiment, problem, tape, tensor, first)
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
export function tensorsOf(problem: Problem, tape: Tape, loss: Loss): Tensor[] {
  const { network, optimizer } = problem
  const scalar = (stage: Stage, value: number, again: (again: Again) => number): Tensor => ({ stage, layer: null, values: Float64Array.of(value), width: null, again })
  const whole = (stage: Stage, values: FloatArray, again: (again: Again, element: number) => number): Tensor => ({ stage, layer: null, values, width: null, again })
  const moments = [
    whole('first-moment', tape.after.first, (again, i) => updated(again, 'first', i)),
    whole('second-moment', tape.after.second, (again, i) => updated(again, 'second', i)),
  ]
  return [
    ...[tape.before.parameters, tape.before.first, tape.before.second].map((values): Tensor => ({ stage: 'state', layer: null, values, width: null })),
    { stage: 'input', layer: null, values: tape.features, width: network.inputs },
    { stage: 'target', layer: null, values: tape.targets, width: network.outputs },
    ...forwardTensors(problem, tape),
    { stage: 'term', layer: null, values: tape.terms, width: tape.terms.length / Math.max(tape.rows.length, 1), again: term },
    scalar('loss', loss.data, dataLoss),
    scalar('regularization', loss.regularization, regularization),
    scalar('total-loss', loss.total, ({ m }) => m.add(loss.data, loss.regularization)),
    ...backwardTensors(problem, tape),
    whole('gradient', tape.dataGradient, gradient),
    whole('regularized-gradient', tape.gradient, regularizedGradient),
    whole('clipped-gradient', tape.clipped, clippedGradient),
    // RMSProp's momentum takes in what its second moment has divided.
    ...(optimizer.name === 'rmsprop' ? moments.toReversed() : moments),
    whole('parameter', tape.after.parameters, (again, i) => updated(again, 'parameters', i)),
  ]
}

function forwardTensors({ network }: Problem, tape: Tape): Tensor[] {
  return tape.layers.flatMap((own, layer): Tensor[] => {
    const width = network.layers[layer]?.units ?? 1
    return [
      { stage: 'pre-activation', layer, values: own.z, width, again: (again, i) => preActivation(again, layer, i) },
      { stage: 'activation', layer, values: own.a, width, again: (again, i) => activation(again, layer, i) },
      ...(own.keep === null ? [] : [{ stage: 'dropped' as const, layer, values: own.h, width, again: (again: Again, i: number) => dropped(again, layer, i) }]),
    ]
  })
}

function backwardTensors({ network }: Problem, tape: Tape): Tensor[] {
  const output = network.layers.length - 1
  // Where the gradient is taken apart, no derivative by a hidden unit is ever computed: the tape's own has no part in the step.
  const through = gatedLayers(network) === null ? tape.layers : tape.layers.slice(-1)
  return through.map((_, i) => output - i).flatMap((layer): Tensor[] => {
    const own = tape.layers[layer]
    if (own === undefined) return []
    const width = network.layers[layer]?.units ?? 1
    return [
      layer === output
        ? { stage: 'prediction-derivative', layer, values: own.dh, width, again: predictionDerivative }
        : { stage: 'output-derivative', layer, values: own.dh, width, again: (again, i) => outputDerivative(again, layer, i) },
      ...(own.keep === null ? [] : [{ stage: 'activation-derivative' as const, layer, values: own.da, width, again: (again: Again, i: number) => activationDerivative(again, layer, i) }]),
      { stage: 'pre-activation-derivative', layer, values: own.dz, width, again: (again, i) => preActivationDerivative(again, layer, i) },
    ]
  })
}

/** Losses are summed at float64 whatever the run's precision. */
const summedStages: ReadonlySet<Stage> = new Set(['loss', 'regularization', 'total-loss'])

/** An element computed again, and the operation that made it non-finite out of finite operands; null where it is finite. */
export function computedAgain(problem: Problem, tape: Tape, { stage, values, again }: Tensor, element: number): { value: number; born: RecordedOperation | null } {
  const m = makeRecorder(summedStages.has(stage) ? 'float64' : problem.precision)
  const value = again?.({ m, problem, tape }, element) ?? values[element] ?? Number.NaN
  return { value, born: m.birthOf(value) }
}

function birthOf(experiment: Experiment, problem: Problem, tape: Tape, tensor: Tensor, element: number): Birth {
  const { stage, layer, values, width } = tensor
  const position = width === null ? null : Math.floor(element / width)
  const unit = width === null ? null : element % width
  const datasetRow = position === null ? null : tape.rows[position] ?? null
  const isParameter = width === null && values.length > 1
  const place = { stage, layer, value: values[element] ?? Number.NaN, datasetRow, unit, parameter: isParameter ? element : null, cell: null, operation: null, operands: [] }
  if (stage === 'state') return { ...place, kind: 'state' }
  if (stage === 'input' || stage === 'target') {
    return { ...place, kind: 'data', cell: datasetRow === null || unit === null ? null : cellBehind(experiment, 'training', stage, datasetRow, unit, true) }
  }
  const { born: found } = computedAgain(problem, tape, tensor, element)
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
