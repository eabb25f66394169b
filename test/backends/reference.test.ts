import { describe, expect, test } from 'vitest'
import { unitActivations } from '../../src/backends/activations.ts'
import { float32, float64 } from '../../src/backends/arithmetic.ts'
import { blockOf, type HeldDataset, type HeldProblem, type Problem } from '../../src/backends/backend.ts'
import { withoutPower } from '../../src/backends/optimizers.ts'
import { ReferenceTrainer } from '../../src/backends/reference.ts'
import { networkOf } from '../../src/network/layout.ts'
import { completeSettings, type Options } from '../../src/network/recipes.ts'
import { activations, isCategorical, isClassification, lossSpec, losses, type LossName } from '../../src/network/spec.ts'
import { philoxKey, uniforms } from '../../src/numeric/philox.ts'
import { dropoutMask } from '../../src/numeric/dropout.ts'
import { integerPower } from '../../src/numeric/elementary.ts'

const rows = 7
const inputs = 3

/** Numbers in [-1, 1), from a stream of the test's own. */
function numbers(count: number, stream: number): Float64Array {
  return uniforms(philoxKey(20, 'folds'), stream, count).map(u => 2 * u - 1)
}

function dataset(loss: LossName, outputs: number): HeldDataset {
  const targets = numbers(rows * outputs, 2)
  if (isCategorical(loss)) for (let r = 0; r < rows; r++) for (let k = 0; k < outputs; k++) targets[r * outputs + k] = k === r % outputs ? 1 : 0
  else if (isClassification(loss)) for (let i = 0; i < targets.length; i++) targets[i] = i % 2
  return { rows, inputs, outputs, features: numbers(rows * inputs, 1), targets }
}

function problemOf(options: Options, outputs: number): HeldProblem {
  const settings = completeSettings({ precision: 'float64', ...options }, { task: 'regression', rows })
  const loss = lossSpec(settings.loss)
  return {
    network: networkOf(settings, inputs, outputs), loss, reduction: settings.reduction, l2: settings.l2, optimizer: settings.optimizer,
    clip: settings.clip, precision: settings.precision, blocks: settings.blocks ?? 1, seed: settings.seed, training: dataset(loss.name, outputs),
  }
}

const all = { kind: 'rows', rows: Uint32Array.from({ length: rows }, (_, row) => row) } as const
const request = { step: 1, batch: all, learningRate: 0.01 }

function parametersOf({ network }: Problem): Float64Array {
  return numbers(network.parameters, 3)
}

/** The gradient on the tape beside central differences of the loss, at float64. */
function expectGradient(problem: HeldProblem): void {
  const parameters = parametersOf(problem)
  const trainer = new ReferenceTrainer(problem, parameters)
  const { nonFinite } = trainer.step(request)
  expect(nonFinite).toBeNull()
  const { gradient } = trainer.tape!
  const lossAt = (i: number, shift: number): number => {
    const moved = parameters.slice()
    moved[i] = moved[i]! + shift
    return new ReferenceTrainer(problem, moved).step(request).loss.total
  }
  const h = 1e-5
  parameters.forEach((_, i) => {
    const numeric = (lossAt(i, h) - lossAt(i, -h)) / (2 * h)
    // Central differences are off by h² times the third derivative and by 1e-16 / h of rounding: 1e-7 holds both with room.
    expect(Math.abs(gradient[i]! - numeric), `parameter ${i}`).toBeLessThan(1e-7 * Math.max(1, Math.abs(numeric)))
  })
}

const hidden = activations.filter(name => name !== 'softmax')

