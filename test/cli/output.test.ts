/** What `-o` names is never what was read: a table, a link to it, a part of the run. */
import { readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { expectRefusal, folderWith, smoothCsv, whynan } from './whynan.ts'

let cwd = ''

beforeAll(async () => {
  cwd = await folderWith({ 'good.csv': smoothCsv(120) })
  await symlink('good.csv', join(cwd, 'link.csv'))
  expect((await whynan(['fit', 'good.csv', '--steps', '20', '--out', 'run', '--quiet'], { cwd })).status).toBe(0)
})

test.each([
  [['audit', 'good.csv', '-o', 'good.csv'], 'good.csv'],
  [['audit', 'good.csv', '-o', 'link.csv'], 'good.csv'],
  [['predict', 'run', 'good.csv', '-o', './good.csv'], 'good.csv'],
  [['predict', 'run', 'good.csv', '-o', 'run/model.json'], 'run/model.json'],
  [['report', 'run', '-o', 'run/run.json'], 'run/run.json'],
  [['report', 'run', '-o', 'good.csv'], 'good.csv'],
])('%j is refused, and nothing is lost', async (args, file) => {
  const before = await readFile(join(cwd, file))
  expectRefusal(await whynan(args, { cwd }), '-o names', 'name another file')
  expect(await readFile(join(cwd, file))).toEqual(before)
})

test('a page or predictions that stand in a run folder are written anew', async () => {
  for (const args of [['report', 'run', '-o', 'run/page.html'], ['predict', 'run', 'good.csv', '-o', 'run/said.csv']]) {
    for (const time of ['first', 'second']) expect((await whynan(args, { cwd })).status, `${args.join(' ')} the ${time} time`).toBe(0)
  }
})

test('a flag that is given twice holds as given last, which is said where it changes anything', async () => {
  const fit = (...flags: string[]): ReturnType<typeof whynan> => whynan(['fit', 'good.csv', '--json', '--out', 'twice', '--overwrite', '--steps', '20', ...flags], { cwd })
  expect((await fit('--standardize', '--no-standardize')).stderr).toMatch(/^whynan: --standardize is passed over, since --no-standardize comes after it\.\n/)
  expect(JSON.parse(await readFile(join(cwd, 'twice', 'run.json'), 'utf8'))).toMatchObject({ settings: { standardize: false } })
  expect((await fit('--batch', '8', '--batch', '16')).stderr).toMatch(/^whynan: --batch 8 is passed over, since --batch 16 comes after it\.\n/)
  expect((await fit('--batch', '8', '--batch', '8')).stderr).not.toContain('passed over')
  expect((await fit('--batch', '8', '--batch', '16', '--quiet')).stderr).toBe('')
})

test('a run is explained as it was trained, and links that lead round are said', async () => {
  await symlink('circle', join(cwd, 'circle'))
  expectRefusal(await whynan(['explain', 'run', '--rate', '1'], { cwd }), '--rate means nothing here', 'a run is explained as it was trained')
  expectRefusal(await whynan(['explain', 'run', 'good.csv'], { cwd }), 'good.csv means nothing here')
  expectRefusal(await whynan(['audit', 'circle'], { cwd }), 'circle', 'its links lead round in a circle')
  expectRefusal(await whynan(['fit', 'good.csv', '--out', 'circle'], { cwd }), 'circle', 'its links lead round in a circle')
})
