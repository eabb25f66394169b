/**
 * Where a run's chance comes from: first parameters, each step's batch, dropout's masks. Philox draws have no memory, so that
 * any step can be drawn again alone; NumPy's are one stream, which has to be followed from the seed.
 */
import type { Batch } from '../backends/backend.ts'
import { initialParameters, type Chance } from '../network/initialize.ts'
import type { Network } from '../network/layout.ts'
import { NumpyRandom, type NumpyRandomState } from '../numeric/mt19937.ts'
import { makePermutation, permutationShape, type Permutation } from '../numeric/permute.ts'
import { normals, philoxKey, uniforms } from '../numeric/philox.ts'

export interface DrawnStep {
  readonly batch: Batch
  /** Per hidden layer; absent where the backend draws from dropout's own stream. */
  readonly masks?: readonly (Uint8Array | null)[]
}

export interface Draws {
  /** First parameters as float64. To be called once, before any step. */
  parameters(): Float64Array
  /** The draws of a step (from 1); steps are asked for in order. */
  step(step: number): DrawnStep
  /** Told after each evaluation of the validation table, which NumPy's program draws too. */
  evaluated(): void
  /** What is needed to go on from here; null where nothing is. */
  state(): NumpyRandomState | null
  restore(state: NumpyRandomState | null): void
}

export interface DrawsRequest {
  readonly kind: 'philox' | 'numpy'
  readonly seed: number
  readonly network: Network
  readonly rows: number
  readonly batchSize: number
  readonly sampling: 'fresh' | 'epoch'
  /** Rows of the validation table; 0 without one. */
  readonly validationRows: number
}

export function makeDraws(request: DrawsRequest): Draws {
  return request.kind === 'numpy' ? numpyDraws(request) : philoxDraws(request)
}

/** How many steps an epoch has. */
export function stepsPerEpoch(rows: number, batchSize: number): number {
  return Math.ceil(rows / batchSize)
}

/** Which part of its epoch's permutation a step (from 1) takes. */
function epochPart(step: number, rows: number, batchSize: number): { epoch: number; from: number; size: number } {
  const each = stepsPerEpoch(rows, batchSize)
  const epoch = Math.floor((step - 1) / each)
  const from = (step - 1 - epoch * each) * batchSize
  return { epoch, from, size: Math.min(batchSize, rows - from) }
}

function philoxDraws({ seed, network, rows, batchSize, sampling }: DrawsRequest): Draws {
  const key = philoxKey(seed, 'batch')
  const shape = permutationShape(rows)
  let dealt: { epoch: number; permutation: Permutation } | null = null
  return {
    parameters: () => initialParameters(network, philoxChance(seed)),
    step(step) {
      if (sampling === 'fresh') return { batch: { kind: 'permutation', permutation: makePermutation(rows, key, step, 'step', shape), from: 0, size: batchSize } }
      const { epoch, from, size } = epochPart(step, rows, batchSize)
      if (dealt?.epoch !== epoch) dealt = { epoch, permutation: makePermutation(rows, key, epoch, 'epoch', shape) }
      return { batch: { kind: 'permutation', permutation: dealt.permutation, from, size } }
    },
    evaluated: () => {},
    state: () => null,
    restore: () => {},
  }
}

/**
 * As a NumPy program draws: `randn` for each layer's weights, then in each step `DataFrame.sample` (the first rows of a
 * permutation of all), `rand(batch, units) < 1 - dropout` for each hidden layer with dropout, and, after each evaluation,
 * a permutation of the validation table. Settings allow it with fresh batches only.
 */
function numpyDraws({ seed, network, rows, batchSize, validationRows }: DrawsRequest): Draws {
  let random = new NumpyRandom(seed)
  const all = new Uint32Array(rows)
  const validation = new Uint32Array(validationRows)

  const masks = (batch: number): (Uint8Array | null)[] =>
    network.layers.slice(0, -1).map(({ units, dropout }) => {
      if (dropout === 0) return null
      const mask = new Uint8Array(batch * units)
      random.fillBelow(mask, 1 - dropout)
      return mask
    })

  return {
    parameters: () =>
      initialParameters(network, { normals: (_layer, count) => random.randn(count), uniforms: (_layer, count) => random.rand(count) }),
    step() {
      random.permutationInto(all)
      return { batch: { kind: 'rows', rows: all.slice(0, batchSize) }, masks: masks(batchSize) }
    },
    evaluated() {
      if (validationRows > 0) random.permutationInto(validation)
    },
    state: () => random.state(),
    restore(state) {
      if (state !== null) random = NumpyRandom.from(state)
    },
  }
}

function philoxChance(seed: number): Chance {
  const key = philoxKey(seed, 'weights')
  return { normals: (layer, count) => normals(key, layer, count), uniforms: (layer, count) => uniforms(key, layer, count) }
}
