/** From a watched run to an explanation: the causes' findings, ordered, with what the log itself shows. Nothing is run. */
import { toJsonNumber } from '../../numeric/floats.ts'
import { batchLaw, chancePerStep, type BatchLaw } from '../batch-law.ts'
import { causes as allCauses } from '../causes/index.ts'
import { explainedCell, mergeCells, pageOf, plainEvidence } from '../explain.ts'
import type { ExplainedCause, ExplainedStage, Explanation, Outcome } from '../explanation.ts'
import type { Cause, Finding, Said } from '../finding.ts'
import { readAsCleaned } from './cleaned.ts'
import type { Language } from '../words/template.ts'
import { speaker } from '../words/words.ts'
import { spreadSaid, type WatchedInvestigation, type WatchedSuspect } from './investigation.ts'
import { renderWatched } from './render.ts'
import { watchedFacts, type WatchedFacts } from './facts.ts'
import type { WatchedRun } from './run.ts'
import { ranAway } from './timing.ts'
import { missesSignal, stays } from './flat.ts'
import { seenLines } from './seen.ts'

export interface WatchedOptions {
  readonly language?: Language
  /** Columns of text in `text`. */
  readonly width?: number
  readonly causes?: readonly Cause[]
}

/** Below this a finding is no more than a possibility: said beside a stronger one, and alone not enough to call a finite run ill. */
const possible = 0.3

/** What a watched run shows of its trouble. The same JSON and text as for runs of whynan's own; no cause is ever proven. */
export function explainWatched(shown: WatchedRun, { language = 'en', width = 110, causes = allCauses }: WatchedOptions = {}): Explanation {
  const run = readAsCleaned(shown)
  const investigation = investigateWatched(run, causes)
  const { outcome, suspects, ruledOut, law } = investigation
  const speak = speaker(language, causes)
  const [first] = suspects
  const fix = first?.finding.fixes[0]
  return {
    outcome, step: run.failure?.step.step ?? (outcome === 'non-finite' ? run.validationFailure : null),
    cause: first === undefined ? null : causeOf(investigation, first, speak),
    chain: chainOf(run, speak),
    ruledOut: ruledOut.map(({ cause, because }) => ({ id: cause.id, because: speak({ ...because, cause: cause.id }) })),
    replays: [],
    batchLaw: law === null ? null : { ...law },
    fix: first === undefined || fix === undefined ? null : { flags: [], without: [], command: null, code: fix.code, says: speak({ ...fix.says, cause: first.cause.id }), tried: false },
    notices: [],
    text: renderWatched(investigation, speak, width),
  }
}

function investigateWatched(run: WatchedRun, causes: readonly Cause[]): WatchedInvestigation {
  const facts = watchedFacts(run)
  const suspects = causes
    .flatMap(cause => {
      const finding = cause.watched?.(facts) ?? null
      return finding === null ? [] : [{ cause, finding }]
    })
    .sort((a, b) => b.finding.weight - a.finding.weight)
  const outcome = outcomeOf(facts, suspects)
  const named = outcome === 'healthy' ? [] : suspects
  const found = new Set(suspects.map(({ cause }) => cause.id))
  return {
    facts, outcome, suspects: named, seen: seenLines(facts, named[0]?.finding.cells ?? []),
    ruledOut: outcome !== 'non-finite' ? [] : causes.filter(({ id }) => !found.has(id)).flatMap(cause => {
      const because = cause.ruleOutWatched?.(facts) ?? null
      return because === null ? [] : [{ cause, because }]
    }),
    law: lawOf(run, named[0]?.finding ?? null),
  }
}

/** A run learned nothing when its last losses are no lower than its first, within noise. */
function outcomeOf(facts: WatchedFacts, suspects: readonly WatchedSuspect[]): Outcome {
  const { run } = facts
  const { failure, validationFailure, losses, steps } = run
  if (failure !== null || validationFailure !== null) return 'non-finite'
  const strongest = suspects[0]?.finding
  if (steps === 0) return 'healthy'
  if (ranAway(run)) return 'not-learning'
  if (losses.length >= 20 && stays(run)) return 'not-learning'
  if (missesSignal(facts)) return 'not-learning'
  if (strongest === undefined || strongest.weight < possible) return 'healthy'
  return strongest.cells.length > 0 ? 'at-risk' : 'not-learning'
}

function lawOf({ batch, sampling, table, declared, lastStep, rowsKnown }: WatchedRun, finding: Finding | null): BatchLaw | null {
  const badRows = finding?.chance?.rows.length ?? 0
  if (badRows === 0 || batch === null || (!rowsKnown && sampling === null)) return null
  const law = { sampling: sampling ?? 'fresh', rows: table.rows, badRows, batch: Math.min(batch, table.rows) } as const
  return chancePerStep(law) > 0 ? batchLaw(law, declared.steps ?? lastStep) : null
}

function causeOf({ facts }: WatchedInvestigation, { cause, finding }: WatchedSuspect, speak: (said: Said) => string): ExplainedCause {
  const { located } = facts.run
  const listed = finding.cells.length === 0 ? [] : mergeCells(finding.cells, facts.badCells)
  return {
    id: cause.id, proven: false, cells: listed.map(explainedCell),
    operation: located === null ? null : {
      name: located.name, operands: located.operands.map(toJsonNumber), result: toJsonNumber(located.value), stage: located.stage, layer: located.layer,
      row: located.row === null ? null : located.row + 1, unit: located.unit,
    },
    summary: speak({ ...finding.summary, cause: cause.id }),
    page: pageOf(cause.id),
    evidence: plainEvidence(finding.evidence),
  }
}

function chainOf({ located }: WatchedRun, speak: (said: Said) => string): ExplainedStage[] {
  return (located?.spread ?? []).map(({ stage, name, layer, nonFinite, of, rows }) => ({ stage, layer, nonFinite, of, rows, says: speak(spreadSaid(name, nonFinite, of)) }))
}
