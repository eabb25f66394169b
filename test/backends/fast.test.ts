/**
 * `--fast`: not the reference's bits, but within a derived bound of them; the same bits on any number of threads, and in a
 * state taken up again. Skipped where the engine has no relaxed SIMD even when asked.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { unitActivations } from '../../src/backends/activations.ts'
import { float64 } from '../../src/backends/arithmetic.ts'
import type { HeldProblem } from '../../src/backends/backend.ts'
import { chooseBackend, whyNotFast } from '../../src/backends/choose.ts'
import { relaxedSimd } from '../../src/backends/platform.ts'
import { ReferenceTrainer } from '../../src/backends/reference.ts'
import { threadedWasm } from '../../src/backends/threads.ts'
import { wasm } from '../../src/backends/wasm.ts'
import type { Activation, Precision } from '../../src/network/spec.ts'
import { platform } from '../../src/node/platform.ts'
import { nodeThreads } from '../../src/node/threads.ts'
import { difference, parametersOf, plainShape, problemOf, requestOf, shapes, smallShapes, type Shape } from './problems.ts'

platform.allowRelaxedSimd()

const fastOf = (shape: Shape): HeldProblem => ({ ...problemOf(shape), fast: true })

/** gamma(n) = n u / (1 - n u), the relative error of n roundings (Higham, Accuracy and Stability, lemma 3.1). */
function gamma(n: number, u: number): number {
  return (n * u) / (1 - n * u)
}

/** The largest slope of an activation, where it is not 1: of gelu at sqrt(2), of silu at 2.4. */
const slopes: Readonly<Partial<Record<Activation, number>>> = { gelu: 1.13, silu: 1.1 }
/** Those whose value is z or 0, without a rounding. */
const roundsNothing: ReadonlySet<Activation> = new Set(['identity', 'relu'])

/**
 * How far apart exact and relaxed rounding may leave an output, for one row, and the output itself. For each unit a value v in
 * float64 and a radius within which both computed values lie:
 *
 * - A sum of n products and a bias has at most n + 2 roundings on the way of each term, fused or not, in four lanes or in order: it lies
 *   within gamma(n + 2) Σ|terms| of the exact sum of what it adds (Higham, chapter 3), and v once more within as much. What it adds
 *   lies within the radii of the layer below: Σ radius |w|.
 * - An activation moves two numbers apart by its slope at most, and rounds: its elementary function is off by 3 units in the last
 *   place, 6 u (test/numeric), and so is v; what is multiplied by or added to it is no more than 1 + |z|. 16 u (1 + |z|) is above both.
 * - A product with what predictions multiply by rounds once in each.
 */
function boundsOf({ network, precision, training: { features } }: HeldProblem, parameters: ArrayLike<number>, row: number): { value: number; apart: number }[] {
  const u = precision === 'float32' ? 2 ** -24 : 2 ** -53
  let below = Array.from({ length: network.inputs }, (_, k) => ({ value: features[row * network.inputs + k]!, radius: 0 }))
  for (const { inputs, units, weights, biases, activation, dropout } of network.layers) {
    const shrink = network.dropoutScale === 'predict' ? 1 - dropout : 1
    below = Array.from({ length: units }, (_, j) => {
      let z = parameters[biases + j]!
      let terms = Math.abs(z)
      let carried = 0
      below.forEach(({ value, radius }, k) => {
        const w = parameters[weights + k * units + j]!
        z += value * w
        terms += (Math.abs(value) + radius) * Math.abs(w)
        carried += radius * Math.abs(w)
      })
      const zRadius = carried + 2 * gamma(inputs + 2, u) * terms
      const value = activation === 'softmax' ? NaN : unitActivations[activation].forward(float64, z)
      const own = roundsNothing.has(activation) ? 0 : 16 * u * (1 + Math.abs(z) + zRadius)
      const radius = (slopes[activation] ?? 1) * zRadius + own
      return { value: value * shrink, radius: shrink * radius + 2 * u * (Math.abs(value) + radius) }
    })
  }
  return below.map(({ value, radius }) => ({ value, apart: 2 * radius }))
}

describe.runIf(relaxedSimd())('relaxed SIMD', () => {
  test.each<Precision>(['float32', 'float64'])('keeps predictions of networks of any depth within the derived bound of the reference\'s, at %s', async precision => {
    await fc.assert(fc.asyncProperty(fc.oneof(shapes(precision), smallShapes(precision)), async given => {
      const problem = fastOf(given)
      const parameters = parametersOf(problem)
      const trainer = await wasm.createTrainer(problem, parameters)
      expect(trainer.fast).toBe(true)
      const { features, rows } = problem.training
      const { outputs } = problem.network
      const expected = new ReferenceTrainer(problem, parameters).predict(features, rows)
      const got = trainer.predict(features, rows)
      for (let row = 0; row < rows; row += 7) {
        boundsOf(problem, parameters, row).forEach(({ value, apart }, j) => {
          const at = row * outputs + j
          expect(Math.abs(got[at]! - expected[at]!)).toBeLessThanOrEqual(apart)
          // A bound that anything would keep says nothing: a network that is one percent off would be noticed.
          expect(apart).toBeLessThan(0.01 * (1 + Math.abs(value)))
        })
      }
    }), { numRuns: 60 })
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
