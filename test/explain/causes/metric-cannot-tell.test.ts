import { expect } from 'vitest'
import type { Table } from '../../../src/table/table.ts'
import { smoothTable } from '../cases.ts'
import { causeSuite } from './suite.ts'

/** Class 1 where the first input is above a bound: a share of (1 - bound) / 2 of the rows. */
function above(bound: number): Table {
  const table = smoothTable(800, 3)
  const [first] = table.columns
  const labels = Float64Array.from({ length: table.rows }, (_, row) => (first?.kind === 'numeric' && (first.values[row] ?? 0) > bound ? 1 : 0))
  return { ...table, columns: table.columns.map((column, i) => (i === 3 && column.kind === 'numeric' ? { ...column, values: labels } : column)) }
}
const options = {
  loss: 'binary-cross-entropy-from-logits', network: { hidden: [16], activation: 'tanh', dropout: 0 }, batchSize: 32, earlyStopping: false, standardize: true,
  optimizer: { name: 'sgd', learningRate: 0.02 }, steps: 300,
} as const
causeSuite('metric-cannot-tell', {
  fires: [
    {
      name: 'nearly all rows of one class, and no class told apart', onPage: 1, training: above(0.92), options,
      also: ({ cause, outcome }) => {
        expect(outcome).toBe('not-learning')
        expect(Number(cause?.evidence['share'])).toBeGreaterThan(0.9)
      },
    },
  ],
  staysSilent: [
    { name: 'wrong more often than the most frequent class: the accuracy tells', training: above(0.92), options: { ...options, optimizer: { name: 'sgd', learningRate: 0.003 }, steps: 100 } },
    { name: 'the same, told apart', training: above(0.92), options: { ...options, optimizer: { name: 'adam', learningRate: 0.02 }, steps: 1500 } },
    { name: 'classes of like size', training: above(0), options: { ...options, optimizer: { name: 'sgd', learningRate: 1e-8 } } },
    { name: 'a measurement', training: smoothTable(400, 3), options: { network: { hidden: [8] }, steps: 30, optimizer: { name: 'sgd', learningRate: 1e-8 } } },
  ],
})
