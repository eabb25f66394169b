import { expect } from 'vitest'
import type { Table } from '../../../src/table/table.ts'
import { smoothTable } from '../cases.ts'
import { causeSuite, small } from './suite.ts'

/** The smooth table with its target cut into classes at these bounds. */
function classes(bounds: readonly number[], table = smoothTable(200, 5)): Table {
  const columns = table.columns.map((column, i) => (i === 5 && column.kind === 'numeric'
    ? { ...column, values: column.values.map(value => bounds.filter(bound => value > bound).length) } : column))
  return { ...table, columns }
}
/** Inputs thirty times as large, and one row far from the boundary with the wrong class: its probability rounds to 0. */
function mislabelled(bounds: readonly number[]): Table {
  const table = classes(bounds)
  const columns = table.columns.map((column, i) => {
    if (column.kind !== 'numeric') return column
    const values = column.values.map(value => (i < 5 ? value * 30 : value))
    values[17] = i < 5 ? 30 : 0
    return { ...column, values }
  })
  const target = columns[5]
  if (target?.kind === 'numeric') columns[5] = { ...target, values: target.values.map((_, row) => bounds.filter((_bound, k) => row !== 17 && (columns[0]?.kind === 'numeric' ? columns[0].values[row] ?? 0 : 0) > 15 * k - 15).length) }
  return { ...table, columns }
}
const long = { ...small, precision: 'float32', l2: 0, steps: 400, optimizer: { name: 'adam', learningRate: 0.02 } }
causeSuite('log-of-zero', {
  fires: [
    {
      name: 'binary cross-entropy from probabilities', training: mislabelled([0]), options: { ...long, loss: 'binary-cross-entropy' },
      also: ({ fix }) => expect(fix?.flags).toEqual(['--loss binary-cross-entropy-from-logits']),
    },
    { name: 'categorical cross-entropy from probabilities', training: mislabelled([0, 0.3]), options: { ...long, loss: 'categorical-cross-entropy', steps: 800 } },
    { name: 'an output that is no probability', training: classes([0.1]), options: { ...small, loss: 'binary-cross-entropy', network: { hidden: [8], dropout: 0, outputActivation: 'identity' } } },
    {
      name: 'in the validation table alone', training: classes([0]), validation: mislabelled([0]), options: { ...long, loss: 'binary-cross-entropy' },
      also: ({ text }) => expect(text).toContain('The validation loss became Infinity'),
    },
  ],
  staysSilent: [
    {
      name: 'a cell of the validation table', training: classes([0]), options: { ...small, loss: 'binary-cross-entropy' },
      validation: classes([0], smoothTable(200, 5, [{ row: 5, column: 1, value: NaN }])),
    },
    { name: 'the same from logits', training: mislabelled([0]), options: { ...long, loss: 'binary-cross-entropy-from-logits' } },
    { name: 'a rate that suits', training: classes([0.1]), options: { ...small, loss: 'binary-cross-entropy', steps: 100 } },
    { name: 'NaN in an input', training: classes([0.1], smoothTable(200, 5, [{ row: 5, column: 1, value: NaN }])), options: { ...small, loss: 'binary-cross-entropy' } },
  ],
})
