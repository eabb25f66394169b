/** Spreads of repeated measurements, and ratios of two that were taken in turns. */

/** The least, the middle and the largest of some numbers. */
export function spread(values) {
  const sorted = values.toSorted((a, b) => a - b)
  const half = sorted.length >> 1
  const median = sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
  return { min: sorted[0], median, max: sorted.at(-1), repetitions: sorted.length }
}

/** How many times `ours` goes into `theirs`, repetition by repetition: above 1 where ours is the smaller. */
export function ratios(theirs, ours) {
  return spread(theirs.map((value, i) => value / ours[i]))
}

/** A goal that a figure should reach from below (`least`) or stay under (`most`), and by how much it is missed. */
export function held(value, { least, most }) {
  const met = least === undefined ? value <= most : value >= least
  const missedBy = met ? 0 : least === undefined ? value / most - 1 : 1 - value / least
  return { ...(least === undefined ? { most } : { least }), met, missedBy }
}
