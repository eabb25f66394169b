/** The folder of a new run: made, emptied where that was asked for, and locked; and how its record names files beside it. */
import { accessSync, constants, mkdirSync, readdirSync, readFileSync, rmdirSync, unlinkSync } from 'node:fs'
import { homedir, userInfo } from 'node:os'
import { basename, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { RecordError } from '../record/errors.ts'
import { belongsToRun, files, parseRun } from '../record/run.ts'
import type { Store } from '../record/store.ts'
import { flushFolder, isPartial, makeFolders, removeEmpty, sweep } from './folders.ts'
import { lockName, lockRun, type RunLock } from './lock.ts'
import { codeOf, refusing } from './refusals.ts'
import { folderStore } from './store.ts'

/** Where a run is to be written: the folder itself, or a folder of runs, a date (2026-11-23) and a name. */
export type RunPlace = string | { readonly parent: string; readonly date: string; readonly name: string }

export interface RunFolder {
  readonly path: string
  readonly store: Store
  /** Lets other processes write the run: when it has ended, however it did. */
  release(): void
  /** Releases the folder, and removes it and the parents made with it, each while it is empty: for a run that was refused before its first file. */
  discard(): void
}

/**
 * Makes the folder of a new run, its parents too, and locks it. A folder that is named has to be empty; with `overwrite` it may
 * hold a run, which is removed, and nothing else. Without a name: `parent`/DATE-NAME-N with the first N that is free, which no other
 * process gets. Throws RecordError `folder-not-empty`, `folder-not-a-run`, `not-a-folder`, `run-in-use` and what the system refuses.
 */
export async function createRunFolder(place: RunPlace, { overwrite = false }: { readonly overwrite?: boolean } = {}): Promise<RunFolder> {
  if (typeof place !== 'string') return firstFree(place.parent, `${place.date}-${plainName(place.name)}`)
  const path = resolve(place)
  return refusing(path, 'made', async () => {
    const first = await makeFolders(path)
    const present = contentsOf(path)
    if (present.length > 0 && !overwrite) {
      const sentence = `${place} is not empty (${some(present)}). Name another folder, or add --overwrite to replace the run in it.`
      throw new RecordError('folder-not-empty', sentence, { folder: place, entries: present.length })
    }
    // Looked at before it is locked: nothing is written into a folder that is no run's.
    if (present.length > 0) partsOfRun(path, place)
    return emptied(path, place, first)
  })
}

/** Locks the folder, then removes what is in it: of a run, or of a process that was killed while it wrote its first file. */
async function emptied(path: string, place: string, made: string | undefined): Promise<RunFolder> {
  const lock = await lockRun(path, place)
  try {
    // Another process may have written a run in the meantime.
    if (contentsOf(path).length > 0) await removeRun(path, partsOfRun(path, place))
    sweep(path)
  } catch (error) {
    lock.release()
    throw error
  }
  return runFolder(path, place, lock, made)
}

function runFolder(path: string, name: string, lock: RunLock, made: string | undefined): RunFolder {
  return {
    path, store: folderStore(path, name), release: () => lock.release(),
    discard() {
      lock.release()
      removeEmpty(path, made)
    },
  }
}

/** What stands in a folder besides unfinished files and a lock. */
function contentsOf(path: string): string[] {
  return readdirSync(path).filter(name => !isPartial(name) && name !== lockName)
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
        mkdirSync(name)
        await flushFolder(resolve(parent))
        return runFolder(path, name, await lockRun(path, name), made ?? path)
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

interface Parts {
  readonly files: readonly string[]
  readonly folders: readonly string[]
}

/** The files and folders of the run in a folder. Refuses a folder that holds anything else. */
function partsOfRun(path: string, name: string): Parts {
  const entries = readdirSync(path, { recursive: true, withFileTypes: true })
  const folders: string[] = []
  const found: string[] = []
  for (const entry of entries) {
    const inside = relative(path, join(entry.parentPath, entry.name)).split(sep).join('/')
    if (entry.isDirectory()) folders.push(inside)
    else if (inside !== lockName) found.push(inside)
  }
  const others = found.filter(file => !belongsToRun(file) && !isPartial(file))
  const strange = folders.filter(folder => !['checkpoints', 'incident', 'figures'].includes(folder))
  if (others.length > 0 || strange.length > 0 || !found.includes(files.run)) {
    const why = others.length + strange.length > 0 ? `it also holds ${some([...others, ...strange])}` : 'it holds no run.json'
    throw new RecordError('folder-not-a-run', `${name} is not only a run of whynan: ${why}; --overwrite removes nothing else. ` +
      'Name another folder, or empty this one yourself.', { folder: name, others: [...others, ...strange] })
  }
  requireOurs(readFileSync(join(path, files.run)), name)
  return { files: found, folders }
}

/** Removes a run, run.json last, so that what is left half-way is still a run. Nothing of it where a part may not be removed. */
async function removeRun(path: string, parts: Parts): Promise<void> {
  for (const folder of parts.folders) {
    const inside = join(path, folder)
    await refusing(inside, 'removed', async () => accessSync(inside, constants.W_OK | constants.X_OK))
  }
  for (const file of parts.files) if (file !== files.run) unlinkSync(join(path, file))
  for (const folder of parts.folders) rmdirSync(join(path, folder))
  unlinkSync(join(path, files.run))
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

function some(names: readonly string[]): string {
  return names.slice(0, 3).join(', ') + (names.length > 3 ? ` and ${names.length - 3} more` : '')
}
