/** Watching: what is kept, what is noticed, and what is refused. Causes have their own tests in test/explain/causes. */
import { describe, expect, test } from 'vitest'
import { DrawsSeen } from '../../src/adapters/draws.ts'
import { flattened, tensorsSeen, zeroDivisors } from '../../src/adapters/tensors.ts'
import { watch } from '../../src/adapters/watch.ts'
import { smoothTable } from '../explain/cases.ts'
import { stepsOf } from '../explain/programs.ts'

const { NaN } = Number
const bad = smoothTable(100, 3, [{ row: 41, column: 1, value: NaN }])

test('a loss that fell at once and stayed there has learned', () => {
  const table = smoothTable(100, 3)
  const watcher = watch(table)
  // Gradient descent at half the rate that is too long: what is left of the way is halved each step.
  for (let step = 1; step <= 200; step++) watcher.step({ step, rows: Array.from({ length: 100 }, (_, row) => row), loss: 0.02 + 0.5 ** step })
  expect(watcher.explain().outcome).toBe('healthy')
})

describe('noticing', () => {
  test('a step is fine until a value is not finite, and never again', () => {
    const watcher = watch(bad)
    expect(watcher.step({ loss: 1 })).toBe(true)
    expect(watcher.failedAt).toBe(null)
    expect(watcher.step({ loss: NaN })).toBe(false)
    expect(watcher.step({ loss: 1 })).toBe(false)
    expect(watcher.failedAt).toBe(2)
    expect(watcher.explain().step).toBe(2)
  })

  test.each([
    ['the loss', { loss: Infinity }, 'The loss became Infinity'],
    ['the loss of one row', { loss: 1, rowLosses: [1, NaN] }, 'The loss became NaN'],
    ['a gradient', { loss: 1, gradients: [0, NaN] }, 'A gradient became NaN'],
    ['a moment', { loss: 1, gradients: [0], moments: { v: [Infinity] } }, "The optimizer's moments became Infinity"],
    ['a parameter', { loss: 1, parameters: new Map([['W', Float32Array.of(1, -Infinity)]]) }, 'A parameter became -Infinity'],
  ])('%s', (_, step, says) => {
    const watcher = watch(bad)
    expect(watcher.step(step)).toBe(false)
    expect(watcher.explain().text).toContain(says)
  })

  test('a validation loss that is not finite stops nothing', () => {
    const validation = smoothTable(20, 3, [{ row: 4, column: 0, value: NaN }], 'validation')
    const watcher = watch(smoothTable(100, 3), { validation })
    expect(watcher.step({ loss: 1, validation: NaN })).toBe(true)
    expect(watcher.explain()).toMatchObject({ outcome: 'non-finite', step: 1, cause: { id: 'nan-in-validation', proven: false, cells: [{ table: 'validation', row: 5, column: 1 }] } })
  })

  test('no step at all', () => {
    expect(watch(smoothTable(100, 3)).explain()).toMatchObject({ outcome: 'healthy', cause: null, text: 'No step was shown, so there is nothing to explain.' })
  })
})

describe('the row that did it', () => {
  const explained = (options = {}) => {
    const watcher = watch(bad, options)
    for (const step of stepsOf(bad, 10, [1, 0.9, 0.8, 0.7, NaN])) watcher.step(step)
    return watcher.explain({ width: 200 })
  }

  test('is named with what the other steps held', () => {
    const { cause, batchLaw, text, fix, replays } = explained()
    expect(cause).toMatchObject({ id: 'nan-in-input', proven: false, cells: [{ row: 42, index: 41, column: 2, value: 'NaN', drawn: true }] })
    expect(text).toContain('none of the 4 steps before it did, and all of those were finite')
    expect(batchLaw).toMatchObject({ rows: 100, badRows: 1, batch: 10, perStep: expect.closeTo(0.1, 12) })
    expect(fix?.code.python).toBe('d = d[np.isfinite(d[:, :4]).all(axis=1)]')
    expect(replays).toEqual([])
  })

  test('is never a cell of a column that is not used', () => {
    expect(explained({ inputs: [1, 3], target: 4 }).cause).toBe(null)
  })

  test('counts from 1 where the program does', () => {
    const watcher = watch(bad, { rowsFrom: 1 })
    watcher.step({ rows: [40, 41], loss: 1 })
    watcher.step({ rows: [42, 43], loss: NaN })
    expect(watcher.explain().cause).toMatchObject({ id: 'nan-in-input', cells: [{ row: 42, drawn: true }] })
  })

  test('in both languages', () => {
    const watcher = watch(bad)
    for (const step of stepsOf(bad, 10, [1, NaN])) watcher.step({ ...step, rows: [41] })
    expect(watcher.explain({ language: 'zh' }).text).toContain('第 42 行第 2 列')
  })
})

