/** What it was trained on: the files' fingerprints, the tables, their columns and what the audit found in them. */
import { formatCount, formatNumber } from '../../figures/format.ts'
import { columnsFigure, type ColumnPicture } from '../../figures/index.ts'
import type { ColumnSummary, Finding, TableAudit } from '../../table/audit.ts'
import { drawing, element, foreign, grid, pairs, section, type Child, type Html } from './html.ts'
import type { Subject } from './subject.ts'
import { counted, textsGrid } from './texts.ts'
import { columnName, type Speak } from './words.ts'

const mostColumns = 60
const mostRows = 10

export function dataSection(subject: Subject, speak: Speak): Html {
  const { record: { data, columns }, known } = subject
  const files = data.files.map(({ name, bytes, sha256 }) => [foreign(name), formatCount(bytes), element('code', { class: 'hash' }, sha256)])
  const size = ({ name, rows, columns: names }: { name: string; rows: number; columns: readonly string[] }): Child[] =>
    [foreign(name.slice(0, 100)), ` · ${speak('data.size', { rows, columns: names.length })}`]
  const list: [string, ...Child[]][] = [[speak('data.training'), ...size(data.training)]]
  // Rows put aside of the training table are no table of their own.
  const { training: first, validation: second } = data
  if (second !== null && (second.name !== first.name || second.rows !== first.rows)) list.push([speak('data.validation'), ...size(second)])
  if (known !== null) {
    const { training, validation, dropped, imputed } = known.experiment
    list.push([speak('data.trained-on'), formatCount(training.rows.length)])
    if (validation !== null) list.push([speak('data.validated-on'), formatCount(validation.rows.length)])
    const left = new Set(dropped.map(({ table, index }) => `${table}:${index}`)).size
    if (left > 0) list.push([speak('data.dropped'), formatCount(left)])
    if (imputed.length > 0) list.push([speak('data.imputed'), formatCount(imputed.length)])
  }
  list.push([speak('data.inputs'), names(columns.inputs, speak)], [speak('data.targets'), names(columns.targets, speak)])
  return section(speak('data.title'),
    files.length === 0 ? element('p', {}, speak('data.none'))
      : grid([{ text: speak('data.file') }, { text: speak('data.bytes'), align: 'end' }, { text: speak('data.sha256') }], files, 'wide'),
    pairs(list),
    ...(known?.audit.tables ?? []).flatMap((table, i) => (i === 0 ? [columnsOf(table, subject, speak)] : [])),
    ...(known === null ? [] : [findingsOf(known.audit.tables.flatMap(({ findings }) => findings), subject, speak)]))
}

function names(list: readonly string[], speak: Speak): Child[] {
  const shown: Child[] = list.slice(0, mostColumns).flatMap((name, i) => [...(i === 0 ? [] : [speak('list.comma')]), foreign(columnName(name, speak).slice(0, 100))])
  return list.length > mostColumns ? [...shown, speak('list.comma'), speak('data.more-columns', { more: list.length - mostColumns })] : shown
}

/** With data, the figure; without, a table that leaves out the ends of the columns, which are cells. */
function columnsOf({ name, rows, columns }: TableAudit, { language, withData }: Subject, speak: Speak): Html {
  const numeric = columns.filter(column => column.kind === 'numeric')
  const texts = columns.filter(column => column.kind === 'text')
  const title = speak('data.columns', { name })
  if (!withData) return element('div', {}, element('h3', {}, title), figuresOf(columns, speak))
  const pictures = numeric.map(({ histogram, ...column }): ColumnPicture => ({ ...column, name: columnName(column.name, speak), counts: histogram }))
  return element('div', {},
    pictures.length === 0 ? element('h3', {}, title) : drawing(columnsFigure({ language, title, rows, columns: pictures, of: columns.length })),
    texts.length === 0 ? undefined : textsGrid(texts, speak))
}

function figuresOf(columns: readonly ColumnSummary[], speak: Speak): Html {
  const end = 'end' as const
  const figure = (value: number): string => (Number.isFinite(value) ? formatNumber(value, 4) : '')
  const rows = columns.slice(0, mostColumns).map((column): Child[] => {
    const start = [[foreign(columnName(column.name, speak).slice(0, 60))], speak(`role.${column.role}`)]
    if (column.kind === 'text') {
      return [...start, formatCount(column.present), counted(column.missing), speak('data.texts', { distinct: column.distinct }), '']
    }
    const mean = column.constant ? speak('data.constant') : figure(column.mean)
    return [...start, formatCount(column.finite), counted(column.nan + column.inf), mean, figure(column.std)]
  })
  const table = grid([
    { text: speak('data.column') }, { text: speak('data.role') }, { text: speak('data.finite'), align: end },
    { text: speak('data.not-finite'), align: end }, { text: speak('data.mean'), align: end }, { text: speak('data.std'), align: end },
  ], rows)
  const more = columns.length - mostColumns
  return element('div', {}, table, more > 0 ? element('p', { class: 'muted' }, speak('data.more-columns', { more })) : undefined)
}

/** A finding's first sentence may hold a cell, so that without data only the place is told. */
function findingsOf(findings: readonly Finding[], { withData }: Subject, speak: Speak): Html {
  if (findings.length === 0) return element('p', { class: 'muted' }, speak('data.no-findings'))
  const items = findings.map(finding => element('li', {},
    element('span', { class: finding.severity === 'note' ? 'word' : 'word warn' }, speak(`severity.${finding.severity}`)), ' · ',
    ...(withData ? [`${finding.says} `] : placeOf(finding, speak)),
    element('span', { class: 'muted' }, `${finding.wouldDo} ${finding.remedy}`)))
  return element('div', {}, element('h3', {}, speak('data.findings')), element('ul', { class: 'plain' }, items))
}

function placeOf({ id, column, columnName, rows, count }: Finding, speak: Speak): Child[] {
  const shown = rows.slice(0, mostRows)
  const more = count - shown.length
  return [
    element('code', {}, id),
    ...(column === null ? [] : [' · ', columnName === `column ${column}` ? speak('where.column', { column }) : foreign((columnName ?? '').slice(0, 60))]),
    ...(shown.length === 0 ? [] : [` · ${more > 0 ? speak('data.more-rows', { rows: shown, more }) : speak('data.rows', { rows: shown })}`]),
    '. ',
  ]
}
