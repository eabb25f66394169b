/** What an explanation is, as JSON: the shape that scripts rely on. Numbers that JSON cannot hold are strings. */
import type { JsonNumber } from '../numeric/floats.ts'
import type { Sampling } from './batch-law.ts'
import type { Code } from './lines.ts'

export type Outcome = 'non-finite' | 'not-learning' | 'healthy' | 'at-risk'

export interface ExplainedCell {
  readonly table: string
  /** From 1. */
  readonly row: number
  /** The row from 0. */
  readonly index: number
  /** From 1. */
  readonly column: number
  readonly columnName: string
  readonly value: JsonNumber
  readonly text?: string
  readonly line?: number
  /** Whether the failing batch holds it. */
  readonly drawn: boolean
}

export interface ExplainedCause {
  readonly id: string
  /** Backed by the replays with `supports: true`. */
  readonly proven: boolean
  readonly cells: readonly ExplainedCell[]
  /** The operation that made the first non-finite element; null where it came in with the data. */
  readonly operation: null | {
    readonly name: string
    readonly operands: readonly JsonNumber[]
    readonly result: JsonNumber
    readonly stage: string
    /** From 1; null where the stage has no layers. */
    readonly layer: number | null
    /** Training row, from 1; null where it belongs to none. */
    readonly row: number | null
    /** From 1. */
    readonly unit: number | null
  }
  readonly summary: string
  /** The page about this cause, in the package: what one sees, why it happens with the arithmetic, how it is proven and mended. `whynan explain --cause ID` prints it. */
  readonly page: string
  readonly evidence: Readonly<Record<string, JsonNumber | string>>
}

export interface ExplainedStage {
  readonly stage: string
  /** From 1. */
  readonly layer: number | null
  readonly nonFinite: number
  readonly of: number
  readonly rows: number | null
  readonly says: string
}

export interface ExplainedReplay {
  /** What was changed, as a phrase. */
  readonly change: string
  readonly kind: 'taken-away' | 'clean' | 'put-back' | 'predicted' | 'fix'
  readonly command: string
  readonly status: string
  /** The failing step, or the last step taken. */
  readonly steps: number
  readonly plannedSteps: number
  /** The replay stopped before its planned end because it would have taken too long. */
  readonly cutShort: boolean
  /** The step after which it went on; 0 from the start. */
  readonly from: number
  readonly predictedStep?: number | null
  readonly loss: JsonNumber | null
  readonly supports: boolean
}

export interface ExplainedLaw {
  readonly sampling: Sampling
  readonly rows: number
  readonly badRows: number
  readonly batch: number
  readonly steps: number
  readonly perStep: number
  readonly expectedStep: number
  readonly quantile95: number
  readonly chanceWithin: number
  readonly compare: readonly { readonly batch: number; readonly perStep: number; readonly expectedStep: number; readonly chanceWithin: number }[]
}

export interface ExplainedFix {
  /** To add to the command that trained the run. */
  readonly flags: readonly string[]
  /** Flags of that command that contradict them, and have to leave it. */
  readonly without: readonly string[]
  /** The command with the fix in it; null where no flag cures it. */
  readonly command: string | null
  readonly code: Code
  readonly says: string
  /** Whether a replay with these flags was made, and held. */
  readonly tried: boolean
}

export interface Explanation {
  readonly outcome: Outcome
  /** The failing step; for a run that was only planned, the step at which it will fail where the draws say so. */
  readonly step: number | null
  readonly cause: ExplainedCause | null
  readonly chain: readonly ExplainedStage[]
  readonly ruledOut: readonly { readonly id: string; readonly because: string }[]
  readonly replays: readonly ExplainedReplay[]
  readonly batchLaw: ExplainedLaw | null
  readonly fix: ExplainedFix | null
  /** What is worth knowing of a run that is not ill, a sentence each. */
  readonly notices: readonly string[]
  /** All of it for people, in lines. Not part of the JSON that the command line prints. */
  readonly text: string
}
