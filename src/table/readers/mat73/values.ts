/**
 * Values of MAT-files of version 7.3: HDF5 objects with attributes that say what they are in MATLAB. Dimensions stand
 * reversed, cells and struct arrays hold references into the group #refs#, an empty array holds its dimensions as data.
 */
import { arrange, charactersOf } from '../mat5-chars.ts'
import { asClass, bytesOf, storedValues, transposed, type Storage } from '../mat-numbers.ts'
import {
  countOf, matLimits, type MatBudget, type MatHeader, type MatStruct, type MatValue, type NumericClass, type NumericData,
} from '../mat-values.ts'
import type { AttributeValue, Hdf5File, Metadata } from './file.ts'

const numericClasses: ReadonlySet<string> = new Set<NumericClass>([
  'double', 'single', 'logical', 'int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'int64', 'uint64',
])

const wanted = ['MATLAB_class', 'MATLAB_empty', 'MATLAB_sparse', 'MATLAB_fields', 'MATLAB_object_decode']

/** One HDF5 object with what its attributes say. */
export interface Described extends MatHeader {
  readonly path: string
  readonly kind: 'group' | 'dataset' | 'other'
  /** MATLAB's class without `sparse`; null where the file names none, as other programs' HDF5 files do. */
  readonly matlab: string | null
  readonly metadata: Metadata | null
  readonly empty: boolean
  readonly sparseRows: number | null
  readonly fields: readonly string[] | null
  /** 1: a function handle, 2: an object of a class from before classdef, 3: one of classdef, whose data only MATLAB finds. */
  readonly decode: number
}

/** H5T_class_t of the HDF5 library. */
const types = { integer: 0, float: 1, compound: 6, reference: 7, enumeration: 8 } as const

export class Mat73Values {
  /** Each object is read once, however many cells refer to it. */
  private readonly read = new Map<string, MatValue>()
  private readonly reading = new Set<string>()

  constructor(private readonly file: Hdf5File, private readonly budget: MatBudget) {}

  async describe(path: string, name: string): Promise<Described> {
    const { file } = this
    const kind = file.kind(path)
    const nothing = { name, path, kind, complex: false, empty: false, sparseRows: null, fields: null, decode: 0 }
    if (kind === 'other') return { ...nothing, class: 'link', dims: [], matlab: null, metadata: null }
    const attributes = file.attributes(path, wanted)
    const metadata = kind === 'dataset' ? file.metadata(path) : null
    const matlab = text(attributes.get('MATLAB_class'))
    const empty = number(attributes.get('MATLAB_empty')) > 0
    const sparseRows = attributes.has('MATLAB_sparse') ? number(attributes.get('MATLAB_sparse')) : null
    const described = {
      ...nothing, matlab, metadata, empty, sparseRows, decode: number(attributes.get('MATLAB_object_decode')),
      fields: fieldNames(attributes.get('MATLAB_fields')), complex: complexParts(metadata) !== null,
      class: sparseRows !== null ? 'sparse' : matlab === 'canonical empty' ? 'double' : matlab ?? plainClass(kind, metadata),
    }
    return { ...described, ...await this.sized(described) }
  }

  /** Dimensions, and whether a sparse matrix is complex: both may stand in what the object holds. */
  private async sized(described: Omit<Described, 'dims'>): Promise<{ dims: readonly number[], complex?: boolean }> {
    const { path, kind, metadata, matlab, empty, sparseRows } = described
    if (matlab === 'canonical empty') return { dims: [0, 0] }
    if (metadata !== null) {
      if (empty) return { dims: await this.dimensionsHeld(path, metadata) }
      return { dims: matlab === null ? plainDimensions(metadata) : dimensionsOf(metadata) }
    }
    if (sparseRows !== null) {
      const names = this.file.names(path)
      const starts = names.includes('jc') ? this.file.metadata(`${path}/jc`).shape?.[0] ?? 1 : 1
      return { dims: [sparseRows, starts - 1], complex: names.includes('data')
        && complexParts(this.file.metadata(`${path}/data`)) !== null }
    }
    const first = kind === 'group' && matlab !== null ? this.arrayField(path) : null
    return { dims: first === null ? [1, 1] : dimensionsOf(first) }
  }

