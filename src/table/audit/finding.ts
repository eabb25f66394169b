/** What an audit finds: one shape for all. What a finding would do to training and what helps stands in words/, in each language. */
import { capital } from '../names.ts'
import type { Table } from '../table.ts'
import type { AuditWords } from './words.ts'

/** `error`: training is refused, fails or means nothing. `warning`: it goes worse than it could. `note`: good to know. */
export type Severity = 'error' | 'warning' | 'note'

const severities = {
  'not-finite': 'error',
  'text-in-numbers': 'error',
  'surplus-cells': 'warning',
  'coded-missing': 'warning',
  'beyond-float32': 'error',
  'square-overflows': 'warning',
  'constant-column': 'warning',
  'constant-target': 'error',
  'near-constant': 'note',
  outliers: 'warning',
  'inputs-unscaled': 'note',
  'target-unscaled': 'note',
  'scales-differ': 'note',
  'large-offset': 'note',
  'duplicate-rows': 'note',
  'duplicates-across': 'warning',
  'copy-of-column': 'note',
  'linear-mix': 'note',
  'target-in-inputs': 'warning',
  'target-is-linear': 'note',
  'counts-rows': 'note',
  shift: 'warning',
  'beyond-training': 'warning',
  'new-category': 'error',
  'more-columns-than-rows': 'warning',
} as const satisfies Record<string, Severity>

export type FindingId = keyof typeof severities
export const findingIds = Object.keys(severities) as readonly FindingId[]

export interface Finding {
  readonly id: FindingId
  readonly severity: Severity
  readonly table: string
  /** Counted from 1; null when it is about no single column. */
  readonly column: number | null
  readonly columnName: string | null
  /** Counted from 1, the first `mostRows` of them. */
  readonly rows: readonly number[]
  /** How many rows in all; 0 when it is about no rows in particular. */
  readonly count: number
  /** One sentence. */
  readonly says: string
  readonly wouldDo: string
  readonly remedy: string
  /** The numbers of the sentence. */
  readonly facts: Readonly<Record<string, unknown>>
}

/** So many rows are listed; `count` says how many there are. */
export const mostRows = 100

/**
 * A finding about a table, or about one of its columns (from 0), said in the language of `words`; `rows` (from 0) may be cut to
 * `mostRows` when `count` is given.
 */
export function finding(
  words: AuditWords, id: FindingId, table: Table, column: number | null, says: string,
  { rows = [], count = rows.length, facts = {} }: {
    readonly rows?: readonly number[]
    readonly count?: number
    readonly facts?: Readonly<Record<string, unknown>>
  } = {},
): Finding {
  const { wouldDo, remedy } = words.natures[id]
  return {
    id, severity: severities[id], table: table.name,
    column: column === null ? null : column + 1, columnName: column === null ? null : (table.columns[column]?.name ?? null),
    rows: rows.slice(0, mostRows).map(row => row + 1), count, says: capital(says), wouldDo, remedy, facts,
  }
}
