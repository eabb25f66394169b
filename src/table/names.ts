/** How sentences name tables, columns and cells: names come from files, so they are quoted, shortened and made visible. */
import type { Column, Table } from './table.ts'

const longestName = 60

/** A name as a sentence shows it: control characters visible, long ones cut, in quotes where they would be misread. */
export function shown(name: string): string {
  const cut = name.length > longestName ? `${name.slice(0, longestName - 1)}…` : name
  const visible = cut.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, escapeOf)
  return visible === '' || /^\s|\s$|[",;]|\s{2}/.test(visible) ? `"${visible}"` : visible
}

function escapeOf(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** `column 4` for a column without a name, `column 4 (price)` for one with. `index` counts from 0. */
export function columnLabel(column: Column | undefined, index: number): string {
  const number = `column ${index + 1}`
  return column === undefined || column.name === number ? number : `${number} (${shown(column.name)})`
}

/** A sentence that begins with a column's label begins with a capital; a table's name stays as it is. */
export function capital(sentence: string): string {
  return sentence.startsWith('column ') ? `C${sentence.slice(1)}` : sentence
}

/** Whether a column has a name of its own rather than its number. */
export function isNamed(column: Column, index: number): boolean {
  return column.name !== `column ${index + 1}`
}

/** `row 41,278, column 4`, with the line and the text of the cell where the file has them. Both count from 0. */
export function cellLabel(table: Table, row: number, column: number): string {
  const { line, text } = table.origin(row, column)
  const place = `row ${count(row + 1)}, ${columnLabel(table.columns[column], column)}`
  const atLine = line === undefined ? '' : ` (line ${count(line)})`
  const reads = text === undefined ? '' : (text.trim() === '' ? ', which is empty' : `, which reads ${quoted(text)}`)
  return `${place}${atLine}${reads}`
}

/** A cell's text between quotes, visible and cut like a name. */
export function quoted(text: string): string {
  return `"${shown(text).replace(/^"|"$/g, '')}"`
}

/** 68,568: whole numbers as prose writes them. */
export function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',')
}

/** `1 row`, `2 rows`. */
export function plural(value: number, singular: string, many = `${singular}s`): string {
  return `${count(value)} ${value === 1 ? singular : many}`
}

/** `a, b and c`; of long lists the first `most` and how many more. */
export function list(words: readonly string[], most = 8): string {
  if (words.length > most) return `${words.slice(0, most).join(', ')} and ${count(words.length - most)} more`
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`
}

/** The name among `names` that `wanted` was most likely meant to be, or null where none is near. */
export function nearestName(wanted: string, names: readonly string[]): string | null {
  if (wanted.length > 200) return null
  let best: string | null = null
  // A third of the letters may differ: enough for a slip, too little for another word.
  let bestDistance = Math.floor(Math.max(wanted.length, 3) / 3) + 1
  for (const name of names.slice(0, 10_000)) {
    if (Math.abs(name.length - wanted.length) >= bestDistance) continue
    const distance = editDistance(wanted.toLowerCase(), name.toLowerCase())
    if (distance < bestDistance) {
      best = name
      bestDistance = distance
    }
  }
  return best ?? nearestByWord(wanted, names)
}

/** The name one of whose words is near: `strenght` of `strength_mpa`. Short words are near too many. */
function nearestByWord(wanted: string, names: readonly string[]): string | null {
  if (wanted.length < 4) return null
  const most = Math.floor(wanted.length / 4)
  return names.slice(0, 10_000).find(name => name.length <= 200 && name.split(/[^\p{L}\p{N}]+/u).some(word => (
    word.length >= 4 && Math.abs(word.length - wanted.length) <= most && editDistance(wanted.toLowerCase(), word.toLowerCase()) <= most
  ))) ?? null
}

/** The fewest letters to put in, take out, change, or swap with a neighbour (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const current = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const swap = swapped ? (beforePrevious[j - 2] ?? 0) + 1 : Infinity
      current.push(Math.min(change, swap, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1))
    }
    beforePrevious = previous
    previous = current
  }
  return previous[b.length] ?? 0
}