  /** An empty array's data are its dimensions, in MATLAB's order. */
  private async dimensionsHeld(path: string, metadata: Metadata): Promise<number[]> {
    if (this.file.bytesPromised(path, metadata) > 8 * matLimits.dimensions) {
      throw this.file.fault('dimensions', path, `${metadata.total_size} dimensions`, `at most ${matLimits.dimensions}`)
    }
    const dims = Array.from(this.stored(path, await this.file.bytes(path, metadata, this.budget), metadata), Number)
    if (!dims.every(n => Number.isSafeInteger(n) && n >= 0) || !dims.includes(0)) {
      throw this.file.fault('dimensions', path, `an empty array of ${dims.join(' x ')}`, 'dimensions of which one is 0')
    }
    return dims.length < 2 ? [...dims, 0] : dims
  }

  /** The first field of a struct array: references and nothing that says they are a cell. Null for a single struct. */
  private arrayField(path: string): Metadata | null {
    const name = this.file.names(path)[0]
    if (name === undefined) return null
    const field = `${path}/${name}`
    if (this.file.kind(field) !== 'dataset') return null
    const metadata = this.file.metadata(field)
    return metadata.type === types.reference && !this.file.attributes(field, wanted).has('MATLAB_class') ? metadata : null
  }

  async value(described: Described, depth = 0): Promise<MatValue> {
    const { path, name } = described
    const known = this.read.get(path)
    if (known !== undefined) return known
    if (this.reading.has(path)) throw this.file.fault('cycle', path, `${name} holding itself`, 'cells and structs that end')
    if (depth > matLimits.depth) throw this.file.fault('too-deep', path, `cells and structs ${depth} deep`, `at most ${matLimits.depth}`)
    this.reading.add(path)
    const value = await this.valueOf(described, depth)
    this.reading.delete(path)
    this.read.set(path, value)
    return value
  }

  private async valueOf(described: Described, depth: number): Promise<MatValue> {
    const { matlab, kind, metadata, sparseRows, dims, empty } = described
    if (kind === 'other') return no(described, 'is a link to something else, and links are not followed.')
    if (matlab === 'canonical empty') return { kind: 'numeric', class: 'double', dims, real: new Float64Array(0) }
    if (matlab === null) return this.plainValue(described)
    if (described.decode === 1 || described.decode > 2 || matlab === 'function_handle') return { kind: 'opaque', class: matlab, dims }
    if (sparseRows !== null) return this.sparse(described, sparseRows)
    if (metadata === null) return this.struct(described, depth)
    if (matlab === 'struct' || described.decode === 2) return { ...structHead(described), fields: described.fields ?? [], values: [] }
    if (matlab === 'cell') {
      const paths = empty ? [] : await this.references(described.path, metadata)
      return { kind: 'cell', class: 'cell', dims, cells: await this.allInside(paths, depth) }
    }
    if (matlab === 'char') return this.char(described, metadata)
    if (isNumericClass(matlab)) return this.numeric(described, metadata, matlab)
    return { kind: 'opaque', class: matlab, dims }
  }

  private async inside(path: string, depth: number): Promise<MatValue> {
    return this.read.get(path) ?? this.value(await this.describe(path, path), depth + 1)
  }

  /** One after the other: what is being read tells a cycle, and memory is counted as it is taken. */
  private async allInside(paths: readonly string[], depth: number): Promise<MatValue[]> {
    const values: MatValue[] = []
    for (const path of paths) values.push(this.read.get(path) ?? await this.inside(path, depth))
    return values
  }

