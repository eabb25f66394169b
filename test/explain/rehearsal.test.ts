/** Plans that are small enough are tried in memory: what is said of them is what the run then does. */
import { describe, expect, test } from 'vitest'
import { explain } from '../../src/explain/explain.ts'
import { rehearse } from '../../src/explain/rehearsal.ts'
import type { Table } from '../../src/table/table.ts'
import { planned, ran, smoothTable } from './cases.ts'

const adam = { network: { hidden: [20], activation: 'relu' }, standardize: false, batchSize: 50, steps: 119 }

/** Inputs and targets as lines of what they were. */
function shifted(inputs: (value: number) => number, target: (value: number) => number): { training: Table; validation: null } {
  const training = smoothTable(600, 3)
  const columns = training.columns.map((column, i) => (column.kind === 'numeric' ? { ...column, values: column.values.map(i < 3 ? inputs : target) } : column))
  return { training: { ...training, columns }, validation: null }
}
const same = (value: number): number => value

describe('a plan that comes to nothing', () => {
  test.each([
    ['targets far away, under Adam', shifted(same, y => 50_000 + 1e4 * y), adam, 'targets-not-scaled', /119 steps of AdamW move a weight by 0\.\d+ at the most/u],
    ['inputs times 10,000, under Adam', shifted(x => 1e4 * x, same), adam, 'inputs-not-scaled', /a step of AdamW is about/u],
    ['inputs times 1e12 in float64', shifted(x => 1e12 * x, same), { ...adam, precision: 'float64' }, 'inputs-not-scaled', /1e12|e11/u],
    ['a first step that kills every ReLU', shifted(x => 40 + 10 * x, same), { ...adam, optimizer: { name: 'sgd', learningRate: 0.001 }, steps: 200 }, 'inputs-not-scaled', /makes steps [\d,]+ times too long/u],
  ])('%s', async (_what, of, options, id, says) => {
    const { outcome, cause, replays, text } = await explain(planned(of, options))
    expect({ outcome, id: cause?.id, proven: cause?.proven }, text).toEqual({ outcome: 'at-risk', id, proven: true })
    expect(replays.some(({ kind, supports }) => kind === 'taken-away' && supports)).toBe(true)
    expect(text.replace(/\s+/g, ' ')).toMatch(says)
    expect(text).toContain('Rehearsed in memory')
    // The run itself says the same.
    expect(await explain(await ran(of, options))).toMatchObject({ outcome: 'not-learning', cause: { id, proven: true } })
  })
})

describe('a plan whose draws spare the bad row', () => {
  const tables = { training: smoothTable(400, 5, [{ row: 41, column: 3, value: Number.NaN }]), validation: null }

  test.each(['philox', 'numpy'] as const)('stays finite, and the step that would draw it is told: %s', async draws => {
    const options = { ...adam, batchSize: 4, steps: 20, seed: 2, draws, sampling: 'fresh', nonFinite: 'keep' }
    const { outcome, step, cause, batchLaw, text } = await explain(planned(tables, options))
    expect({ outcome, step, id: cause?.id }).toEqual({ outcome: 'at-risk', step: null, id: 'nan-in-input' })
    const words = text.replace(/\s+/g, ' ')
    expect(words).toContain('the run stays finite for all its 20 steps')
    expect((await ran(tables, options)).status).toBe('completed')
    const later = Number(/the first step to draw such a row would be step ([\d,]+),/u.exec(words)?.[1]?.replaceAll(',', ''))
    expect((await ran(tables, { ...options, steps: later })).incident?.step).toBe(later)
    // 1 - (99/100)^20.
    expect(batchLaw?.chanceWithin).toBeCloseTo(0.182093, 6)
    expect(words).toContain('With other draws, 18.2 % of runs of 20 steps draw one.')
  })
})

test('a plan that is too long for it is not rehearsed, and that is said', async () => {
  const of = planned(shifted(same, same), { ...adam, steps: 1_000_000 })
  expect(await rehearse(of, {})).toBeNull()
  const { outcome, text } = await explain(of)
  expect(outcome).toBe('healthy')
  expect(text.replace(/\s+/g, ' ')).toContain('It is too long to be rehearsed whole.')
})
