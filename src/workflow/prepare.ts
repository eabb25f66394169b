/** An experiment with the repairs that its settings ask for: what is trained. */
import { expectProblem, whyNotFast } from '../backends/choose.ts'
import type { Platform } from '../backends/platform.ts'
import { SettingsError } from '../network/errors.ts'
import type { Options } from '../network/recipes.ts'
import { changed } from '../record/change.ts'
import { blocksOf, prepareExperiment, problemOf, type Experiment, type Tables } from '../training/experiment.ts'

/** Throws TableError and SettingsError, each one sentence. `platform` is asked for what the settings want of it. */
export function prepareRun(tables: Tables, said: unknown, platform?: Platform): Experiment {
  const experiment = withArithmetic(prepareExperiment(tables, said), platform)
  const { repair, passOver } = experiment.settings
  if (repair.length === 0 && passOver.length === 0) return experiment
  refuseOutside(experiment)
  const repaired = changed(experiment, [
    { kind: 'repair', cells: repair.map(({ side, row, column }) => ({ side, row: row - 1, column: column - 1 })) },
    { kind: 'pass-over', rows: passOver.map(row => row - 1) },
  ])
  return { ...repaired.experiment, passOver: repaired.passOver }
}

/** Bytes of a file whose table is trained on for longer than a thread takes to start: there are some ten thousand rows in it. */
const manyBytes = 2 ** 19
/** Rows that are taken to be evaluated between steps where a file has so many bytes. */
const manyRows = 2 ** 13

/**
 * Told the options, and how many bytes the files have, before the tables are read: what takes time and needs no table begins.
 */
export function expectRun({ batchSize, blocks, threads, fast }: Options, bytes: number, platform: Platform): void {
  const many = bytes >= manyBytes
  // Relaxed SIMD has to be asked for before anything is compiled with it; whether it is used, the whole problem says.
  if (fast !== true) expectProblem(blocksOf(blocks, batchSize ?? 0), { platform, threads, evaluated: many ? manyRows : 0 }, many)
}

/** Says so where relaxed SIMD is asked for and cannot be had. */
function withArithmetic(experiment: Experiment, platform: Platform | undefined): Experiment {
  if (!experiment.settings.fast) return experiment
  platform?.allowRelaxedSimd()
  const why = whyNotFast(problemOf(experiment))
  return why === null ? experiment : { ...experiment, assumptions: [...experiment.assumptions, why] }
}

/** Refuses cells and rows that the tables do not have. */
function refuseOutside({ settings, training, validation }: Experiment): void {
  for (const { side, row, column } of settings.repair) {
    const of = side === 'training' ? training : validation
    const flag = side === 'training' ? '--repair' : '--repair-validation'
    if (of === null) throw new SettingsError('repair-nothing', `${flag} names row ${row}, column ${column}, but there is no validation table.`, { row, column })
    const { rows, columns } = of.table
    if (row > rows || column > columns.length) {
      throw new SettingsError('repair-outside', `${flag} names row ${row}, column ${column}, but the table has ${rows} rows and ${columns.length} columns.`, { row, column, rows, columns: columns.length })
    }
  }
  const { rows } = training.table
  const outside = settings.passOver.find(row => row > rows)
  if (outside !== undefined) throw new SettingsError('pass-over-outside', `--pass-over names row ${outside}, but the training table has ${rows} rows.`, { row: outside, rows })
  if (new Set(settings.passOver).size >= training.rows.length) {
    throw new SettingsError('pass-over-all', `--pass-over names ${settings.passOver.length} rows, and no training row of ${training.rows.length} would be left.`, { rows })
  }
}