describe('gradients against finite differences', () => {
  test.each(hidden)('hidden activation %s, two layers', activation => {
    expectGradient(problemOf({ network: { hidden: [5, 4], activation }, loss: 'half-mse', l2: 0.01 }, 2))
  })

  test.each(losses)('loss %s', loss => {
    const outputs = isCategorical(loss) ? 4 : 2
    expectGradient(problemOf({ network: { hidden: [5], activation: 'tanh' }, loss: lossSpec(loss) }, outputs))
  })

  test.each(losses)('loss %s, summed', loss => {
    expectGradient(problemOf({ network: { hidden: [5], activation: 'tanh' }, loss: lossSpec(loss), reduction: 'sum' }, isCategorical(loss) ? 4 : 2))
  })

  test.each(['identity', 'tanh', 'sigmoid', 'softplus', 'gelu', 'silu', 'leaky-relu'] as const)('output activation %s', outputActivation => {
    expectGradient(problemOf({ network: { hidden: [5], activation: 'tanh', outputActivation }, loss: 'mse' }, 2))
  })

  test.each(['predict', 'train'] as const)('dropout scaled when %s', dropoutScale => {
    expectGradient(problemOf({ network: { hidden: [6, 5], activation: 'tanh', dropout: [0.5, 0.3], dropoutScale }, loss: 'half-mse' }, 1))
  })

  test('no hidden layer, and sums in several blocks', () => {
    expectGradient(problemOf({ network: { hidden: [] }, loss: 'half-mse' }, 1))
    expectGradient(problemOf({ network: { hidden: [5], activation: 'tanh' }, loss: 'half-mse', blocks: 5 }, 1))
  })
})

describe('optimizers take the step that their papers state', () => {
  /** Two steps on the gradients of the tape, by the textbook formulas in plain float64. */
  function expectUpdate(optimizer: Options['optimizer'], update: (state: { p: number; m: number; v: number }, g: number, t: number) => void): void {
    const problem = problemOf({ network: { hidden: [4], activation: 'tanh' }, loss: 'half-mse', ...(optimizer === undefined ? {} : { optimizer }) }, 1)
    const parameters = parametersOf(problem)
    const trainer = new ReferenceTrainer(problem, parameters)
    const expected = Array.from(parameters, p => ({ p, m: 0, v: 0 }))
    for (const t of [1, 2, 3]) {
      trainer.step({ ...request, step: t })
      const { clipped } = trainer.tape!
      expected.forEach((state, i) => update(state, clipped[i]!, t))
    }
    const got = trainer.state().parameters
    // 1e-14: the same operations in another order, a few units in the last place.
    expected.forEach(({ p }, i) => expect(Math.abs(got[i]! - p)).toBeLessThan(1e-14))
  }
  const rate = request.learningRate

  test('sgd', () => expectUpdate({ name: 'sgd' }, (s, g) => { s.p -= rate * g }))
  test('sgd with momentum', () => expectUpdate({ name: 'sgd', momentum: 0.9 }, (s, g) => {
    s.m = 0.9 * s.m + g
    s.p -= rate * s.m
  }))
  test("sgd with Nesterov's momentum", () => expectUpdate({ name: 'sgd', momentum: 0.9, nesterov: true }, (s, g) => {
    s.m = 0.9 * s.m + g
    s.p -= rate * (g + 0.9 * s.m)
  }))
  test('rmsprop', () => expectUpdate({ name: 'rmsprop', epsilon: 1e-7 }, (s, g) => {
    s.v = 0.9 * s.v + 0.1 * g * g
    s.p -= (rate * g) / (Math.sqrt(s.v) + 1e-7)
  }))
  test('rmsprop with momentum', () => expectUpdate({ name: 'rmsprop', momentum: 0.5, epsilon: 1e-7 }, (s, g) => {
    s.v = 0.9 * s.v + 0.1 * g * g
    s.m = 0.5 * s.m + g / (Math.sqrt(s.v) + 1e-7)
    s.p -= rate * s.m
  }))
  test('adam, corrected from t = 1', () => expectUpdate({ name: 'adam', beta1: 0.9, beta2: 0.99, epsilon: 1e-7 }, (s, g, t) => {
    s.m = 0.9 * s.m + 0.1 * g
    s.v = 0.99 * s.v + 0.01 * g * g
    s.p -= (rate * (s.m / (1 - 0.9 ** t))) / (Math.sqrt(s.v / (1 - 0.99 ** t)) + 1e-7)
  }))

  test.each([0, 0.5, 0.9, 0.99, 0.999, 1 - 2 ** -20])('%d to a power that takes nothing from 1 is not reckoned', beta => {
    const last = Math.floor(42 / (1 - beta))
    for (const step of [1, 2, last - 1, last, last + 1, 10 * last + 7]) expect(withoutPower(beta, step)).toBe(1 - integerPower(beta, step))
  })

  test('adamw decays weights and leaves biases', () => {
    const options: Options = { network: { hidden: [4], activation: 'tanh' }, loss: 'half-mse' }
    const [plain, decayed] = [0, 0.5].map(weightDecay => {
      const problem = problemOf({ ...options, optimizer: { name: 'adamw', weightDecay } }, 1)
      const trainer = new ReferenceTrainer(problem, parametersOf(problem))
      trainer.step(request)
      return { problem, parameters: trainer.state().parameters }
    })
    const before = parametersOf(plain!.problem)
    for (const { weights, biases, units } of plain!.problem.network.layers) {
      for (let i = weights; i < biases; i++) {
        expect(decayed!.parameters[i]! - plain!.parameters[i]!).toBeCloseTo(-rate * 0.5 * before[i]!, 12)
      }
      for (let i = biases; i < biases + units; i++) expect(decayed!.parameters[i]).toBe(plain!.parameters[i])
    }
  })
})

