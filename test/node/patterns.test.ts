import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { filesOf, isPattern } from '../../src/node/patterns.ts'

const folder = mkdtempSync(join(tmpdir(), 'whynan-patterns-'))
afterAll(() => rmSync(folder, { recursive: true }))
for (const name of ['a/x1.csv', 'a/x2.csv', 'a/x10.csv', 'a/y.txt', 'a/.hidden.csv', 'b/c/z.csv', 'b/x+(1).csv', 'b/[odd].csv']) {
  mkdirSync(join(folder, name, '..'), { recursive: true })
  writeFileSync(join(folder, name), '')
}

test.each([
  ['a/*.csv', ['a/x1.csv', 'a/x10.csv', 'a/x2.csv']],
  ['a/x?.csv', ['a/x1.csv', 'a/x2.csv']],
  ['a/x[12].csv', ['a/x1.csv', 'a/x2.csv']],
  ['a/x[!1].csv', ['a/x2.csv']],
  ['*/x*.csv', ['a/x1.csv', 'a/x10.csv', 'a/x2.csv', 'b/x+(1).csv']],
  ['**/*.csv', ['a/x1.csv', 'a/x10.csv', 'a/x2.csv', 'b/[odd].csv', 'b/c/z.csv', 'b/x+(1).csv']],
  ['b/x+(?).csv', ['b/x+(1).csv']],
  ['a/.*.csv', ['a/.hidden.csv']],
])('%s', async (pattern, expected) => {
  expect((await filesOf(join(folder, pattern))).map(path => relative(folder, path))).toEqual(expected)
})

test('a file whose name looks like a pattern is a file', () => {
  expect(isPattern(join(folder, 'b', '[odd].csv'))).toBe(false)
  expect(isPattern(join(folder, 'b', '[even].csv'))).toBe(true)
  expect(['-', 'a.csv', 'what.csv'].map(isPattern)).toEqual([false, false, false])
})

test('nothing that fits gets a sentence', async () => {
  await expect(filesOf(join(folder, 'c', '*.csv'))).rejects.toMatchObject({ name: 'TableError', id: 'pattern-empty' })
})

test('links are not followed round in a circle, and more files than anyone names are refused', async () => {
  symlinkSync('..', join(folder, 'b', 'c', 'up'))
  expect((await filesOf(join(folder, '**/z.csv'))).map(path => relative(folder, path))).toEqual(['b/c/z.csv'])
  mkdirSync(join(folder, 'many'))
  for (let i = 0; i <= 10_000; i++) writeFileSync(join(folder, 'many', `${i}.csv`), '')
  await expect(filesOf(join(folder, 'many', '*.csv'))).rejects.toMatchObject({ name: 'TableError', id: 'pattern-many' })
})
