/**
 * One thing changed in an experiment, all else kept: what a replay runs. A cell is repaired, rows are passed over in the
 * batches that drew them, or a setting is changed alone.
 *
 * A repaired cell gets the median of its column's finite training values (a text the most frequent one). A cell that was not
 * finite took no part in means and deviations, so the encoding stays as it was and every other number with it; a cell that
 * was finite did, so the encoding is made again.
 */
import { vector, type FloatArray } from '../backends/backend.ts'
import { completeSettings, type Options } from '../network/recipes.ts'
import { encodeFeatures, encodeTargets } from '../table/encode.ts'
import { median } from '../numeric/stats.ts'
import { fits, type Precision } from '../table/rows.ts'
import { defaultValidationShare } from '../table/select.ts'
import { commonRows } from '../table/split.ts'
import type { Column, Table } from '../table/table.ts'
import { prepareExperiment, replanned, type Experiment, type Side } from '../training/experiment.ts'
import { numberAt, withNumber } from '../table/stored.ts'
import { held } from '../backends/stored.ts'

/** A cell of the training or the validation table; row and column from 0. */
export interface CellPlace {
  readonly side: 'training' | 'validation'
  readonly row: number
  readonly column: number
}

export type Change =
  | { readonly kind: 'repair'; readonly cells: readonly CellPlace[] }
  /** Rows of the training table, from 0: skipped in the batches that drew them; divisor, N and draws stay. */
  | { readonly kind: 'pass-over'; readonly rows: readonly number[] }
  | { readonly kind: 'settings'; readonly set: Options }

export interface Changed {
  readonly experiment: Experiment
  /** Rows of the dataset that steps pass over. */
  readonly passOver: ReadonlySet<number>
}

/** The experiment with the changes made, in order. Throws TableError and SettingsError where the result cannot be trained. */
export function changed(experiment: Experiment, changes: readonly Change[]): Changed {
  let current = experiment
  const rows: number[] = []
  for (const change of changes) {
    switch (change.kind) {
      case 'repair':
        current = repaired(current, change.cells)
        break
      case 'settings':
        current = withSettings(current, change.set)
        break
      case 'pass-over':
        rows.push(...change.rows)
        break
      default:
        change satisfies never
    }
  }
  return { experiment: current, passOver: new Set(placesOf(current.training.rows, new Set(rows)).values()) }
}

/** Where rows of the table lie in a dataset made of `rows`; those that are not in it are left out. */
function placesOf(rows: Uint32Array, wanted: ReadonlySet<number>): Map<number, number> {
  const places = new Map<number, number>()
  if (wanted.size === 0) return places
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!
    if (wanted.has(row)) places.set(row, i)
  }
  return places
}

function repaired(experiment: Experiment, cells: readonly CellPlace[]): Experiment {
  if (cells.length === 0) return experiment
  const { precision } = experiment.settings
  const ofSide = (side: CellPlace['side']): readonly CellPlace[] => cells.filter(cell => cell.side === side)
  const training = ofSide('training')
  const validation = ofSide('validation')
  const fills = fillsOf(experiment)
  const trainingTable = filled(experiment.training.table, training, fills)
  const tookPart = training.some(({ row, column }) => holdsValue(experiment.training.table.columns[column], row, precision))
  const validationTable = experiment.validation === null ? null : repairedValidation(experiment, experiment.validation, trainingTable, validation, fills)
  if (tookPart) return prepareAgain(experiment, { training: trainingTable, validation: validationTable }, {})
  return {
    ...experiment,
    training: withRows(experiment, { ...experiment.training, table: trainingTable }, training),
    validation: experiment.validation === null || validationTable === null
      ? null
      : withRows(experiment, { ...experiment.validation, table: validationTable }, validation),
  }
}

function repairedValidation(
  experiment: Experiment, side: Side, trainingTable: Table, cells: readonly CellPlace[], fills: (column: number) => number | string,
): Table {
  const shared = side.table === experiment.training.table
  const ownColumns = [...side.columns.inputs, ...side.columns.targets]
  const trainingColumns = [...experiment.training.columns.inputs, ...experiment.training.columns.targets]
  return filled(shared ? trainingTable : side.table, cells, column => fills(trainingColumns[ownColumns.indexOf(column)] ?? column))
}

function holdsValue(column: Column | undefined, row: number, precision: Precision): boolean {
  if (column === undefined) return false
  return column.kind === 'text' ? (column.codes[row] ?? -1) >= 0 : fits(numberAt(column, row), precision)
}

/** What a repaired cell of a training column gets. */
function fillsOf({ training, settings }: Experiment): (column: number) => number | string {
  return index => {
    const column = training.table.columns[index]
    if (column === undefined) return Number.NaN
    if (column.kind !== 'text') {
      const values = new Float64Array(training.rows.length)
      let count = 0
      for (const row of training.rows) {
        const value = numberAt(column, row)
        if (fits(value, settings.precision)) values[count++] = value
      }
      return median(values.subarray(0, count))
    }
    const counts = new Map<number, number>()
    for (const row of training.rows) {
      const code = column.codes[row] ?? -1
      if (code >= 0) counts.set(code, (counts.get(code) ?? 0) + 1)
    }
    const [best] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a), [0, 0])
    return column.levels[best] ?? ''
  }
}

