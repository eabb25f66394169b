/** Which backend trains a problem: the kernels, on one thread or several, or the reference for what they do not offer. */
import type { Backend, Problem } from './backend.ts'
import { relaxedSimd, type Means } from './platform.ts'
import { reference } from './reference.ts'
import { mostThreads, threadedWasm, type ThreadHost } from './threads.ts'
import { compileAhead } from './wasm-instance.ts'
import { wasm } from './wasm.ts'

export function chooseBackend(problem: Problem, means: Means = {}): Backend {
  if (wasm.refuses(problem) !== null) return reference
  const host = threadsFor(problem.blocks, means)
  return host === null ? wasm : threadedWasm(host, means.threads ?? 'timed', means.evaluated)
}

/** Where a step has one block and little is evaluated between steps there is one thread, and no memory is shared for it. */
function threadsFor(blocks: number, { platform, threads, evaluated }: Means): ThreadHost | null {
  const host = platform?.threads ?? null
  return host === null || mostThreads(host, blocks, threads ?? 'timed', evaluated) === 1 ? null : host
}

/**
 * Begins what a problem of so many blocks most likely wants while its table is read: kernels are compiled, and where its steps
 * are `many` threads are started. What it wants in the end it gets in any case.
 */
export function expectProblem(blocks: number, means: Means, many: boolean): void {
  const host = threadsFor(blocks, means)
  compileAhead({ shared: host !== null, fast: false })
  if (host === null || !many) return
  const threads = mostThreads(host, blocks, means.threads ?? 'timed', means.evaluated)
  if (threads <= mostExpected) host.expect?.(threads - 1)
}

/** On larger machines so many threads would be more work to start than they might take off. */
const mostExpected = 8

/** The quickest for each problem that comes, as one backend: for replays, whose changes may make another kind of problem. */
export function fastestBackend(means: Means = {}): Backend {
  return {
    name: 'fastest',
    refuses: () => null,
    createTrainer: (problem, parameters) => chooseBackend(problem, means).createTrainer(problem, parameters),
  }
}

/** Why a problem that asks for relaxed SIMD is trained without it, as a sentence; null where it is not, or did not ask. */
export function whyNotFast(problem: Problem): string | null {
  if (problem.fast !== true) return null
  const missing = wasm.refuses(problem)
  if (missing !== null) return `--fast changes nothing here: the kernels do not offer ${missing}, so the plain loops train, exactly.`
  return relaxedSimd() ? null : '--fast changes nothing here: this engine has no relaxed SIMD, so the exact kernels train.'
}
