/** The objects that scripts rely on: one on standard output and nothing else there, with the fields and exit statuses that the manual promises. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { expectRefusal, folderWith, jsonOf, smoothCsv, whynan } from './whynan.ts'

const loss = { total: expect.any(Number), data: expect.any(Number), regularization: expect.any(Number) }
const regression = { ...loss, rmse: expect.any(Number), mae: expect.any(Number), r2: expect.any(Number) }
const hash = expect.stringMatching(/^[0-9a-f]{64}$/)

/** Rows of good.csv with other text in some cells, by row (from 1) and column name. */
function spoiled(cells: readonly (readonly [row: number, column: number, text: string])[], rows = 300): string {
  const lines = smoothCsv(rows).trimEnd().split('\n').map(line => line.split(','))
  for (const [row, column, text] of cells) lines[row]![column - 1] = text
  return `${lines.map(line => line.join(',')).join('\n')}\n`
}

let cwd = ''
beforeAll(async () => {
  cwd = await folderWith({
    'data.csv': smoothCsv(300),
    'bad.csv': spoiled([[41, 2, 'NaN'], [7, 4, 'broken']]),
    'huge.csv': spoiled([[3, 1, '1e300']], 40),
    'classes.csv': `x,kind\n${Array.from({ length: 90 }, (_, i) => `${i % 9},${['red', 'green', 'blue'][Math.floor((i % 9) / 3)]}`).join('\n')}\n`,
  })
})

describe('fit --json', () => {
  test('prints one object, and progress beside it', async () => {
    const finished = await whynan(['fit', 'data.csv', '--steps', '60', '--out', 'one', '--json'], { cwd })
    expect(finished.status).toBe(0)
    expect(finished.stderr).toContain('300 x 4')
    // Whatever else it may come to hold, these fields stay.
    expect(jsonOf(finished)).toMatchObject({
      run: 'one', status: 'completed', steps: 60, training: loss, validation: regression,
      baseline: { mean: { rmse: expect.any(Number) }, linear: { rmse: expect.any(Number) } },
      rowsPerSecond: expect.any(Number), seconds: expect.any(Number), weightsHash: hash, dropped: [], incident: null,
      backend: expect.any(String),
    })
  })

  test('is silent beside it with --quiet, and the same run has the same numbers', async () => {
    const finished = await whynan(['fit', 'data.csv', '--steps', '60', '--out', 'two', '--json', '--quiet'], { cwd })
    expect(finished.stderr).toBe('')
    const first: unknown = JSON.parse(await readFile(join(cwd, 'one', 'run.json'), 'utf8'))
    const result = jsonOf(finished)
    expect(first).toMatchObject({ result: { weightsHash: result['weightsHash'], validation: result['validation'], training: result['training'] } })
  })

  test('has no validation without a validation table', async () => {
    const finished = await whynan(['fit', 'data.csv', '--steps', '5', '--validation', 'none', '--json', '--quiet'], { cwd })
    expect(jsonOf(finished)).toMatchObject({ status: 'completed', validation: null, run: expect.stringMatching(/^runs[\\/]\d{4}-\d\d-\d\d-data-1$/) })
  })

  test('names the cells for which rows were left out', async () => {
    const finished = await whynan(['fit', 'bad.csv', '--steps', '5', '--json', '--quiet', '--out', 'dropped'], { cwd })
    expect(finished.status).toBe(0)
    expect(jsonOf(finished)['dropped']).toEqual([
      { table: 'bad', row: 7, index: 6, column: 4, text: 'broken' },
      { table: 'bad', row: 41, index: 40, column: 2, text: 'NaN' },
    ])
  })

  test('says that a run stopped early', async () => {
    const finished = await whynan(['fit', 'data.csv', '--patience', '1', '--json', '--quiet', '--out', 'early', '--rate', '0.3'], { cwd })
    expect(finished.status).toBe(0)
    const { status, steps } = jsonOf(finished)
    expect(status).toBe('early-stopped')
    expect(steps).toBeLessThan(8000)
  })

  test.each<[string, string[]]>([
    ['in float32', []], ['in float64', ['--precision', 'float64']], ["with NumPy's draws", ['--draws', 'numpy']],
  ])('has NaN as text, the step, and status 2 after a NaN %s', async (name, options) => {
    const out = `nan-${name.replaceAll(/\W/g, '')}`
    const finished = await whynan(['fit', 'bad.csv', '--recipe', 'classic', '--batch', '40', '--json', '--quiet', '--out', out, ...options], { cwd })
    expect(finished.status).toBe(2)
    const result = jsonOf(finished)
    expect(result).toMatchObject({ status: 'non-finite', training: { total: 'NaN', data: 'NaN' }, incident: { step: expect.any(Number), first: 'loss' } })
    const { step } = Object(result['incident']) as { step: number }
    expect(result['steps']).toBe(step - 1)
    const metrics = (await readFile(join(cwd, out, 'metrics.csv'), 'utf8')).trimEnd().split('\n')
    expect(metrics.at(-1)).toMatch(new RegExp(`^${step},NaN,NaN,`))
    expectRefusal(await whynan(['resume', out], { cwd }), 'was not finite', `whynan explain ${out}`)
  })

  test('has text for an overflow', async () => {
    const finished = await whynan(['fit', 'huge.csv', '--recipe', 'classic', '--precision', 'float64', '--batch', '32', '--json', '--quiet', '--out', 'huge'], { cwd })
    expect(finished.status).toBe(2)
    expect(jsonOf(finished)).toMatchObject({ status: 'non-finite', incident: { first: expect.stringMatching(/^(loss|gradient|moment|parameter|prediction)$/) } })
    expect(finished.stdout).toMatch(/"(NaN|Infinity)"/)
  })

  test('has accuracy, log-loss and confusion for classes', async () => {
    const finished = await whynan(['fit', 'classes.csv', '--target', 'kind', '--epochs', '60', '--json', '--quiet', '--out', 'classes'], { cwd })
    expect(finished.status).toBe(0)
    const { validation, baseline } = jsonOf(finished)
    expect(validation).toEqual({
      ...loss, accuracy: expect.any(Number), logLoss: expect.any(Number),
      confusion: { labels: ['blue', 'green', 'red'], counts: [[expect.any(Number), expect.any(Number), expect.any(Number)], expect.any(Array), expect.any(Array)] },
    })
    expect(baseline).toEqual({ mostFrequent: { label: expect.any(String), accuracy: expect.any(Number), logLoss: expect.any(Number) } })
  })
})

