/** A problem as the kernels see it: everything in the plan that stays the same over a run. */
import type { Layer } from '../network/layout.ts'
import type { Activation, LossName, OptimizerSpec } from '../network/spec.ts'
import { dropoutThreshold } from '../numeric/dropout.ts'
import { philoxKey, philoxRoundKeys } from '../numeric/philox.ts'
import { laneBound } from './dense.ts'
import type { Problem } from './backend.ts'
import { gatedLayers } from './gates.ts'
import { momentsOf } from './optimizers.ts'
import { type Arena, doubleAt, layerDoubleAt, layerWordAt, padded, PlanRecord, wordAt } from './wasm-layout.ts'

/** The numbers of assembly/activation.ts; absent is not offered. */
const activationNumbers: Readonly<Partial<Record<Activation, number>>> = {
  identity: 0, relu: 1, 'leaky-relu': 2, tanh: 3, sigmoid: 4, softplus: 5, gelu: 6, silu: 7,
}

/** The numbers of assembly/loss.ts; absent is not offered. */
const lossNumbers: Readonly<Partial<Record<LossName, number>>> = {
  'half-mse': 0, mse: 1, mae: 2, huber: 3, 'binary-cross-entropy-from-logits': 4, 'categorical-cross-entropy-from-logits': 5,
}

/** The numbers of assembly/optimizer.ts. */
function optimizerNumber(optimizer: OptimizerSpec): number {
  switch (optimizer.name) {
    case 'sgd': return optimizer.momentum === 0 ? 0 : 1
    case 'rmsprop': return optimizer.momentum === 0 ? 2 : 3
    case 'adam':
    case 'adamw': return 4
    default: return optimizer satisfies never
  }
}

/** What the kernels do not offer of a problem, as words for a sentence; null when they offer all of it. */
export function notOffered(problem: Problem): string | null {
  for (const layer of problem.network.layers) {
    if (activationNumbers[layer.activation] === undefined) return `the activation ${layer.activation}`
  }
  if (lossNumbers[problem.loss.name] === undefined) return `the loss ${problem.loss.name}`
  return null
}

export function elementBytes(problem: Problem): number {
  return problem.precision === 'float32' ? 4 : 8
}

/** Bytes of a flat vector: whole groups of four, and room for a row's last vector to be stored past its end. */
export function vectorBytes(problem: Problem): number {
  return (padded(problem.network.parameters) + 4) * elementBytes(problem)
}

/** Bytes of a table's row: features, then targets. */
export function rowBytes(problem: Problem): number {
  return (problem.network.inputs + problem.network.outputs) * elementBytes(problem)
}

function hasLanes(layer: Layer): boolean {
  return layer.units < laneBound
}

/** Elements of a layer's weights and biases as the products want them: assembly/dense.ts. */
function packedElements(layer: Layer): number {
  if (hasLanes(layer)) return layer.units * padded(layer.inputs) + padded(layer.units)
  return padded(layer.units) * (padded(layer.inputs) + 1)
}

/** 32-bit words of mask a row: an even number, and whole blocks of 128 units where there is more than one word of 64. */
function maskWords(units: number): number {
  return units <= 64 ? 2 : 4 * Math.ceil(units / 128)
}

/** Elements that one row of a tile takes in all layers. */
function tileElements(problem: Problem): number {
  const { layers, inputs, outputs } = problem.network
  const widest = Math.max(...layers.map(layer => Math.max(layer.inputs, layer.units)))
  let elements = padded(inputs) + padded(outputs) + 2 * padded(widest)
  for (const layer of layers) elements += padded(layer.units) * (layer.dropout > 0 ? 3 : 2)
  return elements
}

/** A tile's activations should stay in the caches: in a second-level cache of 256 KiB, weights beside them. */
const tileBytes = 160 * 1024
/** Weights of so many bytes do not stay there from tile to tile, and then more rows should make use of them each time. */
const wideBytes = 2 ** 20
const mostRows = 128
const leastRows = 32

