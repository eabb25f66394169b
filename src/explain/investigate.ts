/**
 * From a case to what is known of it, before a word is said: incident, trace, findings, proof, batch law, fix. Whatever
 * language it is said in, this is done once.
 */
import { chancePerStep, batchLaw, type BatchLaw } from './batch-law.ts'
import type { Case } from './case.ts'
import { causes as allCauses } from './causes/index.ts'
import { firstDrawn, laterDrawn } from './chance.ts'
import { chanceRows, confirm, confirmRisk, tryFixes, type Confirmation, type Suspect } from './confirm.ts'
import { makeCourt, type ConfirmOptions, type Court } from './court.ts'
import { gatherEvidence, type Evidence } from './evidence.ts'
import type { Outcome } from './explanation.ts'
import { say, type Cause, type Finding, type Fix, type Said, type Trouble } from './finding.ts'
import { noticesOf } from './notices.ts'
import { holds, probeOf } from './probe.ts'
import { noProof, type Proof, type Trial } from './proof.ts'
import { rehearse } from './rehearsal.ts'
import { changed, type Change } from '../record/change.ts'
import { commandOf, flagsFor, type FlagChange } from '../record/command.ts'
import { findTrouble, incidentOf, validationStep } from './trouble.ts'
import { experimentInMemory } from '../training/experiment.ts'

export interface InvestigateOptions extends ConfirmOptions {
  readonly causes?: readonly Cause[] | undefined
}

export interface Investigation {
  readonly evidence: Evidence
  /** Null for a healthy run, one that was only lucky, and one that was only planned. */
  readonly trouble: Trouble | null
  readonly outcome: Outcome
  readonly step: number | null
  /** The incident was not in the case and was had by running again. */
  readonly repeated: boolean
  readonly suspect: Suspect | null
  /** Other suspects whose cells break runs by themselves. */
  readonly others: readonly Suspect[]
  readonly proof: Proof
  /** Every replay that was made, the proof's first. */
  readonly trials: readonly Trial[]
  readonly ruledOut: readonly { readonly cause: Cause; readonly because: Said }[]
  readonly law: BatchLaw | null
  readonly fix: OfferedFix | null
  readonly causes: readonly Cause[]
  /** Of a plan whose draws spare the rows that would break it: the first step past its end that draws one. */
  readonly spared: Spared | null
  /** The planned run as it went in memory, where the rest is then of that run unless it went well; null for a run, and for a plan that is too long, or that is known to fail as it is. */
  readonly rehearsal: Evidence | null
  /** What is worth knowing of a run that is not ill. */
  readonly notices: readonly Said[]
  /** Of a plan whose draws spare the rows that would break it: why it learned nothing when it was rehearsed, proven. */
  readonly beside: Suspect | null
}

export interface Spared {
  /** Null where none does up to step `looked`. */
  readonly later: number | null
  readonly looked: number
}

/** A fix as a command takes it. */
export interface OfferedFix {
  readonly fix: Fix
  readonly trial: Trial | null
  /** Flags to add to the run's command, and those that have to leave it. */
  readonly flags: FlagChange
  /** The whole command; null where no flag cures it. */
  readonly command: string | null
}

export async function investigate(given: Case, options: InvestigateOptions = {}): Promise<Investigation> {
  const of = { ...given, experiment: experimentInMemory(given.experiment) }
  const found = await investigateCase(of, options)
  return of.status === 'planned' ? rehearsed(found, options) : found
}

/** A plan of which nothing is known that ends it is tried: what it comes to is as true as the draws. */
async function rehearsed(plan: Investigation, options: InvestigateOptions): Promise<Investigation> {
  if (plan.outcome !== 'healthy' && plan.spared === null) return plan
  const tried = await rehearse(plan.evidence.case, options)
  if (tried === null) return plan
  const rehearsal = gatherEvidence(tried, tried.incident)
  const trouble = findTrouble(rehearsal)
  if (trouble === null || trouble === 'learned-less') return { ...plan, rehearsal }
  const found = { ...await investigateCase(tried, options), rehearsal }
  // Steps too few to meet a bad row are often too few to learn anything: that row counts for more.
  return plan.spared === null || trouble === 'non-finite' ? found : { ...plan, rehearsal, beside: found.proof.proven ? found.suspect : null }
}

