/**
 * Loss by step: training and validation with their names at their ends, the best step, the place where the loss stopped
 * being finite, and beside it the replays that went on.
 */
import { formatCount, formatNumber } from './format.ts'
import { type FigureOptions, figureHeight, figureWidth, label, nonFiniteBand, roomForTicks, sheet, titleRoom, tooltip, xAxis, yAxis } from './frame.ts'
import { bandWidth, type Best, type Incident, labelsOf, type LossLine, type Plot, roomForName } from './loss-labels.ts'
import type { Line } from './place.ts'
import { extent, padded, type ScaleKind, scaleOf } from './scale.ts'
import { lineData, type Markup, tag } from './svg.ts'
import { thinToPixels } from './thin.ts'
import { type FigureWords, wordsOf } from './words.ts'

export interface LossPoint {
  readonly step: number
  /** May be NaN or infinite: the line then has a gap. */
  readonly loss: number
}

export interface LossFigure extends FigureOptions {
  /** By ascending step, as all series here. */
  readonly training: readonly LossPoint[]
  readonly validation?: readonly LossPoint[]
  /** The step with the best validation loss (training loss where nothing is validated). */
  readonly best?: number
  /** Where the run stopped being finite. Without it the first training loss that is not finite is marked. */
  readonly incident?: { readonly step: number; readonly label?: string }
  /** The same run with something changed: drawn beside the original. */
  readonly replays?: readonly { readonly label: string; readonly points: readonly LossPoint[] }[]
  /** The number of steps that were planned: the axis reaches it. */
  readonly steps?: number
  /** `log` unless told, where every finite loss is above 0. On a log axis a loss of 0 or below leaves a gap. */
  readonly scale?: ScaleKind
}

interface Series extends Omit<LossLine, 'names' | 'pixels'> {
  readonly name: string
  readonly points: readonly LossPoint[]
}

const replayDashes: readonly (string | undefined)[] = [undefined, '6 3', '2 3', '9 3 2 3']

/** The figure as SVG text. Long series are thinned so that spikes survive; a run without a finite loss gets a sentence. */
export function lossFigure(figure: LossFigure): string {
  const words = wordsOf(figure.language)
  const all = seriesOf(figure, words)
  const incident = incidentOf(figure, words)
  const title = figure.title ?? words.lossTitle
  const kind = figure.scale ?? (all.some(({ points }) => points.some(({ loss }) => loss <= 0 && Number.isFinite(loss))) ? 'linear' : 'log')
  const losses = extent(kind, ...all.map(({ points }) => points.map(({ loss }) => loss)))
  const description = [...all.map(series => describe(series, words)), incident?.label].filter(Boolean).join(' ')
  if (losses === null) {
    return sheet(
      { ...figure, title, description: `${words.noSteps} ${description}` },
      label(figureWidth / 2, figureHeight / 2, words.noSteps, { colour: 'muted', anchor: 'middle' }),
    )
  }
  const plot = layOut(figure, all, kind, losses, incident?.step)
  const lines = linesOf(plot, all)
  const name = kind === 'log' ? `${words.loss} (${words.logScale})` : words.loss
  return sheet(
    { ...figure, title, description },
    yAxis(plot.box, plot.y, name),
    xAxis(plot.box, plot.x, words.step, { whole: true }),
    gaps(plot, figure.validation ?? [], words),
    incident === undefined ? undefined : incidentBand(plot, incident),
    lines.map(curve),
    labelsOf(plot, lines, incident, bestOf(plot, figure, words)),
  )
}

function seriesOf(figure: LossFigure, words: FigureWords): Series[] {
  const validated = (figure.validation?.length ?? 0) > 0
  const training: Series = validated
    ? { name: words.training, points: figure.training, colour: 'quiet', labelColour: 'muted', weight: 'thin' }
    : { name: words.training, points: figure.training, colour: 'ink', labelColour: 'ink', weight: 'bold' }
  const validation: Series[] = validated
    ? [{ name: words.validation, points: figure.validation ?? [], colour: 'ink', labelColour: 'ink', weight: 'bold' }]
    : []
  const replays = (figure.replays ?? []).map(({ label: name, points }, i): Series => {
    const dash = replayDashes[i % replayDashes.length]
    return { name, points, colour: 'accent', labelColour: 'accent', weight: 'bold', replay: true, ...(dash === undefined ? {} : { dash }) }
  })
  return [...replays, training, ...validation]
}

function incidentOf({ incident, training }: LossFigure, words: FigureWords): Incident | undefined {
  const born = training.find(({ loss }) => !Number.isFinite(loss))
  const step = incident?.step ?? born?.step
  if (step === undefined) return undefined
  const value = training.find(point => point.step === step && !Number.isFinite(point.loss))?.loss ?? Number.NaN
  return { step, label: incident?.label ?? words.notFiniteAt(String(value), formatCount(step)) }
}

function layOut(figure: LossFigure, all: readonly Series[], kind: ScaleKind, losses: [number, number], incident?: number): Plot {
  const steps = extent('linear', ...all.map(({ points }) => points.map(({ step }) => step)), [
    figure.steps ?? Number.NaN,
    incident ?? Number.NaN,
  ]) ?? [0, 1]
  const top = titleRoom + 24
  const height = figureHeight - top - 48
  const y = scaleOf(kind, padded(kind, losses, 0.08, 0.04), [top + height, top])
  const left = Math.max(roomForTicks(y), 24) + 8
  const atEnd = all.filter(({ points }) => (lastDrawn(points, kind)?.step ?? -Infinity) > steps[1] - (steps[1] - steps[0]) * 0.12)
  const right = Math.max(24, ...atEnd.map(({ name }) => roomForName(name, (figure.replays ?? []).length > 1)))
  const box = { x: left, y: top, width: figureWidth - left - right, height }
  return { box, x: scaleOf('linear', steps[0] === steps[1] ? [steps[0] - 1, steps[1] + 1] : steps, [left, left + box.width]), y }
}

