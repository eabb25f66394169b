/** Which backend trains a problem: the kernels, or the reference for what they do not offer. */
import type { Backend, Problem } from './backend.ts'
import { reference } from './reference.ts'
import { wasm } from './wasm.ts'

export function chooseBackend(problem: Problem): Backend {
  return wasm.refuses(problem) === null ? wasm : reference
}
