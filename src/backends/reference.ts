/**
 * The reference: one step in plain loops, every intermediate result kept on a tape. What every kernel is held against, what
 * makes NumPy's run, and what a trace reads operation by operation. The semantics stand in backend.ts.
 */
import { dropoutMask } from '../numeric/dropout.ts'
import { firstNonFinite } from '../numeric/floats.ts'
import { philoxKey, type PhiloxKey } from '../numeric/philox.ts'
import { activateAll, softmaxBackward, softmaxForward, unitActivations } from './activations.ts'
import { arithmeticOf, type Arithmetic } from './arithmetic.ts'
import {
  batchRows, evaluationChunk, lossDivisor, vector,
  type Backend, type Dataset, type FloatArray, type Health, type HeldDataset, type Loss, type NonFinitePlace,
  type Problem, type StepRequest, type StepResult, type Trainer, type TrainerState,
} from './backend.ts'
import { Dense } from './dense.ts'
import { addGated, finishGated, gatedLayers, openGates, trainingFactor } from './gates.ts'
import { categoricalDerivative, categoricalTerm, outputLoss } from './losses.ts'
import { momentsOf, update } from './optimizers.ts'
import { chunksOf, gather as gatherBatch } from './stored.ts'
import { combineInTree, LaneSum, orderByBlocks, sumByBlocks, sumOfMagnitudes } from './sums.ts'

/** What one layer did in a step; each [batch, units] unless said. `h` is `a` itself where nothing is dropped. */
export interface LayerTape {
  /** The layer's input, [batch, inputs]. */
  x: FloatArray
  z: FloatArray
  a: FloatArray
  /** What dropout multiplied by; null where nothing is dropped. */
  keep: FloatArray | null
  h: FloatArray
  /** Derivatives of the loss by h, a and z. */
  dh: FloatArray
  da: FloatArray
  dz: FloatArray
}

/** Everything that a step computed, in the order in which it did. */
export interface Tape {
  readonly step: number
  /** Table rows in draw order. */
  readonly rows: Uint32Array
  /** Batch positions in the order in which sums take them, block after block; rows passed over are not in it. */
  readonly order: readonly Uint32Array[]
  readonly features: FloatArray
  readonly targets: FloatArray
  readonly layers: readonly LayerTape[]
  /** [batch, outputs], or [batch] for categorical losses. */
  readonly terms: FloatArray
  /** Parameters before the step. */
  readonly before: TrainerState
  /** The gradient of the data loss, then with the L2 term (unclipped), then as it went into the update. */
  readonly dataGradient: FloatArray
  readonly gradient: FloatArray
  readonly clipped: FloatArray
  readonly after: TrainerState
  readonly learningRate: number
}

export const reference: Backend = {
  name: 'reference',
  refuses: () => null,
  createTrainer: (problem, parameters) => Promise.resolve(new ReferenceTrainer(problem, parameters)),
}

export class ReferenceTrainer implements Trainer {
  readonly backend = 'reference'
  readonly threads: number = 1
  readonly fast: boolean = false
  /** Of the last step. */
  tape: Tape | null = null
  private readonly m: Arithmetic
  private readonly dense: Dense
  private readonly dropoutKey: PhiloxKey
  private current: TrainerState
  private next: TrainerState

  /** `parameters` are copied, and rounded to the problem's precision. */
  constructor(readonly problem: Problem, parameters: FloatArray) {
    this.m = arithmeticOf(problem.precision)
    this.dense = new Dense(problem.precision)
    this.dropoutKey = philoxKey(problem.seed, 'dropout')
    this.current = emptyState(problem)
    this.next = emptyState(problem)
    this.current.parameters.set(parameters)
  }

  step(request: StepRequest): StepResult {
    const { problem } = this
    if (problem.training.stored === undefined) return this.stepOn(problem.training, problem, request)
    const gathered = gatherBatch(problem, problem.training.stored, request)
    return this.stepOn(gathered.problem.training, gathered.problem, gathered.request)
  }

