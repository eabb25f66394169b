/** An audit in the terminal: a line for each column, as much of it as the width allows, and the findings. */
import type { ColumnSummary, Finding, TableAudit } from '../table/audit.ts'
import type { FileContents } from '../table/table.ts'
import { sizeOf } from '../workflow/audit-report.ts'
import type { Speak } from '../workflow/report/words.ts'
import type { CommandContext } from './context.ts'
import { cells, cutTo, formatCount, formatNumber, labelled, sparkline, table as tableLines, visible, type TableColumn } from './render.ts'

/** So many columns and findings of a table are told; a page and JSON hold all. */
const [mostColumns, mostFindings] = [200, 100]

type Surface = Pick<CommandContext, 'ink' | 'terminal'>

export function variableLines(contents: readonly FileContents[], { ink }: Surface): string {
  return contents.map(({ file, format, variables }) => {
    const rows = variables.map(({ name, class: of, dims, unsupported }) =>
      [`  ${visible(name)}`, visible(of), dims.map(formatCount).join(' x '), unsupported === undefined ? '' : visible(unsupported)])
    const lines = tableLines([{ head: '', most: 42 }, { head: '' }, { head: '', align: 'end' }, { head: '' }], rows).filter(line => line.trim() !== '')
    return `${ink.bold(visible(file))}  ${format}\n${lines.join('\n')}\n`
  }).join('')
}

export function auditLines(table: TableAudit, speak: Speak, surface: Surface): string {
  const { name, columns, duplicates: { within, across }, findings } = table
  const { ink, terminal } = surface
  const told = [
    sizeOf(table, speak),
    ...(within > 0 ? [speak('audit.within', { count: within })] : []), ...(across > 0 ? [speak('audit.across', { count: across })] : []),
  ]
  const body = columnLines(columns.slice(0, mostColumns), speak, surface)
  const left = columns.length - mostColumns
  const said = findings.slice(0, mostFindings).map(finding => findingBlock(finding, speak, surface))
  const unsaid = findings.length - mostFindings
  return [
    `\n${ink.bold(visible(name))}  ${told.join(' · ')}\n`, `${body.join('\n')}\n`,
    left > 0 ? `${speak('data.more-columns', { more: left })}\n` : '',
    said.length === 0 ? `${speak('audit.nothing')}\n` : said.join(''),
    unsaid > 0 ? `${labelled([{ label: '!', text: speak('audit.more-findings', { more: unsaid }) }], terminal.width).join('\n')}\n` : '',
  ].join('')
}

interface Layout {
  readonly bins: 16 | 8
  readonly finite: boolean
  readonly median: boolean
  /** Names are cut to this. */
  readonly name: number
}

/** From wide to narrow: what can be worked out from the rest goes first. */
const layouts: readonly Layout[] = [
  { bins: 16, finite: true, median: true, name: 40 }, { bins: 8, finite: true, median: true, name: 24 },
  { bins: 8, finite: false, median: true, name: 20 }, { bins: 8, finite: false, median: true, name: 14 },
  { bins: 8, finite: false, median: false, name: 12 },
]

/** The widest that the terminal holds. */
function columnLines(columns: readonly ColumnSummary[], speak: Speak, surface: Surface): string[] {
  let lines: string[] = []
  for (const layout of layouts) {
    lines = linesIn(layout, columns, speak, surface)
    if (lines.every(line => cells(line) <= surface.terminal.width)) break
  }
  return lines
}

function linesIn(layout: Layout, columns: readonly ColumnSummary[], speak: Speak, { ink, terminal }: Surface): string[] {
  const end = 'end' as const
  const heads: TableColumn[] = [
    { head: speak('audit.column') }, { head: speak('audit.role') }, ...(layout.finite ? [{ head: speak('audit.finite'), align: end }] : []),
    { head: speak('audit.not'), align: end }, { head: speak('audit.min'), align: end }, ...(layout.median ? [{ head: speak('audit.median'), align: end }] : []),
    { head: speak('audit.max'), align: end }, { head: speak('audit.mean'), align: end }, { head: speak('audit.std'), align: end },
    { head: speak('audit.distribution') },
  ]
  const rows = (last: (column: ColumnSummary) => string): string[][] => columns.map(column => [
    cutTo(visible(column.name), layout.name), speak(`role.${column.role}`), ...figuresOf(column, layout, ink.nonFinite), last(column),
  ])
  // Texts take what room is left beside the figures.
  const others = Math.max(0, ...tableLines([...heads.slice(0, -1), { head: '|' }], rows(() => '|')).map(cells)) - 1
  const room = Math.max(layout.bins, terminal.width - others)
  const picture = (column: ColumnSummary): string => {
    if (column.kind === 'numeric') return sparkline(layout.bins === 16 ? column.histogram : halved(column.histogram), terminal.unicode)
    const frequent = column.frequent.slice(0, 3).map(({ text, count }) => `${visible(text)} (${formatCount(count)})`).join(', ')
    return cutTo(`${speak(column.distinct === 1 ? 'audit.texts-of.one' : 'audit.texts-of', { count: column.distinct })}${frequent}`, room)
  }
  return tableLines([...heads.slice(0, -1), { head: cutTo(speak('audit.distribution'), room) }], rows(picture), ink.dim)
}

/** Two bins as one. */
function halved(counts: readonly number[]): number[] {
  return counts.flatMap((count, i) => (i % 2 === 0 ? [count + (counts[i + 1] ?? 0)] : []))
}

function figuresOf(column: ColumnSummary, layout: Layout, paint: (text: string) => string): string[] {
  const [finite, bad] = column.kind === 'text' ? [column.present, column.missing] : [column.finite, column.nan + column.inf]
  const show = (value: number): string => (column.kind === 'text' || Number.isNaN(value) ? '' : formatNumber(value))
  const { min, max, mean, std, quantiles } = column.kind === 'numeric' ? column : { min: 0, max: 0, mean: 0, std: 0, quantiles: [] }
  const median = quantiles.find(({ share }) => share === 0.5)?.value ?? Number.NaN
  return [
    ...(layout.finite ? [formatCount(finite)] : []), bad > 0 ? paint(formatCount(bad)) : '', show(min), ...(layout.median ? [show(median)] : []),
    show(max), show(mean), show(std),
  ]
}

function findingBlock({ severity, says, wouldDo, remedy }: Finding, speak: Speak, { ink, terminal }: Surface): string {
  const paint = { error: ink.warn, warning: ink.warn, note: ink.dim }[severity]
  return `${labelled([{ label: paint(speak(`severity.${severity}`).padEnd(7)), text: [visible(says), wouldDo, remedy].join(speak('audit.space')) }], terminal.width).join('\n')}\n`
}
