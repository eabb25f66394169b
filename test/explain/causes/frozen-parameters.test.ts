import { smoothTable } from '../cases.ts'
import { answeringTheMean, stepsOf, type Seen } from '../programs.ts'
import { causeSuite, small } from './suite.ts'

const options = { ...small, steps: 200, l2: 0, precision: 'float32' }
/** Steps of the whole table, each with this loss. */
function whole(losses: readonly number[]): Seen {
  return { table: smoothTable(200, 5), steps: stepsOf(smoothTable(200, 5), 200, losses) }
}
const batches = answeringTheMean(smoothTable(200, 5), 20, 40)
causeSuite('frozen-parameters', {
  fires: [
    { name: 'steps below what float32 tells apart', onPage: 1, training: smoothTable(200, 5), options: { ...options, optimizer: { name: 'sgd', learningRate: 1e-13 } } },
    { name: 'gradients clipped to nothing', training: smoothTable(200, 5), options: { ...options, clip: { norm: 1e-14 }, optimizer: { name: 'sgd', learningRate: 0.2 } } },
    { name: 'the same loss over the same rows, in another program', watched: () => whole(new Array<number>(30).fill(0.7321)) },
    { name: 'gradients of exactly 0', watched: () => ({ table: smoothTable(200, 5), steps: batches.map(step => ({ ...step, gradients: [0, 0] })) }) },
    { name: 'a loss of exactly 0 from the first step on', watched: () => ({ table: smoothTable(200, 5), steps: batches.map(step => ({ ...step, loss: 0 })) }) },
  ],
  staysSilent: [
    { name: 'a loss over the same rows that moves', watched: () => whole(Array.from({ length: 30 }, (_, i) => 0.7321 - 1e-5 * i)) },
    { name: 'a loss that reaches 0', watched: () => whole([1, 0.5, 0.1, 0, 0, 0, 0, 0]) },
    { name: 'a rate that suits', training: smoothTable(200, 5), options: { ...options, steps: 500, optimizer: { name: 'adam', learningRate: 0.01 } } },
    { name: 'small steps that float64 holds', training: smoothTable(200, 5), options: { ...options, precision: 'float64', optimizer: { name: 'adam', learningRate: 1e-9 } } },
  ],
})
