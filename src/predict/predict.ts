/** From a model and a table to numbers, row by row; a row with a missing cell gets no number and is named. */
import { softmaxForward } from '../backends/activations.ts'
import { float64 } from '../backends/arithmetic.ts'
import type { Backend, FloatArray, Problem, Trainer } from '../backends/backend.ts'
import { matchNames } from '../table/columns.ts'
import { columnOf, decodeOutputs, encodeFeatures, findUnknownCategories, type Encoding } from '../table/encode.ts'
import { chooseRows, findNonFinite, type BadCell } from '../table/rows.ts'
import type { Table } from '../table/table.ts'
import { PredictError } from './errors.ts'
import type { Model } from './model.ts'

export interface Prediction {
  /** For each target its predictions in the table's units, one a row; NaN where a row could not be predicted. */
  readonly values: readonly { readonly name: string; readonly values: Float64Array }[]
  /** For classes: the most probable label of each row (null where there is none), and each label's probability. */
  readonly classes: null | { readonly name: string; readonly labels: readonly (string | null)[]; readonly probabilities: readonly { readonly label: string; readonly values: Float64Array }[] }
  /** Cells that were filled as in training, for a model trained with imputation. */
  readonly filled: readonly BadCell[]
  /** Cells for which rows could not be predicted. */
  readonly bad: readonly BadCell[]
}

/** Predicts every row of a table whose columns carry the model's names. Throws TableError where a column is missing. */
export async function predict(model: Model, given: Table, backendFor: (problem: Problem) => Backend): Promise<Prediction> {
  const { encoding } = model
  const columns = matchNames(encoding.features.map(feature => feature.name), given, 'the model')
  const table = withNumbersForEmpty(given, columns, encoding)
  const imputed = model.fills.length === 0 ? null
    : chooseRows(table, columns, 'impute', { precision: model.precision, fills: model.fills.slice(0, columns.length) })
  const filled = imputed?.table ?? table
  const filledCells = imputed?.imputed ?? []
  const rows = Uint32Array.from({ length: table.rows }, (_, row) => row)
  const bad = [...findNonFinite(filled, columns, model.precision), ...findUnknownCategories(filled, columns, rows, encoding)].sort((a, b) => a.index - b.index)
  const features = encodeFeatures(filled, columns, rows, encoding, model.precision, { unknown: 'nan' })
  const trainer = await createPredictor(model, backendFor)
  try {
    const outputs = trainer.predict(features, table.rows)
    // An infinite cell may leave a number behind it; its row is not predicted all the same.
    for (const { index } of bad) outputs.fill(Number.NaN, index * encoding.outputs, (index + 1) * encoding.outputs)
    return { ...readOutputs(encoding, model.loss.name, outputs), filled: filledCells, bad }
  } finally {
    trainer.dispose()
  }
}

/** A column without a single cell reads as text; where the model takes numbers, it is numbers that are all missing. */
function withNumbersForEmpty(table: Table, columns: readonly number[], { features }: Encoding): Table {
  const replaced = [...table.columns]
  columns.forEach((index, i) => {
    const column = table.columns[index]
    if (features[i]?.kind !== 'numeric' || column?.kind !== 'text' || column.codes.some(code => code >= 0)) return
    replaced[index] = { kind: 'numeric', name: column.name, values: new Float64Array(table.rows).fill(Number.NaN) }
  })
  return { ...table, columns: replaced, origin: (row, column) => table.origin(row, column) }
}

/** A trainer that will only predict. */
export async function createPredictor(model: Model, backendFor: (problem: Problem) => Backend): Promise<Trainer> {
  const { network, loss, precision, parameters } = model
  const nothing = { rows: 0, inputs: network.inputs, outputs: network.outputs, features: parameters.subarray(0, 0), targets: parameters.subarray(0, 0) }
  const problem: Problem = {
    network, loss, precision, reduction: 'mean', l2: 0, clip: {}, blocks: 1, seed: 0, training: nothing,
    optimizer: { name: 'sgd', learningRate: 1, weightDecay: 0, momentum: 0, nesterov: false },
  }
  if (parameters.length !== network.parameters) {
    throw new PredictError('model-damaged', `The model has ${parameters.length} parameters and its network needs ${network.parameters}.`)
  }
  return backendFor(problem).createTrainer(problem, parameters)
}

/** Network outputs [rows, outputs] in the target's own terms. */
export function readOutputs(encoding: Encoding, loss: string, outputs: FloatArray): Omit<Prediction, 'bad' | 'filled'> {
  const { target } = encoding
  if (target.kind === 'numeric') {
    const decoded = decodeOutputs(outputs, encoding)
    const width = target.columns.length
    return {
      values: target.columns.map(({ name }, o) => ({ name, values: columnOf(decoded, o, width) })),
      classes: null,
    }
  }
  const probabilities = classProbabilities(encoding, loss, outputs)
  const { labels } = target
  const rows = probabilities.length / labels.length
  return {
    values: [],
    classes: {
      name: target.name,
      labels: Array.from({ length: rows }, (_, row) => {
        const best = mostProbable(probabilities, row * labels.length, labels.length)
        return best === -1 ? null : (labels[best] ?? null)
      }),
      probabilities: labels.map((label, k) => ({ label, values: columnOf(probabilities, k, labels.length) })),
    },
  }
}

/** Probabilities [rows, labels] from outputs [rows, outputs], which are logits or probabilities by the loss's name. */
export function classProbabilities(encoding: Encoding, loss: string, outputs: FloatArray): Float64Array {
  const labels = encoding.target.kind === 'class' ? encoding.target.labels.length : 0
  const logits = loss.endsWith('from-logits')
  if (encoding.outputs === 1) {
    const out = new Float64Array(outputs.length * 2)
    for (let row = 0; row < outputs.length; row++) {
      const p = logits ? float64.sigmoid(outputs[row]!) : outputs[row]!
      out[2 * row] = 1 - p
      out[2 * row + 1] = p
    }
    return out
  }
  const out = Float64Array.from(outputs)
  if (logits) for (let at = 0; at < out.length; at += labels) softmaxForward(float64, Float64Array.from(outputs.subarray(at, at + labels)), out.subarray(at, at + labels), 0, labels)
  return out
}

function mostProbable(probabilities: Float64Array, from: number, count: number): number {
  let best = -1
  for (let k = 0; k < count; k++) {
    const p = probabilities[from + k]!
    if (p === p && (best === -1 || p > probabilities[from + best]!)) best = k
  }
  return best
}
