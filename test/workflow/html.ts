/** A strict reading of the pages that reports write: every tag closed, every attribute quoted, nothing that loads or runs. */
const tagPattern = /<(\/?)([a-zA-Z][a-zA-Z0-9-]*)((?: [a-zA-Z-]+="[^"<>]*")*)(\/?)>/g
const alone = new Set(['meta', 'br', 'wbr'])

export interface HtmlElement {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  /** Names of what it stands in, the outermost first. */
  readonly inside: readonly string[]
  /** All text in it, entities read. */
  text: string
}

/** Elements in the order of their opening tags. Throws where the text is not well formed. */
export function readHtml(page: string): HtmlElement[] {
  const [doctype = '', rest = ''] = [page.slice(0, 16), page.slice(16)]
  if (doctype !== '<!doctype html>\n') throw new Error(`it begins with ${doctype}`)
  const elements: HtmlElement[] = []
  const open: HtmlElement[] = []
  let at = 0
  const take = (until: number): void => {
    const raw = rest.slice(at, until)
    if (/[<>]/.test(raw) && open.at(-1)?.name !== 'style') throw new Error(`a stray bracket in ${JSON.stringify(raw.slice(0, 80))}`)
    if (/&(?!(amp|lt|gt|quot|#39);)/.test(raw)) throw new Error(`a stray ampersand in ${JSON.stringify(raw.slice(0, 80))}`)
    for (const element of open) element.text += decoded(raw)
  }
  for (const match of rest.matchAll(tagPattern)) {
    const [whole, closing, name = '', attributes = '', self] = match
    take(match.index)
    at = match.index + whole.length
    if (closing === '/') {
      if (open.pop()?.name !== name) throw new Error(`</${name}> closes nothing`)
      continue
    }
    const element: HtmlElement = {
      name, text: '', inside: open.map(outer => outer.name),
      attributes: new Map([...attributes.matchAll(/ ([a-zA-Z-]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, decoded(value)])),
    }
    elements.push(element)
    if (self === '' && !alone.has(name)) open.push(element)
  }
  take(rest.length)
  if (open.length > 0) throw new Error(`<${open.map(({ name }) => name).join('><')}> not closed`)
  return elements
}

function decoded(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&')
}

const known = new Set([
  'html', 'head', 'meta', 'title', 'style', 'body', 'header', 'main', 'footer', 'section', 'h1', 'h2', 'h3', 'p', 'ul', 'ol', 'li', 'dl', 'dt', 'dd',
  'div', 'span', 'strong', 'b', 'small', 'code', 'pre', 'bdi', 'figure', 'table', 'thead', 'tbody', 'tr', 'th', 'td',
  'svg', 'desc', 'g', 'path', 'rect', 'circle', 'polygon', 'text',
])

/** What would load, run or send anything, or reach beyond its place. */
export function dangersOf(elements: readonly HtmlElement[]): string[] {
  return elements.flatMap(({ name, attributes }) => [
    ...(known.has(name) ? [] : [`<${name}>`]),
    ...[...attributes].filter(([key]) => /^(on.*|href|src|srcset|style|id|action|formaction|xlink.*)$/i.test(key)).map(([key, value]) => `${name} ${key}=${value.slice(0, 40)}`),
  ])
}
