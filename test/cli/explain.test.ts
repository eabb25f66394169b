/** explain and demo from the command line: the object that scripts rely on, and what is refused. */
import { readFile, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { everything, expectRefusal, folderWith, jsonOf, smoothCsv, whynan } from './whynan.ts'

/** smoothCsv(2000) with a cell of row 1234 (column 2) that is NaN. */
const withBadCell = smoothCsv(2000).split('\n').map((line, row) => (row === 1234 ? line.replace(/,[^,]*,/, ',NaN,') : line)).join('\n')

const explanation = {
  outcome: expect.stringMatching(/^(non-finite|not-learning|healthy|at-risk)$/), chain: expect.any(Array), ruledOut: expect.any(Array), replays: expect.any(Array),
}

let cwd = ''
beforeAll(async () => {
  cwd = await folderWith({ 'bad.csv': withBadCell, 'good.csv': smoothCsv(300) })
  await whynan(['fit', 'bad.csv', '--recipe', 'classic', '--batch', '1000', '--validation', 'none', '--quiet', '--out', 'nan'], { cwd })
  await whynan(['fit', 'good.csv', '--epochs', '20', '--quiet', '--out', 'good'], { cwd })
})

describe('explain --json', () => {
  test('of a run names the cell, its step, its proof and the fix', async () => {
    const finished = await whynan(['explain', 'nan', '--json'], { cwd })
    expect({ status: finished.status, stderr: finished.stderr }).toEqual({ status: 0, stderr: '' })
    const said = jsonOf(finished)
    const record = JSON.parse(await readFile(join(cwd, 'nan', 'run.json'), 'utf8')) as { result: { incident: { step: number } } }
    expect(said).toMatchObject({
      ...explanation, outcome: 'non-finite', step: record.result.incident.step,
      cause: {
        id: 'nan-in-input', proven: true, summary: expect.stringMatching(/\.$/), operation: null,
        cells: [{ table: 'bad', row: 1234, index: 1233, column: 2, value: 'NaN', text: 'NaN', drawn: expect.anything() }],
      },
      batchLaw: {
        sampling: 'fresh', rows: 2000, badRows: 1, batch: 1000, perStep: expect.closeTo(1000 / 2000, 10), expectedStep: expect.any(Number), quantile95: expect.any(Number),
        compare: expect.any(Array),
      },
      fix: { flags: expect.any(Array), code: { python: expect.any(String), matlab: expect.any(String) }, says: expect.any(String) },
    })
    for (const replay of said['replays'] as object[]) {
      expect(replay).toMatchObject({ change: expect.anything(), command: expect.stringContaining('whynan'), status: expect.any(String), steps: expect.any(Number), supports: expect.any(Boolean) })
    }
    for (const cause of said['ruledOut'] as object[]) expect(cause).toMatchObject({ id: expect.any(String), because: expect.any(String) })
    expect(finished.stdout).not.toMatch(/:null,"(text|drawn)":undefined|\bundefined\b/)
  })

  test('of data and settings says what would happen', async () => {
    const command = ['explain', 'bad.csv', '--recipe', 'classic', '--batch', '50', '--steps', '20', '--validation', 'none', '--json']
    const finished = await whynan(command, { cwd })
    expect(finished.status).toBe(0)
    expect(finished.stderr).toContain('--draws numpy --seed S')
    expect(await whynan([...command, '--draws', 'numpy', '--seed', '3'], { cwd })).toMatchObject({ status: 0, stderr: '' })
    expect(jsonOf(finished)).toMatchObject({ ...explanation, batchLaw: { badRows: 1, batch: 50 } })
  })

  test('of a run in which nothing is wrong', async () => {
    const finished = await whynan(['explain', 'good', '--json'], { cwd })
    expect(finished.status).toBe(0)
    expect(jsonOf(finished)).toMatchObject({ ...explanation, outcome: 'healthy', cause: null })
  })

  test('of bare figures', async () => {
    const finished = await whynan(['explain', '--rows', '68568', '--seen', '256:119:ok', '--seen', '10000:7:nan', '--json'], { cwd })
    expect({ status: finished.status, stderr: finished.stderr }).toEqual({ status: 0, stderr: '' })
    jsonOf(finished)
  })

  test('leaves the run as it was', async () => {
    const before = await Promise.all((await everything(join(cwd, 'nan'))).filter(file => /\.\w+$/.test(file)).map(file => readFile(join(cwd, 'nan', file), 'base64')))
    await whynan(['explain', 'nan'], { cwd })
    const after = await Promise.all((await everything(join(cwd, 'nan'))).filter(file => /\.\w+$/.test(file)).map(file => readFile(join(cwd, 'nan', file), 'base64')))
    expect(after).toEqual(before)
  })
})

describe('explain refuses', () => {
  test.each<[string[], string[]]>([
    [[], ['whynan explain']],
    [['none'], ['no file none']],
    [['.'], ['no run.json']],
    [['good.csv', '--batch', '0'], ['--batch must be at least 1; got 0']],
    [['--rows', '0', '--seen', '256:119:ok'], ['rows']],
    [['--rows', 'many', '--seen', '256:119:ok'], ['--rows takes a number; got "many"']],
    [['--rows', '100'], ['--seen']],
    [['--rows', '100', '--seen', '256'], ['256']],
    [['--rows', '100', '--seen', '256:119:maybe'], ['maybe']],
  ])('%j', async (args, says) => {
    expectRefusal(await whynan(['explain', ...args], { cwd }), ...says.slice(args.length === 0 ? 1 : 0))
  })

  test('a run whose record is cut short', async () => {
    const folder = await folderWith({ 'good.csv': smoothCsv(100) })
    await whynan(['fit', 'good.csv', '--steps', '3', '--quiet', '--out', 'run'], { cwd: folder })
    await truncate(join(folder, 'run', 'run.json'), 100)
    expectRefusal(await whynan(['explain', 'run'], { cwd: folder }), 'run.json in run is cut short or damaged')
  })
})

describe('demo', () => {
  test('answers the question, as one object with --json', async () => {
    const folder = await folderWith()
    const finished = await whynan(['demo', '--json'], { cwd: folder })
    expect(finished.status).toBe(0)
    expect(jsonOf(finished)).toMatchObject({
      small: { status: 'completed', steps: 119 }, large: { status: 'non-finite' },
      explanation: { outcome: 'non-finite', cause: { id: 'nan-in-input', proven: true, cells: [{ row: 41_278, column: 4, value: 'NaN' }] } },
    })
    expect(await everything(folder)).toContain('whynan-demo')
  })

  test('is refused where its folder cannot be', async () => {
    expectRefusal(await whynan(['demo', '--out', 'good.csv', '--json'], { cwd }), 'good.csv')
  })
})

describe('the page about a cause', () => {
  test('is what docs/causes holds, and named by every explanation', async () => {
    const { status, stdout } = await whynan(['explain', '--cause', 'nan-in-input'], { cwd })
    expect({ status, stdout }).toEqual({ status: 0, stdout: await readFile(new URL('../../docs/causes/nan-in-input.md', import.meta.url), 'utf8') })
    const of = { cwd: await folderWith({ 'd.csv': 'a,b\n1,2\n2,\n3,4\n4,5\n5,6\n' }) }
    const said = await whynan(['explain', 'd.csv', '--batch', '2', '--validation', 'none'], of)
    expect(said.stdout).toMatch(/\nMore {6}whynan explain --cause nan-in-target\n/)
    expect(jsonOf(await whynan(['explain', 'd.csv', '--batch', '2', '--validation', 'none', '--json'], of))).toMatchObject({ cause: { page: 'docs/causes/nan-in-target.md' } })
  })
  test('of another name is refused with the names that there are', async () => {
    expectRefusal(await whynan(['explain', '--cause', '../../README'], { cwd }), '--cause must be one of batch-above-rows, ')
  })
  test('goes with the package', async () => {
    const { files } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as { files: string[] }
    expect(files).toContain('docs/causes')
  })
})
