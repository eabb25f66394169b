import { expect } from 'vitest'
import type { Table } from '../../../src/table/table.ts'
import { smoothTable } from '../cases.ts'
import { stepsOf, type Seen } from '../programs.ts'
import { causeSuite, small } from './suite.ts'

/** A plane with noise; `seed` of its own for each table. */
function noisy(rows: number, seed: number, name: string): Table {
  let state = seed
  const uniform = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2147483648 - 1
  }
  const columns = Array.from({ length: 5 }, () => new Float64Array(rows))
  for (let row = 0; row < rows; row++) {
    const x = columns.slice(0, 4).map(column => (column[row] = uniform()))
    const target = columns[4]
    if (target !== undefined) target[row] = (x[0] ?? 0) + (x[1] ?? 0) + 0.8 * uniform()
  }
  return { ...smoothTable(rows, 4), name, columns: columns.map((values, i) => ({ kind: 'numeric', name: `column ${i + 1}`, values })) }
}
const options = { ...small, l2: 0, standardize: true, steps: 1200, evaluateEvery: 20, network: { hidden: [48, 48], dropout: 0, activation: 'relu' }, optimizer: { name: 'adam', learningRate: 0.005 } }
/** Steps of another program whose training loss halves every ten steps; `validation` gives the other loss. */
const seen = (validation: (step: number) => number) => (): Seen => {
  const table = smoothTable(40, 3)
  const losses = Array.from({ length: 60 }, (_, i) => 4 * 2 ** (-i / 10))
  return { table, steps: stepsOf(table, 10, losses).map((step, i) => ({ ...step, validation: validation(i) })) }
}
causeSuite('overfitting', {
  fires: [
    { name: 'thirty rows by heart', onPage: 1, training: noisy(30, 1, 'training'), validation: noisy(200, 2, 'validation'), options },
    {
      // Float32 forgets no row; over so many rows that its noise averages out, the validation loss falls and then stays.
      name: 'by heart, with a validation loss that stays', training: noisy(40, 3, 'training'), validation: noisy(200, 2, 'validation'),
      options: { ...options, steps: 300, evaluateEvery: 100, optimizer: { name: 'adam', learningRate: 0.02 } },
      also: ({ text }) => expect(text).toMatch(/with 2,\d+ parameters for them/),
    },
    {
      name: 'a program whose validation loss turned', watched: seen(i => 3 + Math.abs(i - 20) / 10),
      // The turn is at the 21st step by construction, at 3.
      also: ({ outcome, cause }) => expect({ outcome, says: cause?.summary }).toMatchObject({ outcome: 'not-learning', says: expect.stringContaining('lowest at step 21, 3') as string }),
    },
  ],
  staysSilent: [
    { name: 'a program whose validation loss falls with the other', watched: seen(i => 5 * 2 ** (-i / 10)) },
    { name: 'a program whose validation loss wavers about what is left of it', watched: seen(i => 5 * 2 ** (-Math.min(i, 50) / 8) * (i % 2 === 0 ? 1 : 1.8)) },
    { name: 'a program whose validation loss stays', watched: seen(i => 3 + (i % 3) / 10) },
    { name: 'a handful of steps that jump', training: noisy(200, 1, 'training'), validation: noisy(200, 2, 'validation'), options: { ...options, steps: 8, evaluateEvery: 1, optimizer: { name: 'sgd', learningRate: 0.3 } } },
    { name: 'a thousand rows', training: noisy(1000, 1, 'training'), validation: noisy(200, 2, 'validation'), options: { ...options, steps: 200 } },
    { name: 'thirty rows, stopped early', training: noisy(30, 1, 'training'), validation: noisy(200, 2, 'validation'), options: { ...options, earlyStopping: { patience: 3 } } },
  ],
})