describe('tensors', () => {
  test('in any layout', () => {
    expect(flattened([[1, 2], [3, [4]]]).get('')).toEqual(Float64Array.of(1, 2, 3, 4))
    expect([...flattened({ W: [[1, 2]], b: Float32Array.of(3) }).entries()]).toEqual([['W', Float64Array.of(1, 2)], ['b', Float32Array.of(3)]])
    expect(tensorsSeen(flattened({ W: [3, 4], b: [0, NaN] }))).toEqual({ elements: 4, nonFinite: 1, norm: 5, first: { name: 'b', index: 1, value: NaN } })
  })

  test('moments of 0 beside parameters that are not finite', () => {
    const parameters = flattened({ W: [1, Infinity], b: [NaN] })
    expect(zeroDivisors(parameters, flattened([1, 0, 0]))).toBe(2)
    // First moments, then second.
    expect(zeroDivisors(parameters, flattened({ m: [5, 5, 5], v: [1, 0, 2] }))).toBe(1)
    expect(zeroDivisors(parameters, flattened([1, 0]))).toBe(null)
  })
})

describe('how batches are drawn', () => {
  const seen = (rows: number, batches: readonly (readonly number[])[]) => {
    const draws = new DrawsSeen(rows)
    for (const batch of batches) draws.see(Int32Array.from(batch))
    return draws.sampling
  }
  const inOrder = (rows: number, batch: number, epochs: number) =>
    Array.from({ length: epochs * Math.ceil(rows / batch) }, (_, i) => Array.from({ length: batch }, (_unused, k) => (i % Math.ceil(rows / batch)) * batch + k).filter(row => row < rows))

  test.each([
    ['by epoch', 'epoch', seen(100, inOrder(100, 10, 2))],
    ['by epoch, the last batch smaller', 'epoch', seen(95, inOrder(95, 10, 2))],
    ['by epoch, the last batch left out', 'epoch', seen(95, inOrder(90, 10, 2))],
    ['a row twice in a batch', 'replacement', seen(100, [[1, 2, 3], [4, 4, 5]])],
    ['a row again before the others came', 'fresh', seen(100, [[1, 2, 3], [3, 4, 5]])],
    ['the whole table each time', null, seen(3, [[0, 1, 2], [2, 1, 0]])],
    ['too little seen', null, seen(100, [[1, 2], [3, 4]])],
  ])('%s: %s', (_, expected, found) => expect(found).toBe(expected))
})

test('memory stays bounded, and the curve keeps its ends', () => {
  const watcher = watch(smoothTable(100, 3))
  for (let step = 1; step <= 20_000; step++) watcher.step({ step, loss: 1 / step, rows: [step % 100] })
  expect(watcher.explain()).toMatchObject({ outcome: 'healthy', cause: null })
  expect(watcher.explain().text).toContain('20,000 steps, all finite, and the loss went from 1 to 5e-5')
})

describe('what is refused', () => {
  test.each([
    ['a step that goes back', 'step-backwards', () => { const watcher = watch(bad); watcher.step({ step: 5, loss: 1 }); watcher.step({ step: 5, loss: 1 }) }],
    ['a step that is no number', 'step-number', () => watch(bad).step({ step: 1.5, loss: 1 })],
    ['columns that are not there', 'no-such-column', () => watch(bad, { target: 'y' })],
  ])('%s', (_, id, act) => expect(act).toThrow(expect.objectContaining({ id })))
})
