/**
 * A watched run: training that happened in another program, and what that program showed of it. Row numbers of its batches,
 * losses and, where it had them, figures of its gradients, moments and parameters; beside them the table that it trained on.
 *
 * Nothing of it can be run again in this engine, so whatever is found stays `suspected`. What the rows and the table show
 * (which batches held which cells, and how those steps ended) is given as evidence.
 */
import type { ColumnSet } from '../../table/columns.ts'
import type { Table } from '../../table/table.ts'
import type { Sampling } from '../batch-law.ts'
import type { Curve } from '../curve.ts'
import type { Said } from '../finding.ts'

/** Settings of the other program, as far as its user says them. */
export interface Declared {
  /** `sgd`, `adam`, … in the program's own words. */
  readonly optimizer?: string
  readonly learningRate?: number
  readonly loss?: string
  readonly reduction?: 'mean' | 'sum'
  readonly activation?: string
  readonly precision?: 'float16' | 'float32' | 'float64'
  readonly epsilon?: number
  /** The share of units that training leaves out. */
  readonly dropout?: number
  /** How batches are drawn; left out, it is seen from the rows. */
  readonly sampling?: Sampling
  /** Steps that were planned. */
  readonly steps?: number
  /** The program leaves out, or fills, cells that are not finite before it trains. */
  readonly cleaned?: boolean
  /** The program scales its inputs by itself. */
  readonly standardize?: boolean
}

/** Gradients, moments or parameters of one step, all tensors together. */
export interface TensorsSeen {
  /** Null where only the number of bad elements was given. */
  readonly elements: number | null
  readonly nonFinite: number
  /** The root of the sum of squares of the finite elements. */
  readonly norm: number | null
  /** The first bad element: its tensor's name, its index in it, its value. */
  readonly first: { readonly name: string; readonly index: number; readonly value: number } | null
}

export interface WatchedStep {
  readonly step: number
  /** Rows of the table, from 0, in batch order; -1 for what is no row number. Null where the program did not say. */
  readonly rows: Int32Array | null
  /** Null where it was not given. */
  readonly loss: number | null
  /** Positions in the batch whose own loss is not finite; null where losses by row were not given. */
  readonly badPositions: readonly number[] | null
  readonly gradients: TensorsSeen | null
  readonly moments: TensorsSeen | null
  /** After the step's update. */
  readonly parameters: TensorsSeen | null
  /** Of the parameters that are not finite, how many have a moment of exactly 0 at the same place; null where that cannot be told. */
  readonly zeroDivisors: number | null
}

export type FirstSeen = 'loss' | 'gradient' | 'moment' | 'parameter'

export interface Failure {
  readonly step: WatchedStep
  readonly first: FirstSeen
  readonly value: number
}

/** Where another adapter that can look inside a step found the first bad element. */
export interface Located {
  /** The layer or operation, in the other program's words. */
  readonly name: string
  readonly operands: readonly number[]
  readonly value: number
  readonly stage: string
  /** From 1. */
  readonly layer: number | null
  /** A row of the table, from 0. */
  readonly row: number | null
  /** From 1. */
  readonly unit: number | null
  /** Of a loss, whose network answered finite numbers: what it is made of, for that row. */
  readonly compared?: { readonly target: readonly number[]; readonly answer: readonly number[] }
  /** What it reached, in the order of computing. */
  readonly spread: readonly { readonly stage: string; readonly name: string; readonly layer: number | null; readonly nonFinite: number; readonly of: number; readonly rows: number | null }[]
}

export interface WatchedRun {
  readonly table: Table
  readonly columns: ColumnSet
  readonly validation: { readonly table: Table; readonly columns: ColumnSet } | null
  readonly declared: Declared
  /** How many steps were shown. */
  readonly steps: number
  readonly firstStep: number
  readonly lastStep: number
  /** What the log calls a step is an epoch: every row once. */
  readonly byEpoch: boolean
  /** The step of the first value that is not finite, other than a validation loss. */
  readonly failure: Failure | null
  /** The last steps up to the failing one, ascending; without a failure, the last ones. */
  readonly last: readonly WatchedStep[]
  /** Steps after the failing one, by how their loss was. */
  readonly after: { readonly finite: number; readonly nonFinite: number; /** The largest of the finite losses; 0 where there are none. */ readonly largest: number }
  /** Rows that some failing step drew and no finite one, where each failing step drew one of them; null where rows are unknown, or that is not so. */
  readonly onlyFailing: readonly number[] | null
  /** Losses before the failing step, thinned where there were many; with how many rows their batches held, where that is known. */
  readonly losses: readonly { readonly step: number; readonly loss: number; readonly rows: number | null }[]
  readonly curve: Curve
  readonly validations: readonly { readonly step: number; readonly loss: number }[]
  /** The first step whose validation loss was not finite. */
  readonly validationFailure: number | null
  /** The same parameters evaluated more than once gave different validation losses. */
  readonly unsteadyValidation: { readonly step: number; readonly losses: readonly number[] } | null
  /** Whether rows were given in every step up to the failing one. */
  readonly rowsKnown: boolean
  /** The usual batch size. */
  readonly batch: number | null
  readonly sampling: Sampling | null
  /** The first step before the failing one that drew a row and whose loss was finite; 0: none. */
  readonly drawnAt: (row: number) => number
  /** The first finite step before the failing one whose batch of two rows or more held one value of a column (from 0) throughout; 0: none. */
  readonly oneValueAt: (column: number) => number
  /** Row numbers that are not in the table; the first step that drew one, its rows (some), and how many steps did. */
  readonly beyond: { readonly step: number; readonly rows: readonly number[]; readonly steps: number } | null
  /** Whether steps after the failing one drew row numbers that are not in the table. */
  readonly beyondLater: boolean
  /** Whether a number was drawn that no row has in a table whose rows count from 1. */
  readonly startsAtZero: boolean
  /** The fewest rows of a batch whose loss was finite; null where rows are unknown. */
  readonly leastBatch: number | null
  readonly located: Located | null
  /** Rows of the table, from 0, that the program had left out of it before it trained. */
  readonly gone?: ReadonlySet<number>
  /** What should be said beside the explanation, such as lines of a log that did not parse. */
  readonly notes: readonly Said[]
}
