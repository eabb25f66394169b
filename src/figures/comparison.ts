/** Columns of two tables, one beside the other: how the training rows lie, and over them how the validation rows do. */
import { formatCount, formatNumber } from './format.ts'
import { type FigureOptions, figureWidth, label, tooltip } from './frame.ts'
import { linesSheet } from './lines.ts'
import { type Box, type Markup, px, tag } from './svg.ts'
import { visible } from './text.ts'
import { type FigureWords, wordsOf } from './words.ts'

export interface ComparedColumn {
  readonly name: string
  /** Counts in equal stretches between `from` and `to`; the first and the last also hold what lies beyond. As many of each. */
  readonly training: readonly number[]
  readonly validation: readonly number[]
  readonly from: number
  readonly to: number
  readonly means: readonly [training: number, validation: number]
  /** Kolmogorov and Smirnov's, and from where on it is more than chance. */
  readonly distance: number
  readonly threshold: number
}

export interface ComparisonFigure extends FigureOptions {
  readonly rows: readonly [training: number, validation: number]
  readonly columns: readonly ComparedColumn[]
}

const lineHeight = 48
const at = { name: 16, bars: 176, barsWidth: 232, low: 424, means: 560, distance: 704 } as const

/** The figure as SVG text, a line each for the first 60 columns. */
export function comparisonFigure(figure: ComparisonFigure): string {
  const words = wordsOf(figure.language)
  const [training, validation] = figure.rows
  return linesSheet(figure.columns, {
    options: {
      ...figure, title: figure.title ?? words.comparisonTitle, subtitle: figure.subtitle ?? words.comparisonOf(formatCount(training), formatCount(validation)),
    },
    lineHeight, heads: y => heads(words, y), line: (column, y) => line(column, y, words),
    describe: ({ name, distance }) => `${visible(name).slice(0, 60)}: ${words.distance} ${formatNumber(distance, 2)}.`,
  }, words)
}

function heads(words: FigureWords, y: number): Markup {
  const muted = { colour: 'muted' as const }
  return tag(
    'g',
    {},
    label(at.name, y, words.column, muted),
    label(at.bars, y, words.distribution, muted),
    label(at.low, y, words.shownRange, muted),
    label(at.means, y, words.means, muted),
    label(at.distance, y, words.distance, { ...muted, anchor: 'end' }),
  )
}

function line(column: ComparedColumn, y: number, words: FigureWords): Markup {
  const base = y + 28
  const [training, validation] = column.means
  const shifted = column.distance > column.threshold
  return tag(
    'g',
    {},
    tag('path', { d: `M${at.name},${y}H${figureWidth - at.name}`, class: 's-hairline' }),
    label(at.name, base, column.name, { width: at.bars - at.name - 12, weight: 'strong' }),
    overlay(column, { x: at.bars, y: y + 6, width: at.barsWidth, height: lineHeight - 12 }, words),
    label(at.low, base, `${formatNumber(column.from)} … ${formatNumber(column.to)}`, { width: at.means - at.low - 12 }),
    label(at.means, base, `${formatNumber(training)} → ${formatNumber(validation)}`, { colour: 'muted', width: 104 }),
    label(at.distance, base, formatNumber(column.distance, 2), shifted ? { anchor: 'end', weight: 'strong' } : { anchor: 'end', colour: 'muted' }),
  )
}

/** Shares, so that tables of different length compare: training as bars, validation as a line of steps over them. */
function overlay({ training, validation, from, to }: ComparedColumn, box: Box, words: FigureWords): Markup {
  const [own, theirs] = [sharesOf(training), sharesOf(validation)]
  const most = Math.max(...own, ...theirs, Number.MIN_VALUE)
  const wide = box.width / Math.max(own.length, 1)
  const bottom = box.y + box.height
  const edge = (i: number): string => formatNumber(from * (1 - i / own.length) + to * (i / own.length))
  const percent = (share: number): string => `${formatNumber(100 * share)} %`
  const bars = own.map((share, i) => {
    const height = share > 0 ? Math.max((share / most) * box.height, 1) : 0
    return tag('rect', { x: box.x + i * wide, y: bottom - height, width: wide - 1, height },
      tooltip(`${edge(i)} … ${edge(i + 1)}: ${words.training} ${percent(share)}, ${words.validation} ${percent(theirs[i] ?? 0)}`))
  })
  const steps = theirs.map((share, i) => `${i === 0 ? 'M' : 'L'}${px(box.x + i * wide)},${px(bottom - (share / most) * box.height)}h${px(wide)}`)
  return tag('g', {}, tag('g', { class: 'f-quiet', 'fill-opacity': 0.55 }, bars), tag('path', { d: steps.join(''), class: 's-ink bold' }))
}

function sharesOf(counts: readonly number[]): number[] {
  const sum = counts.reduce((total, count) => total + count, 0)
  return counts.map(count => (sum > 0 ? count / sum : 0))
}
