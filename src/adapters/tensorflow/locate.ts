/**
 * The failing batch once more through the model, layer by layer, with the weights it had before the step: the first element
 * that is not finite, and what it came out of. Dropout is off, as when predicting: what fails with it off was not its doing.
 */
import type { Located } from '../../explain/watched/run.ts'
import { firstNonFinite } from '../../numeric/floats.ts'
import { classNameOf, fieldOf, isTensor, lossFunctionOf, rowsOf, valuesOf, widthOf, type TfLayer, type TfLibrary, type TfModel, type TfProbe, type TfTensor } from './model.ts'

interface Seen {
  readonly stage: string
  readonly name: string
  /** From 1. */
  readonly layer: number | null
  readonly values: Float64Array
  /** Numbers in a row of the batch; null where it has no rows. */
  readonly width: number | null
  /** The operation of the first bad element, where it can be told. */
  readonly born?: (element: number) => { name: string; operands: number[] } | null
  /** Of losses by row: the target and the answer of one. */
  readonly compared?: (row: number) => NonNullable<Located['compared']>
}

type Spread = Located['spread'][number]

/** `rows`: those of the batch, from 0, in its order. Null where everything is finite. The model must hold the weights to be tried. */
export async function locate<T extends TfTensor>(tf: TfLibrary<T>, model: TfModel<T>, x: T, y: T, rows: readonly number[]): Promise<Located | null> {
  const [inputs, targets] = [rowsOf(tf, x, rows), rowsOf(tf, y, rows)]
  try {
    let found: Omit<Located, 'spread'> | null = null
    const spread: Spread[] = []
    for await (const seen of tensorsOf(tf, model, inputs, targets)) {
      const bad = firstNonFinite(seen.values)
      if (bad < 0) continue
      found ??= firstOf(seen, bad, rows)
      spread.push(spreadOf(seen))
    }
    return found === null ? null : { ...found, spread }
  } finally {
    inputs.dispose()
    targets.dispose()
  }
}

/** Every tensor of the step, in the order of computing. */
async function* tensorsOf<T extends TfTensor>(tf: TfLibrary<T>, model: TfModel<T>, inputs: T, targets: T): AsyncGenerator<Seen> {
  const x = await valuesOf(inputs)
  yield { stage: 'input', name: 'input', layer: null, values: x, width: widthOf(inputs) }
  const before = new Map<unknown, { values: Float64Array; width: number }>()
  before.set(model.inputs[0], { values: x, width: widthOf(inputs) })
  const layers = probed(model)
  const outputs = layers.length === 0 ? [] : [probeOf(tf, model, layers).predict(inputs)].flat()
  try {
    for (const [i, layer] of layers.entries()) {
      const output = outputs[i]
      if (output === undefined) continue
      const values = await valuesOf(output)
      const width = widthOf(output)
      const from = before.get(layer.input)
      before.set(layer.output, { values, width })
      const weights = await denseWeights(layer)
      yield {
        stage: 'activation', name: `${layer.name} (${layer.getClassName()})`, layer: model.layers.indexOf(layer) + 1, values, width,
        ...(from === undefined || weights === null ? {} : { born: (element: number) => bornInDense(layer, weights, from.values, from.width, element) }),
      }
    }
    yield { stage: 'target', name: 'target', layer: null, values: await valuesOf(targets), width: widthOf(targets) }
    yield* lossAndGradients(tf, model, inputs, targets, outputs.at(-1))
  } finally {
    for (const output of outputs) output.dispose()
  }
}

/** Layers whose one output can be asked for; one that stands in several places has none. */
function probed({ layers }: { readonly layers: readonly TfLayer[] }): TfLayer[] {
  return layers.filter(layer => {
    try {
      return !Array.isArray(layer.output) && layer.getClassName() !== 'InputLayer'
    } catch {
      return false
    }
  })
}

function probeOf<T extends TfTensor>(tf: TfLibrary<T>, { inputs }: TfModel<T>, layers: readonly TfLayer[]): TfProbe<T> {
  return tf.model({ inputs, outputs: layers.map(layer => layer.output) })
}

