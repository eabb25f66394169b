/**
 * The command that trains an experiment: its recipe, and a flag for each setting that differs from it. Every setting has a
 * flag, so that a change is said by flags alone; of a flag that is given twice the last one holds.
 */
import { completeSettings, type Options, type Task } from '../network/recipes.ts'
import { isCategorical, isClassification, lossSpec, type InitializerSpec, type Settings } from '../network/spec.ts'
import type { Experiment } from '../training/experiment.ts'
import { findNonFinite } from '../table/rows.ts'
import type { CellPlace, Change } from './change.ts'

/** `whynan fit DATA …` with the flags that give this experiment, and those that make the changes. `data` is as a shell reads it. */
export function commandOf(experiment: Experiment, data: string, changes: readonly Change[] = []): string {
  return ['whynan fit', data, ...flagsOf(withSettings(experiment.settings, changes), experiment), ...changeFlags(experiment, changes)].join(' ')
}

/** Flags to add to a command, and those that have to leave it. */
export interface FlagChange {
  readonly add: readonly string[]
  readonly remove: readonly string[]
}

/** What makes these changes of a command that trains the experiment, whatever it says already. */
export function flagsFor(experiment: Experiment, changes: readonly Change[]): FlagChange {
  const before = experiment.settings
  const after = withSettings(before, changes)
  const [add, remove]: [string[], string[]] = [[], []]
  for (const say of settingFlags) {
    const [was, now] = [say(before), say(after)]
    if (now !== null && now !== was) add.push(now)
    // With another optimizer, flags that were the first one's own are put aside with it.
    if (now === null && was !== null && before.optimizer.name === after.optimizer.name) remove.push(was)
  }
  return { add: [...add, ...(changes.every(({ kind }) => kind === 'settings') ? [] : changeFlags(experiment, changes))], remove }
}

function withSettings(settings: Settings, changes: readonly Change[]): Settings {
  return changes.reduce<Settings>((current, change) => {
    if (change.kind !== 'settings') return current
    const { network, ...rest } = change.set
    const base = { ...current }
    if (rest.steps !== undefined) delete base.epochs
    if (rest.epochs !== undefined) delete base.steps
    return completeSettings({ ...base, ...rest, network: { ...current.network, ...network } } satisfies Options, { task: 'regression', rows: 1 })
  }, settings)
}

/** Cells to repair and rows to pass over: those of the settings, and those of the changes. */
function changeFlags(experiment: Experiment, changes: readonly Change[]): string[] {
  const { repair, passOver } = experiment.settings
  if (repair.length === 0 && isImputation(experiment, changes)) return ['--nonfinite impute']
  const cell = ({ row, column }: { row: number; column: number }): string => `${row}:${column}`
  const repaired = (side: CellPlace['side']): string[] => [
    ...repair.filter(one => one.side === side).map(cell),
    ...changes.flatMap(change => (change.kind === 'repair' ? change.cells.filter(one => one.side === side).map(({ row, column }) => cell({ row: row + 1, column: column + 1 })) : [])),
  ]
  const lists = {
    'repair': repaired('training'), 'repair-validation': repaired('validation'),
    'pass-over': [...passOver, ...changes.flatMap(change => (change.kind === 'pass-over' ? change.rows.map(row => row + 1) : []))].map(String),
  }
  return Object.entries(lists).flatMap(([name, values]) => (values.length === 0 ? [] : [`--${name} ${[...new Set(values)].join(',')}`]))
}

/**
 * Whether repairing is what `--nonfinite impute` does: every bad cell of used columns, and none besides. When standardising it
 * is not quite, since filled cells then take part in means and deviations.
 */
function isImputation({ settings, training, validation }: Experiment, changes: readonly Change[]): boolean {
  if (settings.standardize || settings.nonFinite !== 'keep' || changes.length === 0 || !changes.every(({ kind }) => kind === 'repair')) return false
  const name = (side: CellPlace['side'], row: number, column: number): string => `${side}:${row}:${column}`
  const repaired = new Set(changes.flatMap(change => (change.kind === 'repair' ? change.cells : [])).map(({ side, row, column }) => name(side, row, column)))
  if (repaired.size === 0) return false
  const sides = [{ side: 'training' as const, of: training }, ...(validation === null ? [] : [{ side: 'validation' as const, of: validation }])]
  const bad = new Set(sides.flatMap(({ side, of }) => {
    const found = findNonFinite(of.table, [...of.columns.inputs, ...of.columns.targets], settings.precision)
    const rows = new Set(found.map(({ index }) => index))
    const taken = new Set(of.rows.filter(row => rows.has(row)))
    return found.filter(({ index }) => taken.has(index)).map(({ index, column }) => name(side, index, column - 1))
  }))
  return bad.size === repaired.size && [...bad].every(cell => repaired.has(cell))
}

function taskOf({ loss }: Experiment): Task {
  if (!isClassification(loss.name)) return 'regression'
  return isCategorical(loss.name) ? 'categorical' : 'binary'
}

/** A setting as its flag; null where it has nothing to say. */
type Say = (settings: Settings) => string | null

const flag = (name: string, value: string | number | undefined): string | null => (value === undefined ? null : `--${name} ${quoted(String(value))}`)
const list = (value: unknown): string => (Array.isArray(value) ? value.map(String).join(',') : String(value))
const initializer = (one: InitializerSpec | string): string => (typeof one === 'string' ? one : one.name === 'constant' ? `constant:${one.value}` : one.name)

/** `huber:delta=1`, `step:every=1000,factor=0.1`. */
function withPairs({ name, ...rest }: { readonly name: string }): string {
  const pairs = Object.entries(rest).map(([key, value]) => `${key}=${value}`)
  return pairs.length === 0 ? name : `${name}:${pairs.join(',')}`
}

