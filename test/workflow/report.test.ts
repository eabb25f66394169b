import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { placesOf } from '../../src/explain/words/template.ts'
import { readRun } from '../../src/record/read.ts'
import { memoryStore, type MemoryStore } from '../../src/record/store.ts'
import { tableFromColumns, type CellOrigin, type Column, type Table } from '../../src/table/table.ts'
import { prepareExperiment, type Tables } from '../../src/training/experiment.ts'
import { fitRecorded } from '../../src/workflow/recorded.ts'
import { reportOf, type ReportRequest } from '../../src/workflow/report.ts'
import { columnsAround, rowsAround } from '../../src/workflow/report/cells.ts'
import { base64 } from '../../src/workflow/report/page.ts'
import { columnName, en, speakerOf, zh } from '../../src/workflow/report/words.ts'
import { dangersOf, readHtml, type HtmlElement } from './html.ts'

const hostile = ['</script><script>alert(1)</script>', `"quoted" & 'single'`, '__proto__', 'left \u202e right \x1b[31m\x00', '<!-- </style>'] as const
const surroundings = { version: '0.1.0', node: 'v20', platform: 'linux', arch: 'x64' }
const data = { name: 'measured $(rm).csv', path: 'measured $(rm).csv', bytes: 12, sha256: 'ab'.repeat(32) }

/** Numbers in [-1, 1) without a generator's state: a sine's far decimals. */
const noise = (i: number): number => (Math.sin(i * 12.9898) * 43758.5453) % 1

/** y = a + b; `cells` are put in afterwards. */
function measured(rows: number, names: readonly string[], cells: readonly { row: number; column: number; value: number; text?: string }[] = []): Table {
  const inputs = names.map((name, c) => ({ name, values: Float64Array.from({ length: rows }, (_, row) => noise(row * 7 + c * 1009 + 1)) }))
  const y = Float64Array.from({ length: rows }, (_, row) => (inputs[0]?.values[row] ?? 0) + (inputs[1]?.values[row] ?? 0))
  for (const { row, column, value } of cells) inputs[column]?.values.set([value], row)
  const columns: Column[] = [...inputs, { name: 'y', values: y }].map(column => ({ kind: 'numeric', ...column }))
  const texts = new Map(cells.flatMap(({ row, column, text }): [string, CellOrigin][] => (text === undefined ? [] : [[`${row}:${column}`, { text, line: row + 2 }]])))
  return { ...tableFromColumns('table <b>', columns), origin: (row, column) => texts.get(`${row}:${column}`) ?? {} }
}

async function trained(tables: Tables, settings: object): Promise<MemoryStore> {
  const store = memoryStore()
  await fitRecorded({ store, experiment: prepareExperiment(tables, settings), files: [data], surroundings })
  return store
}

async function page(store: MemoryStore, tables: ReportRequest['data'], more: Partial<ReportRequest> = {}): Promise<string> {
  return reportOf({ stored: await readRun(store), name: 'run <1>', data: tables, ...more })
}

const textOf = (elements: readonly HtmlElement[], name: string): string[] => elements.filter(element => element.name === name).map(({ text }) => text)

const secret = 'SECRET-7\u202e</td>'
const broken: Tables = { training: measured(300, hostile, [{ row: 120, column: 1, value: Number.NaN, text: secret }]), validation: null }
const sound: Tables = { training: measured(240, ['a', 'b']), validation: 0.25 }
const brokenSettings = { nonFinite: 'keep', batchSize: 32, steps: 60, seed: 3, network: { hidden: [4] } }
let brokenStore = memoryStore()
let soundStore = memoryStore()
let report = ''

beforeAll(async () => {
  brokenStore = await trained(broken, brokenSettings)
  soundStore = await trained(sound, { batchSize: 16, epochs: 30, network: { hidden: [8] } })
  report = await page(brokenStore, broken)
})

describe('the page', () => {
  test('is well formed, and loads, runs and sends nothing', () => {
    expect(dangersOf(readHtml(report))).toEqual([])
  })

  test('allows itself no more than its own style sheets, by their hashes', () => {
    const elements = readHtml(report)
    const policy = elements.find(({ attributes }) => attributes.get('http-equiv') === 'Content-Security-Policy')?.attributes.get('content') ?? ''
    expect(policy.startsWith("default-src 'none'; ")).toBe(true)
    // CSP Level 3, 2.3.1: the base 64 of SHA-256 of the element's text.
    const styles = new Set(textOf(elements, 'style').map(text => `'sha256-${createHash('sha256').update(text).digest('base64')}'`))
    expect(styles.size).toBeGreaterThan(1)
    expect(/style-src ([^;]*);/.exec(policy)?.[1]?.split(' ').sort()).toEqual([...styles].sort())
    expect(policy).not.toContain('unsafe')
  })

  test('stands before everything that the policy rules', () => {
    expect(report.indexOf('Content-Security-Policy')).toBeLessThan(report.indexOf('<style>'))
    expect(report.indexOf('Content-Security-Policy')).toBeLessThan(report.indexOf('<title>'))
  })

  test('shows what came from files, and lets none of it act or hide', () => {
    const text = textOf(readHtml(report), 'body').join('')
    for (const name of hostile.slice(0, 3)) expect(text).toContain(name)
    expect(text).toContain('left \\u202e right \\x1b[31m\\x00')
    expect(report).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/)
    expect(text).toContain('SECRET-7')
    expect(report).not.toContain('<script')
  })

  test('is the same bytes from the same folder and data', async () => {
    expect(await page(brokenStore, broken)).toBe(report)
  })
})

