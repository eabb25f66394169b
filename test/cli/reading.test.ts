/** How files are read, said by flags: the run keeps it, replays and predictions go by it. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { MatWriter } from '../table/readers/write-mat.ts'
import { expectRefusal, folderWith, jsonOf, whynan, whynanEach } from './whynan.ts'

const day = (i: number): string => new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10)
const rows = Array.from({ length: 60 }, (_, i) => i)

const quick = ['--epochs', '2', '--quiet', '--json']
const settingsOf = async (cwd: string, run: string): Promise<Record<string, unknown>> =>
  (JSON.parse(await readFile(join(cwd, run, 'run.json'), 'utf8')) as { settings: Record<string, unknown> }).settings

let cwd = ''
beforeAll(async () => {
  cwd = await folderWith({
    'dated.csv': `day,load,y\n${rows.map(i => `${day(i)},${i % 7},${i + (i % 7)}`).join('\n')}\n`,
    'later.csv': `day,load\n${day(60)},3\n${day(61)},-999\n`,
    'days.csv': `day,load,y\n${rows.map(i => `${String(1 + i % 28).padStart(2, '0')}.02.2021,${i % 5},${2 * i}`).join('\n')}\n`,
    'later-days.csv': 'day,load,y\n03.02.2021,1,2\n',
    'coded.csv': `a,b,y\n${rows.map(i => `${i === 9 ? -999 : i},${i % 5},${2 * i}`).join('\n')}\n`,
    // One number in it could be read either way: 1,234 is 1.234 here.
    'comma.txt': `a:b:y\n${rows.map(i => `1,${100 + i}:${i}:${i},5`).join('\n')}\n`,
    'nameless.csv': `1,2,3\n${rows.map(i => `${i},${i % 5},${2 * i}`).join('\n')}\n`,
    'latin.csv': Buffer.from(`größe,y,z\n${rows.map(i => `${i},${2 * i},${i % 3}`).join('\n')}\n`, 'latin1'),
  })
})

describe('dates', () => {
  test('are text that is left out, and the sentence names the flag', async () => {
    const { stdout, status } = await whynan(['fit', 'dated.csv', '--epochs', '1', '--out', 'undated'], { cwd })
    expect(status).toBe(0)
    expect(stdout.replace(/\s+/g, ' ')).toContain('it holds dates, which are text here; --dates (reading.dates) makes them numbers')
  })

  test('are numbers when asked, in the run, its command and its predictions', async () => {
    const fitted = await whynan(['fit', 'dated.csv', '--dates', '--out', 'dated', ...quick], { cwd })
    expect(fitted.status).toBe(0)
    expect((await settingsOf(cwd, 'dated'))['reading']).toEqual({ dates: 'number' })
    const model = JSON.parse(await readFile(join(cwd, 'dated', 'model.json'), 'utf8')) as { encoding: { features: { name: string; kind: string }[] } }
    expect(model.encoding.features.map(({ name, kind }) => [name, kind])).toEqual([['day', 'numeric'], ['load', 'numeric']])
    const predicted = await whynan(['predict', 'dated', 'later.csv'], { cwd })
    expect(predicted.status).toBe(0)
    expect(predicted.stdout.trim().split('\n').slice(1).map(Number).every(Number.isFinite)).toBe(true)
    expect((await whynan(['resume', 'dated', '--quiet'], { cwd })).status).toBe(0)
    const report = await whynan(['report', 'dated', '-o', 'dated.html'], { cwd })
    expect(report.status).toBe(0)
    expect((await readFile(join(cwd, 'dated.html'), 'utf8')).replace(/<[^>]*>/g, '')).toContain('whynan fit dated.csv --dates')
  })
})

test('the order of days and months that a file shows is kept for files that do not', async () => {
  expect((await whynan(['fit', 'days.csv', '--dates', '--out', 'days', ...quick], { cwd })).status).toBe(0)
  expect((await settingsOf(cwd, 'days'))['reading']).toEqual({ dates: 'day-first' })
  const predicted = await whynan(['predict', 'days', 'later-days.csv'], { cwd })
  expect([predicted.status, Number.isFinite(Number(predicted.stdout.trim().split('\n')[1]))]).toEqual([0, true])
  expectRefusal(await whynan(['fit', 'days.csv', '--date-order', 'dmy', '--out', 'dmy', ...quick], { cwd }), '--date-order', 'day-first', 'month-first', 'dmy')
  const audited = jsonOf(await whynan(['audit', 'later-days.csv', '--date-order', 'month-first', '--json'], { cwd })) as { tables: { columns: { mean?: number }[] }[] }
  expect(audited.tables[0]?.columns[0]?.mean).toBe(Date.UTC(2021, 2, 2) / 1000)
})

describe('missing values', () => {
  test('may be coded as numbers, and predict knows them from the run', async () => {
    const fitted = await whynan(['fit', 'coded.csv', '--missing', '-999,none', '--nonfinite', 'impute', '--out', 'coded', ...quick], { cwd })
    expect(fitted.status).toBe(0)
    expect((await settingsOf(cwd, 'coded'))['reading']).toEqual({ missing: ['-999', 'none'] })
    const refused = await whynan(['fit', 'coded.csv', '--missing', '-999', '--nonfinite', 'error', '--out', 'coded-2', ...quick], { cwd })
    expectRefusal(refused, 'row 10', '"-999"')
    const audited = jsonOf(await whynan(['audit', 'coded.csv', '--missing', '-999', '--json'], { cwd })) as { tables: { findings: { id: string; rows: number[] }[] }[] }
    expect(audited.tables[0]?.findings).toContainEqual(expect.objectContaining({ id: 'not-finite', rows: [10] }))
  })

  test('count in a later file as they did in the first', async () => {
    expect((await whynan(['fit', 'dated.csv', '--dates', '--missing', '-999', '--out', 'dated-missing', ...quick], { cwd })).status).toBe(0)
    const { stdout, stderr } = await whynan(['predict', 'dated-missing', 'later.csv'], { cwd })
    expect(stdout.trim().split('\n')[2]).toBe('NaN')
    expect(stderr).toContain('"-999"')
  })
})

describe('text', () => {
  test.each<[string, string[], string[], object]>([
    ['comma.txt', ['--delimiter', ':', '--decimal', 'comma'], ['a', 'b'], { delimiter: ':', decimal: ',' }],
    ['nameless.csv', ['--header'], ['1', '2'], { header: true }],
    ['latin.csv', ['--encoding', 'latin1', '--delimiter', 'comma'], ['größe', 'y'], { encoding: 'latin1', delimiter: ',' }],
  ])('%s is read as it is said to be written', async (file, flags, inputs, reading) => {
    const run = file.replace('.', '-')
    expect((await whynan(['fit', file, ...flags, '--out', run, ...quick], { cwd })).stderr).toBe('')
    const record = JSON.parse(await readFile(join(cwd, run, 'run.json'), 'utf8')) as { settings: { reading: object }; columns: { inputs: string[] } }
    expect(record.columns.inputs).toEqual(inputs)
    expect(record.settings.reading).toEqual(reading)
  })

  test('what cannot be is refused in a sentence', async () => {
    const [decimal, complex, delimiter, encoding] = await whynanEach([
      ['fit', 'coded.csv', '--decimal', 'x'], ['fit', 'coded.csv', '--complex', 'imaginary'], ['fit', 'coded.csv', '--delimiter', '::'], ['audit', 'coded.csv', '--encoding', 'klingon'],
    ], { cwd })
    expectRefusal(decimal!, '--decimal must be one of ., ,; got "x"')
    expectRefusal(complex!, '--complex must be real; got "imaginary"')
    expectRefusal(delimiter!, '--delimiter takes one sign', 'got "::"')
    expectRefusal(encoding!, '"klingon"', 'utf-8')
  })
})

describe('complex variables', () => {
  test('are refused, unless their real part is asked for', async () => {
    const file = new MatWriter().file({ data: {
      kind: 'numeric', class: 'double', dims: [60, 3], imaginary: new Float64Array(180).fill(1),
      real: Float64Array.from([...rows, ...rows.map(i => i % 5), ...rows.map(i => 2 * i)]),
    } })
    const folder = await folderWith({ 'complex.mat': file })
    expectRefusal(await whynan(['fit', 'complex.mat', '--out', 'refused', ...quick], { cwd: folder }), '--complex real')
    expect((await whynan(['fit', 'complex.mat', '--complex', 'real', '--out', 'real', ...quick], { cwd: folder })).status).toBe(0)
    expect((await settingsOf(folder, 'real'))['reading']).toEqual({ complex: 'real' })
    expect((await whynan(['explain', 'real'], { cwd: folder })).status).toBe(0)
    expect((await whynan(['predict', 'real', 'complex.mat'], { cwd: folder })).stdout.trim().split('\n')).toHaveLength(61)
  })
})

describe('rows that cannot be predicted', () => {
  const kinds = rows.map(i => `${['oak', 'ash', 'elm'][i % 3]},${i},${i % 3 === 0 ? i : 2 * i}`)
  test.each(['aside', 'refuse'])('%s', async what => {
    const folder = await folderWith({ 'trees.csv': `kind,age,y\n${kinds.join('\n')}\n`, 'new.csv': 'kind,age\noak,3\nyew,4\n,5\n' })
    expect((await whynan(['fit', 'trees.csv', '--inputs', 'kind,age', '--out', 'run', ...quick], { cwd: folder })).status).toBe(0)
    const predicted = await whynan(['predict', 'run', 'new.csv', '-o', 'out.csv', '--bad-rows', what], { cwd: folder })
    if (what === 'refuse') {
      expectRefusal(predicted, '2 of 3 rows of new', 'row 2 holds "yew" in kind', 'Nothing was written')
      await expect(readFile(join(folder, 'out.csv'))).rejects.toThrow('ENOENT')
    } else {
      expect(predicted.status).toBe(0)
      expect((await readFile(join(folder, 'out.csv'), 'utf8')).trim().split('\n').map(line => line === 'NaN')).toEqual([false, false, true, true])
    }
  })
})
