/**
 * An experiment is everything to train, before anything is trained: which rows and columns, how they are scaled, the
 * network, the settings, complete. The same tables and options always give the same experiment; a replay is an experiment
 * with one thing changed.
 */
import type { Dataset, Problem } from '../backends/backend.ts'
import { held } from '../backends/stored.ts'
import { SettingsError } from '../network/errors.ts'
import { networkOf, type Network } from '../network/layout.ts'
import { completeSettings, parseOptions, type Task } from '../network/recipes.ts'
import { isCategorical, isClassification, lossSpec, type LossSpec, type Settings } from '../network/spec.ts'
import { chooseColumns, matchColumns, type ChosenColumns, type ColumnSet } from '../table/columns.ts'
import { encodeFeatures, encodeTargets, makeEncoding, type Encoding } from '../table/encode.ts'
import { chooseRows, type BadCell, type ChosenRows } from '../table/rows.ts'
import { commonRows, splitRows } from '../table/split.ts'
import { piecesOf, tableInMemory } from '../table/stored.ts'
import type { Table } from '../table/table.ts'
import { stepsPerEpoch } from './draws.ts'
import { scratchOf, storeDataset } from './stored.ts'

/** Rows of a table and the columns that the network reads, with what they became. */
export interface Side {
  readonly table: Table
  /** Rows of the table, from 0: row i of the dataset is row rows[i] of the table. */
  readonly rows: Uint32Array
  readonly columns: ColumnSet
  readonly dataset: Dataset
}

export interface Experiment {
  readonly settings: Settings
  readonly network: Network
  readonly loss: LossSpec
  readonly encoding: Encoding
  readonly training: Side
  readonly validation: Side | null
  /** Rows of the training dataset that steps skip when they are drawn; divisor and draws stay. */
  readonly passOver: ReadonlySet<number>
  readonly steps: number
  readonly batchSize: number
  readonly evaluateEvery: number
  readonly blocks: number
  /** A sentence for each thing that was assumed or left out. */
  readonly assumptions: readonly string[]
  /** Cells for which rows were left out, and cells that were filled, of both tables. */
  readonly dropped: readonly BadCell[]
  readonly imputed: readonly BadCell[]
  /** What `impute` put into each column, inputs first, then targets; empty without it. */
  readonly fills: readonly (number | string)[]
}

export interface Tables {
  readonly training: Table
  /** A table, a share of the training rows to put aside, or none. */
  readonly validation: Table | number | null
  /** Columns (from 0) that are the targets unless the options name others. */
  readonly targets?: readonly number[] | null
}

/** Throws TableError and SettingsError, each one sentence. */
export function prepareExperiment({ training, validation, targets = null }: Tables, said: unknown): Experiment {
  const options = parseOptions(said)
  const saidLoss = options.loss === undefined ? null : lossSpec(options.loss).name
  const target = options.target ?? (targets === null ? undefined : targets.map(index => index + 1))
  const columns = chooseColumns(training, {
    target, inputs: options.inputs, classification: saidLoss === null ? undefined : isClassification(saidLoss),
  })
  const task = saidLoss === null ? taskOf(training, columns) : isClassification(saidLoss) ? (isCategorical(saidLoss) ? 'categorical' : 'binary') : 'regression'
  const settings = completeSettings(said, { task, rows: trainingRows(training, validation) })
  const { nonFinite, precision, excludeRows } = settings

  const used = [...columns.inputs, ...columns.targets]
  const chosen = chooseRows(training, used, nonFinite, { excludeRows, precision })
  const split = typeof validation === 'number' ? splitRows(training.rows, validation, settings.seed) : null
  const rows = split === null ? chosen.rows : commonRows(chosen.rows, split.training)
  if (rows.length === 0) throw new SettingsError('no-rows', 'No training row is left after the split and what was left out; validate on fewer rows.')
  const made = makeEncoding(chosen.table, columns, rows, { standardize: settings.standardize, target: task === 'regression' ? 'numeric' : task })
  const { encoding } = made
  const side = (table: Table, of: Uint32Array, set: ColumnSet): Side => ({ table, rows: of, columns: set, dataset: datasetOf(table, of, set, encoding, settings) })

  const trainingSide = side(chosen.table, rows, columns)
  let validationSide: Side | null = null
  let other: ChosenRows | null = null
  if (split !== null) validationSide = side(chosen.table, commonRows(chosen.rows, split.validation), columns)
  else if (validation !== null && typeof validation !== 'number') {
    const matched = matchColumns(training, used, validation)
    const set = { inputs: matched.slice(0, columns.inputs.length), targets: matched.slice(columns.inputs.length) }
    other = chooseRows(validation, matched, nonFinite, { precision, fills: chosen.fills })
    validationSide = side(other.table, other.rows, set)
  }
  if (validationSide !== null && validationSide.rows.length === 0) validationSide = null

  return {
    settings, ...planOf(settings, encoding, rows.length), loss: lossSpec(settings.loss), encoding,
    training: trainingSide, validation: validationSide, passOver: new Set(),
    assumptions: [
      ...columns.assumptions, ...chosen.assumptions, ...(other?.assumptions ?? []), ...made.assumptions,
      ...(split === null ? [] : [splitSays(validation, split.validation.length, settings.seed)]),
      ...batchSays(settings, rows.length),
    ],
    dropped: [...chosen.dropped, ...(other?.dropped ?? [])],
    imputed: [...chosen.imputed, ...(other?.imputed ?? [])],
    fills: chosen.fills,
  }
}

