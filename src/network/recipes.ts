/**
 * From what somebody said to complete settings. A recipe is a full set of defaults; what was said wins over it.
 * `classic` is the program of the question that whynan was founded on; `default` is good on small and middling tables
 * without options (docs/training.md says how it was chosen).
 */
import { z } from 'zod/mini'
import { SettingsError } from './errors.ts'
import { inWords, networkSchema, notNegative, positive, scheduleSchema, settingsSchema, share, type OptimizerSpec, type Settings } from './spec.ts'

/** What may be said of the optimizer: what is left out comes from the recipe, or from the optimizer's own defaults where it is another. */
const saidOptimizer = z.strictObject({
  name: z.optional(z.enum(['sgd', 'rmsprop', 'adam', 'adamw'])),
  learningRate: z.optional(positive),
  weightDecay: z.optional(notNegative),
  momentum: z.optional(share),
  nesterov: z.optional(z.boolean()),
  rho: z.optional(share),
  beta1: z.optional(share),
  beta2: z.optional(share),
  epsilon: z.optional(notNegative),
})

/** What may be said: any part of the settings. */
export const optionsSchema = z.extend(z.partial(settingsSchema), {
  network: z.optional(z.partial(networkSchema)),
  optimizer: z.optional(saidOptimizer),
  schedule: z.optional(z.union([z.pipe(z.enum(['constant', 'cosine', 'one-cycle']), z.transform(name => ({ name }))), scheduleSchema])),
})
export type Options = z.input<typeof optionsSchema>

export type Task = 'regression' | 'binary' | 'categorical'

/** What the defaults depend on. */
export interface Circumstances {
  readonly task: Task
  /** Training rows. */
  readonly rows: number
}

/** Complete settings. Throws SettingsError, one sentence for the first thing that is wrong. */
export function completeSettings(said: unknown, circumstances: Circumstances): Settings {
  const options = parseOptions(said)
  const recipe = options.recipe === 'classic' ? classic() : standard(circumstances)
  const { network, optimizer, ...rest } = withoutUndefined(options)
  const merged = {
    ...recipe, ...rest,
    network: { ...recipe.network, ...withoutUndefined(network ?? {}) },
    optimizer: mergeOptimizer(recipe.optimizer, withoutUndefined(optimizer ?? {})),
  }
  if (options.steps !== undefined && options.epochs === undefined) delete merged.epochs
  if (options.epochs !== undefined && options.steps === undefined) delete merged.steps
  if (options.draws === 'numpy') {
    if (options.precision === undefined) merged.precision = 'float64'
    if (options.sampling === undefined) merged.sampling = 'fresh'
  }
  const settings = parse(settingsSchema, merged)
  refuseContradictions(settings)
  return settings
}

/** Checks what was said, by itself. */
export function parseOptions(said: unknown): z.output<typeof optionsSchema> {
  return parse(optionsSchema, said)
}

/** The rates that each optimizer is commonly started with. */
const usualRates = { sgd: 0.01, rmsprop: 1e-3, adam: 1e-3, adamw: 1e-3 } as const

function mergeOptimizer(recipe: OptimizerSpec, said: z.output<typeof saidOptimizer>): object {
  const name = said.name ?? recipe.name
  if (name === recipe.name) return { ...recipe, ...said }
  const adams = name.startsWith('adam') && recipe.name.startsWith('adam')
  return adams ? { ...recipe, weightDecay: 0, ...said } : { learningRate: usualRates[name], ...said }
}

function classic(): Settings {
  return {
    recipe: 'classic',
    excludeRows: [],
    repair: [],
    passOver: [],
    nonFinite: 'keep',
    standardize: false,
    network: {
      hidden: [50], activation: 'relu', dropout: 0.5, dropoutScale: 'predict', initializer: 'he-normal', biasInitializer: 'zeros',
    },
    loss: 'half-mse',
    reduction: 'mean',
    l2: 1e-3,
    optimizer: { name: 'adam', learningRate: 5e-3, weightDecay: 0, beta1: 0.9, beta2: 0.99, epsilon: 1e-7 },
    schedule: { name: 'constant', warmUp: 0 },
    clip: {},
    batchSize: 256,
    sampling: 'fresh',
    steps: 119,
    evaluateEvery: 1,
    earlyStopping: false,
    seed: 0,
    draws: 'philox',
    precision: 'float32',
    fast: false,
    onIncident: 'stop',
    printEvery: 10,
  }
}

