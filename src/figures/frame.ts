/** What every figure has: its size, its title, a description for those who cannot see it, axes, and labels that keep apart. */
import type { Scale } from './scale.ts'
import { styleSheet, type Theme } from './style.ts'
import { type Box, type Child, hatchData, Markup, squares, tag } from './svg.ts'
import { shorten, textWidth, visible } from './text.ts'
import type { Language } from './words.ts'

/** What every figure takes besides its data. */
export interface FigureOptions {
  /** The heading; each figure has one of its own. */
  readonly title?: string
  /** A line under the heading. */
  readonly subtitle?: string
  /** `en` unless told. */
  readonly language?: Language
  /** `auto` (the reader's colour scheme) unless told. */
  readonly theme?: Theme
}

export const figureWidth = 720
export const figureHeight = 400
export const titleRoom = 60
const margin = 16

interface Sheet extends FigureOptions {
  readonly title: string
  /** What the figure says, in sentences: the text of `<desc>`. */
  readonly description: string
  readonly height?: number
}

/** The whole SVG: self-contained text, the same bytes for the same data. */
export function sheet(options: Sheet, ...children: readonly Child[]): string {
  const { title, subtitle, description, theme = 'auto', language = 'en', height = figureHeight } = options
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${figureWidth} ${height}`,
    width: figureWidth,
    height,
    role: 'img',
    class: `wn wn-${theme}`,
    lang: language === 'zh' ? 'zh-CN' : 'en',
  }
  return tag(
    'svg',
    attributes,
    tag('title', {}, cut(title)),
    tag('desc', {}, cut(description, 2000)),
    tag('style', {}, new Markup(styleSheet(theme))),
    tag('rect', { width: figureWidth, height, class: 'f-paper' }),
    label(margin, 28, title, { size: 15, weight: 'strong', width: figureWidth - 2 * margin }),
    subtitle === undefined || subtitle === ''
      ? undefined
      : label(margin, 46, subtitle, { colour: 'muted', width: figureWidth - 2 * margin }),
    ...children,
  ).source
}

function cut(text: string, most = 300): string {
  const shown = visible(text.slice(0, 2 * most))
  return shown.length > most ? `${shown.slice(0, most)}…` : shown
}

export interface LabelStyle {
  readonly colour?: 'ink' | 'muted' | 'accent' | 'nonfinite'
  readonly anchor?: 'start' | 'middle' | 'end'
  readonly size?: number
  readonly weight?: 'strong'
  /** Shortened to this many pixels, with the whole text as a tooltip. */
  readonly width?: number
  /** A rim of paper, so that the label stays readable over lines. */
  readonly halo?: boolean
}

/** One line of text with its base line at (x, y). */
export function label(x: number, y: number, text: string, style: LabelStyle = {}): Markup {
  const { colour = 'ink', anchor, size, weight, width, halo } = style
  const whole = cut(text)
  const shown = width === undefined ? whole : shorten(whole, width, (size ?? 12) * (weight === 'strong' ? 1.06 : 1))
  const attributes = {
    x,
    y,
    class: [`f-${colour}`, weight, halo === true ? 'halo' : undefined].filter(Boolean).join(' '),
    'font-size': size,
    'text-anchor': anchor === 'start' ? undefined : anchor,
  }
  return tag('text', attributes, shown === whole ? undefined : tag('title', {}, whole), shown)
}

/** A tooltip in a browser, and nothing elsewhere. */
export function tooltip(text: string): Markup {
  return tag('title', {}, cut(text))
}

/** The mark of what is not finite: boxes with a vermilion edge, hatched. */
export function nonFiniteBand(boxes: Box | readonly Box[], ...children: readonly Child[]): Markup {
  const list = 'x' in boxes ? [boxes] : boxes
  return tag(
    'g',
    {},
    ...children,
    tag('path', { d: squares(list), class: 'f-nonfinite s-nonfinite', 'fill-opacity': 0.1, 'stroke-width': 0.75 }),
    tag('path', { d: list.map(box => hatchData(box)).join(''), class: 's-nonfinite', 'stroke-width': 1.2 }),
  )
}

/** Horizontal hairlines with their numbers at the left, and the axis' name above them. */
export function yAxis(box: Box, scale: Scale, name: string, count = 6): Markup {
  const ticks = scale.ticks(count)
  const texts = scale.labels(ticks)
  return tag(
    'g',
    {},
    tag('path', { class: 's-hairline', d: ticks.map(tick => `M${box.x},${round(scale.at(tick))}h${box.width}`).join('') }),
    ticks.map((tick, i) => label(box.x - 8, scale.at(tick) + 4, texts[i] ?? '', { colour: 'muted', anchor: 'end' })),
    label(box.x - roomForTicks(scale, count) + 8, box.y - 12, name, { colour: 'muted', width: box.width }),
  )
}

/** The room in pixels that the numbers of a vertical axis take. */
export function roomForTicks(scale: Scale, count = 6): number {
  return Math.max(...scale.labels(scale.ticks(count)).map(text => textWidth(text, 12)), 8) + 16
}

/** The base line with its numbers under it, and the axis' name at its right end. `whole` keeps to whole numbers. */
export function xAxis(box: Box, scale: Scale, name: string, options: { count?: number; whole?: boolean; grid?: boolean } = {}): Markup {
  const bottom = box.y + box.height
  const ticks = scale.ticks(options.count ?? 8).filter(tick => options.whole !== true || Number.isInteger(tick))
  const texts = scale.labels(ticks)
  const marks = ticks.map(
    tick => `M${round(scale.at(tick))},${options.grid === true ? box.y : bottom}V${bottom + (options.grid === true ? 0 : 4)}`,
  )
  return tag(
    'g',
    {},
    tag('path', { class: options.grid === true ? 's-hairline' : 's-quiet', d: marks.join('') }),
    tag('path', { class: 's-quiet', d: `M${box.x},${bottom}h${box.width}` }),
    readable(
      ticks.map(tick => scale.at(tick)),
      texts,
    ).map(i => label(scale.at(ticks[i] ?? 0), bottom + 18, texts[i] ?? '', { colour: 'muted', anchor: 'middle' })),
    label(box.x + box.width, bottom + 34, name, { colour: 'muted', anchor: 'end' }),
  )
}

/** The indices of the labels that can stand beside one another without touching, from the left. */
function readable(xs: readonly number[], texts: readonly string[]): number[] {
  const kept: number[] = []
  let free = -Infinity
  xs.forEach((x, i) => {
    const half = textWidth(texts[i] ?? '', 12) / 2
    if (x - half < free) return
    kept.push(i)
    free = x + half + 6
  })
  return kept
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

/**
 * Heights for labels that wish to stand at `wishes` and need `gap` between them, within [top, bottom] where there is room:
 * neighbours that collide move apart evenly, as groups.
 */
export function spread(wishes: readonly number[], gap: number, top: number, bottom: number): number[] {
  const order = wishes.map((_, i) => i).sort((a, b) => (wishes[a] ?? 0) - (wishes[b] ?? 0) || a - b)
  let groups = order.map(i => ({ members: [i], centre: Math.min(Math.max(wishes[i] ?? 0, top), bottom) }))
  for (let merged = true; merged;) {
    merged = false
    const next: typeof groups = []
    for (const group of groups) {
      const before = next[next.length - 1]
      const reach = before === undefined ? 0 : ((before.members.length + group.members.length) * gap) / 2
      if (before !== undefined && group.centre - before.centre < reach - 1e-9) {
        const members = [...before.members, ...group.members]
        const centre = (before.centre * before.members.length + group.centre * group.members.length) / members.length
        const half = ((members.length - 1) * gap) / 2
        next[next.length - 1] = { members, centre: Math.max(Math.min(centre, bottom - half), top + half) }
        merged = true
      } else next.push(group)
    }
    groups = next
  }
  const heights = wishes.map(() => 0)
  for (const { members, centre } of groups)
    members.forEach((member, i) => {
      heights[member] = centre + (i - (members.length - 1) / 2) * gap
    })
  return heights
}
