import { describe, expect, test } from 'vitest'
import { reference } from '../../src/backends/reference.ts'
import { batchRows } from '../../src/backends/backend.ts'
import { philoxKey, uniforms } from '../../src/numeric/philox.ts'
import { tableFromRows, type Table } from '../../src/table/table.ts'
import { makeDraws, type Draws } from '../../src/training/draws.ts'
import { notYet, observe } from '../../src/training/early-stopping.ts'
import { prepareExperiment, problemOf, type Experiment } from '../../src/training/experiment.ts'
import { learningRateAt } from '../../src/training/schedules.ts'
import { train, type Observer, type TrainingResult, type TrainingState } from '../../src/training/train.ts'

/** y = x1 - 2 x2 + x1 x2, 40 rows. */
function someTable(rows = 40): Table {
  const u = uniforms(philoxKey(5, 'folds'), 0, rows * 2).map(value => 2 * value - 1)
  return tableFromRows('measured', Array.from({ length: rows }, (_, i) => [u[2 * i]!, u[2 * i + 1]!, u[2 * i]! - 2 * u[2 * i + 1]! + u[2 * i]! * u[2 * i + 1]!]))
}

function experimentWith(options: object): Experiment {
  return prepareExperiment({ training: someTable(), validation: 0.25 }, { network: { hidden: [6] }, batchSize: 8, ...options })
}

function drawsOf({ settings, network, training, validation, batchSize }: Experiment): Draws {
  return makeDraws({ kind: settings.draws, seed: settings.seed, network, rows: training.rows.length, batchSize, sampling: settings.sampling, validationRows: validation?.rows.length ?? 0 })
}

async function run(experiment: Experiment, observer: Observer = {}, from: TrainingState | null = null, signal?: AbortSignal): Promise<TrainingResult> {
  const draws = drawsOf(experiment)
  const trainer = await reference.createTrainer(problemOf(experiment), draws.parameters())
  const { settings, validation, steps, evaluateEvery } = experiment
  return train({
    trainer, draws, steps, schedule: settings.schedule, learningRate: settings.optimizer.learningRate,
    validation: validation?.dataset ?? null, evaluateEvery, earlyStopping: settings.earlyStopping, signal,
  }, observer, from)
}

describe('schedules', () => {
  const rates = (schedule: Parameters<typeof learningRateAt>[0], steps: number): number[] =>
    Array.from({ length: steps }, (_, i) => learningRateAt(schedule, 1, i + 1, steps))
  test('constant, with warm-up', () => expect(rates({ name: 'constant', warmUp: 0.5 }, 4)).toEqual([0.5, 1, 1, 1]))
  test('step', () => expect(rates({ name: 'step', every: 2, factor: 0.5, warmUp: 0 }, 5)).toEqual([1, 1, 0.5, 0.5, 0.25]))
  test('exponential', () => expect(rates({ name: 'exponential', factor: 0.5, warmUp: 0 }, 3)).toEqual([1, 0.5, 0.25]))
  test('cosine falls from the rate towards its end', () => {
    const values = rates({ name: 'cosine', final: 0, warmUp: 0 }, 4)
    // (1 + cos(pi t)) / 2 at t = 0, 1/4, 1/2, 3/4.
    ;[1, 0.5 + Math.SQRT1_2 / 2, 0.5, 0.5 - Math.SQRT1_2 / 2].forEach((value, i) => expect(values[i]).toBeCloseTo(value, 14))
  })
  test('one-cycle rises to the rate at the end of its warm-up, and ends at its end', () => {
    const values = rates({ name: 'one-cycle', initial: 0.04, final: 0.001, warmUp: 0.3 }, 10)
    expect(values[2]).toBe(1)
    expect(values[9]).toBeCloseTo(0.001, 14)
    expect(Math.max(...values)).toBe(1)
  })
})

