/**
 * Sums and what is made of them, in float64. The order of every sum is fixed: values in index order within blocks of 4,096
 * consecutive values, each block from 0, then the block sums in block order. So a sum has the same bits wherever it runs, and
 * its rounding error grows with the block, not with the table.
 *
 * Values that are not finite count like any others, and make a result NaN or infinite, unless `finiteOnly` leaves them out:
 * the blocks stay where they are. No values at all give NaN.
 */
import { blockLength, blockSums } from './block-sums.ts'
import { NumericError } from './errors.ts'

export type Numbers = Float64Array | Float32Array | Int32Array | Uint32Array | Uint8Array | readonly number[]

export interface StatsOptions {
  /** Leave out NaN and infinities. Default false. */
  readonly finiteOnly?: boolean
}

/** How many values are finite. */
export function finiteCount(values: Numbers): number {
  let count = 0
  for (let i = 0; i < values.length; i++) if (Number.isFinite(values[i])) count += 1
  return count
}

/** Whether a kernel's call costs less than the loop. */
function isLong(values: Numbers, finiteOnly: boolean): values is Float64Array {
  return !finiteOnly && values.length > 256 && values instanceof Float64Array
}

/** The sum of (value / unit), in block order. Each sum has a loop of its own: a call a value costs more than the arithmetic. */
function blockSum(values: Numbers, unit: number, finiteOnly: boolean): number {
  if (isLong(values, finiteOnly)) return blockSums().sum(values, unit)
  let total = 0
  for (let from = 0; from < values.length; from += blockLength) {
    const end = Math.min(from + blockLength, values.length)
    let block = 0
    for (let i = from; i < end; i++) {
      const value = values[i]!
      // Infinity - Infinity and NaN - NaN are NaN.
      if (!finiteOnly || value - value === 0) block += value / unit
    }
    total += block
  }
  return total
}

/** The sum of ((value - centre) / unit) squared, in block order. */
function blockSquares(values: Numbers, centre: number, unit: number, finiteOnly: boolean): number {
  if (isLong(values, finiteOnly)) return blockSums().squares(values, centre, unit)
  let total = 0
  for (let from = 0; from < values.length; from += blockLength) {
    const end = Math.min(from + blockLength, values.length)
    let block = 0
    for (let i = from; i < end; i++) {
      const value = values[i]!
      if (finiteOnly && value - value !== 0) continue
      const difference = (value - centre) / unit
      block += difference * difference
    }
    total += block
  }
  return total
}

/** The sum; 0 of nothing. */
export function sum(values: Numbers, { finiteOnly = false }: StatsOptions = {}): number {
  return blockSum(values, 1, finiteOnly)
}

export function mean(values: Numbers, { finiteOnly = false }: StatsOptions = {}): number {
  const count = finiteOnly ? finiteCount(values) : values.length
  const plain = blockSum(values, 1, finiteOnly) / count
  if (Number.isFinite(plain) || (!finiteOnly && finiteCount(values) < count) || count === 0) return plain
  // Finite values whose sum passes 1.8e308.
  return blockSum(values, count, finiteOnly)
}

/**
 * The standard deviation by two passes: the mean, then squares of differences. Divides by count - ddof; ddof is 0 (NumPy's
 * default, the population's) unless given. NaN when count <= ddof.
 */
export function standardDeviation(values: Numbers, { finiteOnly = false, ddof = 0 }: StatsOptions & { readonly ddof?: number } = {}): number {
  return deviationFrom(values, mean(values, { finiteOnly }), finiteOnly, ddof)
}

/** The mean and the standard deviation (ddof 0) together. */
export function meanAndDeviation(values: Numbers): { mean: number; deviation: number } {
  const centre = mean(values)
  return { mean: centre, deviation: deviationFrom(values, centre, false, 0) }
}

