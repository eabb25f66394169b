/** The networks whose bits are kept in golden/bits.json. */
import type { Shape } from './problems.ts'

const sgd = { name: 'sgd', learningRate: 0.05, weightDecay: 0, momentum: 0.9, nesterov: true } as const
const rmsprop = { name: 'rmsprop', learningRate: 0.003, weightDecay: 0.01, rho: 0.9, momentum: 0, epsilon: 1e-7 } as const
export const networks: Readonly<Record<string, Partial<Shape>>> = {
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