  private stepOn(training: HeldDataset, problem: Problem, request: StepRequest): StepResult {
    const { network } = problem
    const rows = batchRows(request.batch)
    const order = orderByBlocks(rows, problem, request.passOver)
    const features = gather(training.features, training.inputs, rows, problem.precision)
    const targets = gather(training.targets, training.outputs, rows, problem.precision)
    const layers = this.forward(features, rows.length, layer => this.keepFactors(layer, rows, request))
    const output = layers[layers.length - 1]!
    const terms = this.terms(output.h, targets, rows.length)
    const divisor = lossDivisor(problem.loss, problem.reduction, rows.length, network.outputs)
    const data = sumByBlocks(terms, order, terms.length / Math.max(rows.length, 1)) / divisor
    const regularization = this.regularization(this.current.parameters)

    this.outputDerivative(output, targets, rows.length, divisor)
    this.backward(layers, rows.length)
    const dataGradient = this.gradientByBlocks(layers, order)
    const gradient = this.withL2(dataGradient)
    const clipped = this.clip(gradient)
    update(this.m, problem.optimizer, network, request.learningRate, request.step, clipped, this.current, this.next)

    this.tape = {
      step: request.step, rows, order, features, targets, layers, terms, dataGradient, gradient, clipped,
      before: this.current, after: this.next, learningRate: request.learningRate,
    }
    const health = { gradient: sumOfMagnitudes(gradient), parameters: sumOfMagnitudes(this.next.parameters), moments: sumOfMagnitudes(this.next.second) }
    const loss = { total: data + regularization, data, regularization }
    const nonFinite = this.guard(loss, health, gradient)
    if (nonFinite === null) {
      this.current = this.next
      // A fresh one, since the tape keeps both.
      this.next = emptyState(problem)
    }
    return { loss, health, nonFinite }
  }

  evaluate(dataset: Dataset): Loss {
    const { problem } = this
    let sum = 0
    for (const held of chunksOf(dataset)) {
      for (let start = 0; start < held.rows; start += evaluationChunk) {
        const rows = Math.min(evaluationChunk, held.rows - start)
        const outputs = this.predict(part(held.features, held.inputs, start, rows), rows)
        const terms = this.terms(outputs, part(held.targets, held.outputs, start, rows), rows)
        let chunk = 0
        for (const term of terms) chunk += term
        sum += chunk
      }
    }
    const data = sum / lossDivisor(problem.loss, problem.reduction, dataset.rows, dataset.outputs)
    const regularization = this.regularization(this.current.parameters)
    return { total: data + regularization, data, regularization }
  }

  predict(features: FloatArray, rows: number): FloatArray {
    const { network, precision } = this.problem
    const outputs = vector(precision, rows * network.outputs)
    for (let start = 0; start < rows; start += evaluationChunk) {
      const count = Math.min(evaluationChunk, rows - start)
      const layers = this.forward(part(features, network.inputs, start, count), count, layer => this.predictionFactors(layer, count))
      outputs.set(layers[layers.length - 1]!.h, start * network.outputs)
    }
    return outputs
  }

  state(): TrainerState {
    const { parameters, first, second } = this.current
    return { parameters: parameters.slice(), first: first.slice(), second: second.slice() }
  }

  setState(state: TrainerState): void {
    this.current.parameters.set(state.parameters)
    this.current.first.set(state.first)
    this.current.second.set(state.second)
  }

  dispose(): void {
    this.tape = null
  }

  /** Layer after layer; `factors` gives what dropout multiplies a layer's activations by, or null. */
  private forward(features: FloatArray, rows: number, factors: (layer: number) => FloatArray | null): LayerTape[] {
    const { m, dense } = this
    const { network, precision } = this.problem
    const layers: LayerTape[] = []
    let x = features
    for (const layer of network.layers) {
      const size = rows * layer.units
      const z = vector(precision, size)
      dense.forward(layer, this.current.parameters, x, z, rows)
      const a = vector(precision, size)
      if (layer.activation === 'softmax') {
        for (let r = 0; r < rows; r++) softmaxForward(m, z, a, r * layer.units, layer.units)
      } else {
        activateAll(m, layer.activation, z, a)
      }
      const keep = layer.dropout === 0 ? null : factors(layer.index)
      let h = a
      if (keep !== null) {
        h = vector(precision, size)
        dense.multiply(a, keep, h)
      }
      const none = vector(precision, 0)
      layers.push({ x, z, a, keep, h, dh: none, da: none, dz: none })
      x = h
    }
    return layers
  }

