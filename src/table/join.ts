/** Inputs and targets that a file keeps in two variables, such as `X_train` and `y_train`, as one table. */
import { isNamed } from './names.ts'
import type { CellOrigin, Column, Table } from './table.ts'

/** The columns of `inputs`, then those of `targets`; both have the same rows. Columns without names of their own take `targets`' name. */
export function joinTables(inputs: Table, targets: Table): Table {
  const taken = new Set(inputs.columns.map(column => column.name))
  const own = targets.columns.map((column, c): Column => {
    const plain = targets.columns.length === 1 ? targets.name : `${targets.name} ${c + 1}`
    const name = isNamed(column, c) && !taken.has(column.name) ? column.name : plain
    return { ...column, name }
  })
  const width = inputs.columns.length
  const surplus = inputs.surplus ?? targets.surplus
  return {
    name: inputs.name,
    rows: inputs.rows,
    columns: [...inputs.columns, ...own],
    origin: (row: number, column: number): CellOrigin =>
      column < width ? inputs.origin(row, column) : targets.origin(row, column - width),
    ...(surplus === undefined ? {} : { surplus }),
  }
}
