/** A record or a model that was edited after it was written: that is said, and what can still be used is used. */
import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { folderWith, smoothCsv, whynan } from './whynan.ts'

let whole = ''
beforeAll(async () => {
  whole = await folderWith({ 'data.csv': smoothCsv(200), 'new.csv': smoothCsv(5) })
  expect((await whynan(['fit', 'data.csv', '--steps', '60', '--out', 'runs/a', '--quiet'], { cwd: whole })).status).toBe(0)
})

async function edited(file: string, from: RegExp, to: string): Promise<string> {
  const cwd = await folderWith()
  await cp(whole, cwd, { recursive: true })
  const path = join(cwd, 'runs', 'a', file)
  const text = await readFile(path, 'utf8')
  expect(text).toMatch(from)
  await writeFile(path, text.replace(from, to))
  return cwd
}

const commands = [['explain', 'runs/a'], ['predict', 'runs/a', 'new.csv'], ['resume', 'runs/a'], ['runs'], ['report', 'runs/a', '-o', 'page.html']]
const output = async (args: readonly string[], cwd: string): Promise<string> => {
  const { status, stdout, stderr } = await whynan(args, { cwd })
  expect(status).toBe(0)
  return stdout + stderr + (args[0] === 'report' ? await readFile(join(cwd, 'page.html'), 'utf8') : '')
}

test.each(commands)('%s says that a result was edited, and of one that was not nothing', async (...args) => {
  const cwd = await edited('run.json', /"rmse": [\d.e-]+/, '"rmse": 0.0001')
  expect(await output(args, cwd)).toMatch(/run\.json (was changed after it was written|changed since)/)
  const untouched = await edited('run.json', /\{/, '{ ')
  expect(await output(args, untouched)).not.toMatch(/changed/)
})

test.each(commands.filter(([name]) => name === 'predict' || name === 'report'))('%s says that a model was edited', async (...args) => {
  const cwd = await edited('model.json', /"mean": /, '"mean": 1')
  expect(await output(args, cwd)).toContain('model.json was changed after it was written: its checksum is another.')
})

test('says it in Chinese too, and scripts get a field', async () => {
  const cwd = await edited('run.json', /"rmse": [\d.e-]+/, '"rmse": 0.0001')
  expect(await output(['explain', 'runs/a', '--lang', 'zh'], cwd)).toContain('run.json 在写入之后被改动')
  expect(JSON.parse(await output(['runs', '--json'], cwd))).toMatchObject({ runs: [{ name: 'a', changed: true }] })
})
