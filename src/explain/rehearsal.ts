/**
 * A plan that is small enough is tried before anything is said of it: its steps are taken in memory, with its own draws, and what
 * they come to is explained as a run would be. Plans that are not are judged by data, settings and a sample alone (probe.ts).
 */
import { fastestBackend } from '../backends/choose.ts'
import { replay } from '../record/replay.ts'
import { problemOf, type Experiment } from '../training/experiment.ts'
import { wasm } from '../backends/wasm.ts'
import type { Case } from './case.ts'
import type { ConfirmOptions } from './court.ts'

/** Products that a rehearsal may take: half a second in the kernels, and in the reference, which is some fifty times slower. */
const [mostProducts, mostPlainProducts] = [5e9, 1e8]
/** What a step takes besides, as products: 10 microseconds of the kernels. */
const perStep = 1e5

/** The planned run as a run, its validation rows not evaluated on the way; null where it would take too long. */
export async function rehearse(of: Case, { means, backend = fastestBackend(means), signal }: ConfirmOptions): Promise<Case | null> {
  const { experiment } = of
  if (productsOf(experiment) > (wasm.refuses(problemOf(experiment)) === null ? mostProducts : mostPlainProducts)) return null
  const { status, losses, incident, final } = await replay({ experiment, changes: [], backend, signal })
  if (status === 'interrupted' || status === 'finite') return null
  const history = { steps: losses.map(({ step }) => step), training: losses.map(({ loss }) => loss), validation: losses.map(() => null) }
  return { ...of, status, history, incident, final }
}

/** Forward and backward take three products a parameter and row; NumPy's draws shuffle every row a step, and draw every mask. */
function productsOf({ settings, network, training, batchSize, steps }: Experiment): number {
  const units = network.layers.reduce((sum, layer) => sum + layer.units, 0)
  const drawn = settings.draws === 'numpy' ? 100 * (training.rows.length + batchSize * units) : 0
  return steps * (3 * batchSize * network.parameters + perStep + drawn)
}
