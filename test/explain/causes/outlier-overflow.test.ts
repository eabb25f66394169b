import { expect, test } from 'vitest'
import { explain } from '../../../src/explain/explain.ts'
import type { Table } from '../../../src/table/table.ts'
import { planned, smoothTable } from '../cases.ts'
import { stepsOf } from '../programs.ts'
import { causeSuite, small } from './suite.ts'

/** Steps in which the smooth table is learned: what goes wrong is not that they are few. */
const learns = { ...small, steps: 400, optimizer: { name: 'adam', learningRate: 0.02 } } as const
const standardised = { ...learns, standardize: true }

/** The smooth table's inputs, with a target that is spread as `quantile` says (of a number in (0, 1)), and rises with the first input. */
function spreadAs(quantile: (share: number) => number): Table {
  const table = smoothTable(600, 5)
  const [signal, noise] = [0, 4].map(index => {
    const column = table.columns[index]
    return column?.kind === 'numeric' ? column.values : []
  })
  const values = Float64Array.from({ length: table.rows }, (_, row) => quantile((0.7 * ((signal?.[row] ?? 0) + 1) + 0.3 * ((noise?.[row] ?? 0) + 1)) / 2))
  return { ...table, columns: [...table.columns.slice(0, 5), { kind: 'numeric', name: 'y', values }] }
}

// Logistic in place of normal: its tail is a little heavier still.
const logNormal = spreadAs(share => Math.exp(1.1 * Math.log(share / (1 - share))))
const pareto = spreadAs(share => (1 - share) ** (-1 / 1.5))
/** Amounts of the few rows that have one. */
const claims = spreadAs(share => (share < 0.9 ? 0 : 100 * (1.001 - share) ** -0.8))

