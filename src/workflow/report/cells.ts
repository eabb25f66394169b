/** Cells in their table: the rows around them as they stand, and what is not finite hatched. */
import type { Cell } from '../../explain/cells.ts'
import { formatCount } from '../../figures/format.ts'
import { isNamed } from '../../table/names.ts'
import type { Column, Table } from '../../table/table.ts'
import type { Experiment, Side } from '../../training/experiment.ts'
import { element, foreign, type Child, type Html } from './html.ts'
import type { Speak } from './words.ts'
import { numberAt } from '../../table/stored.ts'

/** Rows above and below. */
const neighbours = 5
/** Cells of a cause whose surroundings are drawn, and cells that are listed. */
const mostShown = 3
const mostListed = 30
/** Columns drawn, those of the cells first. */
const mostColumns = 9

/** A cell to mark, and what stood there. */
export type MarkedCell = Pick<Cell, 'index' | 'column' | 'value' | 'encoded' | 'text'>

/** The surroundings of the first cells (those of the failing batch before others), then a list of all where there are more. */
export function cellsInTable(experiment: Experiment, cells: readonly Cell[], speak: Speak): Html[] {
  const ordered = [...cells].sort((a, b) => Number(b.drawn) - Number(a.drawn))
  const [first] = ordered
  const side = first === undefined ? null : first.side === 'training' ? experiment.training : experiment.validation
  if (first === undefined || side === null) return []
  const shown = ordered.filter(cell => cell.side === first.side).slice(0, mostShown)
  return [
    ...(first.side === 'validation' ? [element('p', { class: 'muted' }, speak('where.validation', { name: side.table.name }))] : []),
    excerpt(side, cells.filter(cell => cell.side === first.side), shown, speak),
    ...(cells.length > shown.length ? [listOf(ordered, speak)] : []),
  ]
}

/** The rows around the cells that are `shown`; of all `cells`, those that stand there are marked. */
export function excerpt(
  { table, columns }: Pick<Side, 'table' | 'columns'>, cells: readonly MarkedCell[], shown: readonly MarkedCell[], speak: Speak,
): Html {
  const used = { input: new Set(columns.inputs), target: new Set(columns.targets) }
  const roleOf = (index: number): 'input' | 'target' | 'unused' =>
    used.target.has(index) ? 'target' : used.input.has(index) ? 'input' : 'unused'
  const classOf = (index: number): string => (roleOf(index) === 'unused' ? 'end unused' : 'end')
  const bad = new Map(cells.map(cell => [`${cell.index}:${cell.column - 1}`, cell]))
  const here = new Set(cells.map(({ index }) => index))
  const rows = rowsAround(shown.map(({ index }) => index), table.rows)
  const at = columnsAround(shown.map(({ column }) => column - 1), columns.targets, table.columns.length)
  const drawn = rows.filter(row => row !== null)
  const written = at.map(index => (index === null ? new Map<number, string>() : writtenColumn(table, index, drawn)))

  const heads = at.map(index => (index === null
    ? element('th', {}, '…')
    : element('th', { scope: 'col', class: classOf(index) }, ...headOf(table.columns[index], index, roleOf(index), speak))))
  const lines = rows.map(row => {
    if (row === null) return element('tr', { class: 'gap' }, element('th', {}, '⋮'), at.map(() => element('td', {}, '')))
    const { line } = table.origin(row, shown[0]?.column ?? 0)
    return element('tr', { class: here.has(row) ? 'here' : undefined },
      element('th', { scope: 'row', class: 'end' }, formatCount(row + 1),
        line === undefined || !here.has(row) ? undefined : element('small', {}, speak('where.line', { line }))),
      at.map((index, i) => {
        if (index === null) return element('td', {}, '')
        const text = written[i]?.get(row) ?? ''
        const cell = bad.get(`${row}:${index}`)
        if (cell !== undefined) return badCell(cell, text)
        return element('td', { class: classOf(index) }, text)
      }))
  })
  return element('div', { class: 'scroll', tabindex: '0' }, element('table', { class: 'cells' },
    element('thead', {}, element('tr', {}, element('th', { scope: 'col', class: 'end' }, speak('where.row')), heads)),
    element('tbody', {}, lines)))
}

