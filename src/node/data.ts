/** The data of a run: files read, the training and validation tables found, and what the record will say of the files. */
import { createHash } from 'node:crypto'
import { existsSync, statSync } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { basename, dirname, relative, resolve } from 'node:path'
import { TableError } from '../table/errors.ts'
import { findTables, type TablesRequest } from '../table/select.ts'
import type { FileContents } from '../table/table.ts'
import type { Tables } from '../training/experiment.ts'
import { dataChange, type Fingerprint } from '../record/fingerprint.ts'
import { RecordError } from '../record/errors.ts'
import type { DataFile, RunRecord } from '../record/run.ts'
import { readingOptions, readTables, type ReadOptions } from './read-tables.ts'
import { recordedPath } from './run-folder.ts'

export interface LoadedData {
  readonly tables: Tables
  readonly contents: readonly FileContents[]
  /** As given, in order; `-` for standard input. */
  readonly paths: readonly string[]
  /** A sentence each: what the readers assumed, which tables were taken. */
  readonly assumptions: readonly string[]
}

/** Reads files and finds the tables in them; a name of `request` that is a file's is read too. */
export async function loadData(paths: readonly string[], request: TablesRequest = {}, options: ReadOptions = {}): Promise<LoadedData> {
  const all = withNamed(paths, request)
  return dataOf(all, (await readTables(all, options)).contents, request)
}

/** The paths, and those names of `request` that are files. */
export function withNamed(paths: readonly string[], request: TablesRequest): readonly string[] {
  const named = [request.train, request.validation].filter((value): value is string => typeof value === 'string')
  const given = new Set(paths.map(path => resolve(path)))
  return [...paths, ...named.filter(value => !given.has(resolve(value)) && looksLikeFile(value))]
}

/** The tables to train and validate on, in what was read of the paths. */
export function dataOf(all: readonly string[], contents: readonly FileContents[], request: TablesRequest): LoadedData {
  const found = findTables(contents, request)
  return {
    tables: { training: found.training, validation: found.validation ?? found.validationShare, targets: found.targets },
    contents,
    paths: all,
    assumptions: [...contents.flatMap(file => file.assumptions), ...found.assumptions],
  }
}

function looksLikeFile(value: string): boolean {
  return existsSync(value) && basename(value) !== ''
}

/** A file as it was when it was looked at. */
export interface KnownFile extends Fingerprint {
  readonly path: string
}

/** The files among the paths: a pipe cannot be read twice, so it is none that a record could name. Ends early, by an error, once `signal` says so. */
export async function knownFiles(paths: readonly string[], signal?: AbortSignal): Promise<KnownFile[]> {
  const files = await Promise.all(paths.map(async path => path !== '-' && (await isFile(path))))
  return Promise.all(paths.filter((_, i) => files[i]).map(async path => ({ path, ...await fingerprintOf(path, signal) })))
}

/** What run.json says of the files. */
export function describeFiles(known: readonly KnownFile[], runFolder: string): DataFile[] {
  return known.map(({ name, path, ...held }) => ({ name, path: recordedPath(runFolder, path), ...held }))
}

/** How many bytes the files have, as far as can be seen without reading them; what is wrong with one reading it will say. */
export function bytesOf(paths: readonly string[]): number {
  return paths.reduce((sum, path) => {
    try {
      return sum + statSync(path).size
    } catch {
      return sum
    }
  }, 0)
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}

async function fingerprintOf(path: string, signal?: AbortSignal): Promise<Fingerprint> {
  const { size } = await stat(path)
  const hash = createHash('sha256')
  const file = await open(path, 'r')
  try {
    const piece = new Uint8Array(Math.min(size, 2 ** 20))
    for (let read = piece.length; read > 0;) {
      signal?.throwIfAborted()
      read = (await file.read(piece, 0, piece.length)).bytesRead
      hash.update(piece.subarray(0, read))
    }
  } finally {
    await file.close()
  }
  return { name: basename(path), bytes: size, sha256: hash.digest('hex') }
}

/**
 * The tables that a run was made from, found beside its folder (or at `replacement`), checked to be the same bytes. Throws
 * RecordError: `data-missing`, `data-changed`, `data-not-kept`.
 */
export async function loadRunData(
  record: RunRecord, runFolder: string, replacement: readonly string[] = [], options: ReadOptions = {},
): Promise<LoadedData> {
  const { settings, data } = record
  if (data.files.length === 0) {
    throw new RecordError('data-not-kept', `The run in ${runFolder} was made from data that stood in no file (standard input, or a program), so it cannot be read again; train again from a file.`)
  }
  const found = await Promise.all(data.files.map(async (file, i) => findFile(file, runFolder, replacement[i])))
  // As somebody would name them from here.
  const paths = found.map(path => relative(process.cwd(), path) || path)
  // A file that the settings name is among these, wherever it is now.
  const { contents } = await readTables(paths, { ...readingOptions(settings.reading), ...options })
  return dataOf(paths, contents, { train: settings.train, validation: settings.validation })
}

async function findFile(file: DataFile, runFolder: string, replacement: string | undefined): Promise<string> {
  const candidates = replacement === undefined
    ? [resolve(runFolder, file.path), resolve(dirname(resolve(runFolder)), file.name), resolve(file.name)]
    : [resolve(replacement)]
  let problem = dataChange(file, null)
  for (const path of candidates) {
    // Only a whole file of the right length is worth reading.
    const { size } = (await isFile(path)) ? await stat(path) : { size: -1 }
    if (size < 0) continue
    problem = dataChange(file, size === file.bytes ? await fingerprintOf(path) : { name: basename(path), bytes: size, sha256: '' })
    if (problem === null) return path
  }
  const advice = replacement === undefined ? ' --data FILE names another place.' : ''
  const sentence = problem?.message ?? `${file.name} is missing.`
  throw new RecordError(problem?.id ?? 'data-missing', `${sentence}${advice}`, { file: file.name })
}

/** What a run is called after its data: the first file's name without its extension. */
export function dataName(paths: readonly string[]): string {
  const [first] = paths
  if (first === undefined || first === '-') return 'data'
  return basename(first).replace(/(\.(csv|tsv|txt|mat|npy|npz|parquet|xlsx|gz))+$/i, '')
}

/** Refuses no paths at all, and paths without a name. */
export function requirePaths(paths: readonly string[]): void {
  if (paths.every(path => path === '')) throw new TableError('no-data', 'No data file was named; give one, such as whynan fit measurements.csv, or - for standard input.')
}

/** Whether a path is a folder: then it is a run, not data. */
export async function isRunFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    return false
  }
}
