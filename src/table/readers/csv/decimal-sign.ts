/** Whether the numbers of a text have a decimal point or a decimal comma: the sign that makes numbers of more cells. */
import { quoted } from '../../names.ts'
import { cellMeaning, type Decimal } from './numbers.ts'

export interface DecimalFound {
  readonly decimal: Decimal
  /** Whether some cell can be read with one of the two signs only. Otherwise a cell further down may still show it. */
  readonly shown: boolean
  readonly assumptions: readonly string[]
}

/** What cells say: `comma` and `point` can be read with that sign alone; 1,234 and 1.234 with either, as other numbers. */
type Vote = 'comma' | 'point' | 'comma or thousands' | 'point or thousands' | 'plain' | 'word'

const readers = { '.': cellMeaning('.'), ',': cellMeaning(',') }

function voteOf(cell: string): Vote {
  const point = readers['.'](cell)
  const comma = cell.endsWith(',') ? 'text' : readers[','](cell)
  if (point === comma) return point === 'text' ? 'word' : 'plain'
  if (point === 'text') return 'comma'
  if (comma === 'text') return 'point'
  // Nobody writes 125 as 0,125.
  const thousands = !/^[+\-−]?0/.test(cell)
  if (cell.includes(',')) return thousands ? 'comma or thousands' : 'comma'
  return thousands ? 'point or thousands' : 'point'
}

/** Whether a text is a number with the other sign and none with this one. */
export function speaksAgainst(decimal: Decimal, cell: string): boolean {
  return voteOf(cell) === (decimal === '.' ? 'comma' : 'point')
}

/**
 * Columns that are mostly words have no say. Where cells are delimited by commas, 1.100 has a decimal point: marks of
 * thousands are the habit of those who write decimal commas, and they delimit by other signs. Semicolons delimit where the
 * comma is taken: without anything else to go by, 1,234 under them has a decimal comma.
 */
export function findDecimal(records: readonly { readonly cells: readonly string[] }[], delimiter: string): DecimalFound {
  const columns = new Map<number, Tally>()
  for (const { cells } of records) {
    cells.forEach((cell, c) => {
      if (cell === '') return
      const column = columns.get(c) ?? new Tally()
      columns.set(c, column)
      column.add(cell)
    })
  }
  const all = new Tally()
  for (const column of columns.values()) if (column.of('word') * 2 < column.total) all.join(column)
  const comma = all.of('comma')
  const grouped = all.of('point or thousands')
  const point = all.of('point') + (delimiter === ',' ? grouped : 0)
  if (comma > 0 || point > 0) return { decimal: comma > point ? ',' : '.', shown: true, assumptions: byCells(all, comma, point) }
  if (delimiter !== ';') return { decimal: '.', shown: false, assumptions: [] }
  if (all.of('comma or thousands') > 0 && grouped === 0) {
    const example = all.example('comma or thousands')
    return { decimal: ',', shown: false, assumptions: [
      `The decimal sign is taken to be a comma, so that ${example} is ${valueOf(example, ',')}: no cell shows which it is. Should it be ${valueOf(example, '.')}, add --decimal point (reading.decimal).`,
    ] }
  }
  if (grouped === 0) return { decimal: '.', shown: false, assumptions: [] }
  const example = all.example('point or thousands')
  return { decimal: '.', shown: false, assumptions: [
    `The decimal sign is taken to be a point, so that ${example} is ${valueOf(example, '.')}: no cell shows which it is. Should it be ${valueOf(example, ',')}, add --decimal comma (reading.decimal).`,
  ] }
}

/** What is said where cells show the sign: a point among points is the rule, and needs no word. */
function byCells(all: Tally, comma: number, point: number): string[] {
  if (comma > point) {
    const thousands = all.of('point or thousands')
    const example = all.example('point or thousands')
    const and = thousands === 0 ? '' : `, and its points are marks of thousands: ${example} is ${valueOf(example, ',')}`
    return [`The decimal sign is a comma: 1,5 is one and a half${and}.${against(all, 'point', point)}`]
  }
  return comma === 0 ? [] : [`The decimal sign is a point.${against(all, 'comma', comma)} --decimal comma (reading.decimal) reads it the other way.`]
}

function against(all: Tally, vote: Vote, cells: number): string {
  if (cells === 0 || all.of(vote) === 0) return ''
  return ` Of the first rows' cells some are written with a ${vote} all the same, such as ${quoted(all.example(vote))}: they are no numbers.`
}

/** The number that a cell is, as prose writes it: no marks of thousands, a decimal point. */
function valueOf(cell: string, decimal: Decimal): string {
  return String(readers[decimal](cell))
}

class Tally {
  total = 0
  private readonly votes = new Map<Vote, { count: number; readonly example: string }>()

  add(cell: string): void {
    this.note(voteOf(cell), cell, 1)
  }

  join(other: Tally): void {
    for (const [vote, { count, example }] of other.votes) this.note(vote, example, count)
  }

  of(vote: Vote): number {
    return this.votes.get(vote)?.count ?? 0
  }

  example(vote: Vote): string {
    return this.votes.get(vote)?.example ?? ''
  }

  private note(vote: Vote, cell: string, count: number): void {
    this.total += count
    const known = this.votes.get(vote)
    if (known === undefined) this.votes.set(vote, { count, example: cell })
    else known.count += count
  }
}
