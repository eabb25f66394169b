/**
 * A model is all that predicting needs: the network, its parameters, how features and targets are scaled, the labels of
 * classes. `model.json` holds one. This room never trains.
 */
import { z } from 'zod/mini'
import { vector, type FloatArray } from '../backends/backend.ts'
import type { Network } from '../network/layout.ts'
import { activations, allBut, inWords, losses, positive, share, whenUsed, type InitializerSpec, type LossSpec, type Precision } from '../network/spec.ts'
import { isBroken, sealed } from '../numeric/seal.ts'
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
  return `${JSON.stringify(sealed({ format, version, ...rest, parameters: Array.from(parameters) }), null, 1).replace(/(?<=[\d.e+-],)\n\s+(?=-?[\d])/g, ' ')}\n`
}

const whole = whenUsed(() => z.int().check(z.minimum(0)))
const fromOne = whenUsed(() => whole().check(z.minimum(1)))
const scale = whenUsed(() => z.number().check(z.refine(value => value !== 0, 'a scale that is not 0')))
const layerSchema = whenUsed(() => z.object({
  index: whole(), inputs: fromOne(), units: fromOne(), activation: z.enum(activations), dropout: share,
  initializer: z.custom<InitializerSpec>(isNamed, 'an initializer'), biasInitializer: z.custom<InitializerSpec>(isNamed, 'an initializer'), weights: whole(), biases: whole(),
}))
const modelSchema = whenUsed(() => z.object({
  network: z.object({
    inputs: fromOne(), outputs: fromOne(), parameters: fromOne(), dropoutScale: z.enum(['predict', 'train']), layers: z.array(layerSchema()).check(z.minLength(1)),
  }),
  loss: z.union([z.object({ name: z.literal('huber'), delta: positive }), z.object({ name: z.enum(allBut(losses, 'huber')) })]),
  precision: z.enum(['float32', 'float64']),
  encoding: z.object({
    features: z.array(z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('numeric'), name: z.string(), mean: z.number(), scale: scale(), constant: z.boolean() }),
      z.object({ kind: z.literal('category'), name: z.string(), levels: z.array(z.string()).check(z.minLength(1)) }),
    ])).check(z.minLength(1)),
    target: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('numeric'), columns: z.array(z.object({ name: z.string(), mean: z.number(), scale: scale() })).check(z.minLength(1)) }),
      z.object({ kind: z.literal('class'), name: z.string(), labels: z.array(z.string()).check(z.minLength(2)), numeric: z.boolean(), output: z.enum(['binary', 'categorical']) }),
    ]),
    inputs: whole(), outputs: whole(),
  }),
  parameters: z.array(z.number()),
  fills: z.array(z.union([z.number(), z.string()])),
  metrics: z.nullable(z.record(z.string(), z.unknown())),
}))

function isNamed(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string'
}

/** Whether the text of a model that modelFromJson reads was changed after it was written: it then predicts something else than was trained. */
export function modelWasChanged(text: string): boolean {
  return isBroken(JSON.parse(text))
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
  const result = modelSchema().safeParse(held, inWords)
  if (!result.success) {
    const [issue] = result.error.issues
    throw damaged(name, `${issue?.path.map(String).join('.') ?? 'it'}: ${issue?.message ?? 'not as expected'}`)
  }
  const { parameters, ...model } = result.data
  const fault = inconsistency(model, parameters.length)
  if (fault !== null) throw damaged(name, fault)
  const values = vector(model.precision, parameters.length)
  values.set(parameters)
  return { ...model, parameters: values }
}

function damaged(name: string, what: string): PredictError {
  return new PredictError('model-damaged', `${name} is damaged or was edited (${what}); restore it or train again.`, { what })
}

/** What of a model does not fit together; null where all does. */
function inconsistency({ network, encoding }: Omit<Model, 'parameters'>, parameters: number): string | null {
  let offset = 0
  let width = network.inputs
  for (const { index, inputs, units, weights, biases } of network.layers) {
    if (inputs !== width || weights !== offset || biases !== offset + inputs * units) return `layer ${index + 1} does not follow on the one before`
    offset = biases + units
    width = units
  }
  if (width !== network.outputs) return `the last layer has ${width} units for ${network.outputs} outputs`
  if (offset !== network.parameters || parameters !== offset) return `${parameters} parameters where the layers need ${offset}`
  const features = encoding.features.reduce((sum, feature) => sum + (feature.kind === 'numeric' ? 1 : feature.levels.length), 0)
  if (features !== network.inputs || encoding.inputs !== features) return `features make ${features} numbers for ${network.inputs} inputs`
  const { target } = encoding
  const outputs = target.kind === 'numeric' ? target.columns.length : target.output === 'categorical' ? target.labels.length : 1
  const twoLabels = target.kind !== 'class' || target.output === 'categorical' || target.labels.length === 2
  if (outputs !== network.outputs || encoding.outputs !== outputs || !twoLabels) return `targets make ${outputs} numbers for ${network.outputs} outputs`
  return null
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
