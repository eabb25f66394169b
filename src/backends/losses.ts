/**
 * Losses over an Arithmetic. For one row: terms (what is summed and divided for the data loss) and the derivative of the loss
 * by each output, already divided by the divisor of the reduction (backend.ts). Losses that treat outputs apart have a term
 * per output; categorical ones have one term per row.
 *
 * Cross-entropies from probabilities take the logarithm as it is, without a floor: a probability of 0 for the class that
 * was there is an infinite loss. A class with target 0 adds nothing, whatever its probability.
 */
import type { LossSpec } from '../network/spec.ts'
import { largestOf } from './activations.ts'
import type { Arithmetic } from './arithmetic.ts'
import type { FloatArray } from './backend.ts'

interface OutputLoss {
  term(m: Arithmetic, output: number, target: number): number
  /** Not yet divided. */
  derivative(m: Arithmetic, output: number, target: number): number
}

/** The loss of one output by itself; null for losses over a whole row. */
export function outputLoss(loss: LossSpec): OutputLoss | null {
  switch (loss.name) {
    case 'half-mse':
      return {
        term(m, o, y) {
          const e = m.subtract(o, y)
          return m.multiply(0.5, m.multiply(e, e))
        },
        derivative: (m, o, y) => m.subtract(o, y),
      }
    case 'mse':
      return {
        term(m, o, y) {
          const e = m.subtract(o, y)
          return m.multiply(e, e)
        },
        derivative: (m, o, y) => m.multiply(2, m.subtract(o, y)),
      }
    case 'mae':
      return {
        term: (m, o, y) => Math.abs(m.subtract(o, y)),
        derivative: (m, o, y) => Math.sign(m.subtract(o, y)),
      }
    case 'huber':
      return huber(loss.delta)
    case 'binary-cross-entropy':
      return {
        term(m, p, y) {
          const one = y === 0 ? 0 : m.multiply(y, m.log(p))
          const other = y === 1 ? 0 : m.multiply(m.subtract(1, y), m.log(m.subtract(1, p)))
          return -m.add(one, other)
        },
        derivative(m, p, y) {
          const one = y === 0 ? 0 : m.divide(y, p)
          const other = y === 1 ? 0 : m.divide(m.subtract(1, y), m.subtract(1, p))
          return m.subtract(other, one)
        },
      }
    case 'binary-cross-entropy-from-logits':
      return {
        // softplus(z) - y z
        term: (m, z, y) => m.subtract(m.softplus(z), m.multiply(y, z)),
        derivative: (m, z, y) => m.subtract(m.sigmoid(z), y),
      }
    case 'categorical-cross-entropy':
    case 'categorical-cross-entropy-from-logits':
      return null
    default:
      return loss satisfies never
  }
}

function huber(delta: number): OutputLoss {
  return {
    term(m, o, y) {
      const e = Math.abs(m.subtract(o, y))
      const bound = m.round(delta)
      if (e <= bound) return m.multiply(0.5, m.multiply(e, e))
      return m.multiply(bound, m.subtract(e, m.multiply(0.5, bound)))
    },
    derivative(m, o, y) {
      const e = m.subtract(o, y)
      const bound = m.round(delta)
      return e > bound ? bound : e < -bound ? -bound : e
    },
  }
}

/** The term of one row of a categorical loss: outputs and one-hot targets of `units` values from `offset`. */
export function categoricalTerm(m: Arithmetic, loss: LossSpec, outputs: FloatArray, targets: FloatArray, offset: number, units: number): number {
  if (loss.name === 'categorical-cross-entropy') {
    let sum = 0
    for (let j = 0; j < units; j++) {
      const y = targets[offset + j]!
      const p = outputs[offset + j]!
      if (y !== 0) sum = m.add(sum, m.multiply(y, m.log(p)))
      // A class that was not there adds nothing, but a probability that is no number must show.
      else if (p !== p) sum = p
    }
    return -sum
  }
  const largest = largestOf(outputs, offset, units)
  let sum = 0
  let inner = 0
  for (let j = 0; j < units; j++) {
    const z = m.subtract(outputs[offset + j]!, largest)
    sum = m.add(sum, m.exp(z))
    inner = m.add(inner, m.multiply(targets[offset + j]!, z))
  }
  return m.subtract(m.log(sum), inner)
}

/** The derivative of a categorical loss by each output of one row, not yet divided; `d` has the layout of `outputs`. */
export function categoricalDerivative(
  m: Arithmetic, loss: LossSpec, outputs: FloatArray, targets: FloatArray, d: FloatArray, offset: number, units: number,
): void {
  if (loss.name === 'categorical-cross-entropy') {
    for (let j = 0; j < units; j++) {
      const y = targets[offset + j]!
      const p = outputs[offset + j]!
      d[offset + j] = y !== 0 ? -m.divide(y, p) : p === p ? 0 : p
    }
    return
  }
  const largest = largestOf(outputs, offset, units)
  let sum = 0
  for (let j = 0; j < units; j++) {
    const e = m.exp(m.subtract(outputs[offset + j]!, largest))
    d[offset + j] = e
    sum = m.add(sum, e)
  }
  for (let j = 0; j < units; j++) d[offset + j] = m.subtract(m.divide(d[offset + j]!, sum), targets[offset + j]!)
}
