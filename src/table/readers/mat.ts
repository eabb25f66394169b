/**
 * MAT-files: which version a file is of, what it holds, and its tables. Versions 4 to 7 are read by mat4.ts and mat5.ts,
 * version 7.3, which is HDF5, by mat73.ts.
 */
import { TableError } from '../errors.ts'
import { shown } from '../names.ts'
import type { FileContents, Variable } from '../table.ts'
import { mat4ByteOrder, mat4Variables } from './mat4.ts'
import { mat5Variables } from './mat5.ts'
import { readMat73 } from './mat73.ts'
import type { Hdf5Library } from './mat73/library.ts'
import { tableOf, type MatTableOptions } from './mat-tables.ts'
import { MatBudget, matError, matLimits, type MatHeader, type MatValue, type MatVariable } from './mat-values.ts'
import type { Inflate, Source } from './source.ts'

export interface MatVersion {
  /** `5` stands for 5, 6 and 7, which share one format. */
  readonly version: '4' | '5' | '7.3'
  readonly littleEndian: boolean
}

export interface ReadMatOptions extends MatTableOptions {
  readonly inflate: Inflate
  /** The HDF5 library for version 7.3; one that all readers share unless given. */
  readonly hdf5?: Hdf5Library
  /** Read these variables and no others. */
  readonly only?: readonly string[]
  /** Memory for the variables of one file, and once more for what has to become doubles, in bytes; 2 GiB unless given. */
  readonly maximumBytes?: number
}

/** A variable with its value as the file holds it. */
export interface MatNamedValue extends MatHeader {
  readonly value: MatValue
}

/** The version and byte order of a MAT-file; a TableError (`mat-empty`, `mat-unrecognized`, `mat-machine`) where it is none. */
export async function detectMat(source: Source): Promise<MatVersion> {
  if (source.size === 0) {
    throw new TableError(
      'mat-empty', `${source.name} is empty (0 bytes), expected a MAT-file. Save or copy it again.`, { file: source.name },
    )
  }
  const start = await source.read(0, Math.min(source.size, 520))
  const hdf5 = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]
  if ([0, 512].some(at => hdf5.every((byte, i) => start[at + i] === byte))) return { version: '7.3', littleEndian: true }
  const endian = start.length >= 128 ? String.fromCharCode(start[126] ?? 0, start[127] ?? 0) : ''
  // The high byte of the version, which stands just before the letters IM (little-endian) or after the low one (MI).
  const major = endian === 'IM' ? start[125] : endian === 'MI' ? start[124] : undefined
  if (major === 1) return { version: '5', littleEndian: endian === 'IM' }
  if (major === 2) return { version: '7.3', littleEndian: endian === 'IM' }
  const order = mat4ByteOrder(start)
  if (order === null) throw unrecognized(source, start)
  if (order.machine > 1) {
    throw matError('machine', {
      file: source.name, byte: 0, got: 'numbers of a VAX or Cray', expected: 'IEEE numbers', advice: 'Load it in MATLAB and save it again.',
    })
  }
  return { version: '4', littleEndian: order.littleEndian }
}

function unrecognized(source: Source, start: Uint8Array): TableError {
  const first = [...start.subarray(0, 8)].map(byte => byte.toString(16).padStart(2, '0')).join(' ')
  return matError('unrecognized', {
    file: source.name, byte: 0, got: `${source.size} bytes beginning ${first}`, expected: 'a MAT-file of version 4 to 7.3',
    advice: 'Check that it is a MAT-file and whole.',
  })
}

function variablesOf(
  source: Source, { version, littleEndian }: MatVersion, inflate: Inflate, maximumBytes: number,
): AsyncGenerator<MatVariable> {
  const budget = new MatBudget(source, maximumBytes)
  return version === '4' ? mat4Variables(source, littleEndian, budget) : mat5Variables(source, inflate, budget)
}

