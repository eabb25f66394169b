/**
 * `--fast`: not the reference's bits, but within a derived bound of them; the same bits on any number of threads, and in a
 * state taken up again. Skipped where the engine has no relaxed SIMD even when asked.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { HeldProblem } from '../../src/backends/backend.ts'
import { chooseBackend, whyNotFast } from '../../src/backends/choose.ts'
import { relaxedSimd } from '../../src/backends/platform.ts'
import { ReferenceTrainer } from '../../src/backends/reference.ts'
import { threadedWasm } from '../../src/backends/threads.ts'
import { wasm } from '../../src/backends/wasm.ts'
import { platform } from '../../src/node/platform.ts'
import { nodeThreads } from '../../src/node/threads.ts'
import { difference, parametersOf, plainShape, problemOf, requestOf, type Shape } from './problems.ts'

platform.allowRelaxedSimd()

const fastOf = (shape: Shape): HeldProblem => ({ ...problemOf(shape), fast: true })

/** gamma(n) = n u / (1 - n u), the relative error of n roundings (Higham, Accuracy and Stability, lemma 3.1). */
function gamma(n: number, u: number): number {
  return (n * u) / (1 - n * u)
}

/**
 * How far two orders of rounding may lie apart in the output of D-H-1 with relu, for one row. A sum of n products and a bias has
 * at most n + 1 roundings on the way of each term (a product's own, and one for each addition), fused or not, so either lies
 * within gamma(n + 1) Σ|terms| of the exact sum and the two within twice that. relu moves no two numbers further apart. The
 * output's four lanes and its bias add no more than H + 2 roundings to a term.
 */
function boundOf({ network, precision, training: { features } }: HeldProblem, parameters: ArrayLike<number>, row: number): number {
  const u = precision === 'float32' ? 2 ** -24 : 2 ** -53
  const [hidden, output] = [network.layers[0]!, network.layers[1]!]
  const { inputs, units } = hidden
  let moved = 0
  let size = Math.abs(parameters[output.biases]!)
  for (let j = 0; j < units; j++) {
    let z = parameters[hidden.biases + j]!
    let terms = Math.abs(z)
    for (let k = 0; k < inputs; k++) {
      const product = features[row * inputs + k]! * parameters[hidden.weights + k * units + j]!
      z += product
      terms += Math.abs(product)
    }
    const apart = 2 * gamma(inputs + 1, u) * terms
    const w = Math.abs(parameters[output.weights + j]!)
    moved += w * apart
    size += w * (Math.max(0, z) + apart)
  }
  return moved + 2 * gamma(units + 2, u) * size
}

describe.runIf(relaxedSimd())('relaxed SIMD', () => {
  const shape = fc.record({
    inputs: fc.integer({ min: 1, max: 40 }), hidden: fc.tuple(fc.integer({ min: 1, max: 130 })), precision: fc.constantFrom('float32' as const, 'float64' as const),
    seed: fc.integer({ min: 0, max: 1e6 }),
  })

  test('keeps predictions within the derived bound of the reference\'s', async () => {
    await fc.assert(fc.asyncProperty(shape, async given => {
      const problem = fastOf({ ...plainShape, ...given, dropout: 0, rows: 70, batch: 10 })
      const parameters = parametersOf(problem)
      const trainer = await wasm.createTrainer(problem, parameters)
      expect(trainer.fast).toBe(true)
      const { features, rows } = problem.training
      const expected = new ReferenceTrainer(problem, parameters).predict(features, rows)
      trainer.predict(features, rows).forEach((output, row) => expect(Math.abs(output - expected[row]!)).toBeLessThanOrEqual(boundOf(problem, parameters, row)))
    }), { numRuns: 40 })
  })

  test.each([{}, { inputs: 20, hidden: [130], precision: 'float64' as const }])('gives the same bits on any number of threads: %o', async given => {
    const problem = fastOf({ ...plainShape, ...given, rows: 3000, batch: 2500, blocks: 16 })
    const parameters = parametersOf(problem)
    const alone = await wasm.createTrainer(problem, parameters)
    const together = await threadedWasm(nodeThreads, 3).createTrainer(problem, parameters)
    for (let step = 1; step <= 5; step++) {
      const request = requestOf(problem, step, 2500)
      expect(together.step(request)).toEqual(alone.step(request))
    }
    expect(difference(together.state().parameters, alone.state().parameters)).toBeNull()
    together.dispose()
  })
})

test('what the kernels do not offer is trained exactly, and a sentence says so', () => {
  const problem = fastOf({ ...plainShape, hidden: [4], activation: 'relu' })
  const softmax = { ...problem, network: { ...problem.network, layers: problem.network.layers.map(layer => ({ ...layer, activation: 'softmax' as const })) } }
  expect(chooseBackend(softmax).name).toBe('reference')
  expect(whyNotFast(softmax)).toContain('softmax')
  expect(whyNotFast({ ...problem, fast: false })).toBeNull()
})
