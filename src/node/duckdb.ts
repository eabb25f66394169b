/**
 * DuckDB, where it is installed (the optional peer dependency @duckdb/node-api): a database in memory that may read the
 * files it is told of and nothing else, within a bound of memory.
 */
import { resolve } from 'node:path'
import { TableError } from '../table/errors.ts'

/** As much of @duckdb/node-api as is used here. */
export interface DuckdbModule {
  readonly DuckDBInstance: { create(path: string, options: Record<string, string>): Promise<DuckdbInstance> }
}

interface DuckdbInstance {
  connect(): Promise<DuckdbConnection>
  closeSync(): void
}

interface DuckdbConnection {
  run(sql: string): Promise<DuckdbResult>
  stream(sql: string): Promise<DuckdbResult>
  closeSync(): void
}

interface DuckdbResult {
  fetchChunk(): Promise<DuckdbChunk | null>
}

export interface DuckdbChunk {
  readonly rowCount: number
  getColumnVector(column: number): DuckdbVector
}

export interface DuckdbVector {
  /** The values of a vector of numbers; undefined for others. */
  readonly items?: unknown
  getItem(row: number): unknown
}

export interface DuckdbOptions {
  /** Memory that the database may take, in bytes; 1 GiB unless given. */
  readonly memoryBytes?: number
  readonly threads?: number
  /** The module to use; what is installed beside whynan unless given, and none at all for null. */
  readonly module?: DuckdbModule | null
}

const defaultMemoryBytes = 2 ** 30

let installed: Promise<DuckdbModule | null> | undefined

/** The module, or null where it is not installed. */
export function duckdbModule(): Promise<DuckdbModule | null> {
  // A name that is not written out keeps bundlers and the type checker from asking for what may not be there.
  const name = ['@duckdb', 'node-api'].join('/')
  installed ??= import(/* @vite-ignore */ name).then((module: DuckdbModule) => module, () => null)
  return installed
}

/** A database that reads `paths`, open until `close`. */
export class Duckdb {
  private constructor(private readonly instance: DuckdbInstance, private readonly connection: DuckdbConnection,
    private readonly file: string) {}

  /** Null where DuckDB is not installed. */
  static async open(paths: readonly string[], { memoryBytes = defaultMemoryBytes, threads, module }: DuckdbOptions = {}): Promise<Duckdb
    | null> {
    const duckdb = module === undefined ? await duckdbModule() : module
    if (duckdb === null) return null
    const instance = await duckdb.DuckDBInstance.create(':memory:', {
      memory_limit: `${Math.floor(memoryBytes / 2 ** 20)}MiB`,
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      preserve_insertion_order: 'true',
      ...(threads === undefined ? {} : { threads: String(threads) }),
    })
    const connection = await instance.connect()
    const files = paths.flatMap(path => [sqlText(resolve(path)), sqlPath(path)]).join(', ')
    await connection.run(`SET allowed_paths = [${files}]; SET enable_external_access = false; SET lock_configuration = true`)
    return new Duckdb(instance, connection, paths.join(', '))
  }

  /** Chunk after chunk of a query's result, of which each holds until the next is asked for. */
  async *chunks(sql: string): AsyncGenerator<DuckdbChunk> {
    try {
      const result = await this.connection.stream(sql)
      for (;;) {
        const chunk = await result.fetchChunk()
        if (chunk === null || chunk.rowCount === 0) return
        yield chunk
      }
    } catch (error) {
      throw error instanceof TableError ? error : duckdbError(this.file, error)
    }
  }

  /** The one row of a query's result. */
  async row(sql: string, columns: number): Promise<unknown[]> {
    let first: unknown[] | undefined
    for await (const chunk of this.chunks(sql)) {
      first ??= Array.from({ length: columns }, (_, c) => chunk.getColumnVector(c).getItem(0))
    }
    return first ?? []
  }

  close(): void {
    this.connection.closeSync()
    this.instance.closeSync()
  }
}

function duckdbError(file: string, error: unknown): TableError {
  const why = (error instanceof Error ? error.message : String(error)).split('\n')[0]?.slice(0, 300) ?? ''
  if (/out of memory/i.test(why)) {
    return new TableError('duckdb-memory',
      `DuckDB needs more memory for ${file} than it may take (${why}). Raise the bound, or read fewer columns.`, { file })
  }
  return new TableError('duckdb-refused', `DuckDB cannot read ${file}: ${why}. The file may be damaged; copy or save it again.`, { file })
}

export function sqlText(text: string): string {
  return `'${text.replaceAll('\'', '\'\'')}'`
}

export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** A path as DuckDB's functions take it: there, *, ? and [ mean patterns. */
export function sqlPath(path: string): string {
  return sqlText(resolve(path).replace(/[[*?]/g, '[$&]'))
}
