/** `whynan explain --cause ID`: the page about a cause, which comes with the package. */
import { pathIn, readText } from '../../node/files.ts'
import { causes } from '../../explain/causes/index.ts'
import type { CommandContext, Options } from '../context.ts'
import { UsageError } from '../errors.ts'

/** Prints the page; with --json its text as a field. */
export async function showCause(id: string, flags: Options, context: CommandContext): Promise<number> {
  if (!causes.some(cause => cause.id === id)) {
    const ids = causes.map(cause => cause.id).sort().join(', ')
    throw new UsageError('no-such-cause', `--cause must be one of ${ids}; got ${JSON.stringify(id)}.`)
  }
  const page = context.pages === null ? null : await readText(pathIn(context.pages, 'causes', `${id}.md`)).catch(() => null)
  if (page === null) throw new UsageError('no-pages', `The page about ${id} is not where whynan is installed (docs/causes/${id}.md). Install whynan again, or read it where its sources are kept.`)
  context.out(flags['json'] === true ? `${JSON.stringify({ cause: id, page })}\n` : page)
  return 0
}
