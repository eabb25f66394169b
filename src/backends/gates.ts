/**
 * The gradient of the commonest small network, one hidden layer of relu under one linear output, taken apart.
 *
 * There the derivative by hidden unit j is g v[j] in every row where the unit's gate is open (it was kept and z is not <= 0),
 * with g the row's derivative by the output and v[j] = w2[j] times dropout's factor, the same for all rows. So sums over the
 * batch need only the gates, and the weights come after them:
 *
 *     C[k, j] = sum of g x[k] over the rows with gate j open        dW1[k, j] = C[k, j] v[j]
 *     Cb[j]   = sum of g over these rows                            db1[j]    = Cb[j] v[j]
 *                                                                   dw2[j]    = (Cb[j] b1[j] + C[0, j] W1[0, j] + C[1, j] W1[1, j] + …) factor
 *
 * A kernel then neither keeps h nor multiplies in its innermost loop. Rows are taken in groups of four, of which only sixteen
 * sums can be asked for: they are made once, and every unit adds the one that its gates ask for (assembly/subsets.ts). The
 * orders are stated in backend.ts.
 */
import type { Layer, Network } from '../network/layout.ts'
import type { Arithmetic } from './arithmetic.ts'
import type { FloatArray } from './backend.ts'
import { laneBound } from './dense.ts'

/** The hidden and the output layer of a network whose gradient is taken apart; null for any other network. */
export function gatedLayers({ layers }: Network): { hidden: Layer; output: Layer } | null {
  const [hidden, output, ...more] = layers
  if (hidden === undefined || output === undefined || more.length > 0) return null
  const fits = hidden.activation === 'relu' && hidden.units >= laneBound && output.activation === 'identity' && output.units === 1
  return fits ? { hidden, output } : null
}

/**
 * 1 where a gate is open, [rows, units]; `keep` is what dropout multiplied by, or null. A unit that was left out and is not
 * finite has an open gate: 0 times NaN or Infinity is NaN, which is not <= 0.
 */
export function openGates(z: FloatArray, keep: FloatArray | null): Uint8Array {
  return Uint8Array.from(z, (value, i) => (value <= 0 || (keep !== null && keep[i] === 0 && value - value === 0) ? 0 : 1))
}

/** Rows whose parts are added together before their sum is added to a column's. */
export const gatedGroup = 4

/**
 * Adds C and Cb of the batch positions in `order`, one group after the other, to the hidden layer's places in `sums`, and g to the
 * output bias's.
 */
export function addGated(
  m: Arithmetic, network: Network, x: FloatArray, gates: Uint8Array, g: FloatArray, order: Uint32Array, sums: FloatArray,
): void {
  const layers = gatedLayers(network)
  if (layers === null) return
  const { inputs, units, weights, biases } = layers.hidden
  const open = new Uint8Array(units)
  const subsets = new Float64Array(1 << gatedGroup)
  const all = Uint8Array.of(subsets.length - 1)
  for (let start = 0; start < order.length; start += gatedGroup) {
    const group = order.subarray(start, start + gatedGroup)
    open.fill(0)
    for (let i = 0; i < group.length; i++) {
      for (let j = 0; j < units; j++) open[j]! |= gates[group[i]! * units + j]! << i
    }
    for (let k = 0; k < inputs; k++) {
      subsetSums(m, Array.from(group, position => m.multiply(g[position]!, x[position * inputs + k]!)), subsets)
      addSubsets(subsets, open, sums, weights + k * units)
    }
    subsetSums(m, Array.from(group, position => g[position]!), subsets)
    addSubsets(subsets, open, sums, biases)
    addSubsets(subsets, all, sums, layers.output.biases)
  }
}

/**
 * Element e is ((0 + 1) + (2 + 3)) of the group's parts whose bits are set in e. A part that is not there is 0, which changes no sum:
 * one that begins with 0 never becomes -0.
 */
function subsetSums(m: Arithmetic, parts: readonly number[], subsets: Float64Array): void {
  const [a = 0, b = 0, c = 0, d = 0] = parts
  for (let e = 0; e < subsets.length; e++) {
    subsets[e] = m.add(m.add(e & 1 ? a : 0, e & 2 ? b : 0), m.add(e & 4 ? c : 0, e & 8 ? d : 0))
  }
}

/** Adds to each unit's place in `sums`, from `to` on, the subset that its gates ask for. An element of a Float32Array rounds what is stored in it. */
function addSubsets(subsets: Float64Array, open: Uint8Array, sums: FloatArray, to: number): void {
  for (let j = 0; j < open.length; j++) sums[to + j] = sums[to + j]! + subsets[open[j]!]!
}

/** The gradient from the sums, in place; `factor` is dropout's while training. */
export function finishGated(m: Arithmetic, network: Network, parameters: FloatArray, factor: number, sums: FloatArray): void {
  const layers = gatedLayers(network)
  if (layers === null) return
  const { hidden, output } = layers
  const { inputs, units, weights, biases } = hidden
  for (let j = 0; j < units; j++) {
    let inner = m.multiply(sums[biases + j]!, parameters[biases + j]!)
    for (let k = 0; k < inputs; k++) {
      const at = weights + k * units + j
      inner = m.add(inner, m.multiply(sums[at]!, parameters[at]!))
    }
    const v = m.multiply(parameters[output.weights + j]!, factor)
    for (let k = 0; k < inputs; k++) {
      const at = weights + k * units + j
      sums[at] = m.multiply(sums[at]!, v)
    }
    sums[biases + j] = m.multiply(sums[biases + j]!, v)
    sums[output.weights + j] = m.multiply(inner, factor)
  }
}

/** What dropout multiplies kept activations by while training. */
export function trainingFactor(m: Arithmetic, network: Network, { dropout }: Layer): number {
  return network.dropoutScale === 'train' && dropout > 0 ? m.round(1 / (1 - dropout)) : 1
}
