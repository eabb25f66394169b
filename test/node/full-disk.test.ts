/**
 * A disk that fills while a fit writes: the fit ends with a sentence, and when there is space `resume` goes on to what it would
 * have become. The disk is a small tmpfs in a mount namespace of its own, which needs root; a limit on the size of files, which
 * needs nobody, comes near it.
 */
import { spawnSync } from 'node:child_process'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { command, expectRefusal, folderWith, jsonOf, smoothCsv, whynan, type Finished } from '../cli/whynan.ts'

const root = process.getuid?.() === 0
const mayMount = root && spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0
if (root && !mayMount && process.platform === 'linux') {
  const sentence = 'This machine lets nobody mount a tmpfs (unshare -m mount -t tmpfs), so no disk of its own can be filled.'
  if (process.env['WHYNAN_REQUIRE']) throw new Error(sentence)
  console.log(`${sentence} Its test skips.`)
}

/** About 90 bytes of metrics a step, some 600 kB in all. */
const fit = ['fit', 'data.csv', '--recipe', 'classic', '--batch', '500', '--steps', '7000', '--evaluate-every', '100', '--print-every', '0', '--json', '--quiet']

let cwd = ''
let weightsHash: unknown
let metrics: Buffer
beforeAll(async () => {
  cwd = await folderWith({ 'data.csv': smoothCsv(2000) })
  const whole = await whynan([...fit, '--out', 'whole'], { cwd })
  expect(whole.status).toBe(0)
  weightsHash = jsonOf(whole)['weightsHash']
  metrics = await readFile(join(cwd, 'whole', 'metrics.csv'))
})

/** Runs a shell script with "$@" as the command of whynan; what it prints is split by lines of `---`. */
function inShell(prefix: readonly string[], script: string): Finished[] {
  const { stdout, stderr } = spawnSync(prefix[0] ?? 'sh', [...prefix.slice(1), '-c', script, 'sh', process.execPath, command], {
    cwd, encoding: 'utf8', maxBuffer: 2 ** 26, env: { PATH: process.env['PATH'], HOME: cwd, LANG: 'C.UTF-8' },
  })
  const errors = stderr.split('---\n')
  return stdout.split('---\n').slice(0, -1).map((part, i) => {
    const [, out = '', status] = /^(.*?)status (\d+)\n$/s.exec(part) ?? []
    return { status: Number(status), signal: null, stdout: out, stderr: errors[i] ?? '' }
  })
}

const step = (args: readonly string[]): string => `"$@" ${args.join(' ')}; echo "status $?"; echo "---"; echo "---" >&2`

describe.skipIf(!mayMount)('a disk that is full', () => {
  test.each(['8k', '64k', '256k'])('of %s stops a fit with a sentence, and resume goes on when it is larger', async size => {
    await mkdir(join(cwd, 'disk'), { recursive: true })
    const [full, again, resumed, kept] = inShell(['unshare', '-m', 'sh'], `
      mount -t tmpfs -o size=${size} tmpfs disk || exit 9
      ${step([...fit, '--out', 'disk/run'])}
      ${step(['resume', 'disk/run', '--json', '--quiet'])}
      mount -o remount,size=16m disk || exit 9
      ${step(['resume', 'disk/run', '--json', '--quiet'])}
      base64 -w 0 disk/run/metrics.csv; ${step(['--version'])}`)
    expectRefusal(full!, 'no space is left on the disk', 'Make space there')
    if (full!.stderr.includes('whynan resume')) {
      // Still full: refused again, and nothing is lost by it.
      expectRefusal(again!, 'no space is left on the disk')
      expect({ status: resumed!.status, stderr: resumed!.stderr }).toEqual({ status: 0, stderr: '' })
      expect(jsonOf(resumed!)['weightsHash']).toBe(weightsHash)
      expect(Buffer.from(kept!.stdout.replace(/[^A-Za-z0-9+/=].*$/s, '').slice(0, Math.ceil(metrics.length / 3) * 4), 'base64').equals(metrics)).toBe(true)
    } else {
      // Not even run.json fitted: then no folder is left.
      expectRefusal(resumed!, 'disk/run is not a run folder')
    }
  })
})

describe.skipIf(process.platform === 'win32')('a limit on the size of files', () => {
  test('stops a fit with a sentence, and resume goes on without it', async () => {
    // In blocks of 512 or 1,024 bytes, as the shell has it: the record fits, the metrics do not.
    const [stopped, resumed] = inShell(['sh'], `
      (ulimit -f 200; "$@" ${[...fit, '--out', 'limited'].join(' ')}); echo "status $?"; echo "---"; echo "---" >&2
      ${step(['resume', 'limited', '--json', '--quiet'])}`)
    expectRefusal(stopped!, 'cannot be written', 'Raise the limit', 'whynan resume')
    expect({ status: resumed!.status, stderr: resumed!.stderr }).toEqual({ status: 0, stderr: '' })
    expect(jsonOf(resumed!)['weightsHash']).toBe(weightsHash)
    expect((await readFile(join(cwd, 'limited', 'metrics.csv'))).equals(metrics)).toBe(true)
  })
})
