/**
 * What a cause is: something that makes runs go wrong, with a check that reads the evidence, the changes that would take it
 * away, and its own words. Each stands in causes/<id>.ts with its page docs/causes/<id>.md and its tests; adding one touches
 * nothing else but the list in causes/index.ts.
 *
 * A check says what the arithmetic did, not what a fixture looks like, and never proves: proof is by replay (confirm.ts).
 */
import type { Change } from '../record/change.ts'
import type { Replay } from '../record/replay.ts'
import type { Experiment } from '../training/experiment.ts'
import type { Cell } from './cells.ts'
import type { Evidence } from './evidence.ts'
import type { Code } from './lines.ts'
import type { Proof } from './proof.ts'
import type { WatchedFacts } from './watched/facts.ts'

/** What a message is filled with. Numbers may be any; names and cell texts are made visible when they are shown. */
export type Fact = number | string | readonly Cell[] | readonly number[] | readonly Said[]
export type Facts = Readonly<Record<string, Fact>>

/** A sentence as its id and facts: words/ says it, in each language. */
export interface Said {
  readonly message: string
  readonly facts: Facts
  /** Whose words are looked at first. */
  readonly cause?: string
}

export interface Fix {
  /** Flags to run with, where `changes` is null; else they are told from the changes. Empty where no flag cures it. */
  readonly flags: readonly string[]
  /** What the flags change, so that they can be tried before they are offered. */
  readonly changes: readonly Change[] | null
  readonly code: Code
  readonly says: Said
}

/**
 * Which kind of trouble a cause explains: the run broke; only its validation loss did; it did no better than the best constant;
 * it did, and a replay shows that it could have done much better.
 */
export type Trouble = 'non-finite' | 'validation' | 'not-learning' | 'learned-less'

export interface Finding {
  /**
   * How directly the evidence points at it, from 0 to 1: suspects are tried from the highest. By convention 0.9 and above is
   * the birth itself read from the trace, 0.5 to 0.9 a figure that is far out, below 0.5 a setting that may be changed.
   */
  readonly weight: number
  readonly summary: Said
  /** Cells that do it. */
  readonly cells: readonly Cell[]
  /** What was measured, for the JSON. */
  readonly evidence: Facts
  /** What takes it away: tried one after the other until one cures. None: it cannot be tried in our own engine. */
  readonly tryThis: readonly (readonly Change[])[]
  /** The last step that a replay needs to show it; left out, the planned end. */
  readonly until?: number
  /** Whether a replay shows it cured; left out: that it stays finite. */
  readonly cured?: (replay: Replay, evidence: Evidence) => boolean
  /** Read from the data, the settings and the first parameters alone: it can be said before anything is run. */
  readonly foreseen?: true
  /** Whether the experiment as an attempt left it no longer shows this at its first parameters: asked of what is foreseen. */
  readonly averts?: (changed: Experiment) => boolean
  /**
   * How its first attempt was tried on a run that is only planned: on the first steps, and it kept them finite and the loss from
   * running away; or at the first parameters, and they showed it no more.
   */
  readonly tamed?: 'steps' | 'start'
  /** It stands in the data whatever a replay shows, and may be suspected where taking it away is not enough to learn. */
  readonly evident?: true
  /** The run is worse than it looks, not worse than it could be: its figures are of something else. */
  readonly looksGood?: true
  /** What is worth knowing of a run that is not ill where no replay proves this, in the cause's own words. */
  readonly notice?: Said
  /** What the replay that cured shows, in the cause's own words; {change}, {cells}, {steps} and {loss} are filled in. Left out, the frame's words. */
  readonly proofSays?: (replay: Replay) => Said
  /** A cause of chance: the rows (of the training table, from 0) whose being drawn is the failing step. */
  readonly chance: {
    readonly rows: readonly number[]
    /** Whether every batch size fails when it draws one; false where a large batch dilutes it. */
    readonly anyBatch: boolean
  } | null
  /** Tried in this order: the first that holds is offered. */
  readonly fixes: readonly Fix[]
}

export interface Cause {
  readonly id: string
  readonly explains: readonly Trouble[]
  /** `name` (what "ruled out" calls it), `summary…`, `fix…`, `ruled-out…`: templates in both languages with the same places. */
  readonly words: { readonly en: Readonly<Record<string, string>>; readonly zh: Readonly<Record<string, string>> }
  /** The finding, or null where nothing points at it. `trouble`: which of those that it explains; null: none yet, and it is asked what could break the run. */
  check(evidence: Evidence, trouble: Trouble | null): Finding | null
  /** Why it is not this, with the numbers that say so; null where it was no question. Asked only of causes that found nothing. */
  ruleOut?(evidence: Evidence, proof: Proof): Said | null
  /** The finding in a run that another program made and only showed; left out, or null, where nothing points at it. */
  watched?(facts: WatchedFacts): Finding | null
  /** Why it is not this, in such a run. */
  ruleOutWatched?(facts: WatchedFacts): Said | null
}

/** A message with its facts. */
export function say(message: string, facts: Facts = {}): Said {
  return { message, facts }
}
