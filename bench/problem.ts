/** The networks and tables that bench/step.ts and bench/parts-of-step.ts time. */
import type { Problem } from '../src/backends/backend.ts'
import { networkOf } from '../src/network/layout.ts'
import { optimizerSchema, type Activation, type Precision } from '../src/network/spec.ts'
import { philoxKey, uniforms } from '../src/numeric/philox.ts'

export interface Asked {
  /** Widths, as 5-50-1. */
  readonly shape: string
  readonly batch: number
  /** dropout, scale, activation, precision, rows, blocks. */
  readonly options: ReadonlyMap<string, string>
}

export function problemOf({ shape, batch, options }: Asked): Problem {
  const widths = shape.split('-').map(Number)
  const precision = (options.get('precision') ?? 'float32') as Precision
  const rows = Number(options.get('rows') ?? 68568)
  const typed = (numbers: Float64Array): Float32Array | Float64Array => (precision === 'float32' ? Float32Array.from(numbers) : numbers)
  const inputs = widths[0]!
  const outputs = widths[widths.length - 1]!
  const network = networkOf({
    network: {
      hidden: widths.slice(1, -1), activation: (options.get('activation') ?? 'relu') as Exclude<Activation, 'softmax'>,
      dropout: Number(options.get('dropout') ?? 0.5), dropoutScale: options.get('scale') === 'train' ? 'train' : 'predict',
      initializer: 'he-normal', biasInitializer: 'zeros',
    },
    loss: 'half-mse',
  }, inputs, outputs)
  // Something to learn: with noise for targets L2 would take the weights down to subnormal numbers, which are slow.
  const features = uniforms(philoxKey(1, 'demo'), 1, rows * inputs).map(u => 2 * u - 1)
  const targets = new Float64Array(rows * outputs)
  for (let i = 0; i < targets.length; i++) {
    const x = (k: number): number => features[Math.floor(i / outputs) * inputs + (k % inputs)] ?? 0
    targets[i] = Math.sin(3 * x(0)) * x(1) + 0.5 * x(2) ** 2 - 0.3 * x(3) * x(4)
  }
  return {
    network, loss: { name: 'half-mse' }, reduction: 'mean', l2: 1e-3, optimizer: optimizerSchema.parse({ name: 'adam', learningRate: 0.005 }), clip: {},
    precision, blocks: Number(options.get('blocks') ?? (batch < 2048 ? 1 : 16)), seed: 1,
    training: { rows, inputs, outputs, features: typed(features), targets: typed(targets) },
  }
}

/** Multiplications and additions of forward and backward for one row: 4 inputs * units + 6 units for a hidden layer, as in D-H-1. */
export function operations({ shape }: Asked): number {
  const widths = shape.split('-').map(Number)
  let sum = 0
  for (let i = 1; i < widths.length - 1; i++) sum += widths[i]! * ((i === 1 ? 4 : 6) * widths[i - 1]! + 2)
  const last = widths.length - 1
  return sum + 4 * widths[last - 1]! * widths[last]!
}
