/** A file that nobody else sees, for what does not fit into memory: it has no name any more, and is gone with the program. */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TableError } from '../table/errors.ts'
import type { Scratch } from '../table/stored.ts'

export interface FileScratch extends Scratch {
  /** Bytes that stand in it. */
  readonly size: number
  close(): void
}

/** In the system's folder for such files (TMPDIR), or in `folder`. Throws a TableError `scratch-failed` where it cannot be made or is full. */
export function openScratch(folder = tmpdir()): FileScratch {
  const failed = (error: unknown): TableError => new TableError('scratch-failed',
    `A table larger than memory needs room on disk, and ${folder} gives none (${codeOf(error)}). Set TMPDIR to a folder with more room.`, { folder })
  let file: number
  let own: string
  try {
    own = mkdtempSync(join(folder, 'whynan-'))
  } catch (error) {
    throw failed(error)
  }
  try {
    file = openSync(join(own, 'scratch'), 'wx+', 0o600)
  } catch (error) {
    rmSync(own, { recursive: true, force: true })
    throw failed(error)
  }
  // Where a file that is open can be taken out of its folder, it vanishes whatever ends the program; elsewhere at its end.
  const remove = (): void => rmSync(own, { recursive: true, force: true, maxRetries: 2 })
  try {
    remove()
  } catch {
    process.once('exit', () => {
      try {
        closeSync(file)
      } catch {
        // Closed already.
      }
      remove()
    })
  }
  let size = 0
  return {
    get size() { return size },
    append(bytes) {
      const at = size
      try {
        for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done, bytes.length - done, at + done)
      } catch (error) {
        throw failed(error)
      }
      size += bytes.length
      return at
    },
    read(into, at) {
      for (let done = 0; done < into.length;) {
        const count = readSync(file, into, done, into.length - done, at + done)
        if (count === 0) throw failed(new Error('it ends too early'))
        done += count
      }
    },
    close: () => closeSync(file),
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : error instanceof Error ? error.message : String(error)
}
