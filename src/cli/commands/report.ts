/** `whynan report`: a run as one self-contained page. */
import { loadRunData } from '../../node/data.ts'
import { pathIn, wholePath } from '../../node/files.ts'
import { platform } from '../../node/platform.ts'
import { folderStore } from '../../node/store.ts'
import { readRun } from '../../record/read.ts'
import type { RunRecord } from '../../record/run.ts'
import { reportOf, type ReportRequest } from '../../workflow/report.ts'
import type { CommandContext, Options } from '../context.ts'
import { visible } from '../render.ts'
import { text } from '../settings.ts'
import { filesOfRun, requireOtherThan, writePage } from '../write-page.ts'
import { replacements } from './resume.ts'

const fileName = 'report.html'

export async function reportCommand([run = '']: readonly string[], flags: Options, context: CommandContext): Promise<number> {
  const output = text(flags, 'output')
  const name = nameOf(run)
  const { record } = await readRun(folderStore(run))
  await requireOtherThan(output, [...await readFor(record, run), ...replacements(flags)])
  const page = await reportOf({
    // A page is given to others: it calls the folder by its name, without those above it.
    stored: await readRun(folderStore(run, name)), name, place: placeOf(run, record), data: await dataOf(record, run, name, flags),
    withData: flags['withoutData'] !== true, language: context.language, signal: context.signal, platform,
  })
  if (output === undefined) await folderStore(run).write(fileName, new TextEncoder().encode(page))
  else await writePage('The report', output, page)
  const path = output ?? pathIn(run, fileName)
  context.out(flags['json'] === true ? `${JSON.stringify({ report: path })}\n` : `${visible(path)}\n`)
  return 0
}

/** The files of a run and of its data. */
async function readFor({ data }: RunRecord, run: string): Promise<string[]> {
  return [...await filesOfRun(run), ...data.files.flatMap(({ path, name }) => [pathIn(run, path), name])]
}

/** The run's tables, or the sentence why they cannot be had: a report can be made without them. */
async function dataOf(record: RunRecord, run: string, name: string, flags: Options): Promise<ReportRequest['data']> {
  try {
    return (await loadRunData(record, run, replacements(flags))).tables
  } catch (error) {
    if (!(error instanceof Error && 'id' in error)) throw error
    return { problem: error.message.replaceAll(run, name) }
  }
}

/** The folder's own name, also where it is named by the way to it. */
function nameOf(run: string): string {
  const last = lastOf(run)
  return last === '' || last === '.' ? lastOf(process.cwd()) || 'run' : last
}

/** The way to the run folder from where its data lie, so that its commands work there: as many folders as the data lie above it. */
function placeOf(run: string, { data: { files: [file] } }: RunRecord): string {
  const above = (file?.path.split('/') ?? []).filter(part => part === '..').length
  return wholePath(run).split(/[\\/]/).slice(-Math.max(above, 1)).join('/')
}

function lastOf(path: string): string {
  return path.replace(/[\\/]+$/, '').split(/[\\/]/).at(-1) ?? ''
}
