/** An experiment with the repairs that its settings ask for: what is trained. */
import { changed } from '../record/change.ts'
import { prepareExperiment, type Experiment, type Tables } from '../training/experiment.ts'

/** Throws TableError and SettingsError, each one sentence. */
export function prepareRun(tables: Tables, said: unknown): Experiment {
  const experiment = prepareExperiment(tables, said)
  const { repair, passOver } = experiment.settings
  if (repair.length === 0 && passOver.length === 0) return experiment
  const repaired = changed(experiment, [
    { kind: 'repair', cells: repair.map(({ side, row, column }) => ({ side, row: row - 1, column: column - 1 })) },
    { kind: 'pass-over', rows: passOver.map(row => row - 1) },
  ])
  return { ...repaired.experiment, passOver: repaired.passOver }
}
