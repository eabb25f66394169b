/** Tables as people have them, from the file to predictions: classes, several targets, parts of files, missing cells, few rows. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { expectRefusal, folderWith, jsonOf, smoothCsv, whynan } from './whynan.ts'

const settingsOf = async (cwd: string, run: string): Promise<Record<string, unknown>> =>
  (JSON.parse(await readFile(join(cwd, run, 'run.json'), 'utf8')) as { settings: Record<string, unknown> }).settings

/** Fits without a word and gives what it came to. */
async function fit(cwd: string, run: string, ...args: readonly string[]): Promise<Record<string, unknown>> {
  const finished = await whynan(['fit', ...args, '--out', run, '--json', '--quiet'], { cwd })
  expect({ status: finished.status, stderr: finished.stderr }).toEqual({ status: 0, stderr: '' })
  return jsonOf(finished)
}

/** What predict writes: the header, and rows of cells. */
async function predicted(cwd: string, run: string, ...args: readonly string[]): Promise<{ header: string[]; rows: string[][]; stderr: string }> {
  const { status, stdout, stderr } = await whynan(['predict', run, ...args], { cwd })
  expect(status).toBe(0)
  const [header = '', ...rows] = stdout.trimEnd().split('\n')
  return { header: header.split(','), rows: rows.map(row => row.split(',')), stderr }
}

describe('classes', () => {
  const grid = Array.from({ length: 120 }, (_, i) => ({ u: (i % 12) - 5.5, v: Math.floor(i / 12) - 4.5 }))
  const files = {
    'two.csv': `u,v,side\n${grid.map(({ u, v }) => `${u},${v},${u + v > 0 ? 'above' : 'below'}`).join('\n')}\n`,
    'three.csv': `u,v,part\n${grid.map(({ u, v }) => `${u},${v},${u < -2 ? 'left' : u > 2 ? 'right' : 'middle'}`).join('\n')}\n`,
    'digits.csv': `u,v,digit\n${grid.map(({ u, v }) => `${u},${v},${u < -2 ? 7 : u > 2 ? 10 : 3}`).join('\n')}\n`,
    'bits.csv': `u,v,bit\n${grid.map(({ u, v }) => `${u},${v},${u + v > 0 ? 1 : 0}`).join('\n')}\n`,
  }
  let cwd = ''
  beforeAll(async () => {
    cwd = await folderWith(files)
  })

  test.each<[string, string, string[], string[], string]>([
    ['two of text', 'two.csv', ['--target', 'side'], ['above', 'below'], 'binary-cross-entropy-from-logits'],
    ['three of text', 'three.csv', ['--target', 'part'], ['left', 'middle', 'right'], 'categorical-cross-entropy-from-logits'],
    ['three of whole numbers', 'digits.csv', ['--loss', 'categorical-cross-entropy-from-logits'], ['3', '7', '10'], 'categorical-cross-entropy-from-logits'],
    ['three of whole numbers, by probabilities', 'digits.csv', ['--loss', 'categorical-cross-entropy'], ['3', '7', '10'], 'categorical-cross-entropy'],
    ['two of whole numbers', 'bits.csv', ['--loss', 'binary-cross-entropy'], ['0', '1'], 'binary-cross-entropy'],
  ])('%s are learned, and predicted as they were written', async (name, file, options, labels, loss) => {
    const run = name.replaceAll(/\W/g, '-')
    const { validation, baseline } = await fit(cwd, run, file, '--epochs', '80', ...options)
    const { accuracy, confusion } = validation as { accuracy: number; confusion: { labels: string[]; counts: number[][] } }
    const { mostFrequent } = baseline as { mostFrequent: { accuracy: number } }
    expect(confusion.labels).toEqual(labels)
    // 24 of 120 rows are put aside; a border of straight lines leaves few of them in doubt.
    expect(confusion.counts.flat().reduce((sum, count) => sum + count, 0)).toBe(24)
    expect(accuracy).toBeGreaterThan(Math.max(0.8, mostFrequent.accuracy))
    expect((await settingsOf(cwd, run))['loss']).toBe(loss)

    const { header, rows } = await predicted(cwd, run, file)
    expect(header).toEqual([files[file as keyof typeof files].split('\n')[0]?.split(',')[2], ...labels.map(label => `probability ${label}`)])
    const truth = files[file as keyof typeof files].trimEnd().split('\n').slice(1).map(line => line.split(',')[2])
    expect(rows.filter(([label], row) => label === truth[row]).length).toBeGreaterThan(96)
    for (const [label, ...probabilities] of rows) {
      expect(probabilities.reduce((sum, p) => sum + Number(p), 0)).toBeCloseTo(1, 5)
      expect(labels[probabilities.map(Number).indexOf(Math.max(...probabilities.map(Number)))]).toBe(label)
    }
  })

  test('are shown as a confusion in the terminal', async () => {
    const { stdout } = await whynan(['fit', 'three.csv', '--target', 'part', '--epochs', '5'], { cwd })
    expect(stdout).toMatch(/accuracy [\d.]+ ?%/)
    expect(stdout).toMatch(/measured \\ predicted\s+left\s+middle\s+right/)
  })
})