  private async numeric({ path, dims, empty }: Described, metadata: Metadata, ofClass: NumericClass): Promise<MatValue> {
    if (empty) return { kind: 'numeric', class: ofClass, dims, real: this.inClass(path, new Uint8Array(0), ofClass) }
    const { real, imaginary } = await this.numbers(path, metadata, ofClass)
    return { kind: 'numeric', class: ofClass, dims, real, ...(imaginary === undefined ? {} : { imaginary }) }
  }

  private async numbers(path: string, metadata: Metadata,
    ofClass: NumericClass | null): Promise<{ real: NumericData, imaginary?: NumericData }> {
    const parts = complexParts(metadata)
    const bytes = await this.file.bytes(path, metadata, this.budget)
    if (parts === null) return { real: this.inClass(path, this.stored(path, bytes, metadata), ofClass) }
    this.budget.takeBytes(bytes.length, path)
    const [real, imaginary] = parts.map(part =>
      this.inClass(path, this.stored(path, memberBytes(bytes, metadata.size, part), part), ofClass))
    if (real === undefined || imaginary === undefined) throw this.file.fault('type', path, 'half a complex number',
      'a real and an imaginary part')
    return { real, imaginary }
  }

  private stored(path: string, bytes: Uint8Array, metadata: Pick<Metadata, 'type' | 'size' | 'signed'>): NumericData {
    const storage = storageOf(metadata)
    if (storage === null) throw this.file.fault('type', path, `values of HDF5 type ${metadata.type} and ${metadata.size} bytes`, 'numbers')
    return storedValues(bytes, 0, bytes.length / bytesOf(storage), storage, true)
  }

  private inClass(path: string, stored: NumericData, ofClass: NumericClass | null): NumericData {
    if (ofClass === null) return stored
    const width = ofClass === 'logical' ? 1 : bytesOf(ofClass)
    if (width !== stored.BYTES_PER_ELEMENT) this.budget.takeBytes(stored.length * width, path)
    const held = asClass(stored, ofClass)
    if (held === null) throw this.file.fault('value', path, `a number that ${ofClass} cannot hold`, `numbers of class ${ofClass}`)
    return held
  }

  private async char({ path, dims, empty }: Described, metadata: Metadata): Promise<MatValue> {
    const count = countOf(dims)
    if (empty || count === 0) return { kind: 'char', class: 'char', dims, rows: dims[0] === 1 ? [''] : [] }
    this.budget.takeBytes(2 * count, path)
    const characters = charactersOf(this.stored(path, await this.file.bytes(path, metadata, this.budget), metadata))
    if (characters === null) throw this.file.fault('char', path, 'a number that is no character', 'whole numbers from 0 to 1114111')
    const [height = 0, width = 0] = dims
    const rows = count === width ? [characters] : arrange(characters, height, width, count, this.budget, path)
    return { kind: 'char', class: 'char', dims, rows }
  }

  /** A group of data, row indices and column starts; the first two are left out where nothing is stored. */
  private async sparse({ path, dims, matlab }: Described, rows: number): Promise<MatValue> {
    const columns = dims[1] ?? 0
    const names = this.file.names(path)
    if (!Number.isInteger(rows) || rows < 0 || rows > 2 ** 31 - 1 || columns < 0) {
      throw this.file.fault('sparse', path, `${rows} rows and ${columns} columns`, 'from 0 to 2147483647')
    }
    const columnStart = await this.indices(`${path}/jc`)
    const rowIndex = names.includes('ir') ? await this.indices(`${path}/ir`) : new Int32Array(0)
    const rising = columnStart[0] === 0 && columnStart.every((n, c) => n >= (columnStart[c - 1] ?? 0))
    const inside = rowIndex.every(row => row >= 0 && row < rows)
    if (columnStart.length !== columns + 1 || !rising || columnStart[columns] !== rowIndex.length || !inside) {
      throw this.file.fault('sparse', path,
        `${columnStart.length} column starts ending with ${columnStart.at(-1)} and ${rowIndex.length} row indices`,
        `${columns + 1} that rise from 0 to the count of row indices, each below ${rows}`)
    }
    const ofClass = matlab !== null && isNumericClass(matlab) ? matlab : 'double'
    const data = names.includes('data')
      ? await this.numbers(`${path}/data`, this.file.metadata(`${path}/data`), ofClass)
      : { real: this.inClass(path, new Uint8Array(0), ofClass) }
    if (data.real.length !== rowIndex.length) throw this.file.fault('sparse', path, `${data.real.length} values`,
      `${rowIndex.length}, one for each row index`)
    return { kind: 'sparse', class: ofClass, dims: [rows, columns], rowIndex, columnStart, ...data }
  }

