/**
 * Run folders on disk. A file is replaced by writing its new bytes beside it, flushing them, renaming, and flushing the
 * folder, so that a kill, a full disk or a loss of power leaves the old file or the new one.
 */
import { mkdir, open, readdir, readFile, rename, rm, rmdir, stat, truncate, unlink, type FileHandle } from 'node:fs/promises'
import { homedir, userInfo } from 'node:os'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { RecordError } from '../record/errors.ts'
import { belongsToRun, files, parseRun } from '../record/run.ts'
import { allDone, shorterThan, type Store } from '../record/store.ts'

/** A folder as a store; nothing is made before the first write. Its methods throw RecordError, one sentence each. */
export function folderStore(path: string, name: string = path): Store {
  const at = (file: string): string => join(path, ...file.split('/'))
  // Files may be written beside each other: all of a folder wait until it is swept, so that no sweep finds what this process writes.
  const swept = new Map<string, Promise<void>>()
  const sweptOnce = (folder: string): Promise<void> => {
    let sweeping = swept.get(folder)
    if (sweeping === undefined) {
      sweeping = sweep(folder)
      swept.set(folder, sweeping)
      // The next write tries again.
      sweeping.catch(() => swept.delete(folder))
    }
    return sweeping
  }
  return {
    name,
    read: file => refusing(at(file), 'read', async () => orNull(async () => new Uint8Array(await readFile(at(file))))),
    write: (file, bytes) => refusing(at(file), 'written', async () => {
      const folder = dirname(at(file))
      await makeFolders(folder)
      await sweptOnce(folder)
      await replace(at(file), bytes)
    }),
    append: (file, bytes) => refusing(at(file), 'written', async () => {
      await makeFolders(dirname(at(file)))
      await withHandle(await open(at(file), 'a'), handle => writeAll(handle, bytes))
    }),
    truncate: (file, size) => refusing(at(file), 'written', async () => {
      const got = (await stat(at(file))).size
      if (got < size) throw shorterThan(at(file), got, size)
      await truncate(at(file), size)
    }),
    flush: file => refusing(at(file), 'written', async () => {
      await withHandle(await open(at(file), 'r+'), handle => handle.sync())
      await flushFolder(dirname(at(file)))
    }),
    size: file => refusing(at(file), 'read', () => orNull(async () => (await stat(at(file))).size)),
    list: folder => refusing(at(folder), 'read', async () => {
      const names = (await orNull(() => readdir(at(folder)))) ?? []
      return names.filter(entry => !isPartial(entry)).sort()
    }),
    remove: file => refusing(at(file), 'removed', () => rm(at(file), { force: true })),
  }
}

/** Where a run is to be written: the folder itself, or a folder of runs, a date (2026-11-23) and a name. */
export type RunPlace = string | { readonly parent: string; readonly date: string; readonly name: string }

export interface RunFolder {
  readonly path: string
  readonly store: Store
  /** Removes the folder and the parents made with it, each while it is empty: for a run that was refused before its first file. */
  discard(): Promise<void>
}

/**
 * Makes the folder of a new run, its parents too. A folder that is named has to be empty; with `overwrite` it may hold a run,
 * which is removed, and nothing else. Without a name: `parent`/DATE-NAME-N with the first N that is free, which no other
 * process gets. Throws RecordError `folder-not-empty`, `folder-not-a-run`, `not-a-folder` and what the system refuses.
 */
export async function createRunFolder(place: RunPlace, { overwrite = false }: { readonly overwrite?: boolean } = {}): Promise<RunFolder> {
  if (typeof place !== 'string') return firstFree(place.parent, `${place.date}-${plainName(place.name)}`)
  const path = resolve(place)
  const made = await refusing(path, 'made', async () => {
    const first = await makeFolders(path)
    const present = await readdir(path)
    if (present.every(isPartial)) {
      // Of a process that was killed while it wrote its first file.
      await sweep(path)
      return first
    }
    if (!overwrite) {
      const sentence = `${place} is not empty (${some(present)}). Name another folder, or add --overwrite to replace the run in it.`
      throw new RecordError('folder-not-empty', sentence, { folder: place, entries: present.length })
    }
    await removeRun(path, place)
    return first
  })
  return { path, store: folderStore(path, place), discard: () => removeEmpty(path, made) }
}