/** What a file holds, without the data of its variables: no more than the start of each is read or inflated. */
export async function listMat(source: Source,
  options: { readonly inflate: Inflate, readonly hdf5?: Hdf5Library }): Promise<readonly MatHeader[]> {
  const version = await detectMat(source)
  if (version.version === '7.3') {
    return (await readMat73(source, { maximumBytes: matLimits.bytes, inflate: options.inflate, ...hdf5Of(options) }, () => false)).headers
  }
  const headers: MatHeader[] = []
  for await (const { name, class: ofClass, dims, complex } of variablesOf(source, version, options.inflate, matLimits.bytes)) {
    headers.push({ name, class: ofClass, dims, complex })
  }
  return headers
}

function hdf5Of({ hdf5 }: { readonly hdf5?: Hdf5Library }): { readonly hdf5?: Hdf5Library } {
  return hdf5 === undefined ? {} : { hdf5 }
}

/** The variables as the file holds them, in its order. A name that stands twice counts as MATLAB loads it: the last one. */
export async function readMatValues(source: Source, options: Omit<ReadMatOptions, 'complex'>): Promise<readonly MatNamedValue[]> {
  const { inflate, only, maximumBytes = matLimits.bytes } = options
  const version = await detectMat(source)
  if (version.version === '7.3') return mat73Values(source, options, maximumBytes)
  const values = new Map<string, MatNamedValue>()
  const names: string[] = []
  for await (const variable of variablesOf(source, version, inflate, maximumBytes)) {
    const { name, class: ofClass, dims, complex } = variable
    names.push(name)
    if (only !== undefined && !only.includes(name)) continue
    values.delete(name)
    values.set(name, { name, class: ofClass, dims, complex, value: await valueOf(variable) })
  }
  refuseMissing(source, names, only)
  return [...values.values()]
}

async function mat73Values(source: Source, options: Omit<ReadMatOptions, 'complex'>,
  maximumBytes: number): Promise<readonly MatNamedValue[]> {
  const { only } = options
  const { headers, values } = await readMat73(source, { maximumBytes, inflate: options.inflate, ...hdf5Of(options) }, name =>
    only === undefined || only.includes(name))
  refuseMissing(source, headers.map(({ name }) => name), only)
  return headers.flatMap(header => {
    const value = values.get(header.name)
    return value === undefined ? [] : [{ ...header, value }]
  })
}

function refuseMissing(source: Source, names: readonly string[], only: readonly string[] | undefined): void {
  const missing = only?.find(name => !names.includes(name))
  if (missing === undefined) return
  const held = names.length === 0 ? 'no variables' : names.slice(0, 20).map(shown).join(', ')
  throw new TableError('mat-no-such-variable', `${source.name} has no variable ${shown(missing)}; it holds ${held}.`, {
    file: source.name, variable: missing, names,
  })
}

/** Memory that runs out in spite of all bounds is a refusal like others. */
async function valueOf(variable: MatVariable): Promise<MatValue> {
  try {
    return await variable.read()
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    const { name, dims, class: ofClass } = variable
    throw new TableError('mat-memory', `${name} (${dims.join(' x ')} ${ofClass}) does not fit into memory (${error.message}), `
      + 'expected less. Read fewer variables (only).', { variable: name })
  }
}

const formats = { 4: 'mat4', 5: 'mat5', 7.3: 'mat73' } as const

/**
 * The variables of a MAT-file, as tables where they can be: column-major matrices become columns that are views on the
 * file's data. Throws TableError (`mat-…`) for a file that is damaged, cut short or no MAT-file.
 */
export async function readMat(source: Source, options: ReadMatOptions): Promise<FileContents> {
  const { version } = await detectMat(source)
  const assumptions: string[] = []
  const budget = new MatBudget(source, options.maximumBytes ?? matLimits.bytes)
  const variables = (await readMatValues(source, options)).map(({ name, class: ofClass, dims, value }): Variable => {
    const made = tableOf(name, value, options, budget)
    if ('unsupported' in made) return { name, class: ofClass, dims, unsupported: made.unsupported }
    assumptions.push(...made.assumptions)
    return { name, class: ofClass, dims, table: made.table }
  })
  return { file: source.name, format: formats[version], variables, assumptions }
}
