/**
 * Proof by replay. (a) The suspect taken away: finite to the end (or, for a run that did not learn: it learns). (b) Put back
 * alone into a run in which every suspect is taken away: the same step fails; with a single suspect that is the run itself, and
 * is not counted again. (c) For causes of chance: the failing step predicted from the draws alone for another seed and another
 * batch size, and checked. Proven means (a) and, where they apply, (b) and (c).
 */
import { changed, validationShare, type Change } from '../record/change.ts'
import { firstDrawn } from './chance.ts'
import { cures, tried, type Court } from './court.ts'
import type { Evidence } from './evidence.ts'
import type { Cause, Facts, Finding, Fix } from './finding.ts'
import { noProof, type Proof, type Trial } from './proof.ts'
import { tryTogether } from './together.ts'

export interface Suspect {
  readonly cause: Cause
  readonly finding: Finding
}

export interface Confirmation {
  /** The suspect that was proven, else the one that the evidence points at most; null without suspects. */
  readonly suspect: Suspect | null
  readonly proof: Proof
  /** Replays that were made for suspects that were then given up. */
  readonly rejected: readonly Proof[]
  /** Causes that break the run together with the suspect's: taking one of them away is not enough. */
  readonly together?: readonly Cause[]
}

/** Cells of this weight and above can break a run by themselves, and are taken away together in the clean run. */
const independent = 0.5
/** Suspects that are tried before giving up. */
const mostSuspects = 6
/** `look`: who is suspected of a failure in a replay; left out, no two causes are tried together. */
export async function confirm(court: Court, evidence: Evidence, suspects: readonly Suspect[], look?: (evidence: Evidence) => readonly Suspect[]): Promise<Confirmation> {
  const ordered = [...suspects].sort((a, b) => b.finding.weight - a.finding.weight)
  const rejected: Proof[] = []
  for (const suspect of ordered.slice(0, mostSuspects)) {
    if (court.spent()) break
    const proof = await tryProof(court, evidence, suspect, ordered)
    if (proof.proven) return { suspect, proof, rejected }
    rejected.push(proof)
  }
  const both = look === undefined ? null : await tryTogether(court, evidence, ordered.slice(0, mostSuspects), look)
  if (both !== null) return { ...both, rejected }
  const left = evidence.incident === null ? ordered.find((suspect, i) => mayStill(suspect, rejected[i])) : ordered[0]
  const proof = rejected.find(({ finding }) => finding === left?.finding) ?? noProof
  return { suspect: left ?? null, proof, rejected: rejected.filter(other => other !== proof) }
}

/**
 * Whether a suspect that was not proven may be named all the same: not one that replays cleared, each of its attempts having
 * run to its end and fared no better. A run that broke may have broken of something else in each of them.
 */
function mayStill({ finding: { weight, tryThis, evident } }: Suspect, proof: Proof | undefined): boolean {
  if (proof === undefined) return weight >= independent
  if (evident === true) return true
  const made = proof.trials.filter(({ kind }) => kind === 'taken-away')
  return made.length < tryThis.length || tryThis.length === 0 || made.some(({ replay: { status }, supports }) => supports || status === 'non-finite')
}

async function tryProof(court: Court, evidence: Evidence, suspect: Suspect, all: readonly Suspect[]): Promise<Proof> {
  const { finding } = suspect
  const others = all.filter(other => other !== suspect && other.finding.cells.length > 0 && other.finding.weight >= independent && other.finding.tryThis.length > 0)
  const trials: Trial[] = []
  let cured: Trial | null = null
  for (const attempt of finding.tryThis) {
    if (trials.length > 0 && court.spent()) break
    const trial = await tried(() => court.try('taken-away', attempt, cures(evidence, finding), finding.until === undefined ? {} : { until: finding.until }))
    if (trial === null) continue
    trials.push(trial)
    if (trial.supports) {
      cured = trial
      break
    }
    // Another suspect may have broken it all the same: then both are taken away, and this one is put back alone.
    if (others.length > 0 && trial.replay.status === 'non-finite') {
      const together = await court.try('clean', [...attempt, ...firstAttempts(others)], cures(evidence, finding))
      trials.push(together)
      if (together.supports) {
        cured = together
        break
      }
    }
  }
  const failing = evidence.incident?.step
  if (cured !== null && others.length > 0 && failing !== undefined) {
    trials.push(await court.try('put-back', firstAttempts(others), ({ status, steps }) => status === 'non-finite' && steps === failing, { until: failing }))
  }
  if (cured !== null && finding.chance !== null) trials.push(...await predictions(court, evidence, { ...finding.chance, rows: chanceRows([finding, ...others.map(other => other.finding)]) }))
  // A suspect taken away while others still break the run supports nothing and denies nothing.
  const counted = trials.filter(({ kind, supports }) => kind !== 'taken-away' || supports)
  return { finding, proven: cured !== null && counted.every(({ supports }) => supports), trials, cured }
}

