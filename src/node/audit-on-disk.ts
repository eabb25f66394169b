/**
 * The audit of files that are too large to load: a column at a time from disk, or where even that is too much DuckDB's, where it
 * is installed (duckdb-audit.ts).
 */
import { statSync } from 'node:fs'
import { totalmem } from 'node:os'
import { basename } from 'node:path'
import type { Audit, AuditedTables, TableAudit } from '../table/audit.ts'
import { matchColumns, resolveColumn, type ColumnSet, type ColumnsRequest } from '../table/columns.ts'
import { TableError } from '../table/errors.ts'
import { shown } from '../table/names.ts'
import { wordsOf } from '../table/audit/words.ts'
import type { Reading } from '../network/spec.ts'
import { detectFormat } from '../table/readers/detect.ts'
import { readFooter } from '../table/readers/parquet/footer.ts'
import type { Source } from '../table/readers/source.ts'
import { findTables, type TablesRequest } from '../table/select.ts'
import type { FileContents, Table } from '../table/table.ts'
import { withNamed } from './data.ts'
import { auditLarge, bySeverity, emptyTable } from './duckdb-audit.ts'
import { compareOnDisk, type ComparedTable } from './duckdb-compare.ts'
import { openLarge, type LargeTable } from './duckdb-table.ts'
import { duckdbModule, type DuckdbModule } from './duckdb.ts'
import { filesOf, isPattern } from './patterns.ts'
import { tableBytes } from './room.ts'
import { openFile } from './source.ts'

export interface OnDiskRequest extends TablesRequest, Pick<ColumnsRequest, 'target' | 'inputs'> {
  readonly language?: AuditedTables['language']
  readonly reading?: Reading | undefined
  /** A bound on memory in bytes, as it was asked for. */
  readonly memory?: number
  /** DuckDB; what is installed unless given, none for null. */
  readonly module?: DuckdbModule | null
}

export interface AuditedOnDisk {
  readonly audit: Audit
  /** The tables have names and sizes, and no cells. */
  readonly contents: readonly FileContents[]
  readonly assumptions: readonly string[]
}

/** DuckDB gets this share of the bound, or of the machine's memory, and leaves what the program and its own code take beside. */
const [databaseOfBound, databaseOfMachine] = [1 / 3, 1 / 4]
const besideDatabase = 290e6

/** DuckDB holds text in pieces of 30 MiB, several at once. */
const leastDatabaseBytes = 2 ** 27

/** Quantiles and distinct values hold a column, and a table of its values, in the database's memory: at most so many bytes a row. */
const exactRowBytes = 100

/** What the program takes besides: as in memory.ts. */
const programBytes = 160 * 2 ** 20

/** A column, its finite values, their order and the room to sort them, and hashes of the rows: what an audit holds of a row at most. */
const rowBytes = 64

/**
 * The bound within which files are read to be audited: the one that was asked for, or half of the machine's memory where text or
 * Parquet might take more than that as a table; none where it surely fits.
 */
export async function auditMemory(paths: readonly string[], request: OnDiskRequest): Promise<{ readonly memory?: number }> {
  if (request.memory !== undefined) return { memory: request.memory }
  const all = withNamed(paths, request)
  if (all.some(isPipe)) return {}
  const memory = Math.floor(totalmem() / 2)
  const { bytes, whole } = await sizeOf(all)
  return whole || bytes <= memory ? {} : { memory }
}

/**
 * The audit by DuckDB, of text and Parquet whose rows are so many that even one column at a time passes the bound; null where the
 * files should be read, within the bound of `auditMemory`. Throws a TableError: `duckdb-missing` or `memory-bound` where a bound was asked for that
 * reading would pass, and those of openLarge.
 */
