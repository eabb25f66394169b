/**
 * A module of its own, for tables: sums over many numbers in the order of src/numeric/stats.ts. The numbers lie at `at`; what comes
 * before them is handed in, and there are whole blocks of them but at the end of a column.
 */

/** Values that are summed from 0, before their sum is added to the others. */
// @ts-ignore: decorator
@inline const BLOCK: usize = 4096 * 8

/** `before` and the sum of value / unit. */
export function sum(at: usize, end: usize, unit: f64, before: f64): f64 {
  while (at < end) {
    const stop = min(at + BLOCK, end)
    let block: f64 = 0
    for (; at < stop; at += 8) block += load<f64>(at) / unit
    before += block
  }
  return before
}

/** `before` and the sum of ((value - centre) / unit) squared. */
export function squares(at: usize, end: usize, centre: f64, unit: f64, before: f64): f64 {
  while (at < end) {
    const stop = min(at + BLOCK, end)
    let block: f64 = 0
    for (; at < stop; at += 8) {
      const difference = (load<f64>(at) - centre) / unit
      block += difference * difference
    }
    before += block
  }
  return before
}

/** The largest of `before` and all |value - centre|; NaN where one is NaN. */
export function furthest(at: usize, end: usize, centre: f64, before: f64): f64 {
  for (; at < end; at += 8) before = max(before, abs(load<f64>(at) - centre))
  return before
}
