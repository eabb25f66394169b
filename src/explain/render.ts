/** An investigation as lines of text: a headline, then sections with their label in a column of its own. */
import type { Experiment } from '../training/experiment.ts'
import { firstNonFinite } from '../numeric/floats.ts'
import type { BatchLaw } from './batch-law.ts'
import type { ChainStage } from './chain.ts'
import { rose } from './curve.ts'
import type { Evidence } from './evidence.ts'
import { say, type Finding, type Said } from './finding.ts'
import { leastGain, leastSkill, learnedOf } from './learned.ts'
import type { Suspect } from './confirm.ts'
import { inValidation, type Investigation } from './investigate.ts'
import type { Code } from './lines.ts'
import type { Trial } from './proof.ts'
import { changeSaid } from './say-change.ts'
import { layOut, type Section } from './words/layout.ts'

/** Causes that were ruled out and are said; the JSON holds them all. */
const mostCleared = 6
/** Attempts that failed and are said; the JSON holds them all. */
const mostFailed = 3

type Speak = (said: Said) => string

export function render(investigation: Investigation, chain: readonly ChainStage[], speak: Speak, width: number): string {
  const sections: Section[] = []
  const add = (label: string, ...paragraphs: readonly (string | null)[]): void => {
    const lines = paragraphs.filter(paragraph => paragraph !== null && paragraph !== '')
    if (lines.length > 0) sections.push({ label: speak(say(`label.${label}`)), paragraphs: lines.map(line => line ?? '') })
  }
  const { suspect, ruledOut } = investigation
  add('repaired', ...repairedLines(investigation, speak))
  const cause = causeLine(investigation, speak)
  if (cause !== null) sections.push({ label: speak(say('label.cause')), paragraphs: [cause.summary, ...bornLines(investigation, speak), ...alsoLines(investigation, speak)], aside: cause.verdict })
  add('notice', ...investigation.notices.map(speak))
  add('proof', ...proofLines(investigation, speak))
  add('path', chain.map(({ says }) => speak(says)).join(speak(say('path.arrow'))))
  if (investigation.law !== null) add('batch', ...lawLines(investigation.law, valueOf(investigation), speak))
  const cleared = ruledOut.slice(0, mostCleared).map(({ cause: { id }, because }) =>
    speak(say('because', { name: [{ ...say('name'), cause: id }], because: [{ ...because, cause: id }] }))).join(speak(say('list.comma')))
  add('ruled-out', ruledOut.length > mostCleared ? `${cleared}${speak(say('ruled-out.more', { more: ruledOut.length - mostCleared }))}` : cleared)
  if (suspect !== null) sections.push(...fixSection(investigation, speak), pageSection(suspect.cause.id, speak))
  return layOut(speak(headline(investigation)), sections, width)
}

function causeLine(investigation: Investigation, speak: Speak): { summary: string; verdict: string } | null {
  const { suspect, proof, outcome, evidence, spared } = investigation
  if (suspect === null && outcome === 'healthy') return null
  if (suspect === null) return { summary: noneLine(investigation, speak), verdict: '' }
  const planned = evidence.case.status === 'planned'
  const verdict = proof.proven ? 'proven' : !planned ? 'suspected' : suspect.finding.chance === null ? 'foreseen' : spared === null ? 'predicted' : 'spared'
  return { summary: speak({ ...suspect.finding.summary, cause: suspect.cause.id }), verdict: speak(say(verdict)) }
}

/** That nothing was found, and what was tried. */
function noneLine({ trials, outcome, evidence: { experiment } }: Investigation, speak: Speak): string {
  if (trials.length === 0) return speak(say('cause.none'))
  const list = failedSaid(trials.slice(0, mostFailed), outcome === 'not-learning', experiment, speak)
  return speak(trials.length > mostFailed ? say('cause.none.tried.more', { list, more: trials.length - mostFailed }) : say('cause.none.tried', { list }))
}

/** What broke on the way and was taken again. */
function repairedLines({ evidence: { case: { repairs = [] } }, causes }: Investigation, speak: Speak): string[] {
  return repairs.map(({ step, cause, flags, again }) => {
    const name = causes.some(({ id }) => id === cause) ? { ...say('name'), cause } : say('text', { text: cause })
    const facts = { step, from: step - 1, name: [name], flags: flags.join(' ') }
    return speak(say(again === true ? 'repaired.again' : flags.length === 0 ? 'repaired.fix' : 'repaired.flags', facts))
  })
}

