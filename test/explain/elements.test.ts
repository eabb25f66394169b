/** The trace's arithmetic is the reference's: every element computed again has the tape's bits, and what it names reproduces them. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { arithmeticOf } from '../../src/backends/arithmetic.ts'
import { ReferenceTrainer, type Tape } from '../../src/backends/reference.ts'
import type { Loss, Problem, StepResult } from '../../src/backends/backend.ts'
import { firstNonFinite } from '../../src/numeric/floats.ts'
import { computedAgain, tensorsOf, type Tensor } from '../../src/explain/trace.ts'
import type { LossSpec, Precision } from '../../src/network/spec.ts'
import { numbers, parametersOf, problemOf, requestOf, shapes, smallShapes, type Shape } from '../backends/problems.ts'

const precisions: readonly Precision[] = ['float32', 'float64']
const fromProbabilities: readonly LossSpec[] = [{ name: 'binary-cross-entropy' }, { name: 'categorical-cross-entropy' }]

/** Small enough that every element can be looked at; both losses from probabilities too. */
function smallOnes(precision: Precision): fc.Arbitrary<Shape> {
  const any = fc.oneof(shapes(precision), smallShapes(precision))
  return fc.tuple(any, fc.integer({ min: 0, max: 11 }), fc.constantFrom(1e-3, 0.5)).map(([shape, pick, l2]) => ({
    ...shape, inputs: Math.min(shape.inputs, 6), hidden: shape.hidden.map(units => Math.min(units, 9)), batch: Math.min(shape.batch, 12),
    loss: fromProbabilities[pick] ?? shape.loss, l2: shape.l2 === 0 ? 0 : l2,
  }))
}

interface Magnitudes { readonly features: number; readonly targets: number; readonly parameters: number; readonly spread: number }

/** The largest power of ten that a precision holds. */
const topOf = { float32: 38, float64: 308 } as const

/** Powers of ten, so that some problems overflow in every place where something can. */
function magnitudes(precision: Precision): fc.Arbitrary<Magnitudes> {
  const top = topOf[precision]
  const power = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: top }), fc.integer({ min: Math.floor(top / 3), max: Math.ceil(top / 2) }))
  return fc.record({ features: power, targets: power, parameters: power, spread: fc.constantFrom(0, 0, 4, top) })
}

/** One step, whose features, targets and parameters have these magnitudes, some of them smaller again by up to `spread` powers. */
function stepOf(shape: Shape, { features, targets, parameters, spread }: Magnitudes): { problem: Problem; tape: Tape; loss: Loss; nonFinite: StepResult['nonFinite'] } {
  const problem = problemOf(shape)
  const scale = <T extends Float32Array | Float64Array>(values: T, power: number, stream: number): T => {
    const less = numbers(shape.seed, stream, values.length)
    values.forEach((value, i) => { values[i] = value * 10 ** (power - Math.abs(less[i] ?? 0) * Math.min(spread, power)) })
    return values
  }
  scale(problem.training.features, features, 11)
  if (!shape.loss.name.includes('cross-entropy')) scale(problem.training.targets, targets, 12)
  const trainer = new ReferenceTrainer(problem, scale(parametersOf(problem), parameters, 13))
  const { loss, nonFinite } = trainer.step(requestOf(problem, 1, shape.batch))
  if (trainer.tape === null) throw new Error('no tape')
  return { problem, tape: trainer.tape, loss, nonFinite }
}

const computed = (tensors: readonly Tensor[]): readonly Tensor[] => tensors.filter(({ again }) => again !== undefined)

describe.each(precisions)('one step at %s', precision => {
  test('has the same bits when each of its elements is computed again', () => {
    fc.assert(fc.property(smallOnes(precision), fc.constantFrom(0, 0, 3), (shape, power) => {
      const { problem, tape, loss } = stepOf(shape, { features: power, targets: 0, parameters: 0, spread: 0 })
      for (const tensor of computed(tensorsOf(problem, tape, loss))) {
        // Of long tensors every element up to 200, then one in each stretch, the last included.
        const stride = Math.max(1, Math.ceil(tensor.values.length / 200))
        for (let i = tensor.values.length - 1; i >= 0; i -= stride) {
          expect({ stage: tensor.stage, layer: tensor.layer, i, value: computedAgain(problem, tape, tensor, i).value })
            .toEqual({ stage: tensor.stage, layer: tensor.layer, i, value: tensor.values[i] })
        }
      }
    }), { numRuns: 60 })
  })

  test('that overflows names the operation, and IEEE arithmetic gives its result from its operands', () => {
    const seen = new Set<string>()
    // With an error's sign alone for a derivative, small weights and the largest features, only the sum over the batch overflows.
    const inSums: Magnitudes = { features: topOf[precision], targets: 0, parameters: -2, spread: 0 }
    fc.assert(fc.property(smallOnes(precision), fc.option(magnitudes(precision), { freq: 2 }), (drawn, sizes) => {
      const shape: Shape = sizes === null ? { ...drawn, loss: { name: 'mae' }, reduction: 'sum' } : drawn
      const { problem, tape, loss, nonFinite } = stepOf(shape, sizes ?? inSums)
      const tensors = tensorsOf(problem, tape, loss)
      const first = tensors.find(({ values }) => firstNonFinite(values) !== -1)
      // What the guard stops on is in the trace.
      if (nonFinite !== null) expect(first).toBeDefined()
      if (first === undefined || first.again === undefined) return
      seen.add(first.stage)
      const element = firstNonFinite(first.values)
      const { value, born } = computedAgain(problem, tape, first, element)
      // A sum is left at its first non-finite part, so its end may be NaN where the part was Infinity; it is never finite.
      expect(Number.isFinite(value)).toBe(false)
      expect(born).not.toBeNull()
      if (born === null) return
      expect(born.operands.every(Number.isFinite)).toBe(true)
      expect(Number.isFinite(born.result)).toBe(false)
      const m = arithmeticOf(['loss', 'regularization', 'total-loss'].includes(first.stage) ? 'float64' : precision)
      const [a = Number.NaN, b = Number.NaN] = born.operands
      const plain = { add: a + b, subtract: a - b, multiply: a * b, divide: a / b } as const
      const { operation } = born
      const exact = operation in plain ? m.round(plain[operation as keyof typeof plain]) : operation === 'round' ? m.round(a) : m[operation as 'exp'](a)
      expect(born.result).toBe(exact)
    }), { numRuns: 1500 })
    // Drawn at random, these at least are reached; a stage that never was would not be tested.
    expect([...seen]).toEqual(expect.arrayContaining(['pre-activation', 'term', 'gradient', 'second-moment']))
  })
})