async function investigateCase(of: Case, options: InvestigateOptions): Promise<Investigation> {
  const causes = options.causes ?? allCauses
  const { incident, repeated } = await incidentOf(of, options)
  const evidence = gatherEvidence(of, incident)
  const court = makeCourt(evidence, options)
  const { trouble, suspects, unproven = [], confirmation: { suspect, proof, rejected, together = [] } } = await sentence(court, evidence, causes)
  const outcome = outcomeOf(trouble, suspects.length > 0 || evidence.trace !== null)
  const runs = outcome === 'non-finite' || outcome === 'not-learning'
  const fix = suspect === null ? null : offered(evidence, runs ? await tryFixes(court, evidence, proof, suspect.finding.fixes) : untriedFix(suspect))
  const chance = suspect?.finding.chance ?? null
  const rows = chanceRows(suspects.map(({ finding }) => finding))
  const predicted = of.status === 'planned' && chance !== null ? firstDrawn(of.experiment, rows) : null
  return {
    evidence, trouble, outcome, step: incident?.step ?? (trouble === 'validation' ? validationStep(evidence) : predicted), repeated, suspect, proof, causes, fix,
    others: [...suspects, ...cellsBeside(evidence, causes, trouble)].filter(other => other.cause !== suspect?.cause && !together.includes(other.cause) && (other.finding.chance !== null || inValidation(other))),
    trials: [...proof.trials, ...rejected.flatMap(({ trials }) => trials), ...(fix?.trial === null || fix === null || fix.trial.kind !== 'fix' ? [] : [fix.trial])],
    ruledOut: [...tried(suspects, [...(suspect === null ? [] : [suspect.cause]), ...together], rejected), ...(suspect === null && trouble === null ? [] : ruledOutBy(evidence, asked(causes, trouble), proof, suspects))],
    law: chance === null ? null : lawOf(evidence, rows.length), rehearsal: null, beside: null, notices: outcome === 'healthy' ? noticesOf(evidence, unproven) : [],
    spared: of.status === 'planned' && chance !== null && predicted === null && rows.length > 0 ? laterDrawn(of.experiment, rows) : null,
  }
}

interface Sentence {
  readonly trouble: Trouble | null
  readonly suspects: readonly Suspect[]
  readonly confirmation: Confirmation
  /** Of a run that is not ill: who was suspected of having it learn less than it could, and not proven. */
  readonly unproven?: readonly Suspect[]
}

/**
 * What is wrong and who did it. A run that is in no trouble is asked two more things: whether cells of it would have broken it
 * at another batch size, and whether a replay shows that it learned less than it could. Only proof makes it ill.
 */
async function sentence(court: Court, evidence: Evidence, causes: readonly Cause[]): Promise<Sentence> {
  const { status } = evidence.case
  const trouble = findTrouble(evidence)
  const suspects = suspectsOf(evidence, causes, trouble)
  if (trouble !== null) return { trouble, suspects, confirmation: await confirm(court, evidence, suspects, left => suspectsOf(left, causes, trouble)) }
  if (status === 'planned') {
    const all = [...suspects, ...foreseen(evidence, causes)]
    return { trouble, suspects: all, confirmation: { ...nobody, suspect: all[0] ?? null, proof: { ...noProof, finding: all[0]?.finding ?? null } } }
  }
  if (suspects.length > 0) return { trouble, suspects, confirmation: await confirmRisk(court, evidence, suspects) }
  if (status === 'interrupted') return { trouble, suspects, confirmation: nobody }
  const less = suspectsOf(evidence, causes, 'learned-less')
  const confirmation = await confirm(court, evidence, less)
  return confirmation.proof.proven ? { trouble: 'learned-less', suspects: less, confirmation } : { trouble, suspects, confirmation: nobody, unproven: less }
}

const nobody: Confirmation = { suspect: null, proof: noProof, rejected: [] }

/**
 * What can be said of a run before it is made, beside cells that break it. Where its first steps on a sample of rows break or its
 * loss runs away, that of the suspects leads whose change keeps them from doing so.
 */
function foreseen(evidence: Evidence, causes: readonly Cause[]): Suspect[] {
  const { probe, trace } = evidence
  const troubles: readonly Trouble[] = [...(trace === null ? [] : ['non-finite' as const]), 'validation', 'not-learning', 'learned-less']
  const found = new Map(troubles.flatMap(trouble => suspectsOf(evidence, causes, trouble)).map(suspect => [suspect.cause, suspect]))
  const seen = [...found.values()].filter(({ finding }) => finding.foreseen === true).sort((a, b) => b.finding.weight - a.finding.weight).map(suspect => averted(evidence, suspect))
  if (probe === null || holds(probe)) return seen
  const leading = tamed(evidence, [...found.values()])
  return leading === null ? seen : [leading, ...seen.filter(({ cause }) => cause !== leading.cause)]
}

/** The first suspect, by weight, one of whose changes keeps the steps finite and the loss from running away; that change's fix is offered first. */
function tamed({ experiment }: Evidence, suspects: readonly Suspect[]): Suspect | null {
  for (const { cause, finding } of [...suspects].sort((a, b) => b.finding.weight - a.finding.weight)) {
    const attempt = attemptThat(finding, changes => holds(probeOf(changed(experiment, changes).experiment)))
    if (attempt !== undefined) return { cause, finding: { ...withAttempt(finding, attempt), foreseen: true, tamed: 'steps' } }
  }
  return null
}

