/** Every cause, in the order in which equals are tried. One line each: the file beside this one, its page in docs/causes. */
import type { Cause } from '../finding.ts'
import { nanInInput } from './nan-in-input.ts'

export const causes: readonly Cause[] = [
  nanInInput,
]
