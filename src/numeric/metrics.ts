/**
 * How far predictions are from targets. Arrays are row-major: `predicted` and `target` of a regression are [rows, outputs]
 * of the same length, and every figure is over all their cells; probabilities are [rows, classes]; classes are whole numbers
 * 0 … classes - 1, one per row. Sums are in the order of stats.ts. A NaN anywhere makes a figure NaN (accuracy
 * counts it as wrong); no rows give NaN.
 */
import { log } from './elementary.ts'
import { NumericError, requireWhole } from './errors.ts'
import { blockSums } from './block-sums.ts'
import { mean, type Numbers } from './stats.ts'

function requireSameLength(predicted: Numbers, target: Numbers): void {
  if (predicted.length === target.length) return
  throw new NumericError(
    'metric-lengths', `Got ${predicted.length} predictions for ${target.length} targets; expected as many of one as of the other.`,
    { predicted: predicted.length, target: target.length },
  )
}

function differences(predicted: Numbers, target: Numbers): Float64Array {
  const out = new Float64Array(target.length)
  for (let i = 0; i < out.length; i++) out[i] = predicted[i]! - target[i]!
  return out
}

/** Root of the mean squared difference, in the target's unit. */
export function rmse(predicted: Numbers, target: Numbers): number {
  requireSameLength(predicted, target)
  const square = squaredErrors(predicted, target) / target.length
  // Where the sum passes 1.8e308 though each square does not, they are added in another unit.
  return Math.sqrt(Number.isFinite(square) ? square : mean(differences(predicted, target).map(difference => difference * difference)))
}

/** Mean absolute difference, in the target's unit. */
export function mae(predicted: Numbers, target: Numbers): number {
  requireSameLength(predicted, target)
  const [values, others] = [doubles(predicted), doubles(target)]
  const size = blockSums().absoluteErrors(values, others) / target.length
  return Number.isFinite(size) ? size : mean(differences(values, others).map(Math.abs))
}

function squaredErrors(predicted: Numbers, target: Numbers): number {
  return blockSums().squaredErrors(doubles(predicted), doubles(target))
}

function doubles(values: Numbers): Float64Array {
  return values instanceof Float64Array ? values : Float64Array.from(values)
}

/**
 * The share of the target's variance that is explained: 1 - sum of squared differences / sum of squared distances from the
 * target's mean. For one output; of several, call it per column. A constant target gives NaN, since nothing is to explain.
 */
export function r2(predicted: Numbers, target: Numbers): number {
  requireSameLength(predicted, target)
  const left = squaredErrors(predicted, target)
  const total = blockSums().squares(doubles(target), mean(target), 1)
  return total === 0 ? NaN : 1 - left / total
}

/** The share of rows whose class is right. */
export function accuracy(predicted: Numbers, target: Numbers): number {
  requireSameLength(predicted, target)
  return mean(Float64Array.from(target, (value, i) => (value === predicted[i] ? 1 : 0)))
}

/** The column of each row's greatest value, the first of equal ones. `scores` is [rows, classes]; a row with a NaN gives -1. */
export function mostLikely(scores: Numbers, classes: number): Int32Array {
  requireWhole(classes, 'The number of classes', 'metric-classes', 1, 2147483647)
  const out = new Int32Array(scores.length / classes)
  for (let row = 0; row < out.length; row++) {
    let best = 0
    for (let c = 0; c < classes; c++) {
      const score = scores[row * classes + c]!
      if (score !== score) best = -1
      if (best >= 0 && score > scores[row * classes + best]!) best = c
    }
    out[row] = best
  }
  return out
}

/**
 * Mean of -log(probability of the true class), in nats. `probabilities` is [rows, classes], or [rows] with `classes` 1 for
 * the probability of class 1 of two. A probability of 0 for what happened gives Infinity: nothing is clipped.
 */
export function logLoss(probabilities: Numbers, target: Numbers, classes: number): number {
  requireWhole(classes, 'The number of classes', 'metric-classes', 1, 2147483647)
  if (probabilities.length !== target.length * classes) {
    throw new NumericError(
      'metric-lengths', `Got ${probabilities.length} probabilities for ${target.length} rows of ${classes}; expected ${target.length * classes}.`,
      { predicted: probabilities.length, target: target.length, classes },
    )
  }
  const losses = Float64Array.from(target, (value, row) => {
    requireWhole(value, `The class of row ${row + 1}`, 'metric-class', 0, Math.max(1, classes - 1))
    if (classes > 1) return -log(probabilities[row * classes + value]!)
    const p = probabilities[row]!
    return -log(value === 1 ? p : 1 - p)
  })
  return mean(losses)
}

/** How often class t (row) was predicted as class p (column): counts [classes, classes], row-major. */
export function confusion(predicted: Numbers, target: Numbers, classes: number): Float64Array {
  requireSameLength(predicted, target)
  const counts = new Float64Array(classes * classes)
  for (let row = 0; row < target.length; row++) {
    requireWhole(target[row]!, `The class of row ${row + 1}`, 'metric-class', 0, classes - 1)
    requireWhole(predicted[row]!, `The predicted class of row ${row + 1}`, 'metric-class', 0, classes - 1)
    counts[target[row]! * classes + predicted[row]!]! += 1
  }
  return counts
}
