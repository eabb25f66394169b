/** Text in two columns: labels, and paragraphs wrapped beside them. Chinese characters are two columns wide. */
export interface Section {
  readonly label: string
  readonly paragraphs: readonly string[]
  /** Said at the right end of the first paragraph, on its first line that has room. */
  readonly aside?: string
  /** Lines that are never wrapped, their cells in columns; one of a single cell takes no part in them. */
  readonly rows?: readonly (readonly string[])[]
}

export function layOut(headline: string, sections: readonly Section[], width: number): string {
  const labelWidth = Math.max(...sections.map(({ label }) => columnsOf(label)), 9) + 1
  const room = Math.max(width - labelWidth, 30)
  const lines = sections.flatMap(section => {
    const [first = '', ...others] = section.paragraphs
    const body = [...withAside(wrap(first, room), section.aside ?? '', room), ...others.flatMap(text => wrap(text, room)), ...table(section.rows ?? [])]
    return body.map((line, i) => `${pad(i === 0 ? section.label : '', labelWidth)}${line}`.trimEnd())
  })
  return [...wrap(headline, width), '', ...lines].join('\n').trimEnd()
}

function withAside(lines: readonly string[], aside: string, room: number): string[] {
  if (aside === '') return [...lines]
  // On the first line that has room for it.
  const at = lines.findIndex(line => room - columnsOf(line) - columnsOf(aside) >= 2)
  if (at === -1) return [...lines, aside.padStart(room - columnsOf(aside) + aside.length)]
  return lines.map((line, i) => (i === at ? `${line}${' '.repeat(room - columnsOf(line) - columnsOf(aside))}${aside}` : line))
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = [0, 1].map(at => Math.max(0, ...rows.filter(row => row.length > at + 1).map(row => columnsOf(row[at] ?? ''))))
  const first = Math.max(0, ...rows.filter(row => row.length > 1).map(row => columnsOf(row[0] ?? '')))
  return rows.map(row => row.map((cell, at) => (at === row.length - 1 ? cell : pad(cell, (at === 0 ? first : widths[at] ?? 0) + 3))).join(''))
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columnsOf(text)))
}

/** How many columns of a terminal a text takes. */
export function columnsOf(text: string): number {
  let columns = 0
  for (const character of text) columns += isWide(character) ? 2 : 1
  return columns
}

/** East Asian wide and full-width forms (Unicode's EastAsianWidth W and F), by their blocks. */
function isWide(character: string): boolean {
  return /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(character)
}

/** Breaks at spaces, and between wide characters; never before closing punctuation. */
function wrap(text: string, width: number): string[] {
  const pieces = text.match(/[\u2e80-\u9fff\uff00-\uff60][，。、；：）”]*|[^\s\u2e80-\u9fff\uff00-\uff60]+[，。、；：）”]*|\s+/g) ?? []
  const lines: string[] = []
  let line = ''
  for (const piece of pieces) {
    if (line !== '' && columnsOf(line) + columnsOf(piece.trimEnd()) > width) {
      lines.push(line.trimEnd())
      line = piece.trimStart()
    } else line += piece
  }
  return [...lines, line.trimEnd()].filter(one => one !== '')
}
