import { smoothTable } from '../cases.ts'
import { programRun, stepsOf } from '../programs.ts'
import { causeSuite } from './suite.ts'

const softmax = { loss: 'naive-softmax', learningRate: 0.01, activation: 'relu', precision: 'float32' } as const
const blobs = { shape: 'blobs', classes: 3, noise: 0.02 } as const
const table = smoothTable(40, 3)
causeSuite('exp-overflow', {
  fires: [
    { name: 'inputs in the thousands into a softmax', watched: () => programRun({ program: { ...softmax, scaling: 'none' }, data: { ...blobs, inputScale: [3000] } }) },
    { name: 'two classes', watched: () => programRun({ program: { ...softmax, scaling: 'none' }, data: { ...blobs, classes: 2, inputScale: [3000] } }) },
  ],
  staysSilent: [
    { name: 'the same, scaled', watched: () => programRun({ program: softmax, data: { ...blobs, inputScale: [3000] } }) },
    { name: 'targets that are no classes', watched: () => ({ table, steps: stepsOf(table, 10, [Number.NaN]) }) },
    { name: 'the logarithm of 0 in scaled data', watched: () => programRun({ data: { shape: 'blobs', classes: 2, noise: 0 }, program: { loss: 'naive-sigmoid', precision: 'float32', learningRate: 0.05, steps: 3000 } }) },
  ],
})
