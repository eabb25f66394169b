/** The question: batch 10,000 gives NaN after some iterations. Why? */
import { explain, fit } from 'whynan'
import { readTables } from 'whynan/node'

const [file = 'mapping_one_nan.mat'] = process.argv.slice(2)
const { training, validation } = await readTables(file)
const run = await fit(training, {
  validation, target: 'column 6',
  network: { hidden: [50], activation: 'relu', dropout: 0.5 },
  optimizer: { name: 'adam', learningRate: 5e-3, beta2: 0.99, epsilon: 1e-7 },
  batchSize: 10_000, steps: 119, nonFinite: 'keep', seed: 0,
  onStep: ({ step, loss }) => console.log(step, loss.total),
})
if (run.incident !== null) console.log((await explain(run)).text)
