/**
 * One HDF5 file while it is read. Its bytes stand in libhdf5's own file system in memory, which holds nothing else, so
 * that no path in a file leads anywhere. Sizes are held against the file before memory is taken.
 */
import { TableError } from '../../errors.ts'
import { matError, matLimits, type MatBudget } from '../mat-values.ts'
import type { Inflate, Source } from '../source.ts'
import { baseAddress, readChunks } from './chunks.ts'
import { checkGlobalHeaps, hasWideOffsets } from './heaps.ts'
import { withMemoryUpTo, type Hdf5Library, type Instance, type Library, type Module } from './library.ts'

export type Metadata = ReturnType<Module['get_dataset_metadata']>
export type AttributeValue = InstanceType<Library['Attribute']>['value']

/** Pieces in which a dataset passes through the library's memory. */
const pieceBytes = 2 ** 26

/** What a small file may promise all the same: fill values stand for data that were never written. */
const smallPromise = 2 ** 24

/** Deflate gives at most 1032 bytes for one (258 bytes from two bits); HDF5's other filters give less. */
const mostFromOneByte = 1032

const mostAttributeBytes = 2 ** 20

/** What a call of the library may take beside what is known to be needed: its caches and lists hold far less. */
const spareBytes = 2 ** 27

/** Below this size libhdf5 is as quick. */
const worthGoingAround = 2 ** 16

/** Reads a file whole into the library and hands it to `use`; closes and removes it whatever happens. */
export async function withHdf5File<T>(
  source: Source, { library, inflate, maximumBytes }: { readonly library: Hdf5Library, readonly inflate: Inflate,
    readonly maximumBytes: number },
  use: (file: Hdf5File) => Promise<T>,
): Promise<T> {
  if (source.size > maximumBytes) {
    throw matError('too-large', {
      file: source.name, byte: 0, got: `${source.size} bytes of HDF5`,
        expected: `at most ${maximumBytes}, since the file is held in memory`,
      advice: 'Save fewer variables, or raise maximumBytes if there is memory for it.',
    })
  }
  // The library starts on this thread while the system reads.
  const [bytes] = await Promise.all([source.read(0, source.size), library.instance()])
  if (!hasWideOffsets(bytes)) {
    throw matError('hdf5', { file: source.name, byte: 0, got: 'no signature of HDF5, or offsets that are not 8 bytes long',
      expected: 'a superblock of HDF5' })
  }
  checkGlobalHeaps(source.name, bytes)
  const instance = await library.instance()
  const path = library.newPath()
  const file = new Hdf5File(source.name, bytes, instance, path, inflate)
  let outcome: 'read' | 'refused' | 'broken' = 'refused'
  try {
    file.open()
    const result = await use(file)
    outcome = 'read'
    return result
  } finally {
    if (!file.close()) outcome = 'broken'
    library.done(instance, outcome)
  }
}

export class Hdf5File {
  readonly name: string
  private readonly size: number
  private readonly held: Uint8Array
  private readonly base: number | null
  private readonly path: string
  private readonly h5: Library
  private readonly module: Module
  private id: bigint | undefined
  private broken = false
  private byAddress: Map<bigint, string> | undefined

  constructor(name: string, bytes: Uint8Array, { h5, module }: Instance, path: string, private readonly inflate: Inflate) {
    this.name = name
    this.size = bytes.length
    this.held = bytes
    this.base = baseAddress(bytes)
    this.path = path
    this.h5 = h5
    this.module = module
    // The last flag: the library may keep these bytes instead of a copy.
    module.FS.createDataFile('/', path.slice(1), bytes, true, false, true)
  }

  open(): void {
    this.id = this.call('/', () => this.module.open(this.path, this.module.H5F_ACC_RDONLY, false, -1, -1))
  }

