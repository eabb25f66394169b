/** `--seen BATCH:STEP:OUTCOME`, a run that somebody saw. */
import { UsageError } from './errors.ts'
import type { Options } from './main.ts'

export interface SeenRun {
  readonly batch: number
  /** The last step that was seen, or the one that failed. */
  readonly step: number
  readonly outcome: 'ok' | 'nan'
}

export function seenRuns(flags: Options): SeenRun[] {
  const given = flags['seen']
  const texts = Array.isArray(given) ? given.filter((item): item is string => typeof item === 'string') : []
  if (texts.length === 0) throw new UsageError('nothing-seen', '--rows needs at least one run that was seen: --seen BATCH:STEP:OUTCOME, such as --seen 256:119:ok --seen 10000:7:nan.')
  return texts.map(parse)
}

function parse(text: string): SeenRun {
  const match = /^([\d,_]+):([\d,_]+):(ok|nan)$/i.exec(text.trim())
  const [batch, step] = [match?.[1], match?.[2]].map(part => Number((part ?? '').replace(/[,_]/g, '')))
  if (match === null || !batch || !step) {
    throw new UsageError('seen-form', `--seen got ${JSON.stringify(text)}; expected BATCH:STEP:OUTCOME, such as 256:119:ok (119 steps went well) or 10000:7:nan (NaN at step 7).`)
  }
  return { batch, step, outcome: match[3]?.toLowerCase() === 'ok' ? 'ok' : 'nan' }
}
