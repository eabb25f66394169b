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

/** One text for equal values, whatever the order of their fields. */
export function sortedJson(value: Json | object): string {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return item
    return Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}

/** Deeper than anything that whynan writes, and far from what a parser can follow. */
const deepest = 100

/** Whether lists and objects lie in each other deeper than any that whynan writes; brackets in texts do not count. */
export function tooDeep(text: string): boolean {
  let depth = 0
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/g)) {
    if (token === '[' || token === '{') depth++
    else if (token === ']' || token === '}') depth--
    if (depth > deepest) return true
  }
  return false
}

/** The value of a file's bytes. Throws RecordError `<id>` where they are not whole JSON in UTF-8. */
export function parseJsonBytes(bytes: Uint8Array, file: string, id: string, advice: string): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    if (!tooDeep(text)) return JSON.parse(text)
  } catch {
    // Said below.
  }
  const sentence = `${file} is cut short or damaged: its ${bytes.length} bytes are not whole JSON. ${advice}`
  throw new RecordError(id, sentence, { file, bytes: bytes.length })
}
