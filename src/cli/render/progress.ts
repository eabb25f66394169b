/** The line that says how far long work has come. */
import { formatCount, formatDuration, formatLarge, formatNumber } from '../../figures/format.ts'
import { bar } from './chart.ts'
import { inkFor, type Terminal } from './terminal.ts'
import { cells } from './wrap.ts'

export interface Progress {
  readonly step: number
  /** Planned steps, where they are known. */
  readonly steps?: number
  readonly loss?: number
  readonly validationLoss?: number
  readonly rowsPerSecond?: number
  readonly secondsLeft?: number
}

export interface ProgressWords {
  steps(step: string, steps: string | undefined): string
  loss(loss: string): string
  validation(loss: string): string
  rate(rows: string): string
  left(time: string): string
}

export const progressWords: { readonly en: ProgressWords; readonly zh: ProgressWords } = {
  en: {
    steps: (step, steps) => (steps === undefined ? `step ${step}` : `step ${step} of ${steps}`),
    loss: loss => `loss ${loss}`,
    validation: loss => `validation ${loss}`,
    rate: rows => `${rows} rows/s`,
    left: time => `${time} left`,
  },
  zh: {
    steps: (step, steps) => (steps === undefined ? `第 ${step} 步` : `第 ${step} 步，共 ${steps} 步`),
    loss: loss => `损失 ${loss}`,
    validation: loss => `验证 ${loss}`,
    rate: rows => `${rows} 行/秒`,
    left: time => `剩余 ${time}`,
  },
}

/**
 * `step 1,234 of 5,000 ━━━━──── loss 0.0521 · validation 0.0533 · 2.1 M rows/s · 12 s left`, one line that fits the terminal: what does
 * not fit is left out from the right, the bar first. The caller puts it over the line before.
 */
export function progressLine(progress: Progress, terminal: Terminal, words: ProgressWords = progressWords.en): string {
  const { step, steps, loss, validationLoss, rowsPerSecond, secondsLeft } = progress
  const ink = inkFor(terminal)
  const paint = (value: number, text: string): string => (Number.isFinite(value) ? text : ink.nonFinite(text))
  const head = words.steps(formatCount(step), steps === undefined ? undefined : formatCount(steps))
  const facts = [
    loss === undefined ? '' : paint(loss, words.loss(formatNumber(loss))),
    validationLoss === undefined ? '' : paint(validationLoss, words.validation(formatNumber(validationLoss))),
    rowsPerSecond === undefined ? '' : ink.dim(words.rate(formatLarge(rowsPerSecond))),
    secondsLeft === undefined ? '' : ink.dim(words.left(formatDuration(secondsLeft))),
  ].filter(fact => fact !== '')
  const dot = terminal.unicode ? ' · ' : ' - '
  // One cell less than the width: a full line would make some terminals go on to the next.
  const room = terminal.width - 1
  const line = (count: number): string => [head, facts.slice(0, count).join(dot)].filter(part => part !== '').join('  ')
  let count = facts.length
  while (count > 0 && cells(line(count)) > room) count--
  const barWidth = Math.min(24, room - cells(line(count)) - 2)
  if (steps === undefined || !terminal.interactive || count < facts.length || barWidth < 8) return line(count)
  return [head, bar(step / steps, barWidth, terminal.unicode), facts.join(dot)].filter(part => part !== '').join('  ')
}
