/**
 * The operations a step is made of, at one precision: each result is rounded, as a machine of that precision rounds it.
 * Activations, losses and optimizers are written over this interface, so that a trace can run the very same lines with an
 * arithmetic that writes down every operand.
 */
import { erf, exp, log, log1p, sigmoid, softplus, tanh } from '../numeric/elementary.ts'
import { erf32, exp32, log1p_32, log32, sigmoid32, softplus32, tanh32 } from '../numeric/elementary32.ts'
import type { Precision } from '../network/spec.ts'

export interface Arithmetic {
  readonly precision: Precision
  /** To the nearest number of this precision. */
  round(x: number): number
  add(a: number, b: number): number
  subtract(a: number, b: number): number
  multiply(a: number, b: number): number
  divide(a: number, b: number): number
  sqrt(a: number): number
  exp(a: number): number
  log(a: number): number
  /** log(1 + a) */
  log1p(a: number): number
  tanh(a: number): number
  erf(a: number): number
  /** 1 / (1 + exp(-a)) */
  sigmoid(a: number): number
  /** log(1 + exp(a)) */
  softplus(a: number): number
}

const round = Math.fround

export const float64: Arithmetic = {
  precision: 'float64',
  round: x => x,
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  sqrt: Math.sqrt,
  exp, log, log1p, tanh, erf, sigmoid, softplus,
}

export const float32: Arithmetic = {
  precision: 'float32',
  round,
  add: (a, b) => round(a + b),
  subtract: (a, b) => round(a - b),
  multiply: (a, b) => round(a * b),
  divide: (a, b) => round(a / b),
  sqrt: a => round(Math.sqrt(a)),
  exp: exp32, log: log32, log1p: log1p_32, tanh: tanh32, erf: erf32, sigmoid: sigmoid32, softplus: softplus32,
}

export function arithmeticOf(precision: Precision): Arithmetic {
  return precision === 'float32' ? float32 : float64
}
