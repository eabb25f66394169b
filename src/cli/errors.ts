/** A command line that cannot be followed: an unknown option, a value that is none. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  constructor(readonly id: string, sentence: string) {
    super(sentence)
  }
}
