/**
 * One element of a step, computed again by the reference's own lines over a recorder: which operation made it what it is.
 * Every function gives the tape's own value, bit for bit; sums over many rows or parameters stand in element-sums.ts.
 */
import { softmaxBackward, softmaxForward, unitActivations } from '../backends/activations.ts'
import { lossDivisor, vector, type FloatArray, type Problem } from '../backends/backend.ts'
import { laneBound } from '../backends/dense.ts'
import { categoricalDerivative, categoricalTerm, outputLoss } from '../backends/losses.ts'
import { update } from '../backends/optimizers.ts'
import type { Tape } from '../backends/reference.ts'
import { LaneSum } from '../backends/sums.ts'
import type { Layer } from '../network/layout.ts'
import type { Recorder } from './recorder.ts'

/** A step, with the recorder that writes down what is computed of it. */
export interface Again {
  readonly m: Recorder
  readonly problem: Problem
  readonly tape: Tape
}

/** z[position, unit]: the sum over the layer's inputs, in the order that backend.ts states. */
export function preActivation({ m, problem, tape }: Again, index: number, element: number): number {
  const { inputs, units, weights, biases } = layerOf(problem, index)
  const x = ownOf(tape, index).x
  const [position, j] = [Math.floor(element / units), element % units]
  const w = tape.before.parameters
  const product = (k: number): number => m.multiply(at(x, position * inputs + k), at(w, weights + k * units + j))
  if (units >= laneBound) {
    let sum = at(w, biases + j)
    for (let k = 0; k < inputs; k++) sum = m.add(sum, product(k))
    return sum
  }
  const lanes = [0, 0, 0, 0]
  for (let k = 0; k < inputs; k++) lanes[k % 4] = m.add(lanes[k % 4] ?? 0, product(k))
  const [a = 0, b = 0, c = 0, d = 0] = lanes
  return m.add(m.add(m.add(a, b), m.add(c, d)), at(w, biases + j))
}

export function activation({ m, problem, tape }: Again, index: number, element: number): number {
  const layer = layerOf(problem, index)
  const { z } = ownOf(tape, index)
  if (layer.activation !== 'softmax') return unitActivations[layer.activation].forward(m, at(z, element))
  const { row, unit } = rowOf(z, layer, element)
  const a = row.slice()
  softmaxForward(m, row, a, 0, layer.units)
  return at(a, unit)
}

/** h: what dropout left of a. */
export function dropped({ m, tape }: Again, index: number, element: number): number {
  const { a, keep } = ownOf(tape, index)
  return keep === null ? at(a, element) : m.multiply(at(a, element), at(keep, element))
}

/** One term of the loss: of an output, or of a row for categorical losses. */
export function term({ m, problem: { loss, network }, tape }: Again, element: number): number {
  const outputs = ownOf(tape, network.layers.length - 1).h
  const each = outputLoss(loss)
  if (each === null) return categoricalTerm(m, loss, outputs, tape.targets, element * network.outputs, network.outputs)
  return each.term(m, at(outputs, element), at(tape.targets, element))
}

/** The derivative of the loss by a prediction. */
export function predictionDerivative({ m, problem, tape }: Again, element: number): number {
  const { loss, reduction, precision, network } = problem
  const last = layerOf(problem, network.layers.length - 1)
  const outputs = ownOf(tape, last.index).h
  const divisor = lossDivisor(loss, reduction, tape.rows.length, network.outputs)
  const each = outputLoss(loss)
  if (each !== null) return m.divide(each.derivative(m, at(outputs, element), at(tape.targets, element)), divisor)
  const { row, unit } = rowOf(outputs, last, element)
  const d = vector(precision, last.units)
  categoricalDerivative(m, loss, row, rowOf(tape.targets, last, element).row, d, 0, last.units)
  return m.divide(at(d, unit), divisor)
}