describe('clipping', () => {
  const base: Options = { network: { hidden: [4], activation: 'tanh' }, loss: 'half-mse' }
  test('by norm: the direction stays, the length becomes the bound', () => {
    const problem = problemOf({ ...base, clip: { norm: 0.01 } }, 1)
    const trainer = new ReferenceTrainer(problem, parametersOf(problem))
    trainer.step(request)
    const { gradient, clipped } = trainer.tape!
    const length = Math.hypot(...gradient)
    expect(length).toBeGreaterThan(0.01)
    clipped.forEach((g, i) => expect(g).toBeCloseTo((gradient[i]! * 0.01) / length, 15))
  })
  test('by value: every element within the bound', () => {
    const problem = problemOf({ ...base, clip: { value: 0.001 } }, 1)
    const trainer = new ReferenceTrainer(problem, parametersOf(problem))
    trainer.step(request)
    const { gradient, clipped } = trainer.tape!
    clipped.forEach((g, i) => expect(g).toBe(Math.max(-0.001, Math.min(0.001, gradient[i]!))))
  })
})

describe('precision and order', () => {
  test('at float32 every number on the tape is a float32', () => {
    const problem = problemOf({ precision: 'float32', network: { hidden: [5], activation: 'gelu' }, loss: 'half-mse' }, 1)
    const trainer = new ReferenceTrainer(problem, parametersOf(problem))
    trainer.step(request)
    for (const { z, a, dz } of trainer.tape!.layers) for (const values of [z, a, dz]) expect(values).toBeInstanceOf(Float32Array)
    expect(trainer.state().parameters).toBeInstanceOf(Float32Array)
  })

  test('a layer with fewer than 4 units sums in four lanes, others in index order', () => {
    // In float32, 1e8 + 1 - 1e8 is 0 in index order; in lanes 1e8 and -1e8 meet last or first by their places.
    const features = Float32Array.of(1e8, 1, -1e8, 1, 0)
    const sums = [1, 4].map(units => {
      const settings = completeSettings({ network: { hidden: [], initializer: { name: 'constant', value: 1 } }, loss: 'half-mse' }, { task: 'regression', rows: 1 })
      const network = networkOf(settings, 5, units)
      const problem = { ...problemOf({ precision: 'float32' }, 1), network, training: { rows: 1, inputs: 5, outputs: units, features, targets: new Float32Array(units) } }
      const trainer = new ReferenceTrainer(problem, new Float32Array(network.parameters).fill(1).fill(0, 5 * units))
      return trainer.predict(features, 1)[0]
    })
    // Lanes: (1e8 + 1) + (-1e8 + 1), each rounded: 1e8 and -1e8. Index order: ((1e8 + 1) - 1e8) + 1 = 1.
    expect(sums).toEqual([0, 1])
  })

  test('blocks are fixed ranges of table rows', () => {
    expect(Array.from({ length: 10 }, (_, row) => blockOf(row, 10, 4))).toEqual([0, 0, 0, 1, 1, 2, 2, 2, 3, 3])
  })

  test('a row of the batch in another place changes no dropout draw', () => {
    const problem = problemOf({ network: { hidden: [5], activation: 'tanh', dropout: 0.5, dropoutScale: 'predict' }, loss: 'half-mse' }, 1)
    const keepOf = (order: number[]): Map<number, number[]> => {
      const trainer = new ReferenceTrainer(problem, parametersOf(problem))
      trainer.step({ ...request, batch: { kind: 'rows', rows: Uint32Array.from(order) } })
      const { layers, rows: drawn } = trainer.tape!
      return new Map(Array.from(drawn, (row, i) => [row, Array.from(layers[0]!.keep!.subarray(i * 5, i * 5 + 5))]))
    }
    const [forward, backward] = [keepOf([0, 3, 6]), keepOf([6, 3, 0])]
    for (const row of [0, 3, 6]) {
      const mask = new Uint8Array(5)
      dropoutMask(philoxKey(problem.seed, 'dropout'), 0.5, 1, 0, row, 5, mask, 0)
      expect(forward.get(row)).toEqual(Array.from(mask))
      expect(backward.get(row)).toEqual(Array.from(mask))
    }
  })

  test('a row passed over leaves divisor and draws as they were', () => {
    const problem = problemOf({ network: { hidden: [5], activation: 'tanh' }, loss: 'half-mse' }, 1)
    const gradientOf = (passOver?: Set<number>): Float64Array => {
      const trainer = new ReferenceTrainer(problem, parametersOf(problem))
      trainer.step(passOver === undefined ? request : { ...request, passOver })
      return trainer.tape!.dataGradient as Float64Array
    }
    const whole = gradientOf()
    const without = gradientOf(new Set([2]))
    const only = gradientOf(new Set([0, 1, 3, 4, 5, 6]))
    whole.forEach((g, i) => expect(without[i]! + only[i]!).toBeCloseTo(g, 14))
  })
})

