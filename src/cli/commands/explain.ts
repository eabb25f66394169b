/** `whynan explain`: why a run became non-finite or did not learn; from data and settings, what would happen. */
import type { Case } from '../../explain/case.ts'
import { explain } from '../../explain/explain.ts'
import { explainFigures, parseSeen } from '../../explain/figures.ts'
import { isRunFolder, loadData, loadRunData, requirePaths } from '../../node/data.ts'
import { pathIn } from '../../node/files.ts'
import { platform } from '../../node/platform.ts'
import { readingOptions } from '../../node/read-tables.ts'
import { folderStore } from '../../node/store.ts'
import { completeSettings, parseOptions } from '../../network/recipes.ts'
import { quoted } from '../../record/command.ts'
import { readRun } from '../../record/read.ts'
import { prepareRun } from '../../workflow/prepare.ts'
import { findNonFinite } from '../../table/rows.ts'
import { caseFromStore } from '../../workflow/recorded.ts'
import type { CommandContext, Options } from '../context.ts'
import { UsageError } from '../errors.ts'
import { labelled, visible } from '../render.ts'
import { dashed, number, settingsFrom, text } from '../settings.ts'
import { showCause } from './explain-cause.ts'
import { explainSteps } from './explain-log.ts'
import { replacements } from './resume.ts'

export async function explainCommand(values: readonly string[], flags: Options, context: CommandContext): Promise<number> {
  const cause = text(flags, 'cause')
  if (cause !== undefined) {
    requireFlags('cause', flags, values)
    return showCause(cause, flags, context)
  }
  const rows = number(flags, 'rows')
  if (rows !== undefined) {
    requireFlags('figures', flags, values)
    return show(fromFigures(rows, flags, context), [], flags, context)
  }
  const log = text(flags, 'log')
  if (log !== undefined) requireFlags('log', flags)
  if (log !== undefined) return show(await explainSteps(values, log, flags, wordsFor(context)), [], flags, context)
  requirePaths(values)
  const [first = ''] = values
  const isRun = await isRunFolder(first)
  requireFlags(isRun ? 'run' : 'data', flags, isRun ? values.slice(1) : [])
  const found = isRun ? await storedCase(first, flags, context) : await plannedCase(values, flags, context)
  return show(await explain(found.case, { ...wordsFor(context), means: { platform, threads: number(flags, 'threads') ?? found.case.experiment.settings.threads } }), found.missing, flags, context)
}

/** What is explained, and which flags mean nothing there: all but those of `only`, or those of `none`. */
const ways = {
  cause: { only: ['cause', 'json', 'lang'], says: '--cause prints the page about a cause, without a table or a run' },
  figures: { only: ['rows', 'seen', 'json', 'lang'], says: '--rows explains from figures alone, without a table or a run' },
  log: { none: ['rows', 'seen', 'data', 'cause'], says: '--log explains from DATA and the steps that another program wrote down' },
  run: { only: ['data', 'threads', 'json', 'lang'], says: 'a run is explained as it was trained' },
  data: { none: ['seen', 'rowsFrom', 'data'], says: '--seen belongs to --rows, --rows-from to --log, --data to a run' },
} as const

/** Refuses flags, and further names, that would be passed over. */
function requireFlags(way: keyof typeof ways, flags: Options, further: readonly string[] = []): void {
  const known = ways[way]
  const unfit = Object.keys(flags).find(key => flags[key] !== undefined && ('only' in known ? !known.only.some(name => name === key) : known.none.some(name => name === key)))
  const strange = further[0] ?? (unfit === undefined ? undefined : `--${dashed(unfit)}`)
  if (strange !== undefined) throw new UsageError('passed-over', `${strange} means nothing here: ${known.says}. Leave it out; whynan explain --help has an example of each way.`)
}

/** What bare figures say: rows, and runs that were seen. */
function fromFigures(rows: number, flags: Options, context: CommandContext): ReturnType<typeof explainFigures> {
  const given = flags['seen']
  const texts = Array.isArray(given) ? given.filter((item): item is string => typeof item === 'string') : []
  if (texts.length === 0) throw new UsageError('nothing-seen', '--rows needs at least one run that was seen: --seen BATCH:STEP:OUTCOME, such as --seen 256:119:ok --seen 10000:7:nan.')
  try {
    return explainFigures({ rows, seen: texts.map(parseSeen), ...wordsFor(context) })
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError('figures', error.message)
    throw error
  }
}

async function storedCase(path: string, flags: Options, { speak }: CommandContext): Promise<{ case: Case; missing: readonly string[] }> {
  const stored = await readRun(folderStore(path))
  const data = await loadRunData(stored.record, path, replacements(flags))
  const found = await caseFromStore(stored, data.tables, data.paths.map(quoted).join(' '), platform)
  const open = stored.record.status === 'running' || stored.record.status === 'failed'
  const notes = [
    ...(stored.changed ? [speak('run.changed', { file: pathIn(path, 'run.json') })] : []), ...found.missing, ...(open ? [speak('explain.open', { run: path })] : []),
  ]
  return { ...found, missing: notes }
}

async function plannedCase(paths: readonly string[], flags: Options, { speak }: CommandContext): Promise<{ case: Case; missing: readonly string[] }> {
  const said = await settingsFrom(flags)
  const { train, validation, reading } = parseOptions(said)
  const data = await loadData(paths, { train, validation }, readingOptions(reading))
  // What would happen is a question about the data as they are.
  const experiment = prepareRun(data.tables, { nonFinite: 'keep', ...said }, platform)
  const usual = completeSettings({ recipe: said.recipe }, { task: 'regression', rows: 1 }).nonFinite
  const { table, columns } = experiment.training
  const asked = said.nonFinite !== undefined || usual === 'keep' || findNonFinite(table, [...columns.inputs, ...columns.targets], experiment.settings.precision).length === 0
  const planned: Case = {
    experiment, status: 'planned', incident: null, final: null, dataName: paths.map(quoted).join(' '),
    history: { steps: [], training: [], validation: [] },
  }
  // The recipe alone has the program's sizes; its rows are drawn as the program drew them only by its own generator.
  const otherDraws = said.recipe === 'classic' && said.draws === undefined
  return { case: planned, missing: [...(asked ? [] : [speak('explain.kept')]), ...(otherDraws ? [speak('explain.draws')] : [])] }
}

function wordsFor({ language, terminal }: CommandContext): { language: 'en' | 'zh'; width: number } {
  return { language, width: terminal.width }
}

function show(explanation: { readonly text: string }, missing: readonly string[], flags: Options, context: CommandContext): number {
  const { text: prose, ...rest } = explanation
  const notes = missing.map(says => `${labelled([{ label: '!', text: visible(says) }], context.terminal.width).join('\n')}\n`).join('')
  if (flags['json'] === true) {
    context.err(notes)
    context.out(`${JSON.stringify(rest)}\n`)
  } else {
    context.out(`${notes}${prose}\n`)
  }
  return 0
}
