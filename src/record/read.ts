/**
 * Reads runs back. run.json is read at once; every other part when it is asked for, and each is refused for itself, so that
 * a damaged checkpoint leaves the curves readable. Nothing here changes a run.
 */
import type { Settings } from '../network/spec.ts'
import type { Best } from '../training/early-stopping.ts'
import { decodeBest, decodeCheckpoint, type Checkpoint } from './checkpoint.ts'
import { RecordError } from './errors.ts'
import { readIncident, type StoredIncident } from './incident.ts'
import { parseMetrics, type Metrics } from './metrics.ts'
import { files, parseRun, runIdentity, wasChanged, type RunRecord } from './run.ts'
import type { Store } from './store.ts'

export interface StoredRun {
  readonly store: Store
  readonly record: RunRecord
  /** Whether run.json is another than was written: what it says may not be what was trained. */
  readonly changed: boolean
  /** Null before the first checkpoint: such a run goes on from its start. Throws RecordError where it is damaged or of another run. */
  last(): Promise<Checkpoint | null>
  /** Null without a validation table, and before the first checkpoint after an evaluation. */
  best(): Promise<Best | null>
  /** Null without an incident; its parts are refused one by one. */
  incident(): Promise<StoredIncident | null>
  /** Of a run that is running, or whose process died, all whole lines; it may be ahead of the last checkpoint. */
  metrics(): Promise<Metrics>
}

/** Throws RecordError: `no-run` where there is no run.json, and what parseRun refuses. */
export async function readRun(store: Store): Promise<StoredRun> {
  const bytes = await store.read(files.run)
  if (bytes === null) {
    const sentence = `${store.name} is not a run folder: it holds no run.json. Name a folder that whynan fit has written.`
    throw new RecordError('no-run', sentence, { folder: store.name })
  }
  const record = parseRun(bytes, store.name)
  const named = (path: string): string => `${path} in ${store.name}`
  return {
    store,
    record,
    changed: wasChanged(bytes),
    async last() {
      const found = await store.read(files.last)
      if (found === null) return null
      const checkpoint = decodeCheckpoint(found, named(files.last))
      if (checkpoint.run !== runIdentity(record)) {
        throw new RecordError('checkpoint-other-run', `${named(files.last)} was not made with the settings and data that run.json names: ` +
          'one of the two was changed or is of another run. Put the right file back, or start the run again.', { folder: store.name })
      }
      return checkpoint
    },
    async best() {
      const found = await store.read(files.best)
      return found === null ? null : decodeBest(found, named(files.best))
    },
    incident: () => readIncident(store),
    async metrics() {
      const found = await store.read(files.metrics)
      const open = record.status === 'running' || record.status === 'failed'
      if (found === null && !open) {
        const sentence = `${named(files.metrics)} is missing. Put it back, or start the run again.`
        throw new RecordError('metrics-missing', sentence, { folder: store.name })
      }
      return parseMetrics(found ?? new Uint8Array(), named(files.metrics), open ? 'drop' : 'refuse')
    },
  }
}

export type ListedRun =
  | { readonly name: string; readonly record: RunRecord; readonly changed: boolean }
  /** A run folder whose run.json cannot be read, and why. */
  | { readonly name: string; readonly error: RecordError }

/** The runs in a folder of runs, by name; what holds no run.json, or one that is not whynan's, is no run. */
export async function listRuns(folder: Store): Promise<readonly ListedRun[]> {
  const runs: ListedRun[] = []
  for (const name of await folder.list('')) {
    try {
      const bytes = await folder.read(`${name}/${files.run}`)
      if (bytes !== null) runs.push({ name, record: parseRun(bytes, name), changed: wasChanged(bytes) })
    } catch (error) {
      if (!(error instanceof RecordError)) throw error
      if (error.id !== 'not-a-run' && error.id !== 'not-a-folder') runs.push({ name, error })
    }
  }
  return runs
}

export interface SettingsDifference {
  /** The setting's place, such as `optimizer.learningRate`. */
  readonly setting: string
  /** As JSON text, one for each of the settings given; undefined where one has no such setting. */
  readonly values: readonly (string | undefined)[]
}

/** The settings in which several runs differ, in the settings' own order. */
export function settingsDifferences(settings: readonly Settings[]): readonly SettingsDifference[] {
  const flat = settings.map(one => new Map(leaves(one, '')))
  const places = Array.from(new Set(flat.flatMap(one => Array.from(one.keys()))))
  return places
    .map(setting => ({ setting, values: flat.map(one => one.get(setting)) }))
    .filter(({ values }) => new Set(values).size > 1)
}

/** Lists are one value each: hidden layers differ as a whole. */
function leaves(value: object, prefix: string): [string, string][] {
  return Object.entries(value).flatMap(([key, item]: [string, unknown]): [string, string][] => {
    const place = prefix + key
    if (item === undefined) return []
    return typeof item === 'object' && item !== null && !Array.isArray(item) ? leaves(item, `${place}.`) : [[place, JSON.stringify(item)]]
  })
}
