import { expect } from 'vitest'
import { smoothTable } from '../cases.ts'
import { answeringTheMean, type Seen } from '../programs.ts'
import { causeSuite, small } from './suite.ts'

const summed = { ...small, reduction: 'sum', optimizer: { name: 'sgd', learningRate: 0.02 }, steps: 150 }
/** Two epochs of a program that answers the mean, 64 rows a batch and what is left in the last, then four steps that each make the loss tenfold. */
function runsAway(summed: boolean, rows = 200, more: Seen['options'] = {}, times = 1): Seen {
  const table = smoothTable(rows, 5)
  const inEpochs = answeringTheMean(table, 64, 8).map((step, i) => (i % 4 < 3 ? step : { ...step, rows: Array.from(step.rows ?? []).slice(0, rows - 192) }))
  const steps = inEpochs.map(step => ({ ...step, loss: times * (step.loss ?? 0) * (summed ? (step.rows?.length ?? 0) : 1) }))
  const last = steps[0]?.loss ?? 0
  const away = [10, 100, 1000, 1e4, Infinity].map((factor, i) => ({ step: 9 + i, rows: steps[i % 3]?.rows ?? [], loss: last * factor }))
  return { table, steps: [...steps, ...away], options: { target: 6, ...more } }
}
causeSuite('summed-loss', {
  fires: [
    { name: 'a batch of 200 diverges', onPage: 1, training: smoothTable(400, 5), options: { ...summed, batchSize: 200 } },
    { name: 'mse', training: smoothTable(400, 5), options: { ...summed, loss: 'mse', batchSize: 200 } },
    { name: 'by the last batch of an epoch, in another program', watched: () => runsAway(true), also: ({ text }) => expect(text).toContain('where a mean would be about the same') },
    { name: 'by its first loss, where batches have one size', watched: () => runsAway(true, 256), also: ({ text }) => expect(text).toContain('where a mean would have begun') },
    { name: 'by its first loss, of targets that are scaled', watched: () => runsAway(true, 256, {}, 10), also: ({ text }) => expect(text).toContain('scaled to deviation 1') },
  ],
  staysSilent: [
    { name: 'a mean that runs away, by the last batch of an epoch', watched: () => runsAway(false), also: ({ ruledOut }) => expect(ruledOut.map(({ because }) => because).join()).toContain('as a mean has') },
    { name: 'a mean that runs away, by its first loss', watched: () => runsAway(false, 256), also: ({ ruledOut }) => expect(ruledOut.map(({ because }) => because).join()).toContain('is about that of one row') },
    { name: 'a program that says it takes the mean', watched: () => runsAway(true, 200, { reduction: 'mean' }) },
    { name: 'a batch of 4 learns', training: smoothTable(400, 5), options: { ...summed, batchSize: 4, steps: 1500 } },
    { name: 'a mean', training: smoothTable(400, 5), options: { ...summed, reduction: 'mean', batchSize: 200, steps: 1500 } },
    { name: 'NaN in an input', training: smoothTable(400, 5, [{ row: 5, column: 1, value: NaN }]), options: { ...summed, batchSize: 200, optimizer: { name: 'sgd', learningRate: 1e-4 } } },
  ],
})
