/** Writes Parquet files for tests, straight from the format's description, and lets them say what no honest writer would. */
import { gzipSync } from 'node:zlib'

type Field = [id: number, value: Value]
type Value = { i32: number } | { i64: number } | { bool: boolean } | { bytes: Uint8Array | string } | { list: Value[] }
  | { struct: Field[] }

/** Bytes in Thrift's compact protocol. */
export function thrift(fields: Field[]): number[] {
  const out: number[] = []
  let last = 0
  for (const [id, value] of fields) {
    const type = 'bool' in value ? (value.bool ? 1 : 2) : typeOf(value)
    const delta = id - last
    if (delta > 0 && delta < 16) out.push(delta * 16 + type)
    else out.push(type, ...varint(2 * id))
    last = id
    if (!('bool' in value)) out.push(...encoded(value))
  }
  return [...out, 0]
}

function typeOf(value: Value): number {
  if ('i32' in value) return 5
  if ('i64' in value) return 6
  if ('bytes' in value) return 8
  if ('list' in value) return 9
  return 'struct' in value ? 12 : 1
}

function encoded(value: Value): number[] {
  if ('i32' in value) return varint(value.i32 < 0 ? -2 * value.i32 - 1 : 2 * value.i32)
  if ('i64' in value) return varint(value.i64 < 0 ? -2 * value.i64 - 1 : 2 * value.i64)
  if ('bytes' in value) {
    const bytes = typeof value.bytes === 'string' ? new TextEncoder().encode(value.bytes) : value.bytes
    return [...varint(bytes.length), ...bytes]
  }
  if ('struct' in value) return thrift(value.struct)
  if ('bool' in value) return [value.bool ? 1 : 2]
  const [first] = value.list
  const type = first === undefined ? 5 : typeOf(first)
  const head = value.list.length < 15 ? [value.list.length * 16 + type] : [0xf0 + type, ...varint(value.list.length)]
  return [...head, ...value.list.flatMap(encoded)]
}

export function varint(value: number): number[] {
  const out: number[] = []
  for (let left = value; ; left = Math.floor(left / 128)) {
    if (left < 128) return [...out, left]
    out.push(left % 128 + 128)
  }
}

export interface WrittenColumn {
  name: string
  /** Number of the physical type: 0 boolean, 1 int32, 2 int64, 4 float, 5 double, 6 bytes, 7 bytes of fixed length. */
  type: number
  optional?: boolean
  converted?: number
  logical?: Field[]
  scale?: number
  length?: number
  children?: number
  repeated?: boolean
}

export interface WrittenPage {
  /** Which values are there, by row; all unless given. */
  present?: boolean[]
  rows: number
  values: Uint8Array
  /** 0 plain, 3 runs, 5 delta, 8 dictionary, 9 split. */
  encoding?: number
  version2?: boolean
  dictionary?: boolean
  /** What the header says instead of the truth. */
  size?: number
  packedSize?: number
  saysRows?: number
  /** Levels instead of those of `present`. */
  levels?: number[]
}

export interface WrittenGroup {
  rows: number
  columns: WrittenPage[][]
  /** Where its columns are said to stand, instead of the truth. */
  start?: number
}

/** 0 none, 1 Snappy, 2 gzip. */
export type Codec = 0 | 1 | 2

export function parquet(columns: WrittenColumn[], groups: WrittenGroup[], codec: Codec = 0,
  rows = groups.reduce((sum, group) => sum + group.rows, 0)): Uint8Array {
  const out: number[] = [...new TextEncoder().encode('PAR1')]
  const rowGroups = groups.map(group => {
    const chunks = columns.filter(({ children, repeated }) => children === undefined && repeated !== true).map((column, c): Value => {
      const start = group.start ?? out.length
      for (const page of group.columns[c] ?? []) out.push(...pageBytes(column, page, codec))
      const about: Field[] = [
        [1, { i32: column.type }], [2, { list: [{ i32: 0 }] }], [3, { list: [{ bytes: column.name }] }], [4, { i32: codec }],
        [5, { i64: group.rows }], [6, { i64: 0 }], [7, { i64: group.start === undefined ? out.length - start : 0 }], [9, { i64: start }],
      ]
      return { struct: [[2, { i64: start }], [3, { struct: about }]] }
    })
    return { struct: [[1, { list: chunks }], [2, { i64: 0 }], [3, { i64: group.rows }]] } satisfies Value
  })
  const root: Value = { struct: [[4, { bytes: 'root' }], [5, { i32: columns.filter(({ repeated }) => repeated !== true).length }]] }
  const footer = thrift([[1, { i32: 1 }], [2, { list: [root, ...columns.map(schemaOf)] }], [3, { i64: rows }], [4, { list: rowGroups }]])
  const length = new Uint8Array(Uint32Array.of(footer.length).buffer)
  return Uint8Array.from([...out, ...footer, ...length, ...new TextEncoder().encode('PAR1')])
}

