/** The tensors that a model trains on, as the table that causes look into. */
import { tableFromColumns, type NumericColumn, type Table } from '../../table/table.ts'
import type { Subject } from '../memory.ts'
import { valuesOf, widthOf, type TfTensor } from './model.ts'

/** x and y as one table, a column for each number of a row. */
export async function tableOf(x: TfTensor, y: TfTensor, names: readonly string[]): Promise<Table> {
  const rows = x.shape[0] ?? 0
  const columnsOf = async (tensor: TfTensor, first: number): Promise<NumericColumn[]> => {
    const [values, width] = [await valuesOf(tensor), widthOf(tensor)]
    return Array.from({ length: width }, (_, c): NumericColumn => ({
      kind: 'numeric', name: names[first + c] ?? `column ${first + c + 1}`, values: Float64Array.from({ length: rows }, (_unused, row) => values[row * width + c] ?? Number.NaN),
    }))
  }
  const inputs = await columnsOf(x, 0)
  return tableFromColumns('x, y', [...inputs, ...await columnsOf(y, inputs.length)])
}

/** The rows that train, and those after them, which validate and keep their numbers. */
export function heldBack({ table, columns }: Pick<Subject, 'table' | 'columns'>, training: number): Pick<Subject, 'table' | 'validation'> {
  const changed = (change: (values: Float64Array) => Float64Array): Table =>
    tableFromColumns(table.name, table.columns.flatMap(column => (column.kind === 'numeric' ? [{ ...column, values: change(Float64Array.from(column.values)) }] : [])))
  // Of a validation table only what is not finite is asked for: rows that train are 0 in it.
  return { table: changed(values => values.slice(0, training)), validation: { table: changed(values => values.fill(0, 0, training)), columns } }
}
