/**
 * The bits of a run are a promise: these hashes of parameters after 20 steps stay what they are, on every backend and number
 * of threads. A change of the arithmetic or of an order of sums shows here; it is then named in the changelog, and the golden
 * file written anew with WHYNAN_WRITE_GOLDEN=1.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import type { Backend } from '../../src/backends/backend.ts'
import { reference } from '../../src/backends/reference.ts'
import { threadedWasm } from '../../src/backends/threads.ts'
import { wasm } from '../../src/backends/wasm.ts'
import { nodeThreads } from '../../src/node/threads.ts'
import { hashParameters } from '../../src/numeric/hash.ts'
import { parametersOf, plainShape, problemOf, requestOf, type Shape } from './problems.ts'

const file = new URL('golden/bits.json', import.meta.url)
const writing = process.env['WHYNAN_WRITE_GOLDEN'] === '1'
const golden = writing ? {} : JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>
afterAll(() => { if (writing) writeFileSync(file, `${JSON.stringify(golden, null, 2)}\n`) })

const sgd = { name: 'sgd', learningRate: 0.05, weightDecay: 0, momentum: 0.9, nesterov: true } as const
const rmsprop = { name: 'rmsprop', learningRate: 0.003, weightDecay: 0.01, rho: 0.9, momentum: 0, epsilon: 1e-7 } as const
const networks: Readonly<Record<string, Partial<Shape>>> = {
  'one hidden layer of relu': {},
  'the same in 16 blocks': { blocks: 16, batch: 300 },
  'the same at float64': { precision: 'float64', blocks: 4 },
  'one wide layer of 20 inputs, dropout 0.2 scaled in training': { inputs: 20, hidden: [130], dropout: 0.2, dropoutScale: 'train' },
  'tanh, three layers, three outputs, huber': { hidden: [20, 9, 5], activation: 'tanh', outputs: 3, loss: { name: 'huber', delta: 0.5 }, optimizer: sgd },
  'gelu, cross-entropy of five classes': { hidden: [33], activation: 'gelu', outputs: 5, loss: { name: 'categorical-cross-entropy-from-logits' }, blocks: 3 },
  'silu, two classes, clipped, rmsprop': {
    hidden: [12, 12], activation: 'silu', loss: { name: 'binary-cross-entropy-from-logits' }, clip: { norm: 0.05 }, optimizer: rmsprop,
  },
  'a wide layer of relu': { inputs: 300, hidden: [300], blocks: 3 },
  'two wide layers, cross-entropy of ten classes': { inputs: 70, hidden: [300, 130], outputs: 10, loss: { name: 'categorical-cross-entropy-from-logits' }, blocks: 3 },
  'softplus at float64': { hidden: [7, 7], activation: 'softplus', precision: 'float64', loss: { name: 'mse' } },
}

const backends: Readonly<Record<string, Backend>> = {
  reference, wasm, 'wasm on 2 threads': threadedWasm(nodeThreads, 2), 'wasm on 3 threads': threadedWasm(nodeThreads, 3),
}

describe.each(Object.entries(networks))('%s', (name, given) => {
  test.each(Object.entries(backends))('has its bits on %s', async (_backend, backend) => {
    const problem = problemOf({ ...plainShape, ...given })
    const trainer = await backend.createTrainer(problem, parametersOf(problem))
    for (let step = 1; step <= 20; step++) {
      expect(trainer.step(requestOf(problem, step, given.batch ?? plainShape.batch)).nonFinite).toBeNull()
    }
    const hash = hashParameters(trainer.state().parameters)
    trainer.dispose()
    if (writing) golden[name] ??= hash
    expect(hash).toBe(golden[name])
  })
})