function schemaOf({ name, type, optional, converted, logical, scale, length, children, repeated }: WrittenColumn): Value {
  const fields: Field[] = []
  if (children === undefined) fields.push([1, { i32: type }])
  if (length !== undefined) fields.push([2, { i32: length }])
  fields.push([3, { i32: repeated === true ? 2 : optional === true ? 1 : 0 }], [4, { bytes: name }])
  if (children !== undefined) fields.push([5, { i32: children }])
  if (converted !== undefined) fields.push([6, { i32: converted }])
  if (scale !== undefined) fields.push([7, { i32: scale }])
  if (logical !== undefined) fields.push([10, { struct: logical }])
  return { struct: fields }
}

function pageBytes({ optional }: WrittenColumn, page: WrittenPage, codec: Codec): number[] {
  const levels = optional === true && page.dictionary !== true ? page.levels
    ?? bits(page.present ?? Array.from({ length: page.rows }, () => true)) : []
  const data = [...page.values]
  const encoding = page.encoding ?? 0
  const rows = page.saysRows ?? page.rows
  if (page.version2 === true) {
    const packed = pack(data, codec)
    const nulls = page.present?.filter(there => !there).length ?? 0
    const about: Field[] = [[1, { i32: rows }], [2, { i32: nulls }], [3, { i32: rows }], [4, { i32: encoding }],
      [5, { i32: levels.length }], [6, { i32: 0 }]]
    const header = thrift([[1, { i32: 3 }], [2, { i32: page.size ?? levels.length + data.length }],
      [3, { i32: page.packedSize ?? levels.length + packed.length }], [8, { struct: about }]])
    return [...header, ...levels, ...packed]
  }
  const body = levels.length > 0 ? [...new Uint8Array(Uint32Array.of(levels.length).buffer), ...levels, ...data] : data
  const packed = pack(body, codec)
  const about: Field = page.dictionary === true
    ? [7, { struct: [[1, { i32: rows }], [2, { i32: 0 }]] }]
    : [5, { struct: [[1, { i32: rows }], [2, { i32: encoding }], [3, { i32: 3 }], [4, { i32: 3 }]] }]
  const header = thrift([[1, { i32: page.dictionary === true ? 2 : 0 }], [2, { i32: page.size ?? body.length }],
    [3, { i32: page.packedSize ?? packed.length }], about])
  return [...header, ...packed]
}

/** Truth values as one packed run. */
export function bits(values: boolean[]): number[] {
  const bytes = new Uint8Array(Math.ceil(values.length / 8))
  values.forEach((value, i) => { if (value) bytes[i >> 3] = (bytes[i >> 3] ?? 0) | 1 << (i & 7) })
  return [...varint(2 * bytes.length + 1), ...bytes]
}

/** Snappy here is all literals. */
function pack(data: number[], codec: Codec): number[] {
  if (codec === 2) return [...gzipSync(Uint8Array.from(data))]
  if (codec === 0) return data
  const out = varint(data.length)
  for (let at = 0; at < data.length; at += 60) {
    const part = data.slice(at, at + 60)
    out.push((part.length - 1) * 4, ...part)
  }
  return out
}

export function doubles(...values: number[]): Uint8Array {
  return new Uint8Array(Float64Array.from(values).buffer)
}

export function texts(...values: string[]): Uint8Array {
  return Uint8Array.from(values.flatMap(value => {
    const bytes = new TextEncoder().encode(value)
    return [...new Uint8Array(Uint32Array.of(bytes.length).buffer), ...bytes]
  }))
}