/** Rows of a tile of the general kernels. */
export function tileRows(problem: Problem): number {
  const size = elementBytes(problem)
  if (problem.network.layers.some(layer => layer.inputs * layer.units * size >= wideBytes)) return mostRows
  const rows = Math.floor(tileBytes / (tileElements(problem) * size))
  return Math.min(mostRows, Math.max(leastRows, rows & ~7))
}

/** How the kernels go through a batch: which of them, and by how many rows at a time, a multiple of 8 (of `fused`: 64). */
export interface Tiling {
  readonly fused: boolean
  readonly rows: number
}

/** What the backend chooses: bench/tiles.ts measures other rows, bench/crossover.ts the general kernels in the place of the fused. */
export function tilingOf(problem: Problem): Tiling {
  return isFused(problem) ? { fused: true, rows: fusedRows } : { fused: false, rows: tileRows(problem) }
}

/** Of one thread: its plan, layers and work space. Shared regions are written by `describe`. */
export function layOutThread(arena: Arena, problem: Problem, { fused, rows: tile } = tilingOf(problem)): PlanRecord {
  const { network } = problem
  const size = elementBytes(problem)
  const plan = new PlanRecord(arena, network.layers.length)
  plan.word(wordAt.tile, tile)
  plan.word(wordAt.beat, arena.allocate(4))
  const widest = Math.max(...network.layers.map(layer => Math.max(padded(layer.inputs), padded(layer.units))))
  plan.word(wordAt.x, arena.allocate(tile * padded(network.inputs) * size))
  plan.word(wordAt.y, arena.allocate(tile * padded(network.outputs) * size))
  plan.word(wordAt.d0, arena.allocate(tile * widest * size))
  plan.word(wordAt.d1, arena.allocate(tile * widest * size))
  for (const layer of network.layers) layOutTile(arena, plan, layer, tile * padded(layer.units) * size, tile)
  if (gatedLayers(network) !== null) layOutGates(arena, plan, problem, tile)
  if (fused) layOutFused(arena, plan, problem)
  return plan
}

/** As assembly/plan.ts has it. */
const fusedRows = 64

/** What assembly/fused.ts is for: up to 8 inputs, one hidden layer of relu, one linear output. */
function isFused({ network }: Problem): boolean {
  return network.inputs <= 8 && gatedLayers(network) !== null
}

/** Gates of a tile, a vector for each four rows and vector of units, and the sums of subsets of each four rows: assembly/subsets.ts. */
function layOutGates(arena: Arena, plan: PlanRecord, problem: Problem, tile: number): void {
  plan.word(wordAt.gates, arena.allocate(rowVectors(problem, padded(problem.network.layers[0]?.units ?? 0)) * (tile / 4) * 16))
  plan.word(wordAt.subsets, arena.allocate((tile / 4) * subsetsBytes))
}

/** Of one group: 16 subsets of a line of the cache each. */
const subsetsBytes = 16 * 64

/** Vectors of a row of `values` numbers. */
function rowVectors(problem: Problem, values: number): number {
  return Math.ceil((values * elementBytes(problem)) / 16)
}

function layOutFused(arena: Arena, plan: PlanRecord, problem: Problem): void {
  const { inputs, layers } = problem.network
  const size = elementBytes(problem)
  plan.word(wordAt.fused, 1)
  plan.word(wordAt.fusedX, arena.allocate(fusedRows * inputs * 16))
  plan.word(wordAt.fusedY, arena.allocate(fusedRows * size))
  plan.word(wordAt.fusedOut, arena.allocate(fusedRows * size))
  plan.word(wordAt.fusedG, arena.allocate(fusedRows * size))
  plan.word(wordAt.fusedRows, arena.allocate(fusedRows * rowVectors(problem, inputs + 1) * 16))
  // A layer that drops nothing has masks of zeros.
  const units = Math.ceil((layers[0]?.units ?? 0) / 64) * 64
  plan.word(wordAt.fusedMask, arena.allocate(rowVectors(problem, units) * fusedRows))
  plan.word(wordAt.fusedLanes, arena.allocate(4 * 32))
}