describe('of a run that broke', () => {
  test('says the cause first, and how sure it is', () => {
    const elements = readHtml(report)
    expect(textOf(elements, 'h1')[0]).toContain('row 121, column 2')
    expect(textOf(elements, 'li')[0]).toBe('proven by replay')
    expect(textOf(elements, 'h2')).toEqual(['Where', 'Path', 'Proof', 'Batch size', 'Ruled out', 'Fix', 'Result', 'Data', 'Settings', 'Run'])
  })

  test('hatches the one cell, between five rows above and five below', () => {
    const elements = readHtml(report)
    const cells = elements.filter(({ name, inside, attributes }) => name === 'td' && inside.includes('table') && /\bbad\b/.test(attributes.get('class') ?? ''))
    expect(cells.map(({ text }) => text)).toEqual([expect.stringContaining('NaN')])
    const rows = elements.filter(({ name, attributes }) => name === 'th' && attributes.get('scope') === 'row').map(({ text }) => Number.parseInt(text, 10))
    expect(rows.slice(0, 11)).toEqual([116, 117, 118, 119, 120, 121, 122, 123, 124, 125, 126])
  })

  test('draws the replays beside the run, and gives their commands and the fix to copy', () => {
    const elements = readHtml(report)
    const figures = textOf(elements, 'svg')
    expect(figures.some(text => text.includes('repaired') && /NaN at step/.test(text))).toBe(true)
    const commands = elements.filter(({ name, attributes }) => name === 'pre' && attributes.get('class') === 'command').map(({ text }) => text)
    expect(commands).toContain('d = d[np.isfinite(d[:, :6]).all(axis=1)]')
    // A file's name is one word for a shell, whatever it holds.
    expect(commands[0]).toMatch(/^whynan fit 'measured \$\(rm\)\.csv' /)
    expect(commands.some(text => text.includes('--nonfinite'))).toBe(true)
  })

  test('in Chinese too', async () => {
    const elements = readHtml(await page(brokenStore, broken, { language: 'zh' }))
    expect(elements[0]?.attributes.get('lang')).toBe('zh-CN')
    expect(textOf(elements, 'h2')).toEqual(['位置', '路径', '证明', '批大小', '已排除', '修复', '结果', '数据', '设置', '运行'])
    expect(textOf(elements, 'h1')[0]).toContain('第 121 行第 2 列')
  })

  test('without its data, says so and what the record says', async () => {
    const problem = 'The data are not those of the run: <b>moved</b>.'
    const elements = readHtml(await page(brokenStore, { problem }))
    const text = textOf(elements, 'main')[0] ?? ''
    expect(text).toContain(problem)
    expect(textOf(elements, 'h1')[0]).toMatch(/^The loss stopped being finite at step \d+\.$/)
    expect(textOf(elements, 'h2')).toEqual(['Result', 'Data', 'Settings', 'Run'])
    expect(textOf(elements, 'svg').some(one => /NaN at step/.test(one))).toBe(true)
    expect(text).toContain('ab'.repeat(32))
  })

  test('with a damaged part, says that beside the rest', async () => {
    const damaged = memoryStore(new Map([...brokenStore.files, ['incident/before', new Uint8Array(3)]]))
    const elements = readHtml(await page(damaged, broken))
    expect(elements.filter(({ attributes }) => attributes.get('class') === 'note')).toHaveLength(1)
    expect(textOf(elements, 'h1')[0]).toContain('row 121, column 2')
  })
})

