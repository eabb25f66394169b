/**
 * An audit as one page of HTML that needs nothing else: what was found, where it stands, and every column in figures. The same
 * audit gives the same bytes. Nothing of a file is taken as anything but text.
 */
import { version } from '../version.ts'
import { formatCount, formatNumber } from '../figures/format.ts'
import { assumptionIn } from './assumptions.ts'
import { columnsFigure, comparisonFigure } from '../figures/index.ts'
import type { Audit, Finding, TableAudit } from '../table/audit.ts'
import type { NumericSummary } from '../table/audit/profile.ts'
import type { FileContents, Table } from '../table/table.ts'
import { excerpt, type MarkedCell } from './report/cells.ts'
import { drawing, element, foreign, grid, section, type Child, type Html } from './report/html.ts'
import { pageOf } from './report/page.ts'
import { counted, textsGrid } from './report/texts.ts'
import { columnName, speakerOf, type Message, type Speak } from './report/words.ts'
import { numberAt } from '../table/stored.ts'

export interface AuditReportRequest {
  readonly name: string
  readonly audit: Audit
  /** Those of the audit, in its order; a table whose cells are not at hand is left out at the end. */
  readonly tables: readonly Table[]
  readonly contents: readonly FileContents[]
  readonly assumptions: readonly string[]
  readonly language?: 'en' | 'zh'
}

const mostColumns = 1000
const mostExcerpts = 3
const mostVariables = 500

export function auditReportOf(request: AuditReportRequest): string {
  const { name, audit: { tables }, language = 'en' } = request
  const speak = speakerOf(language)
  const findings = tables.flatMap(table => table.findings)
  return pageOf({
    language,
    title: speak('audit.page-title', { name }),
    header: [element('strong', {}, 'whynan'), element('span', {}, foreign(name)), element('span', {}, speak('audit.audit'))],
    main: [
      element('h1', {}, tables.length === 0 ? speak('audit.headline.no-table') : headline(findings, speak)),
      ...scaledOnly(tables, speak),
      element('ul', { class: 'facts' }, countsOf(findings, speak), tables.map(table =>
        element('li', {}, foreign(table.name.slice(0, 100)), ` ${sizeOf(table, speak)}`))),
      ...findingsSection(findings, speak),
      ...whereSection(request, speak),
      ...tables.map(table => tableSection(table, language, speak)),
      ...comparisonSection(tables, language, speak),
      filesSection(request, speak),
    ],
    footer: [element('p', {}, speak('page.made', { version }))],
  })
}

function headline(findings: readonly Finding[], speak: Speak): string {
  for (const severity of ['error', 'warning'] as const) {
    const count = findings.filter(finding => finding.severity === severity).length
    if (count > 0) return speak(`audit.headline.${severity}.${count === 1 ? 'one' : 'many'}`, { count })
  }
  return speak('audit.headline.none')
}

/** A gradient is about an error times an input, and with unscaled columns an error is as large: from here on its square passes float32's end, 3.4e38. */
const largestUnscaled = 3.4e38 ** 0.25

/** That nothing breaks is said of standardised columns: how large the largest is where it would not hold of others. */
function scaledOnly(tables: readonly TableAudit[], speak: Speak): Html[] {
  const used = tables.flatMap(({ columns }) => columns).filter(column => column.kind === 'numeric').filter(({ role }) => role === 'input' || role === 'target')
  const largest = used.map(({ name, min, max }) => ({ name, value: Math.max(Math.abs(min), Math.abs(max)) })).reduce((a, b) => (b.value > a.value ? b : a), { name: '', value: 0 })
  if (!(largest.value > largestUnscaled)) return []
  return [element('p', { class: 'warn' }, speak('audit.scaled-only', { column: columnName(largest.name, speak).slice(0, 60), value: largest.value }))]
}

