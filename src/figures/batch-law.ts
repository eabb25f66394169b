/**
 * The batch law: at which step a bad row is first drawn, for every batch size. Both axes logarithmic; the law itself is
 * vermilion and hatched like everything that is not finite, the reader's own batch is blue, since it can be changed.
 */
import { formatCount, formatPercent } from './format.ts'
import {
  type FigureOptions,
  figureHeight,
  figureWidth,
  label,
  roomForTicks,
  sheet,
  spread,
  titleRoom,
  tooltip,
  xAxis,
  yAxis,
} from './frame.ts'
import { extent, padded, type Scale, scaleOf } from './scale.ts'
import { type Box, lineData, type Markup, tag } from './svg.ts'
import { textWidth } from './text.ts'
import { type FigureWords, wordsOf } from './words.ts'

export interface BatchLawPoint {
  readonly batch: number
  /** The step at which the first bad row is expected, from 1. */
  readonly expectedStep: number
  /** The steps by which 5 % and 95 % of all runs have drawn one. */
  readonly quantile5: number
  readonly quantile95: number
}

export interface BatchLawMark {
  readonly batch: number
  readonly expectedStep: number
  /** The chance that a run of the planned steps draws a bad row. */
  readonly chanceWithin?: number
}

export interface BatchLawFigure extends FigureOptions {
  readonly rows: number
  readonly badRows: number
  readonly sampling: 'fresh' | 'epoch' | 'replacement'
  /** By ascending batch size. A batch size whose expected step is not finite is left out. */
  readonly law: readonly BatchLawPoint[]
  /** The reader's batch. */
  readonly own: BatchLawMark
  /** Other batch sizes to name, such as one that was seen to work. */
  readonly compare?: readonly BatchLawMark[]
  /** The steps of the run: a line across. */
  readonly steps?: number
  /** Runs that were made: the step of the first value that was not finite, or null where a run of `steps` stayed finite. */
  readonly runs?: readonly { readonly batch: number; readonly failedAt: number | null; readonly steps: number }[]
}

interface Plot {
  readonly box: Box
  readonly x: Scale
  readonly y: Scale
}

export function batchLawFigure(figure: BatchLawFigure): string {
  const words = wordsOf(figure.language)
  const law = figure.law.filter(
    ({ batch, expectedStep }) => batch > 0 && Number.isFinite(batch) && expectedStep > 0 && Number.isFinite(expectedStep),
  )
  const title = figure.title ?? words.lawTitle
  const subtitle =
    figure.subtitle ?? `${words.lawRows(formatCount(figure.badRows), formatCount(figure.rows))} · ${words.sampling[figure.sampling]}`
  const marks = [figure.own, ...(figure.compare ?? [])].filter(({ batch }) => batch > 0 && Number.isFinite(batch))
  const description = `${subtitle}. ${marks.map(mark => `${words.batch(formatCount(mark.batch))}: ${says(mark, words)}.`).join(' ')}`
  const batches = extent(
    'log',
    law.map(({ batch }) => batch),
  )
  if (batches === null) {
    return sheet(
      { ...figure, title, subtitle, description: `${words.noLaw} ${description}` },
      label(figureWidth / 2, figureHeight / 2, words.noLaw, { colour: 'muted', anchor: 'middle' }),
    )
  }
  const plot = layOut(figure, law, marks, batches)
  return sheet(
    { ...figure, title, subtitle, description },
    yAxis(plot.box, plot.y, `${words.firstNonFiniteStep} (${words.logScale})`),
    xAxis(plot.box, plot.x, `${words.batchSize} (${words.logScale})`),
    band(plot, law),
    lawLine(plot, law),
    runLine(plot, figure.steps, words),
    lawLabels(plot, law, words),
    batchMarks(plot, figure, marks, words),
    runDots(plot, figure),
  )
}

function says({ expectedStep, chanceWithin }: BatchLawMark, words: FigureWords): string {
  // A whole step, as the explanation says it.
  const step = formatCount(Math.round(expectedStep))
  return words.batchSays(step, chanceWithin === undefined ? undefined : formatPercent(chanceWithin))
}

