/**
 * Where the general kernels overtake the fused ones: steps of both take turns, over inputs and units, by processor time. The
 * middle ratio counts, 2.00 being twice the time of the fused. Losses of the first steps have to be the same.
 *
 *     node --no-liftoff bench/run.mjs crossover [inputs=1,2,5,8] [units=8,50,256,1024,4096] [batch=1024] [precision=float32] [slices=15]
 */
import { WasmTrainer } from '../src/backends/wasm.ts'
import { instantiate } from '../src/backends/wasm-instance.ts'
import { tileRows, tilingOf, type Tiling } from '../src/backends/wasm-setup.ts'
import { makePermutation } from '../src/numeric/permute.ts'
import { philoxKey, uniforms } from '../src/numeric/philox.ts'
import { problemOf } from './problem.ts'

const options = new Map(process.argv.slice(2).map(a => a.split('=') as [string, string]))
const numbers = (name: string, otherwise: string): number[] => (options.get(name) ?? otherwise).split(',').map(Number)
const batch = Number(options.get('batch') ?? 1024)
const slices = Number(options.get('slices') ?? 15)
const rows = 4096
const key = philoxKey(1, 'batch')

/** Microseconds that this process has been computing. */
function now(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}

class Contestant {
  private steps = 0
  constructor(private readonly trainer: WasmTrainer) {}

  step(): number {
    const step = ++this.steps
    const permutation = makePermutation(rows, key, step)
    return this.trainer.step({ step, batch: { kind: 'permutation', permutation, from: 0, size: batch }, learningRate: 0.001 }).loss.total
  }

  /** Microseconds a step. */
  take(count: number): number {
    const begin = now()
    for (let i = 0; i < count; i++) this.step()
    return (now() - begin) / count
  }
}

async function contest(inputs: number, units: number): Promise<string> {
  const problem = problemOf({ shape: `${inputs}-${units}-1`, batch, options: new Map([...options, ['rows', String(rows)]]) })
  const drawn = uniforms(key, 9, problem.network.parameters).map(u => (u - 0.5) * 0.2)
  const parameters = problem.precision === 'float32' ? Float32Array.from(drawn) : drawn
  const tilings: readonly Tiling[] = [tilingOf(problem), { fused: false, rows: tileRows(problem) }]
  if (tilings[0]?.fused !== true) return `${inputs}-${units}-1: the fused kernels are for up to 8 inputs`
  const [fused, general] = await Promise.all(tilings.map(async tiling =>
    new Contestant(new WasmTrainer(problem, parameters, await instantiate({ shared: false, fast: false }, new WebAssembly.Memory({ initial: 1 })), tiling))))
  if (fused === undefined || general === undefined) throw new Error('two take part')
  for (let i = 0; i < 5; i++) if (fused.step() !== general.step()) throw new Error(`${inputs}-${units}-1: the fused kernels and the general ones give other losses`)
  for (const one of [fused, general]) for (const begin = now(); now() - begin < 2e5;) one.take(1)
  const count = Math.max(1, Math.round(5e3 / fused.take(3)))
  const taken = Array.from({ length: slices }, () => [fused.take(count), general.take(count)] as const)
  const middle = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? NaN
  return `${inputs}-${units}-1: fused ${middle(taken.map(([time]) => time)).toFixed(0)} us a step, general ${middle(taken.map(([one, other]) => other / one)).toFixed(2)} times that`
}

for (const inputs of numbers('inputs', '1,2,5,8')) {
  for (const units of numbers('units', '8,50,256,1024,4096')) console.log(await contest(inputs, units))
}
