/**
 * What of TensorFlow.js is used, by shape: a program that has it hands it in, and nobody else needs it. Methods, not
 * properties, so that the library's own narrower types fit.
 */
export interface TfTensor {
  readonly shape: number[]
  readonly isDisposed: boolean
  data(): Promise<ArrayLike<number>>
  clone(): TfTensor
  dispose(): void
}

export interface TfLayer {
  readonly name: string
  readonly output: unknown
  readonly input: unknown
  getClassName(): string
  getWeights(): TfTensor[]
}

/** A `LayersModel` or `Sequential` that was compiled. T: the library's own tensors. */
export interface TfModel<T extends TfTensor = TfTensor> {
  readonly layers: TfLayer[]
  readonly inputs: unknown[]
  readonly loss?: unknown
  readonly optimizer?: unknown
  stopTraining?: boolean
  apply(x: NoInfer<T>, options?: { [name: string]: unknown }): unknown
  getWeights(): T[]
  setWeights(weights: TfTensor[]): void
  trainOnBatch(x: NoInfer<T>, y: NoInfer<T>): Promise<number | number[]>
}

/** A model made to look inside another. */
export interface TfProbe<T extends TfTensor = TfTensor> {
  predict(x: T): TfTensor | TfTensor[]
}

/** The library: what `import * as tf from '@tensorflow/tfjs'` gives. */
export interface TfLibrary<T extends TfTensor = TfTensor> {
  gather(x: T, rows: number[], axis?: number): T
  mean(x: T): T
  model(of: { inputs: unknown; outputs: unknown }): TfProbe<T>
  variableGrads(f: () => TfTensor): { value: TfTensor; grads: { [name: string]: TfTensor } }
}

/** A tensor's numbers, row by row. */
export function valuesOf(tensor: TfTensor): Promise<Float64Array> {
  return tensor.data().then(values => Float64Array.from(values))
}

/** Rows of a tensor, as a tensor of their own. */
export function rowsOf<T extends TfTensor>(tf: TfLibrary<T>, tensor: T, rows: readonly number[]): T {
  return tf.gather(tensor, [...rows])
}

/** How many numbers a row holds. */
export function widthOf({ shape }: TfTensor): number {
  return shape.slice(1).reduce((product, size) => product * size, 1)
}

/** The loss of each row, where the compiled model lets it be seen: it keeps its functions in a field that is not documented. */
export function lossFunctionOf<T extends TfTensor>(model: TfModel<T>): ((target: TfTensor, output: TfTensor) => unknown) | null {
  const inner = fieldOf(model, 'model')
  const functions = fieldOf(model, 'lossFunctions') ?? (typeof inner === 'object' && inner !== null ? fieldOf(inner, 'lossFunctions') : undefined)
  const first: unknown = Array.isArray(functions) ? functions[0] : undefined
  return isLoss(first) ? first : null
}

function isLoss(value: unknown): value is (target: TfTensor, output: TfTensor) => unknown {
  return typeof value === 'function'
}

/** An own field that no type tells of; undefined where there is none. */
export function fieldOf(of: object, name: string): unknown {
  const descriptor = Object.getOwnPropertyDescriptor(of, name)
  return descriptor?.value
}

/** What the library gives back where its types do not say that it is one of its tensors. */
export function isTensor<T extends TfTensor>(value: unknown): value is T {
  return typeof value === 'object' && value !== null && 'shape' in value && 'data' in value && 'dispose' in value
}

/** The name of a class, as the library's own objects give it; else their constructor's. */
export function classNameOf(of: unknown): string | null {
  if (typeof of !== 'object' || of === null) return null
  if ('getClassName' in of && typeof of.getClassName === 'function') {
    const name: unknown = of.getClassName()
    return typeof name === 'string' ? name : null
  }
  return of.constructor.name
}
