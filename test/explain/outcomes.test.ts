/** Runs that did not break: healthy, lucky, planned; and runs whose incident was lost. */
import { describe, expect, test } from 'vitest'
import { causes } from '../../src/explain/causes/index.ts'
import { explain } from '../../src/explain/explain.ts'
import { planned, ran, smoothTable } from './cases.ts'
import { small } from './causes/suite.ts'

const bad = smoothTable(400, 5, [{ row: 41, column: 3, value: Number.NaN }])
const tables = { training: bad, validation: null }

describe('a run that ended before it drew the bad row', () => {
  test('was lucky: a larger batch fails where the draws say, and not with the cell repaired', async () => {
    const of = await ran(tables, { ...small, batchSize: 3, steps: 100, seed: 2, optimizer: { name: 'adam', learningRate: 0.02 } })
    expect(of.status).toBe('completed')
    const explanation = await explain(of)
    expect(explanation).toMatchObject({ outcome: 'at-risk', step: null, cause: { id: 'nan-in-input', proven: true, cells: [{ row: 42, column: 4, drawn: false }] } })
    expect(explanation.replays.map(({ kind, status, supports }) => ({ kind, status, supports }))).toEqual([
      { kind: 'predicted', status: 'non-finite', supports: true },
      { kind: 'taken-away', status: 'finite', supports: true },
    ])
    expect(explanation.text).toContain('was lucky')
  })
})

describe('a plan', () => {
  test('with a bad cell is at risk, and says the step', async () => {
    const options = { ...small, batchSize: 40, steps: 200 }
    const explanation = await explain(planned(tables, options))
    const of = await ran(tables, options)
    expect(explanation).toMatchObject({ outcome: 'at-risk', step: of.incident?.step, cause: { id: 'nan-in-input', proven: false }, replays: [] })
  })

  test('of data and settings that cannot learn is at risk, and says what is foreseen', async () => {
    const explanation = await explain(planned({ training: smoothTable(400, 5), validation: null }, { ...small, standardize: true, network: { hidden: [8], dropout: 0, outputActivation: 'sigmoid' } }))
    expect(explanation).toMatchObject({ outcome: 'at-risk', step: null, cause: { id: 'unreachable-output', proven: false }, replays: [] })
    expect(explanation.text).toContain('foreseen from data and settings')
  })

  test('names cells of the validation table, alone and beside cells that are trained on', async () => {
    const validation = smoothTable(60, 5, [{ row: 7, column: 2, value: Number.NaN }], 'validation')
    const alone = await explain(planned({ training: smoothTable(400, 5), validation }, small))
    expect(alone).toMatchObject({ outcome: 'at-risk', cause: { id: 'nan-in-validation', cells: [{ row: 8, column: 3 }] } })
    const both = { training: bad, validation }
    for (const of of [planned(both, { ...small, steps: 200 }), await ran(both, { ...small, steps: 200 })]) {
      const explanation = await explain(of)
      expect(explanation.cause).toMatchObject({ id: 'nan-in-input', cells: [{ row: 42, column: 4 }] })
      expect(explanation.text).toMatch(/Beside it, and seen by the validation loss alone: .*row 8,\s+column 3/su)
    }
  })

  test('of clean data and steps enough is healthy', async () => {
    const explanation = await explain(planned({ training: smoothTable(400, 5), validation: null }, { ...small, steps: 200 }))
    expect(explanation).toMatchObject({ outcome: 'healthy', cause: null, step: null, batchLaw: null, fix: null })
  })
})

test('a healthy run is called healthy', async () => {
  const explanation = await explain(await ran({ training: smoothTable(400, 5), validation: null }, { ...small, steps: 200 }))
  expect(explanation).toMatchObject({ outcome: 'healthy', cause: null, replays: [] })
})

test('a healthy run that a straight line beats clearly is told so, and stays healthy', async () => {
  const of = await ran({ training: smoothTable(400, 5), validation: null }, { ...small, steps: 200 })
  // 1 - 0.2 * (0.1 / 0.2)^2 = 0.95 for the line.
  const beaten = await explain({ ...of, beside: { rmse: 0.2, r2: 0.8, line: 0.1 } })
  expect(beaten).toMatchObject({ outcome: 'healthy', cause: null })
  expect(beaten.notices).toEqual([expect.stringContaining('R2 is 0.95, the network\'s 0.8')])
  expect(beaten.text).toContain('a straight line')
  for (const line of [0.19, 0.3]) expect((await explain({ ...of, beside: { rmse: 0.2, r2: 0.8, line } })).notices).toEqual([])
})

