/**
 * Predicted against measured. One output: the points about the diagonal, and beside them what is left over. Several
 * outputs: small multiples, each with its own scale.
 */
import { largestDifferences } from '../numeric/largest.ts'
import { allFinite } from '../numeric/scan.ts'
import { FigureError } from './errors.ts'
import { formatCount, formatNumber } from './format.ts'
import {
  type FigureOptions,
  figureHeight,
  figureWidth,
  label,
  nonFiniteBand,
  roomForTicks,
  sheet,
  titleRoom,
  tooltip,
  xAxis,
  yAxis,
} from './frame.ts'
import { extent, padded, type Scale, scaleOf } from './scale.ts'
import { type Box, dotData, type Markup, tag } from './svg.ts'
import { textWidth, visible } from './text.ts'
import { thinnedIndices } from './thin.ts'
import { type FigureWords, wordsOf } from './words.ts'

export interface MeasuredOutput {
  readonly name: string
  readonly unit?: string
  /** One number a row, of one length with `predicted`; NaN where nothing was measured. */
  readonly measured: ArrayLike<number>
  readonly predicted: ArrayLike<number>
  /** The interval about each prediction, where there is one: drawn as error bars. */
  readonly interval?: { readonly low: ArrayLike<number>; readonly high: ArrayLike<number> }
  /** Root of the mean squared error and the share of variance explained, in the output's own unit, as evaluated. */
  readonly rmse?: number
  readonly r2?: number
}

export interface MeasuredFigure extends FigureOptions {
  readonly outputs: readonly MeasuredOutput[]
}

/** Points drawn at most, over all rows of one output. The largest residuals are always among them. */
const mostPoints = 2000
const largestKept = 40
const mostPanels = 12

interface Points {
  readonly rows: readonly number[]
  readonly measured: readonly number[]
  readonly predicted: readonly number[]
  /** Rows with both numbers finite, and rows whose prediction is not finite. */
  readonly finite: number
  readonly notFinite: number
}

/** The figure as SVG text. Throws FigureError `figure-lengths` where measured, predicted and interval differ in length. */
export function measuredFigure(figure: MeasuredFigure): string {
  const words = wordsOf(figure.language)
  const outputs = figure.outputs.slice(0, mostPanels)
  const points = outputs.map(pointsOf)
  const description = outputs.map((output, i) => describe(output, points[i]?.finite ?? 0, words)).join(' ')
  const title = figure.title ?? words.measuredTitle
  const [first] = outputs
  const [firstPoints] = points
  if (first === undefined || firstPoints === undefined || points.every(({ finite }) => finite === 0)) {
    return sheet(
      { ...figure, title, description: `${words.nothingToCompare} ${description}` },
      label(figureWidth / 2, figureHeight / 2, words.nothingToCompare, { colour: 'muted', anchor: 'middle' }),
    )
  }
  if (outputs.length === 1) {
    const subtitle = figure.subtitle ?? headline(first, firstPoints, words)
    return sheet({ ...figure, title, subtitle, description }, single(first, firstPoints, words))
  }
  const more = figure.outputs.length - outputs.length
  const subtitle = figure.subtitle ?? (more > 0 ? words.more(formatCount(more)) : '')
  return multiples({ ...figure, title, subtitle }, description, outputs, points, words)
}

function pointsOf(output: MeasuredOutput): Points {
  const { measured, predicted, interval, name } = output
  const lengths = [predicted.length, interval?.low.length ?? measured.length, interval?.high.length ?? measured.length]
  const other = lengths.find(length => length !== measured.length)
  if (other !== undefined) {
    throw new FigureError(
      'figure-lengths',
      `"${visible(name)}" has ${measured.length} measured values and ${other} predicted ones: give one prediction for each measurement.`,
      { name, measured: measured.length, predicted: other },
    )
  }
  const compared = comparedRows(measured, predicted)
  const finite = compared?.finite.length ?? measured.length
  const rows = chosenRows(finite, compared?.finite ?? null, output)
  return {
    rows,
    measured: rows.map(row => measured[row] ?? 0),
    predicted: rows.map(row => predicted[row] ?? 0),
    finite,
    notFinite: compared?.notFinite ?? 0,
  }
}

/** Rows with both numbers finite, and how many predictions are not; null where all are finite, as almost always. */
function comparedRows(measured: ArrayLike<number>, predicted: ArrayLike<number>): { readonly finite: readonly number[]; readonly notFinite: number } | null {
  if (allFinite(measured) && allFinite(predicted)) return null
  const finite: number[] = []
  let notFinite = 0
  for (let row = 0; row < measured.length; row++) {
    if (!Number.isFinite(predicted[row])) notFinite++
    else if (Number.isFinite(measured[row])) finite.push(row)
  }
  return { finite, notFinite }
}

