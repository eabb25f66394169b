import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { FloatArray, Trainer } from '../../src/backends/backend.ts'
import { ReferenceTrainer } from '../../src/backends/reference.ts'
import { wasm } from '../../src/backends/wasm.ts'
import type { Precision } from '../../src/network/spec.ts'
import { parametersOf, problemOf, requestOf, shapes } from './problems.ts'

const precisions: readonly Precision[] = ['float32', 'float64']

/** The bits of a vector; every NaN is one NaN. */
function bits(values: FloatArray): Uint8Array {
  const copy = values.map(x => (x === x ? x : NaN))
  return new Uint8Array(copy.buffer)
}

function expectSameState(a: Trainer, b: Trainer): void {
  const [left, right] = [a.state(), b.state()]
  expect(bits(left.parameters)).toEqual(bits(right.parameters))
  expect(bits(left.first)).toEqual(bits(right.first))
  expect(bits(left.second)).toEqual(bits(right.second))
}

async function both(shape: Parameters<typeof problemOf>[0]): Promise<{ problem: ReturnType<typeof problemOf>; kernels: Trainer; reference: ReferenceTrainer }> {
  const problem = problemOf(shape)
  const parameters = parametersOf(problem)
  return { problem, kernels: await wasm.createTrainer(problem, parameters), reference: new ReferenceTrainer(problem, parameters) }
}

describe.each(precisions)('the kernels at %s', precision => {
  test('give the reference\'s bits over steps, evaluations and predictions of any shape', async () => {
    await fc.assert(fc.asyncProperty(shapes(precision), async shape => {
      const { problem, kernels, reference } = await both(shape)
      expect(wasm.refuses(problem)).toBeNull()
      for (let step = 1; step <= 3; step++) {
        const request = requestOf(problem, step, shape.batch)
        expect(kernels.step(request)).toEqual(reference.step(request))
        expectSameState(kernels, reference)
      }
      expect(kernels.evaluate(problem.training)).toEqual(reference.evaluate(problem.training))
      const { features, rows } = problem.training
      expect(bits(kernels.predict(features, rows))).toEqual(bits(reference.predict(features, rows)))
    }), { numRuns: 25 })
  })
})