function standard({ task, rows }: Circumstances): Settings {
  return {
    recipe: 'default',
    excludeRows: [],
    repair: [],
    passOver: [],
    nonFinite: 'drop',
    standardize: true,
    network: {
      hidden: [50], activation: 'tanh', dropout: 0, dropoutScale: 'train', initializer: 'he-normal', biasInitializer: 'zeros',
    },
    loss: { regression: 'mse', binary: 'binary-cross-entropy-from-logits', categorical: 'categorical-cross-entropy-from-logits' }[task] as Settings['loss'],
    reduction: 'mean',
    l2: 0,
    optimizer: { name: 'adamw', learningRate: 0.01, weightDecay: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
    schedule: { name: 'one-cycle', warmUp: 0.1, initial: 0.04, final: 0 },
    clip: {},
    batchSize: 32,
    sampling: 'epoch',
    epochs: Math.max(1, Math.min(1000, Math.round(1_500_000 / Math.max(rows, 1)))),
    earlyStopping: { patience: 100, minDelta: 0 },
    seed: 0,
    draws: 'philox',
    precision: 'float32',
    fast: false,
    onIncident: 'stop',
    printEvery: 0,
  }
}

function refuseContradictions(settings: Settings): void {
  const { draws, precision, seed, sampling, steps, epochs, network, loss } = settings
  if (draws === 'numpy' && precision === 'float32') {
    throw new SettingsError('numpy-needs-float64', "NumPy's draws make NumPy's run, which is float64: --draws numpy got --precision float32; leave --precision out.")
  }
  if (draws === 'numpy' && sampling === 'epoch') {
    throw new SettingsError('numpy-needs-fresh', "NumPy's draws take a fresh batch each step: --draws numpy got --sampling epoch; use --sampling fresh, or --draws philox.")
  }
  if (draws === 'numpy' && seed > 0xffff_ffff) {
    throw new SettingsError('numpy-seed', `numpy.random.seed takes 0 to 4294967295; got ${seed}.`, { got: seed })
  }
  if (steps !== undefined && epochs !== undefined) {
    throw new SettingsError('steps-and-epochs', `Both steps (${steps}) and epochs (${epochs}) were given; give one of them.`, { steps, epochs })
  }
  if (steps === undefined && epochs === undefined) throw new SettingsError('no-length', 'Neither steps nor epochs were given; give one of them.')
  const name = typeof loss === 'string' ? loss : loss.name
  if (network.outputActivation === 'softmax' && !name.startsWith('categorical')) {
    throw new SettingsError('softmax-loss', `A softmax output needs a categorical cross-entropy; got the loss ${name}.`, { loss: name })
  }
  if (network.outputActivation !== undefined && network.outputActivation !== 'identity' && name.endsWith('from-logits')) {
    throw new SettingsError(
      'logits-activation',
      `The loss ${name} takes the output as it is and applies its own ${name.startsWith('binary') ? 'sigmoid' : 'softmax'}; ` +
        `got an output activation of ${network.outputActivation} before it. Leave outputActivation out, or use ${name.replace('-from-logits', '')}.`,
      { loss: name, outputActivation: network.outputActivation },
    )
  }
}

/** Parses, or throws the first complaint as one sentence: where, what was expected, what was got. */
function parse<T extends z.ZodMiniType>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value, { ...inWords, reportInput: true })
  if (result.success) return result.data
  const issue = deepest(result.error.issues)
  const where = issue.path.length === 0 ? 'settings' : issue.path.map(String).join('.')
  throw new SettingsError('settings-invalid', sentence(where, issue), { where, issue: issue.code })
}

/** Of a union's complaints, that of the member which the value comes nearest to; the union's own where none is nearer. */
function deepest(issues: readonly z.core.$ZodIssue[], prefix: readonly PropertyKey[] = []): z.core.$ZodIssue {
  const issue = issues[0]!
  const path = [...prefix, ...issue.path]
  if (issue.code !== 'invalid_union') return { ...issue, path }
  const candidates = issue.errors.filter(errors => errors.length > 0).map(errors => deepest(errors, path))
  const nearer = candidates.find(({ path: its, code }) => its.length > path.length || ['too_small', 'too_big', 'unrecognized_keys'].includes(code))
  return nearer ?? { ...issue, path }
}

function sentence(where: string, issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') {
    const more = issue.keys.length > 5 ? ` and ${issue.keys.length - 5} more` : ''
    const keys = issue.keys.slice(0, 5).map(key => JSON.stringify(key.slice(0, 80))).join(', ') + more
    return where === 'settings' ? `There is no setting ${keys}; see docs/training.md for what there is.` : `${nameOf(where, issue.input)} has no setting ${keys}; leave it out.`
  }
  if (issue.input === undefined && issue.code !== 'invalid_union') return `${where} is missing; it must be ${expected(issue)}.`
  return `${where} must be ${expected(issue)}; got ${got(issue)}.`
}

/** `optimizer adamw` where settings are those of one that was chosen by its name. */
function nameOf(where: string, input: unknown): string {
  return typeof input === 'object' && input !== null && 'name' in input && typeof input.name === 'string' ? `${where} ${input.name}` : where
}

const kinds: Readonly<Record<string, string>> = {
  number: 'a number', int: 'a whole number', string: 'text', boolean: 'true or false', array: 'a list', object: 'an object',
}

/** What would have been right, as the end of `… must be`. */
function expected(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'too_small': {
      if (issue.exact === true && issue.origin === 'string') return `text of length ${issue.minimum}`
      const bound = `${issue.inclusive ? 'at least' : 'above'} ${issue.minimum}`
      return issue.origin === 'array' ? `a list of ${bound}` : bound
    }
    case 'too_big': {
      if (issue.exact === true && issue.origin === 'string') return `text of length ${issue.maximum}`
      const bound = `${issue.inclusive ? 'at most' : 'below'} ${issue.maximum}`
      return issue.origin === 'array' ? `a list of ${bound}` : bound
    }
    case 'invalid_value': return `${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}`
    case 'invalid_type': return kinds[issue.expected] ?? `of type ${issue.expected}`
    case 'invalid_union': {
      const members = issue.errors.flatMap(errors => (errors[0] === undefined ? [] : [expected(errors[0])]))
      const names = 'options' in issue && Array.isArray(issue.options) ? [`one of ${issue.options.join(', ')}`] : []
      return [...new Set([...members, ...names])].join(', or ')
    }
    default: return `valid (${issue.message})`
  }
}

function got(issue: z.core.$ZodIssue): string {
  const { input } = issue
  const chosen = issue.code === 'invalid_union' && issue.discriminator !== undefined && typeof input === 'object' && input !== null
    ? new Map(Object.entries(input)).get(issue.discriminator) : input
  const text = typeof chosen === 'number' ? String(chosen) : (JSON.stringify(chosen) ?? 'nothing')
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}

function withoutUndefined<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T
}
