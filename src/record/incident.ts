/**
 * The folder incident/: all that is needed to take the step again that failed. `before` is a checkpoint just before it,
 * `batch` the rows and masks that were drawn for it, `incident.json` what the guard saw. Each part is read for itself, so
 * that a damaged one does not silence the others.
 */
import { z } from 'zod/mini'
import { batchRows, type Loss, type NonFinitePlace } from '../backends/backend.ts'
import { inWords, whenUsed } from '../network/spec.ts'
import type { DrawnStep } from '../training/draws.ts'
import type { Incident } from '../training/train.ts'
import { decodeCheckpoint, encodeCheckpoint, type Checkpoint } from './checkpoint.ts'
import { part, RecordError, type Part } from './errors.ts'
import { jsonBytes, parseJsonBytes } from './json.ts'
import { pack, unpack, type PackedArray } from './packed.ts'
import { files, otherVersion, runVersion } from './run.ts'
import type { Store } from './store.ts'

const format = 'whynan-incident'

/** What the guard saw. */
export interface IncidentSummary {
  /** The step that failed, from 1. */
  readonly step: number
  readonly first: NonFinitePlace
  readonly loss: Loss
  readonly learningRate: number
  /** Rows in the batch. */
  readonly batch: number
}

export interface StoredIncident {
  readonly summary: Part<IncidentSummary>
  readonly before: Part<Checkpoint>
  /** Rows count from 0 within the training rows, in draw order. Masks only where NumPy's draws made them. */
  readonly drawn: Part<DrawnStep>
}

/** `moment` is the rest of a checkpoint just before the failing step. */
export async function writeIncident(store: Store, incident: Incident, moment: Omit<Checkpoint, 'state'>): Promise<void> {
  const { step, first, loss, learningRate, drawn, before } = incident
  const rows = batchRows(drawn.batch)
  await store.write(files.incidentBefore, encodeCheckpoint({ ...moment, state: before }))
  await store.write(files.incidentBatch, encodeDrawn(step, rows, drawn.masks))
  await store.write(files.incident, jsonBytes({
    format, version: runVersion, step, first, learningRate, batch: rows.length,
    loss: { total: loss.total, data: loss.data, regularization: loss.regularization },
  }))
}

/** Null where the run has no incident folder. */
export async function readIncident(store: Store): Promise<StoredIncident | null> {
  const summary = await store.read(files.incident)
  const before = await store.read(files.incidentBefore)
  const batch = await store.read(files.incidentBatch)
  if (summary === null && before === null && batch === null) return null
  return {
    summary: await part(async () => decodeSummary(present(summary, store, files.incident), named(store, files.incident))),
    before: await part(async () => decodeCheckpoint(present(before, store, files.incidentBefore), named(store, files.incidentBefore))),
    drawn: await part(async () => decodeDrawn(present(batch, store, files.incidentBatch), named(store, files.incidentBatch))),
  }
}

/** The incident as training gave it, where all of it is there and belongs together; else the first reason why not. */
export function wholeIncident({ summary, before, drawn }: StoredIncident): Part<Incident> {
  if (!summary.ok) return summary
  if (!before.ok) return before
  if (!drawn.ok) return drawn
  const { batch, ...seen } = summary.value
  const rows = batchRows(drawn.value.batch).length
  if (before.value.state.step !== seen.step - 1 || rows !== batch) {
    return { ok: false, error: new RecordError('incident-mixed',
      `The parts of the incident do not belong together: the state is of step ${before.value.state.step} and the batch has ${rows} rows, ` +
        `but step ${seen.step} failed with a batch of ${batch}. Train again with the same settings, which gives the same numbers.`,
      { step: seen.step, before: before.value.state.step, rows, batch }) }
  }
  return { ok: true, value: { ...seen, drawn: drawn.value, before: before.value.state } }
}

function encodeDrawn(step: number, rows: Uint32Array, masks: DrawnStep['masks']): Uint8Array {
  const arrays = new Map<string, PackedArray>([['rows', rows]])
  masks?.forEach((mask, layer) => {
    if (mask !== null) arrays.set(`mask ${layer}`, mask)
  })
  return pack('batch', { step, masks: masks === undefined ? null : masks.map(mask => mask !== null) }, arrays)
}

const drawnSchema = whenUsed(() => z.strictObject({ step: z.int().check(z.minimum(1)), masks: z.nullable(z.array(z.boolean())) }))

function decodeDrawn(bytes: Uint8Array, file: string): DrawnStep {
  const { header, arrays } = unpack(bytes, 'batch', file, lost)
  const parsed = drawnSchema().safeParse(header)
  const rows = arrays.get('rows')
  const mixed = new RecordError('batch-damaged', `${file} is damaged: its parts do not belong together. ${lost}`, { file })
  if (!parsed.success || !(rows instanceof Uint32Array)) throw mixed
  const batch = { kind: 'rows', rows } as const
  if (parsed.data.masks === null) return { batch }
  return { batch, masks: parsed.data.masks.map((drawn, layer) => {
    const mask = arrays.get(`mask ${layer}`)
    if (!drawn) return null
    if (!(mask instanceof Uint8Array)) throw mixed
    return mask
  }) }
}

const number = whenUsed(() => z.union([z.number(), z.pipe(z.enum(['NaN', 'Infinity', '-Infinity']), z.transform(Number))]))
const summarySchema = whenUsed(() => z.object({
  step: z.int().check(z.minimum(1)), first: z.enum(['loss', 'gradient', 'moment', 'parameter']), learningRate: number(), batch: z.int().check(z.minimum(0)),
  loss: z.object({ total: number(), data: number(), regularization: number() }),
}))
const headSchema = whenUsed(() => z.object({ format: z.literal(format), version: z.unknown() }))

function decodeSummary(bytes: Uint8Array, file: string): IncidentSummary {
  const value = parseJsonBytes(bytes, file, 'incident-damaged', lost)
  const head = headSchema().safeParse(value)
  if (!head.success) throw damaged(file, `it has no "format": "${format}"`)
  const { version } = head.data
  if (version !== runVersion) throw otherVersion(file, 'incident-version', version)
  const parsed = summarySchema().safeParse(value, inWords)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw damaged(file, `at ${issue?.path.join('.') ?? '?'}, ${issue?.message ?? 'it is wrong'}`)
}

function damaged(file: string, what: string): RecordError {
  return new RecordError('incident-damaged', `${file} is damaged: ${what}. ${lost}`, { file })
}

const lost = 'Train again with the same settings, which gives the same numbers and the same incident.'

function present(bytes: Uint8Array | null, store: Store, path: string): Uint8Array {
  if (bytes !== null) return bytes
  throw new RecordError('incident-missing', `${named(store, path)} is missing. ${lost}`, { file: path })
}

function named(store: Store, path: string): string {
  return `${path} in ${store.name}`
}