  /** Closes the file and takes it out of memory; false when the library failed over it. */
  close(): boolean {
    try {
      if (this.id !== undefined) this.module.close_file(this.id)
    } catch (error) {
      // A damaged file may fail to close, which harms nobody; a failure of the machine itself does.
      this.broken ||= isFailure(error)
    }
    try {
      this.module.FS.unlink(this.path)
    } catch {
      this.broken = true
    }
    return !this.broken
  }

  /** The names in a group, by the group's own order. */
  names(group: string): string[] {
    return this.call(group, id => this.module.get_names(id, group, false))
  }

  /** What stands at a path. Links out of the file are `other`, and never followed. */
  kind(path: string): 'group' | 'dataset' | 'other' {
    const type = this.call(path, id => this.module.get_type(id, path))
    if (type === this.module.H5G_GROUP) return 'group'
    return type === this.module.H5G_DATASET ? 'dataset' : 'other'
  }

  metadata(path: string): Metadata {
    return this.call(path, id => this.module.get_dataset_metadata(id, path))
  }

  /** The values of those attributes that are wanted and there. */
  attributes(path: string, wanted: readonly string[]): ReadonlyMap<string, AttributeValue> {
    const names = this.call(path, id => this.module.get_attribute_names(id, path))
    return new Map(names.filter(name => wanted.includes(name)).map(name => [name, this.attribute(path, name)]))
  }

  private attribute(path: string, name: string): AttributeValue {
    return this.call(path, id => {
      const { size, total_size: count } = this.module.get_attribute_metadata(id, path, name)
      if (!(size * count <= mostAttributeBytes)) {
        throw this.fault('attribute', path, `an attribute ${name} of ${count} values of ${size} bytes`,
          `at most ${mostAttributeBytes} bytes`)
      }
      return new this.h5.Attribute(id, path, name).value
    })
  }

  /** How many bytes a dataset holds, once that is plausible for this file; throws where it is not. */
  bytesPromised(path: string, metadata: Metadata): number {
    const { shape, size, chunks } = metadata
    const count = (shape ?? [0]).reduce((product, n) => product * n, 1)
    const packed = chunks !== null && this.call(path, id => this.module.get_dataset_filters(id, path)).length > 0
    const most = Math.max(smallPromise, this.size * (packed ? mostFromOneByte : 1))
    const chunk = chunks === null ? 0 : chunks.reduce((product, n) => product * n, size)
    if (!(count * size <= most) || !(chunk <= Math.max(smallPromise, most))) {
      throw this.fault('size', path,
        `${(shape ?? []).join(' x ')} values of ${size} bytes${chunks === null ? '' : ` in chunks of ${chunk} bytes`}`,
        `what a file of ${this.size} bytes can hold`)
    }
    return count * size
  }

  /** All values of a dataset as they stand, little-endian, row-major in the dataset's own order of dimensions. */
  async bytes(path: string, metadata: Metadata, budget: MatBudget): Promise<Uint8Array> {
    if (metadata.vlen || metadata.virtual_sources !== undefined) {
      throw this.fault('storage', path, metadata.vlen ? 'values of varying length' : 'a dataset put together from other files',
        'values of one size in the file')
    }
    const total = this.bytesPromised(path, metadata)
    budget.takeBytes(total, path)
    const around = await this.aroundLibrary(path, metadata, total)
    if (around !== null) return around
    const all = this.call(path, () => new Uint8Array(total))
    if (total === 0) return all
    const shape = metadata.shape ?? []
    const outer = shape[0] ?? 1
    const rowBytes = total / outer
    const chunkRows = metadata.chunks?.[0] ?? 1
    const rows = Math.min(outer, Math.max(1, Math.floor(pieceBytes / (rowBytes * chunkRows))) * chunkRows)
    for (let row = 0; row < outer; row += rows) this.piece(path, shape, row, Math.min(rows, outer - row), all, rowBytes)
    return all
  }

