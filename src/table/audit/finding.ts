/** What an audit finds: one shape for all, and for each id what it would do to training and what helps. */
import { capital } from '../names.ts'
import type { Table } from '../table.ts'

/** `error`: training is refused, fails or means nothing. `warning`: it goes worse than it could. `note`: good to know. */
export type Severity = 'error' | 'warning' | 'note'

interface Nature {
  readonly severity: Severity
  readonly wouldDo: string
  readonly remedy: string
}

const natures = {
  'not-finite': {
    severity: 'error',
    wouldDo: 'One such cell in a batch makes the loss, then every weight, NaN.',
    remedy: 'Leave the rows out (--nonfinite drop), fill them (--nonfinite impute), or repair the file.',
  },
  'text-in-numbers': {
    severity: 'error',
    wouldDo: 'A text where a number is expected is read as NaN, and one NaN in a batch makes every weight NaN.',
    remedy: 'Correct the cells in the file, or leave the rows out (--nonfinite drop).',
  },
  'coded-missing': {
    severity: 'warning',
    wouldDo: 'A missing value that is coded as a number is learned as a measurement, and stretches the scale of the column.',
    remedy: 'If it stands for a missing value, leave those rows out (--exclude-rows) or clear the cells in the file.',
  },
  'beyond-float32': {
    severity: 'error',
    wouldDo: 'float32 rounds the cell to Infinity, and the loss becomes NaN in the first batch that holds it.',
    remedy: 'Correct the cell, leave its row out, or train with --precision float64.',
  },
  'square-overflows': {
    severity: 'warning',
    wouldDo: 'Unscaled, its square is Infinity in float32: in the loss of a target, in the second moments behind an input.',
    remedy: 'Correct the cell if it is an error; else standardise, or take the logarithm of the column.',
  },
  'constant-column': {
    severity: 'warning',
    wouldDo: 'It tells the network nothing; divided by its deviation, which is rounding, it becomes NaN or noise.',
    remedy: 'Leave it out of the inputs. Standardising here scales it to 0.',
  },
  'constant-target': {
    severity: 'error',
    wouldDo: 'There is nothing to predict.',
    remedy: 'Name another target (--target).',
  },
  'near-constant': {
    severity: 'note',
    wouldDo: 'Few rows decide what is learned from it, and most batches hold none of them; scaled, those rows lie far from all others.',
    remedy: 'Leave it out of the inputs unless those few rows matter.',
  },
  outliers: {
    severity: 'warning',
    wouldDo: 'A squared loss is ruled by such cells, and in the column\'s scale all others lie close together.',
    remedy: 'Look at the rows. Errors of measurement: leave them out (--exclude-rows). Real values: take logarithms, or --loss huber.',
  },
  'inputs-unscaled': {
    severity: 'note',
    wouldDo: 'Without scaling the first layer\'s sums are large or vanish, and one learning rate does not suit all weights.',
    remedy: 'Standardise, as is done unless --no-standardize is given.',
  },
  'target-unscaled': {
    severity: 'note',
    wouldDo: 'Without scaling the loss is as large or as small as the target\'s square, and L2 and learning rate lose their usual meaning.',
    remedy: 'Standardise, as is done unless --no-standardize is given.',
  },
  'scales-differ': {
    severity: 'note',
    wouldDo: 'Without scaling the largest input drowns the others, and training crawls along a narrow valley.',
    remedy: 'Standardise, as is done unless --no-standardize is given.',
  },
  'large-offset': {
    severity: 'note',
    wouldDo: 'Rounded to float32 before the mean is taken away, the column loses most of its digits.',
    remedy: 'Standardise, which takes the mean away in float64 first, or train with --precision float64.',
  },
  'duplicate-rows': {
    severity: 'note',
    wouldDo: 'Rows that stand twice weigh twice; and a split may put one of them in training and the other in validation.',
    remedy: 'Leave the copies out unless they are measurements of their own.',
  },
  'duplicates-across': {
    severity: 'warning',
    wouldDo: 'Validation on rows that were trained on flatters the model.',
    remedy: 'Take these rows out of one of the tables.',
  },
  'copy-of-column': {
    severity: 'note',
    wouldDo: 'It adds weights and no information; how the two share their effect is left to chance.',
    remedy: 'Leave one of them out of the inputs.',
  },
  'linear-mix': {
    severity: 'note',
    wouldDo: 'It adds weights and no information; a straight-line fit has no single solution.',
    remedy: 'Leave one of them out of the inputs.',
  },
  'target-in-inputs': {
    severity: 'warning',
    wouldDo: 'The network reads the answer off its input, and fails where that column is not known in advance.',
    remedy: 'Leave it out of the inputs unless it will be known when predicting.',
  },
  'target-is-linear': {
    severity: 'note',
    wouldDo: 'A straight line fits it exactly; a network only comes near.',
    remedy: 'Use the straight-line fit, or look whether the target was computed from these columns.',
  },
  'counts-rows': {
    severity: 'note',
    wouldDo: 'As a clock it tells training rows apart by their place, and in every later row it lies outside what was trained on.',
    remedy: 'Leave it out of the inputs unless its place in time is what predicts.',
  },
  shift: {
    severity: 'warning',
    wouldDo: 'The validation loss then measures another situation than the one trained on, and early stopping follows it.',
    remedy: 'Look how the tables were made; a split drawn from one table has no such shift (--validation 0.2).',
  },
  'beyond-training': {
    severity: 'warning',
    wouldDo: 'Predictions there are extrapolated, and a few such rows can rule the validation loss.',
    remedy: 'Look at the rows: errors are left out, real ones belong in the training table too.',
  },
  'new-category': {
    severity: 'error',
    wouldDo: 'A text that no training row holds has no input of its own, so that its row cannot be predicted.',
    remedy: 'Correct the text, leave the rows out, or add training rows that hold it.',
  },
  'more-columns-than-rows': {
    severity: 'warning',
    wouldDo: 'With fewer rows than inputs even a straight line fits anything exactly.',
    remedy: 'Transpose the table if its rows are its columns; else leave inputs out or measure more.',
  },
} as const satisfies Record<string, Nature>

export type FindingId = keyof typeof natures
export const findingIds = Object.keys(natures) as readonly FindingId[]

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

/** A finding about a table, or about one of its columns (from 0); `rows` (from 0) may be cut to `mostRows` when `count` is given. */
export function finding(
  id: FindingId, table: Table, column: number | null, says: string,
  { rows = [], count = rows.length, facts = {} }: {
    readonly rows?: readonly number[]
    readonly count?: number
    readonly facts?: Readonly<Record<string, unknown>>
  } = {},
): Finding {
  const nature: Nature = natures[id]
  return {
    id, severity: nature.severity, table: table.name,
    column: column === null ? null : column + 1, columnName: column === null ? null : (table.columns[column]?.name ?? null),
    rows: rows.slice(0, mostRows).map(row => row + 1), count, says: capital(says), wouldDo: nature.wouldDo, remedy: nature.remedy, facts,
  }
}
