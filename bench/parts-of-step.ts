/**
 * Where a step of a small network spends its time, part by part (assembly/parts.ts), beside the step as a whole:
 *
 *     node --no-liftoff bench/run.mjs parts-of-step 5-50-1 256 10000 [dropout=0.5] [precision=float32] [fast=yes]
 */
import { WasmTrainer } from '../src/backends/wasm.ts'
import { instantiate, type Instance } from '../src/backends/wasm-instance.ts'
import { makePermutation, permutationShape } from '../src/numeric/permute.ts'
import { philoxKey, uniforms } from '../src/numeric/philox.ts'
import { operations, problemOf, type Asked } from './problem.ts'
import { time, type Timing } from './timing.ts'

/** Times are given as a core would take them whose ceiling is this, since a machine's clock changes while parts are timed. */
const gflops = 32

/** As assembly/parts.ts numbers them; those of a tile are called for as many rows as a tile holds. */
const parts: readonly (readonly [string, number, 'tile' | 'step'])[] = [
  ['draw the batch', 10, 'step'], ['dropout mask', 5, 'tile'], ['gather', 4, 'tile'], ['forward, loss', 0, 'tile'], ['backward', 3, 'tile'],
  ['combine', 11, 'step'], ['L2 and clipping', 12, 'step'], ['update', 17, 'step'], ['pack', 18, 'step'],
]
const tile = 64

class Timed extends WasmTrainer {
  constructor(asked: Asked, private readonly instance: Instance) {
    const problem = problemOf(asked)
    super(problem, uniforms(philoxKey(1, 'batch'), 9, problem.network.parameters).map(u => u - 0.5), instance)
  }

  /** One part over a whole batch. */
  part(which: number, per: 'tile' | 'step', rows: number): void {
    const call = this.instance.exports[this.problem.precision === 'float32' ? 'part32' : 'part64']!
    if (per === 'step') call(this.plan.address, which, 0)
    else for (let start = 0; start < rows; start += tile) call(this.plan.address, which, Math.min(tile, rows - start))
  }
}

const given = process.argv.slice(2)
const options = new Map(given.filter(a => a.includes('=')).map(a => a.split('=') as [string, string]))
const [shape = '5-50-1', ...batches] = given.filter(a => !a.includes('='))
const key = philoxKey(1, 'batch')
for (const batch of (batches.length === 0 ? ['256', '10000'] : batches).map(Number)) {
  const asked: Asked = { shape, batch, options }
  const trainer = new Timed(asked, await instantiate({ shared: false, fast: false }, new WebAssembly.Memory({ initial: 1 })))
  const digits = permutationShape(trainer.problem.training.rows)
  let step = 0
  const take = (): void => {
    step++
    const permutation = makePermutation(trainer.problem.training.rows, key, step, 'step', digits)
    trainer.step({ step, batch: { kind: 'permutation', permutation, from: 0, size: batch }, learningRate: 0.005 })
  }
  const normal = ({ microseconds, ceiling }: Timing): number => (microseconds * ceiling) / gflops
  const whole = time(take, operations(asked) * batch)
  console.log(`${shape} B=${batch}: ${normal(whole).toFixed(2)} us a step at ${gflops} GFLOP/s, ${(100 * whole.share).toFixed(1)} % of it`)
  let sum = 0
  for (const [name, which, per] of parts) {
    take()
    const us = normal(time(() => { trainer.part(which, per, batch) }, 1, 41))
    sum += us
    console.log(`  ${name.padEnd(21)} ${us.toFixed(2)} us`)
  }
  console.log(`  ${'all of these'.padEnd(21)} ${sum.toFixed(2)} us`)
}
