/** Inputs and targets that stand in two tables, such as `X_train` and `y_train`, as one. */
import { isNamed } from './names.ts'
import { nameWithoutRole } from './roles.ts'
import type { CellOrigin, Column, Table } from './table.ts'

/**
 * The columns of `inputs`, then those of `targets`; both have the same rows. Columns without names of their own are called
 * after `targets`, without the word for its role: y_train and y_test are both `y`. `files`: where they stand, if apart.
 */
export function joinTables(inputs: Table, targets: Table, files: { readonly inputs: string; readonly targets: string } | null = null): Table {
  const taken = new Set(inputs.columns.map(column => column.name))
  const short = nameWithoutRole(targets.name)
  const single = targets.columns.length === 1
  const nameOf = (column: Column, c: number): string => {
    if (isNamed(column, c) && !taken.has(column.name)) return column.name
    const plain = single ? short : `${short} ${c + 1}`
    return taken.has(plain) ? (single ? targets.name : `${targets.name} ${c + 1}`) : plain
  }
  const own = targets.columns.map((column, c): Column => ({ ...column, name: nameOf(column, c) }))
  const width = inputs.columns.length
  const surplus = inputs.surplus ?? targets.surplus
  const from = (table: Table, file: string | undefined, row: number, column: number): CellOrigin => (
    file === undefined ? table.origin(row, column) : { file, ...table.origin(row, column) }
  )
  return {
    name: inputs.name,
    rows: inputs.rows,
    columns: [...inputs.columns, ...own],
    origin: (row, column) => (column < width ? from(inputs, files?.inputs, row, column) : from(targets, files?.targets, row, column - width)),
    ...(surplus === undefined ? {} : { surplus }),
  }
}

/** A table of one row of numbers as one of a single column; null where a cell is no number held in memory. */
export function columnOfRow(table: Table): Table | null {
  const values = new Float64Array(table.columns.length)
  for (const [c, column] of table.columns.entries()) {
    if (column.kind === 'numeric') values[c] = column.values[0] ?? Number.NaN
    // A missing cell makes a column without a number.
    else if (column.kind === 'text' && column.codes[0] === -1) values[c] = Number.NaN
    else return null
  }
  return {
    name: table.name,
    rows: values.length,
    columns: [{ kind: 'numeric', name: 'column 1', values }],
    origin: row => table.origin(0, row),
  }
}
