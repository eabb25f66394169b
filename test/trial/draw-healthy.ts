/** Runs that nothing is wrong with, of many shapes. Whether one is healthy is decided by a rule when it has been trained. */
import type { Options } from '../../src/network/recipes.ts'
import { soundClassifier, soundProgram, soundSetup } from './base.ts'
import type { OddCell, OddValue, Setup, TrialCase } from './list.ts'
import { Random } from './random.ts'

type Shape = (random: Random) => Setup

const shapes: Record<string, Shape> = {
  'plain': random => soundSetup(random),
  'unscaled-regression': random => soundSetup(
    random, { inputScale: [random.between(0.3, 4)], inputMean: [random.between(-1, 3)], targetScale: random.between(0.5, 20), targetMean: random.between(-5, 20), shape: random.pick(['smooth', 'linear']) },
    { standardize: false, optimizer: { name: 'adam', learningRate: 0.01 }, steps: 1200 },
  ),
  'large-numbers': random => soundSetup(random, { inputScale: [1e4, 1e-3, 1e6], inputMean: [1e5, 0], targetScale: 1e5, targetMean: 1e6 }),
  'small-batch': random => soundSetup(random, {}, { batchSize: random.whole(1, 8), optimizer: { name: 'adam', learningRate: 0.002 }, steps: 2000 }),
  'large-batch': random => soundSetup(random, { rows: random.whole(10, 40) * 100 }, { batchSize: random.pick([512, 1024, 100_000]) }),
  'two-classes': random => soundClassifier(random, { classes: 2 }),
  'many-classes': random => soundClassifier(random, { shape: 'blobs', classes: random.whole(3, 8) }),
  'from-probabilities': random => soundClassifier(random, { shape: random.pick(['rings', 'halves']), classes: 2, noise: 0.1 }, { loss: 'binary-cross-entropy', optimizer: { name: 'adam', learningRate: 0.005 } }),
  'unbalanced-classes': random => soundClassifier(random, { shape: 'halves', classes: 2, imbalance: random.between(0.75, 0.9) }),
  'noisy-targets': random => soundSetup(random, { noise: random.between(0.6, 1.2), rows: 1500 }, { network: { hidden: [16] } }),
  'deep': random => soundSetup(random, {}, { network: { hidden: Array.from({ length: random.whole(4, 7) }, () => 16), activation: random.pick(['relu', 'tanh', 'silu']), initializer: 'he-normal' }, optimizer: { name: 'adam', learningRate: 0.003 } }),
  'wide': random => soundSetup(random, {}, { network: { hidden: [random.pick([128, 200, 256])] }, optimizer: { name: 'adam', learningRate: 0.003 }, steps: 400 }),
  'heavy-dropout': random => soundSetup(random, {}, { network: { hidden: [64], dropout: random.between(0.3, 0.5), dropoutScale: random.pick(['train', 'predict']) }, steps: 800 }),
  'schedules': random => soundSetup(random, {}, {
    schedule: random.pick<Options['schedule'] & object>([
      { name: 'cosine' }, { name: 'one-cycle' }, { name: 'step', every: 200, factor: 0.3 }, { name: 'exponential', factor: 0.997 }, { name: 'constant', warmUp: 0.1 },
    ]),
  }),
  'clipping': random => soundSetup(random, {}, { clip: random.pick([{ norm: 1 }, { value: 0.5 }, { norm: 0.5 }]) }),
  'regularised': random => soundSetup(random, {}, random.pick<Options>([{ l2: 1e-3 }, { l2: 1e-4 }, { optimizer: { name: 'adamw', learningRate: 0.01, weightDecay: 0.05 } }])),
  'linear-model': random => soundSetup(random, { shape: 'linear' }, { network: { hidden: [] } }),
  'several-outputs': random => soundSetup(random, { outputs: random.whole(2, 3) }),
  'heavy-tails': random => soundSetup(random, { shape: 'linear' }, { loss: random.pick(['huber', 'mae']) }),
  'summed-loss': random => soundSetup(random, {}, { reduction: 'sum', optimizer: random.pick([{ name: 'adam', learningRate: 0.005 }, { name: 'sgd', learningRate: 0.0002, momentum: 0.9 }]) }),
  'classic': random => soundSetup(random, { inputs: 5, rows: 3000 }, { recipe: 'classic', network: { hidden: [50], activation: 'relu', dropout: 0.5, dropoutScale: 'predict' }, optimizer: { name: 'adam', learningRate: 0.005, beta2: 0.99, epsilon: 1e-7 }, l2: 1e-3, batchSize: 256, steps: 300 }),
  'early-stopping': random => soundSetup(random, { noise: 0.4 }, { earlyStopping: { patience: 10 }, steps: 2000 }),
  'odd-unused-columns': random => soundSetup(random, { unused: 3 }),
  'constant-column': random => soundSetup(random, { inputs: 4, constants: [{ input: 2, value: random.pick([0, 0.998, 7]) }] }),
  'elsewhere': random => soundProgram(random),
  'elsewhere-showing-all': random => soundProgram(random, {}, { shows: ['gradients', 'parameters', 'moments', 'validation'] }),
}

export const healthyShapes: readonly string[] = Object.keys(shapes)

export function drawHealthy(shape: string, index: number, listSeed: number): TrialCase {
  const draw = shapes[shape]
  if (draw === undefined) throw new Error(`There is no shape ${shape}.`)
  const random = new Random(listSeed, `healthy ${shape} ${index}`)
  const run = draw(random)
  const { rows, inputs, unused } = run.data
  const decoys: OddCell[] = unused === 0 ? [] : Array.from({ length: random.whole(0, 5) }, () => ({
    table: 'training', row: random.whole(0, rows - 1), column: inputs + random.whole(0, unused - 1), value: random.pick<OddValue>(['NaN', 'Infinity', 1e300]),
  }))
  return {
    id: `healthy-${shape}-${index + 1}`, kind: shape, index, listSeed, expected: [], breaks: 'nothing',
    trainer: run.program === undefined ? 'whynan' : 'foreign', seed: 1, run, sound: null, cells: [], decoys,
  }
}
