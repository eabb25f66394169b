/** Problems of any shape for the tests of backends, made from a few numbers. */
import fc from 'fast-check'
import { networkOf } from '../../src/network/layout.ts'
import type { Activation, ClipSpec, LossSpec, OptimizerSpec, Precision, Reduction } from '../../src/network/spec.ts'
import { optimizerSchema } from '../../src/network/spec.ts'
import { makePermutation } from '../../src/numeric/permute.ts'
import { philoxKey, uniforms } from '../../src/numeric/philox.ts'
import { vector, type Batch, type FloatArray, type HeldProblem, type Problem, type StepRequest } from '../../src/backends/backend.ts'

export interface Shape {
  readonly inputs: number
  readonly hidden: readonly number[]
  readonly outputs: number
  readonly rows: number
  readonly batch: number
  readonly activation: Exclude<Activation, 'softmax'>
  readonly dropout: number
  readonly dropoutScale: 'predict' | 'train'
  readonly loss: LossSpec
  readonly reduction: Reduction
  readonly l2: number
  readonly optimizer: OptimizerSpec
  readonly clip: ClipSpec
  readonly precision: Precision
  readonly blocks: number
  readonly seed: number
}

export const plainShape: Shape = {
  inputs: 5, hidden: [50], outputs: 1, rows: 400, batch: 100, activation: 'relu', dropout: 0.5, dropoutScale: 'predict',
  loss: { name: 'half-mse' }, reduction: 'mean', l2: 1e-3, optimizer: optimizerSchema.parse({ name: 'adam', learningRate: 0.005 }),
  clip: {}, precision: 'float32', blocks: 1, seed: 7,
}

/** Numbers in [-1, 1) from Philox, so that a problem is the same wherever it is made. */
export function numbers(seed: number, stream: number, count: number): Float64Array {
  return uniforms(philoxKey(seed, 'demo'), stream, count).map(u => 2 * u - 1)
}

export function problemOf(shape: Shape): HeldProblem {
  const { inputs, outputs, rows, precision, seed } = shape
  const categorical = shape.loss.name.startsWith('categorical')
  const network = networkOf({
    network: {
      hidden: [...shape.hidden], activation: shape.activation, dropout: shape.dropout, dropoutScale: shape.dropoutScale,
      initializer: 'he-normal', biasInitializer: 'zeros',
    },
    loss: shape.loss.name === 'huber' ? shape.loss : shape.loss.name,
  }, inputs, outputs)
  const features = vector(precision, rows * inputs)
  features.set(numbers(seed, 1, features.length))
  const targets = vector(precision, rows * outputs)
  const raw = numbers(seed, 2, targets.length)
  if (categorical) for (let r = 0; r < rows; r++) targets[r * outputs + Math.floor((raw[r]! + 1) / 2 * outputs)] = 1
  else if (shape.loss.name.startsWith('binary')) targets.set(raw.map(t => (t > 0 ? 1 : 0)))
  else targets.set(raw)
  return {
    network, loss: shape.loss, reduction: shape.reduction, l2: shape.l2, optimizer: shape.optimizer, clip: shape.clip,
    precision, blocks: shape.blocks, seed, training: { rows, inputs, outputs, features, targets },
  }
}

export function parametersOf(problem: Problem): Float32Array | Float64Array {
  const parameters = vector(problem.precision, problem.network.parameters)
  parameters.set(numbers(problem.seed, 3, parameters.length).map(x => x * 0.7))
  return parameters
}

export function permuted(problem: Problem, step: number, size: number, from = 0): Batch {
  return { kind: 'permutation', permutation: makePermutation(problem.training.rows, philoxKey(problem.seed, 'batch'), step), from, size }
}

export function requestOf(problem: Problem, step: number, size: number): StepRequest {
  return { step, batch: permuted(problem, step, size), learningRate: problem.optimizer.learningRate }
}

const rate = 0.02
const optimizers: readonly OptimizerSpec[] = [
  { name: 'sgd', momentum: 0 }, { name: 'sgd', momentum: 0.9 }, { name: 'sgd', momentum: 0.9, nesterov: true, weightDecay: 0.01 },
  { name: 'rmsprop' }, { name: 'rmsprop', momentum: 0.8 }, { name: 'adam' }, { name: 'adamw', weightDecay: 0.1 },
].map(given => optimizerSchema.parse({ learningRate: rate, ...given }))

const losses: readonly LossSpec[] = [
  { name: 'half-mse' }, { name: 'mse' }, { name: 'mae' }, { name: 'huber', delta: 0.3 },
  { name: 'binary-cross-entropy-from-logits' }, { name: 'categorical-cross-entropy-from-logits' },
]

