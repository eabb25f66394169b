/** Inputs or targets that the network is given far from size 1. */
import type { Evidence } from './evidence.ts'
import type { Fix, Said } from './finding.ts'
import { settingsFix } from './fixes.ts'
import { leastGain } from './learned.ts'

export interface OutOfScale {
  readonly column: string
  readonly mean: number
  readonly deviation: number
  /** Root mean square. */
  readonly size: number
  /** How many times too large, or too small. */
  readonly factor: number
  readonly large: boolean
}

/** Sizes within these are common in data that train well without scaling. */
const [smallest, largest] = [0.05, 5]

/** A run that learned something from data that are not scaled is only asked where they are so far out. */
const farOut = 50

/** The column that is farthest out of scale; null where none is, or where they are standardised. Classes have no scale. */
export function outOfScale({ columns, experiment: { settings, encoding }, incident, fitness }: Evidence, part: 'input' | 'target'): OutOfScale | null {
  if (settings.standardize || (part === 'target' && encoding.target.kind === 'class')) return null
  const found = columns.filter(column => column.part === part && column.finite > 1 && !column.constant).map(({ name, mean, deviation }): OutOfScale => {
    const size = Math.hypot(mean, deviation)
    return { column: name, mean, deviation, size, large: size > 1, factor: size > 1 ? size : 1 / size }
  })
  // Small inputs among larger ones say little; targets that are all small are drowned by first predictions.
  const least = incident === null && fitness.worst <= 1 - leastGain ? farOut : 1
  const out = found.filter(({ size, large, factor }) => factor >= least && (large ? size > largest : part === 'target' && size < smallest))
  return out.reduce<OutOfScale | null>((worst, one) => (worst === null || one.factor > worst.factor ? one : worst), null)
}

/** The rate times the curvature beyond which steps of plain gradient descent overshoot by more each time. */
export const longestStep = 2

/**
 * Whether inputs alone make steps of plain gradient descent too long, whatever the targets are: the curvature of a squared error
 * along the weights of a linear unit is the mean square of its inputs, in which no target stands. Units in hidden layers have it
 * times what the layers above make of it, about 1 with first weights that keep sizes.
 */
export function inputsOvershoot({ columns, experiment: { settings: { optimizer, standardize }, loss } }: Evidence): boolean {
  if (optimizer.name !== 'sgd' || standardize || !(loss.name === 'mse' || loss.name === 'half-mse')) return false
  const squares = columns.filter(({ part }) => part === 'input').reduce((sum, { mean, deviation }) => sum + mean ** 2 + deviation ** 2, 1)
  return (optimizer.learningRate / (1 - optimizer.momentum)) * squares * (loss.name === 'mse' ? 2 : 1) > longestStep
}

/**
 * Which of both is to be looked at: the one farther out; of large ones the inputs where they alone make steps too long.
 */
export function worseScale(evidence: Evidence): { part: 'input' | 'target'; scale: OutOfScale } | null {
  const [input, target] = [outOfScale(evidence, 'input'), outOfScale(evidence, 'target')]
  if (input === null || target === null) return input !== null ? { part: 'input', scale: input } : target !== null ? { part: 'target', scale: target } : null
  const inputs = input.factor >= target.factor || (target.large && inputsOvershoot(evidence))
  return inputs ? { part: 'input', scale: input } : { part: 'target', scale: target }
}

export function scalingFix(says: Said): Fix {
  return settingsFix({ standardize: true }, says, {
    python: 'd = (d - np.nanmean(d, axis=0)) / np.nanstd(d, axis=0)', matlab: 'for k = 1:size(T,2), c = T(isfinite(T(:,k)),k); T(:,k) = (T(:,k) - mean(c)) / std(c); end',
  })
}
