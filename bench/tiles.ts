/**
 * How many rows a tile of the general kernels should have: a step's time over widths and rows of a tile, against the rows that
 * the backend chooses (tilingOf in src/backends/wasm-setup.ts). Steps of all tiles take turns, by processor time; the middle
 * ratio counts, 1.10 being 10 % more than with the chosen rows.
 *
 *     node --no-liftoff bench/run.mjs tiles [12-12-12-4 64-256-1 …] [batch=1024] [precision=float32] [slices=15]
 */
import type { Problem } from '../src/backends/backend.ts'
import { WasmTrainer } from '../src/backends/wasm.ts'
import { instantiate } from '../src/backends/wasm-instance.ts'
import { tilingOf } from '../src/backends/wasm-setup.ts'
import { networkOf } from '../src/network/layout.ts'
import { optimizerSchema, type Precision } from '../src/network/spec.ts'
import { makePermutation } from '../src/numeric/permute.ts'
import { philoxKey, uniforms } from '../src/numeric/philox.ts'

const given = process.argv.slice(2)
const options = new Map(given.filter(a => a.includes('=')).map(a => a.split('=') as [string, string]))
const precision = (options.get('precision') ?? 'float32') as Precision
const batch = Number(options.get('batch') ?? 1024)
const slices = Number(options.get('slices') ?? 15)
const tiles = [16, 32, 64, 128, 256]
const named = given.filter(a => !a.includes('='))
const shapes = named.length > 0 ? named : ['12-12-12-4', '20-64-64-1', '64-256-1', '256-256-256-10', '512-512-512-1', '512-1024-1', '784-512-256-10', '512-1024-1024-1']
const rows = 4096

function typed(numbers: Float64Array): Float32Array | Float64Array {
  return precision === 'float32' ? Float32Array.from(numbers) : numbers
}

function problemOf(widths: readonly number[]): Problem {
  const inputs = widths[0]!
  const outputs = widths[widths.length - 1]!
  const loss = outputs > 1 ? 'categorical-cross-entropy-from-logits' : 'half-mse'
  const network = networkOf({
    network: {
      hidden: widths.slice(1, -1), activation: 'relu', dropout: 0.5, dropoutScale: 'predict', initializer: 'he-normal', biasInitializer: 'zeros',
    },
    loss,
  }, inputs, outputs)
  const features = typed(uniforms(philoxKey(1, 'demo'), 1, rows * inputs).map(u => 2 * u - 1))
  const targets = typed(new Float64Array(rows * outputs))
  for (let r = 0; r < rows; r++) targets[r * outputs + (r % outputs)] = outputs > 1 ? 1 : Math.sin(3 * features[r * inputs]!)
  return {
    network, loss: { name: loss }, reduction: 'mean', l2: 1e-3, optimizer: optimizerSchema.parse({ name: 'adam', learningRate: 0.001 }), clip: {},
    precision, blocks: 1, seed: 1, training: { rows, inputs, outputs, features, targets },
  }
}

/** Microseconds that this process has been computing. */
function now(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}

const key = philoxKey(1, 'batch')
let steps = 0

function take(trainer: WasmTrainer, count: number): number {
  const begin = now()
  for (let i = 0; i < count; i++) {
    steps++
    trainer.step({ step: steps, batch: { kind: 'permutation', permutation: makePermutation(rows, key, steps), from: 0, size: batch }, learningRate: 0.001 })
  }
  return (now() - begin) / count
}

function middle(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? NaN
}

for (const shape of shapes) {
  const problem = problemOf(shape.split('-').map(Number))
  const parameters = typed(uniforms(key, 9, problem.network.parameters).map(u => (u - 0.5) * 0.2))
  const chosen = tilingOf(problem)
  const trainers: WasmTrainer[] = []
  for (const tiling of [chosen, ...tiles.map(size => ({ fused: false, rows: size }))]) trainers.push(new WasmTrainer(problem, parameters, await instantiate({ shared: false, fast: false }, new WebAssembly.Memory({ initial: 1 })), tiling))
  for (const trainer of trainers) {
    const begin = now()
    while (now() - begin < 2e5) take(trainer, 1)
  }
  const count = Math.max(1, Math.round(5e3 / take(trainers[0]!, 3)))
  const taken = Array.from({ length: slices }, () => trainers.map(trainer => take(trainer, count)))
  const ratios = tiles.map((tile, i) => `${tile} rows ${middle(taken.map(times => times[i + 1]! / times[0]!)).toFixed(2)}`)
  console.log(`${shape} ${precision} B=${batch}: ${chosen.rows} rows ${middle(taken.map(times => times[0]!)).toFixed(0)} us a step; ${ratios.join(', ')}`)
}
