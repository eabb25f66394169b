/**
 * Activations of one unit and their derivatives, over an Arithmetic. `forward` takes z; `backward` takes z, a = forward(z)
 * and d, the derivative of the loss by a, and gives the derivative by z. A NaN in z comes out as NaN, both ways.
 * Softmax alone needs its whole row: `softmaxForward`, `softmaxBackward`.
 */
import type { Activation } from '../network/spec.ts'
import type { Arithmetic } from './arithmetic.ts'
import type { FloatArray } from './backend.ts'

export interface UnitActivation {
  forward(m: Arithmetic, z: number): number
  backward(m: Arithmetic, z: number, a: number, d: number): number
}

/** The slope of leaky-relu for z <= 0. */
export const leakySlope = 0.01
const sqrtHalf = 0.7071067811865476 // sqrt(1/2)
const inverseSqrt2Pi = 0.3989422804014327 // 1 / sqrt(2 pi)

export const unitActivations: Readonly<Record<Exclude<Activation, 'softmax'>, UnitActivation>> = {
  identity: {
    forward: (_m, z) => z,
    backward: (_m, _z, _a, d) => d,
  },
  relu: {
    // `z > 0 ? z : 0` would turn NaN into 0.
    forward: (_m, z) => (z <= 0 ? 0 : z),
    backward: (_m, z, _a, d) => (z <= 0 ? 0 : d),
  },
  'leaky-relu': {
    forward: (m, z) => (z <= 0 ? m.multiply(m.round(leakySlope), z) : z),
    backward: (m, z, _a, d) => (z <= 0 ? m.multiply(m.round(leakySlope), d) : d),
  },
  tanh: {
    forward: (m, z) => m.tanh(z),
    backward: (m, _z, a, d) => m.multiply(d, m.subtract(1, m.multiply(a, a))),
  },
  sigmoid: {
    forward: (m, z) => m.sigmoid(z),
    backward: (m, _z, a, d) => m.multiply(d, m.multiply(a, m.subtract(1, a))),
  },
  softplus: {
    forward: (m, z) => m.softplus(z),
    backward: (m, z, _a, d) => m.multiply(d, m.sigmoid(z)),
  },
  // z * Phi(z) with the exact normal distribution function; derivative Phi(z) + z * phi(z).
  gelu: {
    forward: (m, z) => m.multiply(m.multiply(0.5, z), m.add(1, m.erf(m.multiply(z, m.round(sqrtHalf))))),
    backward(m, z, _a, d) {
      const below = m.multiply(0.5, m.add(1, m.erf(m.multiply(z, m.round(sqrtHalf)))))
      const density = m.multiply(m.round(inverseSqrt2Pi), m.exp(m.multiply(-0.5, m.multiply(z, z))))
      return m.multiply(d, m.add(below, m.multiply(z, density)))
    },
  },
  silu: {
    forward: (m, z) => m.multiply(z, m.sigmoid(z)),
    backward(m, z, _a, d) {
      const s = m.sigmoid(z)
      return m.multiply(d, m.multiply(s, m.add(1, m.multiply(z, m.subtract(1, s)))))
    },
  },
}

/** a[i] = activation(z[i]) for every element; the two that need no arithmetic have loops of their own, for speed. */
export function activateAll(m: Arithmetic, activation: Exclude<Activation, 'softmax'>, z: FloatArray, a: FloatArray): void {
  if (activation === 'identity') {
    a.set(z)
  } else if (activation === 'relu') {
    for (let i = 0; i < z.length; i++) {
      const value = z[i]!
      a[i] = value <= 0 ? 0 : value
    }
  } else {
    const unit = unitActivations[activation]
    for (let i = 0; i < z.length; i++) a[i] = unit.forward(m, z[i]!)
  }
}

/** a[j] = exp(z[j] - max z) / (sum over j in index order), for `units` values from `offset`. */
export function softmaxForward(m: Arithmetic, z: FloatArray, a: FloatArray, offset: number, units: number): void {
  const largest = largestOf(z, offset, units)
  let sum = 0
  for (let j = 0; j < units; j++) {
    const e = m.exp(m.subtract(z[offset + j]!, largest))
    a[offset + j] = e
    sum = m.add(sum, e)
  }
  for (let j = 0; j < units; j++) a[offset + j] = m.divide(a[offset + j]!, sum)
}

/** dz[j] = a[j] * (d[j] - (sum of d[i] * a[i], in index order)). */
export function softmaxBackward(m: Arithmetic, a: FloatArray, d: FloatArray, dz: FloatArray, offset: number, units: number): void {
  let inner = 0
  for (let j = 0; j < units; j++) inner = m.add(inner, m.multiply(d[offset + j]!, a[offset + j]!))
  for (let j = 0; j < units; j++) dz[offset + j] = m.multiply(a[offset + j]!, m.subtract(d[offset + j]!, inner))
}

/** The largest of `units` values; NaN when any is NaN. */
export function largestOf(z: FloatArray, offset: number, units: number): number {
  let largest = z[offset]!
  for (let j = 1; j < units; j++) {
    const value = z[offset + j]!
    if (value > largest || value !== value) largest = value
  }
  return largest
}
