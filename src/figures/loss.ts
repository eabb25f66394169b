/**
 * Loss by step: training and validation with their names at their ends, the best step, the place where the loss stopped
 * being finite, and beside it the replays that went on.
 */
import { formatCount, formatNumber } from './format.ts'
import {
  type FigureOptions,
  figureHeight,
  figureWidth,
  label,
  nonFiniteBand,
  roomForTicks,
  sheet,
  spread,
  titleRoom,
  tooltip,
  xAxis,
  yAxis,
} from './frame.ts'
import { extent, padded, type Scale, type ScaleKind, scaleOf } from './scale.ts'
import { type Box, lineData, type Markup, tag } from './svg.ts'
import { textWidth, visible } from './text.ts'
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

interface Series {
  readonly name: string
  readonly points: readonly LossPoint[]
  readonly colour: 'ink' | 'quiet' | 'accent'
  readonly labelColour: 'ink' | 'muted' | 'accent'
  readonly weight: 'bold' | 'thin'
  readonly dash?: string
}

interface Plot {
  readonly box: Box
  readonly x: Scale
  readonly y: Scale
}

const replayDashes: readonly (string | undefined)[] = [undefined, '6 3', '2 3', '9 3 2 3']
/** Names beside the figure, and names within it, in pixels; longer ones are cut. */
const [mostLabelWidth, mostInsideWidth] = [200, 360]

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
  const name = kind === 'log' ? `${words.loss} (${words.logScale})` : words.loss
  return sheet(
    { ...figure, title, description },
    yAxis(plot.box, plot.y, name),
    xAxis(plot.box, plot.x, words.step, { whole: true }),
    gaps(plot, figure.validation ?? [], words),
    incident === undefined ? undefined : incidentBand(plot, incident),
    all.map(series => curve(plot, series)),
    bestMark(plot, figure, words),
    endLabels(plot, all, incident),
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
    return { name, points, colour: 'accent', labelColour: 'accent', weight: 'bold', ...(dash === undefined ? {} : { dash }) }
  })
  return [...replays, training, ...validation]
}

interface Incident {
  readonly step: number
  readonly label: string
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
  const right = Math.max(24, ...atEnd.map(({ name }) => Math.min(textWidth(visible(name), 12), mostLabelWidth) + 20))
  const box = { x: left, y: top, width: figureWidth - left - right, height }
  return { box, x: scaleOf('linear', steps[0] === steps[1] ? [steps[0] - 1, steps[1] + 1] : steps, [left, left + box.width]), y }
}

function drawable({ loss, step }: LossPoint, kind: ScaleKind): boolean {
  return Number.isFinite(loss) && Number.isFinite(step) && (kind === 'linear' || loss > 0)
}

function lastDrawn(points: readonly LossPoint[], kind: ScaleKind): LossPoint | undefined {
  return points.findLast(point => drawable(point, kind))
}

/** The line, broken where a loss cannot be drawn; what would be a line of one point is a dot. */
function curve({ x, y }: Plot, { points, colour, weight, dash }: Series): Markup {
  let line = ''
  let dots = ''
  for (let start = 0; start < points.length; start++) {
    const xs: number[] = []
    const ys: number[] = []
    for (; start < points.length; start++) {
      const point = points[start]
      if (point === undefined || !drawable(point, y.kind)) break
      xs.push(x.at(point.step))
      ys.push(y.at(point.loss))
    }
    if (xs.length === 1) dots += `${lineData(xs, ys)}h0`
    else if (xs.length > 1) {
      const thinned = thinToPixels(xs, ys)
      line += lineData(thinned.xs, thinned.ys)
    }
  }
  return tag(
    'g',
    {},
    line === '' ? undefined : tag('path', { d: line, class: `s-${colour} ${weight}`, 'stroke-dasharray': dash }),
    dots === '' ? undefined : tag('path', { d: dots, class: `s-${colour} dots`, 'stroke-width': 5 }),
  )
}

const bandWidth = 10

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

