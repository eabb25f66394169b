import { smoothTable } from '../cases.ts'
import { programRun, stepsOf } from '../programs.ts'
import { causeSuite } from './suite.ts'

const table = smoothTable(40, 3)
const { NaN } = Number
causeSuite('late-nan', {
  fires: [
    { name: 'the root of a loss that reaches 0', onPage: 1, watched: () => programRun({ data: { shape: 'lattice', noise: 0 }, program: { hidden: [], loss: 'rmse', batch: 1, learningRate: 0.25, optimizer: 'sgd', initialScale: 0, scaling: 'none', steps: 2000 } }) },
    {
      name: 'a gradient over its norm', watched: () => programRun({ data: { shape: 'blobs', classes: 2, noise: 0 }, program: { loss: 'hinge', normalisesGradient: true, optimizer: 'sgd', learningRate: 0.03, steps: 500, shows: ['gradients', 'parameters'] } }),
    },
    { name: 'by hand', step: 4, watched: () => ({ table, steps: stepsOf(table, 10, [1, 0.1, 0, NaN]) }) },
  ],
  staysSilent: [
    { name: 'a small loss that is not 0', watched: () => ({ table, steps: stepsOf(table, 10, [1, 0.1, 1e-12, NaN]) }) },
    { name: 'a loss of 0 that stays', watched: () => ({ table, steps: stepsOf(table, 10, [1, 0.1, 0, 0]) }) },
    { name: 'a bad cell in the failing batch', watched: () => { const bad = smoothTable(40, 3, [{ row: 35, column: 1, value: NaN }]); return { table: bad, steps: stepsOf(bad, 10, [1, 0.1, 0, NaN]) } } },
  ],
})
