/** `whynan audit --memory` as people see it, with DuckDB beside the installed command and without. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { duckdbForTests } from '../engines/duckdb.ts'

const root = resolve(import.meta.dirname, '../..')
const module = await duckdbForTests()
const folder = mkdtempSync(join(tmpdir(), 'whynan-large-cli-'))
const installed = join(folder, 'installed')
afterAll(() => rmSync(folder, { recursive: true }))

beforeAll(() => {
  for (const part of ['bin', 'dist', 'package.json']) cpSync(join(root, part), join(installed, part), { recursive: true })
  if (module !== null) {
    mkdirSync(join(installed, 'node_modules'))
    symlinkSync(join(root, 'test', 'engines', 'node_modules', '@duckdb'), join(installed, 'node_modules', '@duckdb'))
  }
  // Reckoned at four times its size, more than a quarter of the least bound of 512 MB: 34 MB.
  const line = (i: number): string => `${i},${(i * 7919) % 1013},${i === 4 ? 'oops' : i === 7 ? '' : i / 8},${'x'.repeat(900)}${i % 3}`
  writeFileSync(join(folder, 'plant.csv'), `n,wave,gaps,label\n${Array.from({ length: 36_000 }, (_, i) => line(i)).join('\n')}\n`)
})

function audit(command: string, ...args: string[]): { readonly status: number | null, readonly stdout: string, readonly stderr: string } {
  const env = { PATH: process.env['PATH'], LANG: 'C.UTF-8', NO_COLOR: '1', COLUMNS: '120' }
  return spawnSync(process.execPath, [join(command, 'bin', 'whynan.js'), 'audit', 'plant.csv', ...args], { cwd: folder, encoding: 'utf8', env, maxBuffer: 2 ** 26 })
}

describe('a table that would take more than a quarter of the bound', () => {
  test.skipIf(module === null)('is audited without loading, with the figures of an audit in memory', () => {
    const large = JSON.parse(audit(installed, '--memory', '512MB', '--json').stdout)
    const whole = JSON.parse(audit(installed, '--json').stdout)
    expect(large.tables[0].columns).toEqual(whole.tables[0].columns)
    expect(large.tables[0].rows).toBe(36_000)
    expect(large.variables).toEqual(whole.variables)
    expect(large.assumptions.join(' ')).toContain('audited without loading it')
  })

  test.skipIf(module === null)('as text and as a page, in Chinese too', () => {
    const text = audit(installed, '--memory', '512MB', '--lang', 'zh')
    expect(text).toMatchObject({ status: 0, stderr: '' })
    for (const said of ['36,000', '直方图', '"oops"', '第 5 和 8 行']) expect(text.stdout).toContain(said)
    expect(audit(installed, '--memory', '512MB', '-o', 'plant.html')).toMatchObject({ status: 0, stdout: 'plant.html\n', stderr: '' })
  })

  test('is refused without DuckDB, with what to install', () => {
    const { status, stdout, stderr } = audit(root, '--memory', '512MB')
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toMatch(/^whynan: plant\.csv may take \d+ MB in memory, .*npm install @duckdb\/node-api.* raise --memory to \d+MB\.\n$/)
  })
})
