/** Cases for tests: prepared, trained on the reference backend, and handed to the room as a fit would. */
import { ReferenceTrainer } from '../../src/backends/reference.ts'
import type { Loss } from '../../src/backends/backend.ts'
import type { Case } from '../../src/explain/case.ts'
import { drawsOf } from '../../src/record/replay.ts'
import type { Table } from '../../src/table/table.ts'
import { prepareExperiment, problemOf, type Experiment, type Tables } from '../../src/training/experiment.ts'
import { train } from '../../src/training/train.ts'

export function planned(tables: Tables, options: unknown, dataName = 'data.csv'): Case {
  return caseOf(prepareExperiment(tables, options), dataName)
}

function caseOf(experiment: Experiment, dataName: string): Case {
  return { experiment, history: { steps: [], training: [], validation: [] }, status: 'planned', incident: null, final: null, dataName }
}

/** The run of an experiment, from its start. */
export async function ran(tables: Tables, options: unknown, dataName = 'data.csv'): Promise<Case> {
  const experiment = prepareExperiment(tables, options)
  const draws = drawsOf(experiment)
  const trainer = new ReferenceTrainer(problemOf(experiment), draws.parameters())
  const steps: number[] = []
  const training: Loss[] = []
  const validation: (Loss | null)[] = []
  const result = await train(
    {
      trainer, draws, steps: experiment.steps, schedule: experiment.settings.schedule, learningRate: experiment.settings.optimizer.learningRate,
      validation: experiment.validation?.dataset ?? null, evaluateEvery: experiment.evaluateEvery, earlyStopping: experiment.settings.earlyStopping,
    },
    {
      onStep(event) {
        steps.push(event.step)
        training.push(event.result.loss)
        validation.push(event.validation)
      },
    },
  )
  return { experiment, history: { steps, training, validation }, status: result.status, incident: result.incident, final: result.state, dataName }
}

/** A table of `rows` rows and `inputs` uniform columns in [-1, 1) with a smooth target, and cells put in by hand. */
export function smoothTable(rows: number, inputs: number, cells: readonly { row: number; column: number; value: number }[] = [], name = 'training'): Table {
  let state = 12345
  // A linear congruential generator (Numerical Recipes' constants): data for a test need no better.
  const uniform = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2147483648 - 1
  }
  const columns = Array.from({ length: inputs + 1 }, () => new Float64Array(rows))
  const target = columns[inputs]
  for (let row = 0; row < rows; row++) {
    const x = columns.slice(0, inputs).map(column => (column[row] = uniform()))
    if (target !== undefined) target[row] = Math.sin(3 * (x[0] ?? 0)) * (x[1] ?? 1) + 0.5 * (x[2] ?? 0) ** 2 + 0.05 * uniform()
  }
  for (const { row, column, value } of cells) {
    const values = columns[column]
    if (values !== undefined) values[row] = value
  }
  return { name, rows, columns: columns.map((values, i) => ({ kind: 'numeric', name: `column ${i + 1}`, values })), origin: () => ({}) }
}

/** The table with another target, of its inputs. */
export function withTarget(table: Table, target: (inputs: readonly number[]) => number): Table {
  const inputs = table.columns.slice(0, -1)
  const values = Float64Array.from({ length: table.rows }, (_, row) => target(inputs.map(column => (column.kind === 'numeric' ? column.values[row] ?? Number.NaN : Number.NaN))))
  return { ...table, columns: [...inputs, { kind: 'numeric', name: table.columns.at(-1)?.name ?? 'target', values }] }
}

/** y = 3x + 1 over x = 1, 2, …, `rows`. */
export function lineTable(rows: number): Table {
  const x = Float64Array.from({ length: rows }, (_, row) => row + 1)
  return { name: 'line', rows, columns: [{ kind: 'numeric', name: 'x', values: x }, { kind: 'numeric', name: 'y', values: x.map(value => 3 * value + 1) }], origin: () => ({}) }
}