  private async indices(path: string): Promise<Int32Array> {
    const metadata = this.file.metadata(path)
    const stored = this.stored(path, await this.file.bytes(path, metadata, this.budget), metadata)
    const held = asClass(stored, 'int32')
    if (!(held instanceof Int32Array)) throw this.file.fault('sparse', path, 'an index that is no whole number below 2^31', 'indices')
    return held
  }

  /** A group: one struct whose members stand in it, or an array of structs whose fields refer to their values. */
  private async struct(described: Described, depth: number): Promise<MatStruct> {
    const { path, dims } = described
    const names = this.file.names(path)
    const fields = orderOf(names, described.fields)
    const count = countOf(dims)
    this.budget.takeValues(fields.length, path)
    if (this.arrayField(path) === null) {
      return { ...structHead(described), fields, values: await this.allInside(fields.map(field => `${path}/${field}`), depth) }
    }
    const columns: string[][] = []
    for (const field of fields) {
      const metadata = this.file.kind(`${path}/${field}`) === 'dataset' ? this.file.metadata(`${path}/${field}`) : null
      const paths = metadata === null ? [] : await this.references(`${path}/${field}`, metadata)
      if (paths.length !== count) throw this.file.fault('fields', `${path}/${field}`, `${paths.length} references`,
        `${count}, one for each struct`)
      columns.push(paths)
    }
    const values = Array.from({ length: count }, (_, element) => columns.map(column => column[element] ?? '')).flat()
    return { ...structHead(described), fields, values: await this.allInside(values, depth) }
  }

  private async references(path: string, metadata: Metadata): Promise<string[]> {
    if (metadata.type !== types.reference || metadata.size !== 8) {
      throw this.file.fault('type', path, `values of HDF5 type ${metadata.type} and ${metadata.size} bytes`, 'references of 8 bytes')
    }
    const count = this.file.bytesPromised(path, metadata) / 8
    this.budget.takeValues(count, path)
    const bytes = await this.file.bytes(path, metadata, this.budget)
    return Array.from({ length: count }, (_, i) => this.file.referenced(bytes.slice(8 * i, 8 * i + 8)))
  }

  /** A dataset of another program: rows by columns as it stands, so turned into MATLAB's order. */
  private async plainValue(described: Described): Promise<MatValue> {
    const { path, kind, metadata, dims } = described
    if (kind === 'group' || metadata === null) return no(described,
      'is a group of HDF5, not a dataset. Save its datasets at the top of the file.')
    const storage = storageOf(metadata)
    if (storage === null) return no(described, `is an HDF5 dataset of ${described.class}, not of numbers.`)
    if (metadata.shape === null) return no(described, 'is an HDF5 dataset without a value.')
    if (dims.length > 2) return { kind: 'opaque', class: described.class, dims,
      why: `has ${dims.length} dimensions (${dims.join(' x ')}); a table has 2.` }
    const stored = this.stored(path, await this.file.bytes(path, metadata, this.budget), metadata)
    this.budget.takeBytes(stored.byteLength, path)
    const [rows = 0, columns = 0] = dims
    return { kind: 'numeric', class: storage, dims, real: transposed(stored, rows, columns) }
  }
}