describe('early stopping', () => {
  test('counts evaluations without progress, and never takes NaN for the best', () => {
    const parameters = (): Float64Array => new Float64Array(1)
    let state = observe(notYet, 1, Number.NaN, 0, parameters)
    expect(state).toEqual({ best: null, waited: 1 })
    state = observe(state, 2, 5, 0, parameters)
    expect(state).toMatchObject({ best: { step: 2, loss: 5 }, waited: 0 })
    state = observe(state, 3, 4.95, 0.1, parameters)
    expect(state).toMatchObject({ best: { step: 2 }, waited: 1 })
    state = observe(state, 4, 4.8, 0.1, parameters)
    expect(state).toMatchObject({ best: { step: 4, loss: 4.8 }, waited: 0 })
  })
  test('stops after its patience, with the parameters of the best kept', async () => {
    const experiment = experimentWith({ optimizer: { learningRate: 0.3 }, schedule: { name: 'constant' }, epochs: 500, earlyStopping: { patience: 5 } })
    const losses = new Map<number, number>()
    const result = await run(experiment, { onStep: ({ step, validation }) => { if (validation !== null) losses.set(step, validation.data) } })
    expect(result.status).toBe('early-stopped')
    expect(result.best!.loss).toBe(Math.min(...losses.values()))
    expect(losses.get(result.best!.step)).toBe(result.best!.loss)
    expect(result.state.step - result.best!.step).toBe(5 * experiment.evaluateEvery)
  })
})

describe('draws', () => {
  test('by epoch every row comes once, the last batch smaller', () => {
    const draws = makeDraws({ kind: 'philox', seed: 1, network: experimentWith({}).network, rows: 10, batchSize: 4, sampling: 'epoch', validationRows: 0 })
    for (const epoch of [0, 1]) {
      const sizes = [1, 2, 3].map(i => Array.from(batchRows(draws.step(epoch * 3 + i).batch)))
      expect(sizes.map(rows => rows.length)).toEqual([4, 4, 2])
      expect(sizes.flat().sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    }
  })
  test('fresh batches hold no row twice, and each step draws anew', () => {
    const draws = makeDraws({ kind: 'philox', seed: 1, network: experimentWith({}).network, rows: 50, batchSize: 20, sampling: 'fresh', validationRows: 0 })
    const [first, second] = [1, 2].map(step => Array.from(batchRows(draws.step(step).batch)))
    expect(new Set(first).size).toBe(20)
    expect(second).not.toEqual(first)
  })
})

describe('going on', () => {
  test.each([{ draws: 'philox', sampling: 'epoch' }, { draws: 'philox', sampling: 'fresh' }, { draws: 'numpy', sampling: 'fresh' }])('from any step gives the same bits: %j', async options => {
    const experiment = experimentWith({ ...options, steps: 40, evaluateEvery: 3, network: { hidden: [6], dropout: 0.5 } })
    const whole = await run(experiment)
    for (const stop of [1, 7, 39]) {
      const abort = new AbortController()
      const part = await run(experiment, { onStep: ({ step }) => { if (step === stop) abort.abort() } }, null, abort.signal)
      expect(part).toMatchObject({ status: 'interrupted', state: { step: stop } })
      const rest = await run(experiment, {}, part.state)
      expect(rest.state).toEqual(whole.state)
      expect(rest.best).toEqual(whole.best)
    }
  })
  test('the state before an incident is that of the step before', async () => {
    const training = someTable()
    const values = Float64Array.from(training.columns[0]!.kind === 'numeric' ? training.columns[0]!.values : [])
    values[11] = Number.NaN
    const broken: Table = { ...training, columns: [{ kind: 'numeric', name: 'column 1', values }, ...training.columns.slice(1)] }
    const experiment = prepareExperiment({ training: broken, validation: null }, { nonFinite: 'keep', network: { hidden: [6] }, batchSize: 4, sampling: 'fresh', steps: 200 })
    const result = await run(experiment)
    expect(result.status).toBe('non-finite')
    const { step, before, drawn } = result.incident!
    expect(before.step).toBe(step - 1)
    expect(batchRows(drawn.batch)).toContain(11)
    expect(result.state.trainer.parameters.every(Number.isFinite)).toBe(true)
  })
})
