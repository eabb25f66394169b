/**
 * How a network moves: one step of the reference over a sample of rows, at the run's first parameters or at its last, and what
 * it shows of each layer. Units that answer nothing, units at their bounds, units that are alike, and how long the step is.
 */
import { type HeldDataset, type FloatArray, type TrainerState } from '../backends/backend.ts'
import { ReferenceTrainer, type LayerTape } from '../backends/reference.ts'
import type { Layer } from '../network/layout.ts'
import { drawsOf } from '../record/replay.ts'
import { problemOf, type Experiment } from '../training/experiment.ts'
import { learningRateAt } from '../training/schedules.ts'
import type { TrainingState } from '../training/train.ts'
import { rowsOf, sampleOf } from './learned.ts'

export interface LayerDynamics {
  readonly layer: Layer
  /** The share of units that are 0 (relu) for every row looked at. */
  readonly dead: number
  /** The share of units that stand at a bound of tanh or sigmoid for 95 % of the rows. */
  readonly saturated: number
  /** Whether every unit has the same weights and bias as every other; false for a single unit. */
  readonly alike: boolean
  /** Root mean squares over the layer's weights: the data loss's gradient, and the weights. */
  readonly gradient: number
  readonly weight: number
}

export interface Dynamics {
  /** In order; the output layer last. */
  readonly layers: readonly LayerDynamics[]
  /** The length of one step over the length of the weights. */
  readonly update: number
  /** The lengths of the L2 term's gradient and of the data's. */
  readonly pull: { readonly l2: number; readonly data: number }
}

/** How far a run carried its weights (biases not). */
export interface Movement {
  /** The share of weights that are the same bits as at the start. */
  readonly unmoved: number
  /** The way from first to last weights, over the first weights' length. */
  readonly relative: number
  /** The last weights' length over the first's. */
  readonly growth: number
}

const mostRows = 256
/** Within so much of its bound a tanh passes on less than a fiftieth of a gradient, a sigmoid less than a hundredth. */
const atBound = 0.01

/** At the first parameters, before the first step. */
export function dynamicsAtStart(experiment: Experiment): Dynamics {
  return dynamicsOf(experiment, { parameters: firstParameters(experiment), first: null, second: null }, 1)
}

/** At the state in which a run ended. */
export function dynamicsAtEnd(experiment: Experiment, { step, trainer }: TrainingState): Dynamics {
  return dynamicsOf(experiment, trainer, Math.max(step, 1))
}

export function firstParameters(experiment: Experiment): Float64Array {
  return drawsOf(experiment).parameters()
}

function dynamicsOf(experiment: Experiment, { parameters, first, second }: Pick<TrainerState, 'parameters'> & { first: FloatArray | null; second: FloatArray | null }, step: number): Dynamics {
  const { settings, network, steps, batchSize } = experiment
  const all = sampleOf(experiment.training.dataset, network.parameters)
  const rows = Math.min(all.rows, Math.max(mostRows, Math.min(batchSize, mostRows)))
  const sample: HeldDataset = rowsOf(all, Array.from({ length: rows }, (_, i) => Math.floor((i * all.rows) / Math.max(rows, 1))))
  const trainer = new ReferenceTrainer({ ...problemOf(experiment), training: sample, blocks: 1 }, parameters)
  const state = trainer.state()
  if (first !== null && second !== null) trainer.setState({ parameters: state.parameters, first, second })
  // A sum over the batch has to be one over as many rows as the run's own.
  const times = settings.reduction === 'sum' ? batchSize / Math.max(rows, 1) : 1
  const learningRate = learningRateAt(settings.schedule, settings.optimizer.learningRate, Math.min(step, steps), steps) * (settings.optimizer.name === 'sgd' ? times : 1)
  trainer.step({ step, batch: { kind: 'rows', rows: Uint32Array.from({ length: rows }, (_, i) => i) }, learningRate })
  const { tape } = trainer
  if (tape === null) throw new Error('The reference backend left no tape of its step.')
  const before = tape.before.parameters
  const layers = network.layers.map((layer, i): LayerDynamics => {
    const own = tape.layers[i]
    return {
      layer, ...(own === undefined ? { dead: 0, saturated: 0 } : unitsOf(layer, own, rows)), alike: areAlike(layer, before),
      gradient: rootMeanSquare(tape.dataGradient, layer.weights, layer.biases), weight: rootMeanSquare(before, layer.weights, layer.biases),
    }
  })
  let [moved, size, pull, data] = [0, 0, 0, 0]
  for (const { weights, biases } of network.layers) {
    for (let i = weights; i < biases; i++) {
      const w = before[i] ?? 0
      moved += ((tape.after.parameters[i] ?? 0) - w) ** 2
      size += w * w
      pull += (settings.l2 * w) ** 2
      data += ((tape.dataGradient[i] ?? 0) * times) ** 2
    }
  }
  return { layers, update: Math.sqrt(moved / size), pull: { l2: Math.sqrt(pull), data: Math.sqrt(data) } }
}

/** A layer of which this share stands at a bound passes on next to nothing. */
const mostSaturated = 0.8

/** The first hidden layer that stands at a bound. */
export function saturatedLayer(dynamics: Dynamics | null): LayerDynamics | undefined {
  return dynamics?.layers.slice(0, -1).find(({ saturated }) => saturated >= mostSaturated)
}

function unitsOf({ activation, units }: Layer, { a }: LayerTape, rows: number): { dead: number; saturated: number } {
  const bounds = activation === 'tanh' ? [-1, 1] : activation === 'sigmoid' ? [0, 1] : null
  if (bounds === null && activation !== 'relu') return { dead: 0, saturated: 0 }
  const [low = 0, high = 0] = bounds ?? []
  let [dead, saturated] = [0, 0]
  for (let unit = 0; unit < units; unit++) {
    let [zero, bound] = [0, 0]
    for (let row = 0; row < rows; row++) {
      const value = a[row * units + unit] ?? 0
      if (value === 0) zero++
      if (bounds !== null && (value - low < atBound || high - value < atBound)) bound++
    }
    if (bounds === null && zero === rows) dead++
    if (bound >= 0.95 * rows) saturated++
  }
  return { dead: dead / units, saturated: saturated / units }
}

function areAlike({ inputs, units, weights, biases }: Layer, parameters: FloatArray): boolean {
  if (units < 2) return false
  for (let k = 0; k < inputs; k++) {
    for (let j = 1; j < units; j++) if (parameters[weights + k * units + j] !== parameters[weights + k * units]) return false
  }
  for (let j = 1; j < units; j++) if (parameters[biases + j] !== parameters[biases]) return false
  return true
}

function rootMeanSquare(values: FloatArray, from: number, to: number): number {
  let sum = 0
  for (let i = from; i < to; i++) sum += (values[i] ?? 0) ** 2
  return Math.sqrt(sum / Math.max(to - from, 1))
}

export function movementOf(experiment: Experiment, { trainer }: TrainingState): Movement {
  const { parameters } = trainer
  const first = parameters instanceof Float32Array ? Float32Array.from(firstParameters(experiment)) : firstParameters(experiment)
  let [same, count, way, before, after] = [0, 0, 0, 0, 0]
  for (const { weights, biases } of experiment.network.layers) {
    for (let i = weights; i < biases; i++) {
      const [from, to] = [first[i] ?? 0, parameters[i] ?? 0]
      if (from === to) same++
      count++
      way += (to - from) ** 2
      before += from * from
      after += to * to
    }
  }
  return { unmoved: same / Math.max(count, 1), relative: Math.sqrt(way / before), growth: Math.sqrt(after / before) }
}
