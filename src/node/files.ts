/** Whole small files by path, for the command line. What the system refuses is thrown as it comes: the caller has the words for it. */
import { existsSync } from 'node:fs'
import { open, readdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

/** Bytes of a small file at most. */
const mostText = 2 ** 24

/** A small file's text, as UTF-8, without the mark that some editors put before it. */
export async function readText(path: string): Promise<string> {
  const { size } = await stat(path)
  if (size > mostText) throw new RangeError(`it has ${size.toLocaleString('en')} bytes, and at most ${mostText.toLocaleString('en')} are read`)
  const handle = await open(path, 'r')
  try {
    // A device may give more than it says.
    const bytes = new Uint8Array(mostText + 1)
    let filled = 0
    for (;;) {
      const { bytesRead } = await handle.read(bytes, filled, Math.min(65_536, bytes.length - filled))
      filled += bytesRead
      if (filled > mostText) throw new RangeError(`it goes on beyond ${mostText.toLocaleString('en')} bytes`)
      if (bytesRead === 0) return new TextDecoder().decode(bytes.subarray(0, filled))
    }
  } finally {
    await handle.close()
  }
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

/** Which of some files a path names, by whatever name or link; null where it is none of them, or is not there. */
export async function namedAmong(path: string, files: readonly string[]): Promise<string | null> {
  const own = await stat(path).catch(() => null)
  if (own === null || !own.isFile()) return null
  for (const file of files) {
    const other = await stat(file).catch(() => null)
    if (other !== null && other.dev === own.dev && other.ino === own.ino) return file
  }
  return null
}

/** Every file below a folder; none where it cannot be read. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
}

/** The path of something in a folder, as the platform writes it. */
export function pathIn(folder: string, ...names: readonly string[]): string {
  return join(folder, ...names)
}

/** A path from the root of the disk. */
export function wholePath(path: string): string {
  return resolve(path)
}

export function isThere(path: string): boolean {
  return existsSync(path)
}
