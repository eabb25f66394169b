/**
 * Runs as people ask about them: their tables (tables.py), their settings, and what is wrong with them as it was written down
 * before the first answer was looked at.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { explain, fit } from '../../../src/index.ts'
import type { Table } from '../../../src/table/table.ts'
import { readTables } from '../../../src/node/read-tables.ts'
import { program } from '../../requirements.ts'

interface Asked {
  readonly table: string
  /** Another table to validate on. */
  readonly later?: string
  readonly settings: Readonly<Record<string, unknown>>
  readonly outcome: 'non-finite' | 'not-learning' | 'healthy'
  /** null: nothing is wrong. */
  readonly cause: string | null
  /** Rows and columns from 1, all that are named. */
  readonly cells?: readonly (readonly [row: number, column: number])[]
}

const plain = { schedule: { name: 'constant' }, earlyStopping: false } as const
const adam = (learningRate: number): object => ({ name: 'adam', learningRate })
const sgd = (learningRate: number, momentum = 0): object => ({ name: 'sgd', learningRate, momentum })
const relu = (...hidden: number[]): object => ({ hidden, activation: 'relu' })
/** As a program reads them that does not look. */
const unseen = { nonFinite: 'keep', validation: false, epochs: 5 } as const

const asked: Readonly<Record<string, Asked>> = {
  'five layers of sigmoid': { table: 'churn', settings: { ...plain, target: 'status', network: { hidden: [30, 30, 30, 30, 30], activation: 'sigmoid' }, optimizer: sgd(0.01), epochs: 10 }, outcome: 'not-learning', cause: 'vanishing-gradients' },
  'momentum at ten times the rate': { table: 'plant', settings: { ...plain, target: 'y', network: relu(32), optimizer: sgd(1, 0.9), epochs: 10 }, outcome: 'non-finite', cause: 'learning-rate-too-high' },
  'classes at ten thousand times the rate': { table: 'flowers', settings: { ...plain, target: 'species', network: relu(16), optimizer: adam(30), epochs: 20 }, outcome: 'not-learning', cause: 'learning-rate-too-high' },
  'salaries as they are': { table: 'staff', settings: { ...plain, target: 'score', standardize: false, network: relu(10), optimizer: sgd(0.01), epochs: 5 }, outcome: 'not-learning', cause: 'inputs-not-scaled' },
  'prices as they are': { table: 'houses', settings: { ...plain, target: 'price', standardize: false, network: relu(32), optimizer: adam(0.001), epochs: 20 }, outcome: 'not-learning', cause: 'targets-not-scaled' },
  'a rate that moves nothing': { table: 'smooth', settings: { ...plain, target: 'y', network: { hidden: [20], activation: 'tanh' }, optimizer: sgd(1e-5), epochs: 20 }, outcome: 'not-learning', cause: 'learning-rate-too-low' },
  'twelve steps': { table: 'smooth', settings: { ...plain, target: 'y', network: { hidden: [20], activation: 'tanh' }, optimizer: adam(0.001), steps: 12 }, outcome: 'not-learning', cause: 'too-few-steps' },
  'a sum over a large batch': { table: 'smooth', settings: { ...plain, target: 'y', validation: false, reduction: 'sum', network: relu(20), optimizer: sgd(0.01), batchSize: 400, epochs: 60 }, outcome: 'non-finite', cause: 'summed-loss', cells: [] },
  'a division by 0 in the table': { table: 'fuel', settings: { ...unseen, target: 'cost' }, outcome: 'non-finite', cause: 'infinite-in-input', cells: [[334, 3], [802, 3]] },
  'words for missing': { table: 'words', settings: { ...unseen, target: 'y' }, outcome: 'non-finite', cause: 'unparsed-cell', cells: [[78, 1], [121, 3], [641, 3]] },
  'a decimal comma': { table: 'comma', settings: { ...unseen, target: 'y' }, outcome: 'non-finite', cause: 'unparsed-cell', cells: [[412, 4]] },
  'a missing cell in each of two columns': { table: 'two_columns', settings: { recipe: 'classic', target: 'y', validation: false, batchSize: 100 }, outcome: 'non-finite', cause: 'nan-in-input', cells: [[18, 1], [701, 4]] },
  'missing answers under sigmoids': { table: 'answers_missing', settings: { ...unseen, target: 'y', network: { hidden: [30, 15], activation: 'sigmoid' }, optimizer: adam(0.005) }, outcome: 'non-finite', cause: 'nan-in-target', cells: [[6, 5], [823, 5]] },
  'missing cells to validate on': { table: 'first_year', later: 'later', settings: { target: 'y', nonFinite: 'keep', network: { hidden: [16] }, epochs: 5 }, outcome: 'non-finite', cause: 'nan-in-validation', cells: [[41, 2]] },
  'a rate too high beside missing cells that nobody uses': { table: 'memo', settings: { ...plain, target: 'y', inputs: ['a', 'b', 'c', 'd'], nonFinite: 'keep', validation: false, network: relu(40), optimizer: sgd(3), epochs: 10 }, outcome: 'non-finite', cause: 'learning-rate-too-high', cells: [] },
  'a sentinel of 1e200': { table: 'sentinel', settings: { recipe: 'classic', target: 'y', validation: false, precision: 'float64' }, outcome: 'non-finite', cause: 'outlier-overflow', cells: [[500, 2]] },
  'probabilities that round to 0': { table: 'large_inputs', settings: { ...plain, target: 't', standardize: false, network: { hidden: [16], activation: 'relu', outputActivation: 'sigmoid' }, loss: { name: 'binary-cross-entropy' }, optimizer: adam(0.01), epochs: 200 }, outcome: 'non-finite', cause: 'log-of-zero' },
  'the amount in another currency': { table: 'amounts', settings: { target: 'amount_eur', network: { hidden: [16] }, epochs: 40 }, outcome: 'not-learning', cause: 'target-copy' },
  'rows on both sides': { table: 'split', later: 'split_again', settings: { ...plain, target: 'y', network: relu(100), optimizer: adam(0.01), epochs: 200 }, outcome: 'not-learning', cause: 'duplicates-across-split' },
  'targets sorted apart': { table: 'shuffled', settings: { target: 'y', network: { hidden: [20] }, epochs: 30 }, outcome: 'not-learning', cause: 'no-signal' },
  'labels drawn by lot': { table: 'animals', settings: { target: 'animal', network: { hidden: [20] }, epochs: 30 }, outcome: 'not-learning', cause: 'no-signal' },
  'another climate': { table: 'weather_2021', later: 'weather_2024', settings: { target: 'out', network: { hidden: [30] }, epochs: 40 }, outcome: 'not-learning', cause: 'shifted-validation' },
  'four units, of which most are left out': { table: 'plant', settings: { ...plain, target: 'y', network: { hidden: [4], activation: 'relu', dropout: 0.9 }, optimizer: adam(0.01), epochs: 40 }, outcome: 'not-learning', cause: 'dropout-too-strong' },
  'biases far below 0': { table: 'plant', settings: { ...plain, target: 'y', network: { hidden: [20, 20], activation: 'relu', biasInitializer: { name: 'constant', value: -10 } }, optimizer: adam(0.001), epochs: 20 }, outcome: 'not-learning', cause: 'dead-relu' },
  'a sigmoid at the end of a regression': { table: 'plant', settings: { ...plain, target: 'y', network: { hidden: [20], activation: 'relu', outputActivation: 'sigmoid' }, optimizer: adam(0.01), epochs: 40 }, outcome: 'not-learning', cause: 'unreachable-output' },
  'weights of 0': { table: 'plant', settings: { ...plain, target: 'y', network: { hidden: [20, 20], activation: 'relu', initializer: 'zeros' }, optimizer: adam(0.01), epochs: 20 }, outcome: 'not-learning', cause: 'initial-weights' },
  'a product without an activation': { table: 'product', settings: { ...plain, target: 'y', network: { hidden: [32, 32], activation: 'identity' }, optimizer: adam(0.01), epochs: 30 }, outcome: 'not-learning', cause: 'no-activation' },
  'a product through one unit': { table: 'product', settings: { ...plain, target: 'y', network: { hidden: [1], activation: 'tanh' }, optimizer: adam(0.01), epochs: 150 }, outcome: 'not-learning', cause: 'too-little-capacity' },
  'healthy: three species': { table: 'flowers', settings: { ...plain, target: 'species', network: relu(16), optimizer: adam(0.005), epochs: 40 }, outcome: 'healthy', cause: null },
  'healthy: missing cells that nobody uses': { table: 'memo', settings: { target: 'y', inputs: ['a', 'b', 'c', 'd'], nonFinite: 'keep', network: { hidden: [20] }, epochs: 40 }, outcome: 'healthy', cause: null },
  'healthy: one row in fifty': { table: 'fraud', settings: { target: 'label', network: { hidden: [16] }, batchSize: 64, epochs: 60 }, outcome: 'healthy', cause: null },
  'healthy: errors with heavy tails': { table: 'heavy_tails', settings: { target: 'y', network: { hidden: [16] }, epochs: 30 }, outcome: 'healthy', cause: null },
  'healthy: incomes over five powers of ten': { table: 'income', settings: { target: 'income', network: { hidden: [24] }, epochs: 60 }, outcome: 'healthy', cause: null },
  'healthy: the whole table as one batch': { table: 'smooth', settings: { ...plain, target: 'y', network: { hidden: [16] }, optimizer: adam(0.02), batchSize: 5000, epochs: 400 }, outcome: 'healthy', cause: null },
  'healthy: 512 units without a penalty': { table: 'plant', settings: { target: 'y', network: relu(512), optimizer: { weightDecay: 0 }, batchSize: 64, epochs: 30 }, outcome: 'healthy', cause: null },
  'healthy: categories as words': { table: 'sales', settings: { target: 'sales', network: { hidden: [16] }, epochs: 40 }, outcome: 'healthy', cause: null },
  'healthy: a single unit for a curve': { table: 'smooth', settings: { target: 'y', inputs: ['u'], network: { hidden: [1], activation: 'tanh' }, epochs: 60 }, outcome: 'healthy', cause: null },
}

const python = program('python')

describe.skipIf(python === null)('runs from the field', () => {
  const folder = mkdtempSync(join(tmpdir(), 'whynan-fits-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const { status, stderr } = spawnSync(python ?? '', [resolve(import.meta.dirname, 'tables.py'), folder], { encoding: 'utf8' })

  test('every table was written', () => expect({ status, stderr }).toEqual({ status: 0, stderr: '' }))

  test.each(Object.entries(asked))('%s', async (_, { table, later, settings, outcome, cause, cells }) => {
    const read = async (name: string): Promise<Table> => {
      const { tables: [first] } = await readTables(join(folder, `${name}.csv`))
      if (first === undefined) throw new Error('a table was written')
      return first
    }
    const validation = later === undefined ? {} : { validation: await read(later) }
    const explained = await explain(await fit(await read(table), { ...settings, ...validation }))
    expect({ cause: explained.cause?.id ?? null, outcome: explained.outcome }, explained.text).toEqual({ cause, outcome })
    // What went wrong is proven, by replays that are in the JSON.
    expect(explained.cause === null || explained.cause.proven, explained.text).toBe(true)
    if (cells !== undefined) expect(explained.cause?.cells.map(({ row, column }) => [row, column])).toEqual(cells)
  })
})
