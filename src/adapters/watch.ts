/** Watching training that another program does: it shows its steps, and is told what they and its table say of a failure. */
import type { Explanation } from '../explain/explanation.ts'
import { explainWatched, type WatchedOptions } from '../explain/watched/explain.ts'
import type { Declared } from '../explain/watched/run.ts'
import { matchColumns, resolveColumn, type ColumnReference, type ColumnSet } from '../table/columns.ts'
import type { Table } from '../table/table.ts'
import { WatchError } from './errors.ts'
import { Memory, type Subject } from './memory.ts'
import { flattened, tensorsSeen, zeroDivisors, type Tensors } from './tensors.ts'
import { tableInMemory } from '../table/stored.ts'

export interface WatchOptions extends Declared {
  /** Columns to predict, by name or number from 1; left out, the last numeric one. */
  readonly target?: ColumnReference | readonly ColumnReference[]
  /** Columns to predict from; left out, all other numeric ones. */
  readonly inputs?: readonly ColumnReference[]
  /** The table that the program validates on. */
  readonly validation?: Table
  /** What the program calls the first row of the table: 0, or 1 as in MATLAB, R and Julia. Left out, 0 unless its row numbers show that it is 1. */
  readonly rowsFrom?: 0 | 1
}

/** What a program shows of one step. All but the loss may be left out; the more there is, the more can be said. */
export interface StepShown {
  /** From 1, or as the program counts; left out, one more than the last. Steps must ascend. */
  readonly step?: number
  /** Row numbers of the table that the batch holds, in its order, from `rowsFrom`. */
  readonly rows?: ArrayLike<number>
  readonly loss?: number
  /** The loss of each row of the batch, where the program has it before it takes the mean. */
  readonly rowLosses?: ArrayLike<number>
  /** The loss over the validation table after the step; several where the same parameters were evaluated more than once. */
  readonly validation?: number | readonly number[]
  readonly gradients?: Tensors
  /** The optimizer's moments after the step. */
  readonly moments?: Tensors
  /** Parameters after the step. */
  readonly parameters?: Tensors
}

export type ExplainWatchedOptions = Pick<WatchedOptions, 'language' | 'width'>

export interface Watcher {
  /** Shows a step. False as soon as a value of it, or of an earlier one, is not finite: then it is time to stop and explain. */
  step(shown: StepShown): boolean
  /** The first step with a value that is not finite; null while there is none. */
  readonly failedAt: number | null
  /** What the steps and the table say. A cause is `suspected` at most, since nothing can be run again. */
  explain(options?: ExplainWatchedOptions): Explanation
}

/**
 * Watches training that happens elsewhere. `table` is what the program trains on, before it scales or cleans anything. Memory
 * is bounded by the table: 5 bytes a row, the last 8 steps, and some thousand losses.
 *
 * Throws TableError where columns cannot be found, and WatchError `rows-from`, `no-target`, `step-backwards`, `step-number`.
 */
export function watch(table: Table, options: WatchOptions = {}): Watcher {
  const memory = new Memory(subjectOf(table, options))
  return watcherOf(memory, options.rowsFrom ?? 0)
}

/** A watcher over a memory that others, such as an adapter to a library, write to as well. */
export function watcherOf(memory: Memory, rowsFrom: number): Watcher {
  return {
    step(shown) {
      see(memory, shown, rowsFrom)
      return memory.failedAt === null
    },
    get failedAt() { return memory.failedAt },
    explain: explainOptions => explainWatched(memory.run, explainOptions),
  }
}

/** What is watched, its columns found. */
export function subjectOf(given: Table, { target, inputs, validation: other, rowsFrom, ...declared }: WatchOptions): Subject {
  const table = tableInMemory(given)
  const validation = other === undefined ? undefined : tableInMemory(other)
  if (![undefined, 0, 1].includes(rowsFrom)) throw new WatchError('rows-from', `rowsFrom is ${String(rowsFrom)}; expected 0 or 1, what the program calls the table's first row.`, { got: rowsFrom })
  const columns = columnsOf(table, target, inputs)
  const { inputs: from, targets } = columns
  const rowsFromSaid = rowsFrom !== undefined
  if (validation === undefined) return { table, columns, validation: null, declared, rowsFromSaid }
  const matched = matchColumns(table, [...from, ...targets], validation)
  return { table, columns, validation: { table: validation, columns: { inputs: matched.slice(0, from.length), targets: matched.slice(from.length) } }, declared, rowsFromSaid }
}

/** The columns that are named, or the usual ones. What they hold is not asked: a column without a single number may be the cause. */
function columnsOf(table: Table, target: WatchOptions['target'], inputs: WatchOptions['inputs']): ColumnSet {
  const named = target === undefined ? null : [target].flat().map(reference => resolveColumn(table, reference))
  const asked = inputs?.map(reference => resolveColumn(table, reference)) ?? null
  const numeric = table.columns.flatMap((column, index) => (column.kind === 'numeric' && asked?.includes(index) !== true ? [index] : []))
  const targets = named ?? numeric.slice(-1)
  if (targets.length === 0) throw new WatchError('no-target', `${table.name} has no column of numbers that could be the target; name it, such as { target: 'y' }.`, { table: table.name })
  return { inputs: asked ?? numeric.filter(index => !targets.includes(index)), targets }
}

function see(memory: Memory, shown: StepShown, rowsFrom: number): void {
  const step = shown.step ?? memory.latest + 1
  if (!Number.isSafeInteger(step) || step < 0) throw new WatchError('step-number', `A step is numbered ${String(shown.step)}; expected a whole number from 0.`, { got: shown.step })
  if (memory.started && step <= memory.latest) {
    throw new WatchError('step-backwards', `Step ${step} was shown after step ${memory.latest}: steps must ascend. Make a new watcher for each run.`, { got: step, last: memory.latest })
  }
  const flat = (tensors: Tensors | undefined) => (tensors === undefined ? null : flattened(tensors))
  const [gradients, moments, parameters] = [flat(shown.gradients), flat(shown.moments), flat(shown.parameters)]
  const { validation = [] } = shown
  const seen = parameters === null ? null : tensorsSeen(parameters)
  memory.see(
    {
      step, rows: shown.rows === undefined ? null : rowNumbers(shown.rows, rowsFrom), loss: shown.loss ?? null,
      badPositions: shown.rowLosses === undefined ? null : Array.from(shown.rowLosses).flatMap((loss, i) => (Number.isFinite(loss) ? [] : [i])),
      gradients: gradients === null ? null : tensorsSeen(gradients),
      moments: moments === null ? null : tensorsSeen(moments),
      parameters: seen,
      zeroDivisors: parameters === null || moments === null || seen?.nonFinite === 0 ? null : zeroDivisors(parameters, moments),
    },
    typeof validation === 'number' ? [validation] : validation,
  )
}

/** Row numbers from 0; what is no whole number is -1, as is the 0 of a program that counts from 1. */
export function rowNumbers(rows: ArrayLike<number>, rowsFrom: number): Int32Array {
  return Int32Array.from(rows, row => {
    const index = row - rowsFrom
    return Number.isInteger(index) && index >= 0 && index < 2 ** 31 - 1 ? index : -1
  })
}