/** The largest residuals and, evenly over the `count` rows that are compared, the others; `listed` where these are not all. */
function chosenRows(count: number, listed: readonly number[] | null, { measured, predicted }: MeasuredOutput): number[] {
  const rowOf = (i: number): number => (listed === null ? i : listed[i] ?? 0)
  if (count <= mostPoints) return Array.from({ length: count }, (_, i) => rowOf(i))
  const even = thinnedIndices(count, mostPoints - largestKept).map(rowOf)
  return [...new Set([...largestDifferences(predicted, measured, largestKept), ...even])].sort((a, b) => a - b)
}

function single(output: MeasuredOutput, points: Points, words: FigureWords): Markup {
  const top = titleRoom + 24
  const height = figureHeight - top - 48
  const both = scaleOf('linear', domainOf(output, points), [0, height])
  const left = roomForTicks(both, 5) + 8
  const square = { x: left, y: top, width: height, height }
  const unit = output.unit === undefined ? '' : ` (${output.unit})`
  const residuals = points.rows.map((_, i) => residual(points, i))
  const largest = Math.max(...(extent('linear', residuals) ?? [0, 0]).map(Math.abs), rmseOf(output) * 1.2)
  const size = Math.min(largest, Number.MAX_VALUE)
  const room = roomForTicks(scaleOf('linear', [-size, size], [0, height]), 5)
  const beside = { x: left + height + room + 28, y: top, width: figureWidth - left - height - room - 28 - 24, height }
  const across = scaleOf('linear', both.domain, [beside.x, beside.x + beside.width])
  const up = scaleOf('linear', padded('linear', [-size, size], 0.06), [top + height, top])
  return tag(
    'g',
    {},
    panel(output, points, square, both.domain, { x: words.measured + unit, y: words.predicted + unit, perfect: words.perfect }, 5),
    yAxis(beside, up, words.residualAxis + unit, 5),
    xAxis(beside, across, words.measured + unit, { count: 4 }),
    rmseBand(beside, up, rmseOf(output)),
    tag('path', { d: `M${beside.x},${fixed(up.at(0))}h${beside.width}`, class: 's-ink', 'stroke-width': 0.75 }),
    dots(points.measured.map(across.at), residuals.map(up.at)),
  )
}

function fixed(value: number): string {
  return value.toFixed(2)
}

/** The residual of one point; halved numbers where the difference alone would overflow. */
function residual({ measured, predicted }: Points, i: number): number {
  const difference = (predicted[i] ?? 0) - (measured[i] ?? 0)
  return Math.min(Math.max(difference, -Number.MAX_VALUE), Number.MAX_VALUE)
}

/** The RMSE as given, or 0 where there is none that could be drawn. */
function rmseOf({ rmse }: MeasuredOutput): number {
  return rmse !== undefined && Number.isFinite(rmse) && rmse > 0 ? rmse : 0
}

function rmseBand(box: Box, scale: Scale, rmse: number): Markup | undefined {
  if (rmse === 0) return undefined
  const [above, below] = [scale.at(rmse), scale.at(-rmse)]
  return tag(
    'g',
    {},
    tag('rect', { x: box.x, y: above, width: box.width, height: below - above, class: 'f-wash', 'fill-opacity': 0.7 }),
    label(box.x + box.width, box.y - 12, `± RMSE ${formatNumber(rmse)}`, { colour: 'muted', anchor: 'end' }),
    tag('rect', {
      x: box.x + box.width - textWidth(`± RMSE ${formatNumber(rmse)}`, 12) - 16,
      y: box.y - 21,
      width: 10,
      height: 10,
      class: 'f-wash s-quiet',
      'stroke-width': 0.5,
    }),
  )
}

function domainOf({ interval }: MeasuredOutput, { measured, predicted, rows }: Points): [number, number] {
  const bounds = interval === undefined ? [] : rows.flatMap(row => [interval.low[row] ?? Number.NaN, interval.high[row] ?? Number.NaN])
  return padded('linear', extent('linear', measured, predicted, bounds) ?? [0, 1], 0.04)
}

interface Names {
  readonly x: string
  readonly y: string
  readonly perfect?: string
}

/** A square with the same scale on both sides, the diagonal, the points and their error bars. */
function panel(output: MeasuredOutput, points: Points, box: Box, domain: readonly [number, number], names: Names, ticks: number): Markup {
  const x = scaleOf('linear', domain, [box.x, box.x + box.width])
  const y = scaleOf('linear', domain, [box.y + box.height, box.y])
  return tag(
    'g',
    {},
    yAxis(box, y, names.y, ticks),
    xAxis(box, x, names.x, { count: ticks }),
    tag('path', {
      d: `M${fixed(box.x)},${fixed(box.y + box.height)}L${fixed(box.x + box.width)},${fixed(box.y)}`,
      class: 's-ink',
      'stroke-width': 0.75,
    }),
    errorBars(output, points, x, y),
    dots(points.measured.map(x.at), points.predicted.map(y.at)),
    notFiniteNote(box, points),
    names.perfect === undefined
      ? undefined
      : label(box.x + box.width - 8, box.y + box.height - 10, names.perfect, { colour: 'muted', anchor: 'end', halo: true, size: 11 }),
  )
}

