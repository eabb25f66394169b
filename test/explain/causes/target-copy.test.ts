import type { Table } from '../../../src/table/table.ts'
import { smoothTable } from '../cases.ts'
import { causeSuite, small } from './suite.ts'

/** The third input is the target in other units; `noise` times the second input away from it. */
function copied(noise: number, table = smoothTable(300, 5)): Table {
  const [, other, , , , target] = table.columns
  return { ...table, columns: table.columns.map((column, i) => (i === 2 && column.kind === 'numeric' && target?.kind === 'numeric' && other?.kind === 'numeric' ? { ...column, values: target.values.map((y, row) => 1.8 * y + 32 + noise * (other.values[row] ?? 0)) } : column)) }
}
/** The target as two classes of text, and the third input a flag for them, wrong in `wrong` rows. */
function flagged(wrong: number, table = smoothTable(300, 5)): Table {
  const target = table.columns[5]
  const yes = (row: number): boolean => target?.kind === 'numeric' && (target.values[row] ?? 0) > 0.1
  return {
    ...table, columns: table.columns.map((column, i) => {
      if (i === 5) return { kind: 'text', name: column.name, codes: Int32Array.from({ length: 300 }, (_, row) => Number(yes(row))), levels: ['no', 'yes'] }
      return i === 2 ? { kind: 'numeric', name: column.name, values: Float64Array.from({ length: 300 }, (_, row) => Number(yes(row) !== row < wrong)) } : column
    }),
  }
}
/** Five switches of two values each, and a class that the third one is, whatever the others say. */
function switches(): Table {
  const table = smoothTable(300, 5)
  const columns = table.columns.map(column => (column.kind === 'numeric' ? { ...column, values: column.values.map(value => Number(value > 0)) } : column))
  const third = columns[2]
  return { ...table, columns: columns.map((column, i) => (i === 5 && third?.kind === 'numeric' ? { ...column, values: third.values } : column)) }
}
const options = { ...small, l2: 0, standardize: true, steps: 300, optimizer: { name: 'adam', learningRate: 0.02 } }
const ofClasses = { ...options, loss: { name: 'binary-cross-entropy-from-logits' } }
causeSuite('target-copy', {
  fires: [
    { name: 'in other units', onPage: 1, training: copied(0), options },
    { name: 'measured a second time', training: copied(1e-3), options },
    { name: 'a flag for its classes', training: flagged(0), options: ofClasses },
  ],
  staysSilent: [
    { name: 'a flag that is wrong now and then', training: flagged(9), options: ofClasses },
    { name: 'classes that a single switch makes, and nothing else tells of', training: switches(), options: ofClasses },
    { name: 'an input that goes along with it', training: copied(0.5), options },
    { name: 'inputs of its own', training: smoothTable(300, 5), options },
  ],
})
