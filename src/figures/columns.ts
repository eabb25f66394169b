/** The columns of a table, a line each: name, role, distribution, range, mean, and what is not finite. */
import { formatCount, formatNumber } from './format.ts'
import { type FigureOptions, figureWidth, label, nonFiniteBand, tooltip } from './frame.ts'
import { linesSheet } from './lines.ts'
import { type Box, type Markup, tag } from './svg.ts'
import { textWidth, visible } from './text.ts'
import { type FigureWords, wordsOf } from './words.ts'

export interface ColumnPicture {
  readonly name: string
  readonly role?: 'input' | 'target' | 'unused'
  /** How many finite values lie in each of the equal stretches between `min` and `max`. */
  readonly counts: ArrayLike<number>
  readonly min: number
  readonly max: number
  readonly mean: number
  readonly std: number
  readonly finite: number
  readonly nan: number
  readonly inf: number
}

export interface ColumnsFigure extends FigureOptions {
  readonly rows: number
  readonly columns: readonly ColumnPicture[]
  /** How many columns the table has, where some are not drawn. */
  readonly of?: number
}

const lineHeight = 34
/** Where each part of a line begins. */
const at = { name: 16, bars: 216, barsWidth: 176, low: 408, mean: 540, chip: 704 } as const

/** The figure as SVG text; as tall as it has columns, and after 60 of them a line that counts the rest. */
export function columnsFigure(figure: ColumnsFigure): string {
  const words = wordsOf(figure.language)
  return linesSheet(figure.columns, {
    options: {
      ...figure, title: figure.title ?? words.columnsTitle,
      subtitle: figure.subtitle ?? subtitleOf(figure, words),
    },
    lineHeight, heads: y => heads(words, y), line: (column, y) => line(column, y, words), describe: column => describe(column, words),
  }, words)
}

function subtitleOf({ rows, columns: { length: drawn }, of = drawn }: ColumnsFigure, words: FigureWords): string {
  return of > drawn ? words.columnsAmong(formatCount(rows), formatCount(drawn), formatCount(of)) : words.columnsOf(formatCount(rows), formatCount(drawn))
}

function heads(words: FigureWords, y: number): Markup {
  const muted = { colour: 'muted' as const }
  return tag(
    'g',
    {},
    label(at.name, y, words.column, muted),
    label(at.bars, y, words.distribution, muted),
    label(at.low, y, words.range, muted),
    label(at.mean, y, words.meanStd, muted),
    label(at.chip, y, words.notFinite, { ...muted, anchor: 'end' }),
  )
}

function describe(column: ColumnPicture, words: FigureWords): string {
  const bad = badOf(column) > 0 ? `, ${formatCount(badOf(column))} ${words.notFinite}` : ''
  return `${visible(column.name).slice(0, 60)}: ${rangeOf(column, words)}${bad}.`
}

function badOf({ nan, inf }: ColumnPicture): number {
  return nan + inf
}

function rangeOf({ min, max, finite }: ColumnPicture, words: FigureWords): string {
  if (finite === 0) return '–'
  return min === max ? `${words.constant} ${formatNumber(min, 4)}` : `${formatNumber(min)} … ${formatNumber(max)}`
}

function line(column: ColumnPicture, y: number, words: FigureWords): Markup {
  const base = y + 22
  const quiet = column.role === 'unused' || column.finite === 0
  const spread = column.finite === 0 || column.min === column.max ? '' : meanAndSpread(column)
  return tag(
    'g',
    {},
    tag('path', { d: `M${at.name},${y}H${figureWidth - at.name}`, class: 's-hairline' }),
    nameOf(column, base, quiet),
    column.role === undefined
      ? undefined
      : label(at.bars - 12, base, words.roles[column.role], {
          colour: column.role === 'target' ? 'ink' : 'muted',
          anchor: 'end',
          size: 11,
        }),
    histogram(column, { x: at.bars, y: y + 5, width: at.barsWidth, height: lineHeight - 9 }, quiet),
    label(at.low, base, rangeOf(column, words), { width: at.mean - at.low - 12, colour: quiet ? 'muted' : 'ink' }),
    label(at.mean, base, spread, { width: 110, colour: 'muted' }),
    chip(column, base),
  )
}

