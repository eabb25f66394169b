/** What is known of a watched run when its causes have been asked, before a word is said. */
import type { BatchLaw } from '../batch-law.ts'
import type { Outcome } from '../explanation.ts'
import { say, type Cause, type Finding, type Said } from '../finding.ts'
import type { WatchedFacts } from './facts.ts'

export interface WatchedSuspect {
  readonly cause: Cause
  readonly finding: Finding
}

export interface WatchedInvestigation {
  readonly facts: WatchedFacts
  readonly outcome: Outcome
  readonly suspects: readonly WatchedSuspect[]
  readonly ruledOut: readonly { readonly cause: Cause; readonly because: Said }[]
  readonly law: BatchLaw | null
  /** What batches, losses and tensors showed, a sentence each. */
  readonly seen: readonly Said[]
}

/** How far something that is not finite had spread in one tensor. */
export function spreadSaid(name: string, nonFinite: number, of: number): Said {
  return say(nonFinite === of ? 'watched.path.all' : 'watched.path.some', { name, count: nonFinite, of })
}
