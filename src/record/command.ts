/** The command that trains an experiment: its recipe, and a flag for each setting that differs from it. */
import { completeSettings, type Options, type Task } from '../network/recipes.ts'
import { isCategorical, isClassification, lossSpec, type Settings } from '../network/spec.ts'
import type { Experiment } from '../training/experiment.ts'
import { findNonFinite } from '../table/rows.ts'
import type { CellPlace, Change } from './change.ts'

/** `whynan fit DATA …` with the flags that give this experiment, and those that make the changes. */
export function commandOf(experiment: Experiment, dataName: string, changes: readonly Change[] = []): string {
  return ['whynan fit', quoted(dataName), ...flagsOf(withSettings(experiment, changes), experiment), ...changeFlags(experiment, changes)].join(' ')
}

function withSettings({ settings }: Experiment, changes: readonly Change[]): Settings {
  return changes.reduce<Settings>((current, change) => {
    if (change.kind !== 'settings') return current
    const { network, ...rest } = change.set
    const base = { ...current }
    if (rest.steps !== undefined) delete base.epochs
    if (rest.epochs !== undefined) delete base.steps
    return completeSettings({ ...base, ...rest, network: { ...current.network, ...network } } satisfies Options, { task: 'regression', rows: 1 })
  }, settings)
}

function changeFlags(experiment: Experiment, changes: readonly Change[]): string[] {
  if (isImputation(experiment, changes)) return ['--nonfinite impute']
  const lists = { repair: [] as string[], 'repair-validation': [] as string[], 'pass-over': [] as string[] }
  for (const change of changes) {
    if (change.kind === 'pass-over') lists['pass-over'].push(...change.rows.map(row => String(row + 1)))
    if (change.kind !== 'repair') continue
    for (const { side, row, column } of change.cells) lists[side === 'training' ? 'repair' : 'repair-validation'].push(`${row + 1}:${column + 1}`)
  }
  return Object.entries(lists).flatMap(([name, values]) => (values.length === 0 ? [] : [`--${name} ${values.join(',')}`]))
}

/**
 * Whether repairing is what `--nonfinite impute` does: every bad cell of used columns, and none besides. When standardising it
 * is not quite, since filled cells then take part in means and deviations.
 */
function isImputation({ settings, training, validation }: Experiment, changes: readonly Change[]): boolean {
  if (settings.standardize || settings.nonFinite !== 'keep' || !changes.every(({ kind }) => kind === 'repair')) return false
  const name = (side: CellPlace['side'], row: number, column: number): string => `${side}:${row}:${column}`
  const repaired = new Set(changes.flatMap(change => (change.kind === 'repair' ? change.cells : [])).map(({ side, row, column }) => name(side, row, column)))
  if (repaired.size === 0) return false
  const sides = [{ side: 'training' as const, of: training }, ...(validation === null ? [] : [{ side: 'validation' as const, of: validation }])]
  const bad = new Set(sides.flatMap(({ side, of }) => {
    const found = findNonFinite(of.table, [...of.columns.inputs, ...of.columns.targets], settings.precision)
    const bad = new Set(found.map(({ index }) => index))
    const taken = new Set(of.rows.filter(row => bad.has(row)))
    return found.filter(({ index }) => taken.has(index)).map(({ index, column }) => name(side, index, column - 1))
  }))
  return bad.size === repaired.size && [...bad].every(cell => repaired.has(cell))
}

function taskOf({ loss }: Experiment): Task {
  if (!isClassification(loss.name)) return 'regression'
  return isCategorical(loss.name) ? 'categorical' : 'binary'
}