function drawable({ loss, step }: LossPoint, kind: ScaleKind): boolean {
  return Number.isFinite(loss) && Number.isFinite(step) && (kind === 'linear' || loss > 0)
}

function lastDrawn(points: readonly LossPoint[], kind: ScaleKind): LossPoint | undefined {
  return points.findLast(point => drawable(point, kind))
}

/** The lines in pixels; replays that an eye cannot tell apart are one line with both names. */
function linesOf({ x, y }: Plot, all: readonly Series[]): LossLine[] {
  const lines: (LossLine & { names: string[]; heights: ReadonlyMap<number, number> })[] = []
  for (const { name, points, ...style } of all) {
    const drawn = points.filter(point => drawable(point, y.kind))
    const heights = new Map(drawn.map(({ step, loss }) => [step, y.at(loss)]))
    const same = style.replay === true ? lines.find(line => line.replay === true && areOneLine(line.heights, heights)) : undefined
    if (same !== undefined) same.names.push(name)
    else lines.push({ ...style, names: [name], pixels: pixelsOf({ x, y }, points), heights })
  }
  return lines
}

/** Less than twice a line's width apart on average, over the same steps. */
function areOneLine(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): boolean {
  if (a.size !== b.size || a.size === 0) return false
  let apart = 0
  for (const [step, height] of a) apart += Math.abs(height - (b.get(step) ?? Infinity))
  return apart / a.size < 3.5
}

/** A line for each stretch without a gap: it is broken where a loss cannot be drawn. */
function pixelsOf({ x, y }: Pick<Plot, 'x' | 'y'>, points: readonly LossPoint[]): Line[] {
  const pieces: Line[] = []
  for (let start = 0; start < points.length; start++) {
    const xs: number[] = []
    const ys: number[] = []
    for (; start < points.length; start++) {
      const point = points[start]
      if (point === undefined || !drawable(point, y.kind)) break
      xs.push(x.at(point.step))
      ys.push(y.at(point.loss))
    }
    if (xs.length > 0) pieces.push(xs.length === 1 ? { xs, ys } : thinToPixels(xs, ys))
  }
  return pieces
}

/** What would be a line of one point is a dot. */
function curve({ pixels, colour, weight, dash }: LossLine): Markup {
  const [dots, lines] = [pixels.filter(({ xs }) => xs.length === 1), pixels.filter(({ xs }) => xs.length > 1)]
  const dataOf = ({ xs, ys }: Line): string => lineData(xs, ys)
  return tag(
    'g',
    {},
    lines.length === 0 ? undefined : tag('path', { d: lines.map(dataOf).join(''), class: `s-${colour} ${weight}`, 'stroke-dasharray': dash }),
    dots.length === 0 ? undefined
      : tag('path', { d: dots.map(dot => `${dataOf(dot)}h0`).join(''), class: `s-${colour} dots`, 'stroke-width': 5 }),
  )
}

function incidentBand({ box, x }: Plot, { step, label: text }: Incident): Markup {
  return nonFiniteBand(
    { x: Math.min(x.at(step), box.x + box.width - bandWidth), y: box.y, width: bandWidth, height: box.height },
    tooltip(text),
  )
}

/** Stretches in which the validation loss is not finite, as a hatched strip along the top. */
function gaps({ box, x }: Plot, validation: readonly LossPoint[], words: FigureWords): Markup | undefined {
  const strips: Markup[] = []
  let from: number | undefined
  validation.forEach(({ step, loss }, i) => {
    if (Number.isFinite(loss)) return
    from ??= step
    const next = validation[i + 1]
    if (next !== undefined && !Number.isFinite(next.loss)) return
    const left = Math.min(x.at(from), box.x + box.width - 3)
    strips.push(nonFiniteBand({ x: left, y: box.y - 8, width: Math.max(x.at(step) - left, 3), height: 8 }))
    from = undefined
  })
  if (strips.length === 0) return undefined
  return tag('g', {}, strips, label(box.x + box.width, box.y - 14, words.validationNotFinite, { colour: 'nonfinite', anchor: 'end' }))
}

/** A series of one point has no better and worse steps: its mark needs no words. */
function bestOf({ x, y }: Plot, figure: LossFigure, words: FigureWords): Best | undefined {
  const series = (figure.validation?.length ?? 0) > 0 ? figure.validation : figure.training
  const point = series?.find(({ step }) => step === figure.best)
  if (series === undefined || point === undefined || !drawable(point, y.kind)) return undefined
  const text = words.best(formatCount(point.step), formatNumber(point.loss))
  return { x: x.at(point.step), y: y.at(point.loss), text, exactly: `${text} (${point.loss})`, alone: series.length === 1 }
}

function describe({ name, points }: Series, words: FigureWords): string | undefined {
  const first = points.find(({ loss }) => Number.isFinite(loss))
  const last = points.findLast(({ loss }) => Number.isFinite(loss))
  if (first === undefined || last === undefined) return undefined
  return words.series(name, formatNumber(first.loss), formatNumber(last.loss), formatCount(first.step), formatCount(last.step))
}
