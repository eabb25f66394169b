/** A case trained, and what came of it, measured on rows that nobody trained or validated on. */
import { fit, type Run } from '../../src/workflow/fit.ts'
import type { Table } from '../../src/table/table.ts'
import type { Tables } from './data.ts'
import { tablesOf } from './faults.ts'
import { runProgram, type ForeignResult } from './foreign/program.ts'
import type { OddCell, Recipe, Setup, TrialCase } from './list.ts'

export interface Outcome {
  readonly tables: Tables
  /** Nothing that was computed was NaN or Infinity: losses, validation losses, last parameters, moments. */
  readonly finite: boolean
  /**
   * How much better than the best constant answer, as a share of what there is to gain: R2 for a regression, and for classes
   * (accuracy - share of the most frequent) / (1 - that share). `test` rows are of the training rows' kind.
   */
  readonly skill: { readonly training: number, readonly validation: number, readonly test: number }
  /** The share of test rows whose class is right; 0 for a regression. */
  readonly accuracy: number
  /** The median data loss of the first and the last tenth of the steps. */
  readonly losses: { readonly start: number, readonly end: number }
  /** Processor time of the training alone. */
  readonly milliseconds: number
  readonly run: Run | null
  readonly foreign: ForeignResult | null
}

/** Trains a case as it was run, or its sound twin. */
export async function train(one: TrialCase, which: 'run' | 'sound', seed = one.run.settings.seed ?? 0): Promise<Outcome> {
  const setup = which === 'run' ? one.run : one.sound ?? one.run
  const cells: readonly OddCell[] = which === 'run' ? one.cells : []
  // The data's seed stays when another seed of the weights is tried.
  const tables = await tablesOf(setup, one.run.settings.seed ?? 0, cells, one.decoys)
  return setup.program === undefined ? trainHere(setup, tables, seed) : trainThere(setup, tables, seed)
}

async function trainHere({ data, settings }: Setup, tables: Tables, seed: number): Promise<Outcome> {
  const start = processorTime()
  const run = await fit(tables.training, { ...settings, seed, validation: tables.validation })
  const milliseconds = processorTime() - start
  const losses = run.history.training.map(loss => loss.data)
  const validation = run.history.validation.flatMap(loss => (loss === null ? [] : [loss.data]))
  const finite = run.incident === null && [...losses, ...validation].every(Number.isFinite)
  const predict = async (table: Table): Promise<number[][]> => {
    const { values, classes } = await run.predict(table)
    if (classes !== null) return classes.labels.map(label => [label === null ? Number.NaN : Number(label)])
    return Array.from({ length: table.rows }, (_, row) => values.map(column => column.values[row] ?? Number.NaN))
  }
  return { tables, finite, ...(await measure(data, tables, predict)), losses: ends(losses), milliseconds, run, foreign: null }
}

async function trainThere({ data, program }: Setup, tables: Tables, seed: number): Promise<Outcome> {
  if (program === undefined) throw new Error('There is no program to run.')
  const start = processorTime()
  const foreign = runProgram(program, data, tables.training, tables.validation, seed)
  const milliseconds = processorTime() - start
  const losses = foreign.log.map(({ loss }) => loss)
  const predict = (table: Table): Promise<number[][]> => Promise.resolve(foreign.predict(table).map(row => {
    if (data.classes === 0) return row
    return [row.length > 1 ? row.indexOf(Math.max(...row)) : (row[0] ?? 0) > 0 ? 1 : 0]
  }))
  const finite = foreign.finite && losses.every(Number.isFinite)
  return { tables, finite, ...(await measure(data, tables, predict)), losses: ends(losses), milliseconds, run: null, foreign }
}

async function measure(recipe: Recipe, tables: Tables, predict: (table: Table) => Promise<number[][]>): Promise<Pick<Outcome, 'skill' | 'accuracy'>> {
  const on = async (table: Table): Promise<{ skill: number, accuracy: number }> => skillOf(recipe, await predict(table), targets(table, recipe), targets(tables.training, recipe))
  const [training, validation, test] = [await on(tables.training), await on(tables.validation), await on(tables.test)]
  return { skill: { training: training.skill, validation: validation.skill, test: test.skill }, accuracy: test.accuracy }
}

function targets(table: Table, { inputs, unused, outputs }: Recipe): number[][] {
  return Array.from({ length: table.rows }, (_, row) => Array.from({ length: outputs }, (_unused, o) => {
    const column = table.columns[inputs + unused + o]
    return column?.kind === 'numeric' ? column.values[row] ?? Number.NaN : Number.NaN
  }))
}

function skillOf({ classes }: Recipe, predicted: readonly number[][], measured: readonly number[][], trained: readonly number[][]): { skill: number, accuracy: number } {
  if (classes === 0) return { skill: shareExplained(predicted.flat(), measured.flat()), accuracy: 0 }
  const share = (of: readonly number[][], label: number): number => of.filter(row => row[0] === label).length / of.length
  const counts = Array.from({ length: classes }, (_, k) => share(trained, k))
  const frequent = share(measured, counts.indexOf(Math.max(...counts)))
  const accuracy = predicted.filter((row, i) => row[0] === measured[i]?.[0]).length / measured.length
  return { skill: frequent === 1 ? 0 : (accuracy - frequent) / (1 - frequent), accuracy }
}

/** R2 over the rows whose target is finite; several outputs, which share a scale, together. */
function shareExplained(predicted: readonly number[], measured: readonly number[]): number {
  const pairs = measured.map((value, i) => [value, predicted[i] ?? Number.NaN] as const).filter(([value]) => Number.isFinite(value))
  const mean = pairs.reduce((sum, [value]) => sum + value, 0) / pairs.length
  let [error, all] = [0, 0]
  for (const [value, guess] of pairs) {
    error += (value - guess) ** 2
    all += (value - mean) ** 2
  }
  return 1 - error / all
}

function ends(losses: readonly number[]): Outcome['losses'] {
  const tenth = Math.max(1, Math.ceil(losses.length / 10))
  return { start: median(losses.slice(0, tenth)), end: median(losses.slice(-tenth)) }
}

/** Milliseconds that this process has computed: other processes do not count. */
export function processorTime(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] ?? Number.NaN : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2
}
