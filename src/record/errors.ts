/**
 * What cannot be written to a run folder, or read back from one. One class for the room: an `id` for programs, a sentence
 * for people (what was got, what was expected, where, what to do), and the facts as fields.
 */
export class RecordError extends Error {
  override readonly name = 'RecordError'
  constructor(
    /** Which refusal this is, such as `disk-full` or `checkpoint-damaged`; stable across versions. */
    readonly id: string,
    sentence: string,
    /** The facts of the sentence: file, folder, step, got, expected. */
    readonly facts: Readonly<Record<string, unknown>> = {},
  ) {
    super(sentence)
  }
}

/** A part of a run that was read, or the reason why it cannot be: one damaged part does not silence the others. */
export type Part<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: RecordError }

/** Turns a refusal of this room into a value; any other error is thrown on. */
export async function part<T>(reading: () => Promise<T>): Promise<Part<T>> {
  try {
    return { ok: true, value: await reading() }
  } catch (error) {
    if (error instanceof RecordError) return { ok: false, error }
    throw error
  }
}
