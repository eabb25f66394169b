/**
 * Who writes a run: `run.lock` in its folder names the process, so that two never write one run. A lock whose process has ended,
 * killed or with its machine, is taken over; it holds no names of people or machines.
 */
import { createHash, randomUUID } from 'node:crypto'
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { RecordError } from '../record/errors.ts'
import { codeOf, refusing } from './refusals.ts'

export const lockName = 'run.lock'

export interface RunLock {
  /** Takes the lock away, where it is still this one. */
  release(): void
}

interface Holder {
  readonly format: 'whynan-lock'
  readonly version: 1
  readonly pid: number
  /** When the lock was taken, as a date in UTC. */
  readonly since: string
  /** A hash of the machine's name, of its start, and when the process began in the system's own count; empty where the system does not tell. */
  readonly machine: string
  readonly boot: string
  readonly began: string
  readonly id: string
}

/** How long a lock may be empty, in milliseconds: a process that is killed between making and filling it leaves it so. */
const emptyFor = 10_000
/** Each try finds another holder or none; more means that processes come and go faster than they can be looked at. */
const tries = 50
let filledCount = 0

/** Locks a folder that is there; `name` is what sentences call it. Throws RecordError `run-in-use`, and what the system refuses. */
export function lockRun(folder: string, name: string): Promise<RunLock> {
  const file = join(folder, lockName)
  return refusing(file, 'written', () => lock(file, name))
}

async function lock(file: string, name: string): Promise<RunLock> {
  const own = holderOf(process.pid)
  for (let attempt = 0; attempt < tries; attempt++) {
    const release = (): void => releaseOwn(file, own.id)
    if (made(file, JSON.stringify(own))) return { release }
    const text = textOf(file)
    if (text === null) continue
    const holder = parsed(text)
    if (holder === null ? isFresh(file) : mayRun(holder, own)) throw inUse(name, holder, own)
    if (await takenOver(file, text, JSON.stringify(own))) return { release }
  }
  throw inUse(name, null, own)
}

function made(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { flag: 'wx' })
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    // A disk that is full leaves an empty file behind.
    if (codeOf(error) !== 'EACCES' && codeOf(error) !== 'EROFS') removed(file)
    throw error
  }
}

/** As far as it can be: why the lock was not made says more. */
function removed(file: string): void {
  try {
    rmSync(file, { force: true })
  } catch {
    // What was thrown before is told.
  }
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
}

function parsed(text: string): Holder | null {
  try {
    const value: unknown = JSON.parse(text)
    const isHolder = typeof value === 'object' && value !== null && 'pid' in value && Number.isInteger(value.pid) && Number(value.pid) > 0
      && ['since', 'machine', 'boot', 'began', 'id'].every(key => typeof new Map<string, unknown>(Object.entries(value)).get(key) === 'string')
    return isHolder ? (value as Holder) : null
  } catch {
    return null
  }
}

function isFresh(file: string): boolean {
  try {
    return Date.now() - statSync(file).mtimeMs < emptyFor
  } catch {
    return false
  }
}

/**
 * Puts an own lock in place of one whose process has ended; false where another process was quicker. One process at a time does
 * so, and looks again first: while it does, nobody else touches the file, whose own process is no more.
 */
async function takenOver(file: string, text: string, own: string): Promise<boolean> {
  const turn = `${file}.0-0.partial`
  if (!made(turn, '')) {
    if (!isFresh(turn)) rmSync(turn, { force: true })
    else await new Promise(next => setTimeout(next, 20))
    return false
  }
  try {
    if (textOf(file) !== text) return false
    const filled = `${file}.${process.pid}-${filledCount++}.partial`
    writeFileSync(filled, own)
    renameSync(filled, file)
    return true
  } finally {
    rmSync(turn, { force: true })
  }
}

function releaseOwn(file: string, id: string): void {
  const text = textOf(file)
  if (text !== null && parsed(text)?.id === id) rmSync(file, { force: true })
}

function holderOf(pid: number): Holder {
  return {
    format: 'whynan-lock', version: 1, pid, since: new Date().toISOString(), machine: shortHash(hostname()),
    boot: shortHash(textOrNone('/proc/sys/kernel/random/boot_id')), began: seen(pid).began, id: randomUUID(),
  }
}

function shortHash(text: string): string {
  return text === '' ? '' : createHash('sha256').update(text.trim()).digest('hex').slice(0, 16)
}

function textOrNone(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

/** What Linux tells of a process: its state and when it began, in ticks since the start (proc(5): fields 3 and 22 of stat; the name before them may hold anything). */
function seen(pid: number): { readonly state: string; readonly began: string } {
  const text = textOrNone(`/proc/${pid}/stat`)
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return { state: fields[0] ?? '', began: fields[19] ?? '' }
}

/** Whether the holder may still run: of another machine nothing can be told; a number that another process has by now is no holder. */
function mayRun(holder: Holder, own: Holder): boolean {
  if (holder.machine !== own.machine) return true
  if (holder.boot !== own.boot) return false
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false
  }
  const { state, began } = seen(holder.pid)
  return state !== 'Z' && (holder.began === '' || began === '' || holder.began === began)
}

function inUse(name: string, holder: Holder | null, own: Holder): RecordError {
  const since = holder === null ? '' : `, since ${holder.since.slice(0, 19).replace('T', ' ')} UTC`
  const facts = { folder: name, ...(holder === null ? {} : { pid: holder.pid, since: holder.since }) }
  if (holder !== null && holder.machine !== own.machine) {
    return new RecordError('run-in-use', `${name} is being written by a process of another machine (process ${holder.pid} there${since}), and whether it still runs cannot be `
      + `told from here. Wait until it has ended, or name another folder; if it does not run any more, remove ${lockName} in that folder.`, facts)
  }
  return new RecordError('run-in-use', `${name} is being written by another process${holder === null ? '' : ` (process ${holder.pid}${since})`}: `
    + 'two cannot write one run. Wait until it has ended, or name another folder.', facts)
}
