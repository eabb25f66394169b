/** What running an experiment takes, told before it is run: as products in the kernels, some 10^10 of which they make in a second. */
import { wasm } from '../backends/wasm.ts'
import { problemOf, type Experiment } from '../training/experiment.ts'

/** What a step takes besides, as products: 10 microseconds. */
const perStep = 1e5
/** How many times as long the reference takes over what the kernels do not offer. */
const slower = 50

/** Forward and backward take three products a parameter and row; NumPy's draws shuffle every row a step, and draw every mask. */
export function workOf(experiment: Experiment, steps = experiment.steps): number {
  const { settings, network, training, batchSize } = experiment
  const units = network.layers.reduce((sum, layer) => sum + layer.units, 0)
  const drawn = settings.draws === 'numpy' ? 100 * (training.rows.length + batchSize * units) : 0
  const times = wasm.refuses(problemOf(experiment)) === null ? 1 : slower
  return steps * (3 * batchSize * network.parameters * times + perStep + drawn)
}
