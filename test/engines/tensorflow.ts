/** TensorFlow.js for tests, or null with a sentence where it was not installed. */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TfCallback, TfLibrary, TfModel, TfTensor } from '../../src/adapters/tensorflow.ts'

const entry = join(dirname(fileURLToPath(import.meta.url)), 'node_modules', '@tensorflow', 'tfjs', 'package.json')

export interface TestModel extends TfModel {
  compile(options: { optimizer: unknown; loss: string | ((target: TfTensor, output: TfTensor) => TfTensor) }): void
  fit(x: TfTensor, y: TfTensor, options: { epochs: number; batchSize: number; shuffle: boolean; verbose: 0; callbacks: TfCallback; validationData?: [TfTensor, TfTensor]; validationSplit?: number }): Promise<unknown>
}

/** What tests use of the library beside what the adapter does. */
export interface TestTf extends TfLibrary {
  sequential(options: { layers: unknown[] }): TestModel
  readonly layers: {
    dense(options: { units: number; activation?: string; inputShape?: number[]; kernelInitializer?: unknown; name?: string }): unknown
    activation(options: { activation: string }): unknown
    dropout(options: { rate: number }): unknown
  }
  readonly initializers: { randomNormal(options: { mean: number; stddev: number; seed: number }): unknown }
  readonly train: { adam(rate: number): unknown; sgd(rate: number): unknown }
  tensor2d(values: number[][] | ArrayLike<number>, shape?: [number, number]): TfTensor
  add(a: TfTensor, b: TfTensor | number): TfTensor
  div(a: TfTensor, b: TfTensor): TfTensor
  log(x: TfTensor): TfTensor
  mul(a: TfTensor, b: TfTensor): TfTensor
  neg(x: TfTensor): TfTensor
  norm(x: TfTensor, order: 'euclidean', axis: number, keepDims: boolean): TfTensor
  sub(a: TfTensor | number, b: TfTensor): TfTensor
  sum(x: TfTensor, axis: number): TfTensor
  memory(): { numTensors: number }
}

export function tensorflowForTests(): TestTf | null {
  if (existsSync(entry)) {
    const require = createRequire(entry)
    // Its first use prints an advertisement of its native sibling.
    const { warn } = console
    console.warn = () => {}
    const tf: TestTf = require(dirname(entry))
    tf.tensor2d([[0]]).dispose()
    console.warn = warn
    return tf
  }
  if (process.env['WHYNAN_REQUIRE']) throw new Error('WHYNAN_REQUIRE is set and TensorFlow.js is missing: node test/engines/install.mjs')
  console.log('TensorFlow.js is not installed (node test/engines/install.mjs): its tests skip.')
  return null
}
