/** Ctrl-C: the run is kept, and goes on to what it would have become. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { folderWith, jsonOf, smoothCsv, start, whynan } from './whynan.ts'

/** Long enough to be interrupted, short enough to wait for twice. */
const long = ['fit', 'data.csv', '--recipe', 'classic', '--print-every', '0', '--evaluate-every', '10', '--steps', '25000', '--json']

let cwd = ''
let whole: Record<string, unknown> = {}
beforeAll(async () => {
  cwd = await folderWith({ 'data.csv': smoothCsv(2000) })
  whole = jsonOf(await whynan([...long, '--quiet', '--out', 'whole'], { cwd }))
})

/** Waits until the run has begun to train: its record stands before the first step. */
async function begun(run: string): Promise<void> {
  while (!existsSync(join(cwd, run, 'run.json'))) await new Promise(next => setTimeout(next, 5))
}

describe.skipIf(process.platform === 'win32')('an interrupted fit', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('ends on %s with status 130, and resume gives the bits of a run that was not', async signal => {
    const out = `stopped-${signal}`
    const { child, finished } = start([...long, '--out', out], { cwd })
    await begun(out)
    child.kill(signal)
    const stopped = await finished
    expect({ status: stopped.status, signal: stopped.signal }).toEqual({ status: 130, signal: null })
    const kept = jsonOf(stopped)
    expect(kept).toMatchObject({ run: out, status: 'interrupted' })
    expect(kept['steps']).toBeLessThan(25_000)
    expect(stopped.stderr).toContain(`whynan resume ${out}`)

    const resumed = await whynan(['resume', out, '--json', '--quiet'], { cwd })
    expect({ status: resumed.status, stderr: resumed.stderr }).toEqual({ status: 0, stderr: '' })
    const { steps, weightsHash, training, validation } = jsonOf(resumed)
    expect({ steps, weightsHash, training, validation }).toEqual({
      steps: 25_000, weightsHash: whole['weightsHash'], training: whole['training'], validation: whole['validation'],
    })
    for (const file of ['metrics.csv', 'checkpoints/last', 'model.json']) {
      expect((await readFile(join(cwd, out, file))).equals(await readFile(join(cwd, 'whole', file)))).toBe(true)
    }
  })
})

test.skipIf(process.platform === 'win32')('Ctrl-C ends a command that waits for what a pipe does not give', async () => {
  execFileSync('mkfifo', [join(cwd, 'silent')])
  const { child, finished } = start(['audit', 'silent'], { cwd })
  // Long enough to have begun to open the pipe, which nobody ever writes to; ended before that it would end all the same.
  await new Promise(next => setTimeout(next, 1500))
  child.kill('SIGINT')
  expect((await finished).signal).toBe('SIGINT')
})
