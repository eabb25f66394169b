import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Trainer } from '../../src/backends/backend.ts'
import { chooseBackend } from '../../src/backends/choose.ts'
import { ReferenceTrainer } from '../../src/backends/reference.ts'
import { wasm } from '../../src/backends/wasm.ts'
import type { Precision } from '../../src/network/spec.ts'
import { difference, numbers, parametersOf, permuted, plainShape, problemOf, requestOf, shapes, smallShapes, wideShapes, type Shape } from './problems.ts'

const precisions: readonly Precision[] = ['float32', 'float64']

function expectSameState(a: Trainer, b: Trainer): void {
  const [got, expected] = [a.state(), b.state()]
  expect({
    parameters: difference(got.parameters, expected.parameters), first: difference(got.first, expected.first), second: difference(got.second, expected.second),
  }).toEqual({ parameters: null, first: null, second: null })
}

async function both(shape: Shape): Promise<{ problem: ReturnType<typeof problemOf>; kernels: Trainer; reference: ReferenceTrainer }> {
  const problem = problemOf(shape)
  const parameters = parametersOf(problem)
  return { problem, kernels: await wasm.createTrainer(problem, parameters), reference: new ReferenceTrainer(problem, parameters) }
}

async function expectParity(shape: Shape): Promise<void> {
  const { problem, kernels, reference } = await both(shape)
  expect(wasm.refuses(problem)).toBeNull()
  for (let step = 1; step <= 3; step++) {
    const request = requestOf(problem, step, shape.batch)
    expect(kernels.step(request)).toEqual(reference.step(request))
    expectSameState(kernels, reference)
  }
  expect(kernels.evaluate(problem.training)).toEqual(reference.evaluate(problem.training))
  const { features, rows } = problem.training
  expect(difference(kernels.predict(features, rows), reference.predict(features, rows))).toBeNull()
}

describe.each(precisions)('the kernels at %s', precision => {
  test('give the reference\'s bits over steps, evaluations and predictions of any shape', async () => {
    await fc.assert(fc.asyncProperty(shapes(precision), expectParity), { numRuns: 25 })
  })

  test('give them for small networks of one hidden layer too', async () => {
    await fc.assert(fc.asyncProperty(smallShapes(precision), expectParity), { numRuns: 25 })
  })

  test('give them for wide networks', async () => {
    await fc.assert(fc.asyncProperty(wideShapes(precision), expectParity), { numRuns: 12 })
  }, 120_000)
})

describe.each(precisions)('what is handed in at %s', precision => {
  const widths = fc.oneof(fc.constantFrom([50], [4], [70]), fc.constantFrom([5, 7], [64, 3]))

  test('rows with masks, as another program draws them', async () => {
    await fc.assert(fc.asyncProperty(widths, fc.constantFrom(1, 5), fc.integer({ min: 1, max: 140 }), async (hidden, blocks, size) => {
      const { problem, kernels, reference } = await both({ ...plainShape, hidden, blocks, precision })
      const rows = Uint32Array.from(numbers(size, 5, size), x => Math.floor((x + 1) * 200))
      const masks = problem.network.layers.map(layer => (layer.dropout === 0 ? null : Uint8Array.from(numbers(size, 6 + layer.index, size * layer.units), x => (x > 0 ? 1 : 0))))
      const passOver = new Set(rows.subarray(0, size % 4))
      for (const request of [{ masks }, { masks, passOver }, { passOver }, {}]) {
        const whole = { step: 4, batch: { kind: 'rows', rows }, learningRate: 0.01, ...request } as const
        expect(kernels.step(whole)).toEqual(reference.step(whole))
        expectSameState(kernels, reference)
      }
    }), { numRuns: 12 })
  })

  test('a permutation that is drawn here, from any of its positions', async () => {
    const { problem, kernels, reference } = await both({ ...plainShape, rows: 1500, precision, blocks: 3 })
    for (const [step, from, size] of [[1, 0, 1500], [2, 1, 7], [3, 1400, 100], [2 ** 40, 3, 65]] as const) {
      const request = { step, batch: permuted(problem, step, size, from), learningRate: 0.01 }
      expect(kernels.step(request)).toEqual(reference.step(request))
      expectSameState(kernels, reference)
    }
  })

  test('a state that was taken out and put back, and tables of any length', async () => {
    const { problem, kernels, reference } = await both({ ...plainShape, precision })
    kernels.step(requestOf(problem, 1, 100))
    const state = kernels.state()
    kernels.step(requestOf(problem, 2, 100))
    kernels.setState(state)
    reference.setState(state)
    expectSameState(kernels, reference)
    for (const rows of [1, 2500, 63, 1025]) {
      const other = problemOf({ ...plainShape, rows, precision, seed: rows }).training
      expect(kernels.evaluate(other)).toEqual(reference.evaluate(other))
      expect(difference(kernels.predict(other.features, rows), reference.predict(other.features, rows))).toBeNull()
      expect(kernels.evaluate(problem.training)).toEqual(reference.evaluate(problem.training))
      expect(kernels.evaluate(other)).toEqual(reference.evaluate(other))
    }
    const request = requestOf(problem, 3, 100)
    expect(kernels.step(request)).toEqual(reference.step(request))
    expectSameState(kernels, reference)
  })
})

test('units that L2 takes away leave nothing that is slow: their weights become 0', async () => {
  const optimizer = { name: 'sgd', learningRate: 1, weightDecay: 0, momentum: 0, nesterov: false } as const
  const problem = problemOf({ ...plainShape, rows: 130, hidden: [6], optimizer, l2: 0.9 })
  problem.training.targets.fill(0)
  const kernels = await wasm.createTrainer(problem, parametersOf(problem))
  const reference = new ReferenceTrainer(problem, parametersOf(problem))
  for (let step = 1; step <= 200; step++) {
    kernels.step(requestOf(problem, step, 64))
    reference.step(requestOf(problem, step, 64))
  }
  expectSameState(kernels, reference)
  const sizes = [...kernels.state().parameters].map(Math.abs)
  expect(sizes.filter(x => x === 0).length).toBeGreaterThan(0)
  expect(sizes.every(x => x === 0 || x >= 2 ** -63)).toBe(true)
})

test('says what it does not offer', () => {
  const softmax = problemOf({ ...plainShape, outputs: 3, loss: { name: 'categorical-cross-entropy' } })
  expect(wasm.refuses(softmax)).toBe('the activation softmax')
  expect(wasm.refuses(problemOf({ ...plainShape, loss: { name: 'binary-cross-entropy' } }))).toBe('the loss binary-cross-entropy')
  expect(chooseBackend(softmax).name).toBe('reference')
  expect(chooseBackend(problemOf(plainShape)).name).toBe('wasm')
})
