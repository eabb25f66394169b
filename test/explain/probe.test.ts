/** What is foreseen of a run from its first steps on a sample: that its loss runs away, and which change keeps it from doing so. */
import { describe, expect, test } from 'vitest'
import { explain } from '../../src/explain/explain.ts'
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
    ['a sum with a rate that suits', { ...sgd(0.0002), reduction: 'sum' }],
    ['Adam, whose steps are bounded', { steps: 60, batchSize: 50 }],
  ])('is not foreseen of %s', async (_what, options) => {
    const { outcome, cause } = await explain(planned(tables, options))
    expect({ outcome, id: cause?.id }).toEqual({ outcome: 'healthy', id: undefined })
    expect((await ran(tables, options)).status).toBe('completed')
  })
})
