/**
 * Sums over many numbers, in blocks of 4,096 as stats.ts says: by a kernel, since a process that goes through a table once is at its
 * end before an engine has made good code of a loop.
 */
import { passingKernels, sumsKernels } from './sums-kernel.ts'

export const blockLength = 4096

export interface BlockSums {
  /** The sum of value / unit. */
  sum(values: Float64Array, unit: number): number
  /** The sum of ((value - centre) / unit) squared. */
  squares(values: Float64Array, centre: number, unit: number): number
  /** The largest |value - centre|; NaN where one is NaN, 0 of nothing. */
  furthest(values: Float64Array, centre: number): number
  /** The sums of (value - other) squared and of |value - other|, of two arrays of one length. */
  squaredErrors(values: Float64Array, others: Float64Array): number
  absoluteErrors(values: Float64Array, others: Float64Array): number
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
  squaredErrors: (values, others) => plainSums.squares(values.map((value, i) => value - others[i]!), 0, 1),
  absoluteErrors: (values, others) => plainSums.sum(values.map((value, i) => Math.abs(value - others[i]!)), 1),
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
  const found = sumsKernels(2 * mostAtOnce * 8)
  if (found === null) return null
  const room = new Float64Array(found.memory.buffer)
  const [sum, squares, furthest] = [found.kernel('sum'), found.kernel('squares'), found.kernel('furthest')]
  const [squaredErrors, absoluteErrors] = [found.kernel('squaredErrors'), found.kernel('absoluteErrors')]
  /** What `go` makes of the values, from 0 on, and of `others` behind them: it is handed where the values end and what it made of those before. */
  const over = (values: Float64Array, go: (end: number, before: number) => number, others: Float64Array | null = null): number => {
    let made = 0
    for (let from = 0; from < values.length; from += mostAtOnce) {
      const part = values.subarray(from, from + mostAtOnce)
      room.set(part)
      if (others !== null) room.set(others.subarray(from, from + mostAtOnce), mostAtOnce)
      made = go(part.length * 8, made)
    }
    return made
  }
  return {
    sum: (values, unit) => over(values, (end, before) => sum(0, end, unit, before)),
    squares: (values, centre, unit) => over(values, (end, before) => squares(0, end, centre, unit, before)),
    furthest: (values, centre) => over(values, (end, before) => furthest(0, end, centre, before)),
    squaredErrors: (values, others) => over(values, (end, before) => squaredErrors(0, end, mostAtOnce * 8, before), others),
    absoluteErrors: (values, others) => over(values, (end, before) => absoluteErrors(0, end, mostAtOnce * 8, before), others),
  }
}

/** The sum from the first value to the last, without blocks. */
export function sumInOrder(values: Float64Array): number {
  const found = values.length > blockLength ? passingKernels(mostAtOnce * 8) : null
  let sum = 0
  if (found === null) {
    for (let i = 0; i < values.length; i++) sum += values[i]!
    return sum
  }
  const sumOn = found.kernel('sumOn')
  const room = new Float64Array(found.memory.buffer)
  for (let from = 0; from < values.length; from += mostAtOnce) {
    const part = values.subarray(from, from + mostAtOnce)
    room.set(part)
    sum = sumOn(0, part.length * 8, sum)
  }
  return sum
}