test('a healthy run with a validation cell that a bounded unit swallowed is told of it', async () => {
  const validation = smoothTable(60, 5, [{ row: 7, column: 2, value: Infinity }], 'validation')
  const { outcome, notices } = await explain(await ran({ training: smoothTable(400, 5), validation }, { ...small, steps: 200, network: { hidden: [8], dropout: 0, activation: 'tanh' } }))
  expect({ outcome, notices }).toEqual({ outcome: 'healthy', notices: expect.arrayContaining([expect.stringMatching(/swallowed.*row 8, column 3/)]) })
})

test('validation rows that stand in the training table are told of where no replay shows that they were memorised', async () => {
  const training = smoothTable(400, 5)
  const head = { ...training, name: 'validation', rows: 60, columns: training.columns.map(column => (column.kind === 'numeric' ? { ...column, values: column.values.slice(0, 60) } : column)) }
  const { outcome, notices } = await explain(await ran({ training, validation: head }, { ...small, steps: 200 }))
  expect({ outcome, notices }).toEqual({ outcome: 'healthy', notices: [expect.stringContaining('60 of 60 validation rows')] })
})

test('a run whose loss rose is not called healthy, and nothing is said to have fallen', async () => {
  const of = await ran({ training: smoothTable(400, 5), validation: null }, { ...small, steps: 200 })
  // The weights are good ones, as the best of a run are that diverged after them.
  const risen = await explain({ ...of, history: { ...of.history, training: of.history.training.toReversed() } })
  expect(risen.outcome).toBe('not-learning')
  expect(risen.text).toContain('did not stay down')
  expect(risen.text).not.toContain('fell')
})

test('a finite run that did not learn says which cells would have broken it besides', async () => {
  const of = await ran(tables, { ...small, batchSize: 3, steps: 60, seed: 2, l2: 0, optimizer: { name: 'adam', learningRate: 1e-7 } })
  expect(of.status).toBe('completed')
  const explanation = await explain(of)
  expect(explanation).toMatchObject({ outcome: 'not-learning', cause: { id: 'learning-rate-too-low', proven: true } })
  expect(explanation.text).toContain('breaking runs by itself')
  expect(explanation.text).toContain('row 42, column 4')
})

test('an incident that was lost is had again by running again', async () => {
  const of = await ran(tables, { ...small, batchSize: 40, steps: 200 })
  const explanation = await explain({ ...of, incident: null })
  expect(explanation).toMatchObject({ outcome: 'non-finite', step: of.incident?.step, cause: { id: 'nan-in-input', proven: true } })
  expect(explanation.text).toContain('its incident was lost')
})

test('a state that was broken before the step leads back to the step that broke it', async () => {
  const of = await ran(tables, { ...small, batchSize: 40, steps: 200 })
  const { incident } = of
  if (incident === null) throw new Error('the run should have failed')
  const broken = incident.before.trainer.parameters.slice().fill(Number.NaN, 3, 5)
  const late = { ...incident, step: incident.step + 3, before: { ...incident.before, step: incident.step + 2, trainer: { ...incident.before.trainer, parameters: broken } } }
  expect(await explain({ ...of, incident: late })).toMatchObject({ step: incident.step, cause: { id: 'nan-in-input', proven: true } })
})

test('a suspect that each of its replays cleared is not named, and attempts that failed alike are said in one sentence', async () => {
  // A stray that is left in drowns whatever rate is tried: of a run with it the rate is suspected, and cleared by each attempt.
  const of = await ran({ training: smoothTable(400, 5, [{ row: 41, column: 5, value: 1e6 }]), validation: null }, { ...small, steps: 60, optimizer: { name: 'adam', learningRate: 0.5 } })
  const { outcome, cause, text, replays } = await explain(of, { causes: causes.filter(({ id }) => id === 'learning-rate-too-high') })
  expect({ outcome, cause }).toEqual({ outcome: 'not-learning', cause: null })
  expect(replays.filter(({ supports }) => !supports).length).toBeGreaterThan(1)
  expect(text.replace(/\s+/g, ' ')).toMatch(/with the learning rate at \S+ or with the learning rate at \S+ the run fared no better/)
  expect(text).toContain('Not found')
  // Once more where the cause is said to be ruled out, over how many steps.
  expect(text.match(/fared/g)).toHaveLength(2)
})

test('of a run that was repaired it is said what broke, and the rest is said of what it became', async () => {
  const repairs = [{ step: 7, cause: 'nan-in-input', flags: ['--nonfinite drop'] }]
  const of = { ...await ran(tables, { ...small, steps: 200, nonFinite: 'drop' }), repairs }
  const explanation = await explain(of)
  expect(explanation).toMatchObject({ outcome: 'healthy', cause: null })
  expect(explanation.text.replace(/\s+/g, ' ')).toContain('Step 7 was not finite: NaN in an input, proven by replay. --nonfinite drop was taken, and training went on from step 6')
  expect(explanation.text).not.toContain('lucky')
})
