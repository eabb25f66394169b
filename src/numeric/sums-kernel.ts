/** The kernels for many numbers (assembly/sums.ts), compiled once for all who use them. */
import { sums } from '../../build/sums.ts'
import { isKernel, pageBytes, smallModule, type Kernel } from './small-module.ts'

interface SumsKernels {
  readonly memory: WebAssembly.Memory
  kernel(name: string): Kernel
}

const module = smallModule(sums)
let passing: ReturnType<typeof module.withRoom> = null

/** The kernels with memory of their own, of so many bytes at least; null where WebAssembly is missing. */
export function sumsKernels(bytes: number): SumsKernels | null {
  return kernelsOf(module.withRoom(bytes))
}

/**
 * The same in memory that all share, since an engine takes milliseconds to set memory aside: for a call that leaves nothing there,
 * and needs nothing of what stood there before.
 */
export function passingKernels(bytes: number): SumsKernels | null {
  passing ??= module.withRoom(bytes)
  if (passing === null) return null
  const missing = bytes - passing.memory.buffer.byteLength
  if (missing > 0) passing.memory.grow(Math.ceil(missing / pageBytes))
  return kernelsOf(passing)
}

function kernelsOf(instance: typeof passing): SumsKernels | null {
  if (instance === null) return null
  const { memory, exports } = instance
  return {
    memory,
    kernel(name) {
      const found = exports[name]
      if (!isKernel(found)) throw new Error(`The kernels lack ${name}: run scripts/build-wasm.mjs.`)
      return found
    },
  }
}

/** The bytes of numbers [from, to) of an array. */
export function bytesBetween(values: Float32Array | Float64Array | Uint32Array, from: number, to: number): Uint8Array {
  const width = values.BYTES_PER_ELEMENT
  return new Uint8Array(values.buffer, values.byteOffset + from * width, (to - from) * width)
}
