/** Workbooks as openpyxl writes them, and parts written by hand: what other programs write, and what none would. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { browserInflate } from '../../../src/browser/inflate.ts'
import { nodeInflate } from '../../../src/node/inflate.ts'
import { memorySource, type Source } from '../../../src/table/readers/source.ts'
import { readXlsx, type XlsxOptions } from '../../../src/table/readers/xlsx.ts'
import { excelDate } from '../../../src/table/readers/xlsx/dates.ts'
import { isDateFormat } from '../../../src/table/readers/xlsx/workbook.ts'
import type { FileContents, Table } from '../../../src/table/table.ts'
import { program } from '../../requirements.ts'
import { zip } from './write-zip.ts'
import { numberAt } from '../../../src/table/stored.ts'

const python = program('python')
const openpyxl = python !== null && spawnSync(python, ['-c', 'import openpyxl']).status === 0
const folder = mkdtempSync(join(tmpdir(), 'whynan-xlsx-'))
afterAll(() => rmSync(folder, { recursive: true }))

function written(code: string): Source {
  const path = join(folder, 'book.xlsx')
  execFileSync(python ?? '', ['-c',
    `import sys, datetime\nfrom openpyxl import Workbook\nbook = Workbook()\nsheet = book.active\n${code}\nbook.save(sys.argv[1])`, path])
  return memorySource('book.xlsx', readFileSync(path))
}

function read(source: Source, options: Partial<XlsxOptions> = {}): Promise<FileContents> {
  return readXlsx(source, { inflate: nodeInflate, ...options })
}

function rows(table: Table | undefined): (number | string | null)[][] {
  if (table === undefined) throw new Error('no table')
  return Array.from({ length: table.rows }, (_, row) => table.columns.map(column =>
    column.kind !== 'text' ? numberAt(column, row) : column.levels[column.codes[row] ?? -1] ?? null))
}

describe.skipIf(!openpyxl)('workbooks that openpyxl wrote', () => {
  test('numbers, text, booleans, dates, empty cells and errors', async () => {
    const source = written(`
sheet.title = 'Data'
sheet.append(['x', 'flag', 'when', 'label', 'y'])
sheet.append([1.5, True, datetime.datetime(2020, 1, 5, 12, 30), 'a "b", <c> & d', -2e-300])
sheet.append([0.1, False, datetime.date(1999, 12, 31), '\\u00fc\\nz', '#N/A'])
sheet.append([None, True, None, None, '#DIV/0!'])`)
    const contents = await read(source)
    expect(rows((await read(source, { inflate: browserInflate })).variables[0]?.table)).toEqual(rows(contents.variables[0]?.table))
    const [variable] = contents.variables
    expect(variable).toMatchObject({ name: 'Data', class: 'sheet', dims: [3, 5] })
    expect(variable?.table?.columns.map(({ name }) => name)).toEqual(['x', 'flag', 'when', 'label', 'y'])
    expect(rows(variable?.table)).toEqual([
      [1.5, 1, '2020-01-05 12:30:00', 'a "b", <c> & d', -2e-300],
      [0.1, 0, '1999-12-31', '\u00fc z', Number.NaN],
      [Number.NaN, 1, null, null, Number.NaN],
    ])
    expect(variable?.table?.origin(2, 4)).toEqual({ line: 4, column: 5, text: '#DIV/0!', missing: true })
    expect(contents.assumptions).toEqual([expect.stringContaining('2 cells hold an error')])
  })

  test('dates as seconds where that is asked', async () => {
    const source = written('sheet.append(["t", "x"])\nfor d in (1, 2): sheet.append([datetime.datetime(2020, 1, d, 6), d])')
    // date -u -d '2020-01-01 06:00' +%s
    expect(rows((await read(source, { dates: 'number' })).variables[0]?.table)).toEqual([[1_577_858_400, 1], [1_577_944_800, 2]])
  })

  test('a table that begins elsewhere, below a title, with units and gaps', async () => {
    const source = written(`
sheet['C3'] = 'Measurements'
for c, name in zip('CDE', ['time', 'p', 'T']): sheet[c + '5'] = name
for c, unit in zip('CDE', ['s', 'bar', 'K']): sheet[c + '6'] = unit
for r in range(7, 12):
    sheet['C%d' % r] = r / 2
    sheet['E%d' % r] = r * 10
sheet['D9'] = 'broken'
sheet['D10'] = 4
sheet['D11'] = 5`)
    const contents = await read(source)
    const table = contents.variables[0]?.table
    expect(table?.columns.map(({ name, kind }) => [name, kind])).toEqual([['time', 'numeric'], ['p', 'numeric'], ['T', 'numeric']])
    expect(rows(table)[2]).toEqual([4.5, Number.NaN, 90])
    expect(table?.origin(2, 1)).toEqual({ line: 9, column: 4, text: 'broken' })
    expect(contents.problems).toEqual([{ line: 9, column: 4, text: 'broken', kind: 'unparsed' }])
  })

  test('formulas that no program has evaluated, and cells merged over rows, are said', async () => {
    const source = written(`
sheet.append(['g', 'x', 'sum', 'y'])
for i in range(6): sheet.append([i // 3 if i % 3 == 0 else None, i, '=A%d+B%d' % (i + 2, i + 2), i / 2])
sheet.merge_cells('A2:A4'); sheet.merge_cells('A5:A7')
sheet.merge_cells('F1:G1')`)
    const contents = await read(source)
    expect(rows(contents.variables[0]?.table).slice(0, 2)).toEqual([[0, 0, null, 0], [Number.NaN, 1, null, 0.5]])
    expect(contents.assumptions).toEqual([
      expect.stringContaining('6 formulas have no value in the file'), '2 merged areas of several rows: the value stands in the first cell, and the others are empty.',
    ])
  })

  test('several sheets: all, one by name, one that is not there; empty ones and charts say so', async () => {
    const source = written(`
sheet.title = 'A'
sheet.append([1, 2]); sheet.append([3, 4])
b = book.create_sheet('B v1.2'); b.append(['x']); b.append([5]); b.sheet_state = 'hidden'
book.create_sheet('empty')
book.create_chartsheet('chart')
c = book.create_sheet('head'); c.append(['x', 'y'])`)
    const contents = await read(source)
    expect(contents.variables.map(({ name, unsupported }) => [name, unsupported])).toEqual([
      ['A', undefined], ['B v1.2', undefined], ['empty', 'empty is empty.'], ['chart', 'chart is a chart or has no cells of its own.'],
      ['head', 'head has a header and no rows under it.'],
    ])
    expect(contents.assumptions).toContain('B v1.2: The sheet is hidden.')
    expect((await read(source, { only: ['B v1.2'] })).variables.map(({ table }) => [table?.name, rows(table)])).toEqual([['B v1.2', [[5]]]])
    await expect(read(source, { only: ['C'] })).rejects.toMatchObject({ id: 'xlsx-no-such-sheet',
      message: expect.stringContaining('A, B v1.2') })
  })

  test('days that count from 1904', async () => {
    const source = written(`
from openpyxl.utils.datetime import CALENDAR_MAC_1904
book.epoch = CALENDAR_MAC_1904
sheet.append(['when', 'x']); sheet.append([datetime.datetime(2020, 1, 5), 1])`)
    expect(rows((await read(source)).variables[0]?.table)).toEqual([['2020-01-05', 1]])
  })
})

const types = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'

/** A workbook of one sheet with the XML given; other parts by name. */
function book(sheet: string, parts: Record<string, string> = {}): Source {
  const all: Record<string, string> = {
    '_rels/.rels': `<Relationships><Relationship Id="r" Type="${types}/officeDocument" Target="/xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': '<workbook><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
    'xl/_rels/workbook.xml.rels': `<Relationships><Relationship Id="r1" Type="${types}/worksheet" Target="sheet.xml"/>`
      + `<Relationship Id="r2" Type="${types}/sharedStrings" Target="../xl/strings.xml"/></Relationships>`,
    'xl/sheet.xml': sheet, ...parts,
  }
  return memorySource('a.xlsx', zip(Object.entries(all).map(([name, data]) => ({ name, data }))))
}

describe('parts as other programs write them', () => {
  test('prefixes, places left out, inline and shared text in runs, readings, formulas, comments', async () => {
    const source = book(`<?xml version="1.0"?><x:worksheet><!-- a > b --><x:sheetData>
      <x:row><x:c t="inlineStr"><x:is><x:t>a</x:t></x:is></x:c><x:c t="s"><x:v>0</x:v></x:c></x:row>
      <x:row r="4"><x:c><x:f>1+1 &lt; 3</x:f><x:v>2</x:v></x:c><x:c t="str"><x:f>"7"</x:f><x:v>7</x:v></x:c></x:row>
      <x:row r="5" spans='1:2 > 0'><x:c r="B5" t="n"><x:v>1E+2</x:v></x:c></x:row></x:sheetData></x:worksheet>`,
    { 'xl/strings.xml': '<sst><si><r><t>b&#x201c;</t></r><r><t>c</t></r><rPh><t>reading</t></rPh></si></sst>' })
    const { variables } = await read(source)
    expect(variables[0]?.table?.columns.map(({ name }) => name)).toEqual(['a', 'b\u201cc'])
    expect(rows(variables[0]?.table)).toEqual([[2, 7], [Number.NaN, 100]])
    expect(variables[0]?.table?.origin(1, 1).line).toBe(5)
  })

  test('texts that would be something else in a text table stay text', async () => {
    const cells = ['#no comment', 'sep=;', '"', ','].map(text => `<row><c t="inlineStr"><is><t>${text}</t></is></c><c><v>1</v></c></row>`)
    const { variables } = await read(book(`<worksheet>${cells.join('')}</worksheet>`), { header: false })
    expect(rows(variables[0]?.table).map(([first]) => first)).toEqual(['#no comment', 'sep=;', '"', ','])
  })
})

describe('refused', () => {
  const cell = (place: string): string => `<c r="${place}"><v>1</v></c>`
  test.each([
    ['a DOCTYPE', '<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>', 'xlsx-xml'],
    ['a tag that does not end', '<worksheet><row r="1', 'xlsx-xml'],
    ['a comment that does not end', '<worksheet><!-- ', 'xlsx-xml'],
    ['a row beyond the last', `<row r="2000000">${cell('A1')}</row>`, 'xlsx-cells'],
    ['a row that is no number', `<row r="x">${cell('A1')}</row>`, 'xlsx-cells'],
    ['rows that fall', `<row r="2">${cell('A2')}</row><row r="1">${cell('A1')}</row>`, 'xlsx-cells'],
    ['columns that fall', `<row r="1">${cell('B1')}${cell('A1')}</row>`, 'xlsx-cells'],
    ['a column beyond the last', `<row r="1">${cell('ZZZ1')}</row>`, 'xlsx-cells'],
    ['a rectangle that is too large', `<row>${cell('A1')}${cell('XFD1')}</row>${'<row><c><v>1</v></c></row>'.repeat(9000)}`,
      'xlsx-too-large'],
  ])('%s', async (_, sheet, id) => {
    await expect(read(book(sheet))).rejects.toMatchObject({ name: 'TableError', id })
  })

  test('a workbook without sheets, without a workbook, in binary', async () => {
    await expect(read(book('', { 'xl/workbook.xml': '<workbook/>' }))).rejects.toMatchObject({ id: 'xlsx-no-sheets' })
    await expect(read(memorySource('a.xlsx', zip([{ name: 'x', data: '' }])))).rejects.toMatchObject({ id: 'xlsx-no-workbook' })
    const binary = `<Relationships><Relationship Type="${types}/officeDocument" Target="xl/workbook.bin"/></Relationships>`
    await expect(read(book('', { '_rels/.rels': binary }))).rejects.toMatchObject({ id: 'xlsx-binary' })
  })
})

// Excel's own days: 59 is 1900-02-28, 61 is 1900-03-01, and 60 a day that never was.
test.each([[0.5, '12:00:00'], [1, '1900-01-01'], [59, '1900-02-28'], [61, '1900-03-01'], [43835.75, '2020-01-05 18:00:00'],
  [-1, undefined], [3e6, undefined]])(
  'day %s is %s', (serial, date) => expect(excelDate(serial, false)).toBe(date))

test.each([['yyyy-mm-dd', true], ['[$-409]d\\-mmm;@', true], ['h:mm AM/PM', true], ['General', false], ['0.00E+00', false],
  ['"days" 0', false], ['[Red]0.0', false], ['[h]:mm', false]])(
  'the format %s is a date: %s', (code, date) => expect(isDateFormat(code)).toBe(date))
