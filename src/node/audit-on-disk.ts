/** The audit of files that are too large to load: DuckDB's, where it is installed (duckdb-audit.ts). */
import { statSync } from 'node:fs'
import { totalmem } from 'node:os'
import { basename } from 'node:path'
import type { Audit, AuditedTables, TableAudit } from '../table/audit.ts'
import { matchColumns, resolveColumn, type ColumnSet, type ColumnsRequest } from '../table/columns.ts'
import { TableError } from '../table/errors.ts'
import type { Reading } from '../network/spec.ts'
import { detectFormat } from '../table/readers/detect.ts'
import { findTables, type TablesRequest } from '../table/select.ts'
import type { FileContents, Table } from '../table/table.ts'
import { withNamed } from './data.ts'
import { auditLarge, emptyTable } from './duckdb-audit.ts'
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

/** Loading is sensible while tables take at most this share of a bound that was asked for, as `fit` has it, or of the machine's memory. */
const [shareOfBound, shareOfMachine] = [1 / 4, 1 / 2]

/** DuckDB gets this share of the bound, or of the machine's memory; the program takes the rest. */
const [databaseOfBound, databaseOfMachine] = [1 / 2, 1 / 4]

/** DuckDB holds text in pieces of 30 MiB, several at once. */
const leastDatabaseBytes = 2 ** 27

/** Quantiles and distinct values hold a column, and a table of its values, in the database's memory: at most so many bytes a row. */
const exactRowBytes = 100

/**
 * The audit without loading, where the files' tables might take more memory than is sensible; null where they should be loaded. Throws a
 * TableError: `duckdb-missing` and `duckdb-format` where a bound was asked for that loading would pass, and those of openLarge.
 */
export async function auditOnDisk(paths: readonly string[], request: OnDiskRequest): Promise<AuditedOnDisk | null> {
  const { memory } = request
  const all = withNamed(paths, request)
  if (all.some(isPipe)) {
    if (memory === undefined) return null
    throw new TableError('duckdb-format', 'A pipe can only be read whole, which --memory cannot bound here: name a file, or leave --memory out.')
  }
  const { bytes, whole } = await sizeOf(all)
  if (bytes <= (memory === undefined ? totalmem() * shareOfMachine : memory * shareOfBound)) return null
  const module = request.module === undefined ? await duckdbModule() : request.module
  if (memory === undefined && (module === null || whole !== null)) return null
  const says = `${all.length === 1 ? basename(all[0] ?? '') : 'The files'} may take ${megabytes(bytes)} MB in memory, and more than a quarter of --memory is not loaded`
  if (whole !== null) {
    throw new TableError('duckdb-format', `${says}; without loading only Parquet and text are audited, and ${whole} is neither. `
      + `Save it so, or raise --memory to ${megabytes(bytes / shareOfBound)}MB.`, { bytes, memory })
  }
  if (module === null) {
    throw new TableError('duckdb-missing', `${says}; it is audited without loading by DuckDB, which is not installed here. Install it (npm install @duckdb/node-api), `
      + `or raise --memory to ${megabytes(bytes / shareOfBound)}MB.`, { bytes, memory })
  }
  return auditOpened(all, request, module)
}

function isPipe(path: string): boolean {
  if (path === '-') return true
  const status = statSync(path, { throwIfNoEntry: false })
  return status !== undefined && !status.isFile() && !status.isDirectory()
}

/** What the tables may take in memory, and the first file that DuckDB cannot read where it lies. */
async function sizeOf(paths: readonly string[]): Promise<{ readonly bytes: number, readonly whole: string | null }> {
  let [bytes, whole]: [number, string | null] = [0, null]
  for (const path of paths) {
    for (const one of isPattern(path) ? await filesOf(path) : [path]) {
      const source = await openFile(one)
      try {
        if (source.size === 0) continue
        const format = await detectFormat(source)
        // Text is packed to about a quarter; what is inside is not known before it is unpacked.
        bytes += format === 'gzip' ? source.size * 16 : await tableBytes(format, source)
        if (format !== 'csv' && format !== 'parquet') whole ??= source.name
      } finally {
        await source.close()
      }
    }
  }
  return { bytes, whole }
}

interface Opened {
  readonly table: LargeTable
  readonly contents: FileContents
  /** The table's names and size, as it stands in `contents`. */
  readonly names: Table
}

async function auditOpened(paths: readonly string[], request: OnDiskRequest, module: DuckdbModule): Promise<AuditedOnDisk | null> {
  const { memory } = request
  const all = memory === undefined ? totalmem() * databaseOfMachine : memory * databaseOfBound
  const memoryBytes = Math.max(leastDatabaseBytes, Math.floor(all / paths.length))
  const opened: Opened[] = []
  try {
    for (const path of paths) {
      const table = await openLarge(path, { module, memoryBytes, ...(request.reading === undefined ? {} : { reading: request.reading }) })
      if (table !== null) opened.push(named(path, table))
    }
    return await auditFound(opened, request, Math.floor(memoryBytes / exactRowBytes))
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

async function auditFound(opened: readonly Opened[], request: OnDiskRequest, exactRows: number): Promise<AuditedOnDisk> {
  const contents = opened.map(file => file.contents)
  const { training, validation, assumptions } = findTables(contents, request)
  const columns = columnsOf(training, request)
  const theirs = (table: Table): ColumnSet => (table === training ? columns
    : { inputs: matchColumns(training, columns.inputs, table), targets: matchColumns(training, columns.targets, table) })
  const tables: TableAudit[] = []
  const said: string[] = []
  for (const names of validation === null ? [training] : [training, validation]) {
    const table = opened.find(file => file.names === names)?.table
    if (table === undefined) continue
    const audited = await auditLarge(table, { columns: theirs(names), exactRows, language: request.language ?? 'en' })
    const { assumptions: ofTable, ...audit } = audited
    tables.push(audit)
    said.push(...ofTable)
  }
  if (tables.length > 1) said.push('Training and validation were not compared with each other.')
  return { audit: { tables }, contents, assumptions: [...new Set([...said, ...assumptions])] }
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