/** Which operation made the first non-finite element. */
function bornLines({ evidence: { trace, experiment }, suspect }: Investigation, speak: Speak): string[] {
  const birth = trace?.birth
  if (suspect === null || birth === null || birth === undefined || birth.kind !== 'operation' || birth.operation === null) return []
  const [a = Number.NaN, b = Number.NaN] = birth.operands
  const binary = ['add', 'subtract', 'multiply', 'divide'].includes(birth.operation)
  const operation = [say(binary ? `operation.${birth.operation}` : 'operation.of', { a, b, operation: birth.operation })]
  const row = birth.datasetRow === null ? null : experiment.training.rows[birth.datasetRow] ?? null
  const facts = { operation, value: String(birth.value), stage: [say(`stage.${birth.stage}`)] }
  if (row !== null) return [speak(say('born.row', { ...facts, row: row + 1 }))]
  return [speak(birth.parameter === null ? say('born.plain', facts) : say('born.parameter', { ...facts, parameter: birth.parameter + 1, of: experiment.network.parameters }))]
}

/** Other cells that break runs by themselves, and those that only evaluations read. */
function alsoLines({ others, beside }: Investigation, speak: Speak): string[] {
  const line = (message: string, of: readonly Suspect[]): string[] =>
    of.length === 0 ? [] : [speak(say(message, { list: of.map(({ cause, finding }) => ({ ...finding.summary, cause: cause.id })) }))]
  return [
    ...line('cause.also', others.filter(other => !inValidation(other))), ...line('cause.also.validation', others.filter(inValidation)),
    ...line('cause.also.learning', beside === null ? [] : [beside]),
  ]
}

/** NaN or Infinity: what the incident's own figure became. */
function valueOf({ evidence: { incident, trace } }: Investigation): string {
  if (incident === null) return 'NaN'
  if (incident.first === 'loss') return String(incident.loss.total)
  const after = trace?.tape.after
  const values = incident.first === 'gradient' ? trace?.tape.gradient : incident.first === 'parameter' ? after?.parameters : after?.second.length === 0 ? after.first : after?.second
  return values === undefined ? 'NaN' : String(values[Math.max(firstNonFinite(values), 0)] ?? Number.NaN)
}

/** What is said first: of a plan what it will do with these draws, and whether that was tried or only told. */
function headline(investigation: Investigation): Said {
  const { evidence: { experiment: { settings, batchSize, steps }, case: { status } }, outcome, step, spared, rehearsal } = investigation
  if (status !== 'planned') return rehearsal === null ? headlineOfRun(investigation) : say('headline.rehearsed', { headline: [headlineOfRun(investigation)] })
  const facts = { circumstances: [say(`circumstances.${settings.draws}`, { batch: batchSize, seed: settings.seed })], steps, step: step ?? 0 }
  if (step !== null) return say('headline.planned-fails', facts)
  if (rehearsal !== null) return say(spared === null ? 'headline.rehearsed-healthy' : 'headline.rehearsed-spared', { ...facts, share: rehearsal.fitness.worst })
  return say(spared !== null ? 'headline.planned-spared' : outcome === 'healthy' ? 'headline.planned-healthy' : 'headline.planned-at-risk', facts)
}

function headlineOfRun(investigation: Investigation): Said {
  const { evidence, trouble, outcome, step, repeated } = investigation
  const { experiment, incident, curve } = evidence
  const { settings, batchSize, steps } = experiment
  const circumstances = [say(`circumstances.${settings.draws}`, { batch: batchSize, seed: settings.seed })]
  const facts = { circumstances, steps, step: step ?? 0, value: valueOf(investigation), first: curve.first, last: curve.last }
  const taken = { ...facts, steps: Math.max(curve.steps, evidence.case.final?.step ?? 0) }
  if (trouble === 'validation') return say('headline.validation', { ...taken, value: validationValue(investigation) })
  if (outcome === 'non-finite') {
    if (incident === null) return say('headline.unrepeated')
    return say(repeated && evidence.case.incident === null ? 'headline.lost' : `headline.${incident.first}`, facts)
  }
  if (outcome === 'at-risk') return say('headline.lucky', taken)
  // Losses that were lost with their file.
  if (outcome === 'healthy' && curve.steps === 0) return say('headline.healthy.unseen', taken)
  // Single batches waver; the first of all stands for what first weights cost.
  if (outcome === 'healthy') return curve.end < curve.first ? say('headline.healthy', { ...taken, last: curve.end }) : say('headline.healthy.level', { ...taken, first: curve.start, last: curve.end })
  const { fitness, lastFitness } = evidence
  if (trouble === 'not-learning' && fitness.training.skill >= leastSkill && fitness.training.share > 1) return say('headline.too-sure', { ...taken, share: fitness.training.share })
  const unseen = !(fitness.training.share > 1 - leastGain)
  const unkept = !unseen && lastFitness.training.share <= 1 - leastGain
  if (trouble === 'learned-less' && rose(curve) && investigation.suspect?.finding.looksGood !== true) return say('headline.rose', { ...taken, first: curve.start, last: curve.end, lowest: curve.lowest })
  return say(trouble === 'learned-less' ? (investigation.suspect?.finding.looksGood === true ? 'headline.looks-good' : 'headline.learned-less') : unseen ? 'headline.not-general' : unkept ? 'headline.not-kept' : 'headline.not-learning', { ...taken, share: fitness.worst, left: lastFitness.training.share, kept: evidence.case.final?.stopping.best?.step ?? 0 })
}

