/** Causes of chance, predicted from the draws alone: at which step the first of some rows is drawn. */
import { batchRows } from '../backends/backend.ts'
import { drawsOf, withoutEvaluations } from '../record/replay.ts'
import type { Experiment } from '../training/experiment.ts'

/** The first of the experiment's steps whose batch holds one of `rows` (of the training table, from 0); null where none does. */
export function firstDrawn(experiment: Experiment, rows: readonly number[], steps = experiment.steps): number | null {
  const { training } = experiment
  const wanted = new Uint8Array(training.dataset.rows)
  const among = new Set(rows)
  let some = false
  training.rows.forEach((row, index) => {
    if (!among.has(row)) return
    wanted[index] = 1
    some = true
  })
  if (!some) return null
  const draws = withoutEvaluations(drawsOf(experiment), { ...experiment, settings: { ...experiment.settings, earlyStopping: false } })
  // NumPy's stream gives first weights before the first batch.
  if (experiment.settings.draws === 'numpy') draws.parameters()
  for (let step = 1; step <= steps; step++) {
    for (const row of batchRows(draws.step(step).batch)) if (wanted[row] === 1) return step
  }
  return null
}

/** Rows that may be drawn, or shuffled, in looking past the end of a run: a tenth of a second. */
const mostDrawn = 2e7

/** The first step that draws one of `rows` if the run went on past its end, as far as is looked. */
export function laterDrawn(experiment: Experiment, rows: readonly number[]): { later: number | null; looked: number } {
  const { settings: { draws }, training, batchSize, network, steps } = experiment
  const units = network.layers.reduce((sum, layer) => sum + layer.units, 0)
  const each = draws === 'numpy' ? training.dataset.rows + batchSize * units : batchSize
  const looked = Math.max(steps, Math.min(100 * steps + 1000, Math.floor(mostDrawn / each)))
  return { later: firstDrawn(experiment, rows, looked), looked }
}
