/** What replays showed of a suspect. */
import type { Replay } from '../record/replay.ts'
import type { Facts, Finding } from './finding.ts'

/** A replay with what it was made for. */
export interface Trial {
  /** (a) taken away, (b) put back alone, (c) predicted from the draws, or the fix's own flags. */
  readonly kind: 'taken-away' | 'clean' | 'put-back' | 'predicted' | 'fix'
  readonly replay: Replay
  readonly command: string
  readonly supports: boolean
  /** Beside the replay's own figures: the predicted step, the seed. */
  readonly facts: Facts
}

export interface Proof {
  readonly finding: Finding | null
  readonly proven: boolean
  readonly trials: readonly Trial[]
  /** The changes of that attempt which cured; null where none did. */
  readonly cured: Trial | null
}

export const noProof: Proof = { finding: null, proven: false, trials: [], cured: null }