  /** 0 or the factor of what is kept, [batch, units]. */
  private keepFactors(index: number, rows: Uint32Array, request: StepRequest): FloatArray {
    const { network, precision } = this.problem
    const { units, dropout } = network.layers[index]!
    const factor = network.dropoutScale === 'train' ? this.m.round(1 / (1 - dropout)) : 1
    let mask = request.masks?.[index] ?? null
    if (mask === null) {
      mask = new Uint8Array(rows.length * units)
      for (let r = 0; r < rows.length; r++) dropoutMask(this.dropoutKey, dropout, request.step, index, rows[r]!, units, mask, r * units)
    }
    const keep = vector(precision, mask.length)
    for (let i = 0; i < mask.length; i++) keep[i] = mask[i] === 1 ? factor : 0
    return keep
  }

  /** What predictions multiply by where training does not scale. */
  private predictionFactors(index: number, rows: number): FloatArray | null {
    const { network, precision } = this.problem
    if (network.dropoutScale === 'train') return null
    const { units, dropout } = network.layers[index]!
    return vector(precision, rows * units).fill(this.m.round(1 - dropout))
  }

  private terms(outputs: FloatArray, targets: FloatArray, rows: number): FloatArray {
    const { m } = this
    const { loss, network, precision } = this.problem
    const units = network.outputs
    const each = outputLoss(loss)
    const terms = vector(precision, each === null ? rows : rows * units)
    if (each === null) for (let r = 0; r < rows; r++) terms[r] = categoricalTerm(m, loss, outputs, targets, r * units, units)
    else for (let i = 0; i < terms.length; i++) terms[i] = each.term(m, outputs[i]!, targets[i]!)
    return terms
  }

  private regularization(parameters: FloatArray): number {
    const { l2, network } = this.problem
    if (l2 === 0) return 0
    const sum = new LaneSum()
    for (const { weights, biases } of network.layers) {
      for (let i = weights; i < biases; i++) sum.add(i, parameters[i]! * parameters[i]!)
    }
    return 0.5 * l2 * sum.total()
  }

  private outputDerivative(output: LayerTape, targets: FloatArray, rows: number, divisor: number): void {
    const { m } = this
    const { loss, network, precision } = this.problem
    const units = network.outputs
    const each = outputLoss(loss)
    const d = vector(precision, rows * units)
    if (each === null) for (let r = 0; r < rows; r++) categoricalDerivative(m, loss, output.h, targets, d, r * units, units)
    else for (let i = 0; i < d.length; i++) d[i] = each.derivative(m, output.h[i]!, targets[i]!)
    for (let i = 0; i < d.length; i++) d[i] = m.divide(d[i]!, divisor)
    output.dh = d
  }

  private backward(layers: readonly LayerTape[], rows: number): void {
    const { m, dense } = this
    const { network, precision } = this.problem
    for (let index = network.layers.length - 1; index >= 0; index--) {
      const layer = network.layers[index]!
      const tape = layers[index]!
      const size = rows * layer.units
      const { z, a, keep, dh } = tape
      let da = dh
      if (keep !== null) {
        da = vector(precision, size)
        dense.multiply(dh, keep, da)
      }
      const dz = vector(precision, size)
      if (layer.activation === 'softmax') {
        for (let r = 0; r < rows; r++) softmaxBackward(m, a, da, dz, r * layer.units, layer.units)
      } else {
        const activation = unitActivations[layer.activation]
        for (let i = 0; i < size; i++) dz[i] = activation.backward(m, z[i]!, a[i]!, da[i]!)
      }
      tape.da = da
      tape.dz = dz
      const below = layers[index - 1]
      if (below !== undefined) {
        below.dh = vector(precision, rows * layer.inputs)
        dense.backward(layer, this.current.parameters, dz, below.dh, rows)
      }
    }
  }