describe('what is not finite stays visible', () => {
  test.each(hidden)('NaN passes %s, forward and backward, at both precisions', name => {
    for (const m of [float32, float64]) {
      const { forward, backward } = unitActivations[name]
      expect(forward(m, Number.NaN)).toBeNaN()
      expect(backward(m, 0.5, forward(m, 0.5), Number.NaN)).toBeNaN()
    }
  })

  const places: [string, (problem: HeldProblem, parameters: Float64Array) => void][] = [
    ['a feature', problem => { problem.training.features[4] = Number.NaN }],
    ['a target', problem => { problem.training.targets[3] = Number.NaN }],
    ['a weight', (_problem, parameters) => { parameters[1] = Number.NaN }],
    ['a bias', (problem, parameters) => { parameters[problem.network.layers[0]!.biases] = Number.NaN }],
  ]
  test.each(places)('a NaN in %s stops the step, and the state stays', (_where, put) => {
    for (const dropout of [0, 0.5]) {
      const problem = problemOf({ network: { hidden: [5], activation: 'relu', dropout }, loss: 'half-mse' }, 1)
      const parameters = parametersOf(problem)
      put(problem, parameters)
      const trainer = new ReferenceTrainer(problem, parameters)
      expect(trainer.step(request).nonFinite).toBe('loss')
      expect(trainer.state().parameters).toEqual(parameters)
    }
  })

  test('second moments that overflow are an incident though the loss is finite', () => {
    const problem = problemOf({ precision: 'float32', network: { hidden: [] }, loss: 'half-mse', optimizer: { name: 'adam' } }, 1)
    // A derivative of 1e21 squares to 1e42, above float32's 3.4e38; the loss, a term of 0.5e38 / 7, stays below.
    problem.training.features.fill(0)
    problem.training.features[0] = 1e15
    problem.training.targets.fill(0)
    problem.training.targets[0] = 1e10
    const trainer = new ReferenceTrainer(problem, new Float32Array(problem.network.parameters))
    expect(trainer.step(request).nonFinite).toBe('moment')
  })
})
