/**
 * How far an optimizer can move a weight whatever the gradients are, and how large inputs would have to be before anything in
 * a step could overflow.
 *
 * Adam (Kingma and Ba 2015) moves a weight by rate * m/(1 - b1^t) / (sqrt(v/(1 - b2^t)) + epsilon). With m and v sums over
 * past gradients weighted by (1 - b1) b1^(t-i) and (1 - b2) b2^(t-i), the inequality of Cauchy and Schwarz gives
 *     |m| / sqrt(v) <= (1 - b1) / sqrt(1 - b2) * sqrt(sum of (b1^2 / b2)^j, j = 0 … t-1)
 * and gradients in proportion to (b1 / b2)^(t-i) attain it.
 */
import type { Network } from '../network/layout.ts'
import type { OptimizerSpec, Precision, ScheduleSpec } from '../network/spec.ts'
import { learningRateAt } from '../training/schedules.ts'

/** As its paper writes it. */
export function optimizerName({ name }: OptimizerSpec): string {
  return { adam: 'Adam', adamw: 'AdamW', rmsprop: 'RMSProp', sgd: 'SGD' }[name]
}

/** The largest that Adam's bias-corrected |m| / sqrt(v) can be at step t (from 1). */
export function adamRatio(beta1: number, beta2: number, t: number): number {
  if (beta2 === 0) return beta1 === 0 ? 1 : Infinity
  const r = (beta1 * beta1) / beta2
  const sum = r === 1 ? t : (1 - r ** t) / (1 - r)
  return (((1 - beta1) / Math.sqrt(1 - beta2)) * Math.sqrt(sum) * Math.sqrt(1 - beta2 ** t)) / (1 - beta1 ** t)
}

/** The largest move of a parameter in step t for a rate of 1; null where gradients alone decide. */
export function ratioBound(optimizer: OptimizerSpec, t: number): number | null {
  switch (optimizer.name) {
    case 'adam':
    case 'adamw':
      return adamRatio(optimizer.beta1, optimizer.beta2, t)
    case 'rmsprop': {
      // v >= (1 - rho) g^2, so |g| / sqrt(v) <= 1 / sqrt(1 - rho); momentum sums a geometric series of such terms.
      const one = 1 / Math.sqrt(1 - optimizer.rho)
      return optimizer.momentum === 0 ? one : (one * (1 - optimizer.momentum ** t)) / (1 - optimizer.momentum)
    }
    case 'sgd':
      return null
    default:
      return optimizer satisfies never
  }
}

/** The farthest that `steps` steps can carry a parameter; null where gradients alone decide. */
export function farthest(optimizer: OptimizerSpec, schedule: ScheduleSpec, steps: number): number | null {
  if (optimizer.name === 'sgd') return null
  const counted = Math.min(steps, 10_000)
  let sum = 0
  for (let t = 1; t <= counted; t++) sum += learningRateAt(schedule, optimizer.learningRate, t, steps) * (ratioBound(optimizer, t) ?? 0)
  // Past some thousand steps the ratio has reached its limit; the rest of the way at the largest rate is a bound still.
  return sum + (steps - counted) * optimizer.learningRate * (ratioBound(optimizer, steps) ?? 0)
}

/** log10 of the largest number of a precision, and of half of it: where a square overflows. */
export function largestExponent(precision: Precision): number {
  return precision === 'float32' ? 38.53 : 308.25
}

export interface OverflowBound {
  /** The farthest that the whole run can carry a weight; null with SGD. */
  readonly farthest: number | null
  /** Inputs or targets must be at least this large before the loss can overflow; null with SGD. */
  readonly forLoss: number | null
  /** The same for the optimizer's second moments; null without them. */
  readonly forMoments: number | null
}

/** What inputs or targets must at least be before anything of a step can overflow; null with SGD. */
export function leastBound({ forLoss, forMoments }: OverflowBound): number | null {
  return forLoss === null && forMoments === null ? null : Math.min(forLoss ?? Infinity, forMoments ?? Infinity)
}

export interface BoundRequest {
  readonly network: Network
  readonly optimizer: OptimizerSpec
  readonly schedule: ScheduleSpec
  readonly precision: Precision
  readonly steps: number
  /** The largest |weight| at the start. */
  readonly largestWeight: number
}

/**
 * A prediction is at most X times the product over layers of (inputs of the layer * largest weight); its square overflows once
 * it passes sqrt(largest number). A second moment takes a gradient's square, and a gradient is at most an error times an input
 * times weights. Orders of magnitude: both are what is needed at the least.
 */
export function overflowBound({ network, optimizer, schedule, precision, steps, largestWeight }: BoundRequest): OverflowBound {
  const far = farthest(optimizer, schedule, steps)
  if (far === null) return { farthest: null, forLoss: null, forMoments: null }
  const weight = Math.max(largestWeight + far, Number.MIN_VALUE)
  const top = largestExponent(precision)
  // Bounded activations only make this smaller; a sum over `inputs` products is at most inputs * weight * X.
  const gain = network.layers.reduce((sum, { inputs }) => sum + Math.log10(Math.max(inputs * weight, 1)), 0)
  const forLoss = 10 ** Math.max(top / 2 - gain, 0)
  const below = gain - Math.log10(Math.max((network.layers[0]?.inputs ?? 1) * weight, 1))
  // g <= error * (weights above) * x / B with error <= gain * X, and g^2 must stay below the largest number.
  const forMoments = optimizer.name === 'adam' || optimizer.name === 'adamw' || optimizer.name === 'rmsprop'
    ? 10 ** Math.max((top / 2 - gain - below) / 2, 0)
    : null
  return { farthest: far, forLoss, forMoments }
}