describe('tables', () => {
  const lines = smoothCsv(200).trimEnd().split('\n')
  let cwd = ''
  beforeAll(async () => {
    cwd = await folderWith({
      'data.csv': smoothCsv(200),
      'train.csv': `${lines.slice(0, 151).join('\n')}\n`,
      'valid.csv': `${[lines[0], ...lines.slice(151)].join('\n')}\n`,
      'numbers.csv': smoothCsv(60, 'a,b,2,y'),
      'settings.json': JSON.stringify({ batchSize: 20, network: { hidden: [7, 3], activation: 'relu' }, optimizer: { name: 'sgd', learningRate: 0.1, momentum: 0.5 }, epochs: 3 }),
    })
  })

  test('several targets', async () => {
    const { validation, baseline } = await fit(cwd, 'several', 'data.csv', '--target', 'c,y', '--epochs', '3')
    const { rmse, targets } = validation as { rmse: number; targets: { name: string; rmse: number; r2: number }[] }
    expect(targets.map(({ name }) => name)).toEqual(['c', 'y'])
    // Over all targets: the mean of squares is that of the targets' own.
    expect(rmse).toBeCloseTo(Math.sqrt(targets.reduce((sum, target) => sum + target.rmse ** 2, 0) / 2), 10)
    expect(baseline).toMatchObject({ mean: { rmse: expect.any(Number) }, linear: { rmse: expect.any(Number) } })
    const { header, rows } = await predicted(cwd, 'several', 'data.csv')
    expect([header, rows.length, rows[0]?.length]).toEqual([['c', 'y'], 200, 2])
  })

  test('of many runs, runs shows what sets each apart, in the width there is', async () => {
    const folder = await folderWith({ 'data.csv': smoothCsv(60) })
    const flags = [[], ['--seed', '1'], ['--seed', '2', '--optimizer', 'sgd', '--rate', '0.01', '--hidden', '3', '--batch', '7', '--loss', 'mae', '--activation', 'tanh', '--precision', 'float64']]
    for (const [i, some] of flags.entries()) await fit(folder, `runs/r${i}`, 'data.csv', '--steps', '3', ...some)
    const { stdout } = await whynan(['runs'], { cwd: folder })
    const lines = stdout.trimEnd().split('\n')
    // What is no terminal is 100 cells wide.
    expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(100)
    // The first two differ from each other by the seed, the third from both by much else.
    expect(lines[1]).toMatch(/seed 0$/)
    expect(lines[2]).toMatch(/seed 1$/)
    expect(lines[3]).toMatch(/ · \+\d+$/)
  })

  test('a long path does not push what is said of the run to the right', async () => {
    const folder = await folderWith({ 'measurements.csv': smoothCsv(60) })
    const { stdout } = await whynan(['fit', join(folder, 'measurements.csv'), '--steps', '3', '--out', 'run'], { cwd: folder })
    expect(stdout).toMatch(/^measurements\.csv +\S*measurements.* 60 x /m)
  })

  test('threads that a small batch cannot use are said, and so is a run that has not ended', async () => {
    const folder = await folderWith({ 'data.csv': smoothCsv(60) })
    const { stdout } = await whynan(['fit', 'data.csv', '--steps', '3', '--threads', '2', '--out', 'run'], { cwd: folder })
    expect(stdout).toContain('one thread')
    const path = join(folder, 'run', 'run.json')
    expect((await whynan(['explain', 'run'], { cwd: folder })).stdout).not.toContain('has not ended')
    await writeFile(path, (await readFile(path, 'utf8')).replace('"status": "completed"', '"status": "running"'))
    expect((await whynan(['explain', 'run'], { cwd: folder })).stdout).toContain('whynan resume run')
  })

  test('a settings file, over which flags win', async () => {
    await fit(cwd, 'from-file', 'data.csv', '--settings', 'settings.json')
    expect(await settingsOf(cwd, 'from-file')).toMatchObject({
      batchSize: 20, epochs: 3, network: { hidden: [7, 3], activation: 'relu' }, optimizer: { name: 'sgd', learningRate: 0.1, momentum: 0.5 },
    })
    await fit(cwd, 'over-file', 'data.csv', '--settings', 'settings.json', '--hidden', '4', '--batch', '10', '--steps', '5', '--rate', '0.2')
    const over = await settingsOf(cwd, 'over-file')
    expect(over).toMatchObject({ batchSize: 10, steps: 5, network: { hidden: [4], activation: 'relu' }, optimizer: { name: 'sgd', learningRate: 0.2, momentum: 0.5 } })
    expect(over).not.toHaveProperty('epochs')
    await fit(cwd, 'other-optimizer', 'data.csv', '--settings', 'settings.json', '--optimizer', 'adam')
    expect((await settingsOf(cwd, 'other-optimizer'))['optimizer']).toMatchObject({ name: 'adam', beta1: 0.9 })
  })

  test('columns whose names are numbers go by name first', async () => {
    await fit(cwd, 'numbers', 'numbers.csv', '--target', '2', '--inputs', '1,y', '--steps', '3')
    const { columns } = JSON.parse(await readFile(join(cwd, 'numbers', 'run.json'), 'utf8')) as { columns: unknown }
    expect(columns).toEqual({ inputs: ['a', 'y'], targets: ['2'] })
  })

  test('standard input', async () => {
    const input = smoothCsv(200)
    const finished = await whynan(['fit', '-', '--steps', '5', '--out', 'piped', '--json', '--quiet'], { cwd, input })
    const fromFile = await fit(cwd, 'not-piped', 'data.csv', '--steps', '5')
    expect(finished.stderr).toBe('')
    expect(jsonOf(finished)['weightsHash']).toBe(fromFile['weightsHash'])
    const { rows } = await predicted(cwd, 'piped', 'data.csv')
    expect(rows).toHaveLength(200)
    const fromPipe = await whynan(['predict', 'piped', '-'], { cwd, input })
    expect(fromPipe.stdout.trimEnd().split('\n').slice(1)).toEqual(rows.map(row => row.join(',')))
  })

  test('validation by file, variable, share or not at all', async () => {
    const recorded = async (run: string): Promise<[string, number, string | null, number | null]> => {
      const { data } = JSON.parse(await readFile(join(cwd, run, 'run.json'), 'utf8')) as { data: Record<string, { name: string; rows: number } | null> }
      return [data['training']?.name ?? '', data['training']?.rows ?? 0, data['validation']?.name ?? null, data['validation']?.rows ?? null]
    }
    const by = (run: string, ...args: string[]): Promise<Record<string, unknown>> => fit(cwd, run, ...args, '--steps', '3')
    await by('by-names', 'train.csv', 'valid.csv')
    expect(await recorded('by-names')).toEqual(['train', 150, 'valid', 50])
    await by('by-file', 'train.csv', '--validation', 'valid.csv')
    expect(await recorded('by-file')).toEqual(['train', 150, 'valid', 50])
    await by('by-train', 'valid.csv', 'train.csv', '--train', 'valid')
    expect(await recorded('by-train')).toEqual(['valid', 50, null, null])
    expect((await by('by-share', 'data.csv', '--validation', '0.5'))['validation']).toMatchObject({ rmse: expect.any(Number) })
    expect((await by('by-percent', 'data.csv', '--validation', '50%'))['weightsHash']).toBe((await by('by-half', 'data.csv', '--validation', '.5'))['weightsHash'])
    expect((await by('by-none', 'data.csv', '--validation', 'none'))['validation']).toBeNull()
    expect(await recorded('by-none')).toEqual(['data', 200, null, null])
  })

  test('resume of a run with two files', async () => {
    const { weightsHash } = await fit(cwd, 'two-files', 'train.csv', '--validation', 'valid.csv', '--steps', '3')
    const path = join(cwd, 'two-files', 'run.json')
    await writeFile(path, (await readFile(path, 'utf8')).replace('"status": "completed"', '"status": "running"'))
    const resumed = await whynan(['resume', 'two-files', '--json', '--quiet'], { cwd })
    expect({ status: resumed.status, stderr: resumed.stderr }).toEqual({ status: 0, stderr: '' })
    expect(jsonOf(resumed)['weightsHash']).toBe(weightsHash)
  })

  test.each([2, 3, 5])('%i rows', async count => {
    const folder = await folderWith({ 'few.csv': smoothCsv(count) })
    const { status, validation } = await fit(folder, 'run', 'few.csv', '--epochs', '5', ...(count === 2 ? ['--validation', 'none'] : []))
    expect(status).toBe('completed')
    if (count > 2) expect(validation).toMatchObject({ rmse: expect.any(Number) })
    else expect(validation).toBeNull()
  })
})

