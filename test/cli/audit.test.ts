/** `whynan audit` as people see it: in a terminal of any width, in both languages, as a page. What the page holds is test/workflow/audit-report.test.ts. */
import { spawnSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { cells } from '../../src/cli/render.ts'
import { doubles, MatWriter } from '../table/readers/write-mat.ts'
import { command, expectRefusal, folderWith, jsonOf, smoothCsv, whynan } from './whynan.ts'

let cwd = ''

beforeAll(async () => {
  const lines = smoothCsv(200).split('\n')
  const wide = Array.from({ length: 300 }, (_, c) => `c${c}`)
  cwd = await folderWith({
    'plant.csv': lines.map((line, i) => (i === 57 ? line.replace(/^[^,]+/, 'oops') : i === 58 ? line.replace(/^[^,]+/, 'NA') : line)).join('\n'),
    'named.csv': `${'a very long name of a column that goes on and on '.repeat(4)},site,y\n${Array.from({ length: 30 }, (_, i) => `${i * 1e9},${'north west '.repeat(i % 3)},${i % 7}`).join('\n')}\n`,
    'wide.csv': `${wide.join(',')}\n${Array.from({ length: 20 }, (_, r) => wide.map((_, c) => (r * 31 + c * 17) % 101).join(',')).join('\n')}\n`,
  })
})

function atWidth(width: number, ...args: string[]): string {
  const env = { PATH: process.env['PATH'], LANG: 'C.UTF-8', NO_COLOR: '1', COLUMNS: String(width) }
  return spawnSync(process.execPath, [command, 'audit', ...args], { cwd, encoding: 'utf8', env }).stdout
}

describe('the text', () => {
  test.each([80, 100, 120])('keeps to %i cells', width => {
    for (const file of ['plant.csv', 'named.csv']) {
      const lines = atWidth(width, file).split('\n')
      expect(lines.length).toBeGreaterThan(5)
      // The list of files comes before the first empty line; it is as wide as the names are.
      for (const line of lines.slice(lines.indexOf('') + 1)) expect(cells(line)).toBeLessThanOrEqual(width)
    }
  })

  test('takes NA for missing, as the reader does, and a word for a text', () => {
    const text = atWidth(1000, 'plant.csv').replace(/\s+/g, ' ')
    expect(text).toContain('holds 1 cell that is missing or NaN of 200: row 58.')
    expect(text).toContain('1 cell of text such as "oops": row 57.')
    expect(text).not.toContain('"NA"')
  })

  test('is Chinese where that is asked for', () => {
    const text = atWidth(100, 'plant.csv', '--lang', 'zh')
    for (const said of ['直方图', '中位数', '错误', '缺失或为 NaN', '去掉这些行']) expect(text).toContain(said)
    expect(text).not.toMatch(/Leave|holds|input/)
  })

  test('tells the first 200 of many columns, and how many more there are', () => {
    const text = atWidth(100, 'wide.csv')
    expect(text).toContain('and 100 more columns')
    expect(text).toMatch(/^c199 /m)
    expect(text).not.toMatch(/^c200 /m)
  })
})

describe('the page', () => {
  test('is written where -o says, replaces what stood there, and its place is printed', async () => {
    await writeFile(join(cwd, 'audit.html'), 'an older one')
    expect(await whynan(['audit', 'plant.csv', '-o', 'audit.html'], { cwd })).toMatchObject({ status: 0, stdout: 'audit.html\n', stderr: '' })
    const html = await readFile(join(cwd, 'audit.html'), 'utf8')
    expect(html.startsWith('<!doctype html>\n<html lang="en">')).toBe(true)
    for (const said of ['2 findings would break training.', 'oops', 'plant.csv']) expect(html).toContain(said)
    expect(html).not.toContain(cwd)
  })

  test('is Chinese with --lang zh, and --json prints its place beside the rest', async () => {
    const finished = await whynan(['audit', join(cwd, 'plant.csv'), '-o', 'zh.html', '--lang', 'zh', '--json'], { cwd })
    expect(jsonOf(finished)).toMatchObject({ report: 'zh.html', tables: [{ name: 'plant' }] })
    const html = await readFile(join(cwd, 'zh.html'), 'utf8')
    expect(html).toContain('<html lang="zh-CN">')
    expect(html).not.toContain(cwd)
  })

  test.each<[string, string[], string[]]>([
    ['a place that cannot be written', ['audit', 'plant.csv', '-o', 'no/such/folder.html'], ['no/such/folder.html', 'there is no such file or folder', '-o']],
    ['an empty place', ['audit', 'plant.csv', '-o', ''], ['--output got an empty value']],
  ])('refuses %s in a sentence', async (_, args, says) => expectRefusal(await whynan(args, { cwd }), ...says))
})

describe('files without one table to train on', () => {
  const named = new MatWriter()
  const files = {
    'one.csv': 'x\n1\n2\n50\n',
    'two.mat': named.file({ a: doubles([3, 2], [1, 2, 3, 4, 5, Number.NaN]), b: doubles([2, 3], [1, 2, 3, 4, 5, 6]) }),
    'handle.mat': named.file({ f: { kind: 'opaque', className: 'function_handle' } }),
  }
  let cwd = ''
  beforeAll(async () => {
    cwd = await folderWith(files)
  })

  test('a single column is audited all the same', async () => {
    const { stdout, status } = await whynan(['audit', 'one.csv'], { cwd })
    expect(status).toBe(0)
    expect(stdout).toMatch(/one {2}3 rows x 1 column\n/)
    expect(stdout).toMatch(/^x +input +3 +1 +2 +50/m)
    expect(stdout).toContain('a single column: a target and at least one')
  })

  test('each of several tables that could be meant is audited', async () => {
    const { tables, assumptions } = JSON.parse((await whynan(['audit', 'two.mat', '--json'], { cwd })).stdout) as { tables: { name: string; findings: { id: string }[] }[]; assumptions: string[] }
    expect(tables.map(({ name }) => name)).toEqual(['a', 'b'])
    expect(tables[0]?.findings.map(({ id }) => id)).toContain('not-finite')
    expect(assumptions).toEqual([expect.stringContaining('Several tables could be trained on')])
  })

  test('variables that are no tables are listed with their class and size, and why', async () => {
    const { stdout, status } = await whynan(['audit', 'handle.mat'], { cwd })
    expect(status).toBe(0)
    expect(stdout).toMatch(/^ {2}f +function_handle +\S/m)
    expect(stdout).toContain('save func2str(x) instead')
    expect(stdout).not.toContain('f: f ')
  })
})
