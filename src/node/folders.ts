/**
 * Folders on disk: made and removed so that it lasts, and swept of what a killed process left unfinished. Only flushing waits beside
 * this thread: a way to another one and back takes longer than a call that the system answers from memory.
 */
import { closeSync, fsync, mkdirSync, openSync, readdirSync, rmdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { codeOf } from './refusals.ts'

/** Unfinished files end so; `.pid-count` makes them this process's own. */
const partialName = /\.\d+-\d+\.partial$/

export function isPartial(name: string): boolean {
  return partialName.test(name)
}

/** Removes what a killed process left unfinished. */
export function sweep(folder: string): void {
  for (const name of readdirSync(folder)) if (isPartial(name)) rmSync(join(folder, name), { force: true })
}

/**
 * Makes a folder and its parents, each of them lasting; gives the uppermost that it made. One at a time: Node's own `recursive`
 * hides why a parent cannot be made.
 */
export async function makeFolders(path: string): Promise<string | undefined> {
  const missing: string[] = []
  let at = resolve(path)
  // A folder that cannot be made though its parent is there (in /proc) must not be tried for ever.
  while (!isFolder(at) && dirname(at) !== at) {
    missing.unshift(at)
    at = dirname(at)
  }
  let uppermost: string | undefined
  for (const folder of missing) {
    try {
      mkdirSync(folder)
      uppermost ??= folder
    } catch (error) {
      // Another process was quicker.
      if (codeOf(error) === 'EEXIST' && isFolder(folder)) continue
      throw error
    }
    await flushFolder(dirname(folder))
  }
  return uppermost
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
}

/** Removes folders from `path` up to `uppermost`, as long as they are empty. */
export function removeEmpty(path: string, uppermost: string | undefined): void {
  if (uppermost === undefined) return
  try {
    for (let folder = path; folder !== dirname(uppermost); folder = dirname(folder)) rmdirSync(folder)
  } catch (error) {
    // One that is not empty, or that another process has removed, is where this ends.
    if (codeOf(error) === '') throw error
  }
}

/** Systems that cannot flush a folder (Windows) need not. */
export async function flushFolder(path: string): Promise<void> {
  let folder: number
  try {
    folder = openSync(path, 'r')
  } catch (error) {
    if (['EISDIR', 'EPERM', 'EACCES'].includes(codeOf(error))) return
    throw error
  }
  try {
    await flushed(folder)
  } catch (error) {
    if (!['EINVAL', 'EPERM', 'EISDIR', 'ENOTSUP'].includes(codeOf(error))) throw error
  } finally {
    closeSync(folder)
  }
}

/** When the disk has what an open file or folder holds. */
export const flushed: (opened: number) => Promise<void> = promisify(fsync)
