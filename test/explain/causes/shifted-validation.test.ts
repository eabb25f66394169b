import { expect } from 'vitest'
import type { Table } from '../../../src/table/table.ts'
import { smoothTable } from '../cases.ts'
import { causeSuite, small } from './suite.ts'

/** Inputs moved by `by`, and the target that they then have: it bends beyond where training rows lie. */
function moved(by: number): Table {
  const table = smoothTable(100, 3, [], 'validation')
  const value = (c: number, row: number): number => {
    const column = table.columns[c]
    return column?.kind === 'numeric' ? (column.values[row] ?? 0) + by : 0
  }
  const target = (row: number): number => Math.sin(3 * value(0, row)) * value(1, row) + 0.5 * value(2, row) ** 2
  return { ...table, columns: table.columns.map((column, i) => (column.kind === 'numeric' ? { ...column, values: column.values.map((_, row) => (i === 3 ? target(row) : value(i, row))) } : column)) }
}
/** The same inputs, whose target lies higher by `by`. */
function level(by: number): Table {
  const table = smoothTable(100, 3, [], 'validation')
  return { ...table, columns: table.columns.map((column, i) => (column.kind === 'numeric' && i === 3 ? { ...column, values: column.values.map(value => value + by) } : column)) }
}
/** The same rows, whose second input was measured in units a tenth as large, from another zero. */
function otherUnits(): Table {
  const table = smoothTable(100, 3, [], 'validation')
  return { ...table, columns: table.columns.map((column, i) => (column.kind === 'numeric' && i === 1 ? { ...column, values: column.values.map(value => 10 * (value + 1)) } : column)) }
}
const options = { ...small, l2: 0, standardize: true, steps: 600, evaluateEvery: 50, network: { hidden: [16], dropout: 0 }, optimizer: { name: 'adam', learningRate: 0.02 } }
causeSuite('shifted-validation', {
  fires: [
    { name: 'moved by two', onPage: 1, training: smoothTable(300, 3), validation: moved(2), options },
    { name: 'the same inputs, a target at another level', training: smoothTable(300, 3), validation: level(2), options },
    {
      name: 'so far that validation rows were predicted best by first weights, which were kept', training: smoothTable(300, 3), validation: otherUnits(),
      options: { steps: 600, network: { hidden: [16] }, earlyStopping: { patience: 20 } },
      also({ text, ruledOut }) {
        expect(text.replace(/\s+/g, ' ')).toContain('learned its training rows, down to')
        expect(ruledOut.map(one => one.id)).not.toContain('overfitting')
      },
    },
  ],
  staysSilent: [
    { name: 'from the same place', training: smoothTable(300, 3), validation: moved(0), options },
    { name: 'one stray among rows of the same place', training: smoothTable(300, 3), validation: smoothTable(100, 3, [{ row: 40, column: 1, value: 1e79 }], 'validation'), options: { ...options, steps: 60 } },
  ],
})
