/**
 * What can be trained, and how: one schema for the library's options, the settings file and the command line's flags.
 * This room says what a network is (layers, sizes, first weights, loss, optimizer); it runs nothing.
 *
 * Every field has its default here or in a recipe (`recipes.ts`); a complete object is called `Settings`.
 */
import { _default as withDefault, z } from 'zod/mini'

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
 * How values are parsed where a complaint may be shown in zod's words: zod/mini has none until they are given, and those given for
 * the whole program may be in another language.
 */
export const inWords = { error: (issue: z.core.$ZodRawIssue) => z.locales.en().localeError(issue) } as const

/** A schema that is built when it is first used: building one costs more than a start without it should take. */
export function whenUsed<T>(build: () => T): () => T {
  let built: T | undefined
  return () => (built ??= build())
}

/** An array's words without one of them. */
export function allBut<T extends string, L extends T>(words: readonly T[], left: L): Exclude<T, L>[] {
  return words.filter((word): word is Exclude<T, L> => word !== left)
}

export const positive = z.number().check(z.positive())
export const notNegative = z.number().check(z.minimum(0))
export const share = z.number().check(z.minimum(0), z.lt(1))
/** A share that may be all. */
const fraction = z.number().check(z.minimum(0), z.maximum(1))
const fromOne = z.int().check(z.minimum(1))
const count = z.int().check(z.minimum(1), z.maximum(2 ** 31 - 1))
const someText = z.string().check(z.minLength(1))

/** A column by its name, or by its number counted from 1. */
const columnReference = z.union([z.string(), fromOne])
const columnReferences = z.array(columnReference).check(z.minLength(1))

const namedInitializer = z.enum(allBut(initializers, 'constant'))
const constantInitializer = z.strictObject({ name: z.literal('constant'), value: z.number() })
const initializerSchema = z.union([namedInitializer, z.strictObject({ name: namedInitializer }), constantInitializer])

const hiddenActivation = z.enum(allBut(activations, 'softmax'))

export const networkSchema = z.strictObject({
  /** Units of each hidden layer; empty for a linear model. */
  hidden: z.array(z.int().check(z.minimum(1), z.maximum(65_536))).check(z.maxLength(64)),
  /** Of the hidden layers: one for all, or one each. */
  activation: z.union([hiddenActivation, z.array(hiddenActivation)]),
  /** Of the output layer; left out, the loss chooses: sigmoid and softmax before a cross-entropy from probabilities, else identity. */
  outputActivation: z.optional(z.enum(activations)),
  /** The share of units left out in training, after each hidden layer: one for all, or one each. */
  dropout: z.union([share, z.array(share)]),
  /** `predict`: activations times (1 - dropout) when predicting. `train`: kept units divided by (1 - dropout) in training. */
  dropoutScale: z.enum(['predict', 'train']),
  /** Of the weights: one for all layers, or one each (hidden layers, then output). */
  initializer: z.union([initializerSchema, z.array(initializerSchema)]),
  /** Of the biases. */
  biasInitializer: z.union([z.literal('zeros'), constantInitializer]),
})

export const lossSchema = z.union([
  z.enum(losses),
  z.strictObject({ name: z.enum(allBut(losses, 'huber')) }),
  z.strictObject({ name: z.literal('huber'), delta: withDefault(positive, 1) }),
])

const rates = { learningRate: positive, weightDecay: withDefault(notNegative, 0) }
export const optimizerSchema = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('sgd'), ...rates, momentum: withDefault(share, 0), nesterov: withDefault(z.boolean(), false) }),
  z.strictObject({
    name: z.literal('rmsprop'), ...rates,
    rho: withDefault(share, 0.9), momentum: withDefault(share, 0), epsilon: withDefault(notNegative, 1e-7),
  }),
  z.strictObject({
    name: z.enum(['adam', 'adamw']), ...rates,
    beta1: withDefault(share, 0.9), beta2: withDefault(share, 0.999), epsilon: withDefault(notNegative, 1e-8),
  }),
])

const warmUp = { /** The share of all steps in which the rate rises linearly from 0. */ warmUp: withDefault(fraction, 0) }
export const scheduleSchema = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('constant'), ...warmUp }),
  /** Times `factor` after every `every` steps. */
  z.strictObject({ name: z.literal('step'), every: count, factor: withDefault(positive, 0.1), ...warmUp }),
  /** Times `factor` in each step: rate * factor^(step - 1). */
  z.strictObject({ name: z.literal('exponential'), factor: positive, ...warmUp }),
  /** From the rate to rate * `final` along half a cosine. */
  z.strictObject({ name: z.literal('cosine'), final: withDefault(fraction, 0), ...warmUp }),
  /** Up from rate * `initial` to the rate in the first `warmUp` share of steps, then down to rate * `final`, both along half a cosine. */
  z.strictObject({
    name: z.literal('one-cycle'), initial: withDefault(fraction, 0.04), final: withDefault(fraction, 1e-4),
    warmUp: withDefault(fraction, 0.3),
  }),
])

