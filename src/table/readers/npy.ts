/** NumPy's array files: .npy, one array, and .npz, a zip archive of them. Pickles are never read. */
import { TableError } from '../errors.ts'
import { shown } from '../names.ts'
import { pieceRows, type Scratch } from '../stored.ts'
import type { FileContents, Variable } from '../table.ts'
import type { MadeColumn } from './mat-columns.ts'
import { tableOfColumns } from './mat-tables.ts'
import { matLimits } from './mat-values.ts'
import { dtypeName, dtypeRefusal, isComplex, isText, npyColumn, type Run } from './npy/columns.ts'
import { npyError, npyHeader, npyHeaderBytes, type NpyHeader } from './npy/header.ts'
import { memorySource, type Inflate, type Source } from './source.ts'
import { MadeWriter } from './stored.ts'
import { zipMembers, zipRead } from './zip.ts'

export interface NpyOptions {
  /** Read these arrays of an archive and no others. */
  readonly only?: readonly string[]
  /** What to do with complex numbers: refuse them (default), or take their real part. */
  readonly complex?: 'refuse' | 'real'
  /** Memory for the arrays of one file, in bytes; 2 GiB unless given. */
  readonly maximumBytes?: number
  /** Where columns of numbers go instead of memory, piece by piece. */
  readonly scratch?: Scratch
}

const mostColumns = 100_000

/** Reads a .npy file: one array, named after the file. Throws a TableError `npy-…` where the file is damaged. */
export async function readNpy(source: Source, options: NpyOptions = {}): Promise<FileContents> {
  const assumptions: string[] = []
  const variable = await npyVariable(source, source.name.replace(/(?<=.)\.npy$/i, ''), options, assumptions)
  return { file: source.name, format: 'npy', variables: [variable], assumptions }
}

/** Reads a .npz archive: each member an array of its own. Throws a TableError `npy-…` or `zip-…`. */
export async function readNpz(source: Source, options: NpyOptions & { readonly inflate: Inflate }): Promise<FileContents> {
  const members = [...(await zipMembers(source)).values()].filter(({ name }) => !name.endsWith('/'))
  const named = members.map(member => ({ member, name: member.name.replace(/\.npy$/, '') }))
  const missing = options.only?.find(name => !named.some(each => each.name === name))
  if (missing !== undefined) {
    const held = named.slice(0, 20).map(({ name }) => shown(name)).join(', ')
    throw new TableError('npy-no-such-variable', `${source.name} has no array ${shown(missing)}; it holds ${held || 'none'}.`,
      { file: source.name, variable: missing })
  }
  const assumptions: string[] = []
  const variables: Variable[] = []
  let left = options.maximumBytes ?? matLimits.bytes
  for (const { member, name } of named) {
    if (options.only !== undefined && !options.only.includes(name)) continue
    const bytes = await zipRead(source, member, options.inflate, left)
    left -= bytes.length
    variables.push(await npyVariable(memorySource(`${source.name}, ${member.name}`, bytes), name, { ...options, maximumBytes: left },
      assumptions))
  }
  return { file: source.name, format: 'npz', variables, assumptions }
}

async function npyVariable(source: Source, name: string, { complex = 'refuse', maximumBytes = matLimits.bytes, scratch }: NpyOptions,
  assumptions: string[]): Promise<Variable> {
  const header = npyHeader(source.name, await source.read(0, await headerSize(source)))
  const { shape, fields, structured, dtype } = header
  const described = { name, class: structured ? 'structured' : dtypeName(dtype) ?? dtype, dims: shape }
  const unsupported = refusal(header, complex)
  if (unsupported !== undefined) return { ...described, unsupported: `${name} ${unsupported}` }
  const size = shape.reduce((product, n) => product * n, 1) * header.itemSize
  const left = source.size - header.dataStart
  if (size !== left) throw npyError(source.name, 'size', `${left} bytes of data`,
    `${size} for ${shape.join(' x ') || 'one value'} of ${header.itemSize} bytes`)
  const taken = Math.max(size, convertedBytes(header))
  if (taken > maximumBytes) {
    throw npyError(source.name, 'too-large', `an array of ${size} bytes that takes ${taken} as a table`, `at most ${maximumBytes}`,
      'Save it as several, or raise maximumBytes if there is memory for it.')
  }
  if (fields.some(({ type }) => isComplex(type))) assumptions.push(`${name}: complex numbers, of which the real part was taken.`)
  const columns = scratch === undefined || fields.some(({ type }) => isText(type))
    ? columnsOf(header, await source.read(header.dataStart, source.size)) : await storedColumns(source, header, scratch)
  const { table, assumptions: said } = tableOfColumns(name, columns)
  assumptions.push(...said)
  return { ...described, table }
}

