/** What fresh eyes tripped over once. */
import { execFileSync, spawnSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { expectRefusal, folderWith, jsonOf, smoothCsv, whynan } from './whynan.ts'

const command = join(fileURLToPath(new URL('../..', import.meta.url)), 'bin', 'whynan.js')

describe('once tripped over', () => {
  test.skipIf(process.platform === 'win32')('a pipe that is closed early is no fault', async () => {
    const folder = await folderWith({ 'smooth.csv': smoothCsv(50) })
    const run = spawnSync('sh', ['-c', `"${process.execPath}" "${command}" audit smooth.csv | head -n 1`], { cwd: folder, encoding: 'utf8' })
    expect(run.stderr).toBe('')
    expect(run.stdout).toContain('smooth.csv')
  })

  test('a row with an infinite cell is not predicted', async () => {
    const folder = await folderWith({ 'smooth.csv': smoothCsv(60) })
    await whynan(['fit', 'smooth.csv', '--steps', '20', '--out', 'run', '--quiet'], { cwd: folder })
    const header = smoothCsv(60).split('\n')[0] ?? ''
    const columns = header.split(',').length
    const row = (first: string): string => [first, ...Array.from({ length: columns - 1 }, () => '0.5')].join(',')
    const other = await folderWith({ 'new.csv': `${header}\n${row('0.1')}\n${row('Infinity')}\n${row('1e200')}\n` })
    const result = await whynan(['predict', join(folder, 'run'), 'new.csv', '--json'], { cwd: other })
    const { predictions, notPredicted } = jsonOf(result) as { predictions: { values: unknown[] }[]; notPredicted: { row: number }[] }
    expect(typeof predictions[0]?.values[0]).toBe('number')
    expect(predictions[0]?.values.slice(1)).toEqual(['NaN', 'NaN'])
    expect(notPredicted.map(cell => cell.row)).toEqual([2, 3])
  })

  test('the file that is trained on can be validated on, as a copy of it can', async () => {
    const folder = await folderWith({ 'smooth.csv': smoothCsv(60), 'copy.csv': smoothCsv(60) })
    const fitted = (validation: string) => whynan(['fit', 'smooth.csv', '--validation', validation, '--steps', '3', '--out', `run-${validation}`, '--quiet', '--json'], { cwd: folder })
    const [same, copy] = [await fitted('smooth.csv'), await fitted('copy.csv')]
    expect(same.stderr).toBe('')
    expect(jsonOf(same)['weightsHash']).toBe(jsonOf(copy)['weightsHash'])
    expect((await whynan(['explain', 'run-smooth.csv'], { cwd: folder })).stderr).toBe('')
  })

  test('a column of numbers that is empty in all rows gives NaN, and text in it is quoted once', async () => {
    const folder = await folderWith({ 'smooth.csv': smoothCsv(60) })
    await whynan(['fit', 'smooth.csv', '--steps', '3', '--out', 'run', '--quiet'], { cwd: folder })
    const [header = '', first = ''] = smoothCsv(60).split('\n')
    const with0 = (cell: string): string => `${header}\n${first.replace(/^[^,]*/, cell)}\n`.concat(`${first.replace(/^[^,]*/, cell)}\n`)
    await writeFile(join(folder, 'empty.csv'), with0(''))
    await writeFile(join(folder, 'text.csv'), with0('"1;5"'))
    const empty = await whynan(['predict', 'run', 'empty.csv'], { cwd: folder })
    expect(empty.status).toBe(0)
    expect(empty.stdout.trimEnd().split('\n').slice(1)).toEqual(['NaN', 'NaN'])
    expect(empty.stderr).toContain('2 of 2 rows got no prediction: rows 1, 2.')
    const text = await whynan(['predict', 'run', 'text.csv'], { cwd: folder })
    expectRefusal(text, 'is text, such as "1;5": numbers were expected')
  })

  test('a delimiter is a sign or a word in any case, and what else is said to be taken', async () => {
    const folder = await folderWith({ 'tabs.csv': smoothCsv(20).replaceAll(',', '\t') })
    const audited = (delimiter: string) => whynan(['audit', 'tabs.csv', '--delimiter', delimiter, '--json'], { cwd: folder })
    const [tab, word] = [await audited('\t'), await audited('Tab')]
    expect(word.status).toBe(0)
    expect(word.stdout).toBe(tab.stdout)
    expectRefusal(await audited('ab'), '--delimiter takes one sign', 'tab, space, comma, semicolon and bar; got "ab"')
    await writeFile(join(folder, 'settings.json'), '{"reading":{"delimiter":"ab"}}')
    expectRefusal(await whynan(['fit', 'tabs.csv', '--settings', 'settings.json'], { cwd: folder }), 'reading.delimiter must be text of length 1; got "ab"')
  })

  test('figures that no number of bad rows explains are said to fit none', async () => {
    const { stdout } = await whynan(['explain', '--rows', '68568', '--seen', '10000:7:nan', '--seen', '10000:100:ok', '--json'], { cwd: await folderWith({}) })
    expect(JSON.parse(stdout)).toMatchObject({ fit: { best: null } })
  })

  test('the command can be run as a file', () => {
    expect(execFileSync(command, ['--version'], { encoding: 'utf8' })).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  test.skipIf(process.platform === 'win32')('a run goes on when nobody reads what it prints', async () => {
    const folder = await folderWith({ 'smooth.csv': smoothCsv(50) })
    const line = `"${process.execPath}" "${command}" fit smooth.csv --steps 3000 --patience none --print-every 10 --out run | head -n 1; exit \${PIPESTATUS[0]}`
    const run = spawnSync('bash', ['-c', line], { cwd: folder, encoding: 'utf8' })
    expect(run.status).toBe(0)
    expect(JSON.parse(await readFile(join(folder, 'run', 'run.json'), 'utf8'))).toMatchObject({ status: 'completed' })
  })

  test.skipIf(process.platform !== 'linux')('a result that cannot be written is one sentence', async () => {
    const folder = await folderWith({ 'smooth.csv': smoothCsv(50) })
    const run = spawnSync('sh', ['-c', `"${process.execPath}" "${command}" audit smooth.csv > /dev/full`], { cwd: folder, encoding: 'utf8' })
    expect(run.status).toBe(1)
    expect(run.stderr).toMatch(/^whynan: the result could not be written to standard output \(ENOSPC\)[^\n]*\n$/)
  })

  test.skipIf(process.platform === 'win32')('a result of which a part cannot be written is one sentence, too', async () => {
    const folder = await folderWith({ 'smooth.csv': smoothCsv(500) })
    // In blocks of 512 or 1024 bytes, which are less than the audit: the system takes a part of it and refuses the rest.
    const run = spawnSync('bash', ['-c', `ulimit -f 1; "${process.execPath}" "${command}" audit smooth.csv --json > out.txt`], { cwd: folder, encoding: 'utf8' })
    expect(run.status).toBe(1)
    expect(run.stderr).toMatch(/^whynan: the result could not be written to standard output \(EFBIG\)[^\n]*\n$/)
  })

  test.skipIf(process.platform === 'win32')('a pipe is read once and is no file of the record', async () => {
    const folder = await folderWith({ 'smooth.csv': smoothCsv(50) })
    const run = spawnSync('bash', ['-c', `"${process.execPath}" "${command}" fit <(cat smooth.csv) --steps 5 --out run --quiet`], { cwd: folder, encoding: 'utf8' })
    expect(run.stderr).toBe('')
    expect(JSON.parse(await readFile(join(folder, 'run', 'run.json'), 'utf8'))).toMatchObject({ data: { files: [] } })
  })

  test('an edited model is refused, whatever was edited', async () => {
    const folder = await folderWith({ 'smooth.csv': smoothCsv(50) })
    await whynan(['fit', 'smooth.csv', '--steps', '5', '--out', 'run', '--quiet'], { cwd: folder })
    const path = join(folder, 'run', 'model.json')
    const model = JSON.parse(await readFile(path, 'utf8')) as Record<string, Record<string, unknown>>
    const edits: [string, (copy: typeof model) => void][] = [
      ['features', copy => { copy['encoding']!['features'] = [] }], ['features', copy => { copy['encoding']!['features'] = 5 }],
      ['layers', copy => { copy['network']!['layers'] = [] }], ['inputs', copy => { copy['network']!['inputs'] = 50 }],
      ['target', copy => { copy['encoding']!['target'] = null }], ['fills', copy => { copy['fills'] = 5 as never }],
      ['precision', copy => { copy['precision'] = 'float16' as never }], ['parameters', copy => { (copy['parameters'] as unknown as unknown[])[0] = null }],
    ]
    for (const [, edit] of edits) {
      const copy = structuredClone(model)
      edit(copy)
      await writeFile(path, JSON.stringify(copy))
      expectRefusal(await whynan(['predict', 'run', 'smooth.csv'], { cwd: folder }), 'model.json in run is damaged')
    }
  })

  test('JSON without end is refused, in settings and in records', async () => {
    const folder = await folderWith({ 'smooth.csv': smoothCsv(50), 'deep.json': `{"target":${'['.repeat(100_000)}${']'.repeat(100_000)}}` })
    expectRefusal(await whynan(['fit', 'smooth.csv', '--settings', 'deep.json'], { cwd: folder }), 'more than 100 deep')
    await whynan(['fit', 'smooth.csv', '--steps', '5', '--out', 'runs/one', '--quiet'], { cwd: folder })
    await whynan(['fit', 'smooth.csv', '--steps', '5', '--out', 'runs/two', '--quiet'], { cwd: folder })
    await writeFile(join(folder, 'runs', 'two', 'run.json'), `{"format":"whynan-run","version":1,"result":${'['.repeat(100_000)}`)
    const listed = await whynan(['runs'], { cwd: folder })
    expect(listed.status).toBe(0)
    expect(listed.stdout).toMatch(/one .*completed/)
    expect(listed.stdout).toMatch(/two .*unreadable/)
  })

  test('cells and rows that are not there are not repaired in silence', async () => {
    const folder = await folderWith({ 'smooth.csv': smoothCsv(50) })
    for (const flags of [['--repair', '51:1'], ['--repair', '1:99'], ['--pass-over', '1000'], ['--pass-over', Array.from({ length: 50 }, (_, i) => i + 1).join(',')]]) {
      expectRefusal(await whynan(['fit', 'smooth.csv', '--steps', '5', ...flags, '--out', 'run'], { cwd: folder }), 'row')
    }
  })

  test('data of a run are read from files alone', async () => {
    const folder = await folderWith({ 'smooth.csv': smoothCsv(50) })
    await whynan(['fit', 'smooth.csv', '--steps', '5', '--out', 'run', '--quiet'], { cwd: folder })
    expectRefusal(await whynan(['explain', 'run', '--data', '.'], { cwd: folder }), 'smooth.csv')
  })
})
