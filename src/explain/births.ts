/** Runs one element of a step again over a recording arithmetic: which operation made it non-finite, from which operands. */
import { softmaxBackward, softmaxForward, unitActivations } from '../backends/activations.ts'
import { lossDivisor, vector, type FloatArray, type Problem } from '../backends/backend.ts'
import { laneBound } from '../backends/dense.ts'
import { categoricalDerivative, categoricalTerm, outputLoss } from '../backends/losses.ts'
import { update } from '../backends/optimizers.ts'
import type { Tape } from '../backends/reference.ts'
import type { Layer } from '../network/layout.ts'
import { makeRecorder, type RecordedOperation, type Recorder } from './recorder.ts'

/** Where an operation stood, as far as it says more than the element: a batch position, a parameter. */
export interface BornPlace extends RecordedOperation {
  readonly position?: number
  readonly parameter?: number
}

type ElementStage =
  | 'activation' | 'dropped' | 'term' | 'output-derivative' | 'activation-derivative' | 'pre-activation-derivative' | 'regularized-gradient' | 'clipped-gradient'

/** z[position, unit]: the sum over the layer's inputs, in the order that backend.ts states. */
export function bornInDot(problem: Problem, tape: Tape, index: number, element: number): BornPlace | null {
  const layer = problem.network.layers[index]
  const x = tape.layers[index]?.x
  if (layer === undefined || x === undefined) return null
  const m = makeRecorder(problem.precision)
  const { inputs, units, weights, biases } = layer
  const [position, j] = [Math.floor(element / units), element % units]
  const w = tape.before.parameters
  const product = (k: number): number => m.multiply(at(x, position * inputs + k), at(w, weights + k * units + j))
  if (units >= laneBound) {
    let sum = at(w, biases + j)
    for (let k = 0; k < inputs; k++) sum = m.add(sum, product(k))
  } else {
    const lanes = [0, 0, 0, 0]
    for (let k = 0; k < inputs; k++) lanes[k % 4] = m.add(lanes[k % 4] ?? 0, product(k))
    const [a = 0, b = 0, c = 0, d = 0] = lanes
    m.add(m.add(m.add(a, b), m.add(c, d)), at(w, biases + j))
  }
  return m.born
}

/** An element that comes from its own row, or from its own place in the gradient. */
export function bornPerElement(problem: Problem, tape: Tape, stage: ElementStage, index: number, element: number): BornPlace | null {
  const layer = problem.network.layers[index]
  const own = tape.layers[index]
  if (layer === undefined || own === undefined) return null
  const m = makeRecorder(problem.precision)
  const row = Math.floor(element / layer.units) * layer.units
  switch (stage) {
    case 'activation':
      if (layer.activation === 'softmax') softmaxForward(m, own.z, own.z.slice(), row, layer.units)
      else unitActivations[layer.activation].forward(m, at(own.z, element))
      break
    case 'dropped':
      if (own.keep !== null) m.multiply(at(own.a, element), at(own.keep, element))
      break
    case 'term':
      runTerm(m, problem, tape, own.h, layer, element)
      break
    case 'output-derivative':
      if (index === problem.network.layers.length - 1) runOutputDerivative(m, problem, tape, own.h, layer, element)
      else runDotBackward(m, problem, tape, index + 1, element)
      break
    case 'activation-derivative':
      if (own.keep !== null) m.multiply(at(own.dh, element), at(own.keep, element))
      break
    case 'pre-activation-derivative':
      if (layer.activation === 'softmax') softmaxBackward(m, own.a, own.da, own.dz.slice(), row, layer.units)
      else unitActivations[layer.activation].backward(m, at(own.z, element), at(own.a, element), at(own.da, element))
      break
    case 'regularized-gradient':
      m.add(at(tape.dataGradient, element), m.multiply(m.round(problem.l2), at(tape.before.parameters, element)))
      break
    case 'clipped-gradient':
      runClip(m, problem, tape, element)
      break
    default:
      stage satisfies never
  }
  return m.born
}

function runTerm(m: Recorder, { loss, network }: Problem, tape: Tape, outputs: FloatArray, { units }: Layer, element: number): void {
  const each = outputLoss(loss)
  if (each === null) categoricalTerm(m, loss, outputs, tape.targets, element * network.outputs, units)
  else each.term(m, at(outputs, element), at(tape.targets, element))
}

