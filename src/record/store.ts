/**
 * What a run folder is, whatever the platform: files by relative paths such as `checkpoints/last`, always with `/`. On disk
 * it is node's folderStore; library runs, browsers and tests keep it in memory. This room writes and reads runs through it,
 * and decides nothing about what an event means.
 */
import { RecordError } from './errors.ts'

export interface Store {
  /** What sentences call the folder. */
  readonly name: string
  /** All bytes of a file; null where there is none. */
  read(path: string): Promise<Uint8Array | null>
  /** Replaces a file as a whole: whatever happens, afterwards the old bytes stand there or the new ones. Lasting once it returns. */
  write(path: string, bytes: Uint8Array): Promise<void>
  /** Adds to the end of a file, and makes it where there is none. A failure may leave a part of the bytes behind. */
  append(path: string, bytes: Uint8Array): Promise<void>
  /** Cuts a file to its first `size` bytes. Throws RecordError `file-shorter` where it has fewer. */
  truncate(path: string, size: number): Promise<void>
  /** Returns when what was appended to a file, and the cuts made in it, would outlast a loss of power. */
  flush(path: string): Promise<void>
  /** A file's length in bytes; null where there is none. */
  size(path: string): Promise<number | null>
  /** Names of what lies in a folder ('' is the run folder itself), in order; empty where there is no such folder. */
  list(folder: string): Promise<readonly string[]>
  /** Removes a file; nothing happens where there is none. */
  remove(path: string): Promise<void>
}

/** Waits for all of them to end, and throws what the first of those threw that failed. */
export async function allDone(works: readonly Promise<unknown>[]): Promise<void> {
  await Promise.allSettled(works)
  await Promise.all(works)
}

/** Ways in which a store in memory fails, for tests. */
export interface MemoryLimits {
  /** Holds at most this many bytes in all; while a file is replaced, old and new count. Beyond it: RecordError `disk-full`. */
  readonly bytes?: number
  /**
   * How many changes (write, append, truncate, flush, remove) are let through. The next one stops half-way (of an append,
   * half the bytes arrive) and, as when the process has died, nothing works from then on: RecordError `store-stopped`.
   */
  readonly operations?: number
}

export interface MemoryStore extends Store {
  /** The files as they stand. */
  readonly files: ReadonlyMap<string, Uint8Array>
  /** What has been changed so far, one entry an operation: `append metrics.csv`. */
  readonly operations: readonly string[]
  setLimits(limits: MemoryLimits): void
  /**
   * A new store with what is left after the process was killed (all that was done), or after a loss of power (of a file
   * that was appended to, only what was flushed).
   */
  survivor(after: 'kill' | 'power-loss'): MemoryStore
}

interface MemoryFile {
  bytes: Uint8Array
  /** What outlasts a loss of power; null where the file itself would not. */
  lasting: Uint8Array | null
}

/** A run folder in memory. `initial` holds files that are there already. */
export function memoryStore(initial: ReadonlyMap<string, Uint8Array> = new Map(), limits: MemoryLimits = {}): MemoryStore {
  const files = new Map<string, MemoryFile>(Array.from(initial, ([path, bytes]) => [path, { bytes, lasting: bytes }]))
  const operations: string[] = []
  let { bytes: room = Infinity, operations: allowed = Infinity } = limits

  const held = (): number => Array.from(files.values()).reduce((sum, file) => sum + file.bytes.length, 0)
  const bytesOf = (file: MemoryFile | undefined): Uint8Array => file?.bytes ?? new Uint8Array()

  /** Counts a change; true when it is the one that stops half-way. */
  const stops = (operation: string): boolean => {
    if (operations.length > allowed) throw stopped()
    operations.push(operation)
    return operations.length > allowed
  }
  const put = (path: string, bytes: Uint8Array): void => {
    files.set(path, { bytes, lasting: files.get(path)?.lasting ?? null })
  }

  return {
    name: 'memory',
    get files() {
      return new Map(Array.from(files, ([path, file]) => [path, file.bytes]))
    },
    operations,
    setLimits(next) {
      room = next.bytes ?? Infinity
      allowed = next.operations ?? Infinity
    },
    survivor(after) {
      const left = Array.from(files).flatMap(([path, { bytes, lasting }]): [string, Uint8Array][] =>
        after === 'kill' ? [[path, bytes]] : lasting === null ? [] : [[path, lasting]])
      return memoryStore(new Map(left))
    },
    read: async path => files.get(path)?.bytes.slice() ?? null,
    async write(path, bytes) {
      if (stops(`write ${path}`)) throw stopped()
      if (held() + bytes.length > room) throw full(path)
      const copy = bytes.slice()
      files.set(path, { bytes: copy, lasting: copy })
    },
    async append(path, bytes) {
      const half = stops(`append ${path}`)
      const fits = Math.max(0, Math.min(bytes.length, room - held()))
      const arrived = half ? bytes.length >> 1 : fits
      put(path, concatenated(bytesOf(files.get(path)), bytes.subarray(0, arrived)))
      if (half) throw stopped()
      if (fits < bytes.length) throw full(path)
    },
    async truncate(path, size) {
      if (stops(`truncate ${path}`)) throw stopped()
      const bytes = bytesOf(files.get(path))
      if (bytes.length < size) throw shorterThan(path, bytes.length, size)
      put(path, bytes.slice(0, size))
    },
    async flush(path) {
      if (stops(`flush ${path}`)) throw stopped()
      const file = files.get(path)
      if (file !== undefined) file.lasting = file.bytes
    },
    size: async path => files.get(path)?.bytes.length ?? null,
    async list(folder) {
      const prefix = folder === '' ? '' : `${folder}/`
      const below = Array.from(files.keys()).filter(path => path.startsWith(prefix))
      return Array.from(new Set(below.map(path => path.slice(prefix.length).split('/')[0] ?? ''))).sort()
    },
    async remove(path) {
      if (stops(`remove ${path}`)) throw stopped()
      files.delete(path)
    },
  }
}

/** What a cut to more bytes than there are is refused with. */
export function shorterThan(path: string, got: number, expected: number): RecordError {
  return new RecordError('file-shorter', `${path} has ${got} bytes, where at least ${expected} were written: something cut it short. ` +
    'Put the whole file back, or start the run again.', { file: path, got, expected })
}

function concatenated(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}

function full(path: string): RecordError {
  return new RecordError('disk-full', `${path} cannot be written: no space is left. Make space and try again.`, { file: path })
}

function stopped(): RecordError {
  return new RecordError('store-stopped', 'The store has stopped, as its limits say.')
}