/** Blocks of a batch's rows, where the settings do not say how many. */
export function blocksOf(said: number | undefined | null, batchSize: number): number {
  return said ?? (batchSize < 2048 ? 1 : 16)
}

/** What settings make of rows that are chosen and encoded already. */
function planOf(settings: Settings, encoding: Encoding, rows: number): Pick<Experiment, 'network' | 'batchSize' | 'blocks' | 'steps' | 'evaluateEvery'> {
  const batchSize = Math.min(settings.batchSize, rows)
  return { network: networkOf(settings, encoding.inputs, encoding.outputs), batchSize, blocks: blocksOf(settings.blocks, batchSize), ...lengthOf(settings, rows, batchSize) }
}

/**
 * The experiment with other settings, none of which reaches its rows, columns or encoding: these stay as they are, and what
 * preparing it anew would take over a large table is saved.
 */
export function replanned(experiment: Experiment, settings: Settings): Experiment {
  const rows = experiment.training.rows.length
  const before = new Set(batchSays(experiment.settings, rows))
  return {
    ...experiment, settings, ...planOf(settings, experiment.encoding, rows), loss: lossSpec(settings.loss), passOver: new Set(),
    assumptions: [...experiment.assumptions.filter(says => !before.has(says)), ...batchSays(settings, rows)],
  }
}

/** The experiment with its tables and datasets in memory, for what goes back and forth in them. */
export function experimentInMemory(experiment: Experiment): Experiment {
  const { training, validation } = experiment
  const table = tableInMemory(training.table)
  const side = (of: Side): Side => ({ ...of, table: of.table === training.table ? table : tableInMemory(of.table), dataset: held(of.dataset) })
  return { ...experiment, training: side(training), validation: validation === null ? null : side(validation) }
}

/** What a backend is handed. */
export function problemOf(experiment: Experiment): Problem {
  const { settings, network, loss, blocks, training } = experiment
  return {
    network, loss, reduction: settings.reduction, l2: settings.l2, optimizer: settings.optimizer, clip: settings.clip,
    precision: settings.precision, blocks, seed: settings.seed, fast: settings.fast, training: training.dataset,
  }
}

/** A table outside memory gives a dataset outside memory. */
function datasetOf(table: Table, rows: Uint32Array, columns: ColumnSet, encoding: Encoding, { precision }: Settings): Dataset {
  const scratch = scratchOf(table, [...columns.inputs, ...columns.targets])
  if (scratch !== null) return storeDataset(scratch, table, rows, columns, encoding, precision)
  return {
    rows: rows.length, inputs: encoding.inputs, outputs: encoding.outputs,
    features: encodeFeatures(table, columns.inputs, rows, encoding, precision),
    targets: encodeTargets(table, columns.targets, rows, encoding, precision),
  }
}

function taskOf(training: Table, columns: ChosenColumns): Task {
  if (columns.targetKind === 'numeric') return 'regression'
  const column = training.columns[columns.targets[0] ?? -1]
  if (column?.kind === 'text') return column.levels.length === 2 ? 'binary' : 'categorical'
  const seen = new Set<number>()
  if (column !== undefined) for (const { values } of piecesOf(column)) for (const value of values) if (seen.size < 3) seen.add(value)
  return seen.size === 2 ? 'binary' : 'categorical'
}

function trainingRows(training: Table, validation: Tables['validation']): number {
  return typeof validation === 'number' ? Math.round(training.rows * (1 - validation)) : training.rows
}

function lengthOf(settings: Settings, rows: number, batchSize: number): { steps: number; evaluateEvery: number } {
  const each = stepsPerEpoch(rows, batchSize)
  const steps = settings.steps ?? (settings.epochs ?? 1) * each
  return { steps, evaluateEvery: settings.evaluateEvery ?? Math.min(each, steps) }
}

function splitSays(share: Tables['validation'], rows: number, seed: number): string {
  return `Validation: ${rows.toLocaleString('en')} rows (${Number(share) * 100} %) put aside, drawn from seed ${seed}.`
}

function batchSays({ batchSize, draws }: Settings, rows: number): string[] {
  if (batchSize <= rows) return []
  if (draws === 'numpy') {
    throw new SettingsError(
      'batch-above-rows',
      `A batch of ${batchSize} cannot be drawn without replacement from ${rows} rows, and the NumPy program would stop here; use --batch ${rows} or less.`,
      { batchSize, rows },
    )
  }
  return [`Batch ${batchSize.toLocaleString('en')} is more than the ${rows.toLocaleString('en')} training rows: every step takes all of them.`]
}
