import { describe, expect, test } from 'vitest'
import { philoxKey, uniforms } from '../../src/numeric/philox.ts'
import { memoryStore } from '../../src/record/store.ts'
import { readRun } from '../../src/record/read.ts'
import { tableFromRows, type Table } from '../../src/table/table.ts'
import { fit, type FitOptions } from '../../src/workflow/fit.ts'
import { prepareRun } from '../../src/workflow/prepare.ts'
import { explain } from '../../src/explain/explain.ts'
import { caseFromStore, fitRecorded, resumeRecorded } from '../../src/workflow/recorded.ts'

/** 400 rows of y = x1 - x2, with NaN in row 200, column 1. */
function broken(): Table {
  const u = uniforms(philoxKey(9, 'folds'), 0, 800)
  return tableFromRows('measured', Array.from({ length: 400 }, (_, i) => [i === 199 ? Number.NaN : u[2 * i]!, u[2 * i + 1]!, u[2 * i]! - u[2 * i + 1]!]))
}

const options: FitOptions = { network: { hidden: [8] }, nonFinite: 'keep', onIncident: 'repair', batchSize: 40, sampling: 'fresh', steps: 60 }
const surroundings = { version: 'test' }

describe('repair while training', () => {
  test('takes the proven fix, goes on from the last good state and ends finite', async () => {
    const stopped = await fit(broken(), { ...options, validation: null, onIncident: 'stop' })
    const run = await fit(broken(), { ...options, validation: null })
    expect(stopped.status).toBe('non-finite')
    expect(run.status).toBe('completed')
    expect(run.repairs).toMatchObject([{ step: stopped.incident!.step, cause: 'nan-in-input' }])
    expect(run.history.steps).toEqual(Array.from({ length: 60 }, (_, i) => i + 1))
    expect(run.history.training.every(loss => Number.isFinite(loss.total))).toBe(true)
    // Up to the incident nothing changed.
    const before = stopped.incident!.step - 1
    expect(run.history.training.slice(0, before)).toEqual(stopped.history.training.slice(0, before))
  })

  test('does not go on from weights that had run away: it is the run that the flags give from its start', async () => {
    const away: FitOptions = { ...options, nonFinite: 'drop', optimizer: { name: 'sgd', learningRate: 3 }, schedule: { name: 'constant' }, steps: 400, validation: null, recipe: 'classic' }
    const run = await fit(broken(), away)
    expect(run).toMatchObject({ status: 'completed', repairs: [{ cause: 'learning-rate-too-high', again: true }] })
    const flag = /^--rate (.*)$/u.exec(run.repairs[0]?.flags[0] ?? '')?.[1]
    const whole = await fit(broken(), { ...away, onIncident: 'stop', optimizer: { name: 'sgd', learningRate: Number(flag) } })
    expect(run.weightsHash).toBe(whole.weightsHash)
  })

  test('is recorded, and a run that was stopped after a repair goes on to the same bits', async () => {
    const tables = { training: broken(), validation: null }
    const whole = await fitRecorded({ store: memoryStore(), experiment: prepareRun(tables, options), files: [], surroundings })
    const [repair] = whole.run.repairs
    const store = memoryStore()
    const abort = new AbortController()
    const part = await fitRecorded({
      store, experiment: prepareRun(tables, options), files: [], surroundings, signal: abort.signal,
      observer: { onStep: ({ step }) => { if (step === repair!.step + 3) abort.abort() } },
    })
    expect(part.record.status).toBe('interrupted')
    const rest = await resumeRecorded({ store, surroundings }, tables)
    expect(rest.run.weightsHash).toBe(whole.run.weightsHash)
    expect(rest.run.repairs).toEqual(whole.run.repairs)
    // Explained, it is the run as repaired: its bad row is gone, and nothing is at risk.
    const explained = await explain((await caseFromStore(await readRun(store), tables, 'measured')).case)
    expect(explained).toMatchObject({ outcome: 'healthy', cause: null })
    expect(explained.text).toContain(`Step ${repair!.step} was not finite`)
    expect((await readRun(store)).record.result).toMatchObject({ repairs: [{ cause: 'nan-in-input', step: repair!.step }] })
  })
})
