/** Settings that cannot be trained with: out of range, contradicting each other, or unknown. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
  constructor(
    readonly id: string,
    sentence: string,
    readonly facts: Readonly<Record<string, unknown>> = {},
  ) {
    super(sentence)
  }
}