/** dh of a hidden layer: the sum over the units of the layer above. */
export function outputDerivative({ m, problem, tape }: Again, index: number, element: number): number {
  const { inputs, units, weights } = layerOf(problem, index + 1)
  const { dz } = ownOf(tape, index + 1)
  const [position, k] = [Math.floor(element / inputs), element % inputs]
  const product = (j: number): number => m.multiply(at(dz, position * units + j), at(tape.before.parameters, weights + k * units + j))
  let sum = product(0)
  for (let j = 1; j < units; j++) sum = m.add(sum, product(j))
  return sum
}

/** da: dh through dropout. */
export function activationDerivative({ m, tape }: Again, index: number, element: number): number {
  const { dh, keep } = ownOf(tape, index)
  return keep === null ? at(dh, element) : m.multiply(at(dh, element), at(keep, element))
}

/** dz: da through the activation. */
export function preActivationDerivative({ m, problem, tape }: Again, index: number, element: number): number {
  const layer = layerOf(problem, index)
  const { z, a, da } = ownOf(tape, index)
  if (layer.activation !== 'softmax') return unitActivations[layer.activation].backward(m, at(z, element), at(a, element), at(da, element))
  const own = rowOf(a, layer, element)
  const dz = own.row.slice()
  softmaxBackward(m, own.row, rowOf(da, layer, element).row, dz, 0, layer.units)
  return at(dz, own.unit)
}

export function regularizedGradient({ m, problem, tape }: Again, parameter: number): number {
  const g = at(tape.dataGradient, parameter)
  const l2 = m.round(problem.l2)
  return l2 === 0 || parameter >= layerWith(problem, parameter).biases ? g : m.add(g, m.multiply(l2, at(tape.before.parameters, parameter)))
}

/** Clipping's own sum is float64: squares that overflow make its factor 0, and no element non-finite. */
export function clippedGradient({ m, problem: { clip }, tape }: Again, parameter: number): number {
  const { value, norm } = clip
  const bound = value === undefined ? Infinity : m.round(value)
  const bounded = (g: number): number => (g > bound ? bound : g < -bound ? -bound : g)
  const g = bounded(at(tape.gradient, parameter))
  if (norm === undefined) return g
  const squares = new LaneSum()
  for (let i = 0; i < tape.gradient.length; i++) squares.add(i, bounded(at(tape.gradient, i)) ** 2)
  const length = Math.sqrt(squares.total())
  return length > norm ? m.multiply(g, m.round(norm / length)) : g
}

/** A moment or a parameter after the update. */
export function updated({ m, problem, tape }: Again, part: 'first' | 'second' | 'parameters', parameter: number): number {
  const { network, precision, optimizer } = problem
  const { before } = tape
  const layer = layerWith(problem, parameter)
  // The update of this parameter alone: a weight of a layer without biases, or a bias of one without weights.
  const only: Layer = parameter < layer.biases ? { ...layer, weights: parameter, biases: parameter + 1, units: 0 } : { ...layer, weights: parameter, biases: parameter, units: 1 }
  const copy = (values: FloatArray): FloatArray => vector(precision, values.length)
  const next = { parameters: copy(before.parameters), first: copy(before.first), second: copy(before.second) }
  update(m, optimizer, { ...network, layers: [only] }, tape.learningRate, tape.step, tape.clipped, before, next)
  return at(next[part], parameter)
}

function rowOf(values: FloatArray, { units }: Layer, element: number): { row: FloatArray; unit: number } {
  const from = Math.floor(element / units) * units
  return { row: values.slice(from, from + units), unit: element - from }
}

function layerOf({ network }: Pick<Problem, 'network'>, index: number): Layer {
  const layer = network.layers[index]
  if (layer === undefined) throw new RangeError(`The network has no layer ${index}.`)
  return layer
}

function layerWith({ network }: Problem, parameter: number): Layer {
  const index = network.layers.findIndex(({ biases, units }) => parameter < biases + units)
  return layerOf({ network }, index)
}

function ownOf(tape: Tape, index: number): Tape['layers'][number] {
  const own = tape.layers[index]
  if (own === undefined) throw new RangeError(`The step has no layer ${index}.`)
  return own
}

function at(values: FloatArray, index: number): number {
  return values[index] ?? Number.NaN
}
