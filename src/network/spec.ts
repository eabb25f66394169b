/**
 * What can be trained, and how: one schema for the library's options, the settings file and the command line's flags.
 * This room says what a network is (layers, sizes, first weights, loss, optimizer); it runs nothing.
 *
 * Every field has its default here or in a recipe (`recipes.ts`); a complete object is called `Settings`.
 */
import { z } from 'zod'

export const activations = ['identity', 'relu', 'leaky-relu', 'tanh', 'sigmoid', 'softplus', 'gelu', 'silu', 'softmax'] as const
export type Activation = (typeof activations)[number]

export const initializers = [
  'he-normal', 'he-uniform', 'glorot-normal', 'glorot-uniform', 'lecun-normal', 'lecun-uniform', 'zeros', 'constant',
] as const
export type InitializerName = (typeof initializers)[number]

export const losses = [
  'half-mse', 'mse', 'mae', 'huber',
  'binary-cross-entropy', 'binary-cross-entropy-from-logits',
  'categorical-cross-entropy', 'categorical-cross-entropy-from-logits',
] as const
export type LossName = (typeof losses)[number]

/**
 * How values are parsed: zod could write a parser for each schema as source text, which takes longer to compile than a handful of
 * settings to check, and which pages that forbid `eval` report.
 */
export const plainly = { jitless: true } as const

/** A schema that is built when it is first used: building one costs more than a start without it should take. */
export function whenUsed<T>(build: () => T): () => T {
  let built: T | undefined
  return () => (built ??= build())
}

const positive = z.number().positive()
const share = z.number().min(0).lt(1)
const count = z.int().min(1).max(2 ** 31 - 1)

/** A column by its name, or by its number counted from 1. */
const columnReference = z.union([z.string(), z.int().min(1)])

const initializerSchema = z.union([
  z.enum(initializers).exclude(['constant']),
  z.strictObject({ name: z.enum(initializers).exclude(['constant']) }),
  z.strictObject({ name: z.literal('constant'), value: z.number() }),
])

const activation = z.enum(activations)

export const networkSchema = z.strictObject({
  /** Units of each hidden layer; empty for a linear model. */
  hidden: z.array(z.int().min(1).max(65_536)).max(64),
  /** Of the hidden layers: one for all, or one each. */
  activation: z.union([activation.exclude(['softmax']), z.array(activation.exclude(['softmax']))]),
  /** Of the output layer; left out, the loss chooses: sigmoid and softmax before a cross-entropy from probabilities, else identity. */
  outputActivation: activation.optional(),
  /** The share of units left out in training, after each hidden layer: one for all, or one each. */
  dropout: z.union([share, z.array(share)]),
  /** `predict`: activations times (1 - dropout) when predicting. `train`: kept units divided by (1 - dropout) in training. */
  dropoutScale: z.enum(['predict', 'train']),
  /** Of the weights: one for all layers, or one each (hidden layers, then output). */
  initializer: z.union([initializerSchema, z.array(initializerSchema)]),
  /** Of the biases. */
  biasInitializer: z.union([z.literal('zeros'), z.strictObject({ name: z.literal('constant'), value: z.number() })]),
})

export const lossSchema = z.union([
  z.enum(losses),
  z.strictObject({ name: z.enum(losses).exclude(['huber']) }),
  z.strictObject({ name: z.literal('huber'), delta: positive.default(1) }),
])

const rates = { learningRate: positive, weightDecay: z.number().min(0).default(0) }
export const optimizerSchema = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('sgd'), ...rates, momentum: z.number().min(0).lt(1).default(0), nesterov: z.boolean().default(false) }),
  z.strictObject({
    name: z.literal('rmsprop'), ...rates,
    rho: z.number().min(0).lt(1).default(0.9), momentum: z.number().min(0).lt(1).default(0), epsilon: z.number().min(0).default(1e-7),
  }),
  z.strictObject({
    name: z.enum(['adam', 'adamw']), ...rates,
    beta1: z.number().min(0).lt(1).default(0.9), beta2: z.number().min(0).lt(1).default(0.999), epsilon: z.number().min(0).default(1e-8),
  }),
])

const warmUp = { /** The share of all steps in which the rate rises linearly from 0. */ warmUp: z.number().min(0).max(1).default(0) }
export const scheduleSchema = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('constant'), ...warmUp }),
  /** Times `factor` after every `every` steps. */
  z.strictObject({ name: z.literal('step'), every: count, factor: positive.default(0.1), ...warmUp }),
  /** Times `factor` in each step: rate * factor^(step - 1). */
  z.strictObject({ name: z.literal('exponential'), factor: positive, ...warmUp }),
  /** From the rate to rate * `final` along half a cosine. */
  z.strictObject({ name: z.literal('cosine'), final: z.number().min(0).max(1).default(0), ...warmUp }),
  /** Up from rate * `initial` to the rate in the first `warmUp` share of steps, then down to rate * `final`, both along half a cosine. */
  z.strictObject({
    name: z.literal('one-cycle'), initial: z.number().min(0).max(1).default(0.04), final: z.number().min(0).max(1).default(1e-4),
    warmUp: z.number().min(0).max(1).default(0.3),
  }),
])

