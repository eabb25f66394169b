/**
 * Questions about TensorFlow.js as people ask them, each as the program that was asked about, run for real. Which cause is expected
 * stands here as it was written down before the first answer was looked at; house prices were changed since: they had a relu, which
 * died before anything overflowed.
 */
import { describe, expect, test } from 'vitest'
import { watchCallback, watchTrainOnBatch, type TfTensor } from '../../src/adapters/tensorflow.ts'
import { smoothTable } from '../explain/cases.ts'
import { tensorflowForTests, type TestModel } from '../engines/tensorflow.ts'

const tf = tensorflowForTests()

/** 500 rows of three inputs near 0 and of a target that a small network can learn. */
const rows = 500
const smooth = Array.from(smoothTable(rows, 3).columns, column => (column.kind === 'numeric' ? Array.from({ length: rows }, (_, row) => column.values[row] ?? Number.NaN) : []))
const input = (row: number): number[] => [0, 1, 2].map(c => smooth[c]?.[row] ?? Number.NaN)
const target = (row: number): number => smooth[3]?.[row] ?? Number.NaN
const all = Array.from({ length: rows }, (_, row) => row)
const batchAt = (step: number): number[] => Array.from({ length: 32 }, (_, i) => (step * 32 + i) % rows)

describe.skipIf(tf === null)('questions about TensorFlow.js', () => {
  if (tf === null) return

  function network(activation: string, compiled: Parameters<TestModel['compile']>[0], units = 1, last?: string): TestModel {
    const seeded = (seed: number) => tf!.initializers.randomNormal({ mean: 0, stddev: 0.5, seed })
    const made = tf!.sequential({
      layers: [
        tf!.layers.dense({ units: 16, activation, inputShape: [3], kernelInitializer: seeded(1) }),
        tf!.layers.dense({ units, kernelInitializer: seeded(2), ...(last === undefined ? {} : { activation: last }) }),
      ],
    })
    made.compile(compiled)
    return made
  }

  async function fitted(model: TestModel, x: TfTensor, y: TfTensor, { shuffle, ...more }: { shuffle: boolean; epochs: number; validationSplit?: number }) {
    const callback = watchCallback(tf!, model, x, y, { shuffle, batchSize: 32 })
    await model.fit(x, y, { batchSize: 32, verbose: 0, shuffle, ...more, callbacks: callback })
    return callback.explain()
  }

  async function looped(model: TestModel, x: TfTensor, y: TfTensor, steps: number) {
    const watched = watchTrainOnBatch(tf!, model, x, y)
    for (let step = 0; step < steps; step++) if (!(await watched.trainOnBatch(batchAt(step)))) break
    return watched.explain()
  }

  const smoothTarget = () => tf.tensor2d(all.map(row => [target(row)]))
  const inputs = (change: (numbers: number[], row: number) => number[] = numbers => numbers) => tf.tensor2d(all.map(row => change(input(row), row)))

  test.each([[false, 10], [true, null]])('model.fit gives NaN: one cell of 1,500 is NaN (shuffle: %s)', async (shuffle, step) => {
    const x = inputs((numbers, row) => (row === 300 ? [numbers[0] ?? 0, Number.NaN, numbers[2] ?? 0] : numbers))
    const explanation = await fitted(network('relu', { optimizer: tf.train.adam(0.01), loss: 'meanSquaredError' }), x, smoothTarget(), { shuffle, epochs: 3 })
    expect(explanation, explanation.text).toMatchObject({ outcome: 'non-finite', cause: { id: 'nan-in-input', cells: [{ row: 301, column: 2 }], operation: { row: 301, stage: 'input' } } })
    // Row 301 is in the tenth batch of 32.
    if (step !== null) expect(explanation.step).toBe(step)
    else expect(explanation.step).toBeLessThanOrEqual(Math.ceil(rows / 32))
  })

  test('cross-entropy by hand becomes NaN: a sigmoid that reaches 0', async () => {
    const y = tf.tensor2d(all.map(row => [(input(row)[0] ?? 0) > 0 ? 1 : 0]))
    const byHand = (t: TfTensor, p: TfTensor): TfTensor => tf.neg(tf.add(tf.mul(t, tf.log(p)), tf.mul(tf.sub(1, t), tf.log(tf.sub(1, p)))))
    const explanation = await looped(network('relu', { optimizer: tf.train.adam(0.3), loss: byHand }, 1, 'sigmoid'), inputs(), y, 2000)
    expect(explanation, explanation.text).toMatchObject({ outcome: 'non-finite', cause: { id: 'log-of-zero', cells: [], operation: { stage: 'loss' } } })
  })

  test.each([false, true])('house prices by sgd: the loss is Infinity, then NaN (shuffle: %s)', async shuffle => {
    const x = inputs(([a = 0, b = 0, c = 0]) => [1800 + 600 * a, 3 + b, 30 + 12 * c])
    const explanation = await fitted(network('linear', { optimizer: tf.train.sgd(0.01), loss: 'meanSquaredError' }), x, smoothTarget(), { shuffle, epochs: 20 })
    expect(explanation, explanation.text).toMatchObject({ outcome: 'non-finite', cause: { id: 'inputs-not-scaled', cells: [] } })
  })

  test.each([false, true])('a healthy model.fit with validationSplit (shuffle: %s)', async shuffle => {
    const explanation = await fitted(network('relu', { optimizer: tf.train.adam(0.01), loss: 'meanSquaredError' }), inputs(), smoothTarget(), { shuffle, epochs: 15, validationSplit: 0.2 })
    expect(explanation, explanation.text).toMatchObject({ outcome: 'healthy', cause: null, step: null })
  })

  test.each([false, true])('only val_loss is NaN: the bad cell is among the rows that validationSplit holds back (shuffle: %s)', async shuffle => {
    const x = inputs((numbers, row) => (row === 450 ? [Number.NaN, ...numbers.slice(1)] : numbers))
    const explanation = await fitted(network('relu', { optimizer: tf.train.adam(0.01), loss: 'meanSquaredError' }), x, smoothTarget(), { shuffle, epochs: 3, validationSplit: 0.2 })
    expect(explanation, explanation.text).toMatchObject({ outcome: 'non-finite', cause: { id: 'nan-in-validation', cells: [{ row: 451, column: 1 }] } })
  })

  const cosine = (t: TfTensor, o: TfTensor): TfTensor => {
    const unit = (x: TfTensor) => tf.div(x, tf.norm(x, 'euclidean', 1, true))
    return tf.neg(tf.sum(tf.mul(unit(t), unit(o)), 1))
  }

  test('a cosine loss of one\'s own: a target whose norm is 0', async () => {
    const y = tf.tensor2d(all.map(row => (row === 200 ? [0, 0] : [target(row), input(row)[1] ?? 0])))
    const explanation = await looped(network('tanh', { optimizer: tf.train.adam(0.01), loss: cosine }, 2), inputs(), y, 60)
    // Row 201 is in the seventh batch of 32.
    expect(explanation, explanation.text).toMatchObject({ outcome: 'non-finite', step: 7, cause: { id: 'division-by-zero', cells: [], operation: { stage: 'loss', row: 201 } } })
  })

  test('cross-entropy by hand is NaN at the first step: inputs so large that a sigmoid is 0', async () => {
    const y = tf.tensor2d(all.map(row => [(input(row)[0] ?? 0) > 0 ? 1 : 0]))
    const byHand = (t: TfTensor, p: TfTensor): TfTensor => tf.neg(tf.add(tf.mul(t, tf.log(p)), tf.mul(tf.sub(1, t), tf.log(tf.sub(1, p)))))
    const explanation = await looped(network('relu', { optimizer: tf.train.adam(0.01), loss: byHand }, 1, 'sigmoid'), inputs(numbers => numbers.map(one => 400 * one)), y, 20)
    expect(explanation, explanation.text).toMatchObject({ outcome: 'non-finite', step: 1, cause: { id: 'log-of-zero', cells: [], operation: { stage: 'loss' } } })
  })

  test('a cosine loss of one\'s own: an answer whose norm is 0', async () => {
    const y = tf.tensor2d(all.map(row => [target(row), input(row)[1] ?? 0]))
    const nothing = network('relu', { optimizer: tf.train.adam(0.01), loss: cosine }, 2)
    // Weights of 0 after the hidden layer answer 0 for every row.
    nothing.setWeights(nothing.getWeights().map((weight, i) => (i === 2 ? tf.sub(weight, weight) : weight)))
    const explanation = await looped(nothing, inputs(), y, 5)
    expect(explanation, explanation.text).toMatchObject({ outcome: 'non-finite', step: 1, cause: { id: 'division-by-zero', cells: [], operation: { stage: 'loss' } } })
  })

  test('a logarithm of a linear answer', async () => {
    const rmsle = (t: TfTensor, o: TfTensor): TfTensor => {
      const difference = tf.sub(tf.log(tf.add(o, 1)), tf.log(tf.add(t, 1)))
      return tf.sum(tf.mul(difference, difference), 1)
    }
    const y = tf.tensor2d(all.map(row => [Math.exp(2 * target(row))]))
    const explanation = await looped(network('tanh', { optimizer: tf.train.adam(0.01), loss: rmsle }), inputs(), y, 60)
    expect(explanation, explanation.text).toMatchObject({ outcome: 'non-finite', cause: { id: 'loss-out-of-domain', operation: { stage: 'loss' } } })
  })
})
