/** Stops a run from outside, keeps its model as text, and predicts with the model later. */
import { fit, modelFromJson, modelToJson, tableFromRows } from 'whynan'

const table = tableFromRows('line', Array.from({ length: 200 }, (_, i) => [i / 200, 3 * (i / 200) - 1]), ['x', 'y'])
const stop = new AbortController()
const run = await fit(table, {
  target: 'y', steps: 1_000_000, earlyStopping: false, signal: stop.signal,
  onStep: ({ step }) => {
    if (step === 500) stop.abort()
  },
})
console.log(run.status)

const text = modelToJson(run.model)
const model = modelFromJson(text)
console.log(`${model.network.parameters} parameters in ${model.precision}, ${text.length > 1000 ? 'as JSON' : 'too short'}`)
