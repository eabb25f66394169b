/**
 * Numbers and what serves every room: generators, elementary functions, sums, hashes, the bits of floats. This room knows
 * neither tables nor networks, touches no platform, and gives the same bits wherever JavaScript runs.
 *
 * A call with an argument that has no meaning is refused with this one error: an `id` for programs, a sentence for people
 * (what was got, what was expected, what to do), and the facts as fields.
 */
export class NumericError extends Error {
  override readonly name = 'NumericError'
  constructor(
    /** Which refusal this is, such as `seed-out-of-range`; stable across versions. */
    readonly id: string,
    sentence: string,
    readonly facts: Readonly<Record<string, unknown>> = {},
  ) {
    super(sentence)
  }
}

/** Refuses anything that is not a whole number in [least, most]. */
export function requireWhole(value: number, what: string, id: string, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return
  throw new NumericError(id, `${what} is ${value}; expected a whole number from ${least} to ${most}.`, { got: value, least, most })
}
