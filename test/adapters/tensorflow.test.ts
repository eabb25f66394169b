/** whynan/tfjs on TensorFlow.js itself: which layer, which row, which step; and that its types and tensors are handled as they should be. */
import { spawnSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fitTensors, watchCallback, watchTrainOnBatch, type TfTensor } from '../../src/adapters/tensorflow.ts'
import { smoothTable } from '../explain/cases.ts'
import { tensorflowForTests, type TestModel } from '../engines/tensorflow.ts'

const tf = tensorflowForTests()
const { NaN } = Number

describe.skipIf(tf === null)('TensorFlow.js', () => {
  if (tf === null) return
  const seeded = (seed: number) => tf.initializers.randomNormal({ mean: 0, stddev: 0.5, seed })

  function data(cells: readonly { row: number; column: number; value: number }[] = [], rows = 200): { x: TfTensor; y: TfTensor } {
    const table = smoothTable(rows, 3, cells)
    const column = (c: number, row: number): number => {
      const found = table.columns[c]
      return found?.kind === 'numeric' ? found.values[row] ?? NaN : NaN
    }
    const all = Array.from({ length: rows }, (_, row) => row)
    return { x: tf!.tensor2d(all.map(row => [0, 1, 2].map(c => column(c, row)))), y: tf!.tensor2d(all.map(row => [column(3, row)])) }
  }

  function model(activation = 'relu', loss: Parameters<TestModel['compile']>[0]['loss'] = 'meanSquaredError', rate = 0.01): TestModel {
    const made = tf!.sequential({
      layers: [
        tf!.layers.dense({ units: 8, activation, inputShape: [3], kernelInitializer: seeded(1), name: 'first' }), tf!.layers.dropout({ rate: 0.1 }),
        tf!.layers.dense({ units: 1, kernelInitializer: seeded(2), name: 'last' }),
      ],
    })
    made.compile({ optimizer: tf!.train.adam(rate), loss })
    return made
  }

  describe('fitTensors', () => {
    test('trains a healthy model and says nothing', async () => {
      const { x, y } = data()
      const { history, explanation, failedAt, steps } = await fitTensors(tf, model(), x, y, { epochs: 8, batchSize: 20, seed: 3 })
      expect({ explanation, failedAt, steps }).toEqual({ explanation: null, failedAt: null, steps: 80 })
      expect(history.loss.at(-1)).toBeLessThan(history.loss[0] ?? 0)
    })

    test('names the row that holds NaN, the layer that met it, and the law of epochs', async () => {
      const { x, y } = data([{ row: 41, column: 1, value: NaN }])
      const trained = model('tanh')
      const { explanation, failedAt } = await fitTensors(tf, trained, x, y, { epochs: 5, batchSize: 20, seed: 3, names: ['a', 'b', 'c', 'y'] })
      expect(failedAt).toBeLessThanOrEqual(10)
      expect(explanation).toMatchObject({
        outcome: 'non-finite', step: failedAt,
        cause: { id: 'nan-in-input', proven: false, cells: [{ row: 42, index: 41, column: 2, columnName: 'b', drawn: true }], operation: { name: 'input', stage: 'input', row: 42, unit: 2 } },
        batchLaw: { sampling: 'epoch', rows: 200, badRows: 1, batch: 20 },
      })
      expect(explanation?.chain.map(({ says }) => says)).toEqual(expect.arrayContaining(['input: 1 of 60', 'first (Dense): 8 of 160', 'last (Dense): 1 of 20']))
      // The weights are those before the failing step.
      for (const weight of trained.getWeights()) for (const value of Array.from(await weight.data())) expect(Number.isFinite(value)).toBe(true)
    })

    test('the same order of rows for the same seed', async () => {
      const { x, y } = data([{ row: 41, column: 1, value: NaN }])
      const steps = async (seed: number) => (await fitTensors(tf, model('tanh'), x, y, { epochs: 1, batchSize: 10, seed })).failedAt
      expect(await steps(3)).toBe(await steps(3))
    })

    test('a NaN target', async () => {
      const { x, y } = data([{ row: 7, column: 3, value: NaN }])
      const { explanation } = await fitTensors(tf, model(), x, y, { batchSize: 200 })
      expect(explanation).toMatchObject({ step: 1, cause: { id: 'nan-in-target', cells: [{ row: 8, column: 4 }], operation: { name: 'target', row: 8 } } })
    })

    test('refuses x and y of different lengths', async () => {
      await expect(fitTensors(tf, model(), data().x, data([], 100).y)).rejects.toMatchObject({ id: 'rows-differ' })
    })
  })

  describe('watchTrainOnBatch', () => {
    test('finds the operation: a logarithm of 0 in the loss', async () => {
      const { x } = data()
      const y = tf.tensor2d(Array.from({ length: 200 }, (_, row) => [row === 7 ? 1 : 0]))
      // A cross-entropy without a guard, on outputs that a ReLU sets to 0.
      const loss = (target: TfTensor, output: TfTensor): TfTensor => tf.neg(tf.sum(tf.mul(target, tf.log(output)), -1))
      const broken = tf.sequential({ layers: [tf.layers.dense({ units: 1, activation: 'relu', inputShape: [3], kernelInitializer: tf.initializers.randomNormal({ mean: 0, stddev: 1e-30, seed: 1 }) }), tf.layers.activation({ activation: 'relu' })] })
      broken.compile({ optimizer: tf.train.sgd(0.1), loss })
      const watched = watchTrainOnBatch(tf, broken, x, y)
      expect(await watched.trainOnBatch([7, 8, 9])).toBe(false)
      expect(watched.explain().cause).toMatchObject({ id: 'log-of-zero', operation: { stage: 'loss', result: 'Infinity', row: 8 } })
    })

    test('a product that overflows float32, with both factors', async () => {
      const { x, y } = data([{ row: 5, column: 0, value: 3e38 }])
      const watched = watchTrainOnBatch(tf, model(), x, y)
      expect(await watched.trainOnBatch([1, 2, 3])).toBe(true)
      expect(await watched.trainOnBatch([4, 5, 6])).toBe(false)
      const { cause, chain, text } = watched.explain()
      expect(cause).toMatchObject({ id: 'outlier-overflow', cells: [{ row: 6, column: 1 }] })
      expect(chain[0]?.nonFinite, text).toBeGreaterThan(0)
      expect(watched.failedAt).toBe(2)
    })

    test('a finite loss over weights that are NaN', async () => {
      // Math.max(0, NaN) is NaN, but a loss may leave rows out: here a weight of 0 for the bad row hides nothing from the weights.
      const { x, y } = data([{ row: 5, column: 0, value: NaN }])
      const hiding = model('tanh', (target, output) => tf.mul(tf.sum(tf.mul(target, target), -1), tf.sum(tf.mul(output, tf.tensor2d([[0]])), -1)))
      const watched = watchTrainOnBatch(tf, hiding, x, y)
      expect(await watched.trainOnBatch([4, 5, 6])).toBe(false)
    })

    test('rows that are not there', async () => {
      const { x, y } = data()
      const watched = watchTrainOnBatch(tf, model(), x, y)
      expect(await watched.trainOnBatch([1, 200])).toBe(false)
      expect(watched.explain().cause).toMatchObject({ id: 'rows-beyond-table' })
    })

    test('a rate that diverges', async () => {
      const { x, y } = data()
      const steep = tf.sequential({ layers: [tf.layers.dense({ units: 8, activation: 'relu', inputShape: [3], kernelInitializer: seeded(1) }), tf.layers.dense({ units: 1, kernelInitializer: seeded(2) })] })
      steep.compile({ optimizer: tf.train.sgd(5), loss: 'meanSquaredError' })
      const watched = watchTrainOnBatch(tf, steep, x, y)
      for (let step = 0; step < 60 && (await watched.trainOnBatch(Array.from({ length: 50 }, (_, i) => (step * 50 + i) % 200))); step++);
      expect(watched.explain().cause?.id ?? watched.explain().text).toBe('learning-rate-too-high')
    })

    test('leaves no tensors behind', async () => {
      const { x, y } = data()
      const watched = watchTrainOnBatch(tf, model(), x, y)
      await watched.trainOnBatch([1, 2, 3])
      const { numTensors } = tf.memory()
      for (let step = 0; step < 5; step++) await watched.trainOnBatch([1, 2, 3])
      expect(tf.memory().numTensors).toBe(numTensors)
    })

    test('refuses to explain what it has not seen', () => {
      const { x, y } = data()
      expect(() => watchTrainOnBatch(tf, model(), x, y).explain()).toThrow(/train on a batch first/)
    })
  })

  describe('watchCallback in model.fit', () => {
    test('in the order of the table: stops, and names the row', async () => {
      const { x, y } = data([{ row: 41, column: 1, value: NaN }])
      const fitted = model('tanh')
      const callback = watchCallback(tf, fitted, x, y, { shuffle: false, batchSize: 20 })
      await fitted.fit(x, y, { epochs: 3, batchSize: 20, shuffle: false, verbose: 0, callbacks: callback })
      expect(callback.failedAt).toBe(3)
      expect(callback.explain()).toMatchObject({ step: 3, cause: { id: 'nan-in-input', cells: [{ row: 42, drawn: true }], operation: { row: 42, name: 'input' } } })
    })

    test('shuffled: the row by trying the weights on all', async () => {
      const { x, y } = data([{ row: 41, column: 1, value: NaN }])
      const fitted = model('tanh')
      const callback = watchCallback(tf, fitted, x, y, { shuffle: true, batchSize: 20 })
      await fitted.fit(x, y, { epochs: 3, batchSize: 20, shuffle: true, verbose: 0, callbacks: callback })
      expect(callback.explain()).toMatchObject({ cause: { id: 'nan-in-input', cells: [{ row: 42 }], operation: { row: 42 } } })
      expect(callback.explain().text).toContain('did not say which rows its batches held')
    })

    test('a validation loss that is not finite', async () => {
      const { x, y } = data()
      const other = data([{ row: 3, column: 0, value: NaN }], 50)
      const fitted = model('tanh')
      const callback = watchCallback(tf, fitted, x, y, { shuffle: false, batchSize: 50 })
      await fitted.fit(x, y, { epochs: 2, batchSize: 50, shuffle: false, verbose: 0, callbacks: callback, validationData: [other.x, other.y] })
      expect(callback.explain()).toMatchObject({ outcome: 'non-finite', cause: { id: 'nan-in-validation' } })
    })
  })

  test("its own types fit the adapter's", () => {
    const root = resolve(import.meta.dirname, '../..')
    const file = join(root, 'test/engines', `types-${process.pid}.mts`)
    writeFileSync(file, `
import * as tf from '@tensorflow/tfjs'
import { fitTensors, watchCallback, watchTrainOnBatch } from '../../src/adapters/tensorflow.ts'
const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [3] })] })
const [x, y] = [tf.ones([4, 3]), tf.ones([4, 1])]
await fitTensors(tf, model, x, y, { epochs: 2 })
await watchTrainOnBatch(tf, model, x, y).trainOnBatch([1, 2])
await model.fit(x, y, { shuffle: false, callbacks: watchCallback(tf, model, x, y, { shuffle: false }) })
`)
    try {
      const { stdout } = spawnSync(process.execPath, [
        join(root, 'node_modules/typescript/bin/tsc'), '--noEmit', '--strict', '--skipLibCheck', '--target', 'es2022', '--lib', 'es2023,dom', '--module', 'esnext', '--moduleResolution', 'bundler', '--allowImportingTsExtensions', '--exactOptionalPropertyTypes', '--types', 'node', file,
      ], { encoding: 'utf8' })
      expect(stdout).toBe('')
    } finally {
      rmSync(file)
    }
  })
})
