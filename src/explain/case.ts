/**
 * A case is all that is known of a run when somebody asks what happened: the experiment, how its losses went, how it ended,
 * and the state just before it broke. A run in memory is one; so is a run folder that was read back.
 *
 * This room goes from a case to a cause, by trace and by replay. It never changes a run and never guesses: a cause without
 * a replay that proves it is `suspected`.
 */
import type { Loss } from '../backends/backend.ts'
import type { Experiment } from '../training/experiment.ts'
import type { Incident, TrainingState } from '../training/train.ts'

/** The losses of a run, one element a step that was recorded, ascending. */
export interface History {
  readonly steps: readonly number[]
  readonly training: readonly Loss[]
  /** Null where the validation table was not evaluated. */
  readonly validation: readonly (Loss | null)[]
}

/** A step that was not finite, the proven cause, and the flags of the fix with which it was taken again. */
export interface RepairMade {
  readonly step: number
  readonly cause: string
  readonly flags: readonly string[]
  /** The steps before it were taken again as well: their loss had run away. */
  readonly again?: true | undefined
}

export interface Case {
  readonly experiment: Experiment
  readonly history: History
  /** `planned`: nothing was run yet; the question is what would happen. */
  readonly status: 'completed' | 'early-stopped' | 'non-finite' | 'interrupted' | 'planned'
  /** Null where the run did not break, and where its incident was lost. */
  readonly incident: Incident | null
  /** The state in which the run ended; null when nothing was run. */
  readonly final: TrainingState | null
  /** What was repaired on the way: `experiment` is as the last of them left it. */
  readonly repairs?: readonly RepairMade[]
  /** Of measurements, how the network predicts the validation rows, and the error that a straight line through the same inputs leaves there. */
  readonly beside?: { readonly rmse: number; readonly r2: number; readonly line: number } | null
  /** How people name the data on a command line, as a shell reads it: files, or the table's name. */
  readonly dataName: string
}
