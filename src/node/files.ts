/** Whole small files by path, for the command line. What the system refuses is thrown as it comes: the caller has the words for it. */
import { existsSync } from 'node:fs'
import { open, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A file's text, as UTF-8. */
export function readText(path: string): Promise<string> {
  return readFile(path, 'utf8')
}

/**
 * Writes a file, or replaces the one that stands there: whole or not at all, by a file beside it that is renamed. A link stays
 * one; what is no file (a pipe, a terminal) is written to as it is.
 */
export async function writeText(path: string, text: string): Promise<void> {
  const there = await stat(path).catch(() => null)
  if (there !== null && !there.isFile()) return writeFile(path, text)
  const target = there === null ? path : await realpath(path)
  const partial = `${target}.${process.pid}.partial`
  try {
    const handle = await open(partial, 'w', there?.mode ?? 0o666)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(partial, target)
  } catch (error) {
    await rm(partial, { force: true }).catch(() => {})
    throw error
  }
}

/** The path of something in a folder, as the platform writes it. */
export function pathIn(folder: string, ...names: readonly string[]): string {
  return join(folder, ...names)
}

export function isThere(path: string): boolean {
  return existsSync(path)
}
