/** Programs of others for tests: the trial's second trainer, and steps written by hand. */
import { watch, type StepShown, type WatchOptions, type Watcher } from '../../src/adapters/watch.ts'
import type { Table } from '../../src/table/table.ts'
import { soundProgram } from '../trial/base.ts'
import { tablesOf } from '../trial/faults.ts'
import { runProgram } from '../trial/foreign/program.ts'
import type { ForeignProgram, OddCell, Recipe } from '../trial/list.ts'
import { Random } from '../trial/random.ts'

/** All that is seen of a program: its table, its steps, and what its user says. */
export interface Seen {
  readonly table: Table
  readonly steps: readonly StepShown[]
  readonly options?: WatchOptions
}

export function watchAll({ table, steps, options = {} }: Seen): Watcher {
  const watcher = watch(table, options)
  for (const step of steps) watcher.step(step)
  return watcher
}

interface Given {
  readonly program?: Partial<ForeignProgram>
  readonly data?: Partial<Recipe>
  /** Odd cells of the training table, from 0, or of the validation table. */
  readonly cells?: readonly (Pick<OddCell, 'row' | 'column' | 'value'> & Partial<OddCell>)[]
  readonly cutRows?: readonly number[]
  readonly options?: WatchOptions
  readonly seed?: number
}

/** A run of the second trainer: 200 rows of 3 inputs, batches of 32 without replacement, Adam, unless given otherwise. */
export async function programRun({ program, data, cells = [], cutRows, options, seed = 1 }: Given): Promise<Seen> {
  const setup = {
    ...soundProgram(new Random(1, 'program'), { shape: 'linear', rows: 200, validationRows: 50, inputs: 3, unused: 0, noise: 0.1, ...data }, {
      hidden: [12], activation: 'relu', loss: 'mse', optimizer: 'adam', learningRate: 0.01, batch: 32, steps: 60, precision: 'float64', shows: [], replacement: false, ...program,
    }),
    ...(cutRows === undefined ? {} : { cutRows }),
  }
  if (setup.program === undefined) throw new Error('a program was asked for')
  const { training, validation } = await tablesOf(setup, seed, cells.map(cell => ({ table: 'training', ...cell })), [])
  const { log } = runProgram(setup.program, setup.data, training, validation, seed)
  return { table: training, steps: log, options: { inputs: setup.settings.inputs ?? [], target: setup.settings.target ?? 'y', validation, ...options } }
}

/** Steps of a table by hand: batches in order through the rows, and the loss of each step. */
export function stepsOf(table: Table, batch: number, losses: readonly number[]): StepShown[] {
  return losses.map((loss, i) => ({ step: i + 1, loss, rows: Array.from({ length: batch }, (_, k) => (i * batch + k) % table.rows) }))
}

/** Steps of a program that answers the mean of the targets whatever it is given: each batch's mean squared error, exactly. */
export function answeringTheMean(table: Table, batch: number, steps: number): StepShown[] {
  const target = table.columns.at(-1)
  const values = target?.kind === 'numeric' ? Array.from(target.values) : []
  const mean = values.reduce((sum, one) => sum + one, 0) / values.length
  return stepsOf(table, batch, new Array<number>(steps).fill(0)).map(step => {
    const rows = Array.from(step.rows ?? [])
    return { ...step, loss: rows.reduce((sum, row) => sum + ((values[row] ?? Number.NaN) - mean) ** 2, 0) / rows.length }
  })
}