describe('the other commands', () => {
  test('audit', async () => {
    const finished = await whynan(['audit', 'bad.csv', '--json'], { cwd })
    expect({ status: finished.status, stderr: finished.stderr }).toEqual({ status: 0, stderr: '' })
    const { tables } = jsonOf(finished)
    expect(tables).toMatchObject([{ name: 'bad', rows: 300, columns: expect.any(Array), findings: expect.any(Array), duplicates: expect.anything() }])
    const [{ columns, findings }] = tables as [{ columns: Record<string, unknown>[]; findings: Record<string, unknown>[] }]
    expect(columns[1]).toMatchObject({
      name: 'b', finite: 299, nan: 1, inf: 0, min: expect.any(Number), max: expect.any(Number), mean: expect.any(Number), std: expect.any(Number), constant: false,
    })
    for (const finding of findings) expect(finding).toMatchObject({ id: expect.stringMatching(/^[a-z0-9-]+$/), says: expect.stringMatching(/\.$/) })
    expect(findings.flatMap(({ rows }) => rows)).toContain(41)
  })

  test('predict', async () => {
    const finished = await whynan(['predict', 'one', 'bad.csv', '--json'], { cwd })
    expect(finished.status).toBe(0)
    const { rows, predictions, notPredicted } = jsonOf(finished)
    expect(rows).toBe(300)
    expect(predictions).toEqual([{ name: 'y', values: expect.any(Array) }])
    const [{ values }] = predictions as [{ values: unknown[] }]
    expect(values).toHaveLength(300)
    // Row 41 lacks an input; row 7 lacks only the target, which predicting does not need.
    expect(values.flatMap((value, row) => (typeof value === 'number' ? [] : [[row + 1, value]]))).toEqual([[41, 'NaN']])
    expect(notPredicted).toEqual([{ table: 'bad', row: 41, index: 40, column: 2, text: 'NaN' }])
  })

  test('resume of a run that has ended gives its result again', async () => {
    const finished = await whynan(['resume', 'one', '--json'], { cwd })
    expect(finished.status).toBe(0)
    const first = JSON.parse(await readFile(join(cwd, 'one', 'run.json'), 'utf8')) as { result: object }
    expect(jsonOf(finished)).toEqual({ run: 'one', ...first.result })
  })

  test('runs', async () => {
    const finished = await whynan(['runs', '.', '--json'], { cwd })
    expect({ status: finished.status, stderr: finished.stderr }).toEqual({ status: 0, stderr: '' })
    const { runs } = jsonOf(finished)
    const names = (runs as { name: string }[]).map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['one', 'two', 'dropped', 'classes']))
    expect((runs as { name: string }[]).find(({ name }) => name === 'one')).toMatchObject({
      status: 'completed', data: ['data.csv'], settings: { steps: 60, batchSize: 32 }, result: { steps: 60, weightsHash: hash },
    })
  })
})
