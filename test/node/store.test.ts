import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'rolldown'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createRunFolder, recordedPath } from '../../src/node/run-folder.ts'
import { folderStore } from '../../src/node/store.ts'
import { memoryStore, type Store } from '../../src/record/store.ts'
import { resumedRun, wholeRun } from '../record/sample.ts'

let folder = ''
let count = 0
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whynan-store-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function newFolder(): Promise<string> {
  const made = join(folder, String(count++))
  await mkdir(made)
  return made
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value)

describe.each<[string, () => Promise<Store>]>([
  ['on disk', async () => folderStore(await newFolder())],
  ['in memory', async () => memoryStore()],
])('a store %s', (_where, make) => {
  test('writes, replaces, adds, cuts, lists and removes', async () => {
    const store = await make()
    await store.write('checkpoints/last', text('old'))
    await store.write('checkpoints/last', text('new'))
    await store.append('metrics.csv', text('abc'))
    await store.append('metrics.csv', text('def'))
    await store.flush('metrics.csv')
    expect(await store.read('checkpoints/last')).toEqual(text('new'))
    expect(await store.read('metrics.csv')).toEqual(text('abcdef'))
    await store.truncate('metrics.csv', 2)
    expect(await store.size('metrics.csv')).toBe(2)
    await expect(store.truncate('metrics.csv', 3)).rejects.toMatchObject({ name: 'RecordError', id: 'file-shorter' })
    expect(await store.list('')).toEqual(['checkpoints', 'metrics.csv'])
    expect(await store.list('checkpoints')).toEqual(['last'])
    await store.remove('metrics.csv')
    await store.remove('metrics.csv')
    expect(await store.list('')).toEqual(['checkpoints'])
  })

  test('has nothing where nothing is', async () => {
    const store = await make()
    expect([await store.read('a/b'), await store.size('a/b'), await store.list('a')]).toEqual([null, null, []])
  })

  test('holds a run', async () => {
    const store = await make()
    expect(await wholeRun(store, { steps: 12, failsAt: 8 })).toMatchObject({ status: 'non-finite' })
    expect(await store.list('incident')).toEqual(['batch', 'before', 'incident.json'])
  })
})

describe('a folder', () => {
  test('loses what a killed process left unfinished, and no other file', async () => {
    const at = await newFolder()
    await writeFile(join(at, 'run.json.4711-3.partial'), 'half')
    await writeFile(join(at, 'notes.partial'), 'mine')
    const store = folderStore(at)
    expect(await store.list('')).toEqual(['notes.partial'])
    await store.write('run.json', text('{}'))
    expect(await readdir(at)).toEqual(['notes.partial', 'run.json'])
  })

  test('files that are written beside each other are all there, and what a killed process left is not', async () => {
    const at = await newFolder()
    await mkdir(join(at, 'figures'))
    // A container gives every process the same number.
    await writeFile(join(at, 'figures', `loss.svg.${process.pid}-0.partial`), 'half')
    const store = folderStore(at)
    const names = Array.from({ length: 20 }, (_, i) => `figures/${i}.svg`)
    await Promise.all(names.map(name => store.write(name, text(name))))
    expect((await readdir(join(at, 'figures'))).sort()).toEqual(names.map(name => name.slice('figures/'.length)).sort())
    for (const name of names) expect(Buffer.from((await store.read(name))!).toString()).toBe(name)
  })

  test('leaves nothing behind when it cannot write', async () => {
    const at = await newFolder()
    await mkdir(join(at, 'run.json'))
    await expect(folderStore(at).write('run.json', text('{}'))).rejects.toMatchObject({ id: 'not-a-file' })
    expect(await readdir(at)).toEqual(['run.json'])
  })

  test('says what the system refuses', async () => {
    const at = await newFolder()
    await writeFile(join(at, 'file'), '')
    await expect(folderStore(join(at, 'file')).read('run.json')).rejects.toMatchObject({ id: 'not-a-folder' })
    await expect(folderStore(join(at, 'file')).write('run.json', text(''))).rejects.toMatchObject({ id: 'not-a-folder' })
    await expect(createRunFolder(join(at, 'file'))).rejects.toMatchObject({ id: 'not-a-folder' })
    await expect(createRunFolder({ parent: join(at, 'file'), date: '2026-11-23', name: 'x' })).rejects.toMatchObject({ id: 'not-a-folder' })
    await expect(createRunFolder(join(at, 'x'.repeat(300)))).rejects.toMatchObject({ id: 'name-too-long' })
  })

  test.skipIf(process.platform !== 'linux')('says that the disk is full', async () => {
    const at = await newFolder()
    await symlink('/dev/full', join(at, 'metrics.csv'))
    await expect(folderStore(at).append('metrics.csv', text('1'))).rejects.toMatchObject({
      id: 'disk-full', message: `${join(at, 'metrics.csv')} cannot be written: no space is left on the disk. Make space there.`,
    })
  })

  test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')('says that it may not write', async () => {
    const at = join(await newFolder(), 'locked')
    await mkdir(at, { mode: 0o500 })
    await expect(folderStore(at).write('run.json', text(''))).rejects.toMatchObject({ id: 'no-permission' })
    await expect(createRunFolder(join(at, 'run'))).rejects.toMatchObject({ id: 'no-permission' })
  })
})

