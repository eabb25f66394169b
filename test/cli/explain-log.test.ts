/** `whynan explain DATA --log FILE` as people run it. */
import { beforeAll, expect, test } from 'vitest'
import { expectRefusal, folderWith, jsonOf, smoothCsv, whynan, whynanEach } from './whynan.ts'

const withText = smoothCsv(100).split('\n').map((line, row) => (row === 42 ? line.replace(/,[^,]*,/, ',NA,') : line)).join('\n')
const steps = '{"step": 1, "rows": [1, 2], "loss": 1}\n{"step": 2, "rows": [41, 3], "loss": NaN}\nstep 3: loss nan\n'

let cwd = ''
beforeAll(async () => { cwd = await folderWith({ 'table.csv': withText, 'steps.jsonl': steps }) })

test('names the cell, its line and its text; a line that does not parse is said', async () => {
  const finished = await whynan(['explain', 'table.csv', '--log', 'steps.jsonl', '--json'], { cwd })
  expect({ status: finished.status, stderr: finished.stderr }).toEqual({ status: 0, stderr: '' })
  expect(jsonOf(finished)).toMatchObject({
    outcome: 'non-finite', step: 2, replays: [], batchLaw: { rows: 100, badRows: 1, batch: 2 },
    cause: { id: 'unparsed-cell', proven: false, cells: [{ row: 42, index: 41, column: 2, line: 43, text: 'NA', drawn: true }] },
  })
  const { stdout } = await whynan(['explain', 'table.csv', '--log', 'steps.jsonl'], { cwd })
  expect(stdout).toContain('Line 3 of the log was left out: it is no JSON.')
})

test('from standard input, in Chinese, rows from 1', async () => {
  const { stdout } = await whynan(['explain', 'table.csv', '--log', '-', '--rows-from', '1', '--lang', 'zh'], { cwd, input: steps.replace('[41, 3]', '[42, 3]') })
  expect(stdout).toContain('第 42 行第 2 列')
  expect(stdout).toContain('疑似')
})

test('what is refused', async () => {
  const refused = await whynanEach([
    ['explain', 'table.csv', '--log', 'none.jsonl'], ['explain', 'table.csv', '--log', '.'], ['explain', '--log', 'steps.jsonl'],
    ['explain', 'table.csv', '--log', 'steps.jsonl', '--rows-from', '2'], ['explain', 'table.csv', '--log', 'steps.jsonl', '--target', 'z'],
  ], { cwd })
  const says = ['none.jsonl cannot be used', '. is a folder', 'No data file was named', '--rows-from got 2', 'has no column']
  refused.forEach((finished, i) => expectRefusal(finished, says[i] ?? ''))
})

test('an empty log is refused, with what to do', async () => {
  const folder = await folderWith({ 'data.csv': smoothCsv(20), 'empty.jsonl': '\n' })
  expectRefusal(await whynan(['explain', 'data.csv', '--log', 'empty.jsonl'], { cwd: folder }), 'empty.jsonl is empty', 'one each step')
})

test.each<[string, string | Uint8Array, string]>([
  ['other lines', 'loss 0.5\nloss nan\n', 'shows no step. Line 1 of the log was left out: it is no JSON'],
  ['objects without a loss', '{"epoch": 1}\n', 'shows no step. Line 1 of the log was left out: it has neither a loss'],
  ['settings alone', '{"settings": {"optimizer": "adam"}}\n', 'shows no step. It holds settings or names of columns alone'],
  ['bytes', Uint8Array.of(0, 1, 2), 'holds zero bytes'],
  ['one line without an end', 'x'.repeat(2 ** 21), 'Line 1 of steps.jsonl is longer than 1,048,576 characters and begins no JSON object'],
])('a log of %s is refused', async (_, log, says) => {
  const folder = await folderWith({ 'data.csv': smoothCsv(20), 'steps.jsonl': log })
  expectRefusal(await whynan(['explain', 'data.csv', '--log', 'steps.jsonl'], { cwd: folder }), says)
})

test('a log that PowerShell wrote is UTF-16', async () => {
  const folder = await folderWith({ 'table.csv': withText, 'steps.jsonl': Buffer.from(`\ufeff${steps}`, 'utf16le') })
  const { stdout } = await whynan(['explain', 'table.csv', '--log', 'steps.jsonl'], { cwd: folder })
  expect(stdout).toContain('row 42, column 2')
})
