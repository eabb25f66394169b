/**
 * Sums over many numbers, in blocks of 4,096 as stats.ts says: by a kernel, since a process that goes through a table once is at its
 * end before an engine has made good code of a loop.
 */
import { sums } from '../../build/sums.ts'

export const blockLength = 4096

export interface BlockSums {
  /** The sum of value / unit. */
  sum(values: Float64Array, unit: number): number
  /** The sum of ((value - centre) / unit) squared. */
  squares(values: Float64Array, centre: number, unit: number): number
  /** The largest |value - centre|; NaN where one is NaN, 0 of nothing. */
  furthest(values: Float64Array, centre: number): number
}

/** The same in plain loops, where WebAssembly is missing. */
export const plainSums: BlockSums = {
  sum(values, unit) {
    let total = 0
    for (let from = 0; from < values.length; from += blockLength) {
      const end = Math.min(from + blockLength, values.length)
      let block = 0
      for (let i = from; i < end; i++) block += values[i]! / unit
      total += block
    }
    return total
  },
  squares(values, centre, unit) {
    let total = 0
    for (let from = 0; from < values.length; from += blockLength) {
      const end = Math.min(from + blockLength, values.length)
      let block = 0
      for (let i = from; i < end; i++) {
        const difference = (values[i]! - centre) / unit
        block += difference * difference
      }
      total += block
    }
    return total
  },
  furthest(values, centre) {
    let size = 0
    for (let i = 0; i < values.length; i++) size = Math.max(size, Math.abs(values[i]! - centre))
    return size
  },
}

let found: BlockSums | null = null

/** The quickest way here. */
export function blockSums(): BlockSums {
  found ??= kernelSums() ?? plainSums
  return found
}

/** Values in the kernel's memory at a time: whole blocks, which stay in the second caches. */
const mostAtOnce = 8 * blockLength

/** Null where WebAssembly is missing. */
export function kernelSums(): BlockSums | null {
  try {
    const module = new WebAssembly.Module(Uint8Array.from(atob(sums), character => character.charCodeAt(0)))
    const memory = new WebAssembly.Memory({ initial: mostAtOnce * 8 / 65536 })
    const { sum, squares, furthest } = new WebAssembly.Instance(module, { env: { memory } }).exports
    if (typeof sum !== 'function' || typeof squares !== 'function' || typeof furthest !== 'function') return null
    const room = new Float64Array(memory.buffer)
    /** What `go` makes of the values, from 0 on: it is handed where they end and what it made of those before. */
    const over = (values: Float64Array, go: (end: number, before: number) => number): number => {
      let made = 0
      for (let from = 0; from < values.length; from += mostAtOnce) {
        const part = values.subarray(from, from + mostAtOnce)
        room.set(part)
        made = go(part.length * 8, made)
      }
      return made
    }
    return {
      sum: (values, unit) => over(values, (end, before) => Number(sum(0, end, unit, before))),
      squares: (values, centre, unit) => over(values, (end, before) => Number(squares(0, end, centre, unit, before))),
      furthest: (values, centre) => over(values, (end, before) => Number(furthest(0, end, centre, before))),
    }
  } catch {
    return null
  }
}
