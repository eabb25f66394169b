/** What the table of a watched run holds, read once for all causes. */
import type { ColumnSet } from '../../table/columns.ts'
import { findNonFinite, type BadCell } from '../../table/rows.ts'
import { piecesOf } from '../../table/stored.ts'
import type { Table } from '../../table/table.ts'
import type { Cell } from '../cells.ts'
import { columnFigures, type ColumnFigures } from '../evidence.ts'
import { signalIn, type Signal } from '../signal.ts'
import { constantLevels, freshLevels, type Level } from './levels.ts'
import type { WatchedRun } from './run.ts'
import { watchedSample } from './sample.ts'

export interface WatchedFacts {
  readonly run: WatchedRun
  /** Bad cells of used columns; `drawn` means in the failing batch. */
  readonly badCells: readonly Cell[]
  readonly badValidationCells: readonly Cell[]
  readonly columns: readonly ColumnFigures[]
  readonly unusedBadCells: number
  /** Rows of the failing batch that no finite step before it had drawn; empty where rows are unknown. */
  readonly newRows: readonly number[]
  /** How many classes the target's values are, where they are few whole numbers or texts; 0 where it is a measurement. */
  readonly classes: number
  /** What the first loss of one row would be, in the mean. */
  readonly fresh: readonly Level[]
  /** What the best answer that is the same for every row costs. */
  readonly constant: readonly Level[]
  /** What the inputs say of the targets; null where there are too few rows. Computed when asked for. */
  readonly signal: Signal | null
}

export function watchedFacts(run: WatchedRun): WatchedFacts {
  const failing = new Set(run.failure?.step.rows ?? [])
  const rows = Uint32Array.from({ length: run.table.rows }, (_, row) => row)
  const columns = columnFigures({ table: run.table, columns: run.columns, rows })
  const classes = classesOf(run)
  let signal: Signal | null | undefined
  return {
    run, columns, classes, fresh: freshLevels(run, columns, classes), constant: constantLevels(run, columns, classes),
    get signal() { return signal === undefined ? (signal = signalIn(watchedSample(run, classes))) : signal },
    badCells: cellsOf(run.table, run.columns, 'training', failing).filter(({ index }) => run.gone?.has(index) !== true),
    badValidationCells: run.validation === null ? [] : cellsOf(run.validation.table, run.validation.columns, 'validation', new Set()),
    unusedBadCells: unusedOf(run),
    newRows: [...failing].filter(row => row >= 0 && row < run.table.rows && run.drawnAt(row) === 0).sort((a, b) => a - b),
  }
}

/** A cell of the watched table, as causes name it: the program was given what the table holds. */
export function watchedCell(side: Cell['side'], part: Cell['part'], found: BadCell, drawn: boolean): Cell {
  return { ...found, side, part, datasetRow: found.index, encoded: found.value, drawn }
}

function cellsOf(table: Table, columns: ColumnSet, side: Cell['side'], drawn: ReadonlySet<number>): Cell[] {
  const inputs = new Set(columns.inputs)
  return findNonFinite(table, [...columns.inputs, ...columns.targets].sort((a, b) => a - b))
    .map(cell => watchedCell(side, inputs.has(cell.column - 1) ? 'input' : 'target', cell, drawn.has(cell.index)))
}

function unusedOf({ table, columns }: WatchedRun): number {
  const used = new Set([...columns.inputs, ...columns.targets])
  const unused = table.columns.flatMap((column, index) => (used.has(index) || column.kind === 'text' ? [] : [index]))
  return unused.length === 0 ? 0 : findNonFinite(table, unused).length
}

/** 0 where the target is a measurement. */
function classesOf({ table, columns }: WatchedRun): number {
  const column = table.columns[columns.targets[0] ?? -1]
  if (column === undefined) return 0
  if (column.kind === 'text') return column.levels.length
  const seen = new Set<number>()
  for (const { values } of piecesOf(column)) for (const value of values) {
    if (!Number.isFinite(value)) continue
    if (!Number.isInteger(value) || value < -1) return 0
    seen.add(value)
    if (seen.size > 20) return 0
  }
  return seen.size
}
