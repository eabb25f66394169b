import type { Table } from '../../../src/table/table.ts'
import { smoothTable } from '../cases.ts'
import { causeSuite, small } from './suite.ts'

/** Inputs that say little of the target: what is learned of a row is the row itself. */
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
    if (target !== undefined) target[row] = (x[0] ?? 0) + 0.7 * uniform()
  }
  return { ...smoothTable(rows, 4), name, columns: columns.map((values, i) => ({ kind: 'numeric', name: `column ${i + 1}`, values })) }
}

/** A validation table of which `share` are training rows. */
function sharing(share: number, training: Table): Table {
  const own = noisy(50, 7, 'validation')
  const count = Math.round(share * own.rows)
  return { ...own, columns: own.columns.map((column, i) => {
    const from = training.columns[i]
    return column.kind === 'numeric' && from?.kind === 'numeric' ? { ...column, values: column.values.map((value, row) => (row < count ? from.values[row] ?? value : value)) } : column
  }) }
}
const training = noisy(100, 3, 'training')
const options = { ...small, l2: 0, standardize: true, steps: 1000, evaluateEvery: 100, network: { hidden: [32, 32], dropout: 0, activation: 'relu' }, optimizer: { name: 'adam', learningRate: 0.005 } }
causeSuite('duplicates-across-split', {
  fires: [
    { name: 'four validation rows in five', onPage: 1, training, validation: sharing(0.8, training), options },
  ],
  staysSilent: [
    { name: 'none', training, validation: sharing(0, training), options: { ...options, steps: 100 } },
    { name: 'one', training, validation: sharing(0.02, training), options: { ...options, steps: 100 } },
  ],
})
