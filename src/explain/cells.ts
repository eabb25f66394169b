/** From elements of a dataset back to the cells they came from. */
import type { FloatArray } from '../backends/backend.ts'
import type { CellPlace } from '../record/change.ts'
import { cellAt, type BadCell } from '../table/rows.ts'
import type { Table } from '../table/table.ts'
import type { Experiment, Side } from '../training/experiment.ts'
import { held } from '../backends/stored.ts'

/** A cell of a used column, and what the network was given for it. */
export interface Cell extends BadCell {
  readonly side: CellPlace['side']
  readonly part: 'input' | 'target'
  /** Its row in the dataset, from 0. */
  readonly datasetRow: number
  /** The number the network was given: scaled, rounded to the run's precision. */
  readonly encoded: number
  /** Whether the failing batch holds its row. */
  readonly drawn: boolean
}

/** The table column (from 0) behind each encoded input. */
export function columnsOfInputs({ encoding, training }: Experiment): number[] {
  return encoding.features.flatMap((feature, i) => {
    const column = training.columns.inputs[i] ?? -1
    return feature.kind === 'numeric' ? [column] : feature.levels.map(() => column)
  })
}

/** The table column (from 0) behind each encoded target. */
export function columnsOfTargets({ encoding, training }: Experiment): number[] {
  const { target } = encoding
  return target.kind === 'numeric' ? [...training.columns.targets] : Array.from({ length: encoding.outputs }, () => training.columns.targets[0] ?? -1)
}

/** The cell behind element `at` (from 0) of a dataset row's inputs or targets. */
export function cellBehind(experiment: Experiment, name: CellPlace['side'], part: Cell['part'], datasetRow: number, at: number, drawn: boolean): Cell | null {
  const side = name === 'training' ? experiment.training : experiment.validation
  const trainingColumn = (part === 'input' ? columnsOfInputs(experiment) : columnsOfTargets(experiment))[at]
  const row = side?.rows[datasetRow]
  if (side === null || row === undefined || trainingColumn === undefined) return null
  const column = columnIn(experiment, side, part, trainingColumn)
  const dataset = held(side.dataset)
  const encoded = part === 'input' ? dataset.features[datasetRow * dataset.inputs + at] : dataset.targets[datasetRow * dataset.outputs + at]
  return { ...cellAt(side.table, row, column), side: name, part, datasetRow, encoded: encoded ?? Number.NaN, drawn }
}

function columnIn({ training }: Experiment, side: Side, part: Cell['part'], trainingColumn: number): number {
  const of = part === 'input' ? 'inputs' : 'targets'
  return side.columns[of][training.columns[of].indexOf(trainingColumn)] ?? trainingColumn
}

/** Every cell of used columns for which the network is given something that is not finite; by row, inputs first. */
export function badCells(experiment: Experiment, name: CellPlace['side'], drawnRows: ReadonlySet<number>): Cell[] {
  const side = name === 'training' ? experiment.training : experiment.validation
  if (side === null) return []
  const dataset = held(side.dataset)
  const found = [
    ...nonFinite(dataset.features).map(i => ({ part: 'input' as const, row: Math.floor(i / dataset.inputs), at: i % dataset.inputs })),
    ...nonFinite(dataset.targets).map(i => ({ part: 'target' as const, row: Math.floor(i / dataset.outputs), at: i % dataset.outputs })),
  ]
  const seen = new Set<string>()
  return found
    .flatMap(({ part, row, at }) => cellBehind(experiment, name, part, row, at, drawnRows.has(row)) ?? [])
    // A text column is several inputs.
    .filter(({ index, column }) => seen.size !== seen.add(`${index}:${column}`).size)
    .sort((a, b) => a.index - b.index || a.column - b.column)
}

/** Indexes of elements that are not finite, ascending. */
export function nonFinite(values: FloatArray): number[] {
  const found: number[] = []
  // The exponent's bits, all ones: a comparison of whole numbers, twice as fast as one of floats.
  if (values instanceof Float32Array) {
    const words = new Uint32Array(values.buffer, values.byteOffset, values.length)
    for (let i = 0; i < words.length; i++) if ((words[i]! & 0x7f800000) === 0x7f800000) found.push(i)
  } else {
    const words = new Uint32Array(values.buffer, values.byteOffset, values.length * 2)
    for (let i = 0; i < values.length; i++) if ((words[2 * i + 1]! & 0x7ff00000) === 0x7ff00000) found.push(i)
  }
  return found
}

export function placeOf({ side, index, column }: Pick<Cell, 'side' | 'index' | 'column'>): CellPlace {
  return { side, row: index, column: column - 1 }
}

/** Whether a cell of a column of numbers holds text that could not be read as one. */
export function holdsText({ training: { table } }: TrainedOn, { text, column, encoded }: Cell): boolean {
  return text !== undefined && !/^\s*([+-]?nan)?\s*$/i.test(text) && Number.isNaN(encoded) && table.columns[column - 1]?.kind === 'numeric'
}

/** Whether a cell is NaN as it stands: no text that could not be read, and not past the end of its row. */
export function isPlainNaN(on: TrainedOn, cell: Cell): boolean {
  return Number.isNaN(cell.encoded) && cell.absent !== true && !holdsText(on, cell)
}

/** What of an experiment says which table is trained on. */
interface TrainedOn {
  readonly training: { readonly table: Table }
}
