/** An investigation as lines of text: a headline, then sections with their label in a column of its own. */
import type { BatchLaw } from './batch-law.ts'
import type { ChainStage } from './chain.ts'
import type { Suspect } from './confirm.ts'
import { say, type Said } from './finding.ts'
import { headline, valueOf } from './headline.ts'
import { inValidation, type Investigation } from './investigate.ts'
import type { Code } from './lines.ts'
import { failedSaid, mostFailed, proofLines } from './proof-lines.ts'
import { layOut, type Section } from './words/layout.ts'

/** Causes that were ruled out and are said; the JSON holds them all. */
const mostCleared = 6

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

function fixSection({ fix, suspect }: Investigation, speak: Speak): Section[] {
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
