/**
 * HTML as text. Strings become text and are escaped, control characters and marks that turn the direction of writing spelled
 * out; only `Html` made here is taken as it is, so nothing that came from a file can end a tag. No ids, no inline styles, no
 * scripts, no references.
 */
import { escaped } from '../../figures/svg.ts'

export class Html {
  constructor(readonly source: string) {}
}

export type Child = Html | string | undefined | readonly Child[]
export type Attributes = Readonly<Record<string, string | undefined>>

/** Elements that HTML closes by itself (HTML Living Standard, 13.1.2: void elements), of those that reports use. */
const alone = new Set(['meta', 'br', 'wbr'])

export function element(name: string, attributes: Attributes, ...children: readonly Child[]): Html {
  const written = Object.entries(attributes).map(([key, value]) => (value === undefined ? '' : ` ${key}="${escaped(value)}"`))
  const opening = name + written.join('')
  return new Html(alone.has(name) ? `<${opening}>` : `<${opening}>${content(children)}</${name}>`)
}

function content(children: readonly Child[]): string {
  return children.map(child => {
    if (child === undefined) return ''
    if (child instanceof Html) return child.source
    return typeof child === 'string' ? escaped(child) : content(child)
  }).join('')
}

/** A name or text that came from a file: kept apart, so that letters written from the right do not move their neighbours. */
export function foreign(text: string): Html {
  return element('bdi', {}, text)
}

/** One click selects the whole command. */
export function command(text: string): Html {
  return element('pre', { class: 'command', tabindex: '0' }, element('code', {}, unbroken(text)))
}

/** The same in a line of a table. */
export function smallCommand(text: string): Html {
  return element('code', { class: 'copy' }, unbroken(text))
}

/** Lines of a command break at its spaces, never after the hyphens of a flag. */
function unbroken(text: string): Child[] {
  return text.split(/( )/).map(word => (/^-[\w-]{1,30}$/.test(word) ? element('span', { class: 'flag' }, word) : word))
}

/** Figures are made by the figures room, escaped there. Where the screen is narrow they scroll, also by keyboard. */
export function drawing(svg: string): Html {
  return element('figure', { tabindex: '0' }, new Html(svg))
}

export interface Head {
  readonly text: string
  readonly align?: 'end'
}

/** A table with a line of heads; the first cell of each row names it. */
export function grid(heads: readonly Head[], rows: readonly (readonly Child[])[], name?: string): Html {
  const side = heads.map(({ align }) => (align === 'end' ? 'end' : undefined))
  const cellOf = (cell: Child, i: number): Html =>
    i === 0 ? element('th', { scope: 'row', class: side[i] }, cell) : element('td', { class: side[i] }, cell)
  return element('div', { class: 'scroll', tabindex: '0' }, element('table', { class: name },
    element('thead', {}, element('tr', {}, heads.map(({ text }, i) => element('th', { scope: 'col', class: side[i] }, text)))),
    element('tbody', {}, rows.map(row => element('tr', {}, row.map(cellOf)))),
  ))
}

/** Names and what they are. */
export function pairs(list: readonly (readonly [name: string, ...what: readonly Child[]])[], name = 'pairs'): Html {
  return element('dl', { class: name }, list.map(([term, ...what]) => element('div', {}, element('dt', {}, term), element('dd', {}, ...what))))
}

export function section(title: string, ...children: readonly Child[]): Html {
  return element('section', {}, element('h2', {}, title), ...children)
}
