import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { chooseBackend } from '../../src/backends/choose.ts'
import { reference } from '../../src/backends/reference.ts'
import { nodeInflate } from '../../src/node/inflate.ts'
import { openFile } from '../../src/node/source.ts'
import { readMat } from '../../src/table/readers/mat.ts'
import { makeDraws } from '../../src/training/draws.ts'
import { prepareExperiment, problemOf } from '../../src/training/experiment.ts'
import { train, type StepEvent } from '../../src/training/train.ts'
import { findTables } from '../../src/table/select.ts'
import { golden, goldenNames, oracleData, parseGolden, seedProgram, type Triple } from '../oracle/golden.ts'
import { program } from '../requirements.ts'
import type { Loss } from '../../src/backends/backend.ts'

/** The question's program, run by the parts themselves: tables, draws, backend, loop. */
async function classic(file: string, batchSize: number, seed: number, backendFor = chooseBackend, steps = 119): Promise<StepEvent[]> {
  const source = await openFile(oracleData(file))
  const contents = await readMat(source, { inflate: nodeInflate })
  await source.close()
  const { training, validation } = findTables([contents])
  const experiment = prepareExperiment({ training, validation }, { recipe: 'classic', draws: 'numpy', batchSize, seed, steps })
  const draws = makeDraws({
    kind: 'numpy', seed, network: experiment.network, rows: experiment.training.rows.length, batchSize: experiment.batchSize,
    sampling: 'fresh', validationRows: experiment.validation?.rows.length ?? 0,
  })
  const problem = problemOf(experiment)
  const trainer = await backendFor(problem).createTrainer(problem, draws.parameters())
  const events: StepEvent[] = []
  await train({
    trainer, draws, steps: experiment.steps, schedule: experiment.settings.schedule, learningRate: experiment.settings.optimizer.learningRate,
    validation: experiment.validation?.dataset ?? null, evaluateEvery: experiment.evaluateEvery, earlyStopping: false,
  }, { onStep: event => events.push(event) })
  return events
}

describe.each(goldenNames)('the NumPy program, %s', name => {
  const expected = golden(name)
  test('every finite loss to 1e-12, and the same first NaN', async () => {
    const events = await classic(expected.data, expected.batch, expected.seed)
    const failing = expected.training.findIndex(([total]) => Number.isNaN(total))
    expect(events).toHaveLength(failing === -1 ? expected.training.length : failing + 1)
    events.forEach((event, i) => {
      expectSame(event.result.loss, expected.training[i]!)
      if (i !== failing) expectSame(event.validation!, expected.validation[i]!)
    })
  })
})

const python = program('python')
describe.skipIf(python === null)('the NumPy program beside it, seeds that nobody chose with care', () => {
  const iterations = 40
  test.each([[2, 256, 'mapping_clean.mat'], [123_456_789, 1000, 'mapping_clean.mat'], [4_294_967_295, 10_000, 'mapping_one_nan.mat'], [77, 68_568, 'mapping_one_nan.mat']])(
    'seed %i, batch %i, %s', async (seed, batch, file) => {
      const printed = execFileSync(python ?? '', [seedProgram, oracleData(file), String(batch), String(seed), String(iterations)], { encoding: 'utf8', maxBuffer: 1e8 })
      const expected = parseGolden(printed)
      const events = await classic(file, batch, seed, chooseBackend, iterations)
      const failing = expected.training.findIndex(([total]) => Number.isNaN(total))
      expect(events).toHaveLength(failing === -1 ? iterations : failing + 1)
      events.forEach((event, i) => expectSame(event.result.loss, expected.training[i]!))
    })
})

test('the reference backend gives the losses of the one that is chosen, to the bit', async () => {
  const [chosen, plain] = [await classic('mapping_one_nan.mat', 10_000, 1), await classic('mapping_one_nan.mat', 10_000, 1, () => reference)]
  expect(chosen.map(event => [event.result.loss, event.validation])).toEqual(plain.map(event => [event.result.loss, event.validation]))
})

/** 1e-12 relative: sums of up to 10,000 float64 terms, taken in another order than NumPy's. */
function expectSame(loss: Loss, [total, data, regularization]: Triple): void {
  for (const [got, wanted] of [[loss.total, total], [loss.data, data], [loss.regularization, regularization]] as const) {
    if (Number.isNaN(wanted)) expect(got).toBeNaN()
    else expect(Math.abs(got - wanted)).toBeLessThanOrEqual(1e-12 * Math.abs(wanted))
  }
}
