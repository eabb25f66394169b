/** A sheet with a line for each of many things, as tall as it has lines: so many are drawn, and a last line counts the others. */
import { formatCount } from './format.ts'
import { type FigureOptions, label, sheet, titleRoom } from './frame.ts'
import type { Markup } from './svg.ts'
import type { FigureWords } from './words.ts'

const mostLines = 60
const margin = 16

export interface Lines<T> {
  readonly options: FigureOptions & { readonly title: string; readonly subtitle: string }
  readonly lineHeight: number
  /** Above the first line, at this height. */
  heads(y: number): Markup
  /** The line whose upper edge lies at `y`. */
  line(item: T, y: number): Markup
  /** The line in words, for who cannot see it. */
  describe(item: T): string
}

/** The sheet as SVG text. */
export function linesSheet<T>(items: readonly T[], { options, lineHeight, heads, line, describe }: Lines<T>, words: FigureWords): string {
  const shown = items.slice(0, mostLines)
  const more = items.length - shown.length
  const top = titleRoom + 28
  const height = top + shown.length * lineHeight + (more > 0 ? 28 : 8) + 8
  return sheet(
    { ...options, description: shown.map(describe).join(' '), height },
    heads(top - 12),
    shown.map((item, i) => line(item, top + i * lineHeight)),
    more > 0 ? label(margin, top + shown.length * lineHeight + 20, words.moreColumns(formatCount(more)), { colour: 'muted' }) : undefined,
  )
}
