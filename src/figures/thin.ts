/** Long series made short without losing what an eye would see. */

/**
 * A line in pixels, thinned: of all points in one column of pixels the first, the lowest, the highest and the last remain,
 * in their order. A spike of one step among a million stays a spike. `xs` ascends; both are finite and of one length.
 */
export function thinToPixels(xs: readonly number[], ys: readonly number[]): { xs: number[]; ys: number[] } {
  const kept: { xs: number[]; ys: number[] } = { xs: [], ys: [] }
  let start = 0
  while (start < xs.length) {
    const bucket = Math.floor(xs[start] ?? 0)
    let end = start
    let lowest = start
    let highest = start
    while (end + 1 < xs.length && Math.floor(xs[end + 1] ?? 0) === bucket) {
      end++
      if ((ys[end] ?? 0) < (ys[lowest] ?? 0)) lowest = end
      if ((ys[end] ?? 0) > (ys[highest] ?? 0)) highest = end
    }
    for (const i of [...new Set([start, lowest, highest, end])].sort((a, b) => a - b)) {
      kept.xs.push(xs[i] ?? 0)
      kept.ys.push(ys[i] ?? 0)
    }
    start = end + 1
  }
  return kept
}

/**
 * At most `limit` of `length` indices, ascending and always the same: one from each of `limit` equal stretches, at a place
 * that a hash of the stretch's number gives, so that data with a period are not sampled in step with it.
 */
export function thinnedIndices(length: number, limit: number): number[] {
  if (length <= limit) return Array.from({ length }, (_, i) => i)
  return Array.from({ length: limit }, (_, stretch) => {
    const from = Math.floor((stretch * length) / limit)
    const to = Math.floor(((stretch + 1) * length) / limit)
    return from + (hash(stretch) % (to - from))
  })
}

/** Thomas Mueller's integer hash: two multiplications and three shifts spread the bits of small numbers. */
function hash(n: number): number {
  let h = Math.imul((n >>> 16) ^ n, 0x45d9f3b)
  h = Math.imul((h >>> 16) ^ h, 0x45d9f3b)
  return ((h >>> 16) ^ h) >>> 0
}
