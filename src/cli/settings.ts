/** From flags and a settings file to the library's options; flags win. */
import { SettingsError } from '../network/errors.ts'
import { parseOptions, type Options as FitSettings } from '../network/recipes.ts'
import { readText } from '../node/files.ts'
import { UsageError, whyRefused } from './errors.ts'
import type { Options } from './context.ts'
import { tooDeep } from '../record/json.ts'

type Draft = Record<string, unknown>

/**
 * The options that were said, each checked by itself where it was said; how they go together is seen when they are complete.
 * Throws UsageError, with the flag or the file in its sentence.
 */
export async function settingsFrom(flags: Options): Promise<FitSettings> {
  const file = text(flags, 'settings')
  const fromFile = file === undefined ? {} : await readSettings(file)
  if (file !== undefined) checked(fromFile, ({ message }) => `In the settings ${/^\s*\{/.test(file) ? 'given' : `file ${file}`}: ${message}`)
  const said = fromFlags(flags)
  checked(said, inFlags)
  const { network: ownNetwork, optimizer: ownOptimizer, clip: ownClip, reading: ownReading, ...rest } = said
  const merged: Draft = { ...fromFile, ...rest }
  const network = { ...asObject(fromFile['network']), ...asObject(ownNetwork) }
  const optimizer = mergedOptimizer(asObject(fromFile['optimizer']), asObject(ownOptimizer))
  if (Object.keys(network).length > 0) merged['network'] = network
  if (Object.keys(optimizer).length > 0) merged['optimizer'] = optimizer
  if (ownReading !== undefined) merged['reading'] = { ...asObject(fromFile['reading']), ...asObject(ownReading) }
  if (ownClip !== undefined) merged['clip'] = { ...asObject(fromFile['clip']), ...asObject(ownClip) }
  if ('steps' in rest && !('epochs' in rest)) delete merged['epochs']
  if ('epochs' in rest && !('steps' in rest)) delete merged['steps']
  return merged as FitSettings
}

function checked(said: Draft, sentence: (error: SettingsError) => string): void {
  try {
    parseOptions(said)
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error
    throw new UsageError(error.id, sentence(error))
  }
}

/** Settings whose flags are called otherwise, or that lie inside another; all other flags are called as their setting. */
const flagsOf = new Map([
  ['reading.dates', '--date-order'], ['batchSize', '--batch'], ['nonFinite', '--nonfinite'], ['optimizer.name', '--optimizer'], ['optimizer.learningRate', '--rate'],
  ['schedule.warmUp', '--warm-up'], ['schedule.name', '--schedule'], ['loss.name', '--loss'], ['clip.norm', '--clip-norm'], ['clip.value', '--clip-value'], ['earlyStopping.patience', '--patience'],
])

/** What is wrong with a setting, in the words of the flag that said it. */
function inFlags({ message, facts }: SettingsError): string {
  const where = String(facts['where'] ?? '')
  if (!message.startsWith(`${where} `)) return message
  // What a flag cannot say is no advice to somebody who writes flags.
  const rest = message.slice(where.length).replace(/, or an? (object|list)\b/g, '')
  const parts = where.split('.').filter(part => !/^\d+$/.test(part))
  const [first = '', second = ''] = parts
  const known = flagsOf.get(parts.join('.'))
  if (known !== undefined) return known + rest
  if (first === 'network' || first === 'optimizer' || first === 'reading') return `--${dashed(second)}${rest}`
  return `--${dashed(first)}${second === '' ? '' : `, ${second},`}${rest}`
}