/** Bytes of the sums of a gradient that is taken apart: each unit's row of inputs and bias, and the output's bias. */
function gatedBytes(problem: Problem, fused: boolean): number {
  const { inputs, layers } = problem.network
  const vectors = fused ? rowVectors(problem, inputs + 1) : rowVectors(problem, padded(inputs)) + 1
  return padded(layers[0]?.units ?? 0) * vectors * 16 + 16
}

/** Bytes of so many values for each unit in the fused kernels, and of one more for the output. */
function fusedBytes(problem: Problem, values: number): number {
  return values * padded(problem.network.layers[0]?.units ?? 0) * elementBytes(problem) + 16
}

function layOutTile(arena: Arena, plan: PlanRecord, layer: Layer, bytes: number, tile: number): void {
  const z = arena.allocate(bytes)
  const a = layer.activation === 'identity' ? z : arena.allocate(bytes)
  const h = layer.dropout === 0 ? a : arena.allocate(bytes)
  plan.layerWord(layer.index, layerWordAt.z, z)
  plan.layerWord(layer.index, layerWordAt.a, a)
  plan.layerWord(layer.index, layerWordAt.h, h)
  if (layer.dropout > 0) plan.layerWord(layer.index, layerWordAt.bits, arena.allocate(tile * maskWords(layer.units) * 4))
}

/** Writes what is the same for every step, and allocates what all threads share. */
export function describe(arena: Arena, plan: PlanRecord, problem: Problem, { fused } = tilingOf(problem)): void {
  const { network, training, optimizer, clip } = problem
  const size = elementBytes(problem)
  plan.word(wordAt.inputs, network.inputs)
  plan.word(wordAt.outputs, network.outputs)
  plan.word(wordAt.parameters, network.parameters)
  plan.word(wordAt.rowBytes, rowBytes(problem))
  plan.word(wordAt.blocks, problem.blocks)
  plan.word(wordAt.loss, lossNumbers[problem.loss.name] ?? -1)
  plan.word(wordAt.optimizer, optimizerNumber(optimizer))
  plan.word(wordAt.tableRows, training.rows)
  plan.word(wordAt.counts, arena.allocate(problem.blocks * 4))
  plan.word(wordAt.offsets, arena.allocate(problem.blocks * 4))
  plan.word(wordAt.starts, arena.allocate((problem.blocks + 2) * 4))
  plan.word(wordAt.keys, arena.allocate(16 * 8))
  plan.word(wordAt.blockTerms, arena.allocate(problem.blocks * 8))
  const dropoutKeys = philoxRoundKeys(philoxKey(problem.seed, 'dropout'))
  plan.word(wordAt.dropoutKeys, arena.allocate(dropoutKeys.byteLength))
  arena.i32.set(dropoutKeys, plan.readWord(wordAt.dropoutKeys) / 4)
  plan.double(doubleAt.delta, problem.loss.name === 'huber' ? rounded(problem, problem.loss.delta) : 0)
  plan.double(doubleAt.l2, rounded(problem, problem.l2))
  plan.double(doubleAt.clipValue, clip.value === undefined ? 0 : rounded(problem, clip.value))
  plan.double(doubleAt.clipNorm, clip.norm ?? 0)
  describeOptimizer(plan, problem)
  let sums = 0
  for (const layer of network.layers) {
    describeLayer(arena, plan, problem, layer, sums)
    sums += packedElements(layer) * size
  }
  if (fused) plan.word(wordAt.fusedWeights, arena.allocate(fusedBytes(problem, network.inputs + 2)))
  if (gatedLayers(network) !== null) {
    sums = gatedBytes(problem, fused)
    plan.word(wordAt.gated, 1)
  }
  plan.word(wordAt.sumsBytes, sums)
  plan.word(wordAt.sums, arena.allocate(sums * problem.blocks))
  describeVectors(arena, plan, problem)
}

