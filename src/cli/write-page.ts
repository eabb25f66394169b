/** Writes a page where `-o` says; what refuses it becomes a sentence. */
import { writeText } from '../node/files.ts'
import { UsageError, whyRefused } from './errors.ts'

/** `what` begins the sentence: The report, The audit. */
export async function writePage(what: string, path: string, page: string): Promise<void> {
  try {
    await writeText(path, page)
  } catch (error) {
    throw new UsageError('report-not-written', `${what} was not written to ${path}: ${whyRefused(error)}. Name a file that can be written with -o.`)
  }
}
