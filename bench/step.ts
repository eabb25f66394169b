/**
 * A training step and an evaluation, in microseconds and as a share of the core's ceiling:
 *
 *     node bench/run.mjs step 5-50-1 256 10000 [dropout=0.5] [precision=float32] [activation=relu] [rows=68568] [backend=wasm]
 */
import type { Backend } from '../src/backends/backend.ts'
import { reference } from '../src/backends/reference.ts'
import { wasm } from '../src/backends/wasm.ts'
import { makePermutation, permutationShape } from '../src/numeric/permute.ts'
import { philoxKey, uniforms } from '../src/numeric/philox.ts'
import { operations, problemOf, type Asked } from './problem.ts'
import { time } from './timing.ts'

const given = process.argv.slice(2)
const options = new Map(given.filter(a => a.includes('=')).map(a => a.split('=') as [string, string]))
const [shape = '5-50-1', ...batches] = given.filter(a => !a.includes('='))

for (const batch of (batches.length === 0 ? ['256', '10000'] : batches).map(Number)) {
  const asked: Asked = { shape, batch, options }
  const problem = problemOf(asked)
  const { rows } = problem.training
  const backend: Backend = options.get('backend') === 'reference' ? reference : wasm
  const key = philoxKey(1, 'batch')
  const trainer = await backend.createTrainer(problem, uniforms(key, 9, problem.network.parameters).map(u => u - 0.5))
  const digits = permutationShape(rows)
  let step = 0
  const { microseconds, ceiling, share } = time(() => {
    step++
    trainer.step({ step, batch: { kind: 'permutation', permutation: makePermutation(rows, key, step, 'step', digits), from: 0, size: batch }, learningRate: 0.005 })
  }, operations(asked) * batch)
  const evaluated = options.get('evaluate') === 'no' ? { microseconds: 0 } : time(() => { trainer.evaluate(problem.training) }, operations(asked) * rows / 2, 15)
  console.log(
    `${shape} B=${batch} ${problem.precision}: ${microseconds.toFixed(2)} us a step, ${(100 * share).toFixed(1)} % of ${ceiling.toFixed(1)} GFLOP/s;`
    + ` evaluation ${(evaluated.microseconds / rows * 17142).toFixed(1)} us for 17,142 rows`,
  )
}
