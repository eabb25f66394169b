/** What the tests run inside a browser, bundled by them: networks of the golden file, and a fit by the built library. */
import type { Trainer } from '../../src/backends/backend.ts'
import { threadedWasm } from '../../src/backends/threads.ts'
import { wasm } from '../../src/backends/wasm.ts'
import { platform } from '../../src/browser/platform.ts'
import { hashParameters } from '../../src/numeric/hash.ts'
import { networks } from '../backends/networks.ts'
import { parametersOf, plainShape, problemOf, requestOf } from '../backends/problems.ts'

/** The hash of each network's parameters after 20 steps on so many threads; 1 is the kernels without shared memory. */
async function hashes(threads: number): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const [name, given] of Object.entries(networks)) {
    const problem = problemOf({ ...plainShape, ...given })
    const trainer: Trainer = await backendFor(threads).createTrainer(problem, parametersOf(problem))
    for (let step = 1; step <= 20; step++) trainer.step(requestOf(problem, step, given.batch ?? plainShape.batch))
    found[name] = hashParameters(trainer.state().parameters)
    trainer.dispose()
  }
  return found
}

function backendFor(threads: number): typeof wasm {
  if (threads === 1) return wasm
  if (platform.threads === null) throw new Error('This page cannot share memory.')
  return threadedWasm(platform.threads, threads)
}

Object.assign(globalThis, { hashes, hasThreads: platform.threads !== null })
