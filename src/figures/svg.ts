/**
 * SVG as text. Strings become text and are escaped; only `Markup` made here is taken as it is, so nothing that came from a
 * file can end a tag. No ids (several figures share one page), no scripts, no references.
 */
import { visible } from './text.ts'

export class Markup {
  constructor(readonly source: string) {}
}

export type Child = Markup | string | undefined | readonly Child[]
export type Attributes = Readonly<Record<string, string | number | undefined>>

/** One element. Numbers are written to a hundredth of a pixel; attributes that are undefined are left out. */
export function tag(name: string, attributes: Attributes, ...children: readonly Child[]): Markup {
  let opening = name
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) opening += ` ${key}="${typeof value === 'number' ? px(value) : escaped(value)}"`
  }
  const inside = content(children)
  return new Markup(inside === '' ? `<${opening}/>` : `<${opening}>${inside}</${name}>`)
}

function content(children: readonly Child[]): string {
  return children
    .map(child => {
      if (child === undefined) return ''
      if (child instanceof Markup) return child.source
      return typeof child === 'string' ? escaped(child) : content(child)
    })
    .join('')
}

const entities = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
])

export function escaped(text: string): string {
  return visible(text).replace(/[&<>"']/g, character => entities.get(character) ?? '')
}

/** A coordinate to a hundredth of a pixel. Far outside any figure it is cut, so that no viewer overflows. */
export function px(value: number): string {
  const bounded = Math.min(Math.max(value, -1e5), 1e5)
  return String(Math.round(bounded * 100) / 100 + 0)
}

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** The path data of a line through points; `close` joins its end to its beginning. */
export function lineData(xs: readonly number[], ys: readonly number[], close = false): string {
  let data = ''
  for (let i = 0; i < xs.length; i++) data += `${i === 0 ? 'M' : 'L'}${px(xs[i] ?? 0)},${px(ys[i] ?? 0)}`
  return close ? `${data}Z` : data
}

/** The path data of boxes. */
export function squares(boxes: readonly Box[]): string {
  return boxes.map(({ x, y, width, height }) => `M${px(x)},${px(y)}h${px(width)}v${px(height)}h${px(-width)}Z`).join('')
}

/**
 * The path data of the dots `first`, `first + every`, …: lines of no length, which a round line cap turns into dots. A tenth of
 * the text of circles; a tenth of a pixel is fine enough for thousands of them.
 */
export function dotData(xs: readonly number[], ys: readonly number[], first = 0, every = 1): string {
  let data = ''
  for (let i = first; i < xs.length; i += every) data += `M${tenth(xs[i] ?? 0)},${tenth(ys[i] ?? 0)}h0`
  return data
}

/** By whole numbers: those with a fraction take an engine several times as long to write. */
function tenth(value: number): string {
  const tenths = Math.round(Math.min(Math.max(value, -1e5), 1e5) * 10)
  const size = Math.abs(tenths)
  const whole = Math.trunc(size / 10)
  const rest = size - whole * 10
  return `${tenths < 0 ? '-' : ''}${whole}${rest === 0 ? '' : `.${rest}`}`
}

/**
 * The hatch of what is not finite: lines at 45 degrees, `gap` pixels apart, cut at the box by arithmetic. A pattern would
 * need an id, and ids collide when figures share a page.
 */
export function hatchData(box: Box, gap = 5): string {
  const { x, y, width, height } = box
  let data = ''
  // Each line has x + y = c; c runs over multiples of the gap so that neighbouring boxes continue one another's lines.
  for (let c = Math.ceil((x + y) / gap) * gap; c < x + y + width + height; c += gap) {
    const left = Math.max(x, c - (y + height))
    const right = Math.min(x + width, c - y)
    if (right > left) data += `M${px(left)},${px(c - left)}L${px(right)},${px(c - right)}`
  }
  return data
}
