import { describe, expect, test } from 'vitest'
import { memorySource } from '../../src/table/readers/source.ts'
import { readCsv, type CsvOptions } from '../../src/table/readers/csv.ts'
import { findTables } from '../../src/table/select.ts'
import { assumptionIn, shapes } from '../../src/workflow/assumptions.ts'
import { prepareRun } from '../../src/workflow/prepare.ts'

const lines = (head: string, row: (i: number) => string, rows = 200): string => `${head}${Array.from({ length: rows }, (_, i) => `${row(i)}\n`).join('')}`
const files: readonly (readonly [what: string, files: Record<string, string>, options?: Record<string, unknown>, reading?: CsvOptions])[] = [
  ['texts, dates and a missing cell', { 'd.csv': lines('when,site,x,y\n', i => `2023-01-0${1 + (i % 9)},${'ab'[i % 2]},${i === 7 ? '' : i},${i * i}`) }],
  ['texts at the end, and two missing cells', { 'd.csv': lines('x,y,site\n', i => `${i === 7 || i === 9 ? 'NaN' : i},${i * i},${i}t`) }],
  ['classes', { 'd.csv': lines('x,kind\n', i => `${i},${'ab'[i % 2]}`) }, { target: 'kind' }],
  ['a semicolon, a decimal comma, no header and a column that does not vary', { 'd.txt': lines('', i => `${i},5;7;${i},25`) }],
  ['marks of thousands beside decimal commas', { 'd.csv': lines('x;y\n', i => `1.${100 + i};${i},5`) }],
  ['a sign that no cell shows', { 'd.csv': lines('x;y\n', i => `1.${100 + i};${i}`) }],
  ['both signs in one file', { 'd.csv': lines('x;z;y\n', i => `${i}.25;${i};${i === 3 ? '1,5' : `${i}.5`}`) }],
  ['inputs and targets in two files', { 'X.csv': lines('x,z\n', i => `${i},${i % 3}`), 'y.csv': lines('y\n', i => `${i}`) }],
  ['targets of other rows', { 'X.csv': lines('x,z\n', i => `${i},${i % 3}`), 'y.csv': lines('y\n', i => `${i}`, 150) }],
  ['units and names that stand twice', { 'd.csv': lines('x,x,y\nm,m,s\n', i => `${i},${i + 1},${i + 2}`) }],
  ['names in a comment', { 'd.csv': lines('# x, y\n', i => `${i},${i + 1}`) }],
  ['rows that are short and text among numbers', { 'd.csv': lines('x,y,z\n', i => (i === 4 ? '1,2' : `${i},${i === 9 ? 'off' : i === 5 ? '1e400' : i},${i}`)) }, { nonFinite: 'keep' }],
  ['what is filled in, and a batch beyond the rows', { 'd.csv': lines('x,y\n', i => `${i === 7 ? '' : i},${i}`) }, { nonFinite: 'impute', batchSize: 1000 }],
  ['what is kept, and rows left out', { 'd.csv': lines('x,y\n', i => `${i === 7 ? '' : i},${i}`) }, { nonFinite: 'keep', excludeRows: [3] }],
  ['a training and a validation table', { 'train.csv': lines('x,y\n', i => `${i},${i}`), 'valid.csv': lines('x,y\n', i => `${i},${i}`), 'test.csv': lines('x,y\n', i => `${i},${i}`) }],
  ['dates as numbers', { 'd.csv': lines('when,y\n', i => `2023-01-0${1 + (i % 9)},${i}`) }, {}, { dates: 'number' }],
  ['dates whose order a day beyond 12 shows', { 'd.csv': lines('when,y\n', i => `${10 + (i % 9)}.02.2023,${i}`) }, {}, { dates: 'number' }],
  ['dates asked for where there are none', { 'd.csv': lines('x,y\n', i => `${i},${i}`) }, {}, { dates: 'number' }],
]

describe('what was assumed', () => {
  test.each(files.map(([what, texts, options = {}, reading = {}]) => ({ what, texts, options, reading })))('is said in Chinese: $what', async ({ texts, options, reading }) => {
    const contents = await Promise.all(Object.entries(texts).map(([name, text]) => readCsv(memorySource(name, new TextEncoder().encode(text)), reading)))
    const found = findTables(contents, {})
    const { validation, validationShare, ...tables } = found
    const experiment = prepareRun({ ...tables, validation: validation ?? validationShare }, options)
    const sentences = [...contents.flatMap(({ assumptions }) => assumptions), ...found.assumptions, ...experiment.assumptions]
    expect(sentences.length).toBeGreaterThan(0)
    expect(sentences.filter(says => assumptionIn('zh', says) === says)).toEqual([])
    expect(sentences.map(says => assumptionIn('en', says))).toEqual(sentences)
  })

  test.each(shapes)('%s has a Chinese form that loses no place and adds none', (english, chinese) => {
    const sample = (name: string): string => (name === 's' || name === 't' ? 's' : name === 'col' ? 'column 3 (b.$1)' : name === 'cell' ? 'row 1,234, column 3 (b) (line 1,235), which reads "$&x"' : `<${name}>`)
    const filled = english.replace(/\{(\w+)\}/g, (_whole, name: string) => sample(name))
    const said = assumptionIn('zh', filled.charAt(0).toUpperCase() + filled.slice(1))
    expect(said).toMatch(/\p{Script=Han}/u)
    expect(said).not.toMatch(/[{}]/)
    const kept = [...english.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).filter(name => !['s', 't', 'are', 'it', 'left', 'rows'].includes(name))
    for (const name of kept) expect(said).toContain(name === 'col' ? '第 3 列 (b.$1)' : name === 'cell' ? '第 1,234 行第 3 列 (b)（文件第 1,235 行），原文为 "$&x"' : `<${name}>`)
    expect(chinese.includes('{rows}') || !english.includes('{rows}')).toBe(true)
  })

  test('of another shape stays as it is', () => expect(assumptionIn('zh', 'Something new.')).toBe('Something new.'))
})
