/** Text from files is data: shown where it is said, never obeyed by a terminal, a figure or an object. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { everything, expectRefusal, folderWith, jsonOf, whynan } from './whynan.ts'

/** A colour, a bell, a title, a carriage return, a direction of writing. */
const names = ['red\u001b[31m', 'bell\u0007\u001b]0;title\u0007', '__proto__', 'constructor', '</svg><script>alert(1)</script>', 'a"b,c', 'line\nfeed', '\u202ereversed', 'y & <z>']
const header = names.map(name => `"${name.replaceAll('"', '""')}"`).join(',')
const rows = (count: number, last: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => [...names.slice(1).map((_n, c) => (((i + 1) * (c + 1) * 0.618034) % 1).toFixed(4)), last(i)].join(',')).join('\n')

/** Nothing that a terminal obeys but line feeds. */
const obeyed = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/

let cwd = ''
beforeAll(async () => {
  cwd = await folderWith({
    'x.csv': `${header}\n${rows(80, i => ((i * 0.7548) % 1).toFixed(4))}\n`,
    'classes.csv': `${header}\n${rows(80, i => `"${['\u001b[2Jgone', '</text>&', '__proto__'][i % 3]}"`)}\n`,
    'cell.csv': `a,b\n${Array.from({ length: 300 }, (_, i) => `${i},${i % 7}`).join('\n')}\n1,"\u001b[31mred\n</b>"\n`,
  })
})

describe('names and cells that hold anything', () => {
  test.each<[string, string[]]>([
    ['fit', ['fit', 'x.csv', '--steps', '20', '--out', 'run']],
    ['fit of classes', ['fit', 'classes.csv', '--target', 'y & <z>', '--steps', '20', '--out', 'classes']],
    ['fit that leaves a row out', ['fit', 'cell.csv', '--steps', '20', '--out', 'cell']],
    ['audit', ['audit', 'x.csv']],
    ['audit of classes', ['audit', 'classes.csv']],
    ['audit of a cell', ['audit', 'cell.csv']],
  ])('are shown and not sent by %s', async (_what, args) => {
    const { status, stdout, stderr } = await whynan(args, { cwd })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).not.toMatch(obeyed)
    if (args[0] === 'audit' && args[1] !== 'cell.csv') expect(stdout).toMatch(/red(\\x1b|\\u001b)\[31m/)
  })

  test('are whole in JSON', async () => {
    const finished = await whynan(['audit', 'x.csv', '--json'], { cwd })
    const { tables } = jsonOf(finished) as { tables: { columns: { name: string }[] }[] }
    expect(tables[0]?.columns.map(({ name }) => name)).toEqual(names)
  })

  test('are whole in the record, and found again by it', async () => {
    const run = JSON.parse(await readFile(join(cwd, 'run', 'run.json'), 'utf8')) as { columns: { inputs: string[]; targets: string[] } }
    expect([...run.columns.inputs, ...run.columns.targets]).toEqual(names)
    const predicted = await whynan(['predict', 'run', 'x.csv', '--json'], { cwd })
    expect({ status: predicted.status, stderr: predicted.stderr }).toEqual({ status: 0, stderr: '' })
    expect(jsonOf(predicted)['notPredicted']).toEqual([])
  })

  test('end no element of a figure', async () => {
    for (const run of ['run', 'classes']) {
      const figures = (await everything(join(cwd, run, 'figures'))).filter(file => file.endsWith('.svg'))
      expect(figures.length).toBeGreaterThan(1)
      for (const file of figures) {
        const svg = await readFile(join(cwd, run, 'figures', file), 'utf8')
        expect(svg.match(/<\/svg>/g)).toHaveLength(1)
        expect(svg).not.toMatch(/<script|\u001b|\u0007|\u202e/)
      }
    }
  })

  test('keep their labels apart from what an object has of its own', async () => {
    const finished = await whynan(['predict', 'classes', 'classes.csv', '--json'], { cwd })
    const { predictions } = jsonOf(finished) as { predictions: { name: string; values: unknown[] }[] }
    expect(predictions.map(({ name }) => name)).toEqual([expect.any(String), 'probability \u001b[2Jgone', 'probability </text>&', 'probability __proto__'])
    for (const value of predictions[0]?.values ?? []) expect(['\u001b[2Jgone', '</text>&', '__proto__']).toContain(value)
  })

  test.each<[string, string[]]>([
    ['a column', ['fit', 'x.csv', '--target', '\u001b[31mred']],
    ['a file', ['fit', 'no\u001b[31mfile\n.csv']],
    ['a run', ['resume', 'no\u0007run']],
    ['a value', ['fit', 'x.csv', '--loss', '\u001b[31m']],
    ['a command', ['\u001b[31mfit']],
  ])('are shown in a refusal of %s', async (_what, args) => {
    const finished = await whynan(args, { cwd })
    expectRefusal(finished)
    expect(finished.stderr).not.toMatch(obeyed)
  })
})