/** NaN or Infinity: what the first validation loss that was not finite was. */
function validationValue({ evidence: { case: { history } } }: Investigation): string {
  return String(history.validation.find(loss => loss !== null && !Number.isFinite(loss.data))?.data ?? Number.NaN)
}

function proofLines(investigation: Investigation, speak: Speak): string[] {
  const { suspect, proof, evidence, outcome } = investigation
  if (suspect === null) return []
  const { finding } = suspect
  if (evidence.case.status === 'planned') return plannedLines(investigation, finding, speak)
  if (finding.tryThis.length === 0) return [speak(say('proof.untried'))]
  const lines: string[] = []
  const { cured, trials } = proof
  if (cured !== null) lines.push(...curedLines(cured, suspect, outcome === 'not-learning', evidence.experiment, speak))
  const back = trials.find(({ kind, supports }) => kind === 'put-back' && supports)
  if (back !== undefined && finding.proofSays === undefined) lines.push(speak(say('proof.put-back', { steps: back.replay.steps })))
  const predicted = trials.filter(({ kind, supports }) => kind === 'predicted' && supports)
  if (predicted.length > 0) lines.push(speak(say('proof.predicted', { list: predicted.map(trial => predictedSaid(trial, evidence.experiment)) })))
  const failed = trials.filter(({ supports, kind }) => !supports && !(cured !== null && kind === 'taken-away'))
  if (failed.length > 0) {
    const list = failedSaid(failed.slice(0, mostFailed), outcome === 'not-learning', evidence.experiment, speak)
    lines.push(speak(failed.length > mostFailed ? say('proof.failed.more', { list, more: failed.length - mostFailed }) : say('proof.failed', { list })))
  }
  return lines
}

/** What the draws, or the first steps, say of a plan. */
function plannedLines({ evidence, step, spared, law }: Investigation, finding: Finding, speak: Speak): string[] {
  const { settings: { draws, seed }, batchSize } = evidence.experiment
  const change = [say(`circumstances.${draws}`, { batch: batchSize, seed })]
  if (step !== null) return [speak(say('proof.planned', { list: [say('predicted.at', { change, steps: step })] }))]
  if (spared !== null) {
    const { steps } = evidence.experiment
    const when = spared.later === null ? say('proof.spared.never', { change, steps: spared.looked }) : say('proof.spared', { change, steps, later: spared.later })
    return [speak(when), ...(law === null ? [] : [speak(say('proof.spared.risk', { steps, chance: law.chanceWithin }))])]
  }
  return finding.tamed === undefined ? [] : [tamedLine(evidence, finding, speak)]
}

/** What the first parameters, or the first steps on a sample of rows, showed, and with a change showed no more. */
function tamedLine({ probe, experiment }: Evidence, { tamed, tryThis: [attempt = []] }: Finding, speak: Speak): string {
  const change = attempt.flatMap(one => changeSaid(one, experiment))
  if (probe === null || tamed === 'start') return speak(say('proof.start', { change }))
  const { broke, rows, steps, first, last } = probe
  return speak(broke === null ? say('proof.probe', { change, steps, first, last }) : say('proof.probe.broke', { change, rows, step: broke.step }))
}

function curedLines({ replay, kind }: Trial, { cause, finding }: Suspect, learning: boolean, experiment: Experiment, speak: Speak): string[] {
  const cells = finding.cells.length
  // Where the best weights are kept, the last step's are not what was learned.
  const kept = learning && replay.experiment.settings.earlyStopping !== false
  const loss = kept ? learnedOf(replay.experiment, replay.final).loss : replay.losses.at(-1)?.loss.total ?? Number.NaN
  const facts = { steps: replay.steps, loss, planned: replay.plannedSteps, seconds: 30 }
  const change = replay.changes.flatMap(one => changeSaid(one, experiment))
  const repaired = replay.changes.every(({ kind: of }) => of === 'repair')
  const that = [cells === 1 ? say('that.cell') : say('those.cells', { count: cells })]
  const own = finding.proofSays?.(replay)
  const line = own !== undefined ? { ...own, cause: cause.id, facts: { ...own.facts, ...facts, change, cells: that } } : kind === 'clean'
    ? say('proof.clean', facts)
    : learning ? say('proof.taken-away.learns', { ...facts, change }) : repaired ? say('proof.taken-away.cells', { ...facts, cells: that }) : say('proof.taken-away.setting', { ...facts, change })
  return [speak(line), ...(replay.cutShort ? [speak(say('proof.cut-short', facts))] : [])]
}

