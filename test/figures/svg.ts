/** A strict reading of the SVG that figures write: every tag closed, every attribute quoted, nothing that XML 1.0 forbids. */

const name = '[a-zA-Z][a-zA-Z-]*'
const tagPattern = new RegExp(`<(/?)(${name})((?: ${name}="[^"<>]*")*)(/?)>`, 'g')

export interface Element {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly text: string
}

/**
 * All elements in the order of their opening tags; `text` is what stands directly before the next tag. Throws where the text is
 * not well formed.
 */
export function readSvg(svg: string): Element[] {
  // Char of XML 1.0, section 2.2.
  if (!/^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u.test(svg)) throw new Error('a character that XML forbids')
  const outside = svg.replace(tagPattern, '')
  if (/[<>]/.test(outside))
    throw new Error(
      `a stray bracket near ${JSON.stringify(outside.slice(Math.max(0, outside.search(/[<>]/) - 30), outside.search(/[<>]/) + 30))}`,
    )
  if (/&(?!(amp|lt|gt|quot|#39);)/.test(svg)) throw new Error('a stray ampersand')
  const open: string[] = []
  const elements: Element[] = []
  for (const match of svg.matchAll(tagPattern)) {
    const [whole, closing, tag = '', attributes = '', alone] = match
    if (closing === '/') {
      if (open.pop() !== tag) throw new Error(`</${tag}> closes nothing`)
      continue
    }
    if (alone === '') open.push(tag)
    const from = match.index + whole.length
    elements.push({
      name: tag,
      attributes: new Map([...attributes.matchAll(/ ([a-zA-Z-]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value])),
      text: decoded(svg.slice(from, svg.indexOf('<', from))),
    })
  }
  if (open.length > 0) throw new Error(`<${open.join('><')}> not closed`)
  return elements
}

function decoded(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&')
}

const geometry = new Set(['d', 'x', 'y', 'x1', 'x2', 'y1', 'y2', 'cx', 'cy', 'r', 'width', 'height', 'points', 'transform', 'viewBox'])

/** What every figure must be: well formed, alone (no script, no reference, no handler, no id), with finite coordinates. */
export function problemsOf(svg: string): string[] {
  const problems: string[] = []
  for (const { name: tag, attributes } of readSvg(svg)) {
    if (!['svg', 'title', 'desc', 'style', 'g', 'path', 'rect', 'circle', 'polygon', 'text'].includes(tag)) problems.push(`<${tag}>`)
    for (const [key, value] of attributes) {
      if (/^(on|href|src|style$|id$)/i.test(key)) problems.push(`${tag} ${key}`)
      if (geometry.has(key) && /NaN|Infinity|undefined|e[+-]?\d/.test(value)) problems.push(`${tag} ${key}="${value.slice(0, 40)}"`)
      if (['width', 'height', 'r'].includes(key) && Number(value) < 0) problems.push(`${tag} ${key}=${value}`)
    }
  }
  const style = /<style>([^<]*)<\/style>/.exec(svg)?.[1] ?? ''
  if (/url|@import|expression/i.test(style)) problems.push('a reference in the style sheet')
  return problems
}

/** All texts that are drawn, and those of tooltips and descriptions. */
export function textsOf(svg: string): string[] {
  return readSvg(svg)
    .filter(({ name: tag }) => ['text', 'title', 'desc'].includes(tag))
    .map(({ text }) => text)
}
