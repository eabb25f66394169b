/**
 * An arithmetic that notices the first operation that makes something non-finite out of finite operands. The step's own
 * lines run over it, so that what it reports is what happened.
 */
import { arithmeticOf, type Arithmetic } from '../backends/arithmetic.ts'
import type { Precision } from '../network/spec.ts'

export type Primitive = Exclude<keyof Arithmetic, 'precision'>

export interface RecordedOperation {
  readonly operation: Primitive
  readonly operands: readonly number[]
  readonly result: number
}

export interface Recorder extends Arithmetic {
  /** The first that was born non-finite; null when none was. */
  readonly born: RecordedOperation | null
}

export function makeRecorder(precision: Precision): Recorder {
  const base = arithmeticOf(precision)
  let born: RecordedOperation | null = null
  const note = (operation: Primitive, operands: readonly number[], result: number): number => {
    if (born === null && !Number.isFinite(result) && operands.every(Number.isFinite)) born = { operation, operands, result }
    return result
  }
  const unary = (operation: Exclude<Primitive, 'add' | 'subtract' | 'multiply' | 'divide'>) => (a: number) => note(operation, [a], base[operation](a))
  const binary = (operation: 'add' | 'subtract' | 'multiply' | 'divide') => (a: number, b: number) => note(operation, [a, b], base[operation](a, b))
  return {
    precision,
    get born() {
      return born
    },
    add: binary('add'), subtract: binary('subtract'), multiply: binary('multiply'), divide: binary('divide'),
    round: unary('round'), sqrt: unary('sqrt'), exp: unary('exp'), log: unary('log'), log1p: unary('log1p'),
    tanh: unary('tanh'), erf: unary('erf'), sigmoid: unary('sigmoid'), softplus: unary('softplus'),
  }
}