function bestMark({ box, x, y }: Plot, figure: LossFigure, words: FigureWords): Markup | undefined {
  const series = (figure.validation?.length ?? 0) > 0 ? figure.validation : figure.training
  const point = series?.find(({ step }) => step === figure.best)
  if (point === undefined || !drawable(point, y.kind)) return undefined
  const [atX, atY] = [x.at(point.step), y.at(point.loss)]
  const text = words.best(formatCount(point.step), formatNumber(point.loss))
  const half = textWidth(text, 12) / 2
  const centre = Math.min(Math.max(atX, box.x + half + 4), box.x + box.width - half - 4)
  const bottom = box.y + box.height
  return tag(
    'g',
    {},
    tag('path', { d: `M${atX},${atY + 5}V${bottom}`, class: 's-ink', 'stroke-width': 0.75, 'stroke-dasharray': '1 3' }),
    tag('circle', { cx: atX, cy: atY, r: 4, class: 'f-paper s-ink', 'stroke-width': 1.5 }, tooltip(`${text} (${point.loss})`)),
    label(centre, bottom - 8, text, { anchor: 'middle', halo: true }),
  )
}

/** Names at the ends of the lines; those that end early are named where they end, right of the incident's band. */
function endLabels({ box, x, y }: Plot, all: readonly Series[], incident?: Incident): Markup[] {
  const right = box.x + box.width
  const ends = all.flatMap(series => {
    const end = lastDrawn(series.points, y.kind)
    return end === undefined ? [] : [{ series, atX: x.at(end.step), atY: y.at(end.loss) }]
  })
  const late = ends.filter(({ atX }) => atX > right - box.width * 0.12)
  const early = ends.filter(({ atX }) => atX <= right - box.width * 0.12)
  const marks: Markup[] = []
  const lateHeights = spread(
    late.map(({ atY }) => atY),
    16,
    box.y + 4,
    box.y + box.height - 4,
  )
  late.forEach(({ series, atX, atY }, i) => {
    const height = lateHeights[i] ?? atY
    if (right - atX > 4 || Math.abs(height - atY) > 10) {
      marks.push(
        tag('path', {
          d: lineData([atX + 2, right + 8], [atY, height]),
          class: 's-quiet',
          'stroke-width': 0.75,
          'stroke-dasharray': '1 2',
        }),
      )
    }
    marks.push(label(right + 10, height + 4, series.name, { colour: series.labelColour, width: mostLabelWidth }))
  })
  const band = incident === undefined ? -Infinity : Math.min(x.at(incident.step), right - bandWidth) + bandWidth
  const inside = early.map(({ series, atX, atY }) => ({
    text: series.name,
    colour: series.labelColour,
    atX: (band - atX < 60 ? Math.max(band, atX) : atX) + 8,
    atY,
  }))
  const wishes = inside.map(({ atY }) => Math.min(atY, box.y + box.height - 24))
  if (incident !== undefined) wishes.push(box.y + 8)
  const heights = spread(wishes, 17, box.y + 8, box.y + box.height - 24)
  inside.forEach(({ text, colour, atX }, i) => marks.push(insideLabel(box, atX, heights[i] ?? 0, text, colour, 0)))
  if (incident !== undefined)
    marks.push(insideLabel(box, band + 8, heights[inside.length] ?? 0, incident.label, 'nonfinite', bandWidth + 16))
  return marks
}

/** A label to the right of `x`, or to its left (`back` pixels further) where the figure ends. */
function insideLabel(box: Box, x: number, y: number, text: string, colour: 'ink' | 'muted' | 'accent' | 'nonfinite', back: number): Markup {
  const width = Math.min(textWidth(visible(text), 12), mostInsideWidth)
  const fits = x + width <= box.x + box.width
  const weight = colour === 'nonfinite' ? { weight: 'strong' as const } : {}
  return label(fits ? x : x - back, y + 4, text, { colour, halo: true, width: mostInsideWidth, anchor: fits ? 'start' : 'end', ...weight })
}

function describe({ name, points }: Series, words: FigureWords): string | undefined {
  const first = points.find(({ loss }) => Number.isFinite(loss))
  const last = points.findLast(({ loss }) => Number.isFinite(loss))
  if (first === undefined || last === undefined) return undefined
  return words.series(name, formatNumber(first.loss), formatNumber(last.loss), formatCount(first.step), formatCount(last.step))
}
