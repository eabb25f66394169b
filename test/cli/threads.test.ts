/** `--threads` and `--fast` on the command line: the same result for any number, a worker that dies, and what the record says. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { folderWith, jsonOf, smoothCsv, whynan } from './whynan.ts'

const fit = ['fit', 'data.csv', '--recipe', 'classic', '--batch', '2500', '--print-every', '0', '--evaluate-every', '50', '--json', '--quiet', '--steps']

let cwd = ''
beforeAll(async () => { cwd = await folderWith({ 'data.csv': smoothCsv(4000) }) })

async function environment(run: string): Promise<Record<string, unknown>> {
  const record = JSON.parse(await readFile(join(cwd, run, 'run.json'), 'utf8')) as { environment: Record<string, unknown> }
  return record.environment
}

test('any number of threads gives the same result, and the record says how many there were', async () => {
  const results = []
  for (const threads of ['1', '2', '3', '4']) {
    const result = jsonOf(await whynan([...fit, '200', '--threads', threads, '--out', `on-${threads}`], { cwd }))
    expect(result['threads']).toBe(Number(threads))
    expect((await environment(`on-${threads}`))['threads']).toBe(Number(threads))
    results.push({ hash: result['weightsHash'], validation: result['validation'] })
  }
  expect(new Set(results.map(result => JSON.stringify(result))).size).toBe(1)
})

test('a thread that dies ends the run with a sentence, and resume goes on to the same bits on another number', async () => {
  const steps = '20000'
  const whole = jsonOf(await whynan([...fit, steps, '--threads', '1', '--out', 'whole'], { cwd }))
  const preload = new URL('ends-workers.mjs', import.meta.url).href
  const died = await whynan([...fit, steps, '--threads', '2', '--out', 'died'], { cwd, preload })
  expect({ status: died.status, stdout: died.stdout }).toEqual({ status: 1, stdout: '' })
  expect(died.stderr).toMatch(/^whynan: One of 2 training threads ended unexpectedly\. The run in died is saved up to step [1-9]\d*; whynan resume died --threads 1 goes on/)
  expect(died.stderr.trim().split('\n')).toHaveLength(1)
  expect(JSON.parse(await readFile(join(cwd, 'died', 'run.json'), 'utf8'))).toMatchObject({ status: 'failed' })
  const resumed = jsonOf(await whynan(['resume', 'died', '--threads', '1', '--json', '--quiet'], { cwd }))
  expect(resumed).toMatchObject({ status: 'completed', weightsHash: whole['weightsHash'], training: whole['training'], validation: whole['validation'] })
  expect(await readFile(join(cwd, 'died', 'metrics.csv'), 'utf8')).toBe(await readFile(join(cwd, 'whole', 'metrics.csv'), 'utf8'))
})

test('--fast is recorded as what was used, and explain replays with it', async () => {
  const result = jsonOf(await whynan([...fit, '30', '--fast', '--out', 'fast'], { cwd }))
  const { fast } = await environment('fast')
  const { assumptions } = JSON.parse(await readFile(join(cwd, 'fast', 'run.json'), 'utf8')) as { assumptions: string[] }
  // Either the engine has it, or a sentence says that it does not.
  expect(assumptions.some(says => says.includes('--fast changes nothing here'))).toBe(fast === false)
  expect(result['status']).toBe('completed')
  const again = jsonOf(await whynan([...fit, '30', '--fast', '--threads', '2', '--out', 'fast-2'], { cwd }))
  expect(again['weightsHash']).toBe(result['weightsHash'])
  expect((await whynan(['explain', 'fast', '--json'], { cwd })).status).toBe(0)
})

test.each(['0', '1.5', '300', 'all'])('resume refuses --threads %s with a sentence', async threads => {
  const { status, stderr } = await whynan(['resume', 'on-1', '--threads', threads], { cwd })
  expect(status).toBe(1)
  expect(stderr).toMatch(/^whynan: .*threads.*\n$/)
})
