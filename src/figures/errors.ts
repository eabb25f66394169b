/** Data that no figure can be drawn from: lists of different lengths, a table of counts that is not square. */
export class FigureError extends Error {
  override readonly name = 'FigureError'
  constructor(
    /** Which refusal this is, such as `figure-lengths`; stable across versions. */
    readonly id: string,
    sentence: string,
    readonly facts: Readonly<Record<string, unknown>> = {},
  ) {
    super(sentence)
  }
}