describe('the folder of a new run', () => {
  test('is made with its parents, and may be there if it is empty', async () => {
    const at = join(await newFolder(), 'a', 'b')
    const first = await createRunFolder(at)
    expect(first.path).toBe(at)
    await first.release()
    const second = await createRunFolder(at)
    expect(second.path).toBe(at)
    await second.store.write('run.json', text('{}'))
    await second.release()
    await expect(createRunFolder(at)).rejects.toMatchObject({ id: 'folder-not-empty', facts: { folder: at, entries: 1 } })
    await expect(createRunFolder(at)).rejects.toThrow('is not empty (run.json). Name another folder, or add --overwrite')
  })

  test('takes the first number that is free, and each process its own', async () => {
    const parent = join(await newFolder(), 'runs')
    await mkdir(join(parent, '2026-11-23-mapping-2'), { recursive: true })
    const place = { parent, date: '2026-11-23', name: 'mapping' }
    const made = await Promise.all(Array.from({ length: 5 }, () => createRunFolder(place)))
    expect(made.map(({ path }) => path).sort()).toEqual([1, 3, 4, 5, 6].map(n => join(parent, `2026-11-23-mapping-${n}`)))
  })

  test.each([
    ['../..', 'run'], ['a b/c:d', 'a-b-c-d'], ['Messwerte Öl 3', 'Messwerte-Öl-3'], ['', 'run'], ['x'.repeat(300), 'x'.repeat(60)],
    ['映射'.repeat(40), '映射'.repeat(30)], ['\u0007\n', 'run'],
  ])('is called after %j', async (name, plain) => {
    const parent = await newFolder()
    await createRunFolder({ parent, date: '2026-11-23', name })
    expect(await readdir(parent)).toEqual([`2026-11-23-${plain}-1`])
  })

  test('is overwritten when it holds a run and nothing else', async () => {
    const at = await newFolder()
    await wholeRun(folderStore(at), { steps: 12, failsAt: 8 })
    await writeFile(join(at, 'run.json.12-3.partial'), '')
    const { store } = await createRunFolder(at, { overwrite: true })
    expect(await store.list('')).toEqual([])
  })

  test.each<[string, string]>([
    ['a file of somebody’s', 'thesis.docx'], ['one among the figures', 'figures/thesis.docx'], ['an empty folder', 'photos/'],
  ])('is not overwritten when it also holds %s', async (_what, foreign) => {
    const at = await newFolder()
    await wholeRun(folderStore(at), { steps: 5 })
    if (foreign.endsWith('/')) await mkdir(join(at, foreign))
    else await writeFile(join(at, foreign), 'mine')
    const before = await contents(at)
    await expect(createRunFolder(at, { overwrite: true })).rejects.toMatchObject({
      id: 'folder-not-a-run', facts: { others: [foreign.replace(/\/$/, '')] },
    })
    expect(await contents(at)).toEqual(before)
  })

  test.each([['another program’s run.json', '{"name":"x"}', 'not-a-run'], ['no run.json', null, 'folder-not-a-run']])(
    'is not overwritten when it holds %s', async (_what, run, id) => {
      const at = await newFolder()
      await writeFile(join(at, 'metrics.csv'), 'mine')
      if (run !== null) await writeFile(join(at, 'run.json'), run)
      await expect(createRunFolder(at, { overwrite: true })).rejects.toMatchObject({ id })
      expect(await readFile(join(at, 'metrics.csv'), 'utf8')).toBe('mine')
    })

  test('is overwritten when its run is damaged or of another version', async () => {
    for (const run of ['{"format":"whynan-run","version":7}', '{"format":"why']) {
      const at = await newFolder()
      await writeFile(join(at, 'run.json'), run)
      await (await createRunFolder(at, { overwrite: true })).release()
      expect(await readdir(at)).toEqual([])
    }
  })
})