function countsOf(findings: readonly Finding[], speak: Speak): Html[] {
  return (['error', 'warning', 'note'] as const).flatMap(severity => {
    const count = findings.filter(finding => finding.severity === severity).length
    if (count === 0) return []
    const message: Message = count === 1 ? `audit.${severity}` : `audit.${severity}s`
    return [element('li', { class: severity === 'note' ? undefined : 'warn' }, speak(message, { count }))]
  })
}

/** How many rows and columns a table has. */
export function sizeOf({ rows, columns: { length: columns } }: TableAudit, speak: Speak): string {
  const message: Message = columns === 1 ? (rows === 1 ? 'audit.size.cell' : 'audit.size.column') : rows === 1 ? 'audit.size.row' : 'audit.size'
  return speak(message, { rows, columns })
}

function findingsSection(findings: readonly Finding[], speak: Speak): Html[] {
  if (findings.length === 0) return []
  const order = ['error', 'warning', 'note']
  const sorted = [...findings].sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity))
  return [section(speak('audit.findings'), element('ul', { class: 'plain' }, sorted.map(finding => element('li', {},
    element('span', { class: finding.severity === 'note' ? 'word' : 'word warn' }, speak(`severity.${finding.severity}`)), ' · ',
    finding.says, allRows(finding, speak), element('small', { class: 'more' }, `${finding.wouldDo} `, element('span', {}, finding.remedy))))))]
}

/** The sentence names five rows; here stand all that the finding lists. */
function allRows({ rows, count }: Finding, speak: Speak): Html | undefined {
  if (rows.length <= 5) return undefined
  const more = count - rows.length
  return element('small', { class: 'more' }, more > 0 ? speak('data.more-rows', { rows, more }) : speak('data.rows', { rows }))
}

/** Findings that are about single cells: the first of them in their surroundings. */
const aboutCells: ReadonlySet<string> = new Set<Finding['id']>([
  'not-finite', 'text-in-numbers', 'beyond-float32', 'square-overflows', 'coded-missing', 'outliers', 'beyond-training', 'new-category',
])

function whereSection({ audit, tables }: AuditReportRequest, speak: Speak): Html[] {
  const parts = tables.flatMap((table, i): Html[] => {
    const audited = audit.tables[i]
    const ofRole = (role: string): number[] => (audited?.columns ?? []).flatMap(column => (column.role === role ? [column.column - 1] : []))
    const columns = { inputs: ofRole('input'), targets: ofRole('target') }
    const findings = (audited?.findings ?? []).filter(({ id }) => aboutCells.has(id))
    const cells = findings.flatMap(finding => markedCells(finding, table))
    const shown = findings.flatMap(finding => markedCells(finding, table).slice(0, 1)).slice(0, mostExcerpts)
    if (shown.length === 0) return []
    return [element('p', { class: 'muted' }, speak('audit.in-table', { name: table.name })), excerpt({ table, columns }, cells, shown, speak)]
  })
  return parts.length === 0 ? [] : [section(speak('audit.where'), ...parts)]
}

function markedCells({ rows, column }: Finding, table: Table): MarkedCell[] {
  if (column === null) return []
  return rows.map(row => {
    const index = row - 1
    const held = table.columns[column - 1]
    const { text } = table.origin(index, column - 1)
    // A text that is missing is no number either; one that is new is only out of place.
    const value = held === undefined ? Number.NaN : held.kind !== 'text' ? numberAt(held, index) : (held.codes[index] ?? -1) < 0 ? Number.NaN : 0
    return { index, column, value, encoded: value, ...(text === undefined ? {} : { text }) }
  })
}

