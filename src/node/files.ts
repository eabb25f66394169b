/** Whole small files by path, for the command line. What the system refuses is thrown as it comes: the caller has the words for it. */
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'

/** A file's text, as UTF-8. */
export function readText(path: string): Promise<string> {
  return readFile(path, 'utf8')
}

/** Writes a file, or replaces what stands there. */
export function writeText(path: string, text: string): Promise<void> {
  return writeFile(path, text)
}

export function isThere(path: string): boolean {
  return existsSync(path)
}
