/** Columns of text: how many cells hold one, how many differ, and the most frequent. */
import { formatCount } from '../../figures/format.ts'
import type { TextSummary } from '../../table/audit/profile.ts'
import { element, foreign, grid, type Child, type Html } from './html.ts'
import { columnName, type Speak } from './words.ts'

const mostColumns = 1000

export function textsGrid(columns: readonly TextSummary[], speak: Speak): Html {
  const end = 'end' as const
  return grid([
    { text: speak('audit.column') }, { text: speak('audit.role') }, { text: speak('audit.present'), align: end },
    { text: speak('audit.missing'), align: end }, { text: speak('audit.distinct'), align: end }, { text: speak('audit.frequent') },
  ], columns.slice(0, mostColumns).map((column): Child[] => [
    foreign(columnName(column.name, speak).slice(0, 60)), speak(`role.${column.role}`), formatCount(column.present), counted(column.missing), formatCount(column.distinct),
    column.frequent.map(({ text, count }, i): Child => [i === 0 ? '' : speak('list.comma'), foreign(text.slice(0, 60)), ` (${formatCount(count)})`]),
  ]))
}

/** A count of what should not be there. */
export function counted(count: number): Child {
  return count === 0 ? '0' : element('span', { class: 'nonfinite' }, formatCount(count))
}
