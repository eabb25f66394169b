/** The other trainer: it trains, and each of its switches breaks it as the arithmetic says. */
import { describe, expect, test } from 'vitest'
import { soundProgram } from '../base.ts'
import { makeTables } from '../data.ts'
import { tablesOf } from '../faults.ts'
import type { ForeignProgram, Recipe } from '../list.ts'
import { Random } from '../random.ts'
import { runProgram, type LoggedStep } from './program.ts'

const everything = ['gradients', 'parameters', 'moments'] as const

async function run(given: Partial<ForeignProgram>, data: Partial<Recipe> = {}, seed = 1) {
  const setup = soundProgram(new Random(1, 'program'), { shape: 'linear', rows: 200, validationRows: 50, inputs: 3, unused: 0, noise: 0.1, ...data }, {
    hidden: [12], activation: 'relu', loss: 'mse', optimizer: 'adam', learningRate: 0.01, batch: 32, steps: 60, precision: 'float64', shows: everything, replacement: false, ...given,
  })
  const { training, validation } = await tablesOf(setup, seed, [], [])
  if (setup.program === undefined) throw new Error('a program was asked for')
  return runProgram(setup.program, setup.data, training, validation, seed)
}

const firstBad = (log: readonly LoggedStep[]): number | null => log.find(({ loss }) => !Number.isFinite(loss))?.step ?? null

describe('when nothing is wrong', () => {
  test.each(['relu', 'tanh', 'sigmoid', 'identity'] as const)('its loss falls with %s', async activation => {
    const { log, finite } = await run({ activation, steps: 150 })
    expect(finite).toBe(true)
    expect(log.at(-1)?.loss).toBeLessThan(0.5 * (log[0]?.loss ?? 0))
  })

  test('the gradient of a plane from zero weights is -2/n times the sum of x t', async () => {
    const { log } = await run({ hidden: [], initialScale: 0, scaling: 'none', optimizer: 'sgd', steps: 1 })
    const recipe = soundProgram(new Random(1, 'program'), { shape: 'linear', rows: 200, validationRows: 50, inputs: 3, unused: 0, noise: 0.1 }).data
    const { training } = makeTables(recipe, 1)
    const { rows = [], gradients } = log[0] ?? {}
    const column = (c: number): number[] => {
      const found = training.columns[c]
      return rows.map(row => (found?.kind === 'numeric' ? found.values[row] ?? 0 : 0))
    }
    const t = column(3)
    for (let i = 0; i < 3; i++) {
      const expected = column(i).reduce((sum, x, r) => sum - (2 / rows.length) * x * (t[r] ?? 0), 0)
      expect(gradients?.[i]).toBeCloseTo(expected, 12)
    }
  })
})

describe('its switches', () => {
  test('a constant column over its deviation of 0 is NaN at step 1', async () => {
    const { log } = await run({ scaling: 'plain-standard' }, { constants: [{ input: 1, value: 5 }] })
    expect(firstBad(log)).toBe(1)
  })

  test('rows beyond the table are NaN at step 1 when the batch is larger than the table', async () => {
    const { log } = await run({ batch: 300 })
    expect(firstBad(log)).toBe(1)
    expect(log[0]?.rows.some(row => row >= 200)).toBe(true)
  })

  test('a bias correction from 0 breaks the second step', async () => {
    expect(firstBad((await run({ biasCorrectionFrom: 0 })).log)).toBe(2)
  })

  test('an epsilon that half precision rounds to 0 breaks the second step, one of 1e-3 does not', async () => {
    // A constant column, scaled to 0, gives gradients of exactly 0: 0 / (0 + epsilon).
    const still = { constants: [{ input: 1, value: 5 }] }
    expect(firstBad((await run({ float16Epsilon: true }, still)).log)).toBe(2)
    expect((await run({ float16Epsilon: true, epsilon: 1e-3 }, still)).finite).toBe(true)
  })

  test('a swallowing ReLU keeps the loss finite over parameters that are NaN', async () => {
    const setup = soundProgram(new Random(1, 'program'), { rows: 200, inputs: 3, unused: 0 }, { activation: 'swallowing-relu', hidden: [12], scaling: 'none', batch: 64, steps: 60, shows: everything })
    const { training, validation } = await tablesOf(setup, 1, [{ table: 'training', row: 7, column: 1, value: 'NaN' }], [])
    if (setup.program === undefined) throw new Error('a program was asked for')
    const { log, finite } = runProgram(setup.program, setup.data, training, validation, 1)
    expect(firstBad(log)).toBe(null)
    expect(finite).toBe(false)
    expect(log.at(-1)?.parameters?.some(Number.isNaN)).toBe(true)
  })

  test('dropout while predicting makes another validation loss each time', async () => {
    const frozen = { optimizer: 'sgd', learningRate: 0, dropout: 0.5, shows: ['validation'] } as const
    const validations = async (dropoutWhilePredicting: boolean) => new Set((await run({ ...frozen, dropoutWhilePredicting })).log.flatMap(({ validation }) => validation ?? [])).size
    expect(await validations(false)).toBe(1)
    expect(await validations(true)).toBe(20)
  })

  test('a gradient over its norm is 0 / 0 once no row is on the wrong side', async () => {
    const { log } = await run({ loss: 'hinge', normalisesGradient: true, optimizer: 'sgd', learningRate: 0.03, steps: 500 }, { shape: 'blobs', classes: 2, noise: 0 })
    const bad = log.findIndex(({ loss }) => !Number.isFinite(loss))
    expect(bad).toBeGreaterThan(1)
    expect(log[bad - 1]?.loss).toBe(0)
  })
})
