/** Findings of watched runs whose cause is cells of the table. */
import type { Cell } from '../cells.ts'
import { say, type Finding, type Fix, type Said } from '../finding.ts'
import { numberAt } from '../../table/stored.ts'
import type { Table } from '../../table/table.ts'
import { dropLines } from '../lines.ts'
import type { WatchedFacts } from './facts.ts'
import type { WatchedRun } from './run.ts'
import { heldRows, rowsOf, unseenBefore } from './timing.ts'

/** A finding without cells, replays or chance, to be spread into. */
export const plainFinding = { cells: [], evidence: {}, tryThis: [], chance: null, fixes: [] } as const satisfies Partial<Finding>

/**
 * Bad cells of used columns: how their draws go with the failing step decides how far they are to blame. Null where there are
 * none, or where the steps speak against them.
 */
export function watchedCells(facts: WatchedFacts, cells: readonly Cell[]): Finding | null {
  if (cells.length === 0) return null
  const { run } = facts
  const rows = rowsOf(cells)
  const weight = weightOf(run, rows)
  if (weight === null) return null
  const counts = { cells, count: cells.length, rows: rows.length, of: run.table.rows }
  return {
    ...plainFinding, weight, cells,
    summary: say(cells.length === 1 ? 'summary.one' : 'summary.many', counts),
    evidence: { cells: cells.length, rows: rows.length, trainingRows: run.table.rows, drawn: cells.filter(({ drawn }) => drawn).length },
    chance: { rows, anyBatch: true },
    fixes: [leaveOut(run, say(rows.length === 1 ? 'fix.drop.one' : 'fix.drop.many', counts))],
  }
}

function weightOf(run: WatchedRun, rows: readonly number[]): number | null {
  const { failure, rowsKnown, firstStep, located, byEpoch } = run
  // An epoch draws every row: the first one fails, or such rows did no harm.
  if (byEpoch) return failure?.step.step === firstStep ? 0.85 : null
  if (failure === null) return 0.4
  if (located !== null && located.row !== null && rows.includes(located.row)) return 0.96
  if (!rowsKnown) return failure.step.step === firstStep ? 0.5 : 0.6
  const { atFailure, justBefore, survived } = heldRows(run, rows)
  // A step that drew them and stayed finite speaks against them; so does a batch without them.
  if (atFailure) return survived > 0 ? 0.5 : 0.95
  if (justBefore) return survived > 0 ? 0.35 : 0.7
  if (survived > 0) return 0.3
  return unseenBefore(run) > 0 ? 0.6 : null
}

/** What NumPy and MATLAB write to leave out every row with a cell of the used columns that is not finite. */
export function leaveOut({ columns }: WatchedRun, says: Said): Fix {
  return { ...codeFix(says), code: dropLines({ columns, single: false }) }
}

/** Why cells of training rows are not it, in a log of epochs; null where no epoch was finite, or there are none such. */
export function clearedByEpoch({ run: { byEpoch, losses, firstStep } }: WatchedFacts, cells: readonly Cell[]): Said | null {
  return byEpoch && losses.length > 0 && cells.length > 0 ? say('watched.cleared', { step: losses[0]?.step ?? firstStep, cells }) : null
}

/** Cells of a row that are said. */
const mostCells = 8

/** What a row of the table (from 0) holds in the columns that are used, the first of them. */
export function cellsSaid({ table, columns }: WatchedRun, row: number): Said[] {
  return [...columns.inputs, ...columns.targets].slice(0, mostCells).map(index => say('watched.cell', { name: table.columns[index]?.name ?? '', value: cellText(table, row, index) }))
}

function cellText(table: Table, row: number, index: number): string {
  const column = table.columns[index]
  if (column === undefined) return ''
  return column.kind === 'text' ? column.levels[column.codes[row] ?? -1] ?? '' : String(numberAt(column, row))
}

/** A fix in the other program's language: no flag of whynan's changes that program. */
export function codeFix(says: Said, python: string | null = null, matlab: string | null = null): Fix {
  return { flags: [], changes: null, code: { python, matlab }, says }
}

/** What leaves out the rows whose cell of a column (from 0) is this number. */
export function leaveOutLabels(column: number, label: number, says: Said): Fix {
  return codeFix(says, `d = d[d[:, ${column}] != ${label}]`, `T(T(:,${column + 1}) == ${label},:) = [];`)
}
