/** Blocks of text: labels with hanging text, and tables. */
import { cells, cutTo, fill, wrap } from './wrap.ts'

/** One label with its text. `lines` are set as they stand (commands, code); `aside` stands at the right of the first line. */
export interface Labelled {
  readonly label: string
  readonly text?: string
  readonly lines?: readonly string[]
  readonly aside?: string
}

/**
 * Labels in a column of their own, texts beside them with a hanging indent:
 *
 *     Cause     One training row holds NaN: row 41,278, column 4.          proven by replay
 *     Batch     A batch of 10,000 holds that row with 14.6 % per step: …
 *               A batch of 256: 0.37 %, expected at step 268.
 */
export function labelled(blocks: readonly Labelled[], width: number, style: (label: string) => string = label => label): string[] {
  const column = Math.max(10, ...blocks.map(({ label }) => cells(label) + 1))
  return blocks.flatMap(({ label, text, lines = [], aside }) => {
    const first = fill(style(label), column)
    const rest = ' '.repeat(column)
    const reserved = aside === undefined ? 0 : cells(aside) + 2
    const wrapped = text === undefined ? [] : setBeside(text, width, reserved, first, rest)
    const all = [...wrapped, ...lines.map((line, i) => (wrapped.length === 0 && i === 0 ? first : rest) + line)]
    const top = all[0] ?? first.trimEnd()
    if (aside === undefined) return all.length === 0 ? [top] : all
    return [fill(top, width - cells(aside)) + aside, ...all.slice(1)]
  })
}

/** Wrapped so that the first line leaves room for what stands at its right. */
function setBeside(text: string, width: number, reserved: number, first: string, rest: string): string[] {
  if (reserved === 0) return wrap(text, width, first, rest)
  const narrow = wrap(text, width - reserved, first, rest)
  const [top = first] = narrow
  if (narrow.length === 1) return narrow
  // The other lines may be as wide as the page: everything after the first line is set again.
  const plainTop = top.slice(first.length)
  const remainder = text.slice(text.indexOf(plainTop) + plainTop.length).replace(/^ +|^\n/, '')
  return [top, ...wrap(remainder, width, rest, rest)]
}

export interface TableColumn {
  readonly head: string
  /** `decimal` aligns numbers at their decimal points. */
  readonly align?: 'start' | 'end' | 'decimal'
  /** Cells are cut to this many. */
  readonly most?: number
}

/**
 * A table with its heads, two blanks between columns, no rules. Cells may carry colours unless they are cut; a row that is
 * too short is filled with empty cells.
 */
export function table(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  style: (head: string) => string = head => head,
): string[] {
  const set = columns.map(({ head, align = 'start', most = Infinity }, c) => {
    const own = rows.map(row => (most === Infinity ? (row[c] ?? '') : cutTo(row[c] ?? '', most)))
    const texts = align === 'decimal' ? alignDecimals(own) : own
    const width = Math.max(cells(head), ...texts.map(cells))
    const side = align === 'start' ? 'start' : 'end'
    return { head: fill(style(head), width, side), texts: texts.map(text => fill(text, width, side)) }
  })
  const join = (parts: readonly string[]): string => parts.join('  ').trimEnd()
  return [join(set.map(({ head }) => head)), ...rows.map((_, r) => join(set.map(({ texts }) => texts[r] ?? '')))]
}

/** Numbers with blanks after them, so that their decimal points stand one below the other when set at the end. */
export function alignDecimals(texts: readonly string[]): string[] {
  const after = texts.map(text => {
    const number = /^(.*?\d)(\.\d+)?([^\d.]*|e.*)$/.exec(text)
    return number === null ? 0 : cells((number[2] ?? '') + (number[3] ?? ''))
  })
  const most = Math.max(0, ...after)
  return texts.map((text, i) => (/\d/.test(text) ? text + ' '.repeat(most - (after[i] ?? 0)) : text))
}
