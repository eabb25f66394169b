/** Gradients, moments and parameters as other programs hold them, reduced to what is kept of them: counts and a norm. */
import type { TensorsSeen } from '../explain/watched/run.ts'
import { firstNonFinite } from '../numeric/floats.ts'

/** Numbers in any layout: typed arrays, lists, lists of lists, as deep as they come. */
export type TensorValues = number | ArrayLike<number> | readonly TensorValues[]

/** One tensor, or several by name. */
export type Tensors = TensorValues | ReadonlyMap<string, TensorValues> | { readonly [name: string]: TensorValues }

/** The tensors as one flat list each, by name; one without a name is called `''`. */
export function flattened(tensors: Tensors): Map<string, Float64Array | Float32Array> {
  if (tensors instanceof Map) return new Map([...tensors].map(([name, values]: [string, TensorValues]) => [name, flat(values)]))
  if (isValues(tensors)) return new Map([['', flat(tensors)]])
  return new Map(Object.entries(tensors).map(([name, values]) => [name, flat(values)]))
}

function isValues(tensors: Tensors): tensors is TensorValues {
  return typeof tensors === 'number' || Array.isArray(tensors) || ArrayBuffer.isView(tensors) || (typeof tensors === 'object' && 'length' in tensors && typeof tensors.length === 'number')
}

function flat(values: TensorValues): Float64Array | Float32Array {
  if (values instanceof Float64Array || values instanceof Float32Array) return values
  const numbers: number[] = []
  collect(values, numbers)
  return Float64Array.from(numbers)
}

function collect(values: TensorValues, into: number[]): void {
  if (typeof values === 'number') {
    into.push(values)
    return
  }
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (typeof value === 'number') into.push(value)
    else if (typeof value === 'object' && value !== null) collect(value, into)
    // What is no number, such as undefined, is NaN to arithmetic.
    else into.push(Number.NaN)
  }
}

/** The first bad element by exponent bits, how many there are, and the norm of the rest. */
export function tensorsSeen(tensors: ReadonlyMap<string, Float64Array | Float32Array>): TensorsSeen {
  let [elements, nonFinite, squares] = [0, 0, 0]
  let first: TensorsSeen['first'] = null
  for (const [name, values] of tensors) {
    elements += values.length
    const bad = firstNonFinite(values)
    if (bad >= 0) first ??= { name, index: bad, value: values[bad] ?? Number.NaN }
    for (const value of values) {
      if (Number.isFinite(value)) squares += value * value
      else nonFinite++
    }
  }
  return { elements, nonFinite, norm: Math.sqrt(squares), first }
}

/**
 * Of the parameters that are not finite, how many stand where a moment is exactly 0: the tensors of as many elements are
 * taken, and of several the one that fits most. Null where the layouts do not go together.
 */
export function zeroDivisors(parameters: ReadonlyMap<string, Float64Array | Float32Array>, moments: ReadonlyMap<string, Float64Array | Float32Array>): number | null {
  const all = joined(parameters)
  const candidates = [...moments.values()].filter(values => values.length === all.length)
  const whole = joined(moments)
  if (whole.length === all.length) candidates.push(whole)
  // First and second moments one after the other.
  if (whole.length === 2 * all.length) candidates.push(whole.subarray(all.length))
  if (candidates.length === 0) return null
  const count = (values: Float64Array | Float32Array): number => all.reduce((sum, value, i) => sum + (!Number.isFinite(value) && values[i] === 0 ? 1 : 0), 0)
  return Math.max(...candidates.map(count))
}

function joined(tensors: ReadonlyMap<string, Float64Array | Float32Array>): Float64Array {
  const values = [...tensors.values()]
  const all = new Float64Array(values.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of values) {
    all.set(part, at)
    at += part.length
  }
  return all
}
