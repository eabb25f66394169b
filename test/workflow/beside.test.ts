/** A run beside a straight line: what explain is told of the comparison, from a run in memory and from one that was stored. */
import { expect, test } from 'vitest'
import { explain } from '../../src/explain/explain.ts'
import { philoxKey, uniforms } from '../../src/numeric/philox.ts'
import { readRun } from '../../src/record/read.ts'
import { memoryStore } from '../../src/record/store.ts'
import { tableFromRows } from '../../src/table/table.ts'
import { caseOf } from '../../src/workflow/fit.ts'
import { prepareRun } from '../../src/workflow/prepare.ts'
import { caseFromStore, fitRecorded } from '../../src/workflow/recorded.ts'

/** y = x1 - x2 and a tenth of noise: a line leaves the noise, and 60 short steps leave more. */
function line(): ReturnType<typeof tableFromRows> {
  const u = uniforms(philoxKey(4, 'folds'), 0, 1200)
  return tableFromRows('measured', Array.from({ length: 400 }, (_, i) => [u[3 * i]!, u[3 * i + 1]!, u[3 * i]! - u[3 * i + 1]! + 0.1 * u[3 * i + 2]!]))
}

test('figures of both are those of the fit, and those that were stored', async () => {
  const tables = { training: line(), validation: 0.2 }
  const store = memoryStore()
  const { run } = await fitRecorded({
    store, experiment: prepareRun(tables, { network: { hidden: [8] }, optimizer: { name: 'sgd', learningRate: 0.05 }, steps: 60, batchSize: 32 }), files: [], surroundings: { version: 'test' },
  })
  const figures = run.validation
  if (figures === null || !('r2' in figures)) throw new Error('a regression has R2')
  const beside = { rmse: figures.rmse, r2: figures.r2, line: run.baseline.linear?.rmse }
  expect(caseOf(run).beside).toEqual(beside)
  const stored = await caseFromStore(await readRun(store), tables, 'measured')
  expect(stored.case.beside).toEqual(beside)
  const explanation = await explain(stored.case)
  expect(explanation).toMatchObject({ outcome: 'healthy', cause: null, notices: [expect.stringContaining('a straight line through the same inputs is better')] })
})
