/**
 * Messages are templates with named places, `{rows:count}`, so that both languages are plain tables and a test can hold them
 * against each other. What a place is filled with is never read as a template.
 */
import { shown } from '../../table/names.ts'
import type { Cell } from '../cells.ts'
import type { Fact, Said } from '../finding.ts'

export type Language = 'en' | 'zh'
export type Messages = Readonly<Record<string, string>>

/**
 * A place, `{name}` or `{name:format}`. Formats: text (as it stands), count, percent, share, figure (three digits), order (a power
 * of ten), cells (places of cells), values, said, numbers.
 */
const place = /\{(\w+)(?::(\w+))?\}/g

/** The places of a template, `name:format`, in alphabetical order. */
export function placesOf(template: string): string[] {
  return [...template.matchAll(place)].map(([, name, format]) => `${name}:${format ?? 'text'}`).sort()
}

/** Looks a message up for a language; throws where there is none, which a test makes impossible. */
export type Lookup = (message: string, cause: string | undefined) => string

export function fill(said: Said, language: Language, lookup: Lookup): string {
  return lookup(said.message, said.cause).replace(place, (_whole, name: string, format?: string) => {
    const fact = said.facts[name]
    if (fact === undefined) throw new RangeError(`The message "${said.message}" has the place "${name}", and no such fact was given.`)
    return written(fact, format ?? 'text', language, lookup)
  })
}

function written(fact: Fact, format: string, language: Language, lookup: Lookup): string {
  if (typeof fact === 'number') return writtenNumber(fact, format)
  if (typeof fact === 'string') return shown(fact)
  const [first] = fact
  if (first === undefined) return ''
  const join = lookup('list.comma', undefined)
  const lastJoin = lookup('list.and', undefined)
  if (typeof first === 'number') return joined(fact.map(value => (typeof value === 'number' ? writtenNumber(value, 'count') : '')), join, lastJoin)
  if (isSaid(first)) return fact.map(one => (isSaid(one) ? fill(one, language, lookup) : '')).join(format === 'said' ? join : lastJoin)
  const cells = fact.filter(isCell)
  if (format === 'values') return joined([...new Set(cells.map(({ value }) => String(value)))], join, lastJoin)
  const most = 5
  const places = cells.slice(0, most).map(cell => cellPlace(cell, language, lookup))
  if (cells.length <= most) return joined(places, join, lastJoin)
  return `${places.join(join)}${fill({ message: 'list.more', facts: { more: cells.length - most } }, language, lookup)}`
}

function joined(words: readonly string[], comma: string, and: string): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(comma)}${and}${words.at(-1) ?? ''}`
}

function isSaid(value: unknown): value is Said {
  return typeof value === 'object' && value !== null && 'message' in value
}

function isCell(value: unknown): value is Cell {
  return typeof value === 'object' && value !== null && 'datasetRow' in value
}

/** Row and column from 1, with the column's name and the cell's text where they say more. */
export function cellPlace(cell: Pick<Cell, 'row' | 'column' | 'columnName' | 'text' | 'line'>, language: Language, lookup: Lookup): string {
  const named = cell.columnName === `column ${cell.column}` ? '' : '.named'
  const read = cell.text === undefined ? '' : cell.text.trim() === '' ? '.empty' : '.text'
  const line = cell.line === undefined ? '' : '.line'
  const facts = { row: cell.row, column: cell.column, name: cell.columnName, text: cell.text ?? '', line: cell.line ?? 0 }
  return ['cell.place', ...[named, line, read].filter(part => part !== '').map(part => `cell${part}`)]
    .map(message => fill({ message, facts }, language, lookup)).join('')
}

function writtenNumber(value: number, format: string): string {
  if (!Number.isFinite(value)) return String(value)
  switch (format) {
    case 'count': return String(Math.round(value)).replace(/\B(?=(\d{3})+(?!\d))/g, ',')
    case 'share': return `${value >= 100 ? figure(value * 100, 3) : value >= 0.1 ? Math.round(value * 100) : percent(value * 100)} %`
    case 'percent': return `${percent(value * 100)} %`
    case 'order': return value === 0 ? '0' : `1e${Math.round(Math.log10(Math.abs(value)))}`
    case 'figure': return figure(value, 3)
    default: return String(value)
  }
}

function percent(value: number): string {
  if (value >= 20 && value < 99.5) return String(Math.round(value))
  if (value > 100) return writtenNumber(value, value < 1e6 ? 'count' : 'figure')
  if (value >= 99.5) return value > 99.95 ? (value === 100 ? '100' : '>99.9') : value.toFixed(1)
  return value >= 1 ? value.toFixed(1) : trimmed(value.toPrecision(2))
}

function figure(value: number, digits: number): string {
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-4 || size >= 1e6)) return value.toExponential(digits - 1).replace(/\.?0+e/, 'e').replace('e+', 'e')
  return trimmed(Number(value.toPrecision(digits)).toString())
}

function trimmed(digits: string): string {
  return digits.includes('.') && !digits.includes('e') ? digits.replace(/\.?0+$/, '') : digits
}