/**
 * How a record names a data file: by its way from the run folder, with `/`, so that the run finds it again; by its name alone
 * where that way tells of a person (a user's name or home) or leads to another drive.
 */
export function recordedPath(runFolder: string, file: string, person: readonly string[] = personNames()): string {
  const run = resolve(runFolder)
  const way = relative(run, resolve(file))
  const parts = way.split(sep)
  const whole = resolve(file).split(sep)
  const shown = whole.length - parts.filter(part => part !== '..').length
  const tells = whole.slice(0, -1).some((part, i) => i >= shown && (person.includes(part) || /^(home|Users)$/i.test(whole[i - 1] ?? '')))
  return way === '' || isAbsolute(way) || tells ? basename(file) : parts.join('/')
}

/** What a folder of this person's may be called. */
function personNames(): string[] {
  const names = [basename(homedir())]
  try {
    names.push(userInfo().username)
  } catch {
    // No such user in the system's list: then no path can name it.
  }
  return names.filter(name => name !== '')
}

async function firstFree(parent: string, stem: string): Promise<RunFolder> {
  return refusing(parent, 'made', async () => {
    const made = await makeFolders(resolve(parent))
    for (let n = 1; ; n++) {
      const name = join(parent, `${stem}-${n}`)
      const path = resolve(name)
      try {
        await mkdir(name)
        await flushFolder(resolve(parent))
        return { path, store: folderStore(path, name), discard: () => removeEmpty(path, made ?? path) }
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error
      }
    }
  })
}

/** Letters, digits, `-` and `_` of a name, at most 60; `run` where none is left. */
function plainName(name: string): string {
  const plain = Array.from(name.normalize('NFC').replace(/[^\p{L}\p{N}_-]+/gu, '-')).slice(0, 60).join('').replace(/^-+|-+$/g, '')
  return plain === '' ? 'run' : plain
}

/** Removes a run, run.json last, so that what is left half-way is still a run. Refuses a folder that holds anything else. */
async function removeRun(path: string, name: string): Promise<void> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  const folders: string[] = []
  const found: string[] = []
  for (const entry of entries) {
    const inside = relative(path, join(entry.parentPath, entry.name)).split(sep).join('/')
    if (entry.isDirectory()) folders.push(inside)
    else found.push(inside)
  }
  const others = found.filter(file => !belongsToRun(file) && !isPartial(file))
  const strange = folders.filter(folder => !['checkpoints', 'incident', 'figures'].includes(folder))
  if (others.length > 0 || strange.length > 0 || !found.includes(files.run)) {
    const why = others.length + strange.length > 0 ? `it also holds ${some([...others, ...strange])}` : 'it holds no run.json'
    throw new RecordError('folder-not-a-run', `${name} is not only a run of whynan: ${why}; --overwrite removes nothing else. ` +
      'Name another folder, or empty this one yourself.', { folder: name, others: [...others, ...strange] })
  }
  requireOurs(await readFile(join(path, files.run)), name)
  await allDone(found.filter(file => file !== files.run).map(file => unlink(join(path, file))))
  for (const folder of folders) await rmdir(join(path, folder))
  await unlink(join(path, files.run))
  await flushFolder(path)
}

/** A run.json of another version, or a damaged one, is a run all the same; another program's is not. */
function requireOurs(bytes: Uint8Array, name: string): void {
  try {
    parseRun(bytes, name)
  } catch (error) {
    if (error instanceof RecordError && error.id === 'not-a-run') throw error
  }
}

/** Unfinished files end so; `.pid-count` makes them this process's own. */
const partialName = /\.\d+-\d+\.partial$/
let partials = 0

function isPartial(name: string): boolean {
  return partialName.test(name)
}

async function replace(path: string, bytes: Uint8Array): Promise<void> {
  const partial = `${path}.${process.pid}-${partials++}.partial`
  try {
    await withHandle(await open(partial, 'wx'), async handle => {
      await writeAll(handle, bytes)
      await handle.sync()
    })
    await rename(partial, path)
  } catch (error) {
    await rm(partial, { force: true }).catch(() => {})
    throw error
  }
  await flushFolder(dirname(path))
}

/** Removes what a killed process left unfinished. */
async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder)) if (isPartial(name)) await rm(join(folder, name), { force: true })
}

