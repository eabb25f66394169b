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

/** Columns are counted from 0, features before targets. Sums are those of all rows that were taken, in their order. */
export interface RowBlock {
  /** Takes the rows from `from` on, `blockRows` of them at most; gives how many have finite values alone. */
  take(rows: Rows, from: number): number
  /** Adds the rows that were taken last to each column's sum. */
  addSums(): void
  /** Adds the products of what their columns have more than their means, features' with those of themselves and of each column behind them. */
  addProducts(means: Float64Array): void
  /** A sum for each column. */
  sums(): Float64Array
  /** [inputs][inputs + outputs]; 0 left of the diagonal. */
  products(): Float64Array
}

/** The quickest for so many columns. */
export function rowBlock(inputs: number, outputs: number): RowBlock {
  return kernelBlock(inputs, outputs) ?? plainBlock(inputs, outputs)
}

export function plainBlock(inputs: number, outputs: number): RowBlock {
  const width = inputs + outputs
  const block = new Float64Array(width * blockRows)
  const sums = new Float64Array(width)
  const gram = new Float64Array(inputs * width)
  let used = 0
  return {
    take(rows, from) {
      used = gather(rows, from, block)
      return used
    },
    addSums() {
      for (let c = 0; c < width; c++) for (let i = c * blockRows; i < c * blockRows + used; i++) sums[c] = sums[c]! + block[i]!
    },
    addProducts(means) {
      for (let c = 0; c < width; c++) for (let i = c * blockRows; i < c * blockRows + used; i++) block[i] = block[i]! - means[c]!
      for (let a = 0; a < inputs; a++) for (let b = a; b < width; b++) {
        const at = a * width + b
        for (let i = 0; i < used; i++) gram[at] = gram[at]! + block[a * blockRows + i]! * block[b * blockRows + i]!
      }
    },
    sums: () => sums.slice(),
    products: () => gram.slice(),
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
  const width = inputs + outputs
  // The block, the rows as they come, then the sums, the means and the sums of products.
  const [features, targets] = [width * blockRows * 8, (width + inputs) * blockRows * 8]
  const sums = (width + width) * blockRows * 8
  const [means, gram] = [sums + width * 8, sums + 2 * width * 8]
  const found = sumsKernels(gram + inputs * width * 8)
  if (found === null) return null
  const [gather, addSums, addProducts] = [found.kernel('gather'), found.kernel('addSums'), found.kernel('addProducts')]
  const room = new Uint8Array(found.memory.buffer)
  let used = 0
  return {
    take(rows, from) {
      const to = Math.min(rows.rows, from + blockRows)
      room.set(bytesBetween(rows.features, from * inputs, to * inputs), features)
      room.set(bytesBetween(rows.targets, from * outputs, to * outputs), targets)
      used = gather(features, targets, to - from, inputs, outputs, rows.features instanceof Float32Array ? 1 : 0, 0)
      return used
    },
    addSums: () => { addSums(0, width, used, sums) },
    addProducts(of) {
      room.set(bytesBetween(of, 0, width), means)
      addProducts(0, inputs, width, used, means, gram)
    },
    sums: () => new Float64Array(found.memory.buffer, sums, width).slice(),
    products: () => new Float64Array(found.memory.buffer, gram, inputs * width).slice(),
  }
}
