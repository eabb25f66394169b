/**
 * Each finding of an audit, from a file whose answer is known by how it was made: the file holds that finding and no other, and
 * JSON, text and page say the same of it. What makes a finding stay silent is test/table/audit/findings.test.ts.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { auditCommand } from '../../src/cli/commands/audit.ts'
import { makeContext, type Options } from '../../src/cli/context.ts'
import { inkFor, terminalOf } from '../../src/cli/render.ts'
import { findingIds, type FindingId } from '../../src/table/audit/finding.ts'
import { spread } from '../table/made.ts'
import { readHtml } from '../workflow/html.ts'
import { folderWith } from './whynan.ts'

let cwd = ''
beforeAll(async () => {
  cwd = await folderWith({})
})

const n = 1200
type Cell = number | string
type Columns = Record<string, readonly Cell[]>

/** Three columns without a relation to each other, within (-0.5, 0.5), all cells different: an audit finds nothing in them. */
const sound = (rows = n, from = 2): Columns => ({ a: spread(rows, Math.sqrt(from)), b: spread(rows, Math.sqrt(from + 1)), y: spread(rows, Math.sqrt(from + 4)) })
const [a, b] = [sound()['a'] as number[], sound()['b'] as number[]]

/** A column with some of its cells, by rows from 1, exchanged. */
function put(column: readonly Cell[], cells: Record<number, Cell>): readonly Cell[] {
  return column.map((cell, i) => cells[i + 1] ?? cell)
}

function csv(columns: Columns): string {
  const held = Object.values(columns)
  return `${Object.keys(columns).join(',')}\n${(held[0] ?? []).map((_, row) => held.map(column => column[row]).join(',')).join('\n')}\n`
}

const repeat = (cell: Cell): Cell[] => new Array<Cell>(n).fill(cell)
/** A normal distribution's quantiles at shares spread over (0, 1). */
const normal = a.map((x, i) => Math.sqrt(-2 * Math.log(x + 0.50001)) * Math.cos(2 * Math.PI * (b[i] ?? 0)))

interface Made {
  readonly training: string
  readonly validation?: string
  /** Its column and rows, from 1; the count where that is more than the rows. */
  readonly column: number | null
  readonly rows?: readonly number[]
  readonly count?: number
  readonly facts?: object
}

const [shifted, far] = [sound(400, 13), sound(400, 13)]
const made: Record<FindingId, Made> = {
  'not-finite': { training: csv({ ...sound(), a: put(a, { 10: '', 20: 'NA', 30: 'inf' }) }), column: 1, rows: [10, 20, 30], facts: { finite: 1197, nan: 2, inf: 1 } },
  'text-in-numbers': { training: csv({ ...sound(), b: put(b, { 40: 'oops', 41: '1e400' }) }), column: 2, rows: [40, 41], facts: { texts: ['"oops"', '"1e400"'] } },
  'surplus-cells': { training: csv({ ...sound(), y: put(sound()['y'] ?? [], { 50: '1,5' }) }), column: null, rows: [50], facts: { columns: 3, lines: [51] } },
  'coded-missing': { training: csv({ ...sound(), a: put(a, { 3: -999, 9: -999 }) }), column: 1, rows: [3, 9] },
  'beyond-float32': { training: csv({ ...sound(), a: put(a, { 60: '4e38' }) }), column: 1, rows: [60], facts: { largest: 4e38 } },
  'square-overflows': { training: csv({ ...sound(), b: put(b, { 61: '-2e19' }) }), column: 2, rows: [61], facts: { largest: -2e19 } },
  'constant-column': { training: csv({ c: repeat(0.7), ...sound() }), column: 1, facts: { min: 0.7, max: 0.7 } },
  'constant-target': { training: csv({ ...sound(), y: repeat(7) }), column: 3, facts: { mean: 7 } },
  'near-constant': { training: csv({ c: put(repeat(0), { 70: 1 }), ...sound() }), column: 1, rows: [70], facts: { value: 0, others: 1 } },
  outliers: { training: csv({ ...sound(), a: put(normal, { 80: 1234.5 }) }), column: 1, rows: [80] },
  'inputs-unscaled': { training: csv({ ...sound(), a: a.map(x => 101_325 + 300 * x), b: b.map(x => 500 * x) }), column: null, facts: { columns: [1, 2] } },
  'target-unscaled': { training: csv({ ...sound(), y: (sound()['y'] as number[]).map(x => 4e5 * x) }), column: 3, facts: { columns: [3] } },
  'scales-differ': { training: csv({ ...sound(), a: a.map(x => x / 15), b: b.map(x => 100 * x) }), column: null, facts: { least: 1, most: 2 } },
  'large-offset': { training: csv({ ...sound(), a: a.map(x => 738_000 + x) }), column: 1 },
  'duplicate-rows': { training: csv(Object.fromEntries(Object.entries(sound()).map(([name, cells]) => [name, [...cells, cells[4] ?? 0, cells[4] ?? 0]]))), column: null, rows: [1201, 1202], facts: { first: [5, 5] } },
  'duplicates-across': { training: csv(sound()), validation: csv(Object.fromEntries(Object.entries(sound(400, 13)).map(([name, cells]) => [name, put(cells, { 3: sound()[name]?.[6] ?? 0 })]))), column: null, rows: [3], facts: { first: [7] } },
  'copy-of-column': { training: csv({ ...sound(), b: a.map(x => 5 * x + 3) }), column: 2, facts: { of: [1] } },
  'linear-mix': { training: csv({ c: a.map((x, i) => 2 * x - (b[i] ?? 0)), ...sound() }), column: null },
  'target-in-inputs': { training: csv({ ...sound(), y: b.map(x => 4 - 3 * x) }), column: 2, facts: { target: 3 } },
  'target-is-linear': { training: csv({ ...sound(), y: a.map((x, i) => x + (b[i] ?? 0)) }), column: 3 },
  'counts-rows': { training: csv({ t: a.map((_, i) => (i - 600) / 1000), ...sound() }), column: 1, facts: { first: -0.6 } },
  // Half of the validation cells lie above all of training's: a distance of a half, at training's largest.
  shift: { training: csv(sound()), validation: csv({ ...shifted, a: (shifted['a'] as number[]).map((x, i) => (i % 2 === 0 ? x : 1 + x / 4)) }), column: 1 },
  'beyond-training': { training: csv(sound()), validation: csv({ ...far, a: put(far['a'] ?? [], { 17: 40, 18: -30 }) }), column: 1, rows: [17, 18], facts: { worst: 40 } },
  'new-category': {
    training: csv({ site: a.map(x => (x > 0 ? 'north' : 'south')), ...sound() }),
    validation: csv({ site: put(new Array<Cell>(400).fill('south'), { 1: 'north', 8: 'west', 9: 'east' }), ...sound(400, 13) }), column: 1, rows: [8, 9], facts: { texts: ['west', 'east'] },
  },
  'more-columns-than-rows': { training: 'a,b,c,y\n0.1,0.2,0.35,0.41\n0.4,-0.3,0.2,0.7\n', column: null },
}