function predictedSaid({ replay, facts }: Trial, experiment: Experiment): Said {
  const change = replay.changes.flatMap(one => changeSaid(one, experiment))
  return typeof facts['predicted'] === 'number'
    ? say('predicted.at', { change, steps: facts['predicted'] })
    : say('predicted.never', { change, steps: replay.steps })
}

/** What failed attempts showed, each outcome once with all that was tried for it. */
function failedSaid(trials: readonly Trial[], learning: boolean, experiment: Experiment, speak: Speak): Said[] {
  const outcomes = new Map<string, { message: string; steps: number; changes: Map<string, Said> }>()
  for (const trial of trials) {
    const { replay: { steps, changes } } = trial
    const message = failedMessage(trial, learning)
    const change = say('list.of', { list: changes.flatMap(one => changeSaid(one, experiment)) })
    const said = speak(change)
    // How far it came counts where it is said; what draws predict is another matter for each.
    const key = message === 'proof.failed.not-learning' ? message : `${message} ${message === 'proof.failed.predicted' ? said : steps}`
    const outcome = outcomes.get(key) ?? { message, steps, changes: new Map<string, Said>() }
    outcome.changes.set(said, change)
    outcomes.set(key, outcome)
  }
  return [...outcomes.values()].map(({ message, steps, changes }) =>
    say(message, { steps, change: [[...changes.values()].reduce((some, one) => say('list.either', { some: [some], one: [one] }))] }))
}

function failedMessage({ kind, replay }: Trial, learning: boolean): string {
  if (kind === 'put-back' || kind === 'predicted') return `proof.failed.${kind}`
  if (replay.status === 'non-finite') return 'proof.failed.taken-away'
  return learning ? 'proof.failed.not-learning' : 'proof.failed.grows'
}

/** Where all of the cause is written down: the arithmetic, how it is proven, examples. */
export function pageSection(id: string, speak: Speak): Section {
  return { label: speak(say('label.page')), paragraphs: [`whynan explain --cause ${id}`] }
}

export function lawLines(law: BatchLaw, value: string, speak: Speak): string[] {
  const { sampling, badRows, batch, perStep, expectedStep, quantile95, steps, rows, compare } = law
  const many = badRows === 1 ? 'one' : 'many'
  const facts = { batch, badRows, perStep, expected: expectedStep, quantile: quantile95, value, last: Math.ceil(rows / batch) }
  const lines = [speak(say(sampling === 'epoch' ? `batch.epoch.${many}` : `batch.own.${many}`, facts))]
  // One other batch size, the customary 256, or for a run of 256 a large one.
  const other = compare.find(row => row.batch === (batch === 256 ? 4096 : 256))
  if (other !== undefined && other.batch !== batch) {
    const clean = 1 - other.chanceWithin
    lines.push(speak(say(clean > 0.001 ? 'batch.other' : 'batch.other.certain',
      { batch: other.batch, perStep: other.perStep, expected: other.expectedStep, steps, clean })))
    if (sampling !== 'epoch' && Math.min(other.batch, batch) === 256 && Math.min(other.chanceWithin, law.chanceWithin) < 0.99) lines.push(speak(say('batch.lucky')))
  }
  return lines
}

function fixSection({ fix, suspect, causes: _causes }: Investigation, speak: Speak): Section[] {
  if (suspect === null) return []
  const label = speak(say('label.fix'))
  if (fix === null) return suspect.finding.fixes.length === 0 ? [] : [{ label, paragraphs: [speak(say('fix.none'))] }]
  const { code, says } = fix.fix
  const said = speak({ ...says, cause: suspect.cause.id })
  // The whole command and nothing beside it, so that the line runs as it is printed.
  const rows = [...(fix.command === null ? [] : [[fix.command], [said]]), ...codeRows(code, speak)]
  return [rows.length === 0 ? { label, paragraphs: [said] } : { label, paragraphs: [], rows }]
}

/** A fix in other languages, a labelled line each, with the rule below the row numbers that it stands for. */
export function codeRows({ python, matlab, rule }: Code, speak: Speak): string[][] {
  const lines = (label: string, code: string | null): string[][] => (code ?? '').split('\n').filter(line => line !== '').map((line, i) => [i === 0 ? label : '', line])
  const or = speak(say('fix.or'))
  return [
    ...lines(speak(say('fix.numpy')), python), ...lines(or, rule?.python ?? null), ...lines(speak(say('fix.matlab')), matlab), ...lines(or, rule?.matlab ?? null),
  ]
}
