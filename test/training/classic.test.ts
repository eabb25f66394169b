import { describe, expect, test } from 'vitest'
import { reference } from '../../src/backends/reference.ts'
import { nodeInflate } from '../../src/node/inflate.ts'
import { openFile } from '../../src/node/source.ts'
import { readMat } from '../../src/table/readers/mat.ts'
import { makeDraws } from '../../src/training/draws.ts'
import { prepareExperiment, problemOf } from '../../src/training/experiment.ts'
import { train, type StepEvent } from '../../src/training/train.ts'
import { findTables } from '../../src/table/select.ts'
import { golden, goldenNames, oracleData, type Triple } from '../oracle/golden.ts'
import type { Loss } from '../../src/backends/backend.ts'

/** The question's program, run by the parts themselves: tables, draws, reference backend, loop. */
async function classic(file: string, batchSize: number, seed: number): Promise<StepEvent[]> {
  const source = await openFile(oracleData(file))
  const contents = await readMat(source, { inflate: nodeInflate })
  await source.close()
  const { training, validation } = findTables([contents])
  const experiment = prepareExperiment({ training, validation }, { recipe: 'classic', draws: 'numpy', batchSize, seed })
  const draws = makeDraws({
    kind: 'numpy', seed, network: experiment.network, rows: experiment.training.rows.length, batchSize: experiment.batchSize,
    sampling: 'fresh', validationRows: experiment.validation?.rows.length ?? 0,
  })
  const trainer = await reference.createTrainer(problemOf(experiment), draws.parameters())
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

/** 1e-12 relative: sums of up to 10,000 float64 terms, taken in another order than NumPy's. */
function expectSame(loss: Loss, [total, data, regularization]: Triple): void {
  for (const [got, wanted] of [[loss.total, total], [loss.data, data], [loss.regularization, regularization]] as const) {
    if (Number.isNaN(wanted)) expect(got).toBeNaN()
    else expect(Math.abs(got - wanted)).toBeLessThanOrEqual(1e-12 * Math.abs(wanted))
  }
}