/** Every row of the training table whose being drawn breaks the run, whichever of these findings it belongs to; ascending. */
export function chanceRows(findings: readonly Finding[]): number[] {
  return [...new Set(findings.flatMap(({ chance }) => chance?.rows ?? []))].sort((a, b) => a - b)
}

function firstAttempts(suspects: readonly Suspect[]): Change[] {
  return suspects.flatMap(({ finding }) => finding.tryThis[0] ?? [])
}

/** (c) Another seed at the same batch size, and the same seed at another batch size. */
async function predictions(court: Court, { experiment }: Evidence, chance: NonNullable<Finding['chance']>): Promise<Trial[]> {
  const { settings, batchSize } = experiment
  const rows = experiment.training.rows.length
  const seed = settings.seed === 0 ? 1 : 0
  const other = batchSize === 256 ? Math.min(rows, 10_000) : Math.min(rows, 256)
  const variants: { changes: Change[]; facts: Facts }[] = []
  // Where validation rows are drawn from the seed, another seed moves the row to the other side.
  if (validationShare(experiment) === null) variants.push({ changes: [{ kind: 'settings', set: { seed } }], facts: { seed } })
  if (chance.anyBatch && other !== batchSize) variants.push({ changes: [{ kind: 'settings', set: { batchSize: other } }], facts: { batchSize: other } })
  const trials: Trial[] = []
  for (const { changes, facts } of variants) {
    const predicted = firstDrawn(changed(experiment, changes).experiment, chance.rows)
    trials.push(await court.try(
      'predicted', changes,
      ({ status, steps }) => (status === 'non-finite' ? steps === predicted : predicted === null || steps < predicted),
      { ...(predicted === null ? {} : { until: predicted }), facts: { ...facts, predicted: predicted ?? 'none' } },
    ))
  }
  return trials
}

/**
 * For a run that ended before it drew a cell that breaks runs: another batch size, predicted to fail from the draws alone, does;
 * and with the cells repaired it passes that step.
 */
export async function confirmRisk(court: Court, evidence: Evidence, suspects: readonly Suspect[]): Promise<Confirmation> {
  const [suspect = null] = suspects
  if (suspect === null || suspect.finding.chance === null) return { suspect, proof: { ...noProof, finding: suspect?.finding ?? null }, rejected: [] }
  const { experiment } = evidence
  const { finding } = suspect
  const rows = chanceRows(suspects.map(one => one.finding))
  const total = experiment.training.rows.length
  const trials: Trial[] = []
  for (const batchSize of [...new Set([Math.min(10_000, total), total])].filter(size => size > experiment.batchSize)) {
    const variant: Change = { kind: 'settings', set: { batchSize } }
    const predicted = firstDrawn(changed(experiment, [variant]).experiment, rows)
    if (predicted === null) continue
    trials.push(await court.try('predicted', [variant], ({ status, steps }) => status === 'non-finite' && steps === predicted, { until: predicted, facts: { batchSize, predicted } }))
    const repair = suspects.flatMap(one => one.finding.tryThis[0] ?? [])
    trials.push(await court.try('taken-away', [variant, ...repair], ({ status }) => status !== 'non-finite' && status !== 'interrupted', { until: predicted }))
    break
  }
  const cured = trials.find(({ kind, supports }) => kind === 'taken-away' && supports) ?? null
  return { suspect, proof: { finding, proven: trials.length > 0 && trials.every(({ supports }) => supports), trials, cured }, rejected: [] }
}

/** The fix that holds when it is tried; null where none does. */
export async function tryFixes(court: Court, evidence: Evidence, proof: Proof, fixes: readonly Fix[]): Promise<{ fix: Fix; trial: Trial | null } | null> {
  const { cured } = proof
  if (cured !== null) court.renew()
  const own = cured === null ? undefined : fixes.find(({ changes }) => JSON.stringify(cured.replay.changes) === JSON.stringify(changes))
  if (own !== undefined) return { fix: own, trial: cured }
  for (const fix of fixes) {
    if (fix.changes === null) return { fix, trial: null }
    if (court.spent()) break
    const { changes } = fix
    const trial = await tried(() => court.try('fix', changes, proof.finding === null ? () => true : cures(evidence, proof.finding), proof.finding?.until === undefined ? {} : { until: proof.finding.until }))
    if (trial?.supports === true) return { fix, trial }
  }
  return null
}
