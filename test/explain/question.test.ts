/** The question that whynan was founded on: batch 256 trains, batch 10,000 gives NaN. Why? */
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { explain, explanationOf } from '../../src/explain/explain.ts'
import { investigate } from '../../src/explain/investigate.ts'
import { nodeInflate } from '../../src/node/inflate.ts'
import { openFile } from '../../src/node/source.ts'
import { readMat } from '../../src/table/readers/mat.ts'
import { findTables, type FoundTables } from '../../src/table/select.ts'
import { corpus } from '../requirements.ts'
import { planned, ran } from './cases.ts'

const uci = corpus('uci')
const folder = uci === null ? null : join(uci, '..', 'oracle', 'data')

async function mapping(name: string): Promise<Pick<FoundTables, 'training' | 'validation'>> {
  const source = await openFile(join(folder ?? '', name))
  try {
    const { training, validation } = findTables([await readMat(source, { inflate: nodeInflate })])
    return { training, validation }
  } finally {
    await source.close()
  }
}

// Of the 119 steps the first ten: every replay is as long, and on the reference backend that is what a test can wait for.
const classic = { recipe: 'classic', batchSize: 10_000, draws: 'numpy', seed: 1, steps: 10 }

describe.skipIf(folder === null)('the question', () => {
  test('is answered by one cell, proven by replay', async () => {
    const of = await ran(await mapping('mapping_one_nan.mat'), classic, 'mapping_one_nan.mat')
    // golden/one_nan_b10000_s1.json: the NumPy program's loss is NaN at iteration 2.
    expect(of.incident?.step).toBe(2)
    const investigation = await investigate(of)
    const explanation = explanationOf(investigation)
    expect(explanation).toMatchObject({
      outcome: 'non-finite', step: 2,
      cause: { id: 'nan-in-input', proven: true, cells: [{ table: 'training_data_pos', row: 41_278, index: 41_277, column: 4, value: 'NaN', drawn: true }] },
      batchLaw: { sampling: 'fresh', rows: 68_568, badRows: 1, batch: 10_000, quantile95: 20 },
      fix: { flags: ['--nonfinite drop'], code: { python: 'd = d[np.isfinite(d[:, :6]).all(axis=1)]', matlab: 'T(any(~isfinite(T(:,1:6)),2),:) = [];' }, tried: true },
    })
    expect(explanation.replays.map(({ kind, status, steps, supports }) => ({ kind, status, steps, supports }))).toEqual([
      { kind: 'taken-away', status: 'completed', steps: 10, supports: true },
      // golden/one_nan_b10000_s0.json: NaN at iteration 1. golden/one_nan_b256_s1.json: 119 finite iterations.
      { kind: 'predicted', status: 'non-finite', steps: 1, supports: true },
      { kind: 'predicted', status: 'completed', steps: 10, supports: true },
      { kind: 'fix', status: 'completed', steps: 10, supports: true },
    ])
    expect(explanation.replays[0]?.command).toBe('whynan fit mapping_one_nan.mat --recipe classic --batch 10000 --steps 10 --draws numpy --seed 1 --nonfinite impute')
    expect(explanation.chain.map(({ says }) => says)).toEqual([
      'column 4 of that row', 'all 50 hidden units of that row', 'its prediction', 'the loss', 'the gradient of every weight', "Adam's moments",
      'all 351 parameters, for good',
    ])
    const words = explanation.text.replace(/\s+/g, ' ')
    expect(words).toContain('One training row holds NaN: row 41,278, column 4. proven by replay')
    expect(words).toContain('Predicted from the draws, and so it was: seed 0 at step 1, batch 256 not within 10 steps.')
    const chinese = explanationOf(investigation, { language: 'zh' })
    expect(chinese.text).toContain('有一个训练行含 NaN：第 41,278 行第 4 列。')
    expect(JSON.parse(JSON.stringify(explanation))).toEqual(explanation)
  })

  test('is answered before anything is run, with the step at which the NumPy program will fail', async () => {
    const explanation = await explain(planned(await mapping('mapping_one_nan.mat'), { ...classic, steps: 119 }))
    expect(explanation).toMatchObject({ outcome: 'at-risk', step: 2, cause: { id: 'nan-in-input', cells: [{ row: 41_278, column: 4 }] }, replays: [] })
    expect(explanation.text).toContain('14.6 %')
  })
})
