/**
 * Logs of a table that was cleaned before training, shown beside the table as it was: row 500 of the log is then another row of the
 * table, and every bad cell looks as if it had been drawn.
 *
 * It shows in the numbers. Many batches drew rows up to as many as are left without the rows that hold bad cells, and none
 * beyond: with all rows there, that would be chance of less than one in a thousand.
 */
import { findNonFinite } from '../../table/rows.ts'
import { say } from '../finding.ts'
import type { WatchedRun, WatchedStep } from './run.ts'

const leastChance = 1e-3

/** The run with its rows read as those of the cleaned table, where they are; else the run as it is. */
export function readAsCleaned(run: WatchedRun): WatchedRun {
  const { table: { rows }, rowsKnown, beyond } = run
  if (!rowsKnown || beyond !== null) return run
  const drawn = drawnRows(run)
  const gone = goneRows(run).find(some => some.length > 0 && rows - some.length === drawn && chanceOfNone(run, some.length) < leastChance)
  return gone === undefined ? run : renumbered(run, gone)
}

/** One more than the highest row that was drawn. */
function drawnRows({ table: { rows }, drawnAt, last }: WatchedRun): number {
  let most = 0
  for (let row = rows - 1; row >= 0 && most === 0; row--) if (drawnAt(row) > 0) most = row + 1
  for (const step of last) for (const row of step.rows ?? []) most = Math.max(most, row + 1)
  return most
}

/** Rows, ascending, that cleaning leaves out: those with a bad cell in the columns that are used, or in any. */
function goneRows({ table, columns }: WatchedRun): number[][] {
  const used = [...columns.inputs, ...columns.targets]
  const numeric = table.columns.flatMap((column, index) => (column.kind === 'text' && !used.includes(index) ? [] : [index]))
  return [used, numeric].map(of => [...new Set(findNonFinite(table, of).map(({ index }) => index))].sort((a, b) => a - b))
}

/** That none of these many rows was drawn, had they been there. An epoch deals every row before any comes again. */
function chanceOfNone({ table: { rows }, failure, firstStep, steps, batch, sampling }: WatchedRun, gone: number): number {
  const draws = (failure === null ? steps : failure.step.step - firstStep + 1) * (batch ?? 0)
  if (sampling !== 'epoch') return (1 - gone / rows) ** draws
  let chance = 1
  for (let i = 0; i < gone; i++) chance *= Math.max(rows - draws - i, 0) / (rows - i)
  return chance
}

function renumbered(run: WatchedRun, gone: readonly number[]): WatchedRun {
  const { table: { rows }, failure, last, drawnAt, located } = run
  const without = new Set(gone)
  const rowOf = Int32Array.from({ length: rows }, (_, row) => row).filter(row => !without.has(row))
  const numberOf = new Map(Array.from(rowOf, (row, number) => [row, number]))
  const moved = (step: WatchedStep): WatchedStep => ({ ...step, rows: step.rows?.map(number => rowOf[number] ?? -1) ?? null })
  return {
    ...run, gone: without,
    failure: failure === null ? null : { ...failure, step: moved(failure.step) },
    last: last.map(moved),
    drawnAt(row) {
      const number = numberOf.get(row)
      return number === undefined ? 0 : drawnAt(number)
    },
    // Which batches held one value throughout was read by the numbers as they stood.
    oneValueAt: () => 0,
    onlyFailing: run.onlyFailing?.map(number => rowOf[number] ?? -1) ?? null,
    located: located === null || located.row === null ? located : { ...located, row: rowOf[located.row] ?? null },
    notes: [...run.notes, say('watched.cleaned', { gone: gone.length, left: rowOf.length, rows })],
  }
}
