/**
 * A training step and an evaluation, in microseconds and as a share of the core's ceiling:
 *
 *     node bench/run.mjs step 5-50-1 256 10000 [dropout=0.5] [precision=float32] [activation=relu] [rows=68568] [backend=wasm]
 */
import type { Backend, Problem } from '../src/backends/backend.ts'
import { reference } from '../src/backends/reference.ts'
import { wasm } from '../src/backends/wasm.ts'
import { networkOf } from '../src/network/layout.ts'
import { optimizerSchema, type Activation, type Precision } from '../src/network/spec.ts'
import { makePermutation } from '../src/numeric/permute.ts'
import { philoxKey, uniforms } from '../src/numeric/philox.ts'
import { time } from './timing.ts'

const given = process.argv.slice(2)
const options = new Map(given.filter(a => a.includes('=')).map(a => a.split('=') as [string, string]))
const [shape = '5-50-1', ...batches] = given.filter(a => !a.includes('='))
const widths = shape.split('-').map(Number)
const precision = (options.get('precision') ?? 'float32') as Precision
const rows = Number(options.get('rows') ?? 68568)

function problemOf(batch: number): Problem {
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

function typed(numbers: Float64Array): Float32Array | Float64Array {
  return precision === 'float32' ? Float32Array.from(numbers) : numbers
}

/** Multiplications and additions of forward and backward for one row: 4 inputs * units + 6 units for a hidden layer, as in D-H-1. */
function operations(): number {
  let sum = 0
  for (let i = 1; i < widths.length - 1; i++) sum += widths[i]! * ((i === 1 ? 4 : 6) * widths[i - 1]! + 2)
  const last = widths.length - 1
  return sum + 4 * widths[last - 1]! * widths[last]!
}

for (const batch of (batches.length === 0 ? ['256', '10000'] : batches).map(Number)) {
  const problem = problemOf(batch)
  const backend: Backend = options.get('backend') === 'reference' ? reference : wasm
  const key = philoxKey(1, 'batch')
  const trainer = await backend.createTrainer(problem, uniforms(key, 9, problem.network.parameters).map(u => u - 0.5))
  let step = 0
  const { microseconds, ceiling, share } = time(() => {
    step++
    trainer.step({ step, batch: { kind: 'permutation', permutation: makePermutation(rows, key, step), from: 0, size: batch }, learningRate: 0.005 })
  }, operations() * batch)
  const evaluated = options.get('evaluate') === 'no' ? { microseconds: 0 } : time(() => { trainer.evaluate(problem.training) }, operations() * rows / 2, 15)
  if (options.has('state')) { const s = trainer.state(); const sub = (v: ArrayLike<number>, e: number) => Array.from(v).filter(x => x !== 0 && Math.abs(x) < e).length; for (const e of [1e-10, 1e-20, 1e-30, 1e-36]) console.log(step, e, sub(s.parameters, e), sub(s.first, e), sub(s.second, e)) }
  console.log(
    `${shape} B=${batch} ${precision}: ${microseconds.toFixed(2)} us a step, ${(100 * share).toFixed(1)} % of ${ceiling.toFixed(1)} GFLOP/s;`
    + ` evaluation ${(evaluated.microseconds / rows * 17142).toFixed(1)} us for 17,142 rows`,
  )
}
