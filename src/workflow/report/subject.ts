/**
 * What a report is about: the record, and as much as can be had beside it. A damaged part, or data that have moved, become a
 * sentence each, and the rest is said all the same.
 */
import type { FloatArray, Loss } from '../../backends/backend.ts'
import { chooseBackend } from '../../backends/choose.ts'
import type { Platform } from '../../backends/platform.ts'
import type { History } from '../../explain/case.ts'
import { explanationOf } from '../../explain/explain.ts'
import type { Explanation } from '../../explain/explanation.ts'
import { investigate, type Investigation } from '../../explain/investigate.ts'
import { createPredictor } from '../../predict/predict.ts'
import { modelFromJson, modelWasChanged, type Model } from '../../predict/model.ts'
import { quoted } from '../../record/command.ts'
import type { StoredRun } from '../../record/read.ts'
import { files, type RunRecord } from '../../record/run.ts'
import { audit, type Audit } from '../../table/audit.ts'
import type { Table } from '../../table/table.ts'
import type { Experiment, Side, Tables } from '../../training/experiment.ts'
import { caseFromStore } from '../recorded.ts'
import { held } from '../../backends/stored.ts'
import { speakerOf } from './words.ts'

export type Language = 'en' | 'zh'

/** All that takes the run's own data. */
export interface Known {
  readonly experiment: Experiment
  readonly investigation: Investigation
  readonly explanation: Explanation
  readonly audit: Audit
  /** What the trained network says of the rows that it was measured on; null where its model cannot be read. */
  readonly measured: { readonly side: Side; readonly outputs: FloatArray } | null
}

export interface Subject {
  readonly name: string
  /** The run folder, as a command names it where its data lie. */
  readonly place: string
  readonly record: RunRecord
  readonly history: History
  /** The step of the weights that were kept, where early stopping kept the best. */
  readonly best: number | null
  readonly model: Model | null
  readonly known: Known | null
  /** A sentence for each part that could not be had. */
  readonly missing: readonly string[]
  readonly language: Language
  readonly withData: boolean
}

export interface SubjectRequest {
  readonly stored: StoredRun
  readonly name: string
  /** The way to the run folder from where its data lie; left out, its name. */
  readonly place?: string
  /** The tables that the run was made from, or why they cannot be had. */
  readonly data: Tables | { readonly problem: string }
  readonly withData: boolean
  readonly language: Language
  readonly signal?: AbortSignal | undefined
  /** For the replays. */
  readonly platform?: Platform | undefined
}

export async function subjectOf(request: SubjectRequest): Promise<Subject> {
  const { stored, name, data, withData, language } = request
  const { record } = stored
  const missing: string[] = []
  const attempt = async <T>(work: () => Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      // Refusals are sentences; a fault of whynan's own is none.
      if (!(error instanceof Error && 'id' in error)) throw error
      if (!missing.includes(error.message)) missing.push(error.message)
      return otherwise
    }
  }
  const speak = speakerOf(language)
  if (stored.changed) missing.push(speak('record.changed', { file: files.run }))
  const model = await attempt(() => modelOf(stored, () => missing.push(speak('record.changed', { file: files.model }))), null)
  const best = record.settings.earlyStopping === false ? null : await attempt(async () => (await stored.best())?.step ?? null, null)
  const tables = 'problem' in data ? null : withData ? data : withoutTexts(data)
  if ('problem' in data) missing.push(data.problem)
  const known = tables === null ? null : await attempt(() => learn(request, tables, model, missing), null)
  const history = known?.history ?? await attempt(() => historyOf(stored), { steps: [], training: [], validation: [] })
  return { name, place: request.place ?? name, record, history, best, model, known, missing, language, withData }
}

async function learn(
  { stored, language, signal, platform }: SubjectRequest, tables: Tables, model: Model | null, missing: string[],
): Promise<Known & { readonly history: History }> {
  const { case: of, missing: damaged } = await caseFromStore(stored, tables, dataPlace, platform)
  missing.push(...damaged.filter(says => !missing.includes(says)))
  const { experiment, history } = of
  const investigation = await investigate(of, { means: { platform, threads: experiment.settings.threads }, signal })
  const validation = typeof tables.validation === 'number' ? null : tables.validation
  return {
    experiment, history, investigation,
    // So wide that nothing is broken into lines.
    explanation: explanationOf(investigation, { language, width: 1e6 }),
    audit: audit({ training: tables.training, validation, language }, experiment.training.columns),
    measured: model === null ? null : await measuredOf(experiment, model),
  }
}

/** Stands for the data's name in commands until `withFiles` puts the files' names there. */
const dataPlace = 'DATA'

/** A command of the explanation with the run's files in it; names as a POSIX shell reads them. */
export function withFiles(text: string, { data }: RunRecord): string {
  if (data.files.length === 0) return text
  const names = data.files.map(({ name }) => quoted(name))
  return text.replace(/^(whynan \w+) DATA(?= |$)/, (_whole, verb: string) => `${verb} ${names.join(' ')}`)
}

async function modelOf({ store }: StoredRun, onChanged: () => void): Promise<Model | null> {
  const bytes = await store.read(files.model)
  if (bytes === null) return null
  const text = new TextDecoder().decode(bytes)
  const model = modelFromJson(text, `${files.model} in ${store.name}`)
  if (modelWasChanged(text)) onChanged()
  return model
}

async function measuredOf(experiment: Experiment, model: Model): Promise<Known['measured']> {
  const side = experiment.validation ?? experiment.training
  const predictor = await createPredictor(model, chooseBackend)
  try {
    return { side, outputs: predictor.predict(held(side.dataset).features, side.dataset.rows) }
  } finally {
    predictor.dispose()
  }
}

/** The losses of the record alone. */
async function historyOf(stored: StoredRun): Promise<History> {
  const { rows, training, validation, evaluated } = await stored.metrics()
  const at = ({ total, data, regularization }: typeof training, i: number): Loss =>
    ({ total: total[i] ?? Number.NaN, data: data[i] ?? Number.NaN, regularization: regularization[i] ?? Number.NaN })
  const steps = Array.from({ length: rows }, (_, i) => i)
  return {
    steps: steps.map(i => i + 1), training: steps.map(i => at(training, i)),
    validation: steps.map(i => (evaluated[i] === 1 ? at(validation, i) : null)),
  }
}

/** The same tables, whose cells no longer tell what stood in the file. */
function withoutTexts({ training, validation, ...rest }: Tables): Tables {
  const silent = (table: Table): Table => ({ ...table, origin: (row, column) => lineOnly(table.origin(row, column)) })
  return { ...rest, training: silent(training), validation: typeof validation === 'object' && validation !== null ? silent(validation) : validation }
}

function lineOnly({ line }: { readonly line?: number }): { line?: number } {
  return line === undefined ? {} : { line }
}

/** A number of the record's result, which is JSON that may hold "NaN"; null where there is none. */
export function numberAt(value: unknown, ...path: readonly string[]): number | null {
  const found = valueAt(value, ...path)
  if (found === 'NaN') return Number.NaN
  if (found === 'Infinity' || found === '-Infinity') return Number(found)
  return typeof found === 'number' ? found : null
}

/** What stands at a place of a JSON value; undefined where nothing does. */
export function valueAt(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((at, key) => {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined
    return new Map<string, unknown>(Object.entries(at)).get(key)
  }, value)
}
