/**
 * Optimizers' updates over an Arithmetic, parameter by parameter in index order. Each reads gradient, parameters and moments,
 * and writes the next ones beside them, so that the guard can look before they become current. Constants are computed in
 * float64 and rounded once.
 *
 * A next parameter below 2^-63 (float64: 2^-511), whose square is no normal number, becomes 0, and so does a next moment that
 * is subnormal. L2 takes units that are not needed down there, where they would stay for good, and a processor takes a hundred
 * times as long over each subnormal product.
 *
 * Weight decay is decoupled (Loshchilov and Hutter 2019): weights, not biases, are multiplied by 1 - rate * decay first.
 */
import { integerPower } from '../numeric/elementary.ts'
import type { Network } from '../network/layout.ts'
import type { OptimizerSpec } from '../network/spec.ts'
import type { Arithmetic } from './arithmetic.ts'
import type { FloatArray, TrainerState } from './backend.ts'

/**
 * 1 - beta^step. beta^step is at most e^(-(1 - beta) step), and below e^-42, which is below 2^-60, it takes nothing from 1: later steps need no
 * power, whose factors would soon be subnormal numbers, and slow.
 */
export function withoutPower(beta: number, step: number): number {
  return (1 - beta) * step > 42 ? 1 : 1 - integerPower(beta, step)
}

/** How many moment vectors an optimizer keeps. */
export function momentsOf(optimizer: OptimizerSpec): { first: boolean; second: boolean } {
  switch (optimizer.name) {
    case 'sgd': return { first: optimizer.momentum > 0, second: false }
    case 'rmsprop': return { first: optimizer.momentum > 0, second: true }
    case 'adam':
    case 'adamw': return { first: true, second: true }
    default: return optimizer satisfies never
  }
}

const smallestNormal = { float32: 2 ** -126, float64: 2 ** -1022 } as const
const smallestParameter = { float32: 2 ** -63, float64: 2 ** -511 } as const

/** A moment, or 0 where it is subnormal. */
function settled(m: Arithmetic, x: number): number {
  return Math.abs(x) < smallestNormal[m.precision] ? 0 : x
}

/** Writes the state after the update into `next`; `step` counts from 1. */
export function update(
  m: Arithmetic, optimizer: OptimizerSpec, network: Network, learningRate: number, step: number,
  gradient: FloatArray, state: TrainerState, next: TrainerState,
): void {
  const decay = optimizer.weightDecay === 0 ? null : m.round(1 - learningRate * optimizer.weightDecay)
  const change = changeOf(m, optimizer, learningRate, step, gradient, state, next)
  for (const layer of network.layers) {
    for (let i = layer.weights; i < layer.biases + layer.units; i++) {
      const before = state.parameters[i]!
      const kept = decay !== null && i < layer.biases ? m.multiply(before, decay) : before
      const after = m.subtract(kept, change(i))
      next.parameters[i] = Math.abs(after) < smallestParameter[m.precision] ? 0 : after
    }
  }
}

/** What is subtracted from parameter i; computing it writes its moments. */
function changeOf(
  m: Arithmetic, optimizer: OptimizerSpec, learningRate: number, step: number,
  gradient: FloatArray, state: TrainerState, next: TrainerState,
): (i: number) => number {
  switch (optimizer.name) {
    case 'sgd': {
      const rate = m.round(learningRate)
      if (optimizer.momentum === 0) return i => m.multiply(rate, gradient[i]!)
      const momentum = m.round(optimizer.momentum)
      return i => {
        const g = gradient[i]!
        const velocity = settled(m, m.add(m.multiply(momentum, state.first[i]!), g))
        next.first[i] = velocity
        return m.multiply(rate, optimizer.nesterov ? m.add(g, m.multiply(momentum, velocity)) : velocity)
      }
    }
    case 'rmsprop': {
      const rate = m.round(learningRate)
      const rho = m.round(optimizer.rho)
      const fresh = m.round(1 - optimizer.rho)
      const epsilon = m.round(optimizer.epsilon)
      const momentum = m.round(optimizer.momentum)
      return i => {
        const g = gradient[i]!
        const v = settled(m, m.add(m.multiply(rho, state.second[i]!), m.multiply(fresh, m.multiply(g, g))))
        next.second[i] = v
        const scaled = m.divide(g, m.add(m.sqrt(v), epsilon))
        if (optimizer.momentum === 0) return m.multiply(rate, scaled)
        const velocity = settled(m, m.add(m.multiply(momentum, state.first[i]!), scaled))
        next.first[i] = velocity
        return m.multiply(rate, velocity)
      }
    }
    case 'adam':
    case 'adamw': {
      // Kingma and Ba 2015, with both bias corrections folded into constants of the step.
      const { beta1, beta2 } = optimizer
      const rate = m.round(learningRate / withoutPower(beta1, step))
      const correction = m.round(1 / withoutPower(beta2, step))
      const keep1 = m.round(beta1)
      const fresh1 = m.round(1 - beta1)
      const keep2 = m.round(beta2)
      const fresh2 = m.round(1 - beta2)
      const epsilon = m.round(optimizer.epsilon)
      return i => {
        const g = gradient[i]!
        const first = settled(m, m.add(m.multiply(keep1, state.first[i]!), m.multiply(fresh1, g)))
        const second = settled(m, m.add(m.multiply(keep2, state.second[i]!), m.multiply(fresh2, m.multiply(g, g))))
        next.first[i] = first
        next.second[i] = second
        return m.divide(m.multiply(rate, first), m.add(m.sqrt(m.multiply(correction, second)), epsilon))
      }
    }
    default:
      return optimizer satisfies never
  }
}