  /** Larger deflated datasets, by the platform's inflate; null where libhdf5 is to read them. */
  private async aroundLibrary(path: string, metadata: Metadata, total: number): Promise<Uint8Array | null> {
    if (this.base === null || total < worthGoingAround || metadata.chunks === null || !metadata.littleEndian) return null
    const reference = Uint8Array.from(this.call(path, id => this.module.create_object_reference(id, path)))
    if (reference.length !== 8) return null
    const address = Number(new DataView(reference.buffer).getBigUint64(0, true))
    return readChunks(this.held, this.base, address, metadata, this.inflate)
  }

  private piece(path: string, shape: readonly number[], row: number, rows: number, into: Uint8Array, rowBytes: number): void {
    const bytes = rows * rowBytes
    // The piece, the chunks it comes from, and each filter's output.
    this.call(path, id => {
      const { module } = this
      const at = module._malloc(bytes)
      if (at === 0) throw new RangeError('libhdf5 has no memory left')
      try {
        const whole = shape.length === 0 || rows === shape[0]
        const count = [rows, ...shape.slice(1)].map(BigInt)
        const offset = [row, ...shape.slice(1).map(() => 0)].map(BigInt)
        const stride = shape.map(() => 1n)
        const status = whole
          ? module.get_dataset_data(id, path, null, null, null, BigInt(at))
          : module.get_dataset_data(id, path, count, offset, stride, BigInt(at))
        if (status < 0) throw new Error('the values cannot be read')
        into.set(module.HEAPU8.subarray(at, at + bytes), row * rowBytes)
      } finally {
        module._free(at)
      }
    }, 4 * bytes)
  }

  /** The path that an object reference (8 bytes) leads to, within this file. */
  referenced(reference: Uint8Array): string {
    const address = new DataView(reference.buffer, reference.byteOffset, 8).getBigUint64(0, true)
    const known = this.addresses().get(address)
    if (known !== undefined) return known
    return this.call('a reference', id => this.module.get_referenced_name(id, reference, true))
  }

  /** Where MATLAB keeps what cells hold, by address: asking the library for each name would search the file each time. */
  private addresses(): Map<bigint, string> {
    if (this.byAddress !== undefined) return this.byAddress
    const found = new Map<bigint, string>()
    const names = this.kind('/#refs#') === 'group' ? this.names('/#refs#') : []
    for (const name of names.slice(0, matLimits.nestedValues)) {
      const path = `/#refs#/${name}`
      // The library hands its bytes on as a plain list.
      const reference = Uint8Array.from(this.call(path, id => this.module.create_object_reference(id, path)))
      if (reference.length === 8) found.set(new DataView(reference.buffer).getBigUint64(0, true), path)
    }
    return this.byAddress = found
  }

  fault(id: string, path: string, got: string, expected: string): TableError {
    return matError(id, { file: this.name, byte: path, got, expected })
  }

  /** Calls the library: what it throws becomes a TableError, and a failure of the machine under it is remembered. */
  private call<T>(path: string, run: (id: bigint) => T, needed = 0): T {
    const most = this.module.HEAPU8.length + spareBytes + 2 * this.size + needed
    try {
      return withMemoryUpTo(most, () => run(this.id ?? -1n))
    } catch (error) {
      if (error instanceof TableError) throw error
      this.broken ||= isFailure(error)
      throw this.fault('hdf5', path, `something that libhdf5 cannot read (${reasonOf(error)})`, 'a whole HDF5 file')
    }
  }
}

/** The library's own errors are reports; anything else (out of bounds, out of memory, abort) leaves it in an unknown state. */
function isFailure(error: unknown): boolean {
  return !(error instanceof Error && /HDF5-DIAG/.test(error.message)) && !(error instanceof RangeError)
}

/** The innermost report of libhdf5's stack of errors, in its own words. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  const reports = [...message.matchAll(/line \d+ in \w+\(\): ([^\n]+)/g)].map(match => (match[1] ?? '').trim())
  return (reports.at(-1) ?? message.split('\n')[0] ?? '').slice(0, 200)
}