describe('cells that are not finite', () => {
  /** 300 rows of which `bad` lack their second cell, from row 10 on. */
  const table = (bad: number): string => smoothCsv(300).trimEnd().split('\n').map((line, row) => {
    const cells = line.split(',')
    if (row >= 10 && row < 10 + bad) cells[1] = 'n/a'
    return cells.join(',')
  }).join('\n')
  let cwd = ''
  beforeAll(async () => {
    cwd = await folderWith({ 'three.csv': table(3), 'four.csv': table(4), 'good.csv': smoothCsv(300) })
  })

  test('are left out up to 1 % of the rows', async () => {
    const { dropped } = await fit(cwd, 'dropped', 'three.csv', '--steps', '3')
    expect((dropped as { row: number }[]).map(({ row }) => row)).toEqual([10, 11, 12])
    const same = await fit(cwd, 'excluded', 'good.csv', '--exclude-rows', '10,11,12', '--steps', '3', '--no-standardize')
    const left = await fit(cwd, 'left-out', 'three.csv', '--steps', '3', '--no-standardize')
    expect(same['weightsHash']).toBe(left['weightsHash'])
    expect(same['dropped']).toEqual([])
  })

  test('are refused above it', async () => {
    const finished = await whynan(['fit', 'four.csv', '--steps', '3'], { cwd })
    expectRefusal(finished, '4 of 300 rows of four', 'column 2 (b): 4', 'up to 1 %', '--nonfinite impute')
  })

  test('are refused with --nonfinite error', async () => {
    const finished = await whynan(['fit', 'three.csv', '--nonfinite', 'error'], { cwd })
    expectRefusal(finished, 'row 10, column 2 (b) (line 11)', 'n/a', '2 more rows', 'Repair the file')
  })

  test('are filled with --nonfinite impute, when predicting too', async () => {
    const result = await fit(cwd, 'imputed', 'four.csv', '--nonfinite', 'impute', '--steps', '3')
    expect(result['dropped']).toEqual([])
    const { rows, stderr } = await predicted(cwd, 'imputed', 'four.csv')
    expect(stderr).toMatch(/^\d+ missing cells were filled as in training, the first in row \d+, column \w+\.\n$/)
    expect(rows.every(([cell]) => cell !== '' && Number.isFinite(Number(cell)))).toBe(true)
  })

  test('are trained on with --nonfinite keep', async () => {
    const finished = await whynan(['fit', 'three.csv', '--nonfinite', 'keep', '--json', '--quiet', '--out', 'kept'], { cwd })
    expect(finished.status).toBe(2)
    expect(jsonOf(finished)).toMatchObject({ status: 'non-finite', dropped: [], incident: { first: 'loss' } })
  })

  test('get no prediction, and a sentence', async () => {
    const { rows, stderr } = await predicted(cwd, 'dropped', 'three.csv')
    expect(rows).toHaveLength(300)
    expect(rows.flatMap(([cell], row) => (cell === 'NaN' ? [row + 1] : []))).toEqual([10, 11, 12])
    expect(stderr).toBe('3 of 300 rows got no prediction: rows 10, 11, 12. Row 10, column b holds "n/a", and the others are like it. NaN stands in their places.\n')
  })

  test('of categories that were never seen get none either', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `${['oak', 'fir'][i % 2]},${i},${i * 2 + (i % 2) * 9}`)
    const folder = await folderWith({ 'wood.csv': `wood,age,height\n${rows.join('\n')}\n`, 'new.csv': 'wood,age\noak,3\nelm,4\n,5\nfir,x\n' })
    await fit(folder, 'run', 'wood.csv', '--inputs', 'wood,age', '--target', 'height', '--epochs', '3')
    const { status, stdout, stderr } = await whynan(['predict', 'run', 'new.csv', '--json'], { cwd: folder })
    expect(status).toBe(0)
    expect(stderr).toContain('3 of 4 rows got no prediction')
    const { predictions, notPredicted } = jsonOf({ stdout }) as { predictions: { values: unknown[] }[]; notPredicted: { row: number; text: string | null }[] }
    expect(predictions[0]?.values).toEqual([expect.any(Number), 'NaN', 'NaN', 'NaN'])
    expect([...new Set(notPredicted.map(({ row }) => row))].sort()).toEqual([2, 3, 4])
  })
})