/** Shapes that touch every edge: one row, one unit, odd widths, a row more than a tile, more units than a mask word. */
export function shapes(precision: Precision): fc.Arbitrary<Shape> {
  const width = fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constantFrom(31, 61, 64, 65, 70, 130))
  return fc.record({
    inputs: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 70 })),
    hidden: fc.oneof(fc.array(width, { maxLength: 1 }), fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 3 })),
    outputs: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 6 })),
    rows: fc.integer({ min: 130, max: 150 }),
    batch: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 130 }), fc.constantFrom(64, 65, 128, 129)),
    activation: fc.constantFrom<Shape['activation']>('relu', 'identity', 'leaky-relu', 'tanh', 'sigmoid', 'softplus', 'gelu', 'silu'),
    dropout: fc.constantFrom(0, 0.5, 0.2, 0.9),
    dropoutScale: fc.constantFrom<Shape['dropoutScale']>('predict', 'train'),
    loss: fc.constantFrom(...losses),
    reduction: fc.constantFrom<Reduction>('mean', 'mean', 'sum'),
    l2: fc.constantFrom(0, 1e-3),
    optimizer: fc.constantFrom(...optimizers),
    clip: fc.constantFrom<ClipSpec>({}, {}, { norm: 0.1 }, { value: 0.01 }, { norm: 0.05, value: 0.02 }),
    precision: fc.constant(precision),
    blocks: fc.constantFrom(1, 1, 2, 3, 5, 16),
    seed: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
  })
}

/** The networks that have kernels of their own: up to 8 inputs, one hidden layer of relu, one linear output. */
export function smallShapes(precision: Precision): fc.Arbitrary<Shape> {
  return fc.record({
    inputs: fc.integer({ min: 1, max: 8 }),
    hidden: fc.tuple(fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constantFrom(31, 50, 61, 64, 65, 70, 128, 130, 200))),
    outputs: fc.constant(1),
    rows: fc.integer({ min: 130, max: 150 }),
    batch: fc.oneof(fc.integer({ min: 1, max: 130 }), fc.constantFrom(1, 3, 4, 63, 64, 65, 128, 129)),
    activation: fc.constant<Shape['activation']>('relu'),
    dropout: fc.constantFrom(0, 0.5, 0.5, 0.3),
    dropoutScale: fc.constantFrom<Shape['dropoutScale']>('predict', 'train'),
    loss: fc.constantFrom(...losses.slice(0, 5)),
    reduction: fc.constant<Reduction>('mean'),
    l2: fc.constantFrom(0, 1e-3),
    optimizer: fc.constantFrom(...optimizers),
    clip: fc.constant<ClipSpec>({}),
    precision: fc.constant(precision),
    blocks: fc.constantFrom(1, 1, 3, 16),
    seed: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
  })
}

/**
 * Networks whose products are taken apart: around 128 rows of a result and 256 terms of a sum (assembly/products.ts), around the
 * 32 rows of a tile of theirs, and with weights of a mebibyte, for which a tile has 128 rows (tilingOf in wasm-setup.ts).
 */
export function wideShapes(precision: Precision): fc.Arbitrary<Shape> {
  const width = fc.constantFrom(4, 31, 61, 127, 128, 129, 132, 255, 256, 257, 260)
  const wholeMebibyte = precision === 'float32' ? { inputs: 513, hidden: [515] } : { inputs: 259, hidden: [513] }
  const widths = fc.oneof(
    { weight: 9, arbitrary: fc.record({ inputs: fc.oneof(fc.integer({ min: 9, max: 70 }), width), hidden: fc.oneof(fc.tuple(width), fc.tuple(width, width)) }) },
    { weight: 1, arbitrary: fc.constant(wholeMebibyte) },
  )
  return fc.tuple(widths, shapes(precision), fc.constantFrom(1, 3, 31, 32, 33, 64, 65, 127, 128, 129, 130), fc.constantFrom(0, 1, 2))
    .map(([wide, shape, batch, kind]) => {
      const whole = { ...shape, ...wide, rows: 130, batch }
      // Half squared error over one output has the product with gates where its one hidden layer is relu.
      return kind === 0 ? { ...whole, activation: 'relu', hidden: wide.hidden.slice(0, 1), outputs: 1, loss: { name: 'half-mse' } } : whole
    })
}

/** The first element whose bits differ, as a sentence; null when none does. Every NaN is one NaN. */
export function difference(got: FloatArray, expected: FloatArray): string | null {
  if (got.length !== expected.length) return `${got.length} elements instead of ${expected.length}`
  for (let i = 0; i < got.length; i++) {
    if (!Object.is(got[i], expected[i])) return `element ${i} of ${got.length} is ${got[i]} instead of ${expected[i]}`
  }
  return null
}
