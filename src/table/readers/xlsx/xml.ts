/**
 * The tags of an XML file one after another, from its bytes: as much of XML 1.0 as spreadsheets use. No entity but the
 * five that XML itself has and numbered characters is ever replaced, and a DOCTYPE is refused.
 */
import { TableError } from '../../errors.ts'

const lessThan = 60
const greaterThan = 62
const slash = 47
const colon = 58
const quote = 34
const apostrophe = 39

export class Tags {
  /** The tag's name without its prefix. */
  name = ''
  /** `end`: no tag is left. A tag that opens and closes at once is `open` with `empty`. */
  kind: 'open' | 'close' | 'end' = 'end'
  empty = false
  /** The bytes between the tag before and this one. */
  textStart = 0
  textEnd = 0
  private at = 0
  private attributesStart = 0
  private attributesEnd = 0

  constructor(private readonly file: string, readonly bytes: Uint8Array) {}

  /** Goes to the next tag; false at the end. Texts around comments are cut there. */
  next(): boolean {
    const { bytes } = this
    for (;;) {
      const open = bytes.indexOf(lessThan, this.at)
      if (open < 0) {
        this.kind = 'end'
        return false
      }
      this.textStart = this.at
      this.textEnd = open
      const mark = bytes[open + 1]
      if (mark === 33 || mark === 63) {
        this.at = this.skipDeclaration(open)
        continue
      }
      this.readTag(open + 1)
      return true
    }
  }

  /** An attribute's value by its name without prefix; undefined where it is not there. */
  attribute(wanted: string): string | undefined {
    const { bytes } = this
    for (let at = this.attributesStart; at < this.attributesEnd;) {
      while (at < this.attributesEnd && bytes[at]! <= 32) at++
      const start = at
      let local = at
      while (at < this.attributesEnd && bytes[at] !== 61 && bytes[at]! > 32) if (bytes[at++] === colon) local = at
      const end = at
      while (at < this.attributesEnd && bytes[at] !== quote && bytes[at] !== apostrophe) at++
      const close = bytes.indexOf(bytes[at] ?? quote, at + 1)
      if (close < 0 || close >= this.attributesEnd || end === start) return undefined
      if (end - local === wanted.length && latin(bytes, local, end) === wanted) return xmlText(bytes, at + 1, close)
      at = close + 1
    }
    return undefined
  }

  /** The text before this tag. */
  text(): string {
    return xmlText(this.bytes, this.textStart, this.textEnd)
  }

  private readTag(start: number): void {
    const { bytes } = this
    let at = start
    const closing = bytes[at] === slash
    if (closing) at++
    let local = at
    for (; at < bytes.length; at++) {
      const c = bytes[at]!
      if (c === colon) local = at + 1
      else if (c <= 32 || c === greaterThan || c === slash) break
    }
    this.name = latin(bytes, local, Math.min(at, local + 64))
    this.attributesStart = at
    // An attribute may hold > between its quotes.
    for (; at < bytes.length && bytes[at] !== greaterThan; at++) {
      const c = bytes[at]!
      if (c !== quote && c !== apostrophe) continue
      at = bytes.indexOf(c, at + 1)
      if (at < 0) break
    }
    if (at < 0 || at >= bytes.length) throw this.fault(start, 'a tag that does not end')
    this.empty = !closing && bytes[at - 1] === slash
    this.attributesEnd = this.empty ? at - 1 : at
    this.kind = closing ? 'close' : 'open'
    this.at = at + 1
  }

  private skipDeclaration(open: number): number {
    const { bytes } = this
    const start = latin(bytes, open, Math.min(bytes.length, open + 9))
    if (start.startsWith('<!DOCTYPE')) throw this.fault(open, 'a DOCTYPE')
    if (start === '<![CDATA[') throw this.fault(open, 'a CDATA section')
    const end = start.startsWith('<!--') ? '-->' : start.startsWith('<?') ? '?>' : '>'
    for (let at = bytes.indexOf(greaterThan, open + 2); at >= 0; at = bytes.indexOf(greaterThan, at + 1)) {
      if (latin(bytes, at - end.length + 1, at + 1) === end) return at + 1
    }
    throw this.fault(open, 'a comment that does not end')
  }

  private fault(byte: number, got: string): TableError {
    return new TableError('xlsx-xml', `${this.file}: ${got} at byte ${byte}, expected the XML of a workbook. `
      + 'Open the file in a spreadsheet program and save it again.', { file: this.file, byte, got })
  }
}

function latin(bytes: Uint8Array, start: number, end: number): string {
  let text = ''
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]!)
  return text
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: '\'' }

/** Text with XML's own five entities and numbered characters replaced; others stay as they stand. */
export function xmlText(bytes: Uint8Array, start: number, end: number): string {
  const text = decoder.decode(bytes.subarray(start, end))
  if (!text.includes('&')) return text
  return text.replace(/&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(amp|lt|gt|quot|apos));/g,
    (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return entities[name] ?? whole
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}
