/** What is foreseen of a run from its first steps on a sample: that its loss runs away, and which change keeps it from doing so. */
import { describe, expect, test } from 'vitest'
import { explain } from '../../src/explain/explain.ts'
import type { Table } from '../../src/table/table.ts'
import { smoothTable, planned, ran } from './cases.ts'

const tables = { training: smoothTable(600, 3), validation: null }
const sgd = (learningRate: number): object => ({ optimizer: { name: 'sgd', learningRate }, schedule: { name: 'constant' }, steps: 60, batchSize: 50 })

describe('a plan whose loss will run away', () => {
  test.each([
    ['a rate too high', { ...sgd(5), network: { hidden: [20], activation: 'relu' } }, 'learning-rate-too-high'],
    ['a rate too high for a deep network', { ...sgd(1), network: { hidden: [30, 30, 30, 30], activation: 'identity' } }, 'learning-rate-too-high'],
    ['a loss that is summed over a large batch', { ...sgd(0.02), batchSize: 500, reduction: 'sum', network: { hidden: [20], activation: 'relu' } }, 'summed-loss'],
  ])('%s', async (_what, options, id) => {
    const { outcome, cause, fix, text } = await explain(planned(tables, options))
    expect({ outcome, id: cause?.id, proven: cause?.proven }).toEqual({ outcome: 'at-risk', id, proven: false })
    expect(text).toContain('foreseen from data and settings')
    expect(fix?.command).toContain('whynan fit data.csv')
    // What is foreseen comes true.
    expect((await ran(tables, options)).status).toBe('non-finite')
  })

  test.each([
    ['a rate that suits', sgd(0.05)],
    ['a sum with a rate that suits', { ...sgd(0.001), reduction: 'sum' }],
    ['Adam, whose steps are bounded', { steps: 60, batchSize: 50 }],
  ])('is not foreseen of %s', async (_what, options) => {
    const { outcome, cause } = await explain(planned(tables, options))
    expect({ outcome, id: cause?.id }).toEqual({ outcome: 'healthy', id: undefined })
    expect((await ran(tables, options)).status).toBe('completed')
  })
})

/** Inputs times `by`; with classes, the target is whether the first input is positive. */
function scaled(by: number, classes = false): { training: Table; validation: null } {
  const training = smoothTable(600, 3)
  const [first] = training.columns
  return {
    training: {
      ...training, columns: training.columns.map((column, i) => (column.kind !== 'numeric' || first?.kind !== 'numeric' ? column
        : { ...column, values: i < 3 ? column.values.map(value => value * by) : classes ? first.values.map(value => (value > 0 ? 1 : 0)) : column.values })),
    },
    validation: null,
  }
}

const linear = { ...sgd(0.5), network: { hidden: [], activation: 'relu' }, standardize: false }
const adam = { network: { hidden: [8], activation: 'relu' }, standardize: false, batchSize: 50, steps: 60 }

describe('a plan whose first steps are not finite', () => {
  test.each([
    ['a logarithm of 0', scaled(1000, true), { ...linear, loss: 'binary-cross-entropy' }, 'log-of-zero', '--loss binary-cross-entropy-from-logits'],
    ['a square that float32 cannot hold', scaled(1e13), adam, 'second-moment-overflow', '--standardize'],
  ])('%s', async (_what, of, options, id, flag) => {
    const { outcome, step, cause, fix, text } = await explain(planned(of, options))
    expect({ outcome, step, id: cause?.id, proven: cause?.proven, flags: fix?.flags }).toEqual({ outcome: 'at-risk', step: null, id, proven: false, flags: [flag] })
    expect(text).toContain('Tried on a sample of')
    expect(await explain(await ran(of, options))).toMatchObject({ outcome: 'non-finite', cause: { id, proven: true } })
  })

  test.each([
    ['the same loss from logits', scaled(1000, true), { ...linear, loss: 'binary-cross-entropy-from-logits' }],
    ['probabilities that stay away from 0', scaled(1, true), { ...linear, loss: 'binary-cross-entropy' }],
    ['the same inputs in float64', scaled(1e13), { ...adam, precision: 'float64' }],
    ['the same inputs, standardised', scaled(1e13), { ...adam, standardize: true }],
  ])('is not foreseen of %s', async (_what, of, options) => {
    const { cause } = await explain(planned(of, options))
    expect(['log-of-zero', 'second-moment-overflow']).not.toContain(cause?.id)
    expect((await ran(of, options)).status).not.toBe('non-finite')
  })

  test('says so where nothing that is known cures it', async () => {
    const { outcome, cause } = await explain(planned(scaled(1e30), { ...adam, optimizer: { name: 'sgd', learningRate: 0.1 } }), { causes: [] })
    expect({ outcome, cause }).toEqual({ outcome: 'at-risk', cause: null })
  })
})

describe('a plan whose units stand at their bounds from the first step on', () => {
  const tanh = { ...adam, l2: 0, network: { hidden: [8], activation: 'tanh' } }
  test.each([
    ['inputs that are not scaled', scaled(1000), tanh, 'inputs-not-scaled', '--standardize'],
    ['biases far from 0', scaled(1), { ...tanh, network: { ...tanh.network, biasInitializer: { name: 'constant', value: 30 } } }, 'saturation', '--bias-initializer zeros'],
  ])('%s: what is offered was seen to end it', async (_what, of, options, id, flag) => {
    const { outcome, cause, fix, text } = await explain(planned(of, options))
    expect({ outcome, id: cause?.id, flags: fix?.flags }).toEqual({ outcome: 'at-risk', id, flags: [flag] })
    expect(text).toContain('the first parameters show it no more')
  })
})