function tableSection(table: TableAudit, language: 'en' | 'zh', speak: Speak): Html {
  const { name, rows, columns, duplicates: { within, across } } = table
  const numeric = columns.filter(column => column.kind === 'numeric')
  const texts = columns.filter(column => column.kind === 'text')
  const repeated = [within > 0 ? speak('audit.within', { count: within }) : '', across > 0 ? speak('audit.across', { count: across }) : ''].filter(Boolean)
  const figure = (): Html => drawing(columnsFigure({
    language, title: speak('audit.columns'), rows, of: columns.length, columns: numeric.map(({ histogram, ...column }) => ({ ...column, name: columnName(column.name, speak), counts: histogram })),
  }))
  return section(speak('audit.table', { name: name.slice(0, 100) }),
    element('p', { class: 'muted' }, [sizeOf(table, speak), ...repeated].join(' · ')),
    ...(numeric.length === 0 ? [] : [figure(), element('h3', {}, speak('audit.figures')), numbersGrid(numeric, speak)]),
    ...(texts.length === 0 ? [] : [element('h3', {}, speak('audit.texts')), textsGrid(texts, speak)]),
    columns.length > mostColumns ? element('p', { class: 'muted' }, speak('data.more-columns', { more: columns.length - mostColumns })) : undefined)
}

function numbersGrid(columns: readonly NumericSummary[], speak: Speak): Html {
  const end = 'end' as const
  const figure = (value: number | undefined): string => (value === undefined || Number.isNaN(value) ? '' : formatNumber(value, 4))
  const shares = columns[0]?.quantiles.map(({ share }) => (share === 0.5 ? speak('audit.median') : `${Math.round(100 * share)} %`)) ?? []
  const heads = [speak('audit.min'), ...shares, speak('audit.max'), speak('audit.mean'), speak('audit.std'), speak('audit.not'), speak('audit.distinct')]
  return grid([{ text: speak('audit.column') }, ...heads.map(text => ({ text, align: end }))],
    columns.slice(0, mostColumns).map((column): Child[] => [
      [foreign(columnName(column.name, speak).slice(0, 60)), ...(column.role === 'input' ? [] : [element('small', {}, speak(`role.${column.role}`))])],
      figure(column.min), ...column.quantiles.map(({ value }) => figure(value)),
      figure(column.max), figure(column.mean), figure(column.std), counted(column.nan + column.inf), formatCount(column.distinct),
    ]), 'numbers')
}

/** The columns that differ most come first. */
function comparisonSection([first, second]: readonly TableAudit[], language: 'en' | 'zh', speak: Speak): Html[] {
  if (first === undefined || second === undefined || second.comparisons.length === 0) return []
  const meanOf = ({ columns }: TableAudit, column: number): number => {
    const summary = columns[column - 1]
    return summary?.kind === 'numeric' ? summary.mean : Number.NaN
  }
  const columns = second.comparisons.map(({ column, trainingColumn, ...comparison }) => ({
    ...comparison, name: columnName(second.columns[column - 1]?.name ?? '', speak), means: [meanOf(first, trainingColumn), meanOf(second, column)] as const,
  }))
  const sorted = columns.sort((a, b) => b.distance - a.distance)
  return [section(speak('audit.comparison'), element('p', { class: 'muted' }, speak('audit.comparison.says')),
    drawing(comparisonFigure({ language, rows: [first.rows, second.rows], columns: sorted })))]
}

function filesSection({ contents, assumptions, language = 'en' }: AuditReportRequest, speak: Speak): Html {
  const variables = contents.flatMap(({ file, format, variables: held }) => held.map(variable => ({ file, format, ...variable })))
  const more = variables.length - mostVariables
  return section(speak('audit.files'),
    grid([{ text: speak('audit.variable') }, { text: speak('data.file') }, { text: speak('audit.class') }, { text: speak('audit.dims'), align: 'end' },
      { text: speak('audit.unsupported') }],
    variables.slice(0, mostVariables).map(({ file, format, name, class: of, dims, unsupported }): Child[] => [
      foreign(name.slice(0, 100)), [foreign(file.slice(0, 100)), ` (${format})`], foreign(of), dims.map(formatCount).join(' x '), unsupported ?? '',
    ])),
    more > 0 ? element('p', { class: 'muted' }, `+ ${formatCount(more)}`) : undefined,
    ...(assumptions.length === 0 ? [] : [element('h3', {}, speak('audit.assumed')),
      element('ul', { class: 'plain' }, assumptions.map(says => element('li', {}, assumptionIn(language, says))))]))
}
