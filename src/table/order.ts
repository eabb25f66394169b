/** Order statistics. */

/** The share `p` in [0, 1] of ascending finite values: linear between neighbours, Hyndman and Fan's type 7, as NumPy and R. */
export function quantileOfSorted(sorted: Float64Array, p: number): number {
  const position = (sorted.length - 1) * p
  const below = Math.floor(position)
  const lower = sorted[below] ?? Number.NaN
  const upper = sorted[Math.min(below + 1, sorted.length - 1)] ?? Number.NaN
  const weight = position - below
  // As a weighted sum, so that the difference of two huge values cannot overflow.
  return weight === 0 ? lower : lower * (1 - weight) + upper * weight
}

/** NaN for no values. */
export function median(values: Float64Array): number {
  return quantileOfSorted(values.slice().sort(), 0.5)
}
