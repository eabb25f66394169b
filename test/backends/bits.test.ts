/**
 * The bits of a run are a promise: these hashes of parameters after 20 steps stay what they are, on every backend and number
 * of threads. A change of the arithmetic or of an order of sums shows here; it is then named in the changelog, and the golden
 * file written anew with WHYNAN_WRITE_GOLDEN=1.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import type { Backend, TrainerState } from '../../src/backends/backend.ts'
import { reference } from '../../src/backends/reference.ts'
import { threadedWasm } from '../../src/backends/threads.ts'
import { wasm } from '../../src/backends/wasm.ts'
import { nodeThreads } from '../../src/node/threads.ts'
import { hashParameters } from '../../src/numeric/hash.ts'
import { networks } from './networks.ts'
import { parametersOf, plainShape, problemOf, requestOf } from './problems.ts'

const file = new URL('golden/bits.json', import.meta.url)
const writing = process.env['WHYNAN_WRITE_GOLDEN'] === '1'
const golden = writing ? {} : JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>
afterAll(() => { if (writing) writeFileSync(file, `${JSON.stringify(golden, null, 2)}\n`) })

const backends: Readonly<Record<string, Backend>> = {
  reference, wasm, 'wasm on 2 threads': threadedWasm(nodeThreads, 2), 'wasm on 3 threads': threadedWasm(nodeThreads, 3), 'wasm on 4 threads': threadedWasm(nodeThreads, 4),
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

  test('has its bits when it is taken up in the middle by another trainer on another number of threads', async () => {
    const problem = problemOf({ ...plainShape, ...given })
    let state: TrainerState | null = null
    // Steps 1 to 10 on three threads, 11 to 15 on one, the rest on two.
    for (const [backend, from, to] of [[threadedWasm(nodeThreads, 3), 1, 10], [wasm, 11, 15], [threadedWasm(nodeThreads, 2), 16, 20]] as const) {
      const trainer = await backend.createTrainer(problem, parametersOf(problem))
      if (state !== null) trainer.setState(state)
      for (let step = from; step <= to; step++) trainer.step(requestOf(problem, step, given.batch ?? plainShape.batch))
      state = trainer.state()
      trainer.dispose()
    }
    expect(state === null ? null : hashParameters(state.parameters)).toBe(golden[name])
  })
})