function ofOptimizer(name: 'momentum' | 'rho' | 'beta1' | 'beta2' | 'epsilon'): Say {
  return ({ optimizer }) => {
    const value = new Map<string, unknown>(Object.entries(optimizer)).get(name)
    return typeof value === 'number' ? flag(name, value) : null
  }
}

const lossFlag: Say = ({ loss }) => flag('loss', withPairs(lossSpec(loss)))
const optimizerFlag: Say = ({ optimizer }) => flag('optimizer', optimizer.name)
const drawsFlag: Say = ({ draws }) => flag('draws', draws)

/** Every setting that a run's numbers depend on, in the order in which commands say them. */
const settingFlags: readonly Say[] = [
  ({ train }) => flag('train', train),
  ({ validation }) => flag('validation', validation === false ? 'none' : validation),
  ({ reading }) => (reading?.dates === 'number' ? '--dates' : flag('date-order', reading?.dates)),
  ({ reading }) => flag('missing', reading?.missing?.join(',')),
  ({ reading }) => flag('complex', reading?.complex),
  ({ reading }) => flag('delimiter', reading?.delimiter === '\t' ? 'tab' : reading?.delimiter === ' ' ? 'space' : reading?.delimiter),
  ({ reading }) => flag('decimal', reading?.decimal),
  ({ reading }) => (reading?.header === undefined ? null : reading.header ? '--header' : '--no-header'),
  ({ reading }) => flag('encoding', reading?.encoding),
  ({ target }) => flag('target', target === undefined ? undefined : list(target)),
  ({ inputs }) => flag('inputs', inputs === undefined ? undefined : list(inputs)),
  ({ excludeRows }) => flag('exclude-rows', excludeRows.length === 0 ? undefined : excludeRows.join(',')),
  ({ network: { hidden } }) => flag('hidden', hidden.length === 0 ? 'none' : hidden.join(',')),
  ({ network }) => flag('activation', list(network.activation)),
  ({ network }) => flag('output-activation', network.outputActivation),
  ({ network }) => flag('dropout', list(network.dropout)),
  ({ network }) => flag('dropout-scale', network.dropoutScale),
  ({ network: { initializer: one } }) => flag('initializer', Array.isArray(one) ? one.map(initializer).join(',') : initializer(one)),
  ({ network }) => flag('bias-initializer', initializer(network.biasInitializer)),
  lossFlag,
  ({ reduction }) => flag('reduction', reduction),
  optimizerFlag,
  ({ optimizer }) => flag('rate', optimizer.learningRate),
  ofOptimizer('momentum'),
  ({ optimizer }) => (optimizer.name === 'sgd' && optimizer.nesterov ? '--nesterov' : null),
  ofOptimizer('rho'), ofOptimizer('beta1'), ofOptimizer('beta2'), ofOptimizer('epsilon'),
  // Together, since a share to warm up given alone is one of a constant rate.
  ({ schedule: { warmUp, ...schedule } }) => `${flag('schedule', withPairs(schedule))} ${flag('warm-up', warmUp)}`,
  ({ clip }) => flag('clip-norm', clip.norm ?? 'none'),
  ({ clip }) => flag('clip-value', clip.value ?? 'none'),
  ({ l2 }) => flag('l2', l2),
  ({ optimizer }) => flag('weight-decay', optimizer.weightDecay),
  ({ batchSize }) => flag('batch', batchSize),
  ({ sampling }) => flag('sampling', sampling),
  ({ steps }) => flag('steps', steps),
  ({ epochs }) => flag('epochs', epochs),
  ({ evaluateEvery }) => flag('evaluate-every', evaluateEvery),
  ({ earlyStopping }) => flag('patience', earlyStopping === false ? 'none' : earlyStopping.patience),
  drawsFlag,
  ({ seed }) => flag('seed', seed),
  ({ precision }) => flag('precision', precision),
  ({ blocks }) => flag('blocks', blocks),
  ({ nonFinite }) => flag('nonfinite', nonFinite),
  ({ standardize }) => (standardize ? '--standardize' : '--no-standardize'),
]

/** The flags by which these settings differ from their recipe. */
export function flagsOf(settings: Settings, experiment: Experiment): string[] {
  const { recipe, draws, optimizer, earlyStopping } = settings
  const circumstances = { task: taskOf(experiment), rows: experiment.training.table.rows }
  const plain = completeSettings({ recipe }, circumstances)
  // What other flags bring with them: NumPy's draws their precision, another optimizer its own defaults.
  const usual = completeSettings({
    recipe, ...(draws === 'numpy' ? { draws } : {}), ...(optimizer.name === plain.optimizer.name ? {} : { optimizer: { name: optimizer.name } }),
  }, circumstances)
  // Where no target is named, a loss of classes is what makes a column of text the target.
  const chooses = settings.target === undefined && isClassification(lossSpec(settings.loss).name)
  const flags = settingFlags.flatMap(say => {
    const now = say(settings)
    if (now !== null && chooses && say === lossFlag) return [now]
    return now === null || now === say(say === drawsFlag || say === optimizerFlag ? plain : usual) ? [] : [now]
  })
  // The one setting without a flag.
  const rest = earlyStopping !== false && earlyStopping.minDelta > 0 ? [`--settings '${JSON.stringify({ earlyStopping })}'`] : []
  return [...(recipe === 'classic' ? ['--recipe classic'] : []), ...flags, ...rest]
}

/** A word as a POSIX shell reads it. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) && !word.startsWith('-') ? word : `'${word.replaceAll("'", "'\\''")}'`
}