function runOutputDerivative(m: Recorder, problem: Problem, tape: Tape, outputs: FloatArray, { units }: Layer, element: number): void {
  const { loss, reduction, precision, network } = problem
  const divisor = lossDivisor(loss, reduction, tape.rows.length, network.outputs)
  const each = outputLoss(loss)
  if (each !== null) {
    m.divide(each.derivative(m, at(outputs, element), at(tape.targets, element)), divisor)
    return
  }
  const row = Math.floor(element / units) * units
  const d = vector(precision, outputs.length)
  categoricalDerivative(m, loss, outputs, tape.targets, d, row, units)
  for (let j = 0; j < units; j++) m.divide(at(d, row + j), divisor)
}

/** dh of the layer below `index`: the sum over its units. */
function runDotBackward(m: Recorder, { network }: Problem, tape: Tape, index: number, element: number): void {
  const above = network.layers[index]
  const dz = tape.layers[index]?.dz
  if (above === undefined || dz === undefined) return
  const { inputs, units, weights } = above
  const [position, k] = [Math.floor(element / inputs), element % inputs]
  const product = (j: number): number => m.multiply(at(dz, position * units + j), at(tape.before.parameters, weights + k * units + j))
  let sum = product(0)
  for (let j = 1; j < units; j++) sum = m.add(sum, product(j))
}

function runClip(m: Recorder, { clip }: Problem, tape: Tape, element: number): void {
  let squares = 0
  for (const g of tape.gradient) squares += g * g
  const norm = clip.norm ?? Infinity
  // Clipping's own arithmetic is float64: a sum of squares that overflows makes the factor 0, and no element non-finite.
  m.multiply(at(tape.gradient, element), m.round(norm / Math.sqrt(squares)))
}

/** The loss's own sum, float64. */
export function bornInLoss(tape: Tape): BornPlace | null {
  const m = makeRecorder('float64')
  const width = tape.terms.length / Math.max(tape.rows.length, 1)
  let total = 0
  for (const positions of tape.order) {
    let sum = 0
    for (const position of positions) {
      for (let c = 0; c < width; c++) sum = m.add(sum, at(tape.terms, position * width + c))
      if (m.born !== null) return { ...m.born, position }
    }
    total = m.add(total, sum)
  }
  return m.born
}

/** The L2 term, float64. */
export function bornInRegularization({ network, l2 }: Problem, tape: Tape): BornPlace | null {
  const m = makeRecorder('float64')
  let sum = 0
  for (const { weights, biases } of network.layers) {
    for (let i = weights; i < biases; i++) {
      const w = at(tape.before.parameters, i)
      sum = m.add(sum, m.multiply(w, w))
      if (m.born !== null) return { ...m.born, parameter: i }
    }
  }
  m.multiply(0.5 * l2, sum)
  return m.born
}

/** A weight's or bias's gradient: the sum over the batch, by blocks, then their tree. */
export function bornInSum({ network, precision }: Problem, tape: Tape, parameter: number): BornPlace | null {
  const layer = network.layers.find(({ biases, units }) => parameter < biases + units)
  const own = layer === undefined ? undefined : tape.layers[layer.index]
  if (layer === undefined || own === undefined) return null
  const m = makeRecorder(precision)
  const { inputs, units, weights, biases } = layer
  const isBias = parameter >= biases
  const j = isBias ? parameter - biases : (parameter - weights) % units
  const k = isBias ? -1 : Math.floor((parameter - weights) / units)
  const sums: number[] = []
  for (const positions of tape.order) {
    let sum = 0
    for (const position of positions) {
      const dz = at(own.dz, position * units + j)
      sum = m.add(sum, isBias ? dz : m.multiply(at(own.x, position * inputs + k), dz))
      if (m.born !== null) return { ...m.born, position, parameter }
    }
    sums.push(sum)
  }
  for (let stride = 1; stride < sums.length; stride *= 2) {
    for (let i = 0; i + stride < sums.length; i += 2 * stride) sums[i] = m.add(sums[i] ?? 0, sums[i + stride] ?? 0)
  }
  return m.born === null ? null : { ...m.born, parameter }
}

/** The optimizer's update, parameter after parameter. */
export function bornInUpdate({ network, precision, optimizer }: Problem, tape: Tape): BornPlace | null {
  const m = makeRecorder(precision)
  const copy = (values: FloatArray): FloatArray => vector(precision, values.length)
  const { before } = tape
  const next = { parameters: copy(before.parameters), first: copy(before.first), second: copy(before.second) }
  update(m, optimizer, network, tape.learningRate, tape.step, tape.clipped, before, next)
  const parameter = [next.first, next.second, next.parameters].map(values => values.findIndex(value => !Number.isFinite(value))).filter(i => i >= 0)
  return m.born === null ? null : { ...m.born, parameter: Math.min(...parameter) }
}

function at(values: FloatArray, index: number): number {
  return values[index] ?? Number.NaN
}