/** What the first parameters show, with the fix first after which they show it no more; without a fix where none does that. */
function averted({ experiment }: Evidence, { cause, finding }: Suspect): Suspect {
  const { averts } = finding
  if (averts === undefined) return { cause, finding }
  const attempt = attemptThat(finding, changes => averts(changed(experiment, changes).experiment))
  return { cause, finding: attempt === undefined ? { ...finding, fixes: [] } : { ...withAttempt(finding, attempt), tamed: 'start' } }
}

function attemptThat({ tryThis }: Finding, helps: (changes: readonly Change[]) => boolean): readonly Change[] | undefined {
  return tryThis.find(changes => changes.every(({ kind }) => kind === 'settings') && helps(changes))
}

/** This attempt alone, and its fix before the others. */
function withAttempt(finding: Finding, attempt: readonly Change[]): Finding {
  const isOwn = ({ changes }: Fix): boolean => JSON.stringify(changes) === JSON.stringify(attempt)
  return { ...finding, tryThis: [attempt], fixes: [...finding.fixes.filter(isOwn), ...finding.fixes.filter(fix => !isOwn(fix))] }
}

function suspectsOf(evidence: Evidence, causes: readonly Cause[], trouble: Trouble | null): Suspect[] {
  return asked(causes, trouble)
    .flatMap(cause => {
      const finding = cause.check(evidence, trouble)
      return finding === null || (trouble === null && finding.cells.length === 0) ? [] : [{ cause, finding }]
    })
    .sort((a, b) => b.finding.weight - a.finding.weight)
}

/** A run that was finite, or was never run, can still hold cells that break another seed, batch size or length. */
function asked(causes: readonly Cause[], trouble: Trouble | null): readonly Cause[] {
  return causes.filter(({ explains }) => explains.includes(trouble ?? 'non-finite'))
}

function outcomeOf(trouble: Trouble | null, risk: boolean): Outcome {
  switch (trouble) {
    case 'non-finite': case 'validation': return 'non-finite'
    case 'not-learning': case 'learned-less': return 'not-learning'
    case null: return risk ? 'at-risk' : 'healthy'
    default: return trouble satisfies never
  }
}

/** A finite run that did not learn may hold cells besides that break runs; one that broke, cells that would have its validation loss fail. */
function cellsBeside(evidence: Evidence, causes: readonly Cause[], trouble: Trouble | null): Suspect[] {
  if (trouble === 'non-finite') return suspectsOf(evidence, causes, 'validation')
  return trouble === 'not-learning' || trouble === 'learned-less' || trouble === 'validation' ? suspectsOf(evidence, causes, null) : []
}

/** Whether its cells are read by evaluations alone. */
export function inValidation({ finding: { cells } }: Suspect): boolean {
  return cells.length > 0 && cells.every(({ side }) => side === 'validation')
}

function offered({ experiment, case: { dataName } }: Evidence, found: Pick<OfferedFix, 'fix' | 'trial'> | null): OfferedFix | null {
  if (found === null) return null
  const { changes, flags } = found.fix
  if (changes === null) return { ...found, flags: { add: flags, remove: [] }, command: null }
  return { ...found, flags: flagsFor(experiment, changes), command: commandOf(experiment, dataName, changes) }
}

function untriedFix({ finding }: Suspect): { fix: Fix; trial: null } | null {
  const [fix] = finding.fixes
  return fix === undefined ? null : { fix, trial: null }
}

function ruledOutBy(evidence: Evidence, causes: readonly Cause[], proof: Proof, suspects: readonly Suspect[]): Investigation['ruledOut'] {
  const found = new Set(suspects.map(({ cause }) => cause.id))
  return causes
    .filter(({ id }) => !found.has(id))
    .flatMap(cause => {
      const because = cause.ruleOut?.(evidence, proof) ?? null
      return because === null ? [] : [{ cause, because }]
    })
}

/** Suspects that a replay cleared: taken away, the run went wrong all the same. */
function tried(suspects: readonly Suspect[], chosen: readonly Cause[], rejected: readonly Proof[]): Investigation['ruledOut'] {
  return rejected.flatMap(({ finding, trials }) => {
    const cause = suspects.find(one => one.finding === finding && !chosen.includes(one.cause))?.cause
    const last = trials.findLast(({ kind }) => kind === 'taken-away')
    if (cause === undefined || last === undefined) return []
    return [{ cause, because: say(last.replay.status === 'non-finite' ? 'ruled-out.tried' : 'ruled-out.tried.finite', { steps: last.replay.steps }) }]
  })
}

function lawOf({ experiment }: Evidence, badRows: number): BatchLaw | null {
  const { settings, batchSize, steps } = experiment
  const rows = experiment.training.rows.length
  const law = { sampling: settings.sampling, rows, badRows, batch: batchSize }
  return badRows === 0 || !(chancePerStep(law) > 0) ? null : batchLaw(law, steps)
}
