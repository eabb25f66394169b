/**
 * Training that happens elsewhere: this room turns what another trainer shows into rows and events, and hands them to the
 * room that explains. It trains nothing, and needs that trainer only where somebody uses it.
 *
 * What cannot be taken is refused with this one error: an `id` for programs, a sentence for people, the facts as fields.
 */
export class WatchError extends Error {
  override readonly name = 'WatchError'
  constructor(
    /** Which refusal this is, such as `step-backwards`; stable across versions. */
    readonly id: string,
    sentence: string,
    readonly facts: Readonly<Record<string, unknown>> = {},
  ) {
    super(sentence)
  }
}
