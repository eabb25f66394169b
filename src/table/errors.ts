/**
 * What a table cannot be read for, or cannot be used for. One class for the room: an `id` for programs, a sentence for
 * people (what was got, what was expected, where, what to do), and the facts as fields.
 */
export class TableError extends Error {
  override readonly name = 'TableError'
  constructor(
    /** Which refusal this is, such as `mat-truncated` or `no-such-variable`; stable across versions. */
    readonly id: string,
    sentence: string,
    /** The facts of the sentence: file, row, column, byte, got, expected. */
    readonly facts: Readonly<Record<string, unknown>> = {},
  ) {
    super(sentence)
  }
}