  private gradientByBlocks(layers: readonly LayerTape[], order: readonly Uint32Array[]): FloatArray {
    const { network, precision } = this.problem
    const [hidden, output] = layers
    const gated = gatedLayers(network)
    const gates = gated !== null && hidden !== undefined ? openGates(hidden.z, hidden.keep) : null
    const sums = order.map(positions => {
      const gradient = vector(precision, network.parameters)
      if (gates !== null && hidden !== undefined && output !== undefined) {
        addGated(this.m, network, hidden.x, gates, output.dz, positions, gradient)
        return gradient
      }
      for (const layer of network.layers) {
        const { x, dz } = layers[layer.index]!
        this.dense.accumulate(layer, x, dz, positions, gradient)
      }
      return gradient
    })
    combineInTree(sums, (into, from) => {
      for (let i = 0; i < into.length; i++) into[i] = this.m.add(into[i]!, from[i]!)
    })
    const gradient = sums[0]!
    if (gated !== null) finishGated(this.m, network, this.current.parameters, trainingFactor(this.m, network, gated.hidden), gradient)
    return gradient
  }

  private withL2(dataGradient: FloatArray): FloatArray {
    const gradient = dataGradient.slice()
    const l2 = this.m.round(this.problem.l2)
    if (l2 === 0) return gradient
    for (const { weights, biases } of this.problem.network.layers) {
      for (let i = weights; i < biases; i++) gradient[i] = this.m.add(gradient[i]!, this.m.multiply(l2, this.current.parameters[i]!))
    }
    return gradient
  }

  private clip(gradient: FloatArray): FloatArray {
    const { norm, value } = this.problem.clip
    if (norm === undefined && value === undefined) return gradient
    const { m } = this
    const clipped = gradient.slice()
    if (value !== undefined) {
      const bound = m.round(value)
      for (let i = 0; i < clipped.length; i++) {
        const g = clipped[i]!
        clipped[i] = g > bound ? bound : g < -bound ? -bound : g
      }
    }
    if (norm !== undefined) {
      const squares = new LaneSum()
      for (let i = 0; i < clipped.length; i++) squares.add(i, clipped[i]! * clipped[i]!)
      const length = Math.sqrt(squares.total())
      if (length > norm) {
        const factor = m.round(norm / length)
        for (let i = 0; i < clipped.length; i++) clipped[i] = m.multiply(clipped[i]!, factor)
      }
    }
    return clipped
  }

  /** The figures in the order in which trouble reaches them; a sum that overflowed over finite elements is no trouble. */
  private guard(loss: Loss, health: Health, gradient: FloatArray): NonFinitePlace | null {
    if (!Number.isFinite(loss.total)) return 'loss'
    if (!Number.isFinite(health.gradient) && firstNonFinite(gradient) !== -1) return 'gradient'
    if (!Number.isFinite(health.moments) && firstNonFinite(this.next.second) !== -1) return 'moment'
    if (firstNonFinite(this.next.first) !== -1) return 'moment'
    if (!Number.isFinite(health.parameters) && firstNonFinite(this.next.parameters) !== -1) return 'parameter'
    return null
  }
}

function emptyState({ network, precision, optimizer }: Problem): TrainerState {
  const moments = momentsOf(optimizer)
  return {
    parameters: vector(precision, network.parameters),
    first: vector(precision, moments.first ? network.parameters : 0),
    second: vector(precision, moments.second ? network.parameters : 0),
  }
}

/** Rows of a row-major matrix, copied and rounded. */
function gather(matrix: FloatArray, width: number, rows: Uint32Array, precision: Problem['precision']): FloatArray {
  const out = vector(precision, rows.length * width)
  for (let r = 0; r < rows.length; r++) {
    const from = rows[r]! * width
    for (let c = 0; c < width; c++) out[r * width + c] = matrix[from + c]!
  }
  return out
}

function part(matrix: FloatArray, width: number, start: number, rows: number): FloatArray {
  return matrix.subarray(start * width, (start + rows) * width)
}
