/** Which backend trains a problem. */
import type { Backend, Problem } from './backend.ts'
import { reference } from './reference.ts'

export function chooseBackend(_problem: Problem): Backend {
  return reference
}