function describeLayer(arena: Arena, plan: PlanRecord, problem: Problem, layer: Layer, sums: number): void {
  const size = elementBytes(problem)
  const { index, units, inputs, dropout } = layer
  plan.layerWord(index, layerWordAt.inputs, inputs)
  plan.layerWord(index, layerWordAt.units, units)
  plan.layerWord(index, layerWordAt.inputsPadded, padded(inputs))
  plan.layerWord(index, layerWordAt.unitsPadded, padded(units))
  plan.layerWord(index, layerWordAt.activation, activationNumbers[layer.activation] ?? -1)
  plan.layerWord(index, layerWordAt.lanes, hasLanes(layer) ? 1 : 0)
  plan.layerWord(index, layerWordAt.weights, layer.weights)
  plan.layerWord(index, layerWordAt.biases, layer.biases)
  plan.layerWord(index, layerWordAt.packed, arena.allocate(packedElements(layer) * size))
  plan.layerWord(index, layerWordAt.transposed, index === 0 || hasLanes(layer) ? 0 : arena.allocate(units * padded(inputs) * size))
  plan.layerWord(index, layerWordAt.sums, sums)
  plan.layerWord(index, layerWordAt.dropped, dropout > 0 ? 1 : 0)
  plan.layerWord(index, layerWordAt.words, maskWords(units))
  plan.layerWord(index, layerWordAt.threshold, dropout > 0 && dropout !== 0.5 ? dropoutThreshold(dropout) : 0)
  const trains = problem.network.dropoutScale === 'train'
  plan.layerDouble(index, layerDoubleAt.factor, trains ? rounded(problem, 1 / (1 - dropout)) : 1)
  plan.layerDouble(index, layerDoubleAt.shrink, trains ? 1 : rounded(problem, 1 - dropout))
}

function describeOptimizer(plan: PlanRecord, problem: Problem): void {
  const { optimizer } = problem
  const set = (at: number, value: number): void => plan.double(at, rounded(problem, value))
  switch (optimizer.name) {
    case 'sgd':
      set(doubleAt.momentum, optimizer.momentum)
      plan.word(wordAt.nesterov, optimizer.nesterov ? 1 : 0)
      return
    case 'rmsprop':
      set(doubleAt.keep2, optimizer.rho)
      set(doubleAt.fresh2, 1 - optimizer.rho)
      set(doubleAt.epsilon, optimizer.epsilon)
      set(doubleAt.momentum, optimizer.momentum)
      return
    case 'adam':
    case 'adamw':
      set(doubleAt.keep1, optimizer.beta1)
      set(doubleAt.fresh1, 1 - optimizer.beta1)
      set(doubleAt.keep2, optimizer.beta2)
      set(doubleAt.fresh2, 1 - optimizer.beta2)
      set(doubleAt.epsilon, optimizer.epsilon)
      return
    default:
      return optimizer satisfies never
  }
}

function describeVectors(arena: Arena, plan: PlanRecord, problem: Problem): void {
  const size = elementBytes(problem)
  const bytes = vectorBytes(problem)
  const moments = momentsOf(problem.optimizer)
  const isWeight = arena.allocate(bytes)
  for (const layer of problem.network.layers) {
    arena.u8.fill(255, isWeight + layer.weights * size, isWeight + layer.biases * size)
  }
  plan.word(wordAt.isWeight, isWeight)
  plan.word(wordAt.gradient, arena.allocate(bytes))
  plan.word(wordAt.current, arena.allocate(bytes))
  plan.word(wordAt.next, arena.allocate(bytes))
  plan.word(wordAt.first, moments.first ? arena.allocate(bytes) : 0)
  plan.word(wordAt.nextFirst, moments.first ? arena.allocate(bytes) : 0)
  plan.word(wordAt.second, moments.second ? arena.allocate(bytes) : 0)
  plan.word(wordAt.nextSecond, moments.second ? arena.allocate(bytes) : 0)
  // Sums of products start at -0 where nothing is to be added to: -0 + x is x, for x = -0 too.
  const zeros = arena.allocate(16)
  if (size === 4) arena.f32.fill(-0, zeros / 4, zeros / 4 + 4)
  else arena.f64.fill(-0, zeros / 8, zeros / 8 + 2)
  plan.word(wordAt.negativeZeros, zeros)
}

/** To the problem's precision. */
export function rounded(problem: Problem, value: number): number {
  return problem.precision === 'float32' ? Math.fround(value) : value
}
