import { expect } from 'vitest'
import type { Table } from '../../../src/table/table.ts'
import { smoothTable } from '../cases.ts'
import { stepsOf, type Seen } from '../programs.ts'
import { causeSuite, small } from './suite.ts'

/** A first column above 0 but for these rows, and a log that fails in the batch of row 43. */
function aboveZero(zeros: readonly number[]): Seen {
  const smooth = smoothTable(200, 5)
  const table = { ...smooth, columns: smooth.columns.map((column, i) => (i === 0 && column.kind === 'numeric' ? { ...column, values: column.values.map((value, row) => (zeros.includes(row) ? 0 : 2 + value)) } : column)) }
  return { table, steps: stepsOf(table, 10, [1, 0.9, 0.8, 0.7, NaN]) }
}
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
/** Whole numbers from 0, so many rows of each, and a log that fails without a word of its loss. */
function numbered(often: readonly number[], losses: readonly number[], options: Seen['options'] = {}): Seen {
  const each = often.flatMap((count, value) => Array.from({ length: count }, () => value))
  const smooth = smoothTable(200, 5)
  const table = { ...smooth, columns: smooth.columns.map((column, i) => (i === 5 && column.kind === 'numeric' ? { ...column, values: column.values.map((_, row) => each[row * 77 % 200] ?? 0) } : column)) }
  return { table, steps: stepsOf(table, 10, losses), options }
}
/** 200 e^-2 2^k / k!, rounded. */
const poisson = [27, 54, 54, 36, 18, 8, 2, 1]
const level = [0.9, 1, 0.8, 0.9, 1, 0.9, NaN]

causeSuite('log-of-zero', {
  fires: [
    { name: 'of a prediction of counts', step: 7, watched: () => numbered(poisson, level), also: ({ cause }) => expect(cause?.summary).toContain('whole numbers from 0 to 7, as often as counts are') },
    { name: 'of a prediction of counts, by the name of the loss', step: 3, watched: () => numbered(poisson, [1, 0.9, NaN], { loss: 'poisson' }), also: ({ cause }) => expect(cause?.summary).toContain('poisson, takes the logarithm') },
    { name: 'of a probability of as many classes, where the answers had become sure', step: 7, watched: () => numbered(poisson, [2, 1, 0.5, 0.2, 0.1, 0.05, NaN]), also: ({ cause }) => expect(cause?.summary).toContain('8 classes') },
    { name: 'of a probability of classes, each as frequent', step: 7, watched: () => numbered([25, 25, 25, 25, 25, 25, 25, 25], [2.1, 2.1, 2.08, 2.05, 2.02, 2, NaN]), also: ({ cause }) => expect(cause?.summary).toContain('0 times that is NaN') },
    { name: 'of a column, in another program', step: 5, cells: [[44, 1]], watched: () => aboveZero([43]) },
    { name: 'of a prediction, in another program', step: 3, watched: () => ({ table: smoothTable(200, 5), steps: stepsOf(smoothTable(200, 5), 10, [1, 0.9, NaN]), options: { loss: 'poisson' } }) },
    {
      name: 'binary cross-entropy from probabilities', onPage: 1, training: mislabelled([0]), options: { ...long, loss: 'binary-cross-entropy' },
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
    { name: 'counts of a loss that begins below what their shares cost', watched: () => ({ table: classes([-0.2, 0, 0.2]), steps: stepsOf(classes([-0.2, 0, 0.2]), 10, [0.4, 0.35, 0.3, NaN]) }) },
    { name: 'a column that is often 0', watched: () => aboveZero(Array.from({ length: 20 }, (_, i) => 10 * i + 3)) },
    { name: 'an error that takes no logarithm', watched: () => ({ table: smoothTable(200, 5), steps: stepsOf(smoothTable(200, 5), 10, [1, 0.9, NaN]), options: { loss: 'mse' } }) },
    {
      name: 'a cell of the validation table', training: classes([0]), options: { ...small, loss: 'binary-cross-entropy' },
      validation: classes([0], smoothTable(200, 5, [{ row: 5, column: 1, value: NaN }])),
    },
    { name: 'the same from logits', training: mislabelled([0]), options: { ...long, loss: 'binary-cross-entropy-from-logits' } },
    { name: 'a rate that suits', training: classes([0.1]), options: { ...small, loss: 'binary-cross-entropy', steps: 100 } },
    { name: 'NaN in an input', training: classes([0.1], smoothTable(200, 5, [{ row: 5, column: 1, value: NaN }])), options: { ...small, loss: 'binary-cross-entropy' } },
  ],
})
