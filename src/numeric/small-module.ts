/**
 * The small modules of this room (assembly/scan.ts, sums.ts, decimal.ts, digest.ts), each compiled when it is first asked for and
 * once for all. Null where WebAssembly is missing or refuses: then plain loops do.
 */
export interface SmallModule {
  /** Its exports over a memory. */
  on(memory: WebAssembly.Memory): Record<string, unknown> | null
  /** The same over a memory of its own, of so many bytes at least. */
  withRoom(bytes: number): { readonly memory: WebAssembly.Memory, readonly exports: Record<string, unknown> } | null
}

/** Arguments are addresses and numbers. */
export type Kernel = (...given: number[]) => number

export const pageBytes = 65536

/** The module whose code is this base64 text. */
export function smallModule(code: string): SmallModule {
  let module: WebAssembly.Module | null = null
  const on: SmallModule['on'] = memory => {
    try {
      module ??= new WebAssembly.Module(Uint8Array.from(atob(code), character => character.charCodeAt(0)))
      return new WebAssembly.Instance(module, { env: { memory } }).exports
    } catch {
      return null
    }
  }
  return {
    on,
    withRoom(bytes) {
      if (typeof WebAssembly === 'undefined') return null
      const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / pageBytes) })
      const exports = on(memory)
      return exports === null ? null : { memory, exports }
    },
  }
}

export function isKernel(value: unknown): value is Kernel {
  return typeof value === 'function'
}
