/** Setups that train well, drawn at random: what faults are put into, and what shows that they are faults. */
import type { Options } from '../../src/network/recipes.ts'
import type { ForeignProgram, Recipe, Setup } from './list.ts'
import type { Random } from './random.ts'

export function soundData(random: Random, given: Partial<Recipe> = {}): Recipe {
  return {
    shape: random.pick(['smooth', 'linear', 'steep', 'product']),
    rows: random.whole(4, 16) * 100,
    validationRows: 200,
    inputs: random.whole(2, 6),
    outputs: 1,
    classes: 0,
    noise: random.pick([0.02, 0.1, 0.2]),
    inputScale: [1],
    inputMean: [0],
    targetScale: 1,
    targetMean: 0,
    unused: random.whole(0, 2),
    ...given,
  }
}

export function soundClasses(random: Random, given: Partial<Recipe> = {}): Recipe {
  return soundData(random, {
    shape: random.pick(['blobs', 'rings', 'halves']), classes: random.whole(2, 4), noise: random.pick([0, 0.02, 0.05]), ...given,
  })
}

type Optimizer = NonNullable<Options['optimizer']>

export function soundOptimizer(random: Random): Optimizer {
  return random.pick<Optimizer>([
    { name: 'adam', learningRate: 0.005 },
    { name: 'adam', learningRate: 0.01, beta2: 0.99 },
    { name: 'adamw', learningRate: 0.01, weightDecay: 0.001 },
    { name: 'rmsprop', learningRate: 0.002 },
    { name: 'sgd', learningRate: 0.02, momentum: 0.9 },
    { name: 'sgd', learningRate: 0.05 },
  ])
}

export function soundSettings(random: Random, data: Recipe, given: Options = {}): Options {
  const { network, ...rest } = given
  const classLoss = data.classes === 2 ? 'binary-cross-entropy-from-logits' : 'categorical-cross-entropy-from-logits'
  return {
    target: Array.from({ length: data.outputs }, (_, o) => (o === 0 ? 'y' : `y${o + 1}`)),
    inputs: Array.from({ length: data.inputs }, (_, i) => `x${i + 1}`),
    nonFinite: 'keep',
    standardize: true,
    network: {
      hidden: random.pick([[24], [40], [32, 16], [24, 24], [16, 16, 16]]),
      activation: random.pick(['relu', 'tanh', 'silu', 'leaky-relu', 'gelu']),
      dropout: 0,
      initializer: random.pick(['he-normal', 'he-uniform', 'glorot-normal', 'glorot-uniform']),
      ...network,
    },
    loss: data.classes > 0 ? classLoss : random.pick(['mse', 'half-mse', 'huber']),
    optimizer: soundOptimizer(random),
    schedule: { name: 'constant' },
    batchSize: random.pick([16, 32, 64, 128]),
    sampling: random.pick(['fresh', 'epoch']),
    steps: random.pick([400, 600, 800]),
    evaluateEvery: 20,
    earlyStopping: false,
    l2: 0,
    precision: random.pick(['float32', 'float64']),
    seed: random.whole(0, 9999),
    ...rest,
  }
}

export function soundSetup(random: Random, data: Partial<Recipe> = {}, settings: Options = {}): Setup {
  const recipe = soundData(random, data)
  return { data: recipe, settings: soundSettings(random, recipe, settings) }
}

export function soundClassifier(random: Random, data: Partial<Recipe> = {}, settings: Options = {}): Setup {
  const recipe = soundClasses(random, data)
  return { data: recipe, settings: soundSettings(random, recipe, settings) }
}

export function soundProgram(random: Random, data: Partial<Recipe> = {}, given: Partial<ForeignProgram> = {}): Setup {
  const recipe = soundData(random, { shape: random.pick(['smooth', 'linear', 'product']), ...data })
  const settings = soundSettings(random, recipe)
  const program: ForeignProgram = {
    hidden: random.pick([[16], [24], [16, 12]]),
    activation: random.pick(['relu', 'tanh']),
    loss: 'mse',
    ...random.pick([{ optimizer: 'adam', learningRate: 0.005 } as const, { optimizer: 'sgd', learningRate: 0.03 } as const]),
    batch: random.pick([16, 32, 64]),
    steps: random.pick([200, 300, 400]),
    precision: random.pick(['float32', 'float64']),
    replacement: random.chance(0.3),
    scaling: 'standard',
    dropout: 0,
    initialScale: 1,
    epsilon: 1e-8,
    shows: random.pick([[], ['gradients'], ['parameters'], ['gradients', 'parameters', 'moments']]),
    biasCorrectionFrom: 1,
    float16Epsilon: false,
    dropoutWhilePredicting: false,
    drawsBelow: null,
    cleaningThrownAway: false,
    normalisesRows: false,
    normalisesGradient: false,
    zeroRows: [],
    zeroTargets: [],
    ...given,
  }
  return { data: recipe, settings, program }
}