async function* lossAndGradients<T extends TfTensor>(tf: TfLibrary<T>, model: TfModel<T>, inputs: T, targets: T, output: TfTensor | undefined): AsyncGenerator<Seen> {
  const lossFunction = lossFunctionOf(model)
  if (lossFunction === null || output === undefined) return
  const losses = lossFunction(targets, output)
  if (!isTensor(losses)) return
  const values = await valuesOf(losses)
  const [target, answer] = [await valuesOf(targets), await valuesOf(output)]
  const rowOf = (of: TfTensor, all: Float64Array, row: number): number[] => [...all.subarray(row * widthOf(of), (row + 1) * widthOf(of))]
  yield {
    stage: 'loss', name: `loss (${lossName(model)})`, layer: null, values, width: values.length === inputs.shape[0] ? 1 : null,
    compared: row => ({ target: rowOf(targets, target, row), answer: rowOf(output, answer, row) }),
  }
  losses.dispose()
  const { value, grads } = tf.variableGrads(() => {
    const each = lossFunction(targets, asTensor<T>(model.apply(inputs, { training: false })))
    return tf.mean(asTensor<T>(each))
  })
  value.dispose()
  const own = new Set(model.layers.flatMap(layer => variableNames(layer)))
  for (const [name, gradient] of Object.entries(grads).reverse()) {
    if (own.has(name)) yield { stage: 'gradient', name: `gradient of ${name}`, layer: null, values: await valuesOf(gradient), width: null }
    gradient.dispose()
  }
}

function asTensor<T extends TfTensor>(value: unknown): T {
  const [first]: unknown[] = [value].flat()
  if (!isTensor<T>(first)) throw new TypeError('The model gave no tensor.')
  return first
}

function variableNames(layer: TfLayer): string[] {
  const weights: unknown = 'trainableWeights' in layer ? layer.trainableWeights : []
  return Array.isArray(weights) ? weights.flatMap((weight: unknown) => {
    const variable = typeof weight === 'object' && weight !== null ? fieldOf(weight, 'val') : undefined
    return typeof variable === 'object' && variable !== null && 'name' in variable && typeof variable.name === 'string' ? [variable.name] : []
  }) : []
}

function lossName({ loss }: { readonly loss?: unknown }): string {
  return typeof loss === 'string' ? loss : typeof loss === 'function' && loss.name !== '' ? loss.name : 'loss'
}

interface DenseWeights {
  readonly kernel: Float64Array
  readonly bias: Float64Array | null
  readonly units: number
}

async function denseWeights(layer: TfLayer): Promise<DenseWeights | null> {
  if (layer.getClassName() !== 'Dense') return null
  const [kernel, bias] = layer.getWeights()
  const units = kernel?.shape[1]
  if (kernel === undefined || units === undefined) return null
  return { kernel: await valuesOf(kernel), bias: bias === undefined ? null : await valuesOf(bias), units }
}

/** z = x W + b of one element, product by product, in float32 as TensorFlow.js computes; then its activation. */
function bornInDense(layer: TfLayer, { kernel, bias, units }: DenseWeights, x: Float64Array, width: number, element: number): { name: string; operands: number[] } | null {
  const [row, unit] = [Math.floor(element / units), element % units]
  let sum = bias?.[unit] ?? 0
  if (!Number.isFinite(sum)) return { name: `${layer.name}: its bias`, operands: [sum] }
  for (let k = 0; k < width; k++) {
    const [a, b] = [x[row * width + k] ?? Number.NaN, kernel[k * units + unit] ?? Number.NaN]
    const product = Math.fround(a * b)
    if (!Number.isFinite(product)) return { name: `${layer.name}: a product`, operands: [a, b] }
    const next = Math.fround(sum + product)
    if (!Number.isFinite(next)) return { name: `${layer.name}: a sum`, operands: [sum, product] }
    sum = next
  }
  const activation = classNameOf(fieldOf(layer, 'activation'))
  return activation === null ? null : { name: `${layer.name}: ${activation}`, operands: [sum] }
}

function firstOf({ stage, name, layer, values, width, born, compared }: Seen, bad: number, rows: readonly number[]): Omit<Located, 'spread'> {
  const place = born?.(bad) ?? null
  return {
    name: place?.name ?? name, operands: place?.operands ?? [], value: values[bad] ?? Number.NaN, stage, layer,
    row: width === null ? null : rows[Math.floor(bad / width)] ?? null, unit: width === null ? null : bad % width + 1,
    ...(width === null || compared === undefined ? {} : { compared: compared(Math.floor(bad / width)) }),
  }
}

function spreadOf({ stage, name, layer, values, width }: Seen): Spread {
  const bad = Array.from(values.keys()).filter(i => !Number.isFinite(values[i]))
  return { stage, name, layer, nonFinite: bad.length, of: values.length, rows: width === null ? null : new Set(bad.map(i => Math.floor(i / width))).size }
}
