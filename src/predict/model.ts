/**
 * A model is all that predicting needs: the network, its parameters, how features and targets are scaled, the labels of
 * classes. `model.json` holds one. This room never trains.
 */
import type { FloatArray } from '../backends/backend.ts'
import { vector } from '../backends/backend.ts'
import type { Network } from '../network/layout.ts'
import type { LossSpec, Precision } from '../network/spec.ts'
import type { Encoding } from '../table/encode.ts'
import { PredictError } from './errors.ts'

export interface Model {
  readonly network: Network
  readonly loss: LossSpec
  readonly precision: Precision
  readonly encoding: Encoding
  /** What missing feature cells became in training, feature by feature; empty unless they were imputed. */
  readonly fills: readonly (number | string)[]
  /** The flat vector of network/layout.ts. */
  readonly parameters: FloatArray
  /** The validation table's figures when the model was made; for people. */
  readonly metrics: Readonly<Record<string, unknown>> | null
}

const format = 'whynan-model'
const version = 1

/** model.json: everything as JSON, parameters as numbers that read back to the same bits. */
export function modelToJson(model: Model): string {
  const { parameters, ...rest } = model
  return `${JSON.stringify({ format, version, ...rest, parameters: Array.from(parameters) }, null, 1).replace(/(?<=[\d.e+-],)\n\s+(?=-?[\d])/g, ' ')}\n`
}

/** Throws PredictError: `model-damaged`, `model-version`. */
export function modelFromJson(text: string, name = 'model.json'): Model {
  const held = parsed(text, name)
  if (held['format'] !== format) {
    throw new PredictError('model-damaged', `${name} is not a whynan model: its format is ${JSON.stringify(held['format'] ?? null)}, expected ${JSON.stringify(format)}.`)
  }
  if (held['version'] !== version) {
    throw new PredictError('model-version', `${name} is version ${JSON.stringify(held['version'])} of the model format and this whynan reads version ${version}; use the whynan that wrote it, or train again.`)
  }
  const { network, loss, precision, encoding, parameters, fills, metrics } = held as unknown as Omit<Model, 'parameters'> & { parameters: unknown }
  const expected = typeof network === 'object' && network !== null ? network.parameters : 0
  if (!Array.isArray(parameters) || parameters.length !== expected || !parameters.every(value => typeof value === 'number') || encoding?.features === undefined) {
    throw new PredictError('model-damaged', `${name} is damaged: expected ${expected} numbers as parameters, got ${Array.isArray(parameters) ? parameters.length : 'none'}; restore it or train again.`)
  }
  const values = vector(precision, expected)
  values.set(parameters)
  return { network, loss, precision, encoding, fills: fills ?? [], parameters: values, metrics: metrics ?? null }
}

function parsed(text: string, name: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  } catch {
    // Said below: a file that is no JSON was cut short or is something else.
  }
  throw new PredictError('model-damaged', `${name} is not a whynan model: it is not whole JSON (${text.length} characters). It may have been cut short; restore it or train again.`)
}
