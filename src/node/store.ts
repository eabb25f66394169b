/**
 * Run folders on disk. A file is replaced by writing its new bytes beside it, flushing them, renaming, and flushing the
 * folder, so that a kill, a full disk or a loss of power leaves the old file or the new one.
 */
import { closeSync, openSync, renameSync, statSync, writeSync } from 'node:fs'
import { readdir, readFile, rm, stat, truncate } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { shorterThan, type Store } from '../record/store.ts'
import { flushed, flushFolder, isPartial, makeFolders, sweep } from './folders.ts'
import { lockName } from './lock.ts'
import { codeOf, refusing } from './refusals.ts'

/** A folder as a store; nothing is made before the first write. Its methods throw RecordError, one sentence each. */
export function folderStore(path: string, name: string = path): Store {
  const at = (file: string): string => join(path, ...file.split('/'))
  // Before the first file that this process writes there, so that no sweep finds one of its own.
  const swept = new Set<string>()
  const sweptOnce = (folder: string): void => {
    if (swept.has(folder)) return
    sweep(folder)
    swept.add(folder)
  }
  return {
    name,
    read: file => refusing(at(file), 'read', async () => orNull(async () => new Uint8Array(await readFile(at(file))))),
    write: (file, bytes) => refusing(at(file), 'written', async () => {
      const folder = dirname(at(file))
      await makeFolders(folder)
      sweptOnce(folder)
      await replace(at(file), bytes)
    }),
    append: (file, bytes) => refusing(at(file), 'written', async () => {
      await makeFolders(dirname(at(file)))
      await withOpen(at(file), 'a', opened => writeAll(opened, bytes))
    }),
    truncate: (file, size) => refusing(at(file), 'written', async () => {
      const got = (await stat(at(file))).size
      if (got < size) throw shorterThan(at(file), got, size)
      await truncate(at(file), size)
    }),
    flush: file => refusing(at(file), 'written', async () => {
      await withOpen(at(file), 'r+', flushed)
      await flushFolder(dirname(at(file)))
    }),
    size: file => refusing(at(file), 'read', () => orNull(() => Promise.resolve(statSync(at(file)).size))),
    list: folder => refusing(at(folder), 'read', async () => {
      const names = (await orNull(() => readdir(at(folder)))) ?? []
      return names.filter(entry => !isPartial(entry) && entry !== lockName).sort()
    }),
    remove: file => refusing(at(file), 'removed', () => rm(at(file), { force: true })),
  }
}

let partials = 0

async function replace(path: string, bytes: Uint8Array): Promise<void> {
  const partial = `${path}.${process.pid}-${partials++}.partial`
  try {
    await withOpen(partial, 'wx', opened => {
      writeAll(opened, bytes)
      return flushed(opened)
    })
    renameSync(partial, path)
  } catch (error) {
    await rm(partial, { force: true }).catch(() => {})
    throw error
  }
  await flushFolder(dirname(path))
}

async function withOpen(path: string, flags: string, work: (opened: number) => Promise<void> | void): Promise<void> {
  const opened = openSync(path, flags)
  try {
    await work(opened)
  } finally {
    closeSync(opened)
  }
}

function writeAll(opened: number, bytes: Uint8Array): void {
  let written = 0
  while (written < bytes.length) written += writeSync(opened, bytes, written, bytes.length - written)
}

async function orNull<T>(reading: () => Promise<T>): Promise<T | null> {
  try {
    return await reading()
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
}
