/** `whynan audit --memory` as people see it, with DuckDB beside the installed command and without. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
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
  // Reckoned at four times its size, more than a quarter of a bound of 512 MB: 34 MB.
  const line = (i: number): string => `${i},${(i * 7919) % 1013},${i === 4 ? 'oops' : i === 7 ? '' : i / 8},${'x'.repeat(900)}${i % 3}`
  const plant = `n,wave,gaps,label\n${Array.from({ length: 36_000 }, (_, i) => line(i)).join('\n')}\n`
  writeFileSync(join(folder, 'plant.csv'), plant)
  writeFileSync(join(folder, 'plant.csv.gz'), gzipSync(plant, { level: 1 }))
  // DuckDB takes 290 MB beside its own 128 MiB; 64 bytes for each of above 4,100,000 rows and the program's 160 MiB pass a bound of 430 MB.
  writeFileSync(join(folder, 'rows.csv'), `n,wave\n${'1,2\n'.repeat(4_200_000)}`)
  const pair = (i: number, far: number): string => {
    const [a, b] = [(i * 0.754877) % 1, (i * 0.56984) % 1]
    return [a, b, 1000 * a, a - 2 * b, far === 1 && i % 9000 === 1 ? 60 : b * b, i % 500 === 0 ? 'rare' : `kind ${i % 7}`, 'y'.repeat(900), a + b * b].join(',')
  }
  const header = 'a,b,scaled,mixed,far,kind,note,y'
  const training = Array.from({ length: 20_000 }, (_, i) => pair(i % 19_000, 1))
  const validation = Array.from({ length: 18_000 }, (_, i) => (i < 3000 ? training[i] ?? '' : pair(50_000 + i, 0).replace(/^[^,]+/, i % 2 === 0 ? '7.5' : '0.9').replace('rare', 'new')))
  writeFileSync(join(folder, 'plant_train.csv'), `${header}\n${training.join('\n')}\n`)
  writeFileSync(join(folder, 'plant_valid.csv'), `${header}\n${validation.join('\n')}\n`)
})

function audit(command: string, ...args: string[]): { readonly status: number | null, readonly stdout: string, readonly stderr: string } {
  const env = { PATH: process.env['PATH'], LANG: 'C.UTF-8', NO_COLOR: '1', COLUMNS: '120' }
  return spawnSync(process.execPath, [join(command, 'bin', 'whynan.js'), 'audit', ...args], { cwd: folder, encoding: 'utf8', env, maxBuffer: 2 ** 26 })
}

/** What of an audit is the table's, not the sentence that says how it was read. */
const tablesOf = (stdout: string): unknown => (JSON.parse(stdout) as { tables: unknown }).tables

describe('a table that would take more than a quarter of the bound', () => {
  test.each(['plant.csv', 'plant.csv.gz'])('%s is audited from disk, a column at a time, and all that is found is what is found in memory', name => {
    const args = ['--target', 'wave', '--inputs', 'n,gaps,label', '--json']
    const whole = audit(root, name, ...args)
    const bounded = audit(root, name, ...args, '--memory', '512MB')
    expect({ status: bounded.status, stderr: bounded.stderr }).toEqual({ status: 0, stderr: '' })
    expect(JSON.parse(bounded.stdout)).toEqual(JSON.parse(whole.stdout))
    expect(whole.stdout).toContain('"id":"text-in-numbers"')
  })

  test('and compared with a validation table', () => {
    const args = ['plant_train.csv', 'plant_valid.csv', '--target', 'y', '--inputs', 'a,b,scaled,mixed,far,kind', '--json']
    const whole = audit(root, ...args)
    expect(tablesOf(audit(root, ...args, '--memory', '256MB').stdout)).toEqual(tablesOf(whole.stdout))
    for (const id of ['duplicates-across', 'shift', 'beyond-training', 'new-category', 'copy-of-column', 'linear-mix', 'duplicate-rows', 'outliers']) {
      expect(whole.stdout, id).toContain(`"id":"${id}"`)
    }
  })

  test('as text and as a page, in Chinese too', () => {
    const text = audit(root, 'plant.csv', '--memory', '512MB', '--lang', 'zh')
    expect(text).toMatchObject({ status: 0, stderr: '' })
    for (const said of ['36,000', '直方图', '"oops"', '第 5 行']) expect(text.stdout).toContain(said)
    expect(audit(root, 'plant.csv', '--memory', '512MB', '-o', 'bounded.html')).toMatchObject({ status: 0, stdout: 'bounded.html\n', stderr: '' })
    expect(audit(root, 'plant.csv', '-o', 'whole.html').status).toBe(0)
    const page = (name: string): string => readFileSync(join(folder, name), 'utf8')
    expect(page('bounded.html')).toBe(page('whole.html'))
  })
})

describe('a table of so many rows that a column at a time passes the bound', () => {
  test.skipIf(module === null)('is audited by DuckDB, with the figures of an audit in memory', async () => {
    const instance = await module?.DuckDBInstance.create(':memory:', {})
    const connection = await instance?.connect()
    await connection?.run(`COPY (SELECT i::DOUBLE AS n, (i * 7919 % 1013)::DOUBLE AS wave FROM range(4200000) t(i)) TO '${join(folder, 'rows.parquet')}' (FORMAT parquet)`)
    connection?.closeSync()
    instance?.closeSync()
    const large = JSON.parse(audit(installed, 'rows.parquet', '--memory', '430MB', '--json').stdout)
    const whole = JSON.parse(audit(installed, 'rows.parquet', '--json').stdout)
    // Of so many rows for so little memory quantiles and distinct values are approximate, and that is said.
    const figures = ({ tables }: { tables: { columns: object[] }[] }): object[] => (tables[0]?.columns ?? []).map(column => ({ ...column, quantiles: null, distinct: null }))
    expect(figures(large)).toEqual(figures(whole))
    expect(large.variables).toEqual(whole.variables)
    expect(large.assumptions.join(' ')).toContain('audited without loading it')
  })

  test('is refused without DuckDB, with what to install', () => {
    const { status, stdout, stderr } = audit(root, 'rows.csv', '--memory', '430MB')
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toMatch(/^whynan: rows\.csv may hold [\d,]+ rows, .*npm install @duckdb\/node-api.* raise --memory to \d+MB\.\n$/)
  })
})
