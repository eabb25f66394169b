/** Measured classes by row, predicted classes by column: each row shaded by shares, so that rare classes count as much. */
import { FigureError } from './errors.ts'
import { formatCount, formatPercent } from './format.ts'
import { type FigureOptions, figureWidth, label, sheet, titleRoom, tooltip } from './frame.ts'
import { type Markup, tag } from './svg.ts'
import { shorten, textWidth, visible } from './text.ts'
import { type FigureWords, wordsOf } from './words.ts'

export interface ConfusionFigure extends FigureOptions {
  readonly classes: readonly string[]
  /** `counts[measured][predicted]`, one row and one column a class. */
  readonly counts: readonly (readonly number[])[]
}

const mostClasses = 24

/**
 * The figure as SVG text. Beyond 24 classes the smaller ones are drawn together as one. Throws FigureError
 * `figure-lengths` where `counts` has not one row and one column for each class.
 */
export function confusionFigure(figure: ConfusionFigure): string {
  const words = wordsOf(figure.language)
  const { classes, counts } = folded(figure, words)
  const size = classes.length
  const cell = Math.max(18, Math.min(56, (figureWidth - 220) / Math.max(size, 1)))
  const fontSize = cell >= 40 ? 12 : 10
  const left = Math.min(Math.max(...classes.map(name => textWidth(visible(name), 12)), 60), 180) + 40
  const slanted = classes.some(name => textWidth(visible(name), 12) > cell - 4)
  const top = titleRoom + 28 + (slanted ? 64 : 20)
  const height = Math.max(top + size * cell + 32, 160)
  const all = sum(counts.flat())
  const right = sum(counts.map((row, i) => row[i] ?? 0))
  const subtitle = figure.subtitle ?? (all === 0 ? '' : words.correct(formatPercent(right / all), formatCount(right), formatCount(all)))
  const title = figure.title ?? words.confusionTitle
  return sheet(
    { ...figure, title, subtitle, description: `${subtitle}. ${describe(classes, counts)}`, height },
    label(left - 12, top - 8, words.measured, { colour: 'muted', anchor: 'end' }),
    label(left, titleRoom + 16, words.predicted, { colour: 'muted' }),
    classes.map((name, i) => columnName(name, left + (i + 0.5) * cell, top - 8, cell, slanted)),
    classes.map((name, i) => label(left - 12, top + (i + 0.5) * cell + 4, name, { anchor: 'end', width: left - 40 })),
    counts.map((row, i) =>
      row.map((count, j) =>
        square(
          count,
          sum(row),
          i === j,
          { x: left + j * cell, y: top + i * cell, cell, fontSize },
          `${classes[i] ?? ''} → ${classes[j] ?? ''}`,
        ),
      ),
    ),
  )
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0)
}

function columnName(name: string, x: number, y: number, cell: number, slanted: boolean): Markup {
  if (!slanted) return label(x, y, name, { anchor: 'middle', width: cell })
  const turned = tag(
    'text',
    { x: 0, y: 0, class: 'f-ink', transform: `translate(${x.toFixed(2)},${y}) rotate(-40)` },
    tooltip(name),
    shorten(visible(name.slice(0, 200)), 90, 12),
  )
  return turned
}

interface Place {
  readonly x: number
  readonly y: number
  readonly cell: number
  readonly fontSize: number
}

/** One square: ink by the share of its row; a cell off the diagonal that holds anything has a rim, so that it is not missed. */
function square(count: number, rowTotal: number, diagonal: boolean, { x, y, cell, fontSize }: Place, name: string): Markup {
  const share = rowTotal > 0 ? count / rowTotal : 0
  const text = formatCount(count)
  const legible = textWidth(text, fontSize) < cell - 4
  return tag(
    'g',
    {},
    count > 0 ? tooltip(`${name}: ${text} (${formatPercent(share)})`) : undefined,
    tag('rect', { x: x + 0.5, y: y + 0.5, width: cell - 1, height: cell - 1, class: 'f-wash' }),
    share > 0
      ? tag('rect', { x: x + 0.5, y: y + 0.5, width: cell - 1, height: cell - 1, class: 'f-ink', 'fill-opacity': 0.06 + 0.84 * share })
      : undefined,
    !diagonal && count > 0
      ? tag('rect', { x: x + 1, y: y + 1, width: cell - 2, height: cell - 2, class: 's-muted', fill: 'none', 'stroke-width': 0.75 })
      : undefined,
    legible
      ? tag(
          'text',
          {
            x: x + cell / 2,
            y: y + cell / 2 + fontSize * 0.36,
            'text-anchor': 'middle',
            'font-size': fontSize,
            class: count === 0 ? 'f-quiet' : share > 0.45 ? 'f-paper' : 'f-ink',
          },
          text,
        )
      : undefined,
  )
}

interface Folded {
  readonly classes: readonly string[]
  readonly counts: readonly (readonly number[])[]
}

/** The largest classes in their own order, and all others together at the end. */
function folded({ classes, counts }: ConfusionFigure, words: FigureWords): Folded {
  if (counts.length !== classes.length || counts.some(row => row.length !== classes.length)) {
    throw new FigureError(
      'figure-lengths',
      `A table of counts for ${classes.length} classes needs ${classes.length} rows and columns; got ${counts.length} rows.`,
      { classes: classes.length, rows: counts.length },
    )
  }
  if (classes.length <= mostClasses) return { classes, counts }
  const weight = (i: number): number => sum(counts[i] ?? []) + sum(counts.map(row => row[i] ?? 0))
  const order = classes.map((_, i) => i).sort((a, b) => weight(b) - weight(a) || a - b)
  const kept = order.slice(0, mostClasses - 1).sort((a, b) => a - b)
  const rest = order.slice(mostClasses - 1)
  const groups = [...kept.map(i => [i]), rest]
  return {
    classes: [...kept.map(i => classes[i] ?? ''), `${words.otherClasses} (${formatCount(rest.length)})`],
    counts: groups.map(rows => groups.map(columns => sum(rows.flatMap(r => columns.map(c => counts[r]?.[c] ?? 0))))),
  }
}

function describe(classes: readonly string[], counts: Folded['counts']): string {
  return classes
    .map((name, i) => {
      const row = counts[i] ?? []
      return `${visible(name).slice(0, 60)}: ${formatCount(row[i] ?? 0)} / ${formatCount(sum(row))}.`
    })
    .join(' ')
}
