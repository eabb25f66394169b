/** `whynan audit`: what a table holds, and what in it would harm training. */
import { loadData, requirePaths } from '../../node/data.ts'
import { readTables } from '../../node/read-tables.ts'
import { toJsonNumber } from '../../numeric/floats.ts'
import { parseOptions } from '../../network/recipes.ts'
import { audit, type ColumnSummary, type Finding, type TableAudit } from '../../table/audit.ts'
import { chooseColumns, type ColumnSet } from '../../table/columns.ts'
import { TableError } from '../../table/errors.ts'
import type { FileContents } from '../../table/table.ts'
import type { CommandContext, Options } from '../context.ts'
import { formatCount, formatNumber, labelled, sparkline, table, visible } from '../render.ts'
import { settingsFrom } from '../settings.ts'

export async function auditCommand(paths: readonly string[], flags: Options, context: CommandContext): Promise<number> {
  requirePaths(paths)
  const { train, validation, target, inputs } = parseOptions(await settingsFrom(flags))
  const found = await findOrList(paths, { train, validation })
  const result = found.tables === null ? { tables: [] } : audit(...auditedTables(found.tables, { target, inputs }))
  if (flags['json'] === true) {
    context.out(`${JSON.stringify({ ...result, variables: variablesOf(found.contents), assumptions: found.assumptions }, numbersAsText)}\n`)
    return 0
  }
  context.out(variableLines(found.contents, context))
  for (const one of result.tables) context.out(tableLines(one, context))
  for (const says of found.assumptions) context.out(`${labelled([{ label: '!', text: visible(says) }], context.terminal.width).join('\n')}\n`)
  return 0
}

type Loaded = Awaited<ReturnType<typeof loadData>>

/** The tables to audit; a file with variables of which none is a table is still listed. */
async function findOrList(
  paths: readonly string[], request: Parameters<typeof loadData>[1],
): Promise<{ contents: readonly FileContents[]; tables: Loaded['tables'] | null; assumptions: readonly string[] }> {
  try {
    return await loadData(paths, request)
  } catch (error) {
    if (!(error instanceof TableError) || request?.train !== undefined) throw error
    const { contents } = await readTables(paths)
    const several = contents.some(file => file.variables.length > 1)
    if (!several) throw error
    return { contents, tables: null, assumptions: [error.message] }
  }
}

function auditedTables({ training, validation, targets }: Loaded['tables'], said: { target?: unknown; inputs?: unknown }): Parameters<typeof audit> {
  const columns = columnsFor(training, said, targets ?? null)
  const second = typeof validation === 'number' ? null : validation
  return [{ training, validation: second }, columns]
}

/** The columns that fit would take; a table that fit would refuse is audited all the same, every column as an input. */
function columnsFor(training: Loaded['tables']['training'], said: { target?: unknown; inputs?: unknown }, targets: readonly number[] | null): ColumnSet | undefined {
  const request = { ...said, ...(said.target === undefined && targets !== null ? { target: targets.map(index => index + 1) } : {}) }
  try {
    return chooseColumns(training, request as Parameters<typeof chooseColumns>[1])
  } catch (error) {
    if (said.target !== undefined || said.inputs !== undefined || !(error instanceof TableError)) throw error
    return undefined
  }
}

function variablesOf(contents: readonly FileContents[]): object[] {
  return contents.flatMap(({ file, format, variables }) =>
    variables.map(({ name, class: of, dims, unsupported }) => ({ file, format, name, class: of, dims, unsupported: unsupported ?? null })))
}

function variableLines(contents: readonly FileContents[], { ink }: CommandContext): string {
  return contents.map(({ file, format, variables }) => {
    const rows = variables.map(({ name, class: of, dims, unsupported }) =>
      [`  ${visible(name)}`, visible(of), dims.map(formatCount).join(' x '), unsupported === undefined ? '' : visible(unsupported)])
    return `${ink.bold(visible(file))}  ${format}\n${table([{ head: '' }, { head: '' }, { head: '', align: 'end' }, { head: '' }], rows).filter(line => line.trim() !== '').join('\n')}\n`
  }).join('')
}

function tableLines({ name, rows, columns, duplicates, findings }: TableAudit, { ink, terminal }: CommandContext): string {
  const head = `\n${ink.bold(visible(name))}  ${formatCount(rows)} rows x ${columns.length} columns` +
    `${duplicates.within > 0 ? ` · ${formatCount(duplicates.within)} repeat an earlier row` : ''}${duplicates.across > 0 ? ` · ${formatCount(duplicates.across)} stand in the training table too` : ''}\n`
  const body = table(
    [
      { head: 'column' }, { head: 'role' }, { head: 'finite', align: 'end' }, { head: 'not', align: 'end' }, { head: 'min', align: 'end' },
      { head: 'median', align: 'end' }, { head: 'max', align: 'end' }, { head: 'mean', align: 'end' }, { head: 'std', align: 'end' }, { head: 'distribution' },
    ],
    columns.map(column => columnCells(column, ink.nonFinite, terminal.unicode)), ink.dim,
  )
  const said = findings.map(finding => findingBlock(finding, { ink, terminal }))
  return `${head}${body.join('\n')}\n${said.length === 0 ? 'Nothing found that would harm training.\n' : said.join('')}`
}

function columnCells(column: ColumnSummary, paint: (text: string) => string, unicode: boolean): string[] {
  if (column.kind === 'text') {
    const most = column.frequent.slice(0, 3).map(({ text, count }) => `${visible(text)} (${formatCount(count)})`).join(', ')
    return [visible(column.name), column.role, formatCount(column.present), column.missing > 0 ? formatCount(column.missing) : '', '', '', '', '', '', `${formatCount(column.distinct)} texts: ${most}`]
  }
  const bad = column.nan + column.inf
  const median = column.quantiles.find(({ share }) => share === 0.5)?.value ?? Number.NaN
  const show = (value: number): string => (Number.isNaN(value) ? '' : formatNumber(value))
  return [
    visible(column.name), column.role, formatCount(column.finite), bad > 0 ? paint(formatCount(bad)) : '',
    show(column.min), show(median), show(column.max), show(column.mean), show(column.std), sparkline(column.histogram, unicode),
  ]
}

function findingBlock({ severity, says, wouldDo, remedy }: Finding, { ink, terminal }: Pick<CommandContext, 'ink' | 'terminal'>): string {
  const paint = { error: ink.warn, warning: ink.warn, note: ink.dim }[severity]
  return `${labelled([{ label: paint(severity.padEnd(7)), text: `${visible(says)} ${wouldDo} ${remedy}` }], terminal.width).join('\n')}\n`
}

function numbersAsText(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? toJsonNumber(value) : value
}

