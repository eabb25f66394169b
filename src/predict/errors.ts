/** A model that cannot predict: damaged, of another version, or handed a table that does not fit it. */
export class PredictError extends Error {
  override readonly name = 'PredictError'
  constructor(
    readonly id: string,
    sentence: string,
    readonly facts: Readonly<Record<string, unknown>> = {},
  ) {
    super(sentence)
  }
}
