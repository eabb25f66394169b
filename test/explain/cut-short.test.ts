/** Replays that would take too long go on for as long as they must to show that the failing step was passed, and say so. */
import { expect, test } from 'vitest'
import { calm } from '../../src/explain/calm.ts'
import { explain } from '../../src/explain/explain.ts'
import { replay } from '../../src/record/replay.ts'
import { ran, smoothTable } from './cases.ts'

const training = smoothTable(200, 3, [{ row: 35, column: 1, value: Number.NaN }])
const run = { recipe: 'classic', network: { hidden: [8], dropout: 0 }, batchSize: 20, steps: 1000, precision: 'float64' }

test('without a second to spare a replay stops at max(2 T, T + 200), T the failing step, and the JSON and the text say so', async () => {
  const of = await ran({ training, validation: null }, run)
  const { step, cause, replays, text } = await explain(of, { seconds: 0, width: 1000 })
  if (step === null) throw new Error('the run was to fail')
  const [first] = replays
  expect(first).toMatchObject({ kind: 'taken-away', status: 'finite', cutShort: true, steps: Math.max(2 * step, step + 200), plannedSteps: 1000, supports: true })
  expect(cause).toMatchObject({ id: 'nan-in-input', proven: true })
  expect(text).toContain(`so it stopped at step ${step + 200} of 1,000`)
})

test('a replay that was cut short while its loss grew is not calm, though one that ended there would be', async () => {
  const { experiment } = await ran({ training: smoothTable(200, 3), validation: null }, { ...run, steps: 100 })
  const made = await replay({ experiment, changes: [] })
  // From 1 to a third of it, and back to one and a half times the first.
  const losses = made.losses.map(({ step, loss }) => ({ step, loss: { ...loss, data: step <= 60 ? 1 / (1 + step / 30) : 0.33 * 1.04 ** (step - 60) } }))
  expect(calm({ ...made, losses, cutShort: false })).toBe(true)
  expect(calm({ ...made, losses, cutShort: true })).toBe(false)
  expect(calm({ ...made, losses: losses.slice(0, 60), cutShort: true })).toBe(true)
})

test('with time enough it goes to the planned end', async () => {
  const { replays } = await explain(await ran({ training, validation: null }, run))
  expect(replays[0]).toMatchObject({ status: 'completed', cutShort: false, steps: 1000 })
})