function layOut(figure: BatchLawFigure, law: readonly BatchLawPoint[], marks: readonly BatchLawMark[], batches: [number, number]): Plot {
  const own = marks.map(({ batch }) => batch)
  const failures = (figure.runs ?? []).map(({ failedAt, steps }) => failedAt ?? steps)
  const steps = extent(
    'log',
    law.map(({ quantile95 }) => quantile95),
    law.map(({ expectedStep }) => expectedStep),
    marks.map(({ expectedStep }) => expectedStep),
    failures,
    [1, figure.steps ?? Number.NaN],
  ) ?? [1, 10]
  const top = titleRoom + 24
  const height = figureHeight - top - 48
  const y = scaleOf('log', padded('log', steps, 0, 0.04), [top + height, top])
  const left = roomForTicks(y) + 8
  const box = { x: left, y: top, width: figureWidth - left - 84, height }
  const domain =
    extent(
      'log',
      batches,
      own,
      (figure.runs ?? []).map(({ batch }) => batch),
    ) ?? batches
  return { box, x: scaleOf('log', domain, [left, left + box.width]), y }
}

/** Steps are counted from 1: what lies below is drawn at 1. */
function stepHeight({ y, box }: Plot, step: number): number {
  return Math.max(Number.isFinite(step) ? y.at(Math.max(step, 1)) : box.y, box.y)
}

/** From the 5 % to the 95 % step: a faint ground with hatching between the two curves, each hatch line cut where it leaves them. */
function band(plot: Plot, law: readonly BatchLawPoint[]): Markup {
  const xs = law.map(({ batch }) => plot.x.at(batch))
  const low = law.map(({ quantile5 }) => stepHeight(plot, quantile5))
  const high = law.map(({ quantile95 }) => stepHeight(plot, quantile95))
  const outline = lineData([...xs, ...[...xs].reverse()], [...high, ...[...low].reverse()], true)
  return tag(
    'g',
    {},
    tag('polygon', { points: outline.replace(/[MZ]/g, '').replaceAll('L', ' '), class: 'f-nonfinite', 'fill-opacity': 0.08 }),
    tag('path', { d: hatchBetween(xs, high, low), class: 's-nonfinite', 'stroke-width': 0.75, 'stroke-opacity': 0.45 }),
  )
}

/** Hatching between two curves over the same ascending `xs`, `top` above `bottom`: short strokes, column by column. */
function hatchBetween(xs: readonly number[], top: readonly number[], bottom: readonly number[]): string {
  const gap = 6
  const first = xs[0] ?? 0
  const last = xs[xs.length - 1] ?? 0
  const inside = (x: number, y: number): boolean =>
    x >= first && x <= last && y >= interpolate(xs, top, x) && y <= interpolate(xs, bottom, x)
  const lowest = Math.max(...bottom)
  const highest = Math.min(...top)
  let data = ''
  for (let c = Math.ceil((first + highest) / gap) * gap; c <= last + lowest; c += gap) {
    let from: number | undefined
    for (let x = Math.max(first, c - lowest); x <= Math.min(last, c - highest) + 1; x++) {
      if (inside(x, c - x)) from ??= x
      else if (from !== undefined) {
        if (x - 1 > from) data += lineData([from, x - 1], [c - from, c - x + 1])
        from = undefined
      }
    }
  }
  return data
}

function interpolate(xs: readonly number[], ys: readonly number[], x: number): number {
  let low = 0
  let high = xs.length - 1
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((xs[middle] ?? 0) <= x) low = middle
    else high = middle
  }
  const [x0, x1, y0, y1] = [xs[low] ?? 0, xs[high] ?? 0, ys[low] ?? 0, ys[high] ?? 0]
  return x1 === x0 ? y0 : y0 + ((x - x0) / (x1 - x0)) * (y1 - y0)
}

function lawLine(plot: Plot, law: readonly BatchLawPoint[]): Markup {
  const xs = law.map(({ batch }) => plot.x.at(batch))
  return tag('path', {
    d: lineData(
      xs,
      law.map(({ expectedStep }) => stepHeight(plot, expectedStep)),
    ),
    class: 's-nonfinite',
    'stroke-width': 2,
  })
}

