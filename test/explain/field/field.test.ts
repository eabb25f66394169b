/**
 * Questions as people ask them, each as the program that was asked about (programs.py), run for real: what its log and its table
 * say. Which cause is expected stands here as it was written
 * down before the first answer was looked at; one was mended since, a program that ran away without overflowing.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { explainLog } from '../../../src/adapters/log.ts'
import type { WatchOptions } from '../../../src/adapters/watch.ts'
import { readTables } from '../../../src/node/read-tables.ts'
import { program } from '../../requirements.ts'

interface Expected {
  /** The first cause that is named; null: none, since nothing is wrong. */
  readonly cause: string | null
  readonly outcome?: string
  /** Rows and columns from 1, all that are named. */
  readonly cells?: readonly (readonly [row: number, column: number])[]
  /** What the text says as well. */
  readonly says?: readonly string[]
  readonly options?: WatchOptions
}

const expected: Readonly<Record<string, Expected>> = {
  softmax_without_its_maximum: { cause: 'exp-overflow', cells: [] },
  logistic_regression_saturates: { cause: 'log-of-zero', cells: [] },
  house_prices_by_gradient_descent: { cause: 'inputs-not-scaled', cells: [], says: ['size'] },
  rate_too_high: { cause: 'learning-rate-too-high', cells: [] },
  rate_schedule_jumps: { cause: 'learning-rate-too-high', outcome: 'not-learning', cells: [], says: ['schedule'] },
  recurrence_unrolled: { cause: 'exploding-gradients', cells: [] },
  relu_swallows_nan: { cause: 'swallowed-nan', cells: [[418, 3]] },
  generator_with_one_bad_batch: { cause: 'infinite-in-input', cells: [[742, 2]] },
  summed_loss_large_batch: { cause: 'summed-loss', cells: [] },
  decoys_in_unused_columns: { cause: 'learning-rate-too-high', cells: [] },
  log_of_zero_after_thousands_of_steps: { cause: 'log-of-zero', cells: [] },
  missing_cell_spread_by_scaling: { cause: 'missing-cell-spread', cells: [[234, 4]] },
  ragged_row: { cause: 'ragged-rows', cells: [[171, 4], [171, 5]] },
  labels_from_one: { cause: 'label-without-output', cells: [], says: ['from 1'] },
  rare_label_without_an_output: { cause: 'label-without-output', cells: [[353, 5]], says: ['255'] },
  target_of_words: { cause: 'unparsed-cell', cells: [], says: ['churn'] },
  zero_row_divided_by_its_norm: { cause: 'division-by-zero', cells: [], says: ['309'] },
  empty_last_batch: { cause: 'division-by-zero', cells: [], says: ['no row'] },
  last_batch_of_one_row: { cause: 'division-by-zero', cells: [], says: ['one row'] },
  weights_loaded_with_nan: { cause: 'initial-weights', cells: [] },
  half_precision_overflow: { cause: 'float32-overflow', cells: [], says: ['65,504'] },
  logarithm_of_a_feature: { cause: 'log-of-zero', cells: [[612, 1], [871, 1]], says: ['income'] },
  logarithm_of_a_prediction: { cause: 'log-of-zero', cells: [] },
  root_of_equal_rows: { cause: 'division-by-zero', cells: [], says: ['root'] },
  healthy_noisy: { cause: null, outcome: 'healthy' },
  healthy_counted_from_one: { cause: null, outcome: 'healthy', says: ['--rows-from 1'] },
  weights_of_a_batch_are_all_zero: { cause: 'division-by-zero', cells: [], says: ['weight'] },
  counts_by_exp: { cause: 'inputs-not-scaled', outcome: 'not-learning', cells: [] },
  seconds_since_1970: { cause: 'inputs-not-scaled', outcome: 'not-learning', cells: [], says: ['time'] },
  printed_every_ten_steps: { cause: 'nan-in-input', cells: [[513, 1]] },
  history_by_epoch: { cause: 'nan-in-input', cells: [[100, 3]] },
  gradients_never_set_to_zero: { cause: 'learning-rate-too-high', cells: [] },
  binary_labels_one_and_two: { cause: 'label-without-output', cells: [], says: ['below 0'] },
  healthy_restarts: { cause: null, outcome: 'healthy' },
  healthy_likelihood_below_zero: { cause: null, outcome: 'healthy' },
  summed_over_scaled_targets: { cause: 'summed-loss', cells: [] },
  reported_in_logarithms: { cause: 'loss-out-of-domain', cells: [], says: ['all parameters were finite after it'] },
  poisson_of_a_linear_output: { cause: 'loss-out-of-domain', cells: [] },
  rows_that_are_ignored: { cause: 'division-by-zero', cells: [], says: ['-100'] },
  precision_of_a_batch_without_positives: { cause: 'division-by-zero', cells: [], says: ['rare'] },
  healthy_scaled_in_half_precision: { cause: null, outcome: 'healthy', says: ['left these steps out'] },
  shuffled_apart: { cause: null, outcome: 'not-learning', says: ['the table is not to blame', 'still belong together'] },
  eight_layers_of_sigmoid: { cause: 'vanishing-gradients', outcome: 'not-learning', cells: [] },
  returns_by_epoch: { cause: 'no-signal', outcome: 'not-learning', cells: [] },
  softmax_of_one_unit: { cause: 'frozen-parameters', outcome: 'not-learning', cells: [], says: ['softmax over a single output'] },
  prices_by_epoch: { cause: 'inputs-not-scaled', outcome: 'not-learning', cells: [], says: ['income'] },
  cleaned_and_by_epoch: { cause: 'learning-rate-too-high', cells: [], says: ['drew every row and was finite'] },
  counted_from_one_with_nan: { cause: 'nan-in-input', cells: [[65, 2]], says: ['--rows-from 1'] },
}

const python = program('python')

describe.skipIf(python === null)('questions from the field', () => {
  const folder = mkdtempSync(join(tmpdir(), 'whynan-field-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const { status, stderr } = spawnSync(python ?? '', [resolve(import.meta.dirname, 'programs.py'), folder], { encoding: 'utf8' })

  test('every program ran', () => expect({ status, stderr }).toEqual({ status: 0, stderr: '' }))

  test.each(Object.entries(expected))('%s', async (name, { cause, outcome = 'non-finite', cells, says = [], options }) => {
    const { tables: [table] } = await readTables(join(folder, name, 'table.csv'))
    if (table === undefined) throw new Error('the program wrote a table')
    const file = ['steps.jsonl', 'log.csv'].map(one => join(folder, name, one)).find(one => existsSync(one)) ?? ''
    const log = readFileSync(file, 'utf8')
    const explained = explainLog(table, log, { width: 2000, ...options })
    if (process.env['FIELD_PRINT']) console.log(`### ${name}\n${explainLog(table, log, { width: 110, ...options }).text}`)
    expect({ cause: explained.cause?.id ?? null, outcome: explained.outcome }, explained.text).toEqual({ cause, outcome })
    if (cells !== undefined) expect(explained.cause?.cells.map(({ row, column }) => [row, column])).toEqual(cells)
    for (const part of says) expect(explained.text).toContain(part)
    // Both languages, with nothing left unsaid.
    expect(explainLog(table, log, { language: 'zh', ...options }).text).toMatch(/[\u4e00-\u9fff]/)
  })
})