/** How files are read, where that should not be found from the files themselves. */
export const readingSchema = z.strictObject({
  /** `number`: dates and times in text become seconds since 1970-01-01 00:00 UTC; the others say besides what comes first where the year is last. */
  dates: z.enum(['number', 'day-first', 'month-first']).optional(),
  /** `real`: the real part of complex variables, which are refused otherwise. */
  complex: z.literal('real').optional(),
  /** Further words, or numbers such as -999, that mean a missing value. */
  missing: z.array(z.string().min(1)).min(1).optional(),
  /** Of text files: what stands between two cells; a space means runs of spaces and tabs. */
  delimiter: z.string().length(1).optional(),
  decimal: z.enum(['.', ',']).optional(),
  /** Whether the first row holds the columns' names. */
  header: z.boolean().optional(),
  /** A label of the Encoding Standard, such as utf-16le, latin1 or gb18030. */
  encoding: z.string().min(1).optional(),
})

export const settingsSchema = z.strictObject({
  recipe: z.enum(['default', 'classic']),

  /** The column or columns to predict; left out, the last column that can be a target. */
  target: z.union([columnReference, z.array(columnReference).min(1)]).optional(),
  /** The columns to predict from; left out, every other numeric column. */
  inputs: z.array(columnReference).min(1).optional(),
  /** The variable or file to train on; left out, found by its name. */
  train: z.string().optional(),
  /** The variable or file to validate on, the share of training rows to put aside, or none; left out, found by name, else 0.2. */
  validation: z.union([z.string(), z.number().gt(0).lt(1), z.literal(false)]).optional(),
  /** How files are read; of tables that a program hands in it says nothing. */
  reading: readingSchema.optional(),
  /** Training rows to leave out, counted from 1. */
  excludeRows: z.array(z.int().min(1)),
  /** Cells to fill with the median of their column's finite training values, counted from 1. For replays. */
  repair: z.array(z.strictObject({ side: z.enum(['training', 'validation']), row: z.int().min(1), column: z.int().min(1) })),
  /** Training rows to skip in the batches that draw them, counted from 1; divisor and draws stay. For replays. */
  passOver: z.array(z.int().min(1)),
  /** Cells that are not finite: leave the row out, refuse, put the column's median, or train on them. */
  nonFinite: z.enum(['drop', 'error', 'impute', 'keep']),
  /** Features and numeric targets to mean 0 and deviation 1 by the training rows. */
  standardize: z.boolean(),

  network: networkSchema,
  loss: lossSchema,
  reduction: z.enum(['mean', 'sum']),
  /** The term 0.5 * l2 * (sum of squared weights) in the loss; biases not. */
  l2: z.number().min(0),
  optimizer: optimizerSchema,
  schedule: scheduleSchema,
  /** Bounds on the gradient before the update: on each element, and then on the norm of all of it. */
  clip: z.strictObject({ norm: positive.optional(), value: positive.optional() }),

  batchSize: count,
  /** `fresh`: each step draws its batch from all rows. `epoch`: each epoch deals every row out once. Both without replacement. */
  sampling: z.enum(['fresh', 'epoch']),
  /** How long to train: `steps` updates, or `epochs` times ceil(rows / batchSize) updates. */
  steps: count.optional(),
  epochs: count.optional(),
  /** The validation table is evaluated after every so many steps; left out, after each epoch's worth. */
  evaluateEvery: count.optional(),
  /** Stop after `patience` evaluations without a lower validation loss, and restore the best weights; false trains to the end. */
  earlyStopping: z.union([z.literal(false), z.strictObject({ patience: count, minDelta: z.number().min(0).default(0) })]),

  seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER),
  draws: z.enum(['philox', 'numpy']),
  precision: z.enum(['float32', 'float64']),
  /** Fixed blocks of rows in which sums over the batch are taken; left out, 1 below a batch of 2,048, else 16. */
  blocks: z.int().min(1).max(1024).optional(),
  /** Left out, chosen by timing. Never changes a bit of the result. */
  threads: z.int().min(1).max(256).optional(),
  /** Relaxed SIMD where there is one: faster, and its bits are the machine's own. */
  fast: z.boolean(),
  onIncident: z.enum(['stop', 'repair']),
  /** Print both losses every so many steps. */
  printEvery: z.int().min(0),
})

export type NetworkSpec = z.output<typeof networkSchema>
export type LossSpec = { readonly name: Exclude<LossName, 'huber'> } | { readonly name: 'huber'; readonly delta: number }
export type OptimizerSpec = z.output<typeof optimizerSchema>
export type ScheduleSpec = z.output<typeof scheduleSchema>
export type ClipSpec = { readonly norm?: number | undefined; readonly value?: number | undefined }
export type InitializerSpec = { readonly name: Exclude<InitializerName, 'constant'> } | { readonly name: 'constant'; readonly value: number }
export type Settings = z.output<typeof settingsSchema>
export type Reading = z.output<typeof readingSchema>
export type Precision = Settings['precision']
export type Reduction = Settings['reduction']

export function lossSpec(loss: Settings['loss']): LossSpec {
  if (typeof loss !== 'string') return loss
  return loss === 'huber' ? { name: 'huber', delta: 1 } : { name: loss }
}

export function initializerSpec(initializer: z.output<typeof initializerSchema>): InitializerSpec {
  return typeof initializer === 'string' ? { name: initializer } : initializer
}

/** Whether targets are classes, so that the output has one unit a class (or one for two classes). */
export function isClassification(loss: LossName): boolean {
  return loss.includes('cross-entropy')
}

/** Whether the network has an output per class and the target is one-hot. */
export function isCategorical(loss: LossName): boolean {
  return loss.startsWith('categorical')
}

/** What the output layer does unless told: probabilities where the loss takes probabilities, else nothing. */
export function defaultOutputActivation(loss: LossName): Activation {
  if (loss === 'binary-cross-entropy') return 'sigmoid'
  if (loss === 'categorical-cross-entropy') return 'softmax'
  return 'identity'
}
