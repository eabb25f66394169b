/** `whynan audit`: what a table holds, and what in it would harm training. */
import { auditMemory, auditOnDisk, requireAuditMemory, type AuditedOnDisk, type OnDiskRequest } from '../../node/audit-on-disk.ts'
import { dataOf, requirePaths, withNamed, type LoadedData } from '../../node/data.ts'
import { readingOptions, readTables, type ReadOptions } from '../../node/read-tables.ts'
import { toJsonNumber } from '../../numeric/floats.ts'
import { parseOptions } from '../../network/recipes.ts'
import { audit, type AuditedTables } from '../../table/audit.ts'
import { chooseColumns, type ColumnSet } from '../../table/columns.ts'
import { TableError } from '../../table/errors.ts'
import type { FileContents, Table } from '../../table/table.ts'
import { assumptionIn } from '../../workflow/assumptions.ts'
import { auditReportOf } from '../../workflow/audit-report.ts'
import { speakerOf } from '../../workflow/report/words.ts'
import { auditLines, variableLines } from '../audit-text.ts'
import type { CommandContext, Options } from '../context.ts'
import { labelled, visible } from '../render.ts'
import { memoryBound, settingsFrom, text } from '../settings.ts'
import { requireOtherThan, writePage } from '../write-page.ts'

export async function auditCommand(paths: readonly string[], flags: Options, context: CommandContext): Promise<number> {
  requirePaths(paths)
  const output = text(flags, 'output')
  await requireOtherThan(output, paths)
  const { train, validation, target, inputs, reading } = parseOptions(await settingsFrom(flags))
  const { language } = context
  const request = { train, validation, target, inputs, reading, language }
  const audited: Audited = await auditOnDisk(paths, { ...request, ...memoryBound(flags) }) ?? await auditLoaded(paths, { ...request, ...memoryBound(flags) })
  const { audit: result, contents, assumptions, tables } = audited
  if (output !== undefined) {
    await writePage('The audit', output, auditReportOf({ name: nameOf(paths), audit: result, tables: tables ?? [], contents, assumptions, language }))
  }
  if (flags['json'] === true) {
    const page = output === undefined ? {} : { report: output }
    context.out(`${JSON.stringify({ ...result, variables: variablesOf(contents), assumptions, ...page }, numbersAsText)}\n`)
    return 0
  }
  if (output !== undefined) {
    context.out(`${visible(output)}\n`)
    return 0
  }
  const speak = speakerOf(language)
  context.out(variableLines(contents, context))
  for (const one of result.tables) context.out(auditLines(one, speak, context))
  for (const says of assumptions) context.out(`${labelled([{ label: '!', text: visible(assumptionIn(language, says)) }], context.terminal.width).join('\n')}\n`)
  return 0
}

interface Audited extends AuditedOnDisk {
  /** Those of the audit, where their cells are at hand. */
  readonly tables?: readonly Table[]
}

async function auditLoaded(paths: readonly string[], said: OnDiskRequest): Promise<Audited> {
  const { language, target, inputs, reading, memory, ...request } = said
  const found = await findOrList(paths, request, { ...readingOptions(reading), ...await auditMemory(paths, said) })
  const { contents, assumptions } = found
  if (found.tables === null) return { contents, assumptions, ...auditEach(contents, { target, inputs }, language) }
  const { tables, columns } = auditedTables(found.tables, { target, inputs })
  requireAuditMemory([tables.training, tables.validation ?? []].flat(), memory)
  const shown = [tables.training, tables.validation].flatMap(table => table ?? [])
  return { ...found, audit: audit({ ...tables, ...(language === undefined ? {} : { language }) }, columns), tables: shown }
}

/** So many tables of which none is the one to train on are audited; all are listed. */
const mostTables = 20

/** Each table by itself, where none of them, or several, could be trained on. */
function auditEach(contents: readonly FileContents[], said: { target?: unknown; inputs?: unknown }, language: OnDiskRequest['language']): Pick<Audited, 'audit' | 'tables'> {
  const tables = contents.flatMap(({ variables }) => variables.flatMap(({ table }) => (table === undefined || table.rows === 0 ? [] : [table]))).slice(0, mostTables)
  return { audit: { tables: tables.flatMap(training => audit({ training, language: language ?? 'en' }, columnsFor(training, said, null)).tables) }, tables }
}

/** What a page is called: the first file's own name. */
function nameOf([first = 'data']: readonly string[]): string {
  return first === '-' ? 'data' : first.replace(/[\\/]+$/, '').split(/[\\/]/).at(-1) ?? first
}

/** The tables to audit; a file of which none, or none in particular, can be trained on is still listed. */
async function findOrList(
  paths: readonly string[], request: Parameters<typeof dataOf>[2], options: ReadOptions,
): Promise<{ contents: readonly FileContents[]; tables: LoadedData['tables'] | null; assumptions: readonly string[] }> {
  // Read once: a pipe has nothing left for a second time, and what a reader refuses is refused here.
  const all = withNamed(paths, request)
  const { contents } = await readTables(all, options)
  try {
    return dataOf(all, contents, request)
  } catch (error) {
    if (!(error instanceof TableError) || request.train !== undefined) throw error
    if (contents.every(({ variables }) => variables.length === 0)) throw error
    return { contents, tables: null, assumptions: [error.message] }
  }
}

function auditedTables({ training, validation, targets }: LoadedData['tables'], said: { target?: unknown; inputs?: unknown }): {
  readonly tables: AuditedTables
  readonly columns: ColumnSet | undefined
} {
  const columns = columnsFor(training, said, targets ?? null)
  const second = typeof validation === 'number' ? null : validation
  return { tables: { training, validation: second }, columns }
}

/** The columns that fit would take; a table that fit would refuse is audited all the same, every column as an input. */
function columnsFor(training: LoadedData['tables']['training'], said: { target?: unknown; inputs?: unknown }, targets: readonly number[] | null): ColumnSet | undefined {
  const request = { ...said, ...(said.target === undefined && targets !== null ? { target: targets.map(index => index + 1) } : {}) }
  try {
    return chooseColumns(training, request as Parameters<typeof chooseColumns>[1], { judged: false })
  } catch (error) {
    if (said.target !== undefined || said.inputs !== undefined || !(error instanceof TableError)) throw error
    return undefined
  }
}

function variablesOf(contents: readonly FileContents[]): object[] {
  return contents.flatMap(({ file, format, variables }) =>
    variables.map(({ name, class: of, dims, unsupported }) => ({ file, format, name, class: of, dims, unsupported: unsupported ?? null })))
}

function numbersAsText(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? toJsonNumber(value) : value
}

