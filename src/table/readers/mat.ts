/**
 * MAT-files: which version a file is of, what it holds, and its tables. Versions 4 to 7 are read here (mat4.ts, mat5.ts);
 * version 7.3 is told apart.
 */
import { TableError } from '../errors.ts'
import type { FileContents, Variable } from '../table.ts'
import { mat4ByteOrder, mat4Variables } from './mat4.ts'
import { mat5Variables } from './mat5.ts'
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
  /** Read these variables and no others. */
  readonly only?: readonly string[]
  /** Memory for the variables of one file, in bytes; 2 GiB unless given. */
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

async function* variablesOf(source: Source, inflate: Inflate, maximumBytes: number): AsyncGenerator<MatVariable> {
  const { version, littleEndian } = await detectMat(source)
  const budget = new MatBudget(source.name, maximumBytes)
  switch (version) {
    case '4': return yield* mat4Variables(source, littleEndian, budget)
    case '5': return yield* mat5Variables(source, inflate, budget)
    case '7.3': throw new TableError('mat-version',
      `${source.name} is a MAT-file of version 7.3 (HDF5), expected version 4 to 7. In MATLAB, save it with '-v7'.`, { file: source.name })
    default: version satisfies never
  }
}

/** What a file holds, without reading or inflating more than the start of each variable. */
export async function listMat(source: Source, options: { readonly inflate: Inflate }): Promise<readonly MatHeader[]> {
  const headers: MatHeader[] = []
  for await (const { name, class: ofClass, dims, complex } of variablesOf(source, options.inflate, matLimits.bytes)) {
    headers.push({ name, class: ofClass, dims, complex })
  }
  return headers
}

/** The variables as the file holds them, in its order. A name that stands twice counts as MATLAB loads it: the last one. */
export async function readMatValues(source: Source, options: Omit<ReadMatOptions, 'complex'>): Promise<readonly MatNamedValue[]> {
  const { inflate, only, maximumBytes = matLimits.bytes } = options
  const values = new Map<string, MatNamedValue>()
  const names: string[] = []
  for await (const variable of variablesOf(source, inflate, maximumBytes)) {
    const { name, class: ofClass, dims, complex } = variable
    names.push(name)
    if (only !== undefined && !only.includes(name)) continue
    values.delete(name)
    values.set(name, { name, class: ofClass, dims, complex, value: await valueOf(variable) })
  }
  const missing = only?.find(name => !values.has(name))
  if (missing !== undefined) {
    const held = names.length === 0 ? 'no variables' : names.slice(0, 20).join(', ')
    throw new TableError('mat-no-such-variable', `${source.name} has no variable ${missing}; it holds ${held}.`, {
      file: source.name, variable: missing, names,
    })
  }
  return [...values.values()]
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

/**
 * The variables of a MAT-file of version 4 to 7, as tables where they can be: column-major matrices become columns that
 * are views on the file's data. Throws TableError (`mat-…`) for a file that is damaged, cut short or no MAT-file.
 */
export async function readMat(source: Source, options: ReadMatOptions): Promise<FileContents> {
  const { version } = await detectMat(source)
  const assumptions: string[] = []
  const variables = (await readMatValues(source, options)).map(({ name, class: ofClass, dims, value }): Variable => {
    const made = tableOf(name, value, options)
    if ('unsupported' in made) return { name, class: ofClass, dims, unsupported: made.unsupported }
    assumptions.push(...made.assumptions)
    return { name, class: ofClass, dims, table: made.table }
  })
  return { file: source.name, format: version === '4' ? 'mat4' : 'mat5', variables, assumptions }
}
