/**
 * libhdf5 (h5wasm), loaded when the first HDF5 file comes. A damaged file can break an instance, and its memory never
 * shrinks: such an instance is given up and the next file gets a new one.
 */
import type * as H5wasm from 'h5wasm'
import { TableError } from '../../errors.ts'

export type Library = typeof H5wasm
export type Module = Awaited<Library['ready']>

/** Brings an instance. `turn` counts from 0; each turn must bring one of its own. */
export type LoadHdf5 = (turn: number) => Promise<Library>

/** A second instance comes from the same file by another address, where the platform can tell the first one. */
async function loadH5wasm(turn: number): Promise<Library> {
  if (turn === 0) return import('h5wasm')
  const resolve: unknown = import.meta.resolve
  if (typeof resolve !== 'function') {
    throw new TableError('hdf5-spoiled', 'A damaged file broke the HDF5 library in this page. Reload the page to read MAT 7.3 files again.')
  }
  // Awaited for the command's sake, whose scripts have to ask a module (scripts/build.mjs).
  const fresh: Library = await import(/* @vite-ignore */ `${await import.meta.resolve('h5wasm')}?turn=${turn}`)
  return fresh
}

/** What an instance may have behind it before it is given up: bytes of memory, and files that it refused. */
const mostMemory = 2 ** 28
const mostRefusals = 200

/** The device files of the library's file system that lead out of it. */
const devices = ['/dev/stdin', '/dev/stdout', '/dev/stderr', '/dev/tty', '/dev/tty1']

export interface Instance {
  readonly h5: Library
  readonly module: Module
}

/**
 * Runs `use` while no WebAssembly memory may grow beyond `most` bytes. libhdf5 takes memory for lengths that it reads before it
 * holds them against the file; refused, it reports an error like any other. Its memory is reached through the method that all
 * share, which is safe because `use` runs to its end before anything else does.
 */
export function withMemoryUpTo<T>(most: number, use: () => T): T {
  const { prototype } = WebAssembly.Memory
  const grow = prototype.grow
  prototype.grow = function (this: WebAssembly.Memory, pages: number): number {
    if (this.buffer.byteLength + pages * 65_536 > most) throw new RangeError(`libhdf5 asked for more than ${most} bytes of memory`)
    return grow.call(this, pages)
  }
  try {
    return use()
  } finally {
    prototype.grow = grow
  }
}

export class Hdf5Library {
  private readonly load: LoadHdf5
  private current: Promise<Instance> | undefined
  private turn = 0
  private refusals = 0
  private files = 0

  constructor(load: LoadHdf5 = loadH5wasm) {
    this.load = load
  }

  async instance(): Promise<Instance> {
    this.current ??= this.start()
    return this.current
  }

  /** A path of its own in the library's file system. */
  newPath(): string {
    return `/file${this.files++}`
  }

  /** The file that was read is closed; `refused`: it was damaged; `broken`: the instance itself failed over it. */
  done({ module }: Instance, outcome: 'read' | 'refused' | 'broken'): void {
    if (outcome === 'refused') this.refusals++
    if (outcome !== 'broken' && this.refusals < mostRefusals && module.HEAPU8.length <= mostMemory) return
    this.current = undefined
    this.refusals = 0
    this.turn++
  }

  private async start(): Promise<Instance> {
    const h5 = await this.load(this.turn)
    const module = await h5.ready
    module.activate_throwing_error_handler()
    for (const device of devices) if (module.FS.analyzePath(device).exists) module.FS.unlink(device)
    return { h5, module }
  }
}

/** The one that readers share unless they are handed another. */
export const sharedHdf5 = new Hdf5Library()
