/**
 * run.json: what was trained, on what, where, and what came of it. The first file of a run folder (status `running`, before
 * training starts) and the last one (its result). It holds no user name and no absolute path.
 *
 * Also the layout of a run folder: which files belong to a run.
 */
import { z } from 'zod/mini'
import { inWords, settingsSchema, whenUsed, type Settings } from '../network/spec.ts'
import { sha256 } from '../numeric/hash.ts'
import { isBroken, sealed } from '../numeric/seal.ts'
import { RecordError } from './errors.ts'
import { jsonBytes, jsonText, parseJsonBytes, sortedJson, type Json } from './json.ts'

export const runFormat = 'whynan-run'
/** The version of the run format that this whynan writes, and the only one that it reads. */
export const runVersion = 1

export const files = {
  run: 'run.json',
  metrics: 'metrics.csv',
  last: 'checkpoints/last',
  best: 'checkpoints/best',
  incident: 'incident/incident.json',
  incidentBefore: 'incident/before',
  incidentBatch: 'incident/batch',
  model: 'model.json',
} as const

/** Whether a path (with `/`, below the run folder) is one that a run writes: figures lie in `figures/`, as svg or png, a trace in `incident/`. */
export function belongsToRun(path: string): boolean {
  const others = ['report.html', 'incident/trace.json']
  return Object.values<string>(files).includes(path) || others.includes(path) || /^figures\/[^/]+\.(svg|png)$/.test(path)
}

/** `running` also stands in the folder of a run whose process died. */
export const statuses = ['running', 'completed', 'early-stopped', 'non-finite', 'interrupted', 'failed'] as const
export type RunStatus = (typeof statuses)[number]

export interface DataFile {
  /** Without folders. */
  readonly name: string
  /** Relative to the run folder where the file lies near it, with `/`; else the name alone. */
  readonly path: string
  readonly bytes: number
  /** Of the file's bytes, 64 hexadecimal digits. */
  readonly sha256: string
}

export interface DataTable {
  readonly name: string
  readonly rows: number
  /** Their names. */
  readonly columns: readonly string[]
}

export interface RunRecord {
  readonly format: typeof runFormat
  readonly version: typeof runVersion
  /** The version of whynan that wrote it. */
  readonly whynan: string
  readonly status: RunStatus
  readonly settings: Settings
  readonly data: {
    /** Empty for tables that a program made. */
    readonly files: readonly DataFile[]
    readonly training: DataTable
    readonly validation: DataTable | null
  }
  /** Names of the columns trained on. */
  readonly columns: { readonly inputs: readonly string[]; readonly targets: readonly string[] }
  readonly environment: {
    /** Versions and names as the platform gives them. */
    readonly node?: string | undefined
    readonly platform?: string | undefined
    readonly arch?: string | undefined
    readonly backend: string
    readonly threads: number
    readonly precision: Settings['precision']
    readonly fast: boolean
  }
  /** A sentence for each thing that was assumed or left out. */
  readonly assumptions: readonly string[]
  /** What the run came to; null while it runs. Its numbers may be "NaN", "Infinity", "-Infinity". */
  readonly result: Json
}

const table = whenUsed(() => z.object({ name: z.string(), rows: z.int().check(z.minimum(0)), columns: z.array(z.string()) }))
const recordSchema = whenUsed(() => z.object({
  format: z.literal(runFormat),
  version: z.literal(runVersion),
  whynan: z.string(),
  status: z.enum(statuses),
  settings: settingsSchema,
  data: z.object({
    files: z.array(z.object({
      name: z.string(), path: z.string(), bytes: z.int().check(z.minimum(0)),
      sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits')),
    })),
    training: table(),
    validation: z.nullable(table()),
  }),
  columns: z.object({ inputs: z.array(z.string()), targets: z.array(z.string()) }),
  environment: z.object({
    node: z.optional(z.string()), platform: z.optional(z.string()), arch: z.optional(z.string()),
    backend: z.string(), threads: z.int().check(z.minimum(1)), precision: z.enum(['float32', 'float64']), fast: z.boolean(),
  }),
  assumptions: z.array(z.string()),
  result: z.json(),
}))

/** What is known before training starts. */
export function newRun(known: Omit<RunRecord, 'format' | 'version' | 'status' | 'result'>): RunRecord {
  const { whynan, ...rest } = known
  return { format: runFormat, version: runVersion, whynan, status: 'running', ...rest, result: null }
}

/** The record as it will be read again: without what JSON does not hold. */
export function asRecorded(record: RunRecord): RunRecord {
  return JSON.parse(jsonText(record)) as RunRecord
}

/**
 * What makes a run this run: settings, columns, tables and the bytes of the data, as one hash. Checkpoints carry it, so that
 * one of another run, or a record that was edited, is not gone on from.
 */
export function runIdentity({ settings, data, columns }: RunRecord): string {
  const { files: from, training, validation } = data
  return sha256(sortedJson({ settings, columns, training, validation, files: from.map(file => file.sha256) }))
}

/** With a checksum, so that a result that was edited is noticed: settings and data alone are held by the checkpoints. */
export function runBytes(record: RunRecord): Uint8Array {
  return jsonBytes(sealed(asRecorded(record)))
}

/** Whether a run.json that parseRun reads was changed after it was written. */
export function wasChanged(bytes: Uint8Array): boolean {
  return isBroken(JSON.parse(new TextDecoder().decode(bytes)))
}

/**
 * The record in the bytes of a run.json. `folder` is what sentences call the run. Throws RecordError `run-damaged` (not whole
 * JSON), `not-a-run` (JSON of something else), `run-version` (another version of the format), `run-fields` (fields missing or wrong).
 */
export function parseRun(bytes: Uint8Array, folder: string): RunRecord {
  const value = parseJsonBytes(bytes, `run.json in ${folder}`, 'run-damaged', 'Nothing can be told from it; start the run again.')
  const format = fieldOf(value, 'format')
  if (format !== runFormat) {
    throw new RecordError('not-a-run', `run.json in ${folder} is not whynan's: it has no "format": "${runFormat}". ` +
      'Name a folder that whynan fit has written.', { folder, got: format })
  }
  const version = fieldOf(value, 'version')
  if (version !== runVersion) throw otherVersion(folder, 'run-version', version)
  const parsed = recordSchema().safeParse(value, inWords)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const where = issue === undefined || issue.path.length === 0 ? 'as a whole' : `at ${issue.path.join('.')}`
  throw new RecordError('run-fields', `run.json in ${folder} is not a complete record: ${where}, ${issue?.message.replace('received undefined', 'got nothing') ?? 'it is wrong'}. ` +
    'It was changed or damaged after whynan wrote it; put it back, or start the run again.', { folder, field: issue?.path.join('.') })
}

/** `what` is the folder or file that another version of the run format wrote. */
export function otherVersion(what: string, id: string, version: unknown): RecordError {
  const got = version === undefined ? 'none' : (JSON.stringify(version) ?? 'none').slice(0, 40)
  const advice = typeof version === 'number' && version > runVersion ? 'use a newer whynan' : 'it is damaged or was not written by whynan'
  return new RecordError(id, `${what} was written by version ${got} of the run format; this whynan reads ${runVersion}: ${advice}.`, {
    got: version, expected: runVersion,
  })
}

function fieldOf(value: unknown, field: 'format' | 'version'): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return field === 'format' ? ('format' in value ? value.format : undefined) : 'version' in value ? value.version : undefined
}
