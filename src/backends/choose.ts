/** Which backend trains a problem: the kernels, on one thread or several, or the reference for what they do not offer. */
import type { Backend, Problem } from './backend.ts'
import { relaxedSimd, type Means } from './platform.ts'
import { reference } from './reference.ts'
import { threadedWasm } from './threads.ts'
import { wasm } from './wasm.ts'

export function chooseBackend(problem: Problem, means: Means = {}): Backend {
  if (wasm.refuses(problem) !== null) return reference
  const host = means.platform?.threads ?? null
  // One block runs on one thread: no memory is shared for it.
  if (host === null || Math.min(problem.blocks, means.threads ?? host.processors) === 1) return wasm
  return threadedWasm(host, means.threads ?? 'timed')
}

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
