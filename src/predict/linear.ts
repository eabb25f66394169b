/**
 * The straight-line fit that every network is measured against: least squares with an intercept, by the normal equations on
 * centred columns with a ridge of 1e-10 times their mean square, so that collinear columns cannot break it.
 */
import type { Dataset } from '../backends/backend.ts'
import { chunksOf } from '../backends/stored.ts'
import { blockRows, rowBlock, type RowBlock } from '../numeric/row-block.ts'
import { weigh } from '../numeric/side-by-side.ts'

/** Coefficients [outputs][inputs + 1], the intercept last; rows with a value that is not finite are passed over. */
export interface LinearFit {
  readonly inputs: number
  readonly outputs: number
  readonly coefficients: Float64Array
}

export function fitLinear(data: Dataset): LinearFit {
  const { inputs, outputs } = data
  const block = rowBlock(inputs, outputs)
  let count = 0
  forBlocks(data, block, used => {
    count += used
    block.addSums()
  })
  const mean = block.sums().map(sum => sum / Math.max(count, 1))
  forBlocks(data, block, () => block.addProducts(mean))
  const slopes = solve(block.products(), inputs, outputs)
  const coefficients = new Float64Array(outputs * (inputs + 1))
  for (let o = 0; o < outputs; o++) {
    let intercept = mean[inputs + o]!
    for (let c = 0; c < inputs; c++) {
      const slope = slopes[c * outputs + o]!
      coefficients[o * (inputs + 1) + c] = slope
      intercept -= slope * mean[c]!
    }
    coefficients[o * (inputs + 1) + inputs] = intercept
  }
  return { inputs, outputs, coefficients }
}

/** Calls `taken` with how many rows are in the block. Sums that go on from block to block are in the order of the rows. */
function forBlocks(data: Dataset, block: RowBlock, taken: (used: number) => void): void {
  for (const chunk of chunksOf(data)) {
    for (let from = 0; from < chunk.rows; from += blockRows) taken(block.take(chunk, from))
  }
}

/** Outputs [rows, outputs]. */
export function predictLinear({ inputs, outputs, coefficients }: LinearFit, data: Dataset): Float64Array {
  const out = new Float64Array(data.rows * outputs)
  let from = 0
  for (const { rows, features } of chunksOf(data)) {
    for (let o = 0; o < outputs; o++) {
      weigh(features, inputs, coefficients.subarray(o * (inputs + 1), (o + 1) * (inputs + 1)), out, from * outputs + o, outputs)
    }
    from += rows
  }
  return out
}

/** Solves the upper-triangular Gram system by Cholesky; each column is scaled to deviation 1 first, so the ridge is relative. */
function solve(gram: Float64Array, inputs: number, outputs: number): Float64Array {
  const width = inputs + outputs
  const scale = Float64Array.from({ length: inputs }, (_, a) => {
    const square = gram[a * width + a]!
    return square > 0 && Number.isFinite(square) ? 1 / Math.sqrt(square) : 0
  })
  const lower = new Float64Array(inputs * inputs)
  for (let a = 0; a < inputs; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = gram[b * width + a]! * scale[a]! * scale[b]! + (a === b ? 1e-10 : 0)
      if (a === b && scale[a] === 0) sum = 1
      for (let k = 0; k < b; k++) sum -= lower[a * inputs + k]! * lower[b * inputs + k]!
      lower[a * inputs + b] = a === b ? Math.sqrt(Math.max(sum, 1e-10)) : sum / lower[b * inputs + b]!
    }
  }
  const out = new Float64Array(inputs * outputs)
  for (let o = 0; o < outputs; o++) {
    for (let a = 0; a < inputs; a++) {
      let sum = scale[a] === 0 ? 0 : gram[a * width + inputs + o]! * scale[a]!
      for (let k = 0; k < a; k++) sum -= lower[a * inputs + k]! * out[k * outputs + o]!
      out[a * outputs + o] = sum / lower[a * inputs + a]!
    }
    for (let a = inputs - 1; a >= 0; a--) {
      let sum = out[a * outputs + o]!
      for (let k = a + 1; k < inputs; k++) sum -= lower[k * inputs + a]! * out[k * outputs + o]!
      out[a * outputs + o] = sum / lower[a * inputs + a]!
    }
    for (let a = 0; a < inputs; a++) out[a * outputs + o] = out[a * outputs + o]! * scale[a]!
  }
  return out
}
