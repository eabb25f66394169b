/** Whole small files by path, for the command line. What the system refuses is thrown as it comes: the caller has the words for it. */
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A file's text, as UTF-8. */
export function readText(path: string): Promise<string> {
  return readFile(path, 'utf8')
}

/** Writes a file, or replaces what stands there. */
export function writeText(path: string, text: string): Promise<void> {
  return writeFile(path, text)
}

/** The path of something in a folder, as the platform writes it. */
export function pathIn(folder: string, ...names: readonly string[]): string {
  return join(folder, ...names)
}

export function isThere(path: string): boolean {
  return existsSync(path)
}
