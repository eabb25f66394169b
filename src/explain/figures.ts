/** Without the data, from bare figures: which numbers of bad rows fit what was seen at which batch sizes. */
import { fitBadRows, type Fit, type Sampling, type Seen } from './batch-law.ts'
import { say, type Said } from './finding.ts'
import type { Language } from './words/template.ts'
import { layOut } from './words/layout.ts'
import { speaker } from './words/words.ts'

export interface FiguresRequest {
  readonly rows: number
  readonly seen: readonly Seen[]
  /** How the other program draws its batches. */
  readonly sampling?: Sampling
  readonly language?: Language
  readonly width?: number
}

export interface FiguresExplanation {
  readonly rows: number
  readonly sampling: Sampling
  readonly seen: readonly Seen[]
  readonly fit: Fit
  readonly text: string
}

/** `256:119:ok` or `10000:7:nan`. Throws a RangeError that says what was expected. */
export function parseSeen(text: string): Seen {
  const [, batch, steps, outcome] = /^(\d{1,9}):(\d{1,9}):(ok|nan)$/i.exec(text.trim()) ?? []
  const seen = { batch: Number(batch), steps: Number(steps), outcome: outcome?.toLowerCase() === 'nan' ? 'nan' as const : 'ok' as const }
  if (outcome === undefined || seen.batch < 1 || seen.steps < 1) {
    throw new RangeError(`What was seen is "${text}"; expected BATCH:STEPS:ok or BATCH:STEP:nan, such as 256:119:ok (119 finite steps) or 10000:7:nan (NaN at step 7).`)
  }
  return seen
}

/** Whether a batch failed though one at least as large did not: bad rows and sums do more harm the larger the batch is. */
function smallerFailed(seen: readonly Seen[]): boolean {
  const largestClean = Math.max(0, ...seen.filter(({ outcome }) => outcome === 'ok').map(({ batch }) => batch))
  return seen.some(({ outcome, batch }) => outcome === 'nan' && batch <= largestClean)
}

export function explainFigures({ rows, seen, sampling = 'fresh', language = 'en', width = 110 }: FiguresRequest): FiguresExplanation {
  const largest = Math.max(...seen.map(({ batch }) => batch))
  if (!Number.isInteger(rows) || rows < 1 || seen.length === 0 || (largest > rows && sampling !== 'replacement')) {
    throw new RangeError(`${rows} rows and ${seen.length === 0 ? 'nothing seen' : `batches up to ${largest}`}: expected a number of rows that is at least the largest batch, and one thing seen or more.`)
  }
  const fit = fitBadRows(rows, seen, sampling)
  const speak = speaker(language)
  const lines = [speak(say('figures.rows', { rows, list: seen.map(({ batch, steps, outcome }) => say(`figures.seen.${outcome}`, { batch, steps })) }))]
  if (fit.best === null) lines.push(speak(say(smallerFailed(seen) ? 'figures.none.smaller' : 'figures.none')))
  else {
    lines.push(speak(say(fit.best === 0 ? 'figures.clean' : 'figures.fits', { best: fit.best, from: fit.from, to: fit.to })))
    seen.forEach((one, i) => {
      const list = fit.table.filter(({ badRows }) => [1, 2, 5, 10].includes(badRows)).map(({ badRows, each }): Said => (
        badRows === 1 ? say('figures.chance.one', { chance: each[i] ?? 0 }) : say('figures.chance.many', { chance: each[i] ?? 0, badRows })))
      lines.push(speak(say(`figures.chance.${one.outcome}`, { batch: one.batch, steps: one.steps, list })))
    })
    lines.push(speak(say('figures.next')))
  }
  return { rows, sampling, seen, fit, text: layOut(lines[0] ?? '', [{ label: speak(say('label.figures')), paragraphs: lines.slice(1) }], width) }
}