/** What a table takes of which not all numbers can stay where they are: records are taken apart, whole numbers become doubles. */
function convertedBytes({ shape: [rows = 1, columns = 1], fields, structured, dtype }: NpyHeader): number {
  if (!structured && /^[<=]?f[48]$/.test(dtype)) return 0
  return 8 * rows * (structured ? fields.reduce((sum, { count }) => sum + count, 0) : columns)
}

/** The columns into a scratch, a run of rows at a time, and where each column stands by itself (Fortran order), column after column. */
async function storedColumns(source: Source, header: NpyHeader, scratch: Scratch): Promise<MadeColumn[]> {
  const { shape: [rows = 1, columns = 1], itemSize, fortranOrder, structured, dataStart } = header
  const apart = fortranOrder && !structured && columns > 1
  const rowBytes = apart || structured ? itemSize : itemSize * columns
  const writers: MadeWriter[] = []
  for (let column = 0; column < (apart ? columns : 1); column++) {
    for (let row = 0; row < rows; row += pieceRows) {
      const count = Math.min(pieceRows, rows - row)
      const start = dataStart + (column * rows + row) * rowBytes
      const made = columnsOf({ ...header, shape: apart ? [count] : [count, columns] }, await source.read(start, start + count * rowBytes))
      made.forEach((each, c) => {
        const name = apart ? `column ${column + 1}` : each.column.name
        const writer = writers[column + c] ??= new MadeWriter(scratch, name)
        writer.add(each)
      })
    }
  }
  return writers.map(writer => writer.made())
}

async function headerSize(source: Source): Promise<number> {
  const size = npyHeaderBytes(source.name, await source.read(0, Math.min(12, source.size)))
  if (size > source.size) throw npyError(source.name, 'truncated', `${source.size} bytes`, `a header of ${size}`)
  return size
}

/** Why an array is no table; undefined where it is one. */
function refusal({ shape, fields, structured, itemSize }: NpyHeader, complex: 'refuse' | 'real'): string | undefined {
  const [rows = 1, columns = 1] = shape
  const size = shape.join(' x ')
  if (shape.length > 2) return `has ${shape.length} dimensions (${size}); a table has 2. Reshape it to rows and columns.`
  if (structured && shape.length > 1) return `is structured and ${size}; a table of records has one dimension.`
  const wide = structured ? fields.reduce((sum, { count }) => sum + count, 0) : columns
  if (wide > mostColumns) return `has ${wide} columns; a table has at most ${mostColumns}. If rows and columns are swapped, save a.T.`
  const odd = fields.find(({ type, name }) => !isPadding(name, type) && dtypeName(type) === undefined)
  if (odd !== undefined) return structured ? `has a field ${odd.name} that ${dtypeRefusal(odd.type)}` : dtypeRefusal(odd.type)
  // Columns of no bytes cost a file nothing, and a table as much as others.
  const hollow = fields.find(({ size: bytes, name, type }) => bytes === 0 && !isPadding(name, type))
  if (structured && hollow !== undefined && itemSize > 0) return `has a field ${hollow.name} of ${hollow.type}, whose values have no bytes. Leave it out, or save it with a plain dtype.`
  if (rows === 0 || columns === 0 || itemSize === 0) return `is empty (${size}).`
  if (complex === 'refuse' && fields.some(({ type }) => isComplex(type))) {
    return 'holds complex numbers, and a table holds real ones. Ask for their real part (--complex real; in the library complex: \'real\'), or save a.real and a.imag.'
  }
  return undefined
}

/** NumPy writes the gaps of an aligned record as fields without a name. */
function isPadding(name: string, type: string): boolean {
  return name === '' && /V\d*$/.test(type)
}

function columnsOf({ shape, fields, structured, itemSize, fortranOrder }: NpyHeader, bytes: Uint8Array): MadeColumn[] {
  const [rows = 1, columns = 1] = shape
  const [first] = fields
  if (!structured && first !== undefined) {
    return Array.from({ length: columns }, (_, c) => {
      const run: Run = fortranOrder
        ? { start: c * rows * itemSize, stride: itemSize, count: rows }
        : { start: c * itemSize, stride: columns * itemSize, count: rows }
      return npyColumn(`column ${c + 1}`, bytes, first, run)
    })
  }
  return fields.filter(({ name, type }) => !isPadding(name, type)).flatMap(field => Array.from({ length: field.count }, (_, i) => {
    const name = field.count === 1 ? field.name : `${field.name} ${i + 1}`
    return npyColumn(name, bytes, field, { start: field.offset + i * field.size, stride: itemSize, count: rows })
  }))
}
