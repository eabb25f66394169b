/** Logs of steps: what is read, what is left out and said, and the lines of Python in docs/elsewhere.md that write them. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { explainLog } from '../../src/adapters/log.ts'
import type { Table } from '../../src/table/table.ts'
import { smoothTable } from '../explain/cases.ts'
import { program } from '../requirements.ts'

const { NaN } = Number
const table = smoothTable(100, 3, [{ row: 41, column: 1, value: NaN }])
const lines = (...of: readonly string[]): string => of.join('\n')
const sound = '{"step": 1, "rows": [1, 2], "loss": 1}'

describe('a line', () => {
  test.each([
    ['NaN', '{"step": 2, "rows": [41, 3], "loss": NaN}'],
    ['"NaN"', '{"step": 2, "rows": [41, 3], "loss": "NaN"}'],
    ["NumPy's nan", '{"step": 2, "rows": [41, 3], "loss": nan}'],
    ['null, as JSON.stringify writes it', '{"step": 2, "rows": [41, 3], "loss": null}'],
    ['without a step', '{"rows": [41, 3], "loss": NaN}'],
    ['with Windows\' line end', '{"rows": [41, 3], "loss": NaN}\r'],
  ])('%s', (_, line) => {
    expect(explainLog(table, lines(sound, line, ''))).toMatchObject({ step: 2, outcome: 'non-finite', cause: { id: 'nan-in-input', cells: [{ row: 42, drawn: true }] } })
  })

  test('-Infinity', () => expect(explainLog(table, lines(sound, '{"loss": -Infinity}')).text).toContain('The loss became -Infinity at step 2'))

  test.each([
    ['a norm', '{"rows": [3], "loss": 1, "gradNorm": NaN}', 'A gradient became NaN'],
    ['a flag', '{"rows": [3], "loss": 1, "any_non_finite": {"parameters": true}}', 'A parameter became NaN'],
    ['counts', '{"rows": [3], "loss": 1, "nonFinite": {"gradients": 0, "parameters": 7}}', 'all gradients finite, 7 parameters not finite'],
    ['counts by tensor', '{"rows": [3], "loss": 1, "nonFinite": {"W1": 3, "b1": 1}}', '4 parameters not finite'],
    ['losses by row', '{"rows": [3, 4], "loss": 1, "rowLosses": [1, NaN]}', 'The loss became NaN'],
  ])('%s', (_, line, says) => {
    const { text, step } = explainLog(smoothTable(100, 3), lines(sound, line))
    expect(step).toBe(2)
    expect(text).toContain(says)
  })

  test('a word in a text is left alone', () => expect(explainLog(table, lines(sound, '{"note": "nan, NaN", "loss": 1}')).text).not.toContain('Line'))
})

describe('a log of epochs', () => {
  const whole = smoothTable(100, 3)
  const epochs = (losses: readonly (number | string)[], of: Table = whole, settings = ''): ReturnType<typeof explainLog> =>
    explainLog(of, lines(settings, ...losses.map((loss, epoch) => `{"epoch": ${epoch}, "loss": ${loss}}`)), { width: 400 })

  test('that starts with NaN is a cell\'s doing, and one that was finite clears it', () => {
    expect(epochs(['NaN', 'NaN'], table).cause?.id).toBe('nan-in-input')
    const later = epochs([0.2, 0.1, 'NaN'], table)
    expect(later.cause?.id).not.toBe('nan-in-input')
    expect(later.ruledOut).toContainEqual({ id: 'nan-in-input', because: 'epoch 1 drew every row and was finite' })
  })
  test('that stays finite, of a table with such a cell, is healthy', () => {
    const { outcome, text } = epochs([0.3, 0.2, 0.1, 0.09], table)
    expect(outcome).toBe('healthy')
    expect(text).toContain('the program leaves such rows out')
  })
  test('whose second breaks without growth: the first update, where an epoch is one batch', () => expect(epochs([0.2, 'NaN', 'NaN']).cause?.id).toBe('bias-correction-at-zero'))
  test('whose first was far up: a rate, though it is the mean over an epoch', () => expect(epochs([1e9, 'NaN', 'NaN']).cause?.id).toBe('learning-rate-too-high'))
  test('whose first breaks, and no cell explains it', () => {
    expect(epochs(['NaN', 'NaN']).cause?.id).toBe('learning-rate-too-high')
    expect(epochs(['NaN', 'NaN'], whole, '{"settings": {"optimizer": "adam"}}').cause?.id).toBe('bias-correction-at-zero')
    const large = { ...whole, columns: whole.columns.map((column, i) => (i === 0 && column.kind === 'numeric' ? { ...column, values: column.values.map(value => 400 * value) } : column)) }
    expect(epochs(['NaN', 'NaN'], large).cause?.id).toBe('inputs-not-scaled')
  })
  test('counted from 0 says which is its step 1', () => expect(epochs([0.2, 0.1]).text).toContain('step 1 is the epoch that the log calls 0'))
})

describe('a log that is a table', () => {
  const csv = (...of: readonly string[]): ReturnType<typeof explainLog> => explainLog(table, lines(...of), { width: 400 })

  test('as Keras writes epochs', () => {
    const { text, step, outcome, cause } = csv('epoch,accuracy,loss,val_accuracy,val_loss', '0,0.5,nan,0.5,nan', '1,0.5,nan,NA,NA')
    expect({ step, outcome, cause: cause?.id }).toEqual({ step: 1, outcome: 'non-finite', cause: 'nan-in-input' })
    expect(text).toContain('The log has epochs, not steps')
    expect(text).not.toContain('left out')
  })
  test('as Lightning writes steps, with lines of a validation loss and of a rate between', () => {
    const { outcome, text } = csv('epoch,lr-Adam,step,train_loss,val_loss', '0,,9,1.5,', ',0.001,9,,', '0,,9,,1.2', '1,,19,0.7,', '1,,19,,inf', '2,,29,0.4,', '2,,29,,0.5')
    expect(outcome).toBe('non-finite')
    expect(text).toContain('The validation loss became non-finite at step 19')
    expect(text).not.toContain('left out')
  })
  test('with tabs, other names, and the rate of each step', () => expect(csv('Iteration\tTraining Loss\tlr', '1\t0.5\t0.1', '2\tinf\t0.1')).toMatchObject({ step: 2, outcome: 'non-finite' }))
  test('that holds two runs is read as its last', () => expect(csv('epoch,loss', '0,1', '1,nan', 'epoch,loss', '0,1', '1,0.8').text).toContain('The log holds 2 runs'))
  test('with a cell that is no loss', () => expect(csv('step,loss', '1,0.5', '2,low', '3,0.4').text).toContain('Line 3 of the log was left out: its loss is low'))
  test('whose header alone is there', () => expect(csv('epoch,loss').text).toContain('No step was shown'))
})

describe('lines that do not parse', () => {
  test.each([
    ['no JSON', 'step 2: loss nan', 'Line 2 of the log was left out: it is no JSON.'],
    ['no object', '[1, 2]', 'Line 2 of the log was left out: it is no JSON object.'],
    ['a loss that is a word', '{"loss": "low"}', 'its loss is low, and a number'],
    ['a step that is none', '{"step": "two", "loss": 1}', 'and a whole number was expected'],
    ['rows that are none', '{"rows": "all", "loss": 1}', 'and a list of row numbers was expected'],
    ['nothing to see', '{"step": 2}', 'it has neither a loss nor anything else'],
    ['settings that are none', '{"settings": 5}', 'its settings are no JSON object'],
  ])('%s', (_, line, says) => {
    const { text, cause } = explainLog(table, lines(sound, line, '{"step": 3, "rows": [41], "loss": NaN}'), { width: 400 })
    expect(text).toContain(says)
    // What the other lines show is said all the same.
    expect(cause?.id).toBe('nan-in-input')
  })

  test('a last line that is cut short', () => {
    expect(explainLog(table, lines(sound, '{"step": 2, "rows": [41, 4'), { width: 200 }).text).toContain('The last line of the log is cut short')
  })

  test('of many, the first five and how many more', () => {
    const { text } = explainLog(table, lines(...Array.from({ length: 12 }, () => 'loss: 1'), sound), { width: 200 })
    expect(text).toContain('Line 5 of the log')
    expect(text).not.toContain('Line 6 of the log')
    expect(text).toContain('7 further lines of the log were left out')
  })

  test('an empty log, and one of other things', () => {
    expect(explainLog(table, '').text).toContain('No step was shown')
    expect(explainLog(table, '\u0000\u0001PNG').text).toContain('it is no JSON')
  })
})

describe('a whole log', () => {
  test('its settings say how rows count and which columns are used; what is given wins', () => {
    const log = lines('{"settings": {"rowsFrom": 1, "inputs": [1, 2, 3], "target": 4}}', '{"step": 1, "rows": [7], "loss": 1}', '{"step": 2, "rows": [42], "loss": NaN}')
    expect(explainLog(table, log).cause).toMatchObject({ id: 'nan-in-input', cells: [{ row: 42, drawn: true }] })
    expect(explainLog(table, log, { rowsFrom: 0 }).cause?.id).not.toBe('nan-in-input')
  })

  test('rows count from 1 where a step after the failing one draws row n of n and none draws row 0', () => {
    const last = table.rows
    const log = (first: number): string => lines(`{"step": 1, "rows": [${first}, 7], "loss": 1}`, '{"step": 2, "rows": [42, 9], "loss": NaN}', `{"step": 3, "rows": [${last}, 3], "loss": NaN}`)
    expect(explainLog(table, log(1))).toMatchObject({ cause: { id: 'nan-in-input', cells: [{ row: 42, drawn: true }] }, text: expect.stringContaining('one after the failing step held row') })
    expect(explainLog(table, log(1), { rowsFrom: 0 }).cause?.cells).toEqual([])
    expect(explainLog(table, log(0)).text).not.toContain('--rows-from')
  })

  test('a flag counts no parameters', () => {
    const { cause } = explainLog(table, '{"step": 1, "rows": [1, 7], "loss": 1, "anyNonFinite": {"gradients": false, "parameters": true}}')
    expect(cause).toMatchObject({ id: 'bias-correction-at-zero', summary: expect.stringContaining('left parameters that are not finite though its gradients were finite') })
  })

  test('runs one after the other: the last', () => {
    const { text, step } = explainLog(table, lines(sound, '{"step": 2, "rows": [41], "loss": NaN}', sound, '{"step": 2, "rows": [5], "loss": 1}', '{"step": 3, "rows": [41], "loss": NaN}'))
    expect(step).toBe(3)
    expect(text).toContain('The log holds 2 runs')
  })

  test('epochs, without rows: every row is drawn in each', () => {
    const epochs = (...losses: readonly string[]): string => lines(...losses.map((loss, epoch) => `{"epoch": ${epoch}, "loss": ${loss}, "val_loss": 1}`))
    expect(explainLog(table, epochs('NaN', 'NaN')).cause).toMatchObject({ id: 'nan-in-input', cells: [{ row: 42 }] })
    expect(explainLog(table, epochs('NaN')).text).toContain('The log has epochs, not steps')
    expect(explainLog(table, '{"epoch": 0, "rows": [1], "loss": 1}\n{"epoch": 0, "rows": [41], "loss": NaN}').text).not.toContain('epochs, not steps')
  })

  test('every tenth step alone: the steps between may have drawn the cell', () => {
    const { cause, text } = explainLog(table, lines('{"step": 10, "rows": [1], "loss": 1}', '{"step": 20, "rows": [2], "loss": NaN}', '{"step": 30, "rows": [3], "loss": NaN}'), { width: 200 })
    expect(cause).toMatchObject({ id: 'nan-in-input', cells: [{ row: 42, drawn: false }] })
    expect(text).toContain('leaves out the 9 steps right before step 20')
  })

  test('hostile names change nothing', () => {
    expect(explainLog(table, lines('{"__proto__": {"loss": 5}, "constructor": 1, "loss": 1}', '{"rows": [-1, 1e300, 0.5, null], "loss": NaN}')).cause).toMatchObject({ id: 'rows-beyond-table' })
    expect(Object.hasOwn(Object.prototype, 'loss')).toBe(false)
  })
})

const python = program('python')
const hasTorch = python !== null && spawnSync(python, ['-c', 'import torch']).status === 0

describe.skipIf(python === null)('the lines of Python in docs/elsewhere.md', () => {
  const folder = mkdtempSync(join(tmpdir(), 'whynan-elsewhere-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const page = readFileSync(resolve(import.meta.dirname, '../../docs/elsewhere.md'), 'utf8')
  const blocks = [...page.matchAll(/```python\n([^]*?)```/g)].map(([, code = '']) => code)
  const writer = blocks.find(code => code.startsWith('import json')) ?? ''
  const cells = (of: Table): string => Array.from({ length: of.rows }, (_, row) => of.columns.map(column => (column.kind === 'numeric' ? column.values[row] : '')).join(',')).join('\n')

  function logOf(name: string): string {
    const code = blocks.find(one => one.startsWith(`# ${name}\n`)) ?? ''
    expect(code).not.toBe('')
    writeFileSync(join(folder, 'table.csv'), `a,b,c,y\n${cells(table)}\n`)
    const { status, stderr } = spawnSync(python ?? '', ['-c', `${writer}\n${code}`], { cwd: folder, encoding: 'utf8' })
    expect(stderr).not.toContain('Error')
    expect(status).toBe(0)
    return readFileSync(join(folder, 'steps.jsonl'), 'utf8')
  }

  test('are five', () => expect(writer.trim().split('\n').length).toBe(5))

  test('write what NumPy did', () => {
    const { cause, text } = explainLog(table, logOf('numpy'))
    expect(cause).toMatchObject({ id: 'nan-in-input', cells: [{ row: 42, column: 2, drawn: true }] })
    expect(text).not.toContain('left out: it')
  })

  test.skipIf(!hasTorch)('write what PyTorch did', () => {
    const { cause, batchLaw } = explainLog(table, logOf('pytorch'))
    expect(cause).toMatchObject({ id: 'nan-in-input', cells: [{ row: 42, column: 2, drawn: true }] })
    expect(batchLaw).toMatchObject({ rows: 100, badRows: 1, batch: 20 })
  })
})

describe('losses by row', () => {
  const sound = smoothTable(100, 3)
  const log = (rowLosses: string, loss: string): string => explainLog(sound, `{"step": 1, "rows": [4, 5], "loss": 1}\n{"step": 2, "rows": [11, 7, 8], "loss": ${loss}, "rowLosses": ${rowLosses}}`, { width: 400 }).text

  test('name the only row whose own is not finite', () => expect(log('[1, Infinity, 2]', 'Infinity')).toContain('the loss of row 8 is the only one of its batch that is not finite'))
  test('and that row is said for one, with its cells', () => {
    const long = (rowLosses: string): string => explainLog(sound, [
      ...Array.from({ length: 12 }, (_, i) => `{"step": ${i + 1}, "rows": [${i}, ${i + 20}], "loss": ${1 + i / 100}}`), `{"step": 13, "rows": [11, 7, 8], "loss": NaN, "rowLosses": ${rowLosses}}`,
    ].join('\n'), { width: 400 }).text
    const text = long('[1, NaN, 2]')
    expect(text).toContain('Row 8 alone has no finite loss there; it holds ')
    expect(long('[1, NaN, NaN]')).not.toContain('alone has no finite loss')
    // Parameters that an update broke spare no row.
    expect(log('[1, Infinity, 2]', 'Infinity')).not.toContain('bias correction 1 - beta^t starts')
  })
  test('count several', () => expect(log('[1, Infinity, NaN]', 'NaN')).toContain('the losses of 2 rows of the batch were not finite'))
  test('all finite: what was made of them is not', () => expect(log('[1, 2, 3]', 'NaN')).toContain('the loss of every row is finite, and what was made of them is not'))
})
