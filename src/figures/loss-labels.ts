/** The names of lines in a figure of losses, of the step that was best and of the one that broke: where no line lies. */
import { label, spread, tooltip } from './frame.ts'
import { freePlace, type Line } from './place.ts'
import type { Scale } from './scale.ts'
import { type Box, lineData, type Markup, tag } from './svg.ts'
import { shorten, textWidth, visible, wrapped } from './text.ts'

export interface Plot {
  readonly box: Box
  readonly x: Scale
  readonly y: Scale
}

export interface LossLine {
  /** More than one where lines lie over each other. */
  readonly names: readonly string[]
  /** In pixels, a piece for each stretch without a gap. */
  readonly pixels: readonly Line[]
  readonly colour: 'ink' | 'quiet' | 'accent'
  readonly labelColour: 'ink' | 'muted' | 'accent'
  readonly weight: 'bold' | 'thin'
  readonly dash?: string
  readonly replay?: true
}

export interface Incident {
  readonly step: number
  readonly label: string
}

export interface Best {
  readonly x: number
  readonly y: number
  readonly text: string
  readonly exactly: string
  /** Whether it is the only point of its line, so that nothing need be said of it. */
  readonly alone: boolean
}

export const bandWidth = 10
const fontSize = 12
/** Names beside the figure, in pixels and lines, and names within it; longer ones are cut. */
const [mostBeside, mostLines, mostInside] = [210, 3, 360]
/** From the plot to a name beside it, the sample of its line between them included. */
const [gap, sample] = [10, 26]
/** A name whose line ends in this last part of the plot stands beside the plot. */
const endPart = 0.12

/** The room beside the plot that a name takes, with a sample of its line or without. */
export function roomForName(name: string, sampled: boolean): number {
  return Math.min(Math.max(...besideLines(name).map(text => textWidth(visible(text), fontSize))), mostBeside) + (sampled ? sample : 0) + gap + 10
}

function besideLines(name: string): string[] {
  // What is cut anyway need not be measured.
  return wrapped(name.slice(0, 600), mostBeside, fontSize, mostLines)
}

interface End {
  readonly line: LossLine
  readonly x: number
  readonly y: number
}

export function labelsOf({ box, x }: Plot, lines: readonly LossLine[], incident?: Incident, best?: Best): Markup[] {
  const ends = lines.flatMap((line): End[] => {
    const last = line.pixels.at(-1)
    return last === undefined ? [] : [{ line, x: last.xs.at(-1) ?? 0, y: last.ys.at(-1) ?? 0 }]
  })
  const beside = box.x + box.width * (1 - endPart)
  const band = incident === undefined ? -Infinity : Math.min(x.at(incident.step), box.x + box.width - bandWidth) + bandWidth
  const inside = new Inside(box, lines.flatMap(({ pixels }) => pixels))
  return [
    ...namesBeside(box, ends.filter(end => end.x > beside)),
    ...(incident === undefined ? [] : [inside.name(incident.label, { x: band, y: box.y + 8 }, 'nonfinite', band - bandWidth)]),
    ...ends.filter(end => end.x <= beside).map(end =>
      inside.name(end.line.names.join(' · '), { x: band - end.x < 60 ? Math.max(band, end.x) : end.x, y: end.y }, end.line.labelColour, end.x, end)),
    ...(best === undefined ? [] : bestMark(best, inside)),
  ]
}

/** Right of the plot, one under another; where two replays are drawn, each with a sample of its line. */
function namesBeside(box: Box, ends: readonly End[]): Markup[] {
  const right = box.x + box.width
  const sampled = ends.filter(({ line }) => line.replay === true).length > 1
  const texts = ends.flatMap(end => end.line.names.flatMap(name => besideLines(name).map((text, i) => ({ end, text, first: i === 0 }))))
  const heights = spread(texts.map(({ end }) => end.y), 16, box.y + 4, box.y + box.height - 4)
  return texts.flatMap(({ end: { line, x, y }, text, first }, i) => {
    const height = heights[i] ?? y
    const leads = first && (right - x > 4 || Math.abs(height - y) > 10)
    const drawn = sampled && line.replay === true
    const at = right + gap + (drawn ? sample : 0)
    return [
      ...(leads ? [leader([x + 2, y], [right + gap - 2, height])] : []),
      ...(drawn && first ? [tag('path', {
        d: lineData([right + gap, at - 6], [height, height]), class: `s-${line.colour} ${line.weight}`, 'stroke-dasharray': line.dash,
      })] : []),
      label(at, height + 4, text, { colour: line.labelColour, width: mostBeside }),
    ]
  })
}

