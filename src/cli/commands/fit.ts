/** `whynan fit`: audits, trains, evaluates, writes a run folder. */
import { bytesOf, dataName, describeFiles, knownFiles, loadData, requirePaths, withNamed, type KnownFile, type LoadedData } from '../../node/data.ts'
import { requireMemory } from '../../node/memory.ts'
import { platform } from '../../node/platform.ts'
import { readingOptions } from '../../node/read-tables.ts'
import { createRunFolder } from '../../node/run-folder.ts'
import { surroundings } from '../../node/surroundings.ts'
import { parseOptions } from '../../network/recipes.ts'
import type { Reading } from '../../network/spec.ts'
import type { FileContents } from '../../table/table.ts'
import type { Experiment } from '../../training/experiment.ts'
import { expectRun, prepareRun } from '../../workflow/prepare.ts'
import { fitRecorded, type RecordedRun } from '../../workflow/recorded.ts'
import type { CommandContext, Options } from '../context.ts'
import { finishedLines, plannedLines, progressObserver, repairLine, voiceOf, type Voice } from '../reporting.ts'
import { memoryBound, settingsFrom, text } from '../settings.ts'

export async function fitCommand(paths: readonly string[], flags: Options, context: CommandContext): Promise<number> {
  requirePaths(paths)
  const json = flags['json'] === true
  const voice = voiceOf(context, { json, quiet: flags['quiet'] === true })
  const said = await settingsFrom(flags)
  const options = parseOptions(said)
  const { train, validation, reading } = options
  const memory = memoryBound(flags)
  const refused = new AbortController()
  const loading = loadData(paths, { train, validation }, { ...readingOptions(reading), ...memory })
  // Beside reading; where that ends in a refusal nobody waits for it.
  const known = knownFiles(withNamed(paths, { train, validation }), refused.signal)
  known.catch(() => {})
  expectRun(options, bytesOf(paths), platform)
  try {
    const data = await loading
    requireMemory(data.tables, memory)
    const experiment = prepareRun(data.tables, withDateOrder(said, reading, data.contents), platform)
    return await fitInFolder({ data, experiment, known }, flags, context, { json, voice })
  } finally {
    refused.abort()
  }
}

interface ToFit {
  readonly data: LoadedData
  readonly experiment: Experiment
  readonly known: Promise<readonly KnownFile[]>
}

async function fitInFolder(
  { data, experiment, known }: ToFit, flags: Options, context: CommandContext, { json, voice }: { readonly json: boolean; readonly voice: Voice },
): Promise<number> {
  const place = text(flags, 'out') ?? { parent: 'runs', date: new Date().toISOString().slice(0, 10), name: dataName(data.paths) }
  const folder = await createRunFolder(place, { overwrite: flags['overwrite'] === true })
  try {
    const files = describeFiles(await known, folder.path)
    const finished = await fitRecorded({
      store: folder.store, experiment, surroundings, platform, signal: context.signal, files,
      onBegin: () => voice.say(plannedLines(data.paths.join(' '), experiment, data.assumptions, context)),
      onRepair: repair => voice.say(repairLine(repair, context)),
      observer: progressObserver(experiment, context, voice, experiment.settings.printEvery),
    })
    voice.settle()
    return conclude(finished, folder.store.name, { json, context, say: voice.say })
  } catch (error) {
    folder.discard()
    throw error
  } finally {
    folder.release()
  }
}

/** An order of dates that was found is recorded, so that what is predicted later is read in the same one, whatever its days show. */
function withDateOrder<T extends object>(said: T, reading: Reading | undefined, contents: readonly FileContents[]): T | T & { reading: Reading } {
  const orders = new Set(contents.flatMap(({ dateOrder }) => dateOrder ?? []))
  const [order] = orders
  return reading?.dates !== 'number' || order === undefined || orders.size > 1 ? said : { ...said, reading: { ...reading, dates: order } }
}

/** Prints the result and gives the exit status. */
export function conclude(
  { run, record }: RecordedRun, folder: string, { json, context, say }: { json: boolean; context: CommandContext; say(text: string): void },
): number {
  say(finishedLines(run, folder, context))
  if (json) context.out(`${JSON.stringify({ run: folder, ...(record.result as object) })}\n`)
  return { completed: 0, 'early-stopped': 0, 'non-finite': 2, interrupted: 130 }[run.status]
}