/** Predictions that are not finite have no place on an axis: a hatched strip at the left edge tells how many there are. */
function notFiniteNote(box: Box, { notFinite }: Points): Markup | undefined {
  if (notFinite === 0) return undefined
  const text = `NaN, Inf: ${formatCount(notFinite)}`
  return tag(
    'g',
    {},
    nonFiniteBand({ x: box.x + 8, y: box.y + 8, width: 12, height: 12 }),
    label(box.x + 26, box.y + 18, text, { colour: 'nonfinite', halo: true, weight: 'strong', size: 11 }),
  )
}

function errorBars({ interval }: MeasuredOutput, { rows, measured }: Points, x: Scale, y: Scale): Markup | undefined {
  if (interval === undefined) return undefined
  const few = thinnedIndices(rows.length, 200)
  const data = few.map(i => {
    const row = rows[i] ?? 0
    const [low, high] = [interval.low[row] ?? Number.NaN, interval.high[row] ?? Number.NaN]
    return Number.isFinite(low) && Number.isFinite(high) ? `M${fixed(x.at(measured[i] ?? 0))},${fixed(y.at(low))}V${fixed(y.at(high))}` : ''
  })
  return tag('path', { d: data.join(''), class: 's-quiet', 'stroke-width': 0.75 })
}

/** Dots in a few layers: within a path they do not darken one another, between paths they do, so that density shows. */
function dots(xs: readonly number[], ys: readonly number[]): Markup {
  const layers = Math.min(8, Math.max(1, Math.ceil(xs.length / 60)))
  const many = xs.length > 300
  return tag(
    'g',
    { class: 's-ink dots', 'stroke-width': many ? 3 : 4.5, 'stroke-opacity': many ? 0.28 : 0.6 },
    Array.from({ length: layers }, (_, layer) => tag('path', { d: dotData(xs, ys, layer, layers) })),
  )
}

function headline({ rmse, r2, name }: MeasuredOutput, { rows, finite, notFinite }: Points, words: FigureWords): string {
  return [
    visible(name).slice(0, 60),
    rmse === undefined ? '' : `RMSE ${formatNumber(rmse)}`,
    r2 === undefined ? '' : `R² ${formatNumber(r2)}`,
    words.rows(formatCount(rows.length), formatCount(finite)),
    notFinite === 0 ? '' : words.notFinitePredictions(formatCount(notFinite)),
  ]
    .filter(text => text !== '')
    .join(' · ')
}

function multiples(
  options: FigureOptions & { title: string },
  description: string,
  outputs: readonly MeasuredOutput[],
  points: readonly Points[],
  words: FigureWords,
): string {
  const across = outputs.length === 2 || outputs.length === 4 ? 2 : outputs.length <= 6 ? 3 : 4
  const cell = (figureWidth - 32) / across
  const side = Math.min(cell - 64, 220)
  const rowHeight = side + 92
  const height = titleRoom + Math.ceil(outputs.length / across) * rowHeight + 8
  const panels = outputs.map((output, i) => {
    const own = points[i]
    if (own === undefined) return undefined
    const box = { x: 16 + (i % across) * cell + 52, y: titleRoom + 40 + Math.floor(i / across) * rowHeight, width: side, height: side }
    const unit = output.unit === undefined ? '' : ` (${output.unit})`
    const score = output.r2 === undefined ? '' : `R² ${formatNumber(output.r2)}`
    const nameWidth = box.width + 36 - (score === '' ? 0 : textWidth(score, 12) + 8)
    return tag(
      'g',
      {},
      label(box.x - 44, box.y - 30, output.name + unit, { weight: 'strong', width: nameWidth }),
      score === '' ? undefined : label(box.x + box.width, box.y - 30, score, { colour: 'muted', anchor: 'end' }),
      own.finite === 0 && own.notFinite === 0
        ? label(box.x + side / 2, box.y + side / 2, '–', { colour: 'muted', anchor: 'middle' })
        : panel(output, own, box, domainOf(output, own), { x: words.measured, y: words.predicted }, 4),
      tooltip(`${output.name}${unit} ${score}`),
    )
  })
  return sheet({ ...options, description, height }, panels)
}

function describe({ name, rmse, r2 }: MeasuredOutput, finite: number, words: FigureWords): string {
  const scores = [rmse === undefined ? '' : `RMSE ${formatNumber(rmse)}`, r2 === undefined ? '' : `R² ${formatNumber(r2)}`].filter(
    text => text !== '',
  )
  const count = formatCount(finite)
  return `${visible(name).slice(0, 100)}: ${[...scores, words.rows(count, count)].join(', ')}.`
}
