/** A column's mean and deviation over chosen rows, and when its deviation is none. */
import { allFinite } from '../numeric/scan.ts'
import { largestDifference, meanAndDeviation } from '../numeric/stats.ts'
import { isEveryRow, isFiniteNumber } from './rows.ts'

export interface Scale {
  /** Of the finite values; 0 where there is none. */
  readonly mean: number
  /** The root of the mean squared distance from the mean; 0 where there is no finite value. */
  readonly deviation: number
  /** Whether the values differ by no more than rounding. */
  readonly constant: boolean
  /** How many values are finite. */
  readonly finite: number
}

/**
 * A deviation below this share of the largest value is rounding, not measurement: 0.998 repeated 10,741 times has a
 * computed deviation between 1e-16 and 2e-13 in float64.
 */
export const constantShare = 1e-9
/** The same for fractions that all fit float32 exactly, and so came from there: its neighbours are 6e-8 to 1.2e-7 apart. */
export const constantShareSingle = 1e-6

/** The scale of the finite values of the given rows (from 0), in the order of `rows`. */
export function scaleOf(values: Float64Array | Float32Array, rows: Uint32Array): Scale {
  return scaleOfFinite(finiteValues(values, rows))
}

/** The scale of values that are all finite. */
export function scaleOfFinite(values: Float64Array): Scale {
  if (values.length === 0) return { mean: 0, deviation: 0, constant: true, finite: 0 }
  const { mean, deviation } = meanAndDeviation(values)
  return { mean, deviation, constant: isConstant(values, deviation), finite: values.length }
}

/** The finite values of the given rows, in their order; the values themselves where they are just these. Not to be changed. */
export function finiteValues(values: Float64Array | Float32Array, rows: Uint32Array): Float64Array {
  if (values instanceof Float64Array && isEveryRow(rows, values.length) && allFinite(values)) return values
  const finite = new Float64Array(rows.length)
  let found = 0
  for (let r = 0; r < rows.length; r++) {
    const value = values[rows[r]!]!
    if (isFiniteNumber(value)) finite[found++] = value
  }
  return finite.subarray(0, found)
}

function isConstant(values: Float64Array, deviation: number): boolean {
  const size = largestDifference(values, 0, false)
  // Most columns vary so much that it does not matter where they came from.
  if (deviation > size * constantShareSingle) return false
  let single = true
  let whole = true
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    single &&= Math.fround(value) === value
    whole &&= Math.trunc(value) === value
  }
  // Whole numbers are exact in either precision: 8,000,000 and 8,000,001 differ.
  return deviation <= size * (single && !whole ? constantShareSingle : constantShare)
}
