/** What a Parquet file's footer says: columns, row groups, and where each column's pages stand. Format: apache/parquet-format. */
import { TableError } from '../../errors.ts'
import type { Source } from '../source.ts'
import { ThriftReader, type Thrift, type ThriftValue } from './thrift.ts'

/** Physical types by their numbers in parquet.thrift. */
export const types = { boolean: 0, int32: 1, int64: 2, int96: 3, float: 4, double: 5, bytes: 6, fixedBytes: 7 } as const

/** What a column's values mean. */
export type Meaning =
  | { readonly kind: 'number' | 'unsigned' | 'float16' | 'text' | 'uuid' | 'date' }
  | { readonly kind: 'decimal', readonly scale: number }
  /** Parts of a second that the whole numbers count: 1e3, 1e6 or 1e9. */
  | { readonly kind: 'timestamp' | 'time', readonly perSecond: number }

/** A column at the top of the schema whose cells are single values. */
export interface ParquetColumn {
  readonly name: string
  readonly type: number
  /** Bytes of a value of fixed length. */
  readonly length: number
  readonly optional: boolean
  readonly meaning: Meaning
}

/** Where one column of a row group stands. */
export interface ColumnChunk {
  readonly column: string
  readonly type: number
  readonly codec: number
  readonly start: number
  readonly end: number
  readonly values: number
}

export interface RowGroup {
  readonly rows: number
  readonly chunks: readonly ColumnChunk[]
}

export interface ParquetFooter {
  readonly rows: number
  readonly columns: readonly ParquetColumn[]
  /** Columns of lists, records and other nested values, which no table has. */
  readonly nested: readonly string[]
  readonly groups: readonly RowGroup[]
}

const mostFooterBytes = 2 ** 28
const magic = 0x31524150
const encryptedMagic = 0x45524150

export function damaged(file: string, got: string, expected: string): TableError {
  return new TableError('parquet-damaged',
    `${file}: ${got}, expected ${expected}. The file is damaged or cut short; copy or save it again.`, { file, got, expected })
}

/** Reads the footer, which ends 8 bytes before the file does: its length and the letters PAR1. */
export async function readFooter(source: Source): Promise<ParquetFooter> {
  const { name: file, size } = source
  if (size < 12) throw damaged(file, `${size} bytes`, 'a Parquet file')
  const tail = await source.read(size - 8, size)
  const view = new DataView(tail.buffer, tail.byteOffset, 8)
  if (view.getUint32(4, true) === encryptedMagic) throw new TableError('parquet-encrypted',
    `${file} is encrypted Parquet. Save it without encryption.`, { file })
  if (view.getUint32(4, true) !== magic) throw damaged(file, 'no PAR1 in the last bytes', 'a Parquet file\'s end')
  const length = view.getUint32(0, true)
  if (length > size - 12 || length > mostFooterBytes) throw damaged(file, `a footer of ${length} bytes`,
    `at most ${Math.min(size - 12, mostFooterBytes)}`)
  const bytes = await source.read(size - 8 - length, size - 8)
  try {
    return footerOf(new ThriftReader(bytes, 0).struct(), size)
  } catch (error) {
    if (error instanceof TableError) throw error
    throw damaged(file, `a footer with ${error instanceof Error ? error.message : String(error)}`, 'metadata of Parquet')
  }
}

function footerOf(footer: Thrift, size: number): ParquetFooter {
  const schema = structs(footer.get(2))
  const { columns, nested } = columnsOf(schema)
  const groups = structs(footer.get(4)).flatMap(group => groupOf(group, size) ?? [])
  const rows = count(footer.get(3), 'rows')
  const inGroups = groups.reduce((sum, group) => sum + group.rows, 0)
  if (inGroups !== rows) throw new Error(`${rows} rows in all and ${inGroups} in its groups`)
  return { rows, columns, nested, groups }
}

/** The children of the root, which comes first; what stands below one of them makes it nested. */
function columnsOf(schema: readonly Thrift[]): { columns: ParquetColumn[], nested: string[] } {
  const columns: ParquetColumn[] = []
  const nested: string[] = []
  for (let at = 1; at < schema.length;) {
    const element = schema[at]
    if (element === undefined) break
    const name = text(element.get(4))
    const next = afterSubtree(schema, at)
    const meaning = next === at + 1 ? meaningOf(element) : undefined
    if (meaning === undefined || element.get(3) === 2) nested.push(name)
    else {
      const length = element.get(2)
      columns.push({ name, type: count(element.get(1), 'type'), length: typeof length === 'number' ? length : 0,
        optional: element.get(3) === 1, meaning })
    }
    at = next
  }
  return { columns, nested }
}

