/** Fits a network to rows that a program made, and predicts others. */
import { fit, tableFromRows } from 'whynan'

const names = ['x', 'y', 'z']
const rows = Array.from({ length: 400 }, (_, i) => {
  const [x, y] = [Math.sin(i), Math.cos(1.7 * i)]
  return [x, y, x * y]
})
const run = await fit(tableFromRows('products', rows, names), { target: 'z', epochs: 300, seed: 1 })
if (run.validation === null || !('rmse' in run.validation)) throw new Error('A regression was expected.')
console.log(`RMSE ${run.validation.rmse.toPrecision(2)}, the straight line ${run.baseline.linear?.rmse.toPrecision(2)}`)

const { values } = await run.predict(tableFromRows('new', [[0.5, 0.5], [-0.5, 0.8]], ['x', 'y']))
console.log(values.map(({ name, values: predicted }) => `${name}: ${Array.from(predicted, value => value.toFixed(2)).join(', ')}`).join('\n'))
