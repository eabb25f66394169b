import { expect } from 'vitest'
import type { Table } from '../../../src/table/table.ts'
import { smoothTable } from '../cases.ts'
import { causeSuite } from './suite.ts'

/** The target is made of the inputs by this. */
function made(target: (x: readonly number[]) => number, rows = 600): Table {
  const table = smoothTable(rows, 3)
  const x = (row: number): number[] => table.columns.slice(0, 3).map(column => (column.kind === 'numeric' ? column.values[row] ?? 0 : 0))
  return { ...table, columns: table.columns.map((column, i) => (i === 3 && column.kind === 'numeric' ? { ...column, values: Float64Array.from({ length: rows }, (_, row) => target(x(row))) } : column)) }
}
const options = { network: { hidden: [16], activation: 'tanh', dropout: 0 }, batchSize: 32, steps: 400, optimizer: { name: 'adam', learningRate: 0.01 }, earlyStopping: false, standardize: true }
causeSuite('near-zero-divisor', {
  fires: [
    {
      name: 'one input over another that comes near 0', training: made(([a = 0, b = 0]) => a / b), options,
      also: ({ cause }) => expect(cause?.summary).toContain('column 2'),
    },
    // 0.3 lies within the input's range of -1 to 1: the divisor is near 0 where the input is near 0.3.
    { name: 'over an input less a constant', onPage: 1, training: made(([a = 0, b = 0]) => a / (b - 0.3)), options, also: ({ cause }) => expect(cause?.evidence['centre']).toBeCloseTo(0.3, 1) },
  ],
  staysSilent: [
    { name: 'a divisor that stays away from 0', training: made(([a = 0, b = 0]) => a / (b + 3)), options },
    { name: 'a smooth target that is not learned for its rate', training: made(([a = 0, b = 0]) => a * b), options: { ...options, optimizer: { name: 'sgd', learningRate: 1e-7 } } },
    { name: 'a few strays that go with no input', training: made(([a = 0, b = 0, c = 0]) => (Math.abs(Math.sin(1e4 * (a + b + c))) > 0.9995 ? 50 : a)), options },
  ],
})
