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
