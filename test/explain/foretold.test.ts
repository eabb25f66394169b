/** The step at which a run will fail, foretold from its draws alone, is the step at which it fails. */
import { describe, expect, test } from 'vitest'
import { explain } from '../../src/explain/explain.ts'
import { planned, ran, smoothTable } from './cases.ts'

const tables = { training: smoothTable(400, 5, [{ row: 122, column: 2, value: Number.NaN }]), validation: null }
const runs = [0, 1, 2, 3].flatMap(seed => [4, 40, 200].map(batchSize => ({ seed, batchSize })))

describe.each(['numpy', 'philox'] as const)('by %s', draws => {
  test.each(runs)('seed $seed, batch $batchSize', async ({ seed, batchSize }) => {
    const options = { recipe: 'classic', network: { hidden: [8] }, precision: 'float64', steps: 25, draws, seed, batchSize }
    const foretold = await explain(planned(tables, options))
    const { incident } = await ran(tables, options)
    expect(foretold.step).toBe(incident?.step ?? null)
  })

  test('some fail and some do not', async () => {
    const steps = await Promise.all(runs.map(async ({ seed, batchSize }) =>
      (await explain(planned(tables, { recipe: 'classic', network: { hidden: [8] }, precision: 'float64', steps: 25, draws, seed, batchSize }))).step))
    expect(steps.some(step => step === null) && new Set(steps).size > 3).toBe(true)
  })
})
