import { expect } from 'vitest'
import type { StepShown } from '../../../src/adapters/watch.ts'
import { smoothTable, withTarget } from '../cases.ts'
import { stepsOf, type Seen } from '../programs.ts'
import { causeSuite } from './suite.ts'

const table = smoothTable(200, 5)
/** Batches of ten rows in order; `change` is laid over the step of this number. */
function steps(losses: readonly number[], at = 0, change: Partial<StepShown> = {}): StepShown[] {
  return stepsOf(table, 10, losses).map(step => (step.step === at ? { ...step, ...change } : step))
}
const skipped = [1, 0.9, 0.8, NaN, 0.7, 0.75, NaN, 0.6, 0.62, 0.6]
/** Steps whose rows go through the table in strides, so that batches differ from epoch to epoch; those that hold row 36 fail. */
const oneRow: Seen = {
  table, steps: Array.from({ length: 60 }, (_, i) => {
    const rows = Array.from({ length: 10 }, (_unused, k) => ((i % 20) * 10 + k) * [1, 3, 7][Math.floor(i / 20)]! % 200)
    return { step: i + 1, rows, loss: rows.includes(35) ? Infinity : 1 - i / 100 }
  }),
}
const classes = withTarget(table, ([x = 0]) => (x > 0 ? 1 : 0))

causeSuite('loss-out-of-domain', {
  fires: [
    { name: 'finite steps after it', onPage: 1, step: 4, watched: () => ({ table, steps: steps(skipped) }), also: ({ text }) => expect(text).toContain('the logarithm or the root of a number below 0') },
    { name: 'Infinity', step: 4, watched: () => ({ table, steps: steps(skipped.map(loss => (Number.isNaN(loss) ? Infinity : loss))) }), also: ({ text }) => expect(text).toContain('the logarithm of 0') },
    { name: 'the steps that hold one row, and no others', step: 4, watched: () => oneRow, also: ({ text }) => expect(text).toContain('only in steps that hold row 36') },
    { name: 'parameters that stayed finite', step: 3, watched: () => ({ table, steps: steps([1, 0.9, NaN], 3, { parameters: [1, 2] }) }) },
    { name: 'gradients that stayed finite', step: 3, watched: () => ({ table, steps: steps([1, 0.9, NaN], 3, { gradients: [1, 2] }) }) },
    { name: 'some rows of a batch', step: 3, watched: () => ({ table, steps: steps([1, 0.9, NaN], 3, { rowLosses: [1, 1, NaN, 1, NaN, 1, 1, 1, 1, 1] }) }), also: ({ text }) => expect(text).toContain('rows 23 and 25') },
    { name: 'the first step', step: 1, watched: () => ({ table, steps: steps([NaN, 0.9, NaN, 0.8, 0.7]) }) },
    { name: 'a plain error, of which only the batch is left', step: 4, watched: () => ({ table, steps: steps(skipped), options: { loss: 'mse' } }), also: ({ text }) => expect(text).toContain('what was given to the network') },
  ],
  staysSilent: [
    { name: 'weights that are lost', watched: () => ({ table, steps: steps([1, 0.9, NaN, NaN, NaN]) }) },
    { name: 'a NaN that a row of the batch holds', watched: () => ({ table: smoothTable(200, 5, [{ row: 35, column: 1, value: NaN }]), steps: oneRow.steps }) },
    { name: 'classes, whose probabilities have logarithms', watched: () => ({ table: classes, steps: steps(skipped) }) },
    { name: 'a loss that had grown', watched: () => ({ table, steps: steps([1, 10, 1e3, 1e5, Infinity, 2, 1]) }) },
  ],
})
