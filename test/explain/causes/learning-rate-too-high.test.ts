import { expect, test } from 'vitest'
import { smoothTable, withTarget } from '../cases.ts'
import { stepsOf, watchAll } from '../programs.ts'
import { causeSuite, small } from './suite.ts'

const sgd = (learningRate: number, more: object = {}): object => ({ ...small, steps: 200, optimizer: { name: 'sgd', learningRate }, ...more })
const table = smoothTable(40, 3)
/** The sum of the first column and half the second. */
const plane = withTarget(smoothTable(400, 3), ([first = 0, second = 0]) => first + 0.5 * second)
const deep = { network: { hidden: [12, 12, 12, 12], activation: 'sigmoid' }, standardize: true, batchSize: 32, steps: 800 }
const watched = (losses: readonly number[]) => () => ({ table, steps: stepsOf(table, 10, losses) })
/** Two classes on either side of a plane, one row in eight or so on the wrong one. */
const mostlyTold = withTarget(smoothTable(300, 3), ([first = 0, second = 0]) => (first + 0.5 * second > 0) === Math.sin(1e4 * first) < 0.92 ? 1 : 0)
causeSuite('learning-rate-too-high', {
  fires: [
    { name: 'a schedule that jumps, in another program', watched: watched([1, 0.5, 0.2, 0.1, 0.1, 10, 1e4, 1e9, NaN]), also: ({ cause }) => expect(cause?.summary).toContain('had fallen to 0.1 at step') },
    {
      name: 'SGD at 20', onPage: 1, training: smoothTable(200, 5), options: { ...sgd(20) },
      also: ({ cause }) => expect(cause?.evidence['growth']).toBeGreaterThan(1.05),
    },
    { name: 'a straight line at 3', training: smoothTable(200, 5), options: { ...sgd(3, { network: { hidden: [], dropout: [] }, batchSize: 200, steps: 2000 }) } },
    {
      name: 'classes that are told apart, with sure errors', training: mostlyTold,
      options: { ...small, network: { hidden: [16], dropout: 0, activation: 'tanh' }, steps: 300, batchSize: 32, l2: 0, loss: 'binary-cross-entropy-from-logits', optimizer: { name: 'adam', learningRate: 5 } },
      also: ({ text }) => expect(text).toContain('so sure where it errs'),
    },
    { name: 'momentum', training: smoothTable(200, 5), options: { ...sgd(20), optimizer: { name: 'sgd', learningRate: 20, momentum: 0.9 } } },
    {
      // A rate that falls at the end leaves a loss at rest; on its way it was thrown far above what the best constant costs.
      name: 'a loss thrown up on its way by a rate that falls, in a deep network whose gradients are small as well', training: plane,
      options: { ...deep, seed: 2, optimizer: { name: 'sgd', learningRate: 1 } },
      also: ({ text }) => expect(text).toContain('on its way'),
    },
    {
      name: 'a log that stopped before its loss overflowed', watched: watched(Array.from({ length: 19 }, (_, i) => 1e3 ** i)),
      also: ({ outcome, text }) => expect({ outcome, text }).toEqual({ outcome: 'not-learning', text: expect.stringContaining('The loss ran away: it went from 1 to 1e54 in 19 steps') as string }),
    },
    { name: 'a log whose loss was thrown up and came down again', watched: watched([1, 4e3, 6e4, 9e3, 800, 90, 8, 2, ...Array.from({ length: 30 }, () => 0.9)]), also: ({ outcome, cause }) => expect([outcome, cause?.summary]).toEqual(['not-learning', expect.stringContaining('thrown up to 60000 at step 3')]) },
    { name: 'a log that ends far above all that knowing nothing costs, though it fell', watched: watched(Array.from({ length: 30 }, (_, i) => 1e30 / 2 ** i)), also: ({ text }) => expect(text).toContain('times what a network that knows nothing costs') },
    { name: 'a log whose loss grew in jumps', watched: watched(Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? 1 : 3) * 1.2 ** i)) },
  ],
  staysSilent: [
    { name: 'a program whose loss falls', watched: watched(Array.from({ length: 40 }, (_, i) => 1 / (i + 1))) },
    { name: 'a program whose loss falls, but for its last batch', watched: watched(Array.from({ length: 40 }, (_, i) => (i === 39 ? 500 : 1 / (i + 1)))) },
    { name: 'a program whose every fifth batch holds a far row', watched: () => ({ table: smoothTable(40, 3, [{ row: 7, column: 4, value: 300 }]), steps: stepsOf(table, 10, Array.from({ length: 40 }, (_, i) => (i % 5 < 3 ? 9000 : 0.1))) }) },
    { name: 'a program that met a far row twice', watched: watched(Array.from({ length: 40 }, (_, i) => (i % 20 === 7 ? 500 : 1 / (i + 1)))) },
    { name: 'a log of three batches of one row each', watched: watched([0.1, 0.02, 9]) },
    { name: 'a rate that suits', training: smoothTable(200, 5), options: { ...sgd(0.1, { steps: 1000 }) } },
    { name: 'NaN in an input', training: smoothTable(200, 5, [{ row: 5, column: 1, value: NaN }]), options: { ...sgd(0.1) } },
    {
      name: 'small gradients in a deep network at a rate that throws nothing up', training: plane,
      options: { ...deep, seed: 2, optimizer: { name: 'sgd', learningRate: 0.02 } },
    },
    { name: 'a stray of 1e5', training: smoothTable(200, 5, [{ row: 41, column: 3, value: 1e5 }]), options: { ...sgd(0.05) } },
  ],
})

test.each([
  { name: 'a loss that rose for two steps only', losses: [0.693, 2.66, 6.03, NaN], ruledOut: false },
  { name: 'a loss that fell', losses: [0.693, 0.5, 0.4, NaN], ruledOut: true },
])('$name before it failed: the rate is ruled out, $ruledOut', ({ losses, ruledOut }) => {
  const table = smoothTable(200, 5)
  const explanation = watchAll({ table, steps: stepsOf(table, 10, losses) }).explain()
  expect(explanation.ruledOut.some(({ id }) => id === 'learning-rate-too-high'), explanation.text).toBe(ruledOut)
})