/** Hatched where the network is given something that is not finite; framed where it is only far out. */
function badCell({ value, encoded, text }: MarkedCell, written: string): Html {
  const finite = Number.isFinite(value) && Number.isFinite(encoded)
  const stood = text === undefined || text === '' || text === written ? undefined : element('small', {}, foreign(`“${text.slice(0, 40)}”`))
  return element('td', { class: finite ? 'end far' : 'end bad' }, element('b', {}, written), stood)
}

function headOf(column: Column | undefined, index: number, role: 'input' | 'target' | 'unused', speak: Speak): Child[] {
  const number = speak('where.column', { column: index + 1 })
  const named = column !== undefined && isNamed(column, index)
  const below = [...(named ? [number] : []), speak(`role.${role}`)].join(' · ')
  return [named ? foreign(column.name.slice(0, 60)) : number, element('small', {}, below)]
}

/** The given rows with their neighbours, ascending; null between rows that are not neighbours. */
export function rowsAround(rows: readonly number[], count: number): (number | null)[] {
  const wanted = new Set(rows.flatMap(row => Array.from({ length: 2 * neighbours + 1 }, (_, i) => row - neighbours + i)))
  return withGaps([...wanted].filter(row => row >= 0 && row < count))
}

/** All columns of a narrow table; of a wide one those of the cells, the targets, and the cells' neighbours. */
export function columnsAround(cells: readonly number[], targets: readonly number[], count: number): (number | null)[] {
  if (count <= mostColumns) return Array.from({ length: count }, (_, index) => index)
  const chosen = new Set([...cells, ...targets.slice(0, 2)].slice(0, mostColumns - 2))
  for (let distance = 1; chosen.size < mostColumns - 1 && distance < count; distance++) {
    for (const index of cells.flatMap(cell => [cell - distance, cell + distance])) {
      if (index >= 0 && index < count && chosen.size < mostColumns - 1) chosen.add(index)
    }
  }
  return withGaps([...chosen])
}

function withGaps(numbers: readonly number[]): (number | null)[] {
  const ordered = [...numbers].sort((a, b) => a - b)
  return ordered.flatMap((number, i) => (i > 0 && number !== (ordered[i - 1] ?? 0) + 1 ? [null, number] : [number]))
}

/** Six digits at most, as many decimals in every row, so that a column of figures that are alike stands at its decimal point. */
function writtenColumn({ columns }: Table, index: number, rows: readonly number[]): Map<number, string> {
  const column = columns[index]
  if (column === undefined) return new Map()
  if (column.kind === 'text') return new Map(rows.map(row => [row, (column.levels[column.codes[row] ?? -1] ?? '').slice(0, 40)]))
  const values = rows.map(row => numberAt(column, row))
  const plain = (value: number): boolean => value === 0 || (Math.abs(value) >= 1e-4 && Math.abs(value) < 1e7)
  const decimals = Math.max(0, ...values.filter(plain).map(value => String(Number(value.toPrecision(6))).split('.')[1]?.length ?? 0))
  const written = (value: number): string => {
    if (!Number.isFinite(value)) return String(value)
    return plain(value) ? value.toFixed(Math.min(decimals, 9)) : String(Number(value.toPrecision(6)))
  }
  return new Map(rows.map((row, i) => [row, written(values[i] ?? Number.NaN)]))
}

function listOf(cells: readonly Cell[], speak: Speak): Html {
  const rest = cells.length - mostListed
  const items = cells.slice(0, mostListed).map(({ row, column, columnName, drawn, line }) => element('li', {},
    `${speak('where.row')} ${formatCount(row)}${speak('list.comma')}${speak('where.column', { column })}`,
    columnName === `column ${column}` ? undefined : [' (', foreign(columnName.slice(0, 60)), ')'],
    element('span', { class: 'muted' }, ` · ${speak(drawn ? 'where.drawn' : 'where.not-drawn')}`, line === undefined ? undefined : ` · ${speak('where.line', { line })}`)))
  return element('div', {}, element('h3', {}, speak('where.every')),
    element('ol', { class: 'path small' }, items), rest > 0 ? element('p', { class: 'muted' }, speak('where.more', { count: rest })) : undefined)
}