function leader([x0, y0]: readonly [number, number], [x1, y1]: readonly [number, number]): Markup {
  return tag('path', { d: lineData([x0, x1], [y0, y1]), class: 's-muted', 'stroke-width': 0.75, 'stroke-dasharray': '2 2' })
}

interface Point {
  readonly x: number
  readonly y: number
}

/** Labels in the plot, each where it covers least of the lines and of the labels before it. */
class Inside {
  private readonly labels: Box[] = []
  constructor(private readonly box: Box, private readonly lines: readonly Line[]) {}

  /** Right of a point, or left of `before` where the plot ends; higher or lower where something lies there. `from` is what it names. */
  name(text: string, at: Point, colour: 'ink' | 'muted' | 'accent' | 'nonfinite', before: number, from?: Point): Markup {
    const width = widthOf(text)
    const fits = at.x + 8 + width <= this.box.x + this.box.width
    const left = fits ? at.x + 8 : before - 8 - width
    const place = this.take(steps.map(step => this.boxAt(left, at.y + step, width)))
    const centre = place.y + place.height / 2
    const moved = from !== undefined && Math.abs(centre - from.y) > 12
    return tag('g', {},
      moved ? leader([from.x, from.y], [fits ? place.x - 2 : place.x + width + 2, centre]) : undefined,
      this.text(place, text, colour))
  }

  /** Above a point, below it, beside it, or further away. */
  about(text: string, { x, y }: Point): { readonly place: Box; readonly mark: Markup } {
    const width = widthOf(text)
    const wishes = steps.slice(1).flatMap(step => [0, -width / 2 - 8, width / 2 + 8].map(aside => this.boxAt(x - width / 2 + aside, y + step, width)))
    const place = this.take(wishes)
    return { place, mark: this.text(place, text, 'ink') }
  }

  private boxAt(left: number, centre: number, width: number): Box {
    const { x, y, width: across, height } = this.box
    const within = (value: number, low: number, high: number): number => Math.max(low, Math.min(value, high))
    return { x: within(left, x + 4, x + across - width - 4), y: within(centre - 8, y, y + height - 22), width, height: 16 }
  }

  private take(wishes: readonly Box[]): Box {
    const place = freePlace(wishes, this.lines, this.labels)
    this.labels.push(place)
    return place
  }

  private text(place: Box, text: string, colour: 'ink' | 'muted' | 'accent' | 'nonfinite'): Markup {
    const weight = colour === 'nonfinite' ? { weight: 'strong' as const } : {}
    return label(place.x, place.y + 12, text, { colour, halo: true, width: mostInside, ...weight })
  }
}

/** From where a label would stand, in pixels: nearest first. */
const steps = [0, 17, -17, 34, -34, 51, -51, 68, -68, 85, -85, 119, -119, 153, -153, 187, -187, 221, -221]

function widthOf(text: string): number {
  return Math.min(textWidth(shorten(visible(text), mostInside, fontSize), fontSize), mostInside)
}

function bestMark({ x, y, text, exactly, alone }: Best, inside: Inside): Markup[] {
  const ring = tag('circle', { cx: x, cy: y, r: 4, class: 'f-paper s-ink', 'stroke-width': 1.5 }, tooltip(exactly))
  if (alone) return [ring]
  const { place, mark } = inside.about(text, { x, y })
  const edge = place.y > y ? place.y : place.y + place.height
  const [from, to] = [y + Math.sign(edge - y) * 5, edge]
  const nearest = Math.max(place.x, Math.min(x, place.x + place.width))
  return [Math.abs(to - from) > 12 ? leader([x, from], [nearest, to]) : tag('g', {}), ring, mark]
}