describe('of a run that is well', () => {
  test('has no why, and its figures beside those of the mean and the straight line', async () => {
    const elements = readHtml(await page(soundStore, sound))
    expect(textOf(elements, 'h2')).toEqual(['Result', 'Data', 'Settings', 'Run'])
    expect(textOf(elements, 'h1')[0]).toContain('healthy')
    const run = await readRun(soundStore)
    const { baseline } = run.record.result as { baseline: { mean: { rmse: number } } }
    const mean = elements.find(({ name, text }) => name === 'tr' && text.startsWith('mean of the training rows'))
    expect(Number(mean?.text.replace(/^[^\d]+/, ''))).toBeCloseTo(baseline.mean.rmse, 3)
    expect(textOf(elements, 'svg').map(text => text.split('\n')[0]).some(text => text?.includes('Predicted against measured'))).toBe(true)
  })

  test('says every setting', async () => {
    const elements = readHtml(await page(soundStore, sound))
    const terms = textOf(elements, 'dt')
    for (const name of ['optimizer.learningRate', 'network.hidden', 'batchSize', 'seed', 'earlyStopping.patience', 'precision']) expect(terms).toContain(name)
  })

  test('that was interrupted before its first step is called neither well nor ill', async () => {
    const run = new TextDecoder().decode(soundStore.files.get('run.json'))
    const open = { ...(JSON.parse(run) as object), status: 'running', result: null }
    const store = memoryStore(new Map([['run.json', new TextEncoder().encode(JSON.stringify(open))]]))
    const elements = readHtml(await page(store, sound))
    expect(textOf(elements, 'h1')).toEqual(['The run has not ended: 0 steps are recorded.'])
    expect(textOf(elements, 'li')).not.toContain('healthy')
  })
})

describe('without cells', () => {
  const codes = Int32Array.from({ length: 120 }, (_, i) => i % 3)
  const classes: Tables = {
    training: tableFromColumns('kinds', [
      { kind: 'numeric', name: 'a', values: Float64Array.from(codes, (code, i) => code + 0.2 * noise(i)) },
      { kind: 'numeric', name: 'b', values: Float64Array.from(codes, (_, i) => (i === 7 ? -98.765 : noise(i * 3))) },
      { kind: 'text', name: 'kind', codes, levels: ['HUSH-a', 'HUSH-b', 'HUSH-c'] },
    ]),
    validation: 0.25,
  }

  test('no text of a cell, no label of a class, no end of a column, no point', async () => {
    const store = await trained(classes, { target: 'kind', epochs: 5, batchSize: 16, network: { hidden: [4] } })
    const whole = await page(store, classes)
    const less = await page(store, classes, { withData: false })
    // A number by itself, and not as part of a point's place in a figure.
    for (const cell of [/HUSH-/, /(?<![\d.])98\.8(?!\d)/]) {
      expect(whole).toMatch(cell)
      expect(less).not.toMatch(cell)
    }
    expect(textOf(readHtml(less), 'svg').join('')).toContain('class 1')
    const well = await page(soundStore, sound, { withData: false })
    expect(well).not.toContain('Predicted against measured')
  })

  test('the place of a cell is told, what stood there is not', async () => {
    const less = await page(brokenStore, broken, { withData: false })
    expect(report).toContain('SECRET-7')
    expect(less).not.toContain('SECRET-7')
    expect(textOf(readHtml(less), 'h1')[0]).toContain('row 121, column 2')
    expect(textOf(readHtml(less), 'h2')).not.toContain('Where')
    expect(textOf(readHtml(less), 'footer')[0]).toContain('left out')
  })

  test('nor in the record\'s own sentences, when that is all there is', async () => {
    const dropped = await trained(broken, { ...brokenSettings, nonFinite: 'drop' })
    const problem = 'gone'
    expect(await page(dropped, { problem })).toContain('SECRET-7')
    expect(await page(dropped, { problem }, { withData: false })).not.toContain('SECRET-7')
  })
})

test('both languages have every message, with the same places', () => {
  expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort())
  for (const [message, template] of Object.entries(en)) expect([message, placesOf(zh[message as keyof typeof zh])]).toEqual([message, placesOf(template)])
})

test('base 64 is Node\'s', () => {
  for (const hexadecimal of ['', '00', 'ff01', 'abcdef', '0123456789abcdef'.repeat(4)]) expect(base64(hexadecimal)).toBe(Buffer.from(hexadecimal, 'hex').toString('base64'))
})

test('rows and columns around cells', () => {
  expect(rowsAround([2], 100)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  expect(rowsAround([99], 100)).toEqual([94, 95, 96, 97, 98, 99])
  expect(rowsAround([10, 40], 100)).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, null, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45])
  expect(columnsAround([4], [5], 6)).toEqual([0, 1, 2, 3, 4, 5])
  expect(columnsAround([500], [1999], 2000)).toEqual([497, 498, 499, 500, 501, 502, 503, null, 1999])
})

test('columns without a name of their own go by their number, in the language of the page', () => {
  expect(columnName('column 4', speakerOf('zh'))).toBe('第 4 列')
  expect(columnName('column 4', speakerOf('en'))).toBe('column 4')
  expect(columnName('column 4b', speakerOf('zh'))).toBe('column 4b')
})