function structHead({ matlab, dims }: Described): Pick<MatStruct, 'kind' | 'class' | 'dims'> & { className?: string } {
  if (matlab === null || matlab === 'struct') return { kind: 'struct', class: 'struct', dims }
  return { kind: 'struct', class: 'object', className: matlab, dims }
}

function no(described: Described, why: string): MatValue {
  return { kind: 'opaque', class: described.class, dims: described.dims, why }
}

/** The file's own order where it is kept (MATLAB_fields), else that of the group. */
function orderOf(names: readonly string[], fields: readonly string[] | null): readonly string[] {
  const there = new Set(names)
  return fields !== null && fields.length === names.length && fields.every(field => there.has(field)) ? fields : names
}

/** MATLAB's dimensions are HDF5's reversed, and at least two. */
function dimensionsOf({ shape }: Metadata): number[] {
  if (shape === null) return [0, 0]
  const dims = [...shape].reverse()
  while (dims.length < 2) dims.push(1)
  return dims
}

function plainDimensions({ shape }: Metadata): number[] {
  if (shape === null) return [0, 0]
  return shape.length < 2 ? [shape[0] ?? 1, 1] : [...shape]
}

function plainClass(kind: string, metadata: Metadata | null): string {
  if (metadata === null) return kind
  const storage = storageOf(metadata)
  if (storage !== null) return storage
  const names: Readonly<Record<number,
    string>> = { 3: 'text', 4: 'bit fields', 5: 'opaque bytes', 6: 'compound values', 7: 'references', 9: 'values of varying length',
    10: 'arrays' }
  return names[metadata.type] ?? `HDF5 type ${metadata.type}`
}

function storageOf({ type, size, signed, enum_type: enumeration }: Pick<Metadata, 'type' | 'size' | 'signed' | 'enum_type'>): Storage
  | null {
  if (type === types.float) return size === 8 ? 'double' : size === 4 ? 'single' : null
  if (type !== types.integer && !(type === types.enumeration && enumeration?.type === types.integer)) return null
  switch (size) {
    case 1: return signed ? 'int8' : 'uint8'
    case 2: return signed ? 'int16' : 'uint16'
    case 4: return signed ? 'int32' : 'uint32'
    case 8: return signed ? 'int64' : 'uint64'
    default: return null
  }
}

interface Part extends Pick<Metadata, 'type' | 'size' | 'signed'> {
  readonly offset: number
}

/** Complex numbers are compounds of `real` and `imag`. */
function complexParts(metadata: Metadata | null): readonly [Part, Part] | null {
  const members = metadata?.type === types.compound ? metadata.compound_type?.members : undefined
  const real = members?.find(({ name }) => name === 'real' || name === 'r')
  const imaginary = members?.find(({ name }) => name === 'imag' || name === 'i')
  return members?.length === 2 && real !== undefined && imaginary !== undefined ? [real, imaginary] : null
}

function memberBytes(bytes: Uint8Array, size: number, { offset, size: width }: Part): Uint8Array {
  const count = bytes.length / size
  const member = new Uint8Array(count * width)
  for (let i = 0; i < count; i++) for (let b = 0; b < width; b++) member[i * width + b] = bytes[i * size + offset + b]!
  return member
}

function isNumericClass(name: string): name is NumericClass {
  return numericClasses.has(name)
}

function text(value: AttributeValue | undefined): string | null {
  const first = Array.isArray(value) ? value[0] : value
  return typeof first === 'string' ? first : null
}

function number(value: AttributeValue | undefined): number {
  const first = ArrayBuffer.isView(value) || Array.isArray(value) ? value[0] : value
  return typeof first === 'number' || typeof first === 'bigint' || typeof first === 'boolean' ? Number(first) : 0
}

/** Field names come as a list of characters each, or as texts. */
function fieldNames(value: AttributeValue | undefined): string[] | null {
  if (!Array.isArray(value)) return null
  return value.map(name => (Array.isArray(name) ? name.join('') : String(name)))
}
