/** What stands above the data: titles, the header, a row of units; and the columns' names. */
import { quoted, shown } from '../../names.ts'
import type { Sampled } from './dialect.ts'

type IsText = (cell: string) => boolean

export interface Head {
  /** Records above the first row of data. */
  readonly skip: number
  /** The names that stand in the file, as they stand; none where there is no header. */
  readonly given: readonly string[]
  readonly assumptions: readonly string[]
}

interface HeadRules {
  /** What the caller says, if anything. */
  readonly header: boolean | undefined
  readonly isText: IsText
  /** The cells of a comment above a line, where they fit the table. */
  readonly commentedNames: (line: number) => readonly string[] | undefined
}

/** Finds where the data begin in a table of `width` columns; undefined when there are no records. */
export function findHead(records: readonly Sampled[], width: number, { header, isText, commentedNames }: HeadRules): Head | undefined {
  const above = recordsAboveTable(records, width, isText)
  const assumptions = above > 0 ? [aboveSentence(records.slice(0, above))] : []
  const first = records[above]
  if (first === undefined) return undefined
  const below = records.slice(above + 1)
  // The second record may hold units: it has no say where there are others.
  const numeric = numericColumns(below.length > 2 ? below.slice(1) : below, isText)
  if (header ?? looksLikeHeader(first, below, numeric, isText)) {
    const units = below[0]
    if (units === undefined || below.length < 2 || !isUnitsRow(units, numeric, isText)) {
      return { skip: above + 1, given: first.cells, assumptions }
    }
    const texts = firstFew(units.cells.slice(0, 9).map(quoted), 8)
    return { skip: above + 2, given: first.cells, assumptions: [...assumptions, `Line ${units.line} holds units, not a row: ${texts}.`] }
  }
  if (header !== undefined) return { skip: above, given: [], assumptions }
  const commented = width < 2 ? undefined : commentedNames(first.line)
  if (commented?.every(isText) === true) {
    const sentence = `The columns' names are those in the comment above the first row (line ${first.line - 1}).`
    return { skip: above, given: commented, assumptions: [...assumptions, sentence] }
  }
  return { skip: above, given: [], assumptions: [...assumptions, 'There is no header: columns are called column 1, column 2, ….'] }
}

function firstFew(texts: readonly string[], count: number): string {
  return texts.slice(0, count).join(', ') + (texts.length > count ? ', …' : '')
}

function aboveSentence(records: readonly Sampled[]): string {
  const last = records[records.length - 1]?.line
  return records.length === 1
    ? `Line ${last} stands above the table and is no row of it.`
    : `Lines ${records[0]?.line} to ${last} stand above the table and are no rows of it.`
}

/** Titles and remarks above the header: records with a single text where the table has several cells. */
function recordsAboveTable(records: readonly Sampled[], width: number, isText: IsText): number {
  if (width < 2) return 0
  let above = 0
  for (const { cells } of records) {
    const filled = cells.filter(cell => cell !== '')
    if (cells.length === width || filled.length !== 1 || !filled.every(isText)) break
    above++
  }
  return above < records.length ? above : 0
}

/** For each column: whether most of its cells that are not missing are numbers. */
function numericColumns(records: readonly Sampled[], isText: IsText): boolean[] {
  const width = records.reduce((most, { cells }) => Math.max(most, cells.length), 0)
  const texts = new Float64Array(width)
  const filled = new Float64Array(width)
  for (const { cells } of records) {
    cells.forEach((cell, c) => {
      if (cell === '') return
      filled[c]!++
      if (isText(cell)) texts[c]!++
    })
  }
  return Array.from(filled, (count, c) => count > 0 && texts[c]! * 2 < count)
}

/** Texts above numbers, in most columns of numbers; in a table of text alone, distinct words that do not come again. */
function looksLikeHeader(first: Sampled, rest: readonly Sampled[], numeric: readonly boolean[], isText: IsText): boolean {
  const filled = first.cells.filter(cell => cell !== '')
  if (rest.length === 0) return filled.length > 0 && filled.every(isText)
  if (!numeric.includes(true)) {
    const below = new Set(rest.flatMap(record => record.cells))
    const distinct = filled.length === first.cells.length && new Set(filled).size === filled.length
    return distinct && filled.every(cell => isText(cell) && !below.has(cell))
  }
  // With R's row names, names stand one column left of their numbers.
  const shift = rest.every(record => record.cells.length === first.cells.length + 1) ? 1 : 0
  const above = first.cells.filter((cell, c) => cell !== '' && numeric[c + shift] === true)
  return above.filter(isText).length * 2 > above.length
}

/** A record under the header with texts, and no number, in the columns of numbers: (°C), bar, … */
function isUnitsRow(record: Sampled, numeric: readonly boolean[], isText: IsText): boolean {
  const above = record.cells.filter((cell, c) => cell !== '' && cell !== '-' && numeric[c] === true)
  return above.length > 0 && above.every(isText)
}

export interface Named {
  readonly names: string[]
  readonly assumptions: readonly string[]
}

/** One distinct name for each column: those given, `column N` where there is none, `x (2)` for a second x. */
export function nameColumns(given: readonly string[], data: readonly Sampled[], width: number): Named {
  const assumptions: string[] = []
  // Found once: a file of a hundred thousand commas asks for it as often.
  const filled = data.reduce((most, { cells }) => Math.max(most, cells.findLastIndex(cell => cell !== '') + 1), 0)
  const emptyFrom = (c: number): boolean => filled <= c
  let cells = [...given]
  if (given.length > 0 && width === given.length + 1 && data.every(record => record.cells.length === width) && !emptyFrom(given.length)) {
    cells = ['', ...given]
    assumptions.push(`The header has one name less than the rows have cells, so the first column has no name.`)
  }
  let count = Math.max(cells.length, width)
  while (count > 1 && (cells[count - 1] ?? '') === '' && emptyFrom(count - 1)) count--
  const taken = new Set<string>()
  const lastNumber = new Map<string, number>()
  const repeated: string[] = []
  const names = Array.from({ length: count }, (_, c) => {
    const wanted = cells[c] === undefined || cells[c] === '' ? `column ${c + 1}` : cells[c]
    let name = wanted
    for (let n = lastNumber.get(wanted) ?? 2; taken.has(name); n++) {
      name = `${wanted} (${n})`
      lastNumber.set(wanted, n)
    }
    if (name !== wanted) repeated.push(name)
    taken.add(name)
    return name
  })
  if (repeated.length > 0) assumptions.push(`Names that stand twice in the header are numbered: ${firstFew(repeated.slice(0, 6).map(shown), 5)}.`)
  return { names, assumptions }
}
