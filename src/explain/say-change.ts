/** Changes as phrases: "seed 0", "the learning rate at 0.0025", "row 41,278, column 4 repaired". */
import type { Change } from '../record/change.ts'
import { completeSettings } from '../network/recipes.ts'
import { lossSpec, type Settings } from '../network/spec.ts'
import type { Experiment } from '../training/experiment.ts'
import { cellAt } from '../table/rows.ts'
import type { Cell } from './cells.ts'
import { say, type Said } from './finding.ts'

/** Rows that are named one by one. */
const mostRows = 8

/** `experiment` is the one before the change. */
export function changeSaid(change: Change, experiment: Experiment): Said[] {
  switch (change.kind) {
    case 'repair':
      return [say('change.repair', { cells: change.cells.flatMap(place => placeAsCell(place, experiment)) })]
    case 'pass-over':
      return [change.rows.length > mostRows ? say('change.pass-over.many', { rows: change.rows.length }) : say('change.pass-over', { rows: change.rows.map(row => row + 1) })]
    case 'settings':
      return settingsSaid(change, experiment.settings)
    default:
      return change satisfies never
  }
}

function placeAsCell({ side, row, column }: { side: Cell['side']; row: number; column: number }, experiment: Experiment): Cell[] {
  const from = side === 'training' ? experiment.training : experiment.validation
  if (from === null) return []
  return [{ ...cellAt(from.table, row, column), side, part: 'input', datasetRow: -1, encoded: Number.NaN, drawn: false }]
}

function settingsSaid(change: Change & { kind: 'settings' }, was: Settings): Said[] {
  const { set } = change
  const said: Said[] = []
  const value = (message: string, fact: number | string): void => { said.push(say(message, { value: fact })) }
  const plain = (of: unknown): string => (typeof of === 'object' && of !== null && 'name' in of ? String(of.name) : Array.isArray(of) ? of.map(plain).join(', ') : String(of))
  if (set.seed !== undefined) value('change.seed', set.seed)
  if (set.batchSize !== undefined) value('change.batchSize', set.batchSize)
  if (set.optimizer !== undefined) said.push(...optimizerSaid(change, was))
  if (set.reduction !== undefined) said.push(say('change.reduction'))
  if (set.loss !== undefined) value('change.loss', lossSpec(completeSettings({ recipe: 'classic', loss: set.loss }, { task: 'regression', rows: 1 }).loss).name)
  if (set.precision !== undefined) value('change.precision', set.precision)
  if (set.standardize !== undefined) said.push(say('change.standardize'))
  if (set.nonFinite !== undefined) value('change.nonFinite', set.nonFinite)
  if (set.excludeRows !== undefined) value('change.excludeRows', set.excludeRows.length)
  if (set.l2 !== undefined) value('change.l2', set.l2)
  if (set.clip?.norm !== undefined) value('change.clip', set.clip.norm)
  else if (set.clip !== undefined && set.clip.value === undefined && (was.clip.norm !== undefined || was.clip.value !== undefined)) said.push(say('change.clip.none'))
  if (set.schedule !== undefined) value('change.schedule', plain(set.schedule))
  if (set.inputs !== undefined) said.push(say('change.inputs', { value: set.inputs.filter(input => typeof input === 'number') }))
  if (set.steps !== undefined) value('change.steps', set.steps)
  const { network } = set
  if (network?.initializer !== undefined) value('change.initializer', plain(network.initializer))
  if (network?.biasInitializer !== undefined) value('change.biasInitializer', plain(network.biasInitializer))
  if (network?.activation !== undefined) value('change.activation', plain(network.activation))
  if (network?.outputActivation !== undefined) value('change.outputActivation', plain(network.outputActivation))
  if (network?.dropout !== undefined) value('change.dropout', plain(network.dropout))
  if (network?.hidden !== undefined) value('change.hidden', network.hidden.join(', '))
  return said
}

/** What of the optimizer is another than it was. */
function optimizerSaid(set: Change & { kind: 'settings' }, { optimizer: was, schedule: { name: schedule } }: Settings): Said[] {
  const { optimizer } = completeSettings({ recipe: 'classic', optimizer: set.set.optimizer }, { task: 'regression', rows: 1 })
  if (optimizer.name !== was.name) return [say('change.optimizer', { value: optimizer.name })]
  const said: Said[] = []
  if (optimizer.learningRate !== was.learningRate) said.push(rateSaidOf(optimizer.learningRate, set.set.schedule === undefined ? schedule : null))
  if (optimizer.weightDecay !== was.weightDecay) said.push(say('change.weightDecay', { value: optimizer.weightDecay }))
  if ('momentum' in optimizer && 'momentum' in was && optimizer.momentum !== was.momentum) said.push(say('change.momentum', { value: optimizer.momentum }))
  if ('beta1' in optimizer && 'beta1' in was && optimizer.beta1 !== was.beta1) said.push(say('change.beta1', { value: optimizer.beta1 }))
  if ('epsilon' in optimizer && 'epsilon' in was && optimizer.epsilon !== was.epsilon) said.push(say('change.epsilon', { value: optimizer.epsilon }))
  return said
}

/** A new schedule is said beside it. */
function rateSaidOf(value: number, schedule: string | null): Said {
  return schedule === null || schedule === 'constant' ? say('change.learningRate', { value }) : say('change.learningRate.peak', { value, schedule })
}
