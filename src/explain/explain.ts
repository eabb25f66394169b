/** From a case to an explanation: the investigation, said in a language, as JSON and as text. */
import { toJsonNumber, type JsonNumber } from '../numeric/floats.ts'
import type { Case } from './case.ts'
import { chainOf } from './chain.ts'
import type { Cell } from './cells.ts'
import type { ExplainedCause, ExplainedCell, ExplainedReplay, Explanation } from './explanation.ts'
import { say, type Fact, type Facts, type Said } from './finding.ts'
import { investigate, type InvestigateOptions, type Investigation } from './investigate.ts'
import type { Trial } from './proof.ts'
import type { Experiment } from '../training/experiment.ts'
import { render } from './render.ts'
import { changeSaid } from './say-change.ts'
import { speaker } from './words/words.ts'
import type { Language } from './words/template.ts'

export interface ExplainOptions extends InvestigateOptions {
  readonly language?: Language
  /** Columns of text in `text`. */
  readonly width?: number
}

/** Why a run became non-finite or did not learn; of a planned run, what would happen. Never changes the run. */
export async function explain(of: Case, options: ExplainOptions = {}): Promise<Explanation> {
  return explanationOf(await investigate(of, options), options)
}

/** One investigation said in a language. */
export function explanationOf(investigation: Investigation, { language = 'en', width = 110 }: Pick<ExplainOptions, 'language' | 'width'> = {}): Explanation {
  const { outcome, step, law, fix, ruledOut, trials, causes } = investigation
  const speak = speaker(language, causes)
  const chain = chainOf(investigation.evidence, investigation.suspect?.finding.cells)
  return {
    // Of a run that was only rehearsed nothing has gone wrong yet.
    outcome: investigation.rehearsal !== null && outcome !== 'healthy' ? 'at-risk' : outcome, step,
    cause: causeOf(investigation, speak),
    chain: chain.map(({ stage, layer, nonFinite, of, rows, says }) => ({ stage, layer: layer === null ? null : layer + 1, nonFinite, of, rows, says: speak(says) })),
    ruledOut: ruledOut.map(({ cause, because }) => ({ id: cause.id, because: speak({ ...because, cause: cause.id }) })),
    replays: trials.map(trial => replayOf(trial, investigation.evidence.experiment, speak)),
    batchLaw: law === null ? null : { ...law },
    fix: fix === null ? null : { flags: fix.flags.add, without: fix.flags.remove, command: fix.command, code: fix.fix.code, says: speak(ofSuspect(investigation, fix.fix.says)), tried: fix.trial !== null },
    notices: investigation.notices.map(speak),
    text: render(investigation, chain, speak, width),
  }
}

export function ofSuspect({ suspect }: Investigation, said: Said): Said {
  return suspect === null ? said : { ...said, cause: suspect.cause.id }
}

function causeOf(investigation: Investigation, speak: (said: Said) => string): ExplainedCause | null {
  const { suspect, proof, evidence } = investigation
  if (suspect === null) return null
  const { cause, finding } = suspect
  const birth = evidence.trace?.birth ?? null
  const listed = finding.cells.length === 0 ? [] : mergeCells(finding.cells, evidence.badCells)
  return {
    id: cause.id, proven: proof.proven, cells: listed.map(explainedCell),
    operation: birth === null || birth.operation === null ? null : {
      name: birth.operation, operands: birth.operands.map(toJsonNumber), result: toJsonNumber(birth.value), stage: birth.stage,
      layer: birth.layer === null ? null : birth.layer + 1,
      row: birth.datasetRow === null ? null : (evidence.experiment.training.rows[birth.datasetRow] ?? -1) + 1,
      unit: birth.unit === null ? null : birth.unit + 1,
    },
    summary: speak({ ...finding.summary, cause: cause.id }),
    page: pageOf(cause.id),
    evidence: plainEvidence(finding.evidence),
  }
}

/** A page for each cause, as a path in the package. */
export function pageOf(id: string): string {
  return `docs/causes/${id}.md`
}

/** The finding's own cells and every other bad cell of used columns; by row. */
export function mergeCells(own: readonly Cell[], bad: readonly Cell[]): Cell[] {
  const all = new Map([...bad, ...own].map(cell => [`${cell.side}:${cell.index}:${cell.column}`, cell]))
  return [...all.values()].sort((a, b) => a.index - b.index || a.column - b.column)
}

/** Of what was measured, what JSON says: numbers and words. */
export function plainEvidence(facts: Facts): Record<string, JsonNumber | string> {
  return Object.fromEntries(Object.entries(facts).flatMap(([name, fact]) => plain(name, fact)))
}

function plain(name: string, fact: Fact): [string, JsonNumber | string][] {
  if (typeof fact === 'number') return [[name, toJsonNumber(fact)]]
  return typeof fact === 'string' ? [[name, fact]] : []
}

export function explainedCell({ table, row, index, column, columnName, value, text, line, drawn }: Cell): ExplainedCell {
  return {
    table, row, index, column, columnName, value: toJsonNumber(value), drawn,
    ...(text === undefined ? {} : { text }), ...(line === undefined ? {} : { line }),
  }
}

function replayOf({ kind, replay, command, supports, facts }: Trial, experiment: Experiment, speak: (said: Said) => string): ExplainedReplay {
  const last = replay.losses.at(-1)
  const { predicted } = facts
  return {
    change: speak(say('list.of', { list: replay.changes.flatMap(change => changeSaid(change, experiment)) })), kind, command, status: replay.status,
    steps: replay.steps, plannedSteps: replay.plannedSteps, cutShort: replay.cutShort, from: replay.from,
    ...(kind === 'predicted' ? { predictedStep: typeof predicted === 'number' ? predicted : null } : {}),
    loss: last === undefined ? null : toJsonNumber(last.loss.total), supports,
  }
}
