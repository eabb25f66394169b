import { expect, test } from 'vitest'
import { explainFigures, parseSeen } from '../../src/explain/figures.ts'

test('what was seen, from the command line', () => {
  expect(parseSeen('256:119:ok')).toEqual({ batch: 256, steps: 119, outcome: 'ok' })
  expect(parseSeen('10000:7:NaN')).toEqual({ batch: 10_000, steps: 7, outcome: 'nan' })
  for (const bad of ['', '256', '256:119', '0:5:ok', '256:119:maybe', '-1:5:ok']) expect(() => parseSeen(bad)).toThrow(/expected BATCH:STEPS:ok/)
})

test('the question without its data', () => {
  const request = { rows: 68_568, seen: [parseSeen('256:119:ok'), parseSeen('10000:7:nan')] }
  const { fit, text } = explainFigures(request)
  expect(fit.best).toBe(1)
  const words = text.replace(/\s+/g, ' ')
  expect(words).toContain('A clean 119 at 256: 64 % for one bad row')
  expect(words).toContain('11 % for 5')
  expect(explainFigures({ ...request, language: 'zh' }).text).toContain('64 %')
})

test('figures that no number of bad rows explains, and figures that cannot be', () => {
  expect(explainFigures({ rows: 1000, seen: [{ batch: 1000, steps: 50, outcome: 'ok' }, { batch: 10, steps: 1, outcome: 'nan' }] }).text).toContain('No number of bad rows')
  expect(() => explainFigures({ rows: 100, seen: [{ batch: 256, steps: 1, outcome: 'ok' }] })).toThrow(/at least the largest batch/)
})

test('runs that never failed need no bad row, and say how many may have been missed', () => {
  const { fit, text } = explainFigures({ rows: 68_568, seen: [parseSeen('256:119:ok')] })
  // exp(-1.92) is the chance of 119 clean steps at 256 with 4.3 bad rows of 68,568.
  expect(fit).toMatchObject({ best: 0, from: 0, to: 4 })
  expect(text).toContain('none fits best, and up to 4 may have been missed')
})

test('a smaller batch that failed beside a larger one that did not is blamed on no sum', () => {
  const words = explainFigures({ rows: 1000, seen: [{ batch: 1000, steps: 50, outcome: 'ok' }, { batch: 10, steps: 1, outcome: 'nan' }] }).text.replace(/\s+/g, ' ')
  expect(words).toContain('nor does a summed loss')
  // All 1,000 rows clean for 500 steps, and NaN first at step 400 with 900 of them: no number of bad rows does that.
  expect(explainFigures({ rows: 1000, seen: [{ batch: 900, steps: 500, outcome: 'ok' }, { batch: 1000, steps: 400, outcome: 'nan' }] }).text.replace(/\s+/g, ' ')).toContain('summed over the batch')
})
