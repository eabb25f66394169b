/** `whynan resume`: goes on with a run after a stop, a crash or a kill. */
import { loadRunData } from '../../node/data.ts'
import { pathIn } from '../../node/files.ts'
import { requireMemory } from '../../node/memory.ts'
import { platform } from '../../node/platform.ts'
import { lockRun } from '../../node/lock.ts'
import { folderStore } from '../../node/store.ts'
import { surroundings } from '../../node/surroundings.ts'
import { parseOptions } from '../../network/recipes.ts'
import { readRun } from '../../record/read.ts'
import { RecordError } from '../../record/errors.ts'
import { prepareRun } from '../../workflow/prepare.ts'
import { resumeRecorded, settingsOf } from '../../workflow/recorded.ts'
import type { CommandContext, Options } from '../context.ts'
import { plannedLines, progressObserver, repairLine, voiceOf, type Voice } from '../reporting.ts'
import { visible } from '../render.ts'
import { memoryBound, number } from '../settings.ts'
import { conclude } from './fit.ts'

export async function resumeCommand(values: readonly string[], flags: Options, context: CommandContext): Promise<number> {
  const [path = ''] = values
  const json = flags['json'] === true
  const voice = voiceOf(context, { json, quiet: flags['quiet'] === true })
  // Refused before anything is read or locked.
  parseOptions({ threads: number(flags, 'threads') })
  const { record, changed } = await readRun(folderStore(path))
  if (changed) voice.say(`${context.speak('run.changed', { file: visible(pathIn(path, 'run.json')) })}\n`)
  if (record.status === 'non-finite') {
    throw new RecordError('run-not-finite', `The run in ${path} stopped because a value was not finite, so it cannot go on as it is: whynan explain ${path} says why and what to change.`)
  }
  if (record.status === 'completed' || record.status === 'early-stopped') {
    voice.say(`${context.speak('resume.ended', { run: visible(path), status: context.speak(`runs.${record.status}`) })}\n`)
    if (json) context.out(`${JSON.stringify({ run: path, ...(record.result as object) })}\n`)
    return 0
  }
  const lock = await lockRun(path, path)
  try {
    return await goOn(path, flags, context, voice)
  } finally {
    lock.release()
  }
}

/** Reads the run again: another process may have written it until it was locked. */
async function goOn(path: string, flags: Options, context: CommandContext, voice: Voice): Promise<number> {
  const store = folderStore(path)
  const { threads } = parseOptions({ threads: number(flags, 'threads') })
  const stored = await readRun(store)
  const { record } = stored
  const memory = memoryBound(flags)
  const data = await loadRunData(record, path, replacements(flags), memory)
  requireMemory(data.tables, memory)
  const experiment = prepareRun(data.tables, settingsOf(record), platform)
  const observer = progressObserver(experiment, context, voice, number(flags, 'printEvery') ?? record.settings.printEvery)
  const names = record.data.files.map(file => file.name).join(' ')
  const fromStart = (await stored.last()) === null
  const finished = await resumeRecorded({
    store, surroundings, platform, threads, signal: context.signal, observer,
    onBegin: () => voice.say(plannedLines(names, experiment, data.assumptions, context) + (fromStart ? `${context.speak('resume.from-start', { run: visible(path) })}\n` : '')),
    onRepair: repair => voice.say(repairLine(repair, context)),
  }, data.tables)
  voice.settle()
  return conclude(finished, path, { json: flags['json'] === true, context, say: voice.say })
}

/** The files that --data names. */
export function replacements(flags: Options): string[] {
  const value = flags['data']
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []
}