/** The table with these cells filled; columns without such a cell are shared. */
function filled(table: Table, cells: readonly CellPlace[], fills: (column: number) => number | string): Table {
  if (cells.length === 0) return table
  const columns = table.columns.map((column, index): Column => {
    const rows = cells.filter(cell => cell.column === index).map(cell => cell.row)
    if (rows.length === 0) return column
    const fill = fills(index)
    if (column.kind !== 'text') return withNumber(column, rows, Number(fill))
    const known = column.levels.indexOf(String(fill))
    const codes = column.codes.slice()
    for (const row of rows) codes[row] = known >= 0 ? known : column.levels.length
    return { ...column, codes, levels: known >= 0 ? column.levels : [...column.levels, String(fill)] }
  })
  return { ...table, columns, origin: (row, column) => table.origin(row, column) }
}

/** The side with the rows of these cells encoded again. */
function withRows({ encoding, settings: { precision } }: Experiment, side: Side, cells: readonly CellPlace[]): Side {
  if (cells.length === 0) return side
  const { table, columns } = side
  const dataset = held(side.dataset)
  const places = placesOf(side.rows, new Set(cells.map(({ row }) => row)))
  const rows = Uint32Array.from(places.keys())
  const features = encodeFeatures(table, columns.inputs, rows, encoding, precision)
  const targets = encodeTargets(table, columns.targets, rows, encoding, precision)
  const put = (into: FloatArray, from: FloatArray, width: number): FloatArray => {
    const whole = vector(precision, into.length)
    whole.set(into)
    rows.forEach((row, i) => whole.set(from.subarray(i * width, (i + 1) * width), (places.get(row) ?? 0) * width))
    return whole
  }
  return { ...side, dataset: { ...dataset, features: put(dataset.features, features, dataset.inputs), targets: put(dataset.targets, targets, dataset.outputs) } }
}

/** Settings that reach neither rows nor columns nor their encoding. */
const trainingOnly: ReadonlySet<string> = new Set<keyof Options>([
  'network', 'reduction', 'l2', 'optimizer', 'schedule', 'clip', 'batchSize', 'sampling', 'steps', 'epochs', 'evaluateEvery', 'earlyStopping', 'blocks', 'threads',
  'fast', 'onIncident', 'printEvery',
])

/** Whether these settings leave the data as they are: of the seed, where it draws no validation rows from the training table. */
function leavesData(experiment: Experiment, set: Options): boolean {
  return Object.keys(set).every(name => trainingOnly.has(name) || (name === 'seed' && validationShare(experiment) === null))
}

function withOther({ settings }: Experiment, set: Options): Options {
  return { ...withoutLength(settings, set), ...set, network: { ...settings.network, ...set.network } }
}

/** Settings changed alone: what the changed command would train. */
function withSettings(experiment: Experiment, set: Options): Experiment {
  if (!leavesData(experiment, set)) return prepareAgain(experiment, {}, set)
  // The settings are complete, so that no default depends on the task or the rows.
  return replanned(experiment, completeSettings(withOther(experiment, set), { task: 'regression', rows: experiment.training.table.rows }))
}

/** The same tables and settings, but for what is handed in, prepared from the beginning: exactly what the changed command would train. */
function prepareAgain(experiment: Experiment, tables: { training?: Table; validation?: Table | null }, set: Options): Experiment {
  const { settings, training, validation } = experiment
  const share = validationShare(experiment)
  const { columns } = training
  const prepared = prepareExperiment(
    {
      training: tables.training ?? training.table,
      validation: validation === null ? null : share ?? tables.validation ?? validation.table,
      targets: columns.targets,
    },
    {
      ...withOther(experiment, set),
      inputs: set.inputs ?? columns.inputs.map(index => index + 1), target: set.target ?? columns.targets.map(index => index + 1),
    },
  )
  // What was named stays named as it was, so that the command of a replay reads like the run's own.
  const { inputs: _inputs, target: _target, ...rest } = prepared.settings
  return {
    ...prepared,
    settings: {
      ...rest,
      ...(settings.inputs === undefined ? {} : { inputs: settings.inputs }), ...(settings.target === undefined ? {} : { target: settings.target }),
    },
  }
}

/** Steps and epochs cannot both be given: a new one takes the other's place. */
function withoutLength(settings: Experiment['settings'], set: Options): Options {
  const { steps, epochs, ...rest } = settings
  if (set.steps !== undefined || set.epochs !== undefined) return rest
  return { ...rest, ...(steps === undefined ? {} : { steps }), ...(epochs === undefined ? {} : { epochs }) }
}

/** The share of rows put aside where validation rows come from the training table; null where they have a table of their own. */
export function validationShare({ settings, training, validation }: Experiment): number | null {
  if (validation === null || validation.table !== training.table) return null
  // Both ascend.
  if (commonRows(validation.rows, training.rows).length > 0) return null
  return typeof settings.validation === 'number' ? settings.validation : defaultValidationShare
}