test.skipIf(process.platform === 'win32').each([
  ['/p/runs/r', '/p/data.mat', '../../data.mat'],
  ['/p/runs/r', '/p/data/a.csv', '../../data/a.csv'],
  ['/p/out', '/p/data.mat', '../data.mat'],
  ['/home/me/out', '/home/me/data.csv', '../data.csv'],
  ['/home/me/out', '/home/other/data.csv', 'data.csv'],
  ['/p/runs/r', '/q/data.mat', '../../../q/data.mat'],
  ['/p/runs/r', '/q/someone/data.mat', 'data.mat'],
  ['/out', '/home/me/data.csv', 'data.csv'],
  ['/runs/r', '/home/me/data.csv', 'data.csv'],
])('a run in %s records %s as %s', (run, file, expected) => {
  expect(recordedPath(run, file, ['someone'])).toBe(expected)
})

/** Every file below a folder, by path. */
async function contents(at: string): Promise<Record<string, string>> {
  const entries = (await readdir(at, { recursive: true, withFileTypes: true })).filter(entry => entry.isFile())
  const files = entries.map(entry => join(entry.parentPath, entry.name)).sort()
  const hashes = await Promise.all(files.map(async file => createHash('sha256').update(await readFile(file)).digest('hex')))
  return Object.fromEntries(files.map((file, i) => [file.slice(at.length), hashes[i] ?? '']))
}

describe('a process that', () => {
  let child = ''
  beforeAll(async () => {
    child = join(folder, 'child.mjs')
    const input = join(import.meta.dirname, 'store-child.ts')
    await build({ input, platform: 'node', logLevel: 'silent', output: { file: child, format: 'esm' } })
  })

  test('is killed leaves a run that goes on to the same bytes', async () => {
    const steps = 40
    const undisturbed = await newFolder()
    await wholeRun(folderStore(undisturbed), { steps })
    const expected = await contents(undisturbed)
    for (const killedAt of [1, 7, 13, 21, 28, 40]) {
      const at = await newFolder()
      expect(await killed(child, at, steps, killedAt)).toBe('SIGKILL')
      const store = folderStore(join(at, 'run'))
      await resumedRun(store, { steps })
      expect(await contents(join(at, 'run'))).toEqual(expected)
    }
  })

  const ownDisk = process.platform === 'linux' && spawnSync('unshare', ['-m', 'true']).status === 0
  test.skipIf(!ownDisk)('fills its disk leaves a run that goes on to the same numbers when there is space', async () => {
    const at = await newFolder()
    const steps = 120
    const undisturbed = memoryStore()
    await wholeRun(undisturbed, { steps })
    const metrics = Buffer.from(undisturbed.files.get('metrics.csv') ?? []).toString('base64')
    const script = 'mount -t tmpfs -o size=160k tmpfs "$1" && exec "$2" "$3" full "$1" "$4"'
    const { stdout, stderr, status } = spawnSync(
      'unshare', ['-m', 'sh', '-c', script, 'sh', at, process.execPath, child, String(steps)], { encoding: 'utf8' })
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 })
    const lines = stdout.trim().split('\n')
    const refusals = lines.filter(line => line === 'disk-full').length
    const resumed = lines.filter(line => line === metrics).length
    expect(refusals + resumed).toBe(lines.length)
    expect(resumed).toBeGreaterThan(5)
  })
})

/** Starts the made-up run in a process of its own, which says each step, and kills it at one of them. */
function killed(child: string, at: string, steps: number, killedAt: number): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const run = spawn(process.execPath, [child, 'whole', at, String(steps)], { stdio: ['ignore', 'pipe', 'inherit'] })
    let said = ''
    run.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      if (said.split('\n').length > killedAt) run.kill('SIGKILL')
    })
    run.on('error', reject)
    run.on('close', (_code, signal) => resolve(signal))
  })
}
