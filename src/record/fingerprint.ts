/** What a data file held when a run was made from it, so that a changed one is not taken for the same. */
import { Sha256 } from '../numeric/hash.ts'
import type { Source } from '../table/readers/source.ts'
import { RecordError } from './errors.ts'
import type { DataFile } from './run.ts'

export interface Fingerprint {
  readonly name: string
  readonly bytes: number
  /** Of all bytes, 64 hexadecimal digits. */
  readonly sha256: string
}

/** Reads a source once from start to end, `piece` bytes at a time, so that a file larger than memory can be asked too. */
export async function fingerprint(source: Source, piece: number = 2 ** 20): Promise<Fingerprint> {
  const hash = new Sha256()
  for (let from = 0; from < source.size; from += piece) hash.update(await source.read(from, Math.min(from + piece, source.size)))
  return { name: source.name, bytes: source.size, sha256: hash.hex() }
}

/** Why data found now are not those of the run: null where they are, whatever the file is called now. `got` null: there is no such file. */
export function dataChange(expected: DataFile, got: Fingerprint | null): RecordError | null {
  if (got === null) {
    return new RecordError('data-missing',
      `The run's data file ${expected.name} (${expected.bytes} bytes) is not at ${expected.path} seen from the run folder. ` +
        'Put it back there, or name where it is now.', { expected, got: null })
  }
  if (got.bytes === expected.bytes && got.sha256 === expected.sha256) return null
  const how = got.bytes === expected.bytes
    ? `the ${got.bytes} bytes of ${got.name} have the checksum ${short(got)}, expected ${short(expected)}`
    : `${got.name} has ${got.bytes} bytes, expected ${expected.bytes} (checksum ${short(expected)})`
  return new RecordError('data-changed',
    `The data are not those of the run: ${how}. Put the run's own file back, or start a new run on this one.`, { expected, got })
}

function short({ sha256 }: { readonly sha256: string }): string {
  return `${sha256.slice(0, 12)}…`
}