/** What one fault brings with it beside itself. */
const besides: Partial<Record<FindingId, readonly FindingId[]>> = {
  'coded-missing': ['outliers'], 'beyond-float32': ['outliers', 'inputs-unscaled', 'scales-differ'], 'square-overflows': ['outliers', 'inputs-unscaled', 'scales-differ'],
  'large-offset': ['inputs-unscaled'], 'beyond-training': ['outliers'],
}

async function run(paths: readonly string[], flags: Options): Promise<string> {
  let text = ''
  const terminal = terminalOf({ COLUMNS: '1000', NO_COLOR: '1' }, process.stdout, 'linux')
  const context = makeContext(() => new AbortController().signal, 'en')
  expect(await auditCommand(paths, flags, { ...context, terminal: { ...terminal, width: 1000 }, ink: inkFor(terminal), out: said => { text += said } })).toBe(0)
  return text
}

interface Told { id: FindingId; column: number | null; rows: number[]; count: number; says: string; wouldDo: string; facts: object }

describe.each(findingIds)('%s', id => {
  const { training, validation, column, rows = [], count = rows.length, facts = {} } = made[id]

  test('is what JSON, text and page say of a file that was made to hold it', async () => {
    const folder = join(cwd, id)
    await mkdir(folder)
    const paths = [join(folder, 'train.csv'), ...(validation === undefined ? [] : [join(folder, 'valid.csv')])]
    await Promise.all(paths.map((path, i) => writeFile(path, [training, validation ?? ''][i] ?? '')))
    const flags = { ...(validation === undefined ? { validation: 'none' } : {}), ...(id === 'new-category' ? { inputs: 'site,a,b' } : {}) }
    const page = join(folder, 'audit.html')
    const { tables } = JSON.parse(await run(paths, { ...flags, json: true, output: page })) as { tables: { findings: Told[] }[] }
    const told = tables.flatMap(({ findings }) => findings)
    const found = told.find(one => one.id === id)
    expect(told.map(one => one.id).filter(one => one !== id && besides[id]?.includes(one) !== true)).toEqual([])
    expect(found).toMatchObject({ rows, count, facts, ...(column === null && id === 'linear-mix' ? {} : { column }) })
    const text = (await run(paths, flags)).replace(/\s+/g, ' ')
    const html = readHtml(await readFile(page, 'utf8')).find(({ name }) => name === 'body')?.text ?? ''
    for (const said of [text, html]) for (const sentence of [found?.says, found?.wouldDo]) expect(said).toContain(sentence)
  })
})
