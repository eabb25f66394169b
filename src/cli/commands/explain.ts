/** `whynan explain`: why a run became non-finite or did not learn; from data and settings, what would happen. */
import type { Case } from '../../explain/case.ts'
import { explain } from '../../explain/explain.ts'
import { dataName, isRunFolder, loadData, loadRunData, requirePaths } from '../../node/data.ts'
import { folderStore } from '../../node/store.ts'
import { parseOptions } from '../../network/recipes.ts'
import { readRun } from '../../record/read.ts'
import { prepareExperiment } from '../../training/experiment.ts'
import { caseFromStore } from '../../workflow/recorded.ts'
import type { CommandContext } from '../context.ts'
import type { Options } from '../main.ts'
import { labelled, visible } from '../render.ts'
import { settingsFrom } from '../settings.ts'
import { replacements } from './resume.ts'

export async function explainCommand(values: readonly string[], flags: Options, context: CommandContext): Promise<number> {
  requirePaths(values)
  const [first = ''] = values
  const found = (await isRunFolder(first)) ? await storedCase(first, flags) : await plannedCase(values, flags)
  return show(await explain(found.case, wordsFor(context)), found.missing, flags, context)
}

async function storedCase(path: string, flags: Options): Promise<{ case: Case; missing: readonly string[] }> {
  const stored = await readRun(folderStore(path))
  const data = await loadRunData(stored.record, path, replacements(flags))
  return caseFromStore(stored, data.tables, data.paths.join(' '))
}

async function plannedCase(paths: readonly string[], flags: Options): Promise<{ case: Case; missing: readonly string[] }> {
  const said = await settingsFrom(flags)
  const { train, validation } = parseOptions(said)
  const data = await loadData(paths, { train, validation })
  // What would happen is a question about the data as they are.
  const experiment = prepareExperiment(data.tables, { nonFinite: 'keep', ...said })
  const planned: Case = {
    experiment, status: 'planned', incident: null, final: null, dataName: paths.join(' ') || dataName(paths),
    history: { steps: [], training: [], validation: [] },
  }
  return { case: planned, missing: [] }
}

function wordsFor({ language, terminal }: CommandContext): { language: 'en' | 'zh'; width: number } {
  return { language, width: terminal.width }
}

function show(explanation: { readonly text: string }, missing: readonly string[], flags: Options, context: CommandContext): number {
  const { text, ...rest } = explanation
  const notes = missing.map(says => `${labelled([{ label: '!', text: visible(says) }], context.terminal.width).join('\n')}\n`).join('')
  if (flags['json'] === true) {
    context.err(notes)
    context.out(`${JSON.stringify(rest)}\n`)
  } else {
    context.out(`${notes}${text}\n`)
  }
  return 0
}