/**
 * Makes a folder and its parents, each of them lasting; gives the uppermost that it made. One at a time: Node's own `recursive`
 * hides why a parent cannot be made.
 */
async function makeFolders(path: string): Promise<string | undefined> {
  const missing: string[] = []
  let at = resolve(path)
  // A folder that cannot be made though its parent is there (in /proc) must not be tried for ever.
  while (!(await isFolder(at)) && dirname(at) !== at) {
    missing.unshift(at)
    at = dirname(at)
  }
  let uppermost: string | undefined
  for (const folder of missing) {
    try {
      await mkdir(folder)
      uppermost ??= folder
    } catch (error) {
      // Another process was quicker.
      if (codeOf(error) === 'EEXIST' && (await isFolder(folder))) continue
      throw error
    }
    await flushFolder(dirname(folder))
  }
  return uppermost
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
}

/** Removes folders from `path` up to `uppermost`, as long as they are empty. */
async function removeEmpty(path: string, uppermost: string | undefined): Promise<void> {
  if (uppermost === undefined) return
  try {
    for (let folder = path; folder !== dirname(uppermost); folder = dirname(folder)) await rmdir(folder)
  } catch (error) {
    // One that is not empty, or that another process has removed, is where this ends.
    if (codeOf(error) === '') throw error
  }
}

/** Systems that cannot flush a folder (Windows) need not. */
async function flushFolder(path: string): Promise<void> {
  let handle: FileHandle
  try {
    handle = await open(path, 'r')
  } catch (error) {
    if (['EISDIR', 'EPERM', 'EACCES'].includes(codeOf(error))) return
    throw error
  }
  await withHandle(handle, async () => {
    await handle.sync().catch((error: unknown) => {
      if (!['EINVAL', 'EPERM', 'EISDIR', 'ENOTSUP'].includes(codeOf(error))) throw error
    })
  })
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  let written = 0
  while (written < bytes.length) written += (await handle.write(bytes, written, bytes.length - written)).bytesWritten
}

async function withHandle<T>(handle: FileHandle, work: (handle: FileHandle) => Promise<T>): Promise<T> {
  try {
    return await work(handle)
  } finally {
    await handle.close()
  }
}

async function orNull<T>(reading: () => Promise<T>): Promise<T | null> {
  try {
    return await reading()
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
}

/** What the system refuses, as sentences. Codes as in errno(3). */
async function refusing<T>(path: string, verb: 'read' | 'written' | 'made' | 'removed', work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const code = codeOf(error)
    throw error instanceof RecordError || code === '' ? error : refusal(path, verb, code)
  }
}

function refusal(path: string, verb: string, code: string): RecordError {
  const say = (id: string, why: string, advice: string): RecordError =>
    new RecordError(id, `${path} cannot be ${verb}: ${why}. ${advice}`, { path, code })
  switch (code) {
    case 'ENOSPC': case 'EDQUOT': return say('disk-full', 'no space is left on the disk', 'Make space there.')
    case 'EFBIG': return say('file-too-large', 'it would be larger than the system or a limit (ulimit -f) allows', 'Raise the limit, or name another folder.')
    case 'EACCES': case 'EPERM': return say('no-permission', 'this user may not do that', 'Change its permissions, or name another folder.')
    case 'EROFS': return say('read-only', 'the disk is read-only', 'Name a folder on another disk.')
    case 'ENOTDIR': case 'EEXIST': return say('not-a-folder', 'a file stands where a folder is needed', 'Name a folder.')
    case 'EISDIR': return say('not-a-file', 'a folder stands where a file is needed', 'Move it away, or name another folder.')
    case 'ELOOP': return say('links-in-circle', 'its links lead round in a circle', 'Name the folder itself.')
    case 'ENAMETOOLONG': return say('name-too-long', 'the name is longer than the system allows', 'Give a shorter one.')
    case 'ENOENT': if (verb === 'made') return say('no-folder-there', 'the system allows no folder there', 'Name another folder.')
      return say('folder-gone', 'it, or its folder, is not there any more', 'Do not move a run while it is written.')
    default: return say('store-failed', `the system said ${code}`, 'Check that the disk is there and sound.')
  }
}

/** The system's word for what it refused; empty for errors that are not the system's. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

function some(names: readonly string[]): string {
  return names.slice(0, 3).join(', ') + (names.length > 3 ? ` and ${names.length - 3} more` : '')
}
