import { expect } from 'vitest'
import { smoothTable } from '../cases.ts'
import type { Table } from '../../../src/table/table.ts'
import { programRun, stepsOf, type Seen } from '../programs.ts'
import { causeSuite } from './suite.ts'

const softmax = { loss: 'naive-softmax', learningRate: 0.01, activation: 'relu', precision: 'float32' } as const
const blobs = { shape: 'blobs', classes: 3, noise: 0.02 } as const
const table = smoothTable(40, 3)
/** Two classes beside inputs of up to 3,000, and a loss that is not a number while `gradients` are these. */
const classed = (gradients: readonly number[], losses: readonly number[] = [0.7, Number.NaN], options: Seen['options'] = {}) => (): Seen => {
  const columns = [Float64Array.from({ length: 40 }, (_, row) => 75 * (row + 1)), Float64Array.from({ length: 40 }, (_, row) => row % 2)]
  const of: Table = { ...table, columns: columns.map((values, i) => ({ kind: 'numeric', name: `column ${i + 1}`, values })) }
  return { table: of, options, steps: stepsOf(of, 10, losses).map(step => ({ ...step, gradients: step.step === 2 ? gradients : [0.1] })) }
}
causeSuite('exp-overflow', {
  fires: [
    { name: 'inputs in the thousands into a softmax', onPage: 1, watched: () => programRun({ program: { ...softmax, scaling: 'none' }, data: { ...blobs, inputScale: [3000] } }) },
    { name: 'two classes', watched: () => programRun({ program: { ...softmax, scaling: 'none' }, data: { ...blobs, classes: 2, inputScale: [3000] } }) },
    {
      name: 'a loss whose gradients are no numbers either', watched: classed([Number.NaN]),
      // Two classes have no softmax.
      also: ({ text }) => expect(text).not.toContain('softmax'),
    },
  ],
  staysSilent: [
    { name: 'the same, scaled', watched: () => programRun({ program: softmax, data: { ...blobs, inputScale: [3000] } }) },
    { name: 'a loss that is finite again after it: no weight was reached', watched: classed([Number.NaN], [0.7, Number.NaN, 0.6, 0.5]) },
    { name: 'a sigmoid, whose exp(-z) of Infinity gives 0', watched: classed([Number.NaN], [0.7, Number.NaN], { loss: 'binary-cross-entropy' }) },
    { name: 'a loss that alone is no number', watched: classed([0.1]) },
    { name: 'targets that are no classes', watched: () => ({ table, steps: stepsOf(table, 10, [Number.NaN]) }) },
    { name: 'the logarithm of 0 in scaled data', watched: () => programRun({ data: { shape: 'blobs', classes: 2, noise: 0 }, program: { loss: 'naive-sigmoid', precision: 'float32', learningRate: 0.05, steps: 3000 } }) },
  ],
})
