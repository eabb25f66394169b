/** What is not finite must show: a NaN or an Infinity anywhere that a step reads, in whichever lane it lies. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { FloatArray, HeldProblem, Trainer } from '../../src/backends/backend.ts'
import { ReferenceTrainer } from '../../src/backends/reference.ts'
import { wasm } from '../../src/backends/wasm.ts'
import type { Precision } from '../../src/network/spec.ts'
import { difference, parametersOf, problemOf, requestOf, shapes, smallShapes, wideShapes, type Shape } from './problems.ts'

const bad = fc.constantFrom(NaN, Infinity, -Infinity)
const place = fc.constantFrom('features', 'targets', 'parameters', 'first', 'second')

type Place = 'features' | 'targets' | 'parameters' | 'first' | 'second'

/** Puts `value` somewhere in what the first step reads; null where there is nothing of that kind. */
async function poisoned(shape: Shape, kind: Place, value: number, where: number): Promise<{ problem: HeldProblem; kernels: Trainer; reference: ReferenceTrainer } | null> {
  const problem = problemOf({ ...shape, batch: shape.rows })
  const parameters = parametersOf(problem)
  const put = (values: FloatArray): void => { values[Math.floor(where * values.length)] = value }
  if (kind === 'features' || kind === 'targets') put(problem.training[kind])
  if (kind === 'parameters') put(parameters)
  const kernels = await wasm.createTrainer(problem, parameters)
  const reference = new ReferenceTrainer(problem, parameters)
  if (kind === 'first' || kind === 'second') {
    const state = kernels.state()
    if (state[kind].length === 0) return null
    put(state[kind])
    kernels.setState(state)
    reference.setState(state)
  }
  return { problem, kernels, reference }
}

describe.each<Precision>(['float32', 'float64'])('a value that is not finite at %s', precision => {
  test.each([['any network', shapes(precision), 40], ['a small network', smallShapes(precision), 40], ['a wide network', wideShapes(precision), 10]])('shows as it does in the reference: %s', async (_name, shape, numRuns) => {
    await fc.assert(fc.asyncProperty(shape, place, bad, fc.double({ min: 0, max: 0.999, noNaN: true }), async (given, kind, value, where) => {
      const made = await poisoned(given, kind, value, where)
      if (made === null) return
      const { problem, kernels, reference } = made
      const before = kernels.state()
      // A moment stays where it is when its gradient is 0, so that each figure is the reference's own.
      const got = kernels.step(requestOf(problem, 1, problem.training.rows))
      expect(got).toEqual(reference.step(requestOf(problem, 1, problem.training.rows)))
      const after = kernels.state()
      const expected = reference.state()
      expect(difference(after.parameters, expected.parameters)).toBeNull()
      expect(difference(after.first, expected.first)).toBeNull()
      expect(difference(after.second, expected.second)).toBeNull()
      if (got.nonFinite !== null) expect(difference(after.parameters, before.parameters)).toBeNull()
    }), { numRuns })
  })

  // NaN alone: where every weight is negative, relu makes 0 of an infinite feature, and rightly so.
  test('never comes out of a step as finite when it went into the gradient', async () => {
    await fc.assert(fc.asyncProperty(smallShapes(precision), fc.constantFrom<Place>('features', 'targets'), fc.constant(NaN), fc.double({ min: 0, max: 0.999, noNaN: true }), async (given, kind, value, where) => {
      const made = await poisoned({ ...given, loss: { name: 'half-mse' } }, kind, value, where)
      if (made === null) return
      expect(made.kernels.step(requestOf(made.problem, 1, made.problem.training.rows)).nonFinite).not.toBeNull()
    }), { numRuns: 20 })
  })

  test.each([['any network', shapes(precision), 25], ['a small network', smallShapes(precision), 25], ['a wide network', wideShapes(precision), 10]])('comes out of predictions and evaluations as in the reference: %s', async (_name, shape, numRuns) => {
    await fc.assert(fc.asyncProperty(shape, fc.constantFrom<Place>('features', 'targets', 'parameters'), bad, fc.double({ min: 0, max: 0.999, noNaN: true }), async (given, kind, value, where) => {
      const made = await poisoned(given, kind, value, where)
      if (made === null) return
      const { problem, kernels, reference } = made
      expect(kernels.evaluate(problem.training)).toEqual(reference.evaluate(problem.training))
      const { features, rows } = problem.training
      expect(difference(kernels.predict(features, rows), reference.predict(features, rows))).toBeNull()
    }), { numRuns })
  }, 60_000)
})

test('a dropped unit does not hide an infinite activation', async () => {
  // Every unit of this row is dropped; 0 * Infinity is NaN in the reference.
  const shape: Shape = {
    inputs: 3, hidden: [8], outputs: 1, rows: 8, batch: 8, activation: 'relu', dropout: 0.5, dropoutScale: 'predict', loss: { name: 'half-mse' },
    reduction: 'mean', l2: 0, optimizer: { name: 'sgd', learningRate: 0.1, weightDecay: 0, momentum: 0, nesterov: false }, clip: {},
    precision: 'float32', blocks: 1, seed: 3,
  }
  const problem = problemOf(shape)
  const parameters = parametersOf(problem).map(Math.abs)
  problem.training.features.fill(1)
  // A weight whose product with 2 overflows, though weight and feature are finite.
  parameters[0] = 3e38
  problem.training.features[0] = 2
  const kernels = await wasm.createTrainer(problem, parameters)
  const masks = [new Uint8Array(8 * 8), null]
  expect(kernels.step({ ...requestOf(problem, 1, 8), masks }).nonFinite).toBe('loss')
})
