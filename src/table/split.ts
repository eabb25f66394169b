/** Rows put aside for validation, drawn from the seed. */
import { makePermutation } from '../numeric/permute.ts'
import { philoxKey } from '../numeric/philox.ts'
import { TableError } from './errors.ts'
import { plural } from './names.ts'

export interface Split {
  /** Rows from 0, ascending; together with `validation` every row once. */
  readonly training: Uint32Array
  readonly validation: Uint32Array
}

/**
 * Splits rows 0 … rows - 1: a row is put aside when the split stream's permutation carries it below `share` times the rows
 * (rounded, at least one row on each side). It depends on the number of rows, the share and the seed alone, so that
 * leaving a row out later moves no other row to the other side.
 *
 * Throws TableError: `too-few-rows`, `validation-share`.
 */
export function splitRows(rows: number, share: number, seed: number): Split {
  if (!(share > 0 && share < 1)) {
    throw new TableError('validation-share', `The share of rows for validation is ${share}; it lies between 0 and 1, such as 0.2.`,
      { share })
  }
  if (rows < 2) {
    throw new TableError('too-few-rows', `${plural(rows, 'row')} cannot be split into training and validation rows: at least 2 are `
      + `needed. Validate on a table of its own, or not at all.`, { rows })
  }
  const size = Math.min(Math.max(Math.round(rows * share), 1), rows - 1)
  const permutation = makePermutation(rows, philoxKey(seed, 'split'), 0)
  const training = new Uint32Array(rows - size)
  const validation = new Uint32Array(size)
  let [t, v] = [0, 0]
  for (let row = 0; row < rows; row++) {
    if (permutation.at(row) < size) validation[v++] = row
    else training[t++] = row
  }
  return { training, validation }
}

/** The rows of `rows` (ascending) that are also in `side` (ascending). */
export function commonRows(rows: Uint32Array, side: Uint32Array): Uint32Array {
  // Counted, then filled: a filter would keep what it finds as a list of numbers first, four times as large.
  const common = new Uint32Array(forCommon(rows, side, () => {}))
  let found = 0
  forCommon(rows, side, row => { common[found++] = row })
  return common
}

function forCommon(rows: Uint32Array, side: Uint32Array, take: (row: number) => void): number {
  let [at, count] = [0, 0]
  for (let r = 0; r < rows.length; r++) {
    const row = rows[r]!
    while (at < side.length && side[at]! < row) at++
    if (side[at] !== row) continue
    take(row)
    count++
  }
  return count
}
