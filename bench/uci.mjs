/**
 * How good `fit` is without options: the five regression tables that papers on small networks report on, their 20 published
 * splits (90 % training, 10 % test), test RMSE beside a straight line and the published figures.
 *
 *     npm run build && node bench/uci.mjs [--splits 20] [--set concrete,yacht] [--options '{"epochs":100}']
 *
 * The tables lie in the folder uci of $WHYNAN_CORPORA, else ../shared/uci; they are read there and never copied. Split k is the
 * k-th permutation of NumPy's legacy generator seeded with 1. `fit` sees the 90 % alone, and puts its own validation rows aside.
 */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { fit, NumpyRandom } from '../dist/index.js'
import { readTables } from '../dist/node/index.js'

/** "MC dropout 2018 grid" and the straight line, test RMSE as published: mean over the 20 splits. */
const published = {
  concrete: { linear: 10.31, grid: 4.826 },
  energy: { linear: 3.06, grid: 0.539 },
  kin8nm: { linear: 0.2023, grid: 0.0789 },
  'power-plant': { linear: 4.61, grid: 4.014 },
  yacht: { linear: 8.97, grid: 0.666 },
}

const { values } = parseArgs({ options: { splits: { type: 'string', default: '20' }, set: { type: 'string' }, options: { type: 'string', default: '{}' } } })
const folder = join(process.env.WHYNAN_CORPORA ?? join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'shared'), 'uci')
if (!existsSync(folder)) {
  console.error(`The tables are not at ${folder}; set WHYNAN_CORPORA to the folder that holds uci/.`)
  process.exit(1)
}

console.log('set           test RMSE  (sd)     straight line   2018 grid   ratio   s/fit')
for (const set of values.set?.split(',') ?? Object.keys(published)) {
  const { tables } = await readTables(join(folder, `${set}.csv`))
  const [table] = tables
  const random = new NumpyRandom(1)
  const errors = []
  const lines = []
  let seconds = 0
  for (let split = 0; split < Number(values.splits); split++) {
    const order = random.permutation(table.rows)
    const size = Math.round(0.9 * table.rows)
    const test = rowsOf(table, order.slice(size))
    const run = await fit(rowsOf(table, order.slice(0, size)), JSON.parse(values.options))
    const [predicted] = (await run.predict(test)).values
    errors.push(rmse(predicted.values, test.columns.at(-1).values))
    lines.push(run.baseline.linear.rmse)
    seconds += run.seconds
  }
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length
  const deviation = Math.sqrt(errors.reduce((sum, error) => sum + (error - mean) ** 2, 0) / errors.length)
  const { grid, linear } = published[set]
  console.log(`${set.padEnd(12)}  ${mean.toPrecision(4).padStart(9)}  ${deviation.toPrecision(2).padEnd(7)}  ${String(linear).padStart(13)}   ${String(grid).padStart(9)}   ${(mean / grid).toFixed(3)}   ${(seconds / errors.length).toFixed(2)}`)
}

function rowsOf({ name, columns }, rows) {
  const picked = columns.map(column => ({ ...column, values: Float64Array.from(rows, row => column.values[row]) }))
  return { name, rows: rows.length, columns: picked, origin: () => ({}) }
}

function rmse(predicted, measured) {
  return Math.sqrt(predicted.reduce((sum, value, i) => sum + (value - measured[i]) ** 2, 0) / predicted.length)
}