function afterSubtree(schema: readonly Thrift[], at: number): number {
  let waiting = 1
  let next = at
  for (; waiting > 0; next++) {
    const element = schema[next]
    if (element === undefined) throw new Error('a schema that ends within a column')
    const children = element.get(5)
    waiting += (typeof children === 'number' && children > 0 ? children : 0) - 1
  }
  return next
}

/** From the logical type, or from the older converted one; undefined for what a table cannot hold. */
function meaningOf(element: Thrift): Meaning | undefined {
  const type = element.get(1)
  const logical = struct(element.get(10))
  const converted = element.get(6)
  const scale = element.get(7)
  if (type === types.int96) return { kind: 'timestamp', perSecond: 1e9 }
  if (logical?.has(5) || converted === 5) return { kind: 'decimal', scale: typeof scale === 'number' ? scale
    : Number(struct(logical?.get(5))?.get(1) ?? 0) }
  if (logical?.has(6) || converted === 6) return { kind: 'date' }
  if (logical?.has(7) || converted === 7 || converted === 8) return { kind: 'time', perSecond: unit(logical?.get(7))
    ?? (converted === 7 ? 1e3 : 1e6) }
  if (logical?.has(8) || converted === 9 || converted === 10) return { kind: 'timestamp', perSecond: unit(logical?.get(8))
    ?? (converted === 9 ? 1e3 : 1e6) }
  if (logical?.has(13) || logical?.has(16) || logical?.has(17) || logical?.has(18) || converted === 20 || converted === 21) return undefined
  if (logical?.has(14)) return { kind: 'uuid' }
  if (logical?.has(15)) return { kind: 'float16' }
  if (struct(logical?.get(10))?.get(2) === false
    || (typeof converted === 'number' && converted >= 11 && converted <= 14)) return { kind: 'unsigned' }
  return { kind: type === types.bytes || type === types.fixedBytes ? 'text' : 'number' }
}

function unit(value: ThriftValue | undefined): number | undefined {
  const of = struct(struct(value)?.get(2))
  return of?.has(1) ? 1e3 : of?.has(2) ? 1e6 : of?.has(3) ? 1e9 : undefined
}

/** Undefined for a group without rows, whose columns need not stand anywhere. */
function groupOf(group: Thrift, size: number): RowGroup | undefined {
  const rows = count(group.get(3), 'rows')
  if (rows === 0) return undefined
  return {
    rows,
    chunks: structs(group.get(1)).flatMap(chunk => {
      const about = struct(chunk.get(3))
      if (about === undefined || chunk.has(1)) throw new Error(chunk.has(1)
        ? 'a column in another file' : 'a column without its description')
      const path = about.get(3)
      if (!Array.isArray(path)) throw new Error('a column without a name')
      if (path.length !== 1) return []
      const dictionary = about.get(11)
      const first = count(about.get(9), 'place')
      const start = typeof dictionary === 'number' && dictionary > 0 ? Math.min(dictionary, first) : first
      const end = start + count(about.get(7), 'size')
      if (start < 4 || end > size) throw new Error(`a column from byte ${start} to ${end}`)
      return [{ column: text(path[0]), type: count(about.get(1), 'type'), codec: count(about.get(4), 'codec'), start, end,
        values: count(about.get(5), 'values') }]
    }),
  }
}

function structs(value: ThriftValue | undefined): Thrift[] {
  if (!Array.isArray(value)) throw new Error('a list that is missing')
  return value.map(each => {
    const found = struct(each)
    if (found === undefined) throw new Error('a list of something else')
    return found
  })
}

function struct(value: ThriftValue | undefined): Thrift | undefined {
  return value instanceof Map ? value : undefined
}

function count(value: ThriftValue | undefined, what: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw new Error(`no ${what} where one belongs`)
  return value
}

function text(value: ThriftValue | undefined): string {
  if (!(value instanceof Uint8Array)) throw new Error('no text where a name belongs')
  return new TextDecoder().decode(value)
}
