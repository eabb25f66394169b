import { expect } from 'vitest'
import type { Table } from '../../../src/table/table.ts'
import { smoothTable } from '../cases.ts'
import { programRun, stepsOf } from '../programs.ts'
import { causeSuite } from './suite.ts'

const { NaN } = Number
function constant(value: number): Table {
  const table = smoothTable(40, 3)
  return { ...table, columns: table.columns.map((column, i) => (i === 1 && column.kind === 'numeric' ? { ...column, values: new Float64Array(table.rows).fill(value) } : column)) }
}
const inFirst = (table: Table) => ({ table, steps: stepsOf(table, 10, [NaN, NaN]) })
causeSuite('constant-column', {
  fires: [
    { name: 'a program that divides by a deviation of 0', onPage: 1, step: 1, watched: () => programRun({ program: { scaling: 'plain-standard' }, data: { constants: [{ input: 1, value: 5 }] } }) },
    { name: 'zeros', step: 1, watched: () => inFirst(constant(0)) },
    // 0.1 has no exact double: a mean of its sum is off by rounding, and so a deviation is not 0.
    { name: 'a constant whose computed deviation is not 0', step: 1, watched: () => inFirst(constant(0.1)), also: ({ cause }) => expect(cause?.summary).toContain('column 2') },
  ],
  staysSilent: [
    { name: 'no constant column', watched: () => inFirst(smoothTable(40, 3)) },
    { name: 'finite steps came first', watched: () => ({ table: constant(5), steps: stepsOf(constant(5), 10, [1, 1, NaN]) }) },
    { name: 'a program that does not scale', watched: () => ({ ...inFirst(constant(5)), options: { standardize: false } }) },
    { name: 'a program that guards against it', watched: () => programRun({ data: { constants: [{ input: 1, value: 5 }] } }) },
  ],
})