const mostlyZero = smoothTable(200, 5, Array.from({ length: 200 }, (_, row) => ({ row, column: 3, value: row % 3 === 0 ? 60 : 0 })))
causeSuite('outlier-overflow', {
  fires: [
    { name: 'a target of 1e155, whose square overflows', onPage: 1, training: smoothTable(200, 5, [{ row: 41, column: 5, value: 1e155 }]), options: small, cells: [[42, 6]] },
    { name: 'an input of 1e200', training: smoothTable(200, 5, [{ row: 41, column: 3, value: 1e200 }]), options: small, cells: [[42, 4]] },
    { name: 'an input of 1e120, which overflows second moments', training: smoothTable(200, 5, [{ row: 41, column: 3, value: 1e120 }]), options: small, cells: [[42, 4]] },
    { name: 'an input of 1e15 at float32', training: smoothTable(200, 5, [{ row: 41, column: 3, value: 1e15 }]), options: { ...small, precision: 'float32' }, cells: [[42, 4]] },
    {
      name: 'a stray of 1e5 that throws plain SGD off', training: smoothTable(200, 5, [{ row: 41, column: 3, value: 1e5 }]),
      options: { ...small, optimizer: { name: 'sgd', learningRate: 0.05 }, steps: 60 }, cells: [[42, 4]],
    },
    {
      name: 'a target of 1e200 in the validation table alone', training: smoothTable(200, 5), validation: smoothTable(80, 5, [{ row: 6, column: 5, value: 1e200 }]),
      options: { ...small, evaluateEvery: 1 }, cells: [[7, 6]],
    },
    { name: 'a target of 1e6 that stays finite, and is all of the loss', training: smoothTable(400, 5, [{ row: 41, column: 5, value: 1e6 }]), options: learns, cells: [[42, 6]] },
    { name: 'the same, standardised', onPage: 2, training: smoothTable(400, 5, [{ row: 41, column: 5, value: 1e6 }]), options: standardised, cells: [[42, 6]] },
    { name: 'two targets of 1e5 and -1e6', training: smoothTable(400, 5, [{ row: 41, column: 5, value: 1e5 }, { row: 7, column: 5, value: -1e6 }]), options: standardised, cells: [[8, 6], [42, 6]] },
    { name: 'an input of 1e6 that stays finite', training: smoothTable(400, 5, [{ row: 41, column: 0, value: 1e6 }]), options: learns, cells: [[42, 1]] },
    { name: 'an input of 1e6 by which its column is scaled', training: smoothTable(400, 5, [{ row: 41, column: 0, value: 1e6 }]), options: standardised, cells: [[42, 1]] },
    {
      name: 'a target of 1e6 in the validation table, whose loss stays finite', training: smoothTable(400, 5), validation: smoothTable(80, 5, [{ row: 6, column: 5, value: 1e6 }]),
      options: standardised, cells: [[7, 6]], also: ({ fix }) => expect(fix?.flags).toEqual(['--repair-validation 7:6']),
    },
    {
      name: 'a target of 1e6 in each of both tables', training: smoothTable(400, 5, [{ row: 41, column: 5, value: 1e6 }]),
      validation: smoothTable(80, 5, [{ row: 6, column: 5, value: 1e6 }], 'validation'), options: standardised, cells: [[7, 6], [42, 6]],
      also: ({ fix }) => expect(fix?.flags).toEqual(['--exclude-rows 42', '--repair-validation 7:6']),
    },
    {
      name: 'an input of 1e5 in the validation table, whose loss stays finite', training: smoothTable(400, 5), validation: smoothTable(80, 5, [{ row: 6, column: 0, value: 1e5 }]),
      options: { ...standardised, network: { hidden: [8], dropout: 0, activation: 'relu' } }, cells: [[7, 1]],
    },
    {
      name: 'another program, at whose failing step a far row is drawn first', cells: [[42, 4]],
      watched: () => ({ table: smoothTable(200, 5, [{ row: 41, column: 3, value: 1e200 }]), steps: stepsOf(smoothTable(200, 5), 20, [1, 0.9, Infinity]) }),
    },
  ],
  staysSilent: [
    { name: 'a cell that tanh held at its bound, in each of many steps that drew it', training: smoothTable(200, 5, [{ row: 5, column: 1, value: 3e30 }]), options: { ...small, steps: 200, precision: 'float32', network: { hidden: [12], activation: 'tanh' } } },
    // 60 in every third row is 60 deviations from a median of 0, and the column's own shape.
    { name: 'another program, with a column of zeros for the most part', watched: () => ({ table: mostlyZero, steps: stepsOf(mostlyZero, 20, [1, 0.9, NaN]) }) },
    { name: 'clean data', training: smoothTable(200, 5), options: small },
    { name: 'a stray that does no harm', training: smoothTable(200, 5, [{ row: 41, column: 3, value: 60 }]), options: small },
    { name: 'a rate that diverges', training: smoothTable(200, 5), options: { ...small, optimizer: { name: 'sgd', learningRate: 100 }, steps: 100 } },
    { name: 'NaN beside a stray', training: smoothTable(200, 5, [{ row: 41, column: 3, value: 1e5 }, { row: 9, column: 1, value: NaN }]), options: small },
    { name: 'a log-normal target', training: logNormal, options: standardised },
    { name: 'a log-normal target, hardly trained', training: logNormal, options: { ...small, steps: 5 } },
    { name: 'a Pareto target', training: pareto, options: standardised },
    { name: 'a Pareto target, hardly trained', training: pareto, options: { ...small, steps: 5 } },
    { name: 'amounts of the few rows that have one', training: claims, options: { ...standardised, steps: 5 } },
    { name: 'a far input that no target depends on', training: smoothTable(400, 5, [{ row: 41, column: 4, value: 1e6 }]), options: standardised },
  ],
})

test.each([
  { of: 'a target of 1e6', table: smoothTable(400, 5, [{ row: 41, column: 5, value: 1e6 }]), options: standardised },
  { of: 'an input of 1e6', table: smoothTable(400, 5, [{ row: 41, column: 0, value: 1e6 }]), options: learns },
])('a plan with $of is foreseen to be about it', async ({ table, options }) => {
  const explanation = await explain(planned({ training: table, validation: null }, options))
  expect(explanation).toMatchObject({ outcome: 'at-risk', cause: { id: 'outlier-overflow', cells: [{ row: 42 }] } })
  expect(explanation.text).toContain('outweighs all others')
  expect(explanation.text).not.toContain('too much for')
})

test.each([logNormal, pareto, claims])('a plan with a heavy-tailed target is not foreseen to fail (%#)', async table => {
  expect(await explain(planned({ training: table, validation: null }, standardised))).toMatchObject({ outcome: 'healthy', cause: null })
})

test('amounts of few rows are fewer than would count as a column of its own shape', () => {
  const column = claims.columns[5]
  const amounts = column?.kind === 'numeric' ? column.values.filter(value => value > 0).length : 0
  expect(amounts).toBeGreaterThan(5)
  expect(amounts).toBeLessThan(20)
})
