/**
 * SIGKILL at any moment of a fit, the first file's writing and a resume's own included: `resume` goes on to the same bytes as a
 * run that nobody killed, or says in a sentence why not.
 */
import { rm } from 'node:fs/promises'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { expectRefusal, folderWith, jsonOf, smoothCsv, start, whynan } from '../cli/whynan.ts'

const compared = ['metrics.csv', 'checkpoints/last', 'checkpoints/best', 'model.json', 'figures/loss.svg', 'figures/predicted.svg']

/** Fractions that lie evenly and without order between 0 and 1 (multiples of the golden ratio). */
const moment = (i: number): number => (i * 0.6180339887) % 1

describe.skipIf(process.platform === 'win32').each<{ kind: string; options: string[]; kills: number }>([
  { kind: 'in float32, by Philox', options: [], kills: 13 },
  { kind: "in float64, with NumPy's draws", options: ['--draws', 'numpy', '--batch', '64'], kills: 7 },
])('a fit $kind', ({ options, kills }) => {
  let cwd = ''
  let fit: string[] = []
  let duration = 0
  let weightsHash: unknown
  let expected: Buffer[] = []

  beforeAll(async () => {
    cwd = await folderWith({ 'data.csv': smoothCsv(3000) })
    const common = ['fit', 'data.csv', '--recipe', 'classic', '--print-every', '0', '--evaluate-every', '20', '--json', '--quiet', ...options]
    // The first checkpoint comes after a second: as many steps as this machine takes in about two.
    const trial = await whynan([...common, '--steps', '1000', '--out', 'trial'], { cwd })
    const { seconds } = jsonOf(trial)
    const steps = Math.round(Math.min(100_000, Math.max(1000, (1000 * 2) / Number(seconds))))
    fit = [...common, '--steps', String(steps)]
    const from = performance.now()
    const whole = await whynan([...fit, '--out', 'whole'], { cwd })
    duration = performance.now() - from
    weightsHash = jsonOf(whole)['weightsHash']
    expected = await filesOf('whole')
  })

  function filesOf(run: string): Promise<Buffer[]> {
    return Promise.all(compared.map(file => readFile(join(cwd, run, file))))
  }

  async function killedAfter(args: readonly string[], milliseconds: number): Promise<void> {
    const { child, finished } = start(args, { cwd })
    const timer = setTimeout(() => child.kill('SIGKILL'), milliseconds)
    await finished
    clearTimeout(timer)
  }

  /** Kills a fit, every third time its resume too; then goes on to the end. Whether there was a run to go on with. */
  async function survives(i: number): Promise<boolean> {
    const out = `run-${i}`
    await killedAfter([...fit, '--out', out], duration * moment(i + 1))
    if (i % 3 === 0) await killedAfter(['resume', out, '--quiet'], duration * moment(i + 7) * 0.7)
    const resumed = await whynan(['resume', out, '--json', '--quiet'], { cwd })
    if (resumed.status === 1) {
      expectRefusal(resumed, `${out} is not a run folder: it holds no run.json`)
      // What was left does not stand in the way of starting again.
      const again = await whynan([...fit.map(option => option), '--steps', '1', '--out', out], { cwd })
      expect({ status: again.status, stderr: again.stderr }).toEqual({ status: 0, stderr: '' })
    } else {
      expect({ status: resumed.status, stderr: resumed.stderr }).toEqual({ status: 0, stderr: '' })
      expect(jsonOf(resumed)['weightsHash']).toBe(weightsHash)
      const got = await filesOf(out)
      expect(compared.filter((_, f) => !got[f]!.equals(expected[f]!))).toEqual([])
    }
    await rm(join(cwd, out), { recursive: true, force: true })
    return resumed.status === 0
  }

  test(`that is killed at ${kills} moments goes on to the same bytes`, async () => {
    let goneOn = 0
    // Two at a time: most of it is waiting.
    for (let i = 0; i < kills; i += 2) {
      const pair = await Promise.all([i, i + 1].filter(one => one < kills).map(survives))
      goneOn += pair.filter(Boolean).length
    }
    // How many were killed before their first file depends on the machine's load.
    expect(goneOn).toBeGreaterThanOrEqual(Math.floor(kills / 5))
  })

  test('that is killed before its first file is a folder that is refused, or none', async () => {
    for (const milliseconds of [1, 40]) {
      await killedAfter([...fit, '--out', 'early'], milliseconds)
      const resumed = await whynan(['resume', 'early', '--quiet'], { cwd })
      expectRefusal(resumed, 'early is not a run folder')
    }
  })
})