export async function auditOnDisk(paths: readonly string[], request: OnDiskRequest): Promise<AuditedOnDisk | null> {
  const { memory } = request
  const all = withNamed(paths, request)
  if (all.some(isPipe)) return null
  const { rows, whole } = await sizeOf(all)
  const needed = programBytes + rows * rowBytes
  if (whole || needed <= (memory ?? totalmem() / 2)) return null
  const module = request.module === undefined ? await duckdbModule() : request.module
  const least = besideDatabase + leastDatabaseBytes * all.length
  if (memory !== undefined && (module === null || memory < least)) throw boundRefusal(all, { rows, memory, needed, least, installed: module !== null })
  if (module === null) return null
  const share = memory === undefined ? totalmem() * databaseOfMachine : Math.min(memory * databaseOfBound, memory - besideDatabase)
  return auditByDuckdb(all, request, module, Math.floor(share / all.length))
}

/** Why files of so many rows are not audited within a bound: `needed` is what an audit of a column at a time takes, `least` what one by DuckDB does. */
function boundRefusal(
  paths: readonly string[], { rows, memory, needed, least, installed }: { rows: number; memory: number; needed: number; least: number; installed: boolean },
): TableError {
  const what = `${paths.length === 1 ? shown(basename(paths[0] ?? '')) : 'The files'} may hold ${rows.toLocaleString('en')} rows`
  const facts = { rows, needed: Math.min(needed, least), memory }
  if (!installed && memory >= least) {
    return new TableError('duckdb-missing', `${what}, of which an audit that holds a column at a time takes about ${megabytes(needed)} MB, and --memory allows ${megabytes(memory)} MB; for less there is `
      + `DuckDB, which is not installed here. Install it (npm install @duckdb/node-api), or raise --memory to ${megabytes(needed)}MB.`, facts)
  }
  const byDuckdb = least < needed
  const install = byDuckdb && !installed ? ' and install it (npm install @duckdb/node-api)' : ''
  return new TableError('memory-bound', `${what}, of which an audit takes about ${megabytes(facts.needed)} MB${byDuckdb ? ' by DuckDB' : ''}, and --memory allows ${megabytes(memory)} MB. `
    + `Raise --memory to ${megabytes(facts.needed)}MB${install}.`, facts)
}

/** Refuses tables that were read of which an audit would pass the bound. Throws a TableError `memory-bound`. */
export function requireAuditMemory(tables: readonly Table[], memory: number | undefined): void {
  if (memory === undefined) return
  const rows = tables.reduce((sum, table) => sum + table.rows, 0)
  const held = tables.reduce((sum, table) => sum + heldBytes(table), 0)
  const needed = programBytes + rows * rowBytes + held
  if (needed <= memory) return
  throw new TableError('memory-bound', `An audit of ${rows.toLocaleString('en')} rows takes about ${megabytes(needed)} MB of memory, and --memory allows ${megabytes(memory)} MB. `
    + `Raise --memory to ${megabytes(needed)}MB, or save the table as Parquet or CSV, which DuckDB audits in less.`, { needed, memory, rows })
}

function heldBytes({ columns }: Table): number {
  return columns.reduce((sum, column) => sum + (column.kind === 'text' ? column.codes.byteLength : column.kind === 'numeric' ? column.values.byteLength : 0), 0)
}

function isPipe(path: string): boolean {
  if (path === '-') return true
  const status = statSync(path, { throwIfNoEntry: false })
  return status !== undefined && !status.isFile() && !status.isDirectory()
}

/** About how many rows the files hold, what they may take as tables, and whether one of them is neither text nor Parquet. */
async function sizeOf(paths: readonly string[]): Promise<{ readonly rows: number, readonly bytes: number, readonly whole: boolean }> {
  let [rows, bytes, whole] = [0, 0, false]
  for (const path of paths) {
    for (const one of isPattern(path) ? await filesOf(path) : [path]) {
      const source = await openFile(one)
      try {
        if (source.size === 0) continue
        const format = await detectFormat(source)
        if (format !== 'gzip') bytes += await tableBytes(format, source)
        if (format === 'csv') rows += await linesIn(source)
        else if (format === 'parquet') rows += (await readFooter(source)).rows
        else whole = true
      } finally {
        await source.close()
      }
    }
  }
  return { rows, bytes, whole }
}

/** By the lines of its beginning. */
async function linesIn(source: Source): Promise<number> {
  const head = await source.read(0, Math.min(source.size, 2 ** 16))
  let lines = 0
  for (const byte of head) if (byte === 10) lines++
  return Math.round(source.size / (head.length / Math.max(1, lines)))
}