/** How files are read, where that should not be found from the files themselves. */
export const readingSchema = z.strictObject({
  /** `number`: dates and times in text become seconds since 1970-01-01 00:00 UTC; the others say besides what comes first where the year is last. */
  dates: z.optional(z.enum(['number', 'day-first', 'month-first'])),
  /** `real`: the real part of complex variables, which are refused otherwise. */
  complex: z.optional(z.literal('real')),
  /** Further words, or numbers such as -999, that mean a missing value. */
  missing: z.optional(z.array(someText).check(z.minLength(1))),
  /** Of text files: what stands between two cells; a space means runs of spaces and tabs. */
  delimiter: z.optional(z.string().check(z.length(1))),
  decimal: z.optional(z.enum(['.', ','])),
  /** Whether the first row holds the columns' names. */
  header: z.optional(z.boolean()),
  /** A label of the Encoding Standard, such as utf-16le, latin1 or gb18030. */
  encoding: z.optional(someText),
})

export const settingsSchema = z.strictObject({
  recipe: z.enum(['default', 'classic']),

  /** The column or columns to predict; left out, the last column that can be a target. */
  target: z.optional(z.union([columnReference, columnReferences])),
  /** The columns to predict from; left out, every other numeric column. */
  inputs: z.optional(columnReferences),
  /** The variable or file to train on; left out, found by its name. */
  train: z.optional(z.string()),
  /** The variable or file to validate on, the share of training rows to put aside, or none; left out, found by name, else 0.2. */
  validation: z.optional(z.union([z.string(), z.number().check(z.gt(0), z.lt(1)), z.literal(false)])),
  /** How files are read; of tables that a program hands in it says nothing. */
  reading: z.optional(readingSchema),
  /** Training rows to leave out, counted from 1. */
  excludeRows: z.array(fromOne),
  /** Cells to fill with the median of their column's finite training values, counted from 1. For replays. */
  repair: z.array(z.strictObject({ side: z.enum(['training', 'validation']), row: fromOne, column: fromOne })),
  /** Training rows to skip in the batches that draw them, counted from 1; divisor and draws stay. For replays. */
  passOver: z.array(fromOne),
  /** Cells that are not finite: leave the row out, refuse, put the column's median, or train on them. */
  nonFinite: z.enum(['drop', 'error', 'impute', 'keep']),
  /** Features and numeric targets to mean 0 and deviation 1 by the training rows. */
  standardize: z.boolean(),

  network: networkSchema,
  loss: lossSchema,
  reduction: z.enum(['mean', 'sum']),
  /** The term 0.5 * l2 * (sum of squared weights) in the loss; biases not. */
  l2: notNegative,
  optimizer: optimizerSchema,
  schedule: scheduleSchema,
  /** Bounds on the gradient before the update: on each element, and then on the norm of all of it. */
  clip: z.strictObject({ norm: z.optional(positive), value: z.optional(positive) }),

  batchSize: count,
  /** `fresh`: each step draws its batch from all rows. `epoch`: each epoch deals every row out once. Both without replacement. */
  sampling: z.enum(['fresh', 'epoch']),
  /** How long to train: `steps` updates, or `epochs` times ceil(rows / batchSize) updates. */
  steps: z.optional(count),
  epochs: z.optional(count),
  /** The validation table is evaluated after every so many steps; left out, after each epoch's worth. */
  evaluateEvery: z.optional(count),
  /** Stop after `patience` evaluations without a lower validation loss, and restore the best weights; false trains to the end. */
  earlyStopping: z.union([z.literal(false), z.strictObject({ patience: count, minDelta: withDefault(notNegative, 0) })]),

  seed: z.int().check(z.minimum(0), z.maximum(Number.MAX_SAFE_INTEGER)),
  draws: z.enum(['philox', 'numpy']),
  precision: z.enum(['float32', 'float64']),
  /** Fixed blocks of rows in which sums over the batch are taken; left out, 1 below a batch of 2,048, else 16. */
  blocks: z.optional(z.int().check(z.minimum(1), z.maximum(1024))),
  /** Left out, chosen by timing. Never changes a bit of the result. */
  threads: z.optional(z.int().check(z.minimum(1), z.maximum(256))),
  /** Relaxed SIMD where there is one: faster, and its bits are the machine's own. */
  fast: z.boolean(),
  onIncident: z.enum(['stop', 'repair']),
  /** Print both losses every so many steps. */
  printEvery: z.int().check(z.minimum(0)),
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