/** On two lines where one is too short: names of measurements often begin and end alike. */
function nameOf({ name, role }: ColumnPicture, base: number, quiet: boolean): Markup {
  const width = role === undefined ? 188 : 136
  const style = { width, weight: 'strong', colour: quiet ? 'muted' : 'ink' } as const
  const shown = visible(name.slice(0, 600))
  if (textWidth(shown, 12.5) <= width) return label(at.name, base, shown, style)
  const [first, rest] = splitName(shown, width)
  return tag('g', {}, tooltip(shown), label(at.name, base - 8, first, style), label(at.name, base + 6, rest, style))
}

/** As much as fits at 12 pixels, to the last mark between words where there is one in its second half. */
function splitName(name: string, width: number): [first: string, rest: string] {
  const characters = [...name]
  let fits = 1
  while (fits < characters.length && textWidth(characters.slice(0, fits + 1).join(''), 12.5) <= width) fits++
  const head = characters.slice(0, fits).join('')
  const mark = Math.max(...[' ', '_', '-', '.', '/'].map(sign => head.lastIndexOf(sign) + 1))
  const first = mark > head.length / 2 ? head.slice(0, mark) : head
  return [first.trimEnd(), name.slice(first.length).trimStart()]
}

/** The mean to the decimals of the deviation: further ones say nothing. */
function meanAndSpread({ mean, std }: ColumnPicture): string {
  const spread = formatNumber(std)
  const decimals = /^[\d,]+(?:\.(\d+))?$/.exec(spread)?.[1]?.length ?? 0
  const plain = !spread.includes('e') && Math.abs(mean) < 1e6
  return `${plain && decimals > 0 ? formatNumber(Number(mean.toFixed(decimals)), 6) : formatNumber(mean)} ± ${spread}`
}

/** Bars share the height of the fullest one; a stretch that holds anything at all shows at least a line. */
function histogram({ counts, min, max, finite }: ColumnPicture, box: Box, quiet: boolean): Markup | undefined {
  const list = Array.from(counts)
  const most = Math.max(...list, 0)
  if (most === 0 || finite === 0) return undefined
  const wide = box.width / list.length
  const gap = wide > 4 ? 1 : 0
  const colour = quiet ? 'f-quiet' : 'f-ink'
  if (min === max) return tag('rect', { x: box.x + box.width / 2 - 1, y: box.y, width: 2, height: box.height, class: colour })
  const edge = (i: number): string => formatNumber(min * (1 - i / list.length) + max * (i / list.length))
  const bars = list.map((count, i) => {
    if (!(count > 0)) return undefined
    const height = Math.max((count / most) * box.height, 1)
    return tag(
      'rect',
      { x: box.x + i * wide, y: box.y + box.height - height, width: wide - gap, height },
      tooltip(
        `${edge(i)} … ${edge(i + 1)}: ${formatCount(count)}`,
      ),
    )
  })
  return tag('g', { class: colour, 'fill-opacity': 0.75 }, bars)
}

function chip(column: ColumnPicture, base: number): Markup {
  const count = badOf(column)
  if (count === 0) return label(at.chip, base, '0', { colour: 'muted', anchor: 'end' })
  const kinds = [column.nan > 0 ? `${formatCount(column.nan)} NaN` : '', column.inf > 0 ? `${formatCount(column.inf)} Inf` : '']
    .filter(text => text !== '')
    .join(' · ')
  return tag(
    'g',
    {},
    label(at.chip - 16, base, kinds, { colour: 'nonfinite', anchor: 'end', weight: 'strong' }),
    nonFiniteBand({ x: at.chip - 11, y: base - 10, width: 11, height: 11 }),
    tooltip(kinds),
  )
}
