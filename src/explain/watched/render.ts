/** A watched run's investigation as lines of text, in the shape of those of whynan's own runs. */
import { codeRows, lawLines, pageSection } from '../render.ts'
import { say, type Said } from '../finding.ts'
import { layOut, type Section } from '../words/layout.ts'
import { flatOf, type Flat } from './flat.ts'
import type { WatchedFacts } from './facts.ts'
import { ranAway } from './timing.ts'
import { cellsSaid } from './findings.ts'
import { spreadSaid, type WatchedInvestigation } from './investigation.ts'

/** A share of the variance that is no chance. */
const leastSignal = 0.1

type Speak = (said: Said) => string

export function renderWatched(investigation: WatchedInvestigation, speak: Speak, width: number): string {
  const { suspects, facts: { run }, outcome, ruledOut, law, seen } = investigation
  const [first] = suspects
  const sections: Section[] = []
  const add = (label: string, paragraphs: readonly string[], aside = ''): void => {
    if (paragraphs.length > 0) sections.push({ label: speak(say(`label.${label}`)), paragraphs, aside })
  }
  if (first !== undefined) {
    const summary = speak({ ...first.finding.summary, cause: first.cause.id })
    add('cause', [summary, ...alsoLines(investigation, speak)], speak(say('suspected')))
  } else if (outcome !== 'healthy') add('cause', [speak(noneSaid(investigation.facts))])
  add('seen', seen.map(speak))
  if (first !== undefined && outcome !== 'healthy') add('proof', [speak(say(outcome === 'not-learning' ? 'watched.unproven.better' : 'watched.unproven'))])
  const spread = run.located?.spread ?? []
  add('path', spread.length === 0 ? [] : [spread.map(({ name, nonFinite, of }) => speak(spreadSaid(name, nonFinite, of))).join(speak(say('path.arrow')))])
  if (law !== null) add('batch', lawLines(law, String(run.failure?.value ?? Number.NaN), speak))
  add('ruled-out', ruledOut.length === 0 ? [] : [ruledOut.map(({ cause: { id }, because }) =>
    speak(say('because', { name: [{ ...say('name'), cause: id }], because: [{ ...because, cause: id }] }))).join(speak(say('list.comma')))])
  sections.push(...fixSection(investigation, speak))
  if (first !== undefined) sections.push(pageSection(first.cause.id, speak))
  add('notes', run.notes.map(speak))
  return layOut(speak(headline(investigation)), sections, width)
}

/** Others that the same evidence points at nearly as much. */
function alsoLines({ suspects: [first, ...others] }: WatchedInvestigation, speak: Speak): string[] {
  const near = others.filter(({ finding }) => first !== undefined && finding.weight >= Math.max(0.35, first.finding.weight - 0.3)).slice(0, 2)
  return near.map(({ cause, finding }) => speak(say('watched.also', { list: [{ ...finding.summary, cause: cause.id }] })))
}

/** No cause fits; where the losses of single rows were shown and one row's alone was not finite, that row is what there is to look at. */
function noneSaid(facts: WatchedFacts): Said {
  const { failure, table } = facts.run
  const flat = flatOf(facts)
  if (flat !== null) return stuckSaid(flat, facts)
  const { badPositions = null, rows = null } = failure?.step ?? {}
  const row = badPositions?.length === 1 ? rows?.[badPositions[0] ?? -1] ?? -1 : -1
  if (failure === null || row < 0 || row >= table.rows) return say('watched.none')
  return say('watched.none.row', { row: row + 1, step: failure.step.step, list: cellsSaid(facts.run, row) })
}

/** A loss that does not fall, of a table that says something of its target: then the program does not learn it. */
function stuckSaid({ loss, constant }: Flat, { signal }: WatchedFacts): Said {
  const explained = Math.max(signal?.plane ?? 0, signal?.neighbours ?? 0)
  if (!(explained > leastSignal)) return say(constant === null ? 'watched.none' : 'watched.none.constant', { loss, constant: constant?.loss ?? 0 })
  return say(constant === null ? 'watched.none.flat' : 'watched.none.stuck', { loss, constant: constant?.loss ?? 0, explained })
}

function fixSection({ suspects: [first] }: WatchedInvestigation, speak: Speak): Section[] {
  const fix = first?.finding.fixes[0]
  if (first === undefined || fix === undefined) return []
  const [label, says] = [speak(say('label.fix')), { ...fix.says, cause: first.cause.id }]
  const rows = codeRows(fix.code, speak)
  return rows.length === 0 ? [{ label, paragraphs: [speak(says)] }] : [{ label, paragraphs: [], rows }, { label: '', paragraphs: [speak(say('watched.fix', { says: [says] }))] }]
}

function headline({ outcome, facts: { run } }: WatchedInvestigation): Said {
  const { failure, batch, steps, validationFailure, curve } = run
  const circumstances = [batch === null ? say('watched.circumstances') : say('watched.circumstances.batch', { batch })]
  const facts = { circumstances, steps, step: failure?.step.step ?? validationFailure ?? 0, value: String(failure?.value ?? Number.NaN), first: curve.first, last: curve.last }
  if (failure !== null) return say(`headline.${failure.first}`, facts)
  if (outcome === 'non-finite') return say('watched.headline.validation', facts)
  if (outcome === 'healthy') return say(steps === 0 ? 'watched.headline.nothing' : 'watched.headline.healthy', facts)
  if (outcome === 'at-risk') return say('watched.headline.lucky', facts)
  if (ranAway(run)) return say('watched.headline.ran-away', facts)
  return say(curve.end < 0.9 * curve.start ? 'watched.headline.worse' : 'headline.not-learning', facts)
}
