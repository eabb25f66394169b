/** What a watched run showed, as sentences: which batches held the cells, what was already broken, how the loss went. */
import type { Cell } from '../cells.ts'
import { say, type Said } from '../finding.ts'
import { clearedByEpoch } from './findings.ts'
import type { WatchedFacts } from './facts.ts'
import { grew, heldRows, rowsOf, unseenBefore } from './timing.ts'

/** Rows that are said by number. */
const saidRows = 5

export function seenLines(facts: WatchedFacts, cells: readonly Cell[]): Said[] {
  const { run } = facts
  return [...heldLines(facts, cells), ...clearedLines(facts), ...tensorLines(facts), ...rowLossLines(facts), ...curveLines(facts), ...locatedLines(run.located)]
}

function heldLines({ run }: WatchedFacts, cells: readonly Cell[]): Said[] {
  const rows = rowsOf(cells.filter(({ side }) => side === 'training'))
  if (rows.length === 0) return []
  const { failure, rowsKnown } = run
  if (!rowsKnown) return [say('watched.held.unknown')]
  const { atFailure, justBefore, survived, first } = heldRows(run, rows)
  if (failure === null) return [first === 0 ? say('watched.held.never', { steps: run.steps }) : say('watched.held.survived', { step: first })]
  const { step } = failure.step
  const before = step - run.firstStep
  if (survived > 0) return [say(atFailure ? 'watched.held.also-before' : 'watched.held.only-before', { step, before: survived })]
  if (atFailure && justBefore) return [say('watched.held.two', { step, before: step - 1 })]
  if (atFailure) return [before === 0 ? say('watched.held.first', { step }) : say(before === 1 ? 'watched.held.only.one' : 'watched.held.only', { step, before })]
  const unseen = unseenBefore(run)
  if (!justBefore && unseen > 0) return [say('watched.held.unseen', { step, count: unseen })]
  return [justBefore ? say('watched.held.late', { step, before: step - 1 }) : say('watched.held.none', { step })]
}

/** Of a log of epochs that stayed finite, that its table's bad cells did no harm. */
function clearedLines(facts: WatchedFacts): Said[] {
  const cleared = facts.run.failure === null ? clearedByEpoch(facts, facts.badCells) : null
  return cleared === null ? [] : [say('watched.held.epoch', cleared.facts)]
}

function tensorLines({ run: { failure } }: WatchedFacts): Said[] {
  if (failure === null) return []
  const { gradients, moments, parameters, loss } = failure.step
  const of = { gradient: gradients, moment: moments, parameter: parameters }
  const kinds = (['gradient', 'moment', 'parameter'] as const).flatMap(kind => {
    const seen = of[kind]
    if (seen === null) return []
    const facts = { count: seen.nonFinite, of: seen.elements ?? 0 }
    // One may stand for a flag or a norm, which say no number.
    const counted = seen.elements !== null ? '' : seen.nonFinite === 1 ? '.one' : '.count'
    return [say(`watched.tensors.${kind}${seen.nonFinite === 0 ? '.finite' : counted}`, facts)]
  })
  if (kinds.length === 0) return []
  return [say(loss === null || !Number.isFinite(loss) ? 'watched.tensors' : 'watched.tensors.loss-finite', { step: failure.step.step, list: kinds })]
}

/** Which rows' own losses were not finite, where the program showed the loss of each row. */
function rowLossLines({ run: { failure } }: WatchedFacts): Said[] {
  const { badPositions = null, rows = null, loss = null } = failure?.step ?? {}
  if (failure?.first !== 'loss' || badPositions === null) return []
  const { step } = failure.step
  if (badPositions.length === 0) return loss === null ? [] : [say('watched.row-losses.finite', { step })]
  const [position = -1] = badPositions
  const row = (rows?.[position] ?? -1) + 1
  if (badPositions.length === 1 && row > 0) return [say('watched.row-losses.one', { step, row })]
  const some = badPositions.slice(0, saidRows).flatMap(at => (rows?.[at] === undefined ? [] : [rows[at] + 1]))
  return [some.length === 0 ? say('watched.row-losses.many', { step, count: badPositions.length }) : say('watched.row-losses.rows', { step, count: badPositions.length, rows: some })]
}

function curveLines({ run }: WatchedFacts): Said[] {
  const { curve, failure, after } = run
  const lines: Said[] = []
  if (failure !== null && grew(run)) lines.push(say('watched.grew', { steps: curve.growing, growth: curve.growth, last: curve.last }))
  if (failure !== null && after.finite > 0) lines.push(say('watched.recovered', { finite: after.finite, nonFinite: after.nonFinite }))
  return lines
}

function locatedLines(located: WatchedFacts['run']['located']): Said[] {
  if (located === null) return []
  const facts = { name: located.name, value: String(located.value), row: (located.row ?? -1) + 1 }
  if (located.row !== null && located.compared !== undefined) {
    const { target, answer } = located.compared
    return [say('watched.located.compared', { ...facts, target: numbersSaid(target), answer: numbersSaid(answer) })]
  }
  return [say(located.row === null ? 'watched.located' : 'watched.located.row', facts)]
}

function numbersSaid(values: readonly number[]): string {
  const some = values.slice(0, saidRows).map(value => Number(value.toPrecision(3))).join(', ')
  return values.length > saidRows ? `${some}, …` : some
}
