import { expect } from 'vitest'
import type { Table } from '../../../src/table/table.ts'
import { lineTable, smoothTable } from '../cases.ts'
import { stepsOf } from '../programs.ts'
import { causeSuite, small } from './suite.ts'

function scaled(by: number, table = smoothTable(200, 5)): Table {
  return { ...table, columns: table.columns.map((column, i) => (i === 1 && column.kind === 'numeric' ? { ...column, values: column.values.map(value => value * by) } : column)) }
}
const table = smoothTable(200, 5)
// 10 * 1.7^24 = 3.39e6 at the end.
const raised = Array.from({ length: 25 }, (_, i) => 10 * 1.7 ** i)
const sgd = { ...small, steps: 200, optimizer: { name: 'sgd', learningRate: 0.05 } }
causeSuite('inputs-not-scaled', {
  fires: [
    { name: 'one column a thousand times the others', onPage: 1, training: scaled(1000), options: sgd, also: ({ text }) => expect(text).toContain('346000 times') },
    {
      name: 'by an optimizer whose steps do not grow with the gradient', training: scaled(1e6), options: { ...sgd, l2: 0, network: { hidden: [8], activation: 'relu' }, optimizer: { name: 'adam', learningRate: 0.02 } },
      // Its root mean square is 588,000, as that of a thousandth of it is 588.
      also: ({ text }) => expect(text.replace(/\s+/g, ' ')).toContain('its weights have to be about 1.7e-6, and a step of Adam is about 0.02 long'),
    },
    {
      name: 'units of tanh at their bounds', training: scaled(1e6), options: { ...sgd, l2: 0, network: { hidden: [8], activation: 'tanh' }, optimizer: { name: 'adam', learningRate: 0.01 } },
      also: ({ text }) => expect(text).toContain('stand at a bound'),
    },
    // A loss that grows 1e8 times a step has a rate of 1e4 over the curvature of inputs of 1,000: one that inputs of size 1 bear.
    { name: 'another program whose rate is told by its loss', step: 6, watched: () => ({ table: scaled(1000), steps: stepsOf(table, 10, [1, 1e8, 1e16, 1e24, 1e32, Infinity]) }) },
    { name: 'another program whose rate would suit scaled inputs', step: 5, watched: () => ({ table: scaled(1000), steps: stepsOf(table, 10, [1, 1e8, 1e16, 1e24, Infinity]), options: { optimizer: 'sgd', learningRate: 0.01 } }) },
    { name: 'a line over 1 to 30, whose targets are larger than its inputs', training: lineTable(30), options: { ...sgd, l2: 0, network: { hidden: [] }, optimizer: { name: 'sgd', learningRate: 0.01 } } },
    { name: 'the same by a network', training: lineTable(30), options: { ...sgd, l2: 0, optimizer: { name: 'sgd', learningRate: 0.02 } } },
    {
      name: 'a log whose loss ran away at a rate that suits inputs of size 1',
      watched: () => ({ table: lineTable(30), steps: stepsOf(lineTable(30), 30, raised), options: { optimizer: 'sgd', learningRate: 0.01 } }),
      also: ({ text }) => expect(text.replace(/\s+/g, ' ')).toContain('the loss went from 10 to 3.39e6'),
    },
  ],
  staysSilent: [
    { name: 'another program whose rate suits nothing', watched: () => ({ table: scaled(10), steps: stepsOf(table, 10, [1, 1e8, 1e16, 1e24, Infinity]), options: { optimizer: 'sgd', learningRate: 5 } }) },
    { name: 'the same, standardised', training: scaled(1000), options: { ...sgd, standardize: true, steps: 800 } },
    { name: 'all of one size', training: smoothTable(200, 5), options: { ...sgd, steps: 1000 } },
    { name: 'a log that ran away over inputs of size 1', watched: () => ({ table: smoothTable(40, 3), steps: stepsOf(smoothTable(40, 3), 10, raised) }) },
    {
      name: 'a log that ran away of a program that scales its inputs',
      watched: () => ({ table: lineTable(30), steps: stepsOf(lineTable(30), 30, raised), options: { standardize: true } }),
    },
    { name: 'a rate that is too high for any data', training: scaled(10), options: { ...sgd, optimizer: { name: 'sgd', learningRate: 50 } } },
  ],
})
