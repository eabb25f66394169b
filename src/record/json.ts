/** JSON as runs and scripts know it: what a number in JSON cannot be is the string "NaN", "Infinity" or "-Infinity". */
import { toJsonNumber } from '../numeric/floats.ts'
import { RecordError } from './errors.ts'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined }

/** JSON text of a value; fields that are undefined are left out. */
export function jsonText(value: Json | object, indent: number = 2): string {
  return JSON.stringify(value, (_key, item: unknown) => (typeof item === 'number' ? toJsonNumber(item) : item), indent)
}

/** Such text as the bytes of a file. */
export function jsonBytes(value: Json | object): Uint8Array {
  return new TextEncoder().encode(`${jsonText(value)}\n`)
}

/** The value of a file's bytes. Throws RecordError `<id>` where they are not whole JSON in UTF-8. */
export function parseJsonBytes(bytes: Uint8Array, file: string, id: string, advice: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new RecordError(id, `${file} is cut short or damaged: its ${bytes.length} bytes are not whole JSON. ${advice}`, { file, bytes: bytes.length })
  }
}
