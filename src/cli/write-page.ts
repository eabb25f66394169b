/** What `-o` names: never what was read, and what refuses to be written becomes a sentence. */
import { filesBelow, namedAmong, pathIn, writeText } from '../node/files.ts'
import { UsageError, whyRefused } from './errors.ts'

/** Refuses to write over what is read: nothing would bring it back. Asked before any work is done. */
export async function requireOtherThan(output: string | undefined, read: readonly string[]): Promise<void> {
  const same = output === undefined ? null : await namedAmong(output, read)
  if (same === null) return
  throw new UsageError('output-is-input', `-o names ${output}, which is ${same === output ? 'what is read' : `${same}, which is read`}, and it would be lost: name another file.`)
}

/** What a run folder cannot lose; pages and predictions that were put into it may be written anew. */
export async function filesOfRun(run: string): Promise<string[]> {
  const inFolders = await Promise.all(['checkpoints', 'incident'].map(async name => filesBelow(pathIn(run, name))))
  return [...['run.json', 'model.json', 'metrics.csv'].map(name => pathIn(run, name)), ...inFolders.flat()]
}

/** `what` begins the sentence: The report, The audit. */
export async function writePage(what: string, path: string, page: string): Promise<void> {
  try {
    await writeText(path, page)
  } catch (error) {
    throw new UsageError('report-not-written', `${what} was not written to ${path}: ${whyRefused(error)}. Name a file that can be written with -o.`)
  }
}
