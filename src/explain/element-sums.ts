/** The elements of a step that are sums over its rows or over all parameters, computed again over a recorder; see elements.ts. */
import { lossDivisor, type FloatArray } from '../backends/backend.ts'
import { gatedGroup, gatedLayers, openGates, trainingFactor } from '../backends/gates.ts'
import { combineInTree } from '../backends/sums.ts'
import type { Layer } from '../network/layout.ts'
import type { Again } from './elements.ts'

/** The data loss: the terms' sum, float64, by blocks and their tree, over the divisor. */
export function dataLoss(again: Again): number {
  const { m, problem: { loss, reduction, network }, tape } = again
  const width = tape.terms.length / Math.max(tape.rows.length, 1)
  const sum = overBatch(again, (before, position) => {
    let sum = before
    for (let c = 0; c < width; c++) sum = m.add(sum, at(tape.terms, position * width + c))
    return sum
  })
  return m.divide(sum, lossDivisor(loss, reduction, tape.rows.length, network.outputs))
}

/** The L2 term, float64, in four lanes. */
export function regularization({ m, problem: { l2, network }, tape }: Again): number {
  if (l2 === 0) return 0
  const lanes = [0, 0, 0, 0]
  for (const { weights, biases } of network.layers) {
    for (let i = weights; i < biases; i++) {
      const w = at(tape.before.parameters, i)
      const sum = m.add(lanes[i % 4] ?? 0, m.multiply(w, w))
      m.summed(sum, { parameter: i })
      lanes[i % 4] = sum
    }
  }
  const [a = 0, b = 0, c = 0, d = 0] = lanes
  return m.multiply(0.5 * l2, m.add(m.add(a, b), m.add(c, d)))
}

/** A weight's or bias's gradient of the data loss. */
export function gradient(again: Again, parameter: number): number {
  const { m, problem: { network }, tape } = again
  if (gatedLayers(network) !== null) return gatedGradient(again, parameter)
  const layer = network.layers.find(({ biases, units }) => parameter < biases + units)
  const own = layer === undefined ? undefined : tape.layers[layer.index]
  if (layer === undefined || own === undefined) throw new RangeError(`The network has no parameter ${parameter}.`)
  const { inputs, units } = layer
  const { input, unit } = placeIn(layer, parameter)
  return overBatch(again, (sum, position) => {
    const dz = at(own.dz, position * units + unit)
    return m.add(sum, input === null ? dz : m.multiply(at(own.x, position * inputs + input), dz))
  })
}

/** The same where it is taken apart: sums over open gates, and the weights after them (backends/gates.ts). */
function gatedGradient(again: Again, parameter: number): number {
  const { m, problem: { network }, tape } = again
  const layers = gatedLayers(network)
  const [own, above] = tape.layers
  if (layers === null || own === undefined || above === undefined) throw new RangeError('This gradient is not taken apart.')
  const { hidden, output } = layers
  const { inputs, units } = hidden
  const g = above.dz
  if (parameter === output.biases) return overGroups(again, () => true, position => at(g, position))
  const gates = openGates(own.z, own.keep)
  const overOpen = (unit: number, input: number | null): number => overGroups(
    again, position => gates[position * units + unit] === 1,
    position => (input === null ? at(g, position) : m.multiply(at(g, position), at(own.x, position * inputs + input))),
  )
  const w = tape.before.parameters
  const factor = trainingFactor(m, network, hidden)
  if (parameter < output.weights) {
    const { input, unit } = placeIn(hidden, parameter)
    return m.multiply(overOpen(unit, input), m.multiply(at(w, output.weights + unit), factor))
  }
  const unit = parameter - output.weights
  let inner = m.multiply(overOpen(unit, null), at(w, hidden.biases + unit))
  for (let k = 0; k < inputs; k++) inner = m.add(inner, m.multiply(overOpen(unit, k), at(w, hidden.weights + k * units + unit)))
  return m.multiply(inner, factor)
}

/** The input and the unit that a parameter stands between; no input for a bias. */
function placeIn({ weights, biases, units }: Layer, parameter: number): { input: number | null; unit: number } {
  if (parameter >= biases) return { input: null, unit: parameter - biases }
  return { input: Math.floor((parameter - weights) / units), unit: (parameter - weights) % units }
}

/** A sum over the batch: by blocks, in a block in draw order, then the blocks' tree. */
function overBatch(again: Again, add: (sum: number, position: number) => number): number {
  const { m } = again
  return overBlocks(again, positions => {
    let sum = 0
    for (const position of positions) {
      sum = add(sum, position)
      m.summed(sum, { position })
    }
    return sum
  })
}

/** The same of the rows that are open, four by four as backends/gates.ts adds them. What overflowed is laid to the largest part of its group. */
function overGroups(again: Again, open: (position: number) => boolean, partOf: (position: number) => number): number {
  const { m } = again
  return overBlocks(again, positions => {
    let sum = 0
    for (let start = 0; start < positions.length; start += gatedGroup) {
      const group = positions.subarray(start, start + gatedGroup)
      const parts: Part[] = Array.from(group, position => {
        if (!open(position)) return nothing
        const value = partOf(position)
        m.summed(value, { position })
        return { value, position }
      })
      const [a = nothing, b = nothing, c = nothing, d = nothing] = parts
      const four = joined(again, joined(again, a, b), joined(again, c, d))
      if (four.position === null) continue
      sum = m.add(sum, four.value)
      m.summed(sum, { position: four.position })
    }
    return sum
  })
}

/** A part of a sum and the position with the largest one in it; no position where there is none. */
interface Part {
  readonly value: number
  readonly position: number | null
  readonly largest?: number
}

const nothing: Part = { value: 0, position: null }

function joined({ m }: Again, a: Part, b: Part): Part {
  if (a.position === null) return b
  if (b.position === null) return a
  const [sizeA, sizeB] = [a.largest ?? Math.abs(a.value), b.largest ?? Math.abs(b.value)]
  const position = sizeB > sizeA ? b.position : a.position
  const value = m.add(a.value, b.value)
  m.summed(value, { position })
  return { value, position, largest: Math.max(sizeA, sizeB) }
}

/** The blocks' sums, combined in their tree. */
function overBlocks({ m, tape }: Again, sumOf: (positions: Uint32Array) => number): number {
  const sums = tape.order.map(positions => ({ sum: sumOf(positions) }))
  combineInTree(sums, (into, from) => {
    into.sum = m.add(into.sum, from.sum)
  })
  return sums[0]?.sum ?? 0
}

function at(values: FloatArray, index: number): number {
  return values[index] ?? Number.NaN
}
