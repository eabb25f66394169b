import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { FloatArray, Trainer } from '../../src/backends/backend.ts'
import { ReferenceTrainer } from '../../src/backends/reference.ts'
import { wasm } from '../../src/backends/wasm.ts'
import type { Precision } from '../../src/network/spec.ts'
import { parametersOf, problemOf, requestOf, shapes, smallShapes, type Shape } from './problems.ts'

const precisions: readonly Precision[] = ['float32', 'float64']

/** The first element whose bits differ, as a sentence; null when none does. Every NaN is one NaN. */
function difference(got: FloatArray, expected: FloatArray): string | null {
  if (got.length !== expected.length) return `${got.length} elements instead of ${expected.length}`
  for (let i = 0; i < got.length; i++) {
    if (!Object.is(got[i], expected[i])) return `element ${i} of ${got.length} is ${got[i]} instead of ${expected[i]}`
  }
  return null
}

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
})