/** The law and its band, named at their right ends. */
function lawLabels(plot: Plot, law: readonly BatchLawPoint[], words: FigureWords): Markup[] {
  const end = law[law.length - 1]
  if (end === undefined) return []
  const { box } = plot
  const x = Math.min(plot.x.at(end.batch), box.x + box.width) + 8
  const heights = spread([stepHeight(plot, end.quantile95), stepHeight(plot, end.expectedStep)], 16, box.y + 4, box.y + box.height - 4)
  return [
    label(x, (heights[1] ?? 0) + 4, words.expected, { colour: 'nonfinite', halo: true, weight: 'strong' }),
    label(x, (heights[0] ?? 0) + 4, words.band, { colour: 'nonfinite', halo: true }),
  ]
}

function runLine({ box, y }: Plot, steps: number | undefined, words: FigureWords): Markup | undefined {
  if (steps === undefined || !(steps >= 1)) return undefined
  const at = y.at(steps)
  return tag(
    'g',
    {},
    tag('path', { d: lineData([box.x, box.x + box.width], [at, at]), class: 's-ink hair', 'stroke-dasharray': '5 3' }),
    label(box.x + box.width, at - 6, words.runEnds(formatCount(steps)), { anchor: 'end', halo: true, width: 240 }),
  )
}

/** Runs that were made: full vermilion where they failed, hollow ink where they stayed finite to their end. */
function runDots(plot: Plot, { runs = [] }: BatchLawFigure): Markup[] {
  return runs
    .filter(({ batch }) => batch > 0)
    .map(({ batch, failedAt, steps }) =>
      tag(
        'circle',
        {
          cx: plot.x.at(batch),
          cy: stepHeight(plot, failedAt ?? steps),
          r: 3.5,
          'stroke-width': 1.25,
          class: failedAt === null ? 'f-paper s-ink' : 'f-nonfinite s-paper',
        },
        tooltip(`${formatCount(batch)}: ${failedAt === null ? `> ${formatCount(steps)}` : formatCount(failedAt)}`),
      ),
    )
}

/** The batches to name: a line down to the axis, a point on the law, and two lines of text that keep clear of one another. */
function batchMarks(plot: Plot, figure: BatchLawFigure, marks: readonly BatchLawMark[], words: FigureWords): Markup[] {
  const { box, x } = plot
  const lines = marks.map(mark => tag('path', {
    d: lineData([x.at(mark.batch), x.at(mark.batch)], [stepHeight(plot, mark.expectedStep), box.y + box.height]),
    class: `s-${mark === figure.own ? 'accent' : 'ink'} hair`,
    'stroke-dasharray': mark === figure.own ? undefined : '2 2',
  }))
  // All lines first: no line crosses the text of another batch.
  return [...lines, ...marks.map(mark => {
    const own = mark === figure.own
    const [atX, atY] = [x.at(mark.batch), stepHeight(plot, mark.expectedStep)]
    const [name, sentence] = [words.batch(formatCount(mark.batch)), says(mark, words)]
    const colour = own ? 'accent' : 'ink'
    const side = atX - box.x < 12 || atX + 12 + textWidth(sentence, 12) < box.x + box.width ? 'start' : 'end'
    const textX = side === 'start' ? atX + 10 : atX - 10
    // Right of the point the falling law leaves room above it; left of it, below.
    const textY = side === 'start' ? Math.max(atY - 26, box.y + 14) : Math.min(atY + 26, box.y + box.height - 28)
    return tag(
      'g',
      {},
      tag(
        'circle',
        { cx: atX, cy: atY, r: own ? 5 : 4, class: `${own ? 'f-accent' : 'f-ink'} s-paper`, 'stroke-width': 1.5 },
        tooltip(`${name}: ${sentence}`),
      ),
      label(textX, textY, name, { colour, weight: 'strong', anchor: side, halo: true }),
      label(textX, textY + 15, sentence, { colour, anchor: side, halo: true }),
    )
  })]
}