function deviationFrom(values: Numbers, centre: number, finiteOnly: boolean, ddof: number): number {
  const count = finiteOnly ? finiteCount(values) : values.length
  if (count <= ddof) return NaN
  const size = largestDifference(values, centre, finiteOnly)
  if (!Number.isFinite(size)) return NaN
  if (size === 0) return 0
  // Squares that would leave the range of float64 are taken in units of the largest difference.
  const unit = size > 1e-140 && size < 1e140 ? 1 : size
  const squares = blockSquares(values, centre, unit, finiteOnly)
  return unit * Math.sqrt(squares / (count - ddof))
}

/** The largest |value - centre|; NaN where one is NaN. */
export function largestDifference(values: Numbers, centre: number, finiteOnly: boolean): number {
  if (isLong(values, finiteOnly)) return blockSums().furthest(values, centre)
  let size = 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (!finiteOnly || value - value === 0) size = Math.max(size, Math.abs(value - centre))
  }
  return size
}

/** The least value; NaN when one is NaN, or none is there. */
export function min(values: Numbers, { finiteOnly = false }: StatsOptions = {}): number {
  return -greatest(values, -1, finiteOnly)
}

/** The greatest value; NaN when one is NaN, or none is there. */
export function max(values: Numbers, { finiteOnly = false }: StatsOptions = {}): number {
  return greatest(values, 1, finiteOnly)
}

/** The greatest of sign * value. */
function greatest(values: Numbers, sign: 1 | -1, finiteOnly: boolean): number {
  let found = -Infinity
  let count = 0
  for (let i = 0; i < values.length; i++) {
    const value = sign * values[i]!
    if (finiteOnly && !Number.isFinite(value)) continue
    count += 1
    if (value !== value) return NaN
    if (value > found) found = value
  }
  return count === 0 ? NaN : found
}

/** The values in ascending order, as a copy; null when one is NaN. */
function sorted(values: Numbers, finiteOnly: boolean): Float64Array | null {
  const copy = Float64Array.from(values)
  const kept = finiteOnly ? copy.filter(Number.isFinite) : copy
  for (let i = 0; i < kept.length; i++) if (kept[i]! !== kept[i]!) return null
  return kept.sort()
}

/**
 * Quantiles by linear interpolation between order statistics, NumPy's default: at position (n - 1) q counted from 0.
 * `at` holds numbers in [0, 1]. NaN where a value is NaN or none is there.
 */
export function quantiles(values: Numbers, at: readonly number[], { finiteOnly = false }: StatsOptions = {}): number[] {
  const outside = at.find(q => !(q >= 0 && q <= 1))
  if (outside !== undefined) {
    throw new NumericError('quantile-out-of-range', `A quantile was asked for at ${outside}; expected a number from 0 to 1.`, { got: outside })
  }
  const order = sorted(values, finiteOnly)
  return at.map(q => (order === null || order.length === 0 ? NaN : interpolated(order, q)))
}

function interpolated(order: Float64Array, q: number): number {
  const position = (order.length - 1) * q
  const below = Math.floor(position)
  const low = order[below]!
  const high = order[Math.min(below + 1, order.length - 1)]!
  const share = position - below
  if (low === high || share === 0) return low
  const gap = high - low
  // From the nearer end, as NumPy does, so that a share near 1 keeps the upper value's digits.
  if (Number.isFinite(gap)) return share < 0.5 ? low + gap * share : high - gap * (1 - share)
  return low * (1 - share) + high * share
}

export function quantile(values: Numbers, q: number, options: StatsOptions = {}): number {
  return quantiles(values, [q], options)[0]!
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: Numbers, options: StatsOptions = {}): number {
  return quantile(values, 0.5, options)
}

/**
 * A scale that bad cells do not move: the median of |value - median|, times 1.4826022185056018 = 1 / (normal quantile at
 * 3/4), which makes it the standard deviation for normal values.
 */
export function robustScale(values: Numbers, options: StatsOptions = {}): number {
  const centre = median(values, options)
  const distances = Float64Array.from(values, value => Math.abs(value - centre))
  return 1.4826022185056018 * median(distances, options)
}