/** The settings of a file, or those that stand where its name would. */
async function readSettings(file: string): Promise<Draft> {
  const inline = /^\s*[[{]/.test(file)
  const name = inline ? 'The JSON given to --settings' : `The settings file ${file}`
  let content: string
  try {
    content = inline ? file : await readText(file)
  } catch (error) {
    throw new UsageError('settings-missing', `${name} cannot be read: ${whyRefused(error)}. Name a JSON file with options of fit, or give the JSON itself, such as {"batchSize": 256}.`)
  }
  if (tooDeep(content)) throw new UsageError('settings-json', `${name} nests lists or objects more than 100 deep; expected one object, such as {"batchSize": 256}.`)
  let value: unknown
  try {
    value = JSON.parse(content)
  } catch (error) {
    throw new UsageError('settings-json', `${name} is not JSON: ${error instanceof Error ? error.message : String(error)}. Expected one object, such as {"batchSize": 256}.`)
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Draft
  const got = Array.isArray(value) ? 'a list' : value === null ? 'null' : `a ${typeof value}`
  throw new UsageError('settings-json', `${name} is ${got}; expected one object, such as {"batchSize": 256}.`)
}

function fromFlags(flags: Options): Draft {
  const settings: Draft = defined({
    recipe: text(flags, 'recipe'),
    target: columns(flags, 'target'),
    inputs: columns(flags, 'inputs'),
    train: text(flags, 'train'),
    validation: validation(flags),
    reading: reading(flags),
    repair: repairs(flags),
    passOver: list(flags, 'passOver')?.map(value => toNumber('--pass-over', value)),
    excludeRows: list(flags, 'excludeRows')?.map(value => toNumber('--exclude-rows', value)),
    nonFinite: text(flags, 'nonfinite'),
    standardize: typeof flags['standardize'] === 'boolean' ? flags['standardize'] : undefined,
    loss: named(flags, 'loss'),
    reduction: text(flags, 'reduction'),
    l2: number(flags, 'l2'),
    schedule: schedule(flags),
    clip: clip(flags),
    batchSize: number(flags, 'batch'),
    sampling: text(flags, 'sampling'),
    steps: number(flags, 'steps'),
    epochs: number(flags, 'epochs'),
    evaluateEvery: number(flags, 'evaluateEvery'),
    earlyStopping: patience(flags),
    seed: number(flags, 'seed'),
    draws: text(flags, 'draws'),
    precision: text(flags, 'precision'),
    blocks: number(flags, 'blocks'),
    threads: number(flags, 'threads'),
    fast: flags['fast'] === true ? true : undefined,
    onIncident: text(flags, 'onIncident'),
    printEvery: number(flags, 'printEvery'),
  })
  settings['network'] = defined({
    hidden: text(flags, 'hidden') === 'none' ? [] : list(flags, 'hidden')?.map(value => toNumber('--hidden', value)),
    activation: oneOrMany(list(flags, 'activation')),
    outputActivation: text(flags, 'outputActivation'),
    dropout: oneOrMany(list(flags, 'dropout')?.map(value => toNumber('--dropout', value))),
    dropoutScale: text(flags, 'dropoutScale'),
    initializer: oneOrMany(list(flags, 'initializer')?.map(value => initializer('--initializer', value))),
    biasInitializer: biasInitializer(flags),
  })
  settings['optimizer'] = defined({
    name: text(flags, 'optimizer'),
    learningRate: number(flags, 'rate'),
    weightDecay: number(flags, 'weightDecay'),
    momentum: number(flags, 'momentum'),
    nesterov: flags['nesterov'] === true ? true : undefined,
    rho: number(flags, 'rho'),
    beta1: number(flags, 'beta1'),
    beta2: number(flags, 'beta2'),
    epsilon: number(flags, 'epsilon'),
  })
  return settings
}

/** A flag that names another optimizer puts aside what a file said of its own. */
function mergedOptimizer(file: Draft, flags: Draft): Draft {
  const other = flags['name'] !== undefined && file['name'] !== undefined && flags['name'] !== file['name']
  return other ? flags : { ...file, ...flags }
}

/** `41278:4,7:2`, rows and columns from 1. */
function repairs(flags: Options): unknown {
  const of = (key: string, side: string): unknown[] => (list(flags, key) ?? []).map(cell => {
    const [, row, column] = /^(\d+):(\d+)$/.exec(cell) ?? []
    if (row === undefined) throw new UsageError('cell-form', `--${dashed(key)} takes cells as ROW:COLUMN, such as 41278:4; got ${JSON.stringify(cell)}.`)
    return { side, row: Number(row), column: Number(column) }
  })
  const all = [...of('repair', 'training'), ...of('repairValidation', 'validation')]
  return all.length === 0 ? undefined : all
}

function validation(flags: Options): unknown {
  const value = text(flags, 'validation')
  if (value === undefined) return undefined
  if (value === 'none') return false
  const percent = /^(\d+(?:\.\d+)?)\s*%$/.exec(value)?.[1]
  if (percent !== undefined) return Number(percent) / 100
  return /^[-+]?(\d+\.?\d*|\.\d+)$/.test(value) ? Number(value) : value
}

/** How files are read; undefined where nothing is said of it. */
function reading(flags: Options): Draft | undefined {
  const said = defined({
    dates: text(flags, 'dateOrder') ?? (flags['dates'] === true ? 'number' : undefined),
    complex: text(flags, 'complex'),
    missing: list(flags, 'missing'),
    delimiter: delimiter(flags),
    decimal: sign(flags, 'decimal'),
    header: typeof flags['header'] === 'boolean' ? flags['header'] : undefined,
    encoding: text(flags, 'encoding'),
  })
  return Object.keys(said).length === 0 ? undefined : said
}

/** Signs that a shell makes hard to write have names. */
const namedSigns = new Map([['tab', '\t'], ['\\t', '\t'], ['space', ' '], ['comma', ','], ['semicolon', ';'], ['bar', '|'], ['point', '.']])

function sign(flags: Options, key: string): string | undefined {
  const said = text(flags, key)
  return said === undefined ? undefined : namedSigns.get(said.toLowerCase()) ?? said
}

function delimiter(flags: Options): string | undefined {
  const said = sign(flags, 'delimiter')
  if (said === undefined || said.length === 1) return said
  throw new UsageError('delimiter', `--delimiter takes one sign, such as , ; or |, or one of the words tab, space, comma, semicolon and bar; got ${JSON.stringify(said)}.`)
}

function patience(flags: Options): unknown {
  const value = text(flags, 'patience')
  if (value === undefined) return undefined
  return value === 'none' ? false : { patience: toNumber('--patience', value) }
}

function schedule(flags: Options): unknown {
  const said = named(flags, 'schedule')
  const warmUp = number(flags, 'warmUp')
  const whole = typeof said === 'string' ? { name: said } : said
  return warmUp === undefined ? whole : { ...(whole === undefined ? { name: 'constant' } : asObject(whole)), warmUp }
}

function initializer(flag: string, value: string): unknown {
  const constant = /^constant:(.+)$/.exec(value)?.[1]
  return constant === undefined ? value : { name: 'constant', value: toNumber(flag, constant) }
}

function biasInitializer(flags: Options): unknown {
  const value = text(flags, 'biasInitializer')
  return value === undefined ? undefined : initializer('--bias-initializer', value)
}

/** Bounds on the gradient; `none` takes one away that a settings file gives. */
function clip(flags: Options): Draft | undefined {
  const given = [['norm', 'clipNorm'], ['value', 'clipValue']].flatMap(([name = '', key = '']) => {
    const said = text(flags, key)
    return said === undefined ? [] : [[name, said === 'none' ? undefined : number(flags, key)] as const]
  })
  return given.length === 0 ? undefined : Object.fromEntries(given)
}

/** `huber:delta=2` becomes { name: 'huber', delta: 2 }; a name alone stays a name. */
function named(flags: Options, key: string): unknown {
  const value = text(flags, key)
  const colon = value?.indexOf(':') ?? -1
  if (value === undefined || colon === -1) return value
  const pairs = value.slice(colon + 1).split(',').map(pair => {
    const [, name, amount] = /^\s*([^=]+?)\s*=(.*)$/s.exec(pair) ?? []
    if (name === undefined || amount === undefined) {
      throw new UsageError('not-a-pair', `--${key} takes a name and settings such as huber:delta=1 or step:every=1000,factor=0.1; got ${JSON.stringify(value)}.`)
    }
    return [name, toNumber(`--${key}, ${name},`, amount)] as const
  })
  return { name: value.slice(0, colon), ...Object.fromEntries(pairs) }
}

/** Column references: numbers stay text here, since a name wins over a number. */
function columns(flags: Options, key: string): string[] | undefined {
  return list(flags, key)
}

function list(flags: Options, key: string): string[] | undefined {
  const value = text(flags, key)
  if (value === undefined) return undefined
  const parts = value.split(',').map(part => part.trim())
  if (parts.includes('')) throw new UsageError('empty-item', `--${dashed(key)} has an empty item in ${JSON.stringify(value)}; separate its values with single commas.`)
  return parts
}

export function text(flags: Options, key: string): string | undefined {
  const value = flags[key]
  if (value === '') throw new UsageError('empty-value', `--${dashed(key)} got an empty value; give one, or leave the option out.`)
  return typeof value === 'string' ? value : undefined
}

export function number(flags: Options, key: string): number | undefined {
  const value = text(flags, key)
  return value === undefined ? undefined : toNumber(`--${dashed(key)}`, value)
}

/** A whole number in groups of three: 10,000 or 10_000. In 0,005 the comma stands for a point, which is not taken. */
const inGroups = /^[+-]?[1-9]\d{0,2}(?:(?:,\d{3})+|(?:_\d{3})+)$/

function toNumber(flag: string, value: string): number {
  const given = value.trim()
  const plain = inGroups.test(given) ? given.replace(/[,_]/g, '') : given
  const result = plain === '' ? Number.NaN : Number(plain)
  if (!Number.isFinite(result)) {
    const how = /^[+-]?\d+,\d+$/.test(given) ? ', with a point before its decimals' : ''
    throw new UsageError('not-a-number', `${flag} takes a number${how}; got ${JSON.stringify(value)}.`)
  }
  return result
}

export function dashed(key: string): string {
  return key.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
}

function oneOrMany<T>(values: readonly T[] | undefined): T | readonly T[] | undefined {
  return values?.length === 1 ? values[0] : values
}

function asObject(value: unknown): Draft {
  return typeof value === 'object' && value !== null ? (value as Draft) : {}
}

function defined(object: Draft): Draft {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))
}

/** The bound of --memory in bytes, as an option of reading; none where it was not given. */
export function memoryBound(flags: Options): { readonly memory?: number } {
  const said = text(flags, 'memory')
  if (said === undefined) return {}
  const [, digits = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([kmgt]?i?b?)$/i.exec(said.trim()) ?? []
  const power = 'kmgt'.indexOf(unit.charAt(0).toLowerCase() || '-') + 1
  const bytes = Number(digits) * (/i/i.test(unit) ? 1024 : 1000) ** power
  if (digits === '' || !Number.isFinite(bytes) || bytes < leastMemory) {
    throw new UsageError('memory', `--memory must be a size of at least 200MB, such as 2GB or 1.5GiB; got ${JSON.stringify(said)}.`)
  }
  return { memory: Math.floor(bytes) }
}

/** Less is never enough: src/node/memory.ts. */
const leastMemory = 200e6