interface Opened {
  readonly table: LargeTable
  readonly contents: FileContents
  /** The table's names and size, as it stands in `contents`. */
  readonly names: Table
}

/** The audit of files by databases of `memoryBytes` each; null where the text is such that DuckDB would read it otherwise, and no bound was asked for. */
export async function auditByDuckdb(paths: readonly string[], request: OnDiskRequest, module: DuckdbModule, memoryBytes: number): Promise<AuditedOnDisk | null> {
  const { memory } = request
  const opened: Opened[] = []
  try {
    for (const path of paths) {
      const table = await openLarge(path, { module, memoryBytes, ...(request.reading === undefined ? {} : { reading: request.reading }) })
      if (table !== null) opened.push(named(path, table))
    }
    return await auditFound(opened, request, { exactRows: Math.floor(memoryBytes / exactRowBytes), memoryBytes })
  } catch (error) {
    // Text that DuckDB would read otherwise is loaded, unless that would pass a bound that was asked for.
    if (memory === undefined && error instanceof TableError && error.id === 'duckdb-format') return null
    throw error
  } finally {
    for (const { table } of opened) table.close()
  }
}

function named(path: string, table: LargeTable): Opened {
  const names = emptyTable(table)
  const variables = [{ name: table.name, class: 'table', dims: [table.rows, table.columns.length], table: names }]
  return { table, names, contents: { file: basename(path), format: table.format, variables, assumptions: table.assumptions } }
}

async function auditFound(
  opened: readonly Opened[], request: OnDiskRequest, bounds: { readonly exactRows: number, readonly memoryBytes: number },
): Promise<AuditedOnDisk> {
  const contents = opened.map(file => file.contents)
  const { training, validation, assumptions } = findTables(contents, request)
  const { language = 'en' } = request
  const columns = columnsOf(training, request)
  const order = [...columns.inputs, ...columns.targets]
  const said: string[] = []
  const auditOf = async (names: Table, part: 'training' | 'validation', used: readonly number[]): Promise<Audited | null> => {
    const table = opened.find(file => file.names === names)?.table
    if (table === undefined) return null
    const split = columns.inputs.length
    const audited = await auditLarge(table, { columns: { inputs: used.slice(0, split), targets: used.slice(split) }, exactRows: bounds.exactRows, language, part })
    const { assumptions: ofTable, ...audit } = audited
    said.push(...ofTable)
    return { table, names, audit, summaries: audit.columns, used }
  }
  const own = await auditOf(training, 'training', order)
  const other = validation === null ? null : await auditOf(validation, 'validation', matchColumns(training, order, validation))
  const tables = [own, other].flatMap(audited => audited?.audit ?? [])
  if (own === null || other === null) return { audit: { tables }, contents, assumptions: [...new Set([...said, ...assumptions])] }
  const { comparisons, findings, assumptions: ofRows } = await compareOnDisk(own, other, wordsOf(language), bounds)
  const compared = { ...other.audit, comparisons, findings: bySeverity([...other.audit.findings, ...findings]) }
  return { audit: { tables: [own.audit, compared] }, contents, assumptions: [...new Set([...said, ...ofRows, ...assumptions])] }
}

interface Audited extends ComparedTable {
  readonly audit: TableAudit
}

/** As fit chooses: the last column of numbers is the target, and the others are inputs. */
function columnsOf(table: Table, { target, inputs }: OnDiskRequest): ColumnSet {
  const listed = (references: ColumnsRequest['target']): number[] | null => {
    if (references === undefined) return null
    return (typeof references === 'string' || typeof references === 'number' ? [references] : references).map(reference => resolveColumn(table, reference))
  }
  const numeric = table.columns.flatMap(({ kind }, index) => (kind === 'numeric' ? [index] : []))
  const said = listed(inputs)
  const targets = listed(target) ?? numeric.filter(index => said?.includes(index) !== true).slice(-1)
  return { targets, inputs: said ?? numeric.filter(index => !targets.includes(index)) }
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / 1e6)
}
