/** An audit as a page: well formed, harmless, complete, in both languages. */
import { describe, expect, test } from 'vitest'
import { audit } from '../../src/table/audit.ts'
import { tableFromColumns, type Column, type Table } from '../../src/table/table.ts'
import { auditReportOf } from '../../src/workflow/audit-report.ts'
import { dangersOf, readHtml, type HtmlElement } from './html.ts'

const hostile = ['</script><script>alert(1)</script>', `"quoted" & 'single'`, '__proto__', 'left \u202e right \x1b[31m\x00', '<!-- </style>'] as const

/** Numbers in [-1, 1) without a generator's state: a sine's far decimals. */
const noise = (i: number): number => (Math.sin(i * 12.9898) * 43758.5453) % 1

/** Columns of noise with hostile names, one of texts, and a target; `shift` is added to the first column. */
function measured(name: string, rows: number, shift = 0): Table {
  const numeric = hostile.map((column, c): Column => ({
    kind: 'numeric', name: column, values: Float64Array.from({ length: rows }, (_, row) => noise(row * 7 + c * 1009 + 1) + (c === 0 ? shift : 0)),
  }))
  const texts: Column = { kind: 'text', name: 'site', codes: Int32Array.from({ length: rows }, (_, row) => row % 2), levels: ['<i>north</i>', 'south'] }
  const target: Column = { kind: 'numeric', name: 'y', values: Float64Array.from({ length: rows }, (_, row) => noise(row * 11 + 5)) }
  return tableFromColumns(name, [...numeric, texts, target])
}

function spoiled(): Table {
  const table = measured('table <b>', 300)
  const [first, second] = table.columns
  if (first?.kind === 'numeric') first.values.set([Number.NaN], 120)
  if (second?.kind === 'numeric') for (let row = 0; row < 300; row += 30) second.values.set([Infinity], row)
  return { ...table, origin: (row, column) => (row === 120 && column === 0 ? { text: '<td>n.a.\u202e', line: 122 } : {}) }
}

const columns = { inputs: [0, 1, 2, 3, 4], targets: [6] }

function pageOf(training: Table, validation: Table | null, language: 'en' | 'zh' = 'en'): string {
  return auditReportOf({
    name: 'data <1>.csv', audit: audit({ training, validation, language }, columns), tables: validation === null ? [training] : [training, validation],
    contents: [{ file: 'data <1>.csv', format: 'csv', assumptions: [], variables: [{ name: training.name, class: 'table', dims: [300, 7], table: training }] }],
    assumptions: ['Something "assumed" <u>.'], language,
  })
}

const textOf = (elements: readonly HtmlElement[], name: string): string[] => elements.filter(element => element.name === name).map(({ text }) => text)

describe.each(['en', 'zh'] as const)('in %s', language => {
  const page = pageOf(spoiled(), measured('valid', 120, 0.6), language)

  test('is well formed, and loads, runs and sends nothing', () => {
    const elements = readHtml(page)
    expect(dangersOf(elements)).toEqual([])
    expect(elements.find(({ attributes }) => attributes.get('http-equiv') === 'Content-Security-Policy')?.attributes.get('content')).toMatch(/^default-src 'none'; style-src 'sha256-/)
  })

  test('shows what came from files as text, marks of direction spelled out', () => {
    const text = textOf(readHtml(page), 'body').join('')
    for (const name of ['</script><script>', '__proto__', `"quoted" & 'single'`, '<i>north</i>', 'data <1>.csv', 'Something "assumed" <u>.']) expect(text).toContain(name)
    expect(page).not.toMatch(/[\u202e\x1b\x00]/)
  })

  test('holds every finding, its rows, the marked cells, and both figures', () => {
    const elements = readHtml(page)
    const text = textOf(elements, 'body').join('')
    for (const { says, wouldDo, remedy } of audit({ training: spoiled(), validation: measured('valid', 120, 0.6), language }, columns).tables.flatMap(({ findings }) => findings)) {
      for (const sentence of [wouldDo, remedy]) expect(text).toContain(sentence)
      if (!/[\u0000-\u001f\u202e]/.test(says)) expect(text).toContain(says)
    }
    // Ten infinities: the sentence names five rows, the page all.
    expect(text).toContain({ en: '1, 31, 61, 91, 121, 151, 181, 211, 241 and 271', zh: '1、31、61、91、121、151、181、211、241和271' }[language])
    expect(elements.some(({ attributes }) => attributes.get('class') === 'end bad')).toBe(true)
    // One for each table, and the comparison.
    expect(elements.filter(({ name }) => name === 'svg')).toHaveLength(3)
  })

  test('the same audit gives the same bytes', () => {
    expect(pageOf(spoiled(), measured('valid', 120, 0.6), language)).toBe(page)
  })
})

test('a sound table is called so, and one without any table too', () => {
  expect(textOf(readHtml(pageOf(measured('t', 300), null)), 'h1')).toEqual(['Nothing was found that would harm training.'])
  const empty = auditReportOf({ name: 'a.mat', audit: { tables: [] }, tables: [], contents: [], assumptions: [] })
  expect(textOf(readHtml(empty), 'h1')).toEqual(['None of the variables was taken as a table.'])
  expect(dangersOf(readHtml(empty))).toEqual([])
})

test('that nothing breaks is said of standardised columns alone where the squares of gradients would pass the end of float32', () => {
  const { columns, ...rest } = measured('t', 300)
  const large = { ...rest, columns: columns.map(column => (column.kind === 'numeric' ? { ...column, values: column.values.map(value => value * 1e12) } : column)) }
  expect(textOf(readHtml(pageOf(large, null)), 'body').join('')).toContain('That is said of standardised columns')
  expect(textOf(readHtml(pageOf(measured('t', 300), null)), 'body').join('')).not.toContain('That is said of standardised columns')
})
