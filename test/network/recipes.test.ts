import { describe, expect, test } from 'vitest'
import { initialParameters } from '../../src/network/initialize.ts'
import { networkOf } from '../../src/network/layout.ts'
import { completeSettings } from '../../src/network/recipes.ts'
import { initializers, settingsSchema } from '../../src/network/spec.ts'
import { normals, philoxKey, uniforms } from '../../src/numeric/philox.ts'

const regression = { task: 'regression', rows: 1000 } as const
const complete = (said: unknown): ReturnType<typeof completeSettings> => completeSettings(said, regression)

describe('recipes', () => {
  test('classic is the program of the question', () => {
    expect(complete({ recipe: 'classic' })).toMatchObject({
      network: { hidden: [50], activation: 'relu', dropout: 0.5, dropoutScale: 'predict', initializer: 'he-normal' },
      loss: 'half-mse', l2: 1e-3, optimizer: { name: 'adam', learningRate: 5e-3, beta1: 0.9, beta2: 0.99, epsilon: 1e-7 },
      batchSize: 256, sampling: 'fresh', steps: 119, standardize: false, nonFinite: 'keep', earlyStopping: false, evaluateEvery: 1, printEvery: 10,
    })
  })
  test('complete settings are complete: completing them again changes nothing', () => {
    for (const recipe of ['default', 'classic']) {
      const settings = complete({ recipe, seed: 3 })
      expect(settingsSchema.parse(settings)).toEqual(settings)
      expect(complete(JSON.parse(JSON.stringify(settings)))).toEqual(settings)
    }
  })
  test('steps put the epochs of the recipe aside, and the other way round', () => {
    expect(complete({ steps: 10 }).epochs).toBeUndefined()
    expect(complete({ recipe: 'classic', epochs: 2 }).steps).toBeUndefined()
  })
  test("NumPy's draws bring float64", () => {
    expect(complete({ draws: 'numpy', sampling: 'fresh' }).precision).toBe('float64')
  })
  test('an optimizer of another name keeps none of the recipe', () => {
    expect(complete({ optimizer: { name: 'sgd' } }).optimizer).toEqual({ name: 'sgd', learningRate: 0.01, weightDecay: 0, momentum: 0, nesterov: false })
    expect(complete({ recipe: 'classic', optimizer: { learningRate: 1 } }).optimizer).toMatchObject({ name: 'adam', beta2: 0.99, learningRate: 1 })
  })
  test('the loss follows the task', () => {
    expect(completeSettings({}, { task: 'binary', rows: 10 }).loss).toBe('binary-cross-entropy-from-logits')
    expect(completeSettings({}, { task: 'categorical', rows: 10 }).loss).toBe('categorical-cross-entropy-from-logits')
  })
})

describe('refusals are one sentence with what was got', () => {
  test.each([
    [{ batchSize: 0 }, /batchSize must be at least 1; got 0/],
    [{ optimizer: { learningRate: -1 } }, /optimizer\.learningRate must be above 0; got -1/],
    [{ network: { dropout: 1 } }, /network\.dropout.* 1/],
    [{ network: { activation: 'reul' } }, /network\.activation.*"reul"/],
    [{ loss: 'mes' }, /loss.*"mes"/],
    [{ sede: 1 }, /no setting "sede"/],
    [{ network: { width: 3 } }, /network has no setting "width"/],
    [{ steps: 5, epochs: 5 }, /Both steps \(5\) and epochs \(5\)/],
    [{ draws: 'numpy', sampling: 'fresh', precision: 'float32' }, /float64.*float32/],
    [{ draws: 'numpy', sampling: 'epoch' }, /fresh/],
    [{ draws: 'numpy', sampling: 'fresh', seed: 2 ** 33 }, /4294967295; got 8589934592/],
    [{ network: { outputActivation: 'softmax' } }, /softmax output needs a categorical cross-entropy/],
    [{ loss: 'binary-cross-entropy-from-logits', network: { outputActivation: 'sigmoid' } }, /before it/],
  ])('%j', (said, sentence) => {
    expect(() => complete(said)).toThrow(expect.objectContaining({ name: 'SettingsError', message: expect.stringMatching(sentence) }))
  })
  test('lists that do not fit the layers', () => {
    const settings = complete({ network: { hidden: [5, 4], activation: ['tanh'] } })
    expect(() => networkOf(settings, 3, 1)).toThrow(/activation lists 1 values, but there are 2 hidden layers/)
  })
})

describe('first parameters', () => {
  const chance = {
    normals: (layer: number, count: number) => normals(philoxKey(1, 'weights'), layer, count),
    uniforms: (layer: number, count: number) => uniforms(philoxKey(1, 'weights'), layer, count),
  }
  const first = (initializer: unknown): { weights: Float64Array; biases: Float64Array } => {
    const network = networkOf(complete({ network: { hidden: [200], initializer } }), 100, 1)
    const parameters = initialParameters(network, chance)
    const [layer] = network.layers
    return { weights: parameters.slice(layer!.weights, layer!.biases), biases: parameters.slice(layer!.biases, layer!.biases + 200) }
  }
  // He et al. 2015, Glorot and Bengio 2010, LeCun et al. 1998, for 100 inputs and 200 units.
  const variances = { he: 2 / 100, glorot: 2 / 300, lecun: 1 / 100 }
  test.each(initializers.filter(name => name.includes('-')))('%s has mean 0 and the variance of its paper', name => {
    const { weights, biases } = first(name)
    const mean = weights.reduce((sum, w) => sum + w, 0) / weights.length
    const variance = weights.reduce((sum, w) => sum + w * w, 0) / weights.length
    const expected = variances[name.split('-')[0] as keyof typeof variances]
    // 20,000 weights: the mean's deviation is sqrt(variance / 20000), the variance's at most variance * sqrt(2 / 20000); 5 of them.
    expect(Math.abs(mean)).toBeLessThan(5 * Math.sqrt(expected / 20_000))
    expect(Math.abs(variance - expected)).toBeLessThan(5 * expected * Math.sqrt(2 / 20_000))
    if (name.endsWith('uniform')) expect(Math.max(...weights.map(Math.abs))).toBeLessThanOrEqual(Math.sqrt(3 * expected))
    expect(biases.every(b => b === 0)).toBe(true)
  })
  test('zeros and constants', () => {
    expect(first('zeros').weights.every(w => w === 0)).toBe(true)
    expect(first({ name: 'constant', value: 0.25 }).weights.every(w => w === 0.25)).toBe(true)
  })
  test('a weight depends on its place alone: a longer layer begins with the same draws', () => {
    const short = initialParameters(networkOf(complete({ network: { hidden: [4] } }), 3, 1), chance)
    const longer = initialParameters(networkOf(complete({ network: { hidden: [8] } }), 3, 1), chance)
    expect(longer.slice(0, 12)).toEqual(short.slice(0, 12))
  })
})