/** The flags by which these settings differ from their recipe. */
export function flagsOf(settings: Settings, experiment: Experiment): string[] {
  const given: Options = { recipe: settings.recipe, ...(settings.draws === 'numpy' ? { draws: 'numpy' } : {}) }
  const usual = completeSettings(given, { task: taskOf(experiment), rows: experiment.training.table.rows })
  const flags: string[] = settings.recipe === 'classic' ? ['--recipe classic'] : []
  const flag = (name: string, value: string | number): void => { flags.push(`--${name} ${quoted(String(value))}`) }
  const differs = (a: unknown, b: unknown): boolean => JSON.stringify(a) !== JSON.stringify(b)
  const list = (value: unknown): string => (Array.isArray(value) ? value.map(named).join(',') : named(value))

  if (settings.train !== undefined) flag('train', settings.train)
  if (settings.validation !== undefined) flag('validation', settings.validation === false ? 'none' : settings.validation)
  if (settings.target !== undefined) flag('target', list(settings.target))
  if (settings.inputs !== undefined) flag('inputs', list(settings.inputs))
  if (settings.excludeRows.length > 0) flag('exclude-rows', settings.excludeRows.join(','))
  const own = settings.network
  const standard = usual.network
  if (differs(own.hidden, standard.hidden)) flag('hidden', own.hidden.join(','))
  if (differs(own.activation, standard.activation)) flag('activation', list(own.activation))
  if (differs(own.dropout, standard.dropout)) flag('dropout', list(own.dropout))
  if (own.dropoutScale !== standard.dropoutScale) flag('dropout-scale', own.dropoutScale)
  if (differs(settings.loss, usual.loss)) flag('loss', lossSpec(settings.loss).name)
  if (settings.reduction !== usual.reduction) flag('reduction', settings.reduction)
  if (settings.optimizer.name !== usual.optimizer.name) flag('optimizer', settings.optimizer.name)
  if (settings.optimizer.learningRate !== usual.optimizer.learningRate) flag('rate', settings.optimizer.learningRate)
  if (settings.schedule.name !== usual.schedule.name) flag('schedule', settings.schedule.name)
  if (settings.clip.norm !== undefined) flag('clip-norm', settings.clip.norm)
  if (settings.clip.value !== undefined) flag('clip-value', settings.clip.value)
  if (settings.l2 !== usual.l2) flag('l2', settings.l2)
  if (settings.optimizer.weightDecay !== usual.optimizer.weightDecay) flag('weight-decay', settings.optimizer.weightDecay)
  if (settings.batchSize !== usual.batchSize) flag('batch', settings.batchSize)
  if (settings.sampling !== usual.sampling) flag('sampling', settings.sampling)
  if (settings.steps !== undefined && settings.steps !== usual.steps) flag('steps', settings.steps)
  if (settings.epochs !== undefined && settings.epochs !== usual.epochs) flag('epochs', settings.epochs)
  if (settings.earlyStopping !== false && differs(settings.earlyStopping, usual.earlyStopping)) flag('patience', settings.earlyStopping.patience)
  if (settings.draws !== 'philox') flag('draws', settings.draws)
  if (settings.seed !== usual.seed) flag('seed', settings.seed)
  if (settings.precision !== usual.precision) flag('precision', settings.precision)
  if (settings.nonFinite !== usual.nonFinite) flag('nonfinite', settings.nonFinite)
  if (!settings.standardize && usual.standardize) flags.push('--no-standardize')
  const rest = restOf(settings, usual)
  if (rest !== null) flag('settings', rest)
  return flags
}

/** Settings that no flag says, as the JSON that a settings file would hold; null where there are none. */
function restOf(settings: Settings, usual: Settings): string | null {
  const rest: Record<string, unknown> = {}
  const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
  const { hidden: _h, activation: _a, dropout: _d, dropoutScale: _s, ...network } = settings.network
  const { hidden: _uh, activation: _ua, dropout: _ud, dropoutScale: _us, ...usualNetwork } = usual.network
  if (!same(network, usualNetwork)) rest['network'] = network
  const plain = { ...settings.optimizer, learningRate: 0, weightDecay: 0 }
  if (!same(plain, { ...usual.optimizer, learningRate: 0, weightDecay: 0 }) && !isBare(settings)) rest['optimizer'] = settings.optimizer
  if (!same(settings.schedule, usual.schedule) && Object.keys(settings.schedule).length > 2) rest['schedule'] = settings.schedule
  if (lossSpec(settings.loss).name === 'huber' && !same(lossSpec(settings.loss), lossSpec('huber'))) rest['loss'] = settings.loss
  for (const key of ['evaluateEvery', 'blocks'] as const) if (settings[key] !== undefined && settings[key] !== usual[key]) rest[key] = settings[key]
  return Object.keys(rest).length === 0 ? null : JSON.stringify(rest)
}

/** Whether the optimizer is what its name and rate alone give. */
function isBare({ optimizer }: Settings): boolean {
  const bare = completeSettings({ recipe: 'classic', optimizer: { name: optimizer.name, learningRate: optimizer.learningRate, weightDecay: optimizer.weightDecay } }, { task: 'regression', rows: 1 })
  return JSON.stringify(bare.optimizer) === JSON.stringify(optimizer)
}

function named(value: unknown): string {
  return String(value)
}

/** A word as a POSIX shell reads it. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) && !word.startsWith('-') ? word : `'${word.replaceAll("'", "'\\''")}'`
}
