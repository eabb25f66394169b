/**
 * A block of rows by columns, for sums over pairs of columns: values of one column lie together, and rows with a value that is not
 * finite are passed over. By a kernel (assembly/sums.ts), with plain loops where WebAssembly is missing; the same bits either way.
 */
import { bytesBetween, sumsKernels } from './sums-kernel.ts'

type FloatArray = Float32Array | Float64Array

/** Rows in a block: a column of them lies together, and all of them in the caches. */
export const blockRows = 1024

/** Features [rows, inputs] and targets [rows, outputs], row-major, of one precision. */
export interface Rows {
  readonly rows: number
  readonly inputs: number
  readonly outputs: number
  readonly features: FloatArray
  readonly targets: FloatArray
}

/** Columns are counted from 0, features before targets; sums are those of the rows that were taken last, in their order. */
export interface RowBlock {
  /** Takes the rows from `from` on, `blockRows` of them at most; gives how many have finite values alone. */
  take(rows: Rows, from: number): number
  /** `before` and the column's values. */
  sum(column: number, before: number): number
  subtract(column: number, mean: number): void
  /** `before` and the products of two columns' values. */
  products(first: number, second: number, before: number): number
}

/** The quickest for so many columns. */
export function rowBlock(inputs: number, outputs: number): RowBlock {
  return kernelBlock(inputs, outputs) ?? plainBlock(inputs, outputs)
}

export function plainBlock(inputs: number, outputs: number): RowBlock {
  const block = new Float64Array((inputs + outputs) * blockRows)
  let used = 0
  return {
    take(rows, from) {
      used = gather(rows, from, block)
      return used
    },
    sum(column, before) {
      for (let i = column * blockRows; i < column * blockRows + used; i++) before += block[i]!
      return before
    },
    subtract(column, mean) {
      for (let i = column * blockRows; i < column * blockRows + used; i++) block[i] = block[i]! - mean
    },
    products(first, second, before) {
      for (let i = 0; i < used; i++) before += block[first * blockRows + i]! * block[second * blockRows + i]!
      return before
    },
  }
}

function gather({ rows, inputs, outputs, features, targets }: Rows, from: number, block: Float64Array): number {
  const to = Math.min(rows, from + blockRows)
  let used = 0
  for (let row = from; row < to; row++) {
    // 0 where all are finite, else NaN: a row that is not used is written over by the next.
    let poison = 0
    for (let c = 0, at = row * inputs, into = used; c < inputs; c++, at++, into += blockRows) {
      const value = features[at]!
      block[into] = value
      poison += value - value
    }
    for (let c = 0, at = row * outputs, into = used + inputs * blockRows; c < outputs; c++, at++, into += blockRows) {
      const value = targets[at]!
      block[into] = value
      poison += value - value
    }
    if (poison === 0) used++
  }
  return used
}

/** Null where WebAssembly is missing. */
export function kernelBlock(inputs: number, outputs: number): RowBlock | null {
  const column = blockRows * 8
  // The block, then the rows as they come.
  const [features, targets] = [(inputs + outputs) * column, (inputs + outputs + inputs) * column]
  const found = sumsKernels(targets + outputs * column)
  if (found === null) return null
  const [gather, sumOn, subtract, productsOn] = [found.kernel('gather'), found.kernel('sumOn'), found.kernel('subtract'), found.kernel('productsOn')]
  const room = new Uint8Array(found.memory.buffer)
  let bytes = 0
  return {
    take(rows, from) {
      const to = Math.min(rows.rows, from + blockRows)
      room.set(bytesBetween(rows.features, from * inputs, to * inputs), features)
      room.set(bytesBetween(rows.targets, from * outputs, to * outputs), targets)
      const used = gather(features, targets, to - from, inputs, outputs, rows.features instanceof Float32Array ? 1 : 0, 0)
      bytes = used * 8
      return used
    },
    sum: (at, before) => sumOn(at * column, at * column + bytes, before),
    subtract: (at, mean) => { subtract(at * column, at * column + bytes, mean) },
    products: (first, second, before) => productsOn(first * column, first * column + bytes, second * column, before),
  }
}
