import { expect } from 'vitest'
import type { Table } from '../../../src/table/table.ts'
import { smoothTable } from '../cases.ts'
import { stepsOf, type Seen } from '../programs.ts'
import { causeSuite } from './suite.ts'

const { NaN } = Number
const batch = 8

/** Inputs as they are, and for target the labels in turn, those of some rows put in by hand. */
function labelled(labels: readonly number[], odd: Readonly<Record<number, number>> = {}, rows = 80): Table {
  const smooth = smoothTable(rows, 3)
  return {
    ...smooth,
    columns: smooth.columns.map((column, at) => (at === 3 && column.kind === 'numeric' ? { ...column, name: 'label', values: Float64Array.from({ length: rows }, (_, row) => odd[row] ?? labels[row % labels.length] ?? 0) } : column)),
  }
}

/** Batches in order; the loss of a batch with a label of `without` is NaN. */
function steps(table: Table, without: (label: number) => boolean, { byRow = false, loss = 'cross-entropy' } = {}): Seen {
  const column = table.columns[3]
  const bad = (row: number): boolean => column?.kind === 'numeric' && without(column.values[row] ?? NaN)
  const all = Array.from({ length: table.rows / batch }, (_, i) => {
    const rows = Array.from({ length: batch }, (_unused, k) => i * batch + k)
    return { step: i + 1, rows, loss: rows.some(bad) ? NaN : 1 - i / 100, ...(byRow ? { rowLosses: rows.map(row => (bad(row) ? NaN : 1)) } : {}) }
  })
  return { table, steps: all.slice(0, all.findIndex(one => Number.isNaN(one.loss)) + 2), options: { loss } }
}

causeSuite('label-without-output', {
  fires: [
    { name: 'a mark for what is to be ignored', onPage: 1, step: 6, cells: [[44, 4], [61, 4]], watched: () => steps(labelled([0, 1, 2], { 43: 255, 60: 255 }), label => label > 2), also: ({ cause, batchLaw }) => {
      expect(cause?.summary).toContain('label 255')
      expect(batchLaw).toMatchObject({ badRows: 2, rows: 80 })
    } },
    { name: '-1', step: 6, cells: [[44, 4]], watched: () => steps(labelled([0, 1], { 43: -1 }), label => label < 0) },
    { name: 'labels from 1, from the first step on', step: 1, cells: [], watched: () => steps(labelled([1, 2, 3]), label => label > 2), also: ({ fix }) => expect(fix?.code.python).toBe('y = y - 1') },
    { name: 'labels from 1, told by the losses of rows', step: 1, watched: () => steps(labelled([1, 2, 3]), label => label > 2, { byRow: true }), also: ({ cause }) => expect(cause?.summary).toContain('exactly those with label 3') },
    { name: 'one class too many, met late', step: 9, cells: [[67, 4]], watched: () => steps(labelled([1, 2], { 66: 3 }), label => label > 2) },
    { name: 'a cross-entropy below 0', step: 4, watched: () => ({ ...steps(labelled([1, 2]), () => false), steps: stepsOf(labelled([1, 2]), 8, [0.7, -1, -5, -Infinity]) }), also: ({ cause }) => expect(cause?.summary).toContain('below 0') },
  ],
  staysSilent: [
    { name: 'a likelihood below 0, of a density', watched: () => ({ ...steps(labelled([1, 2]), () => false), steps: stepsOf(labelled([1, 2]), 8, [0.7, -1, -5, -Infinity]), options: { loss: 'gaussian nll' } }) },
    { name: 'a bad cell in the same batch', watched: () => { const table = labelled([0, 1, 2], { 43: 255 }); return { ...steps({ ...table, columns: table.columns.map((column, at) => (at === 0 && column.kind === 'numeric' ? { ...column, values: column.values.map((value, row) => (row === 42 ? NaN : value)) } : column)) }, label => label > 2) } } },
    { name: 'a label that finite steps held', watched: () => steps(labelled([0, 1, 2], { 3: 255, 43: 255 }), () => false) },
    { name: 'a squared error of whole numbers', watched: () => steps(labelled([0, 1, 2], { 43: 255 }), label => label > 2, { loss: 'mse' }) },
    { name: 'a label between others, rare only', watched: () => steps(labelled([0, 1, 3], { 43: 2 }), label => label === 2) },
    { name: 'one row alone whose loss is not finite', watched: () => ({ ...steps(labelled([0, 1, 2, 3]), () => false), steps: [{ rows: [0, 1, 2, 3], loss: 1 }, { rows: [4, 5, 6, 7], loss: NaN, rowLosses: [1, 1, 1, NaN] }] }) },
  ],
})
