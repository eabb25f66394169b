/** A run folder of which a part is lost: a sentence says which, and what can still be said is said. */
import { cp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { folderWith, smoothCsv, whynan } from './whynan.ts'

let whole = ''
beforeAll(async () => {
  const lines = smoothCsv(120).trimEnd().split('\n')
  lines[41] = `nan,${(lines[41] ?? '').split(',').slice(1).join(',')}`
  whole = await folderWith({ 'data.csv': `${lines.join('\n')}\n` })
  expect((await whynan(['fit', 'data.csv', '--recipe', 'classic', '--batch', '30', '--steps', '20', '--validation', 'none', '--out', 'run', '--quiet'], { cwd: whole })).status).toBe(2)
})

const again = 'its incident was lost; run again, it failed'
const parts: readonly (readonly [file: string, spoil: 'missing' | 'cut short' | 'of another version', says: readonly string[]])[] = [
  ['metrics.csv', 'missing', ['metrics.csv in run is missing']],
  ['metrics.csv', 'cut short', ['metrics.csv in run is damaged', 'cut short']],
  ['checkpoints/last', 'missing', []],
  ['checkpoints/last', 'cut short', ['checkpoints/last in run is damaged', '60 bytes']],
  ['incident/incident.json', 'missing', ['incident/incident.json in run is missing', again]],
  ['incident/incident.json', 'cut short', ['incident/incident.json in run is cut short or damaged', again]],
  ['incident/incident.json', 'of another version', ['incident/incident.json in run was written by version 7', again]],
  ['incident/before', 'missing', ['incident/before in run is missing', again]],
  ['incident/before', 'cut short', ['incident/before in run is damaged', again]],
  ['incident/batch', 'missing', ['incident/batch in run is missing', again]],
  ['incident/batch', 'cut short', ['incident/batch in run is damaged', again]],
  ['incident', 'missing', [again]],
]

describe('explain with a part of the run lost', () => {
  test.each(parts)('%s %s', async (file, spoil, says) => {
    const cwd = await folderWith()
    await cp(whole, cwd, { recursive: true })
    const path = join(cwd, 'run', file)
    if (spoil === 'missing') await rm(path, { recursive: true })
    else if (spoil === 'cut short') await truncate(path, 60)
    else await writeFile(path, (await readFile(path, 'utf8')).replace(/("version":\s*)1/, '$17'))
    const { status, stdout, stderr } = await whynan(['explain', 'run'], { cwd })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    const words = stdout.replace(/\s+/g, ' ')
    for (const said of [...says, 'One training row holds NaN: row 41, column 1', 'proven by replay']) expect(words).toContain(said)
  })
})

test('of a healthy run whose losses are lost, none is quoted', async () => {
  const cwd = await folderWith({ 'smooth.csv': smoothCsv(200) })
  expect((await whynan(['fit', 'smooth.csv', '--steps', '300', '--out', 'run', '--quiet'], { cwd })).status).toBe(0)
  await rm(join(cwd, 'run', 'metrics.csv'))
  const { status, stdout } = await whynan(['explain', 'run'], { cwd })
  const words = stdout.replace(/\s+/g, ' ')
  expect(status).toBe(0)
  expect(words).toContain('metrics.csv in run is missing')
  expect(words).toContain('The run looks healthy by the weights it ended with')
  expect(words).not.toContain('NaN')
})
