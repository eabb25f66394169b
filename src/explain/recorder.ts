/**
 * An arithmetic that writes down what it did, so that of a result that is not finite it can be said which operation made it
 * so: the step's own lines run over it, and what it reports is what happened.
 *
 * A product that overflows need not reach the result (a finite number over Infinity is 0 again). So the way is walked from the
 * result back, through the operations whose results were operands of it, to the first whose own operands were finite.
 */
import { arithmeticOf, type Arithmetic } from '../backends/arithmetic.ts'
import type { Precision } from '../network/spec.ts'

export type Primitive = Exclude<keyof Arithmetic, 'precision'>

/** Where an operation stood, as far as it says more than the element: a batch position, a parameter. */
export interface Place {
  readonly position?: number
  readonly parameter?: number
}

export interface RecordedOperation extends Place {
  readonly operation: Primitive
  readonly operands: readonly number[]
  readonly result: number
}

export interface Recorder extends Arithmetic {
  /**
   * Told after each part of a long sum, with the sum so far. While that is finite nothing before it matters any more, and it is
   * forgotten; once it is not, its birth was at this place, and stays so.
   */
  summed(sum: number, place: Place): void
  /** The operation that made `value` non-finite out of finite operands; null where no operation here did. */
  birthOf(value: number): RecordedOperation | null
}

export function makeRecorder(precision: Precision): Recorder {
  const base = arithmeticOf(precision)
  let done: RecordedOperation[] = []
  let found: RecordedOperation | null = null
  const note = (operation: Primitive, operands: readonly number[], result: number): number => {
    if (found === null) done.push({ operation, operands, result })
    return result
  }
  const unary = (operation: Exclude<Primitive, 'add' | 'subtract' | 'multiply' | 'divide'>) => (a: number) => note(operation, [a], base[operation](a))
  const binary = (operation: 'add' | 'subtract' | 'multiply' | 'divide') => (a: number, b: number) => note(operation, [a, b], base[operation](a, b))
  return {
    precision,
    summed(sum, place) {
      if (found !== null) return
      const born = Number.isFinite(sum) ? null : originOf(done, sum)
      if (born !== null) found = { ...born, ...place }
      done = []
    },
    birthOf: value => found ?? originOf(done, value),
    add: binary('add'), subtract: binary('subtract'), multiply: binary('multiply'), divide: binary('divide'),
    round: unary('round'), sqrt: unary('sqrt'), exp: unary('exp'), log: unary('log'), log1p: unary('log1p'),
    tanh: unary('tanh'), erf: unary('erf'), sigmoid: unary('sigmoid'), softplus: unary('softplus'),
  }
}

/** The first operation, of those that led to `value`, that made something non-finite out of finite operands. */
function originOf(done: readonly RecordedOperation[], value: number): RecordedOperation | null {
  if (Number.isFinite(value)) return null
  let first = done.length
  const open: { readonly value: number; readonly before: number }[] = [{ value, before: done.length }]
  const seen = new Set<number>()
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const at = latest(done, next.value, next.before)
    const operation = done[at]
    if (operation === undefined || seen.has(at)) continue
    seen.add(at)
    const bad = operation.operands.filter(operand => !Number.isFinite(operand))
    if (bad.length === 0) first = Math.min(first, at)
    for (const operand of bad) open.push({ value: operand, before: at })
  }
  return done[first] ?? null
}

/** The latest operation before `before` with this result; a sign may have been turned between operations, which is none itself. */
function latest(done: readonly RecordedOperation[], value: number, before: number): number {
  for (let i = before - 1; i >= 0; i--) if (Object.is(done[i]?.result, value)) return i
  for (let i = before - 1; i >= 0; i--) if (done[i]?.result === -value) return i
  return -1
}
