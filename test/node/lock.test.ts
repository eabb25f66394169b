/** One run is written by one process at a time, and a process that ended stands in nobody's way. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lockRun } from '../../src/node/lock.ts'
import { createRunFolder } from '../../src/node/run-folder.ts'
import { expectRefusal, folderWith, jsonOf, smoothCsv, start, whynan } from '../cli/whynan.ts'

let parent = ''
let count = 0
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'whynan-lock-'))
})
afterAll(() => rm(parent, { recursive: true }))

async function newFolder(): Promise<string> {
  const made = join(parent, String(count++))
  await mkdir(made)
  return made
}

/** A folder with a lock that says what this process's would, but for `changes`. */
async function lockedWith(changes: object): Promise<string> {
  const folder = await newFolder()
  const lock = await lockRun(folder, 'run')
  const own: unknown = JSON.parse(await readFile(join(folder, 'run.lock'), 'utf8'))
  await lock.release()
  await writeFile(join(folder, 'run.lock'), JSON.stringify({ ...(own as object), ...changes }))
  return folder
}

describe('the lock of a run folder', () => {
  test('is one process’s at a time, and gone when it is released', async () => {
    const folder = await newFolder()
    const lock = await lockRun(folder, 'my run')
    await expect(lockRun(folder, 'my run')).rejects.toMatchObject({ name: 'RecordError', id: 'run-in-use', facts: { pid: process.pid } })
    await expect(lockRun(folder, 'my run')).rejects.toThrow(/^my run is being written by another process \(process \d+, since 20\d\d-.* UTC\): two cannot write one run/)
    await lock.release()
    expect(await readdir(folder)).toEqual([])
    await (await lockRun(folder, 'my run')).release()
  })

  test('names no machine and no person', async () => {
    const folder = await newFolder()
    await lockRun(folder, 'run')
    const held: unknown = JSON.parse(await readFile(join(folder, 'run.lock'), 'utf8'))
    expect(Object.keys(held as object)).toEqual(['format', 'version', 'pid', 'since', 'machine', 'boot', 'began', 'id'])
    expect(held).toMatchObject({ format: 'whynan-lock', version: 1, machine: expect.stringMatching(/^[0-9a-f]{16}$/) })
  })

  test('is taken over from a process that has ended', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', ''])
    const folder = await lockedWith({ pid, began: '' })
    await (await lockRun(folder, 'run')).release()
    expect(await readdir(folder)).toEqual([])
  })

  test.skipIf(process.platform !== 'linux')('is taken over where another process has the number by now, and where the machine was started anew', async () => {
    for (const changes of [{ began: '1' }, { boot: '0123456789abcdef' }]) {
      await expect(lockRun(await lockedWith(changes), 'run')).resolves.toBeDefined()
    }
  })

  test('of another machine is left, with what to do', async () => {
    const folder = await lockedWith({ machine: '0123456789abcdef' })
    await expect(lockRun(folder, 'run')).rejects.toThrow(/a process of another machine .* remove run\.lock in that folder/)
  })

  test.each(['', '{"pid":', '{"pid":"x"}', '[]', 'null'])('that holds %j is one being made, until it is old', async text => {
    const folder = await newFolder()
    const file = join(folder, 'run.lock')
    await writeFile(file, text)
    await expect(lockRun(folder, 'run')).rejects.toMatchObject({ id: 'run-in-use' })
    // Written a minute ago.
    await utimes(file, Date.now() / 1000 - 60, Date.now() / 1000 - 60)
    await (await lockRun(folder, 'run')).release()
  })

  test('is taken over by one of many that try at once', async () => {
    for (let round = 0; round < 40; round++) {
      const folder = await lockedWith({ boot: 'f', began: '1', pid: 2 ** 30 })
      const tried = await Promise.allSettled(Array.from({ length: 8 }, () => lockRun(folder, 'run')))
      expect(tried.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    }
  })

  test('is not released by a process that lost it', async () => {
    const folder = await newFolder()
    const lock = await lockRun(folder, 'run')
    await writeFile(join(folder, 'run.lock'), (await readFile(join(folder, 'run.lock'), 'utf8')).replace(/"id":"[^"]*"/, '"id":"other"'))
    await lock.release()
    expect(await readdir(folder)).toEqual(['run.lock'])
  })

  test('alone leaves a folder empty, and none is left in a folder that is refused', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', ''])
    await (await createRunFolder(await lockedWith({ pid, began: '' }))).release()
    const foreign = await newFolder()
    await writeFile(join(foreign, 'thesis.docx'), 'mine')
    for (const overwrite of [false, true]) await expect(createRunFolder(foreign, { overwrite })).rejects.toThrow('thesis.docx')
    expect(await readdir(foreign)).toEqual(['thesis.docx'])
  })
})

describe.skipIf(process.platform === 'win32')('a fit that is running', () => {
  const fit = ['fit', 'data.csv', '--recipe', 'classic', '--print-every', '0', '--json', '--quiet']
  const until = async (path: string): Promise<void> => {
    while (!existsSync(path)) await new Promise(next => setTimeout(next, 5))
  }

  test('is left alone by resume and by another fit, and ends as if nobody had tried', async () => {
    const cwd = await folderWith({ 'data.csv': smoothCsv(2000) })
    const { finished } = start([...fit, '--steps', '60000', '--out', 'run'], { cwd })
    await until(join(cwd, 'run', 'run.json'))
    for (const second of [['resume', 'run'], [...fit, '--steps', '10', '--out', 'run', '--overwrite']]) {
      expectRefusal(await whynan(second, { cwd }), 'run is being written by another process')
    }
    const first = await finished
    expect({ status: first.status, steps: jsonOf(first)['steps'] }).toEqual({ status: 0, steps: 60_000 })
    expect(existsSync(join(cwd, 'run', 'run.lock'))).toBe(false)
  })

  test('and was killed is resumed', async () => {
    const cwd = await folderWith({ 'data.csv': smoothCsv(2000) })
    const { child, finished } = start([...fit, '--steps', '2000000', '--out', 'run'], { cwd })
    await until(join(cwd, 'run', 'checkpoints', 'last'))
    child.kill('SIGKILL')
    await finished
    expect(existsSync(join(cwd, 'run', 'run.lock'))).toBe(true)
    const { child: second, finished: resumed } = start(['resume', 'run', '--json', '--quiet'], { cwd })
    await new Promise(next => setTimeout(next, 1500))
    second.kill('SIGINT')
    expect((await resumed).status).toBe(130)
    expect(existsSync(join(cwd, 'run', 'run.lock'))).toBe(false)
  })
})
