/** Two faults at once: named together where taking one away is not enough, and alone where it is. */
import { describe, expect, test } from 'vitest'
import { explain } from '../../src/explain/explain.ts'
import type { Explanation } from '../../src/explain/explanation.ts'
import { ran, smoothTable } from './cases.ts'
import { small } from './causes/suite.ts'

const rows = 200
const nan = { row: 41, column: 2, value: Number.NaN }
const sgd = { ...small, steps: 200, optimizer: { name: 'sgd', learningRate: 20 } } as const

async function explained(cells: Parameters<typeof smoothTable>[2], options: object): Promise<Explanation> {
  return explain(await ran({ training: smoothTable(rows, 5, cells), validation: null }, options))
}

describe('two faults at once are named together', () => {
  test.each([
    { of: 'NaN, and a rate far too high', cells: [nan], options: sgd, causes: ['learning-rate-too-high', 'nan-in-input'], places: [[42, 3]] },
    {
      of: 'a target that is NaN, and an input of 1e200', cells: [{ row: 41, column: 5, value: Number.NaN }, { row: 7, column: 0, value: 1e200 }],
      options: { ...small, steps: 60 }, causes: ['nan-in-target', 'outlier-overflow'], places: [[8, 1], [42, 6]],
    },
    {
      of: 'NaN in an input, and another in a target', cells: [nan, { row: 7, column: 5, value: Number.NaN }],
      options: { ...small, steps: 60 }, causes: ['nan-in-input', 'nan-in-target'], places: [[8, 6], [42, 3]],
    },
  ])('$of', async ({ cells, options, causes, places }) => {
    const { cause, replays, text, fix } = await explained(cells, options)
    expect(cause, text).toMatchObject({ proven: true })
    // Which of them broke the run is a matter of the draws.
    expect([cause?.id, cause?.evidence['together']].sort()).toEqual(causes)
    expect(cause?.cells.map(({ row, column }) => [row, column]).sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0))).toEqual(places)
    expect(text).toContain('taking one away is not enough')
    // (a) without both it lasts to the end; (b) with either one it does not.
    const [both] = replays
    expect(both).toMatchObject({ kind: 'taken-away', supports: true })
    expect(both?.status).not.toBe('non-finite')
    expect(replays.filter(({ kind, supports, status }) => kind === 'put-back' && supports && status === 'non-finite')).toHaveLength(2)
    expect(fix).toMatchObject({ tried: true })
    // Nothing beside it: the line is what a shell is given.
    expect(text.split('\n')).toContain(`Fix       ${fix?.command}`)
  })
})

test.each([
  { of: 'NaN alone', cells: [nan], options: small, id: 'nan-in-input' },
  { of: 'a rate alone', cells: [], options: sgd, id: 'learning-rate-too-high' },
  { of: 'NaN beside a stray that does no harm', cells: [nan, { row: 7, column: 3, value: 60 }], options: small, id: 'nan-in-input' },
])('$of is one fault', async ({ cells, options, id }) => {
  const { cause, text } = await explained(cells, options)
  expect(cause, text).toMatchObject({ id, proven: true })
  expect(cause?.evidence).not.toHaveProperty('together')
  expect(text).not.toContain('Two faults')
})
