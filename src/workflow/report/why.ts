/** Why: where it came from, how it went through, what proves it, what the batch size has to do with it, what it is not, and what helps. */
import { commandOf } from '../../record/command.ts'
import { expectedStep, quantileStep, type BatchLaw } from '../../explain/batch-law.ts'
import type { Cell } from '../../explain/cells.ts'
import type { Explanation } from '../../explain/explanation.ts'
import type { Trial } from '../../explain/proof.ts'
import { speaker } from '../../explain/words/words.ts'
import { batchLawFigure } from '../../figures/index.ts'
import { formatCount, formatPercent } from '../../figures/format.ts'
import { fromJsonNumber } from '../../numeric/floats.ts'
import { cellsInTable } from './cells.ts'
import { lossCurves } from './curves.ts'
import { command, drawing, element, grid, section, smallCommand, type Html } from './html.ts'
import { pathSection } from './path.ts'
import { withFiles, type Known, type Subject } from './subject.ts'
import type { Speak } from './words.ts'

/** Where no cause was found, the path alone; nothing of a run that is well. */
export function whySections(known: Known, subject: Subject, speak: Speak): (Html | undefined)[] {
  const { explanation: { cause }, investigation: { suspect }, experiment } = known
  if (cause === null || suspect === null) return [pathSection(known, subject, speak)]
  const cells = suspect.finding.cells.length === 0 || !subject.withData ? [] : cellsInTable(experiment, allCells(known), speak)
  return [
    cells.length === 0 ? undefined : section(speak('where.title'), ...cells),
    pathSection(known, subject, speak),
    proofSection(known, subject, speak),
    lawSection(known, subject, speak),
    ruledOutSection(known, subject, speak),
    fixSection(known, subject, speak),
    element('p', { class: 'muted' }, speak('fix.page'), ' ', element('code', {}, `whynan explain --cause ${cause.id}`)),
  ]
}

/** The finding's own cells and every other bad cell of used columns, as the explanation lists them. */
function allCells({ investigation: { suspect, evidence }, explanation }: Known): readonly Cell[] {
  const listed = new Set(explanation.cause?.cells.map(({ table, index, column }) => `${table}:${index}:${column}`))
  const own = suspect?.finding.cells ?? []
  const name = ({ table, index, column }: { table: string; index: number; column: number }): string => `${table}:${index}:${column}`
  const ownNames = new Set(own.map(name))
  const others = evidence.badCells.filter(cell => !ownNames.has(name(cell)))
  return [...own, ...others].filter(cell => listed.has(name(cell))).sort((a, b) => a.index - b.index || a.column - b.column)
}

function proofSection({ explanation: { replays, outcome }, investigation, experiment }: Known, subject: Subject, speak: Speak): Html {
  const { trials } = investigation
  const curves = drawing(lossCurves(subject, { steps: experiment.steps, replays: drawnReplays(trials, replays, subject, speak) }))
  if (replays.length === 0) {
    return section(speak('proof.title'), element('p', {}, speak(outcome === 'at-risk' ? 'proof.at-risk' : 'proof.untried')), curves)
  }
  const rows = replays.map(replay => [
    [replay.change, element('small', {}, replay.kind === 'predicted' ? speak('proof.draws') : speak(`proof.${replay.kind}`))],
    [outcomeOf(replay, speak).join(' · '), smallCommand(withFiles(replay.command, subject.record))],
    element('span', { class: replay.supports ? 'word good' : 'word warn' }, speak(replay.supports ? 'proof.yes' : 'proof.no')),
  ])
  return section(speak('proof.title'), element('p', { class: 'muted' }, speak('proof.says')), curves,
    grid([{ text: speak('proof.change') }, { text: speak('proof.outcome') }, { text: speak('proof.shows') }], rows, 'wide'))
}

function outcomeOf(replay: Explanation['replays'][number], speak: Speak): string[] {
  const { status, steps, plannedSteps, loss, kind, predictedStep, cutShort } = replay
  const parts = [
    status === 'non-finite' ? speak('proof.non-finite', { steps })
      : loss === null ? speak('proof.finite', { steps }) : speak('proof.finite.loss', { steps, loss: fromJsonNumber(loss) }),
  ]
  if (kind === 'predicted') {
    parts.push(typeof predictedStep === 'number' ? speak('proof.predicted', { step: predictedStep }) : speak('proof.predicted.none', { steps }))
  }
  if (cutShort) parts.push(speak('proof.cut-short', { steps, planned: plannedSteps }))
  return parts
}

/**
 * At most two, beside the run itself: the cause taken away, and the fix where it is another. A replay from the incident's step
 * has the run's own losses before.
 */
function drawnReplays(
  trials: readonly Trial[], replays: Explanation['replays'], { history }: Subject, speak: Speak,
): { label: string; points: { step: number; loss: number }[] }[] {
  const drawn = trials.flatMap(({ kind, replay, supports }, i) => {
    if (!supports || replay.losses.length === 0 || kind === 'predicted' || kind === 'put-back') return []
    const before = history.steps
      .map((step, at) => ({ step, loss: history.training[at]?.data ?? Number.NaN }))
      .filter(({ step }) => step <= replay.from)
    const points = [...before, ...replay.losses.map(({ step, loss }) => ({ step, loss: loss.data }))]
    // A replay of a step or two is a dot, whose label would lie over the run's own line.
    return points.length < 3 ? [] : [{ label: replays[i]?.change ?? speak(`proof.${kind}`), points }]
  })
  return drawn.slice(0, 2)
}

function lawSection({ investigation, experiment, explanation: { step } }: Known, subject: Subject, speak: Speak): Html | undefined {
  const { law, trials, evidence } = investigation
  if (law === null) return undefined
  const own = { batch: law.batch, expectedStep: law.expectedStep, chanceWithin: law.chanceWithin }
  const other = law.compare.find(({ batch }) => batch === (law.batch === 256 ? 4096 : 256))
  const figure = batchLawFigure({
    language: subject.language, rows: law.rows, badRows: law.badRows, sampling: law.sampling, own, steps: law.steps,
    law: ladder(law).map(batch => ({ ...law, batch })).map(of => ({
      batch: of.batch, expectedStep: expectedStep(of), quantile5: quantileStep(of, 0.05), quantile95: quantileStep(of, 0.95),
    })),
    compare: other === undefined || other.batch === law.batch ? [] : [other],
    runs: [
      { batch: law.batch, failedAt: evidence.incident === null ? null : step, steps: Math.max(1, evidence.curve.steps) },
      ...trials.filter(({ kind }) => kind === 'predicted').map(({ replay }) => ({
        batch: replay.experiment.batchSize, failedAt: replay.incident?.step ?? null, steps: Math.max(1, replay.steps),
      })),
    ],
  })
  const rows = law.compare.map(({ batch, perStep, expectedStep: expected, chanceWithin }) => [
    batch === law.batch ? element('strong', {}, formatCount(batch)) : formatCount(batch), formatPercent(perStep),
    // A whole step, as the explanation says it.
    formatCount(Math.round(expected)), formatPercent(chanceWithin),
  ])
  const facts = { batch: law.batch, badRows: law.badRows, perStep: law.perStep, expected: law.expectedStep, quantile: law.quantile95 }
  const heads = [speak('law.batch'), speak('law.per-step'), speak('law.expected'), speak('law.within', { steps: experiment.steps })]
  const lucky = law.sampling !== 'epoch' && law.compare.some(({ chanceWithin }) => chanceWithin < 0.95)
  return section(speak('law.title'),
    element('p', {}, speak(law.badRows === 1 ? 'law.one' : 'law.many', facts)),
    drawing(figure),
    grid(heads.map(text => ({ text, align: 'end' })), rows),
    lucky ? element('p', {}, element('strong', {}, speak('law.lucky'))) : undefined)
}

/** Batch sizes to draw the law at: powers of the root of 2 from 8 on, and the run's own. */
function ladder({ rows, batch }: BatchLaw): number[] {
  const sizes = new Set([batch, rows])
  for (let size = Math.min(8, rows); size < rows; size *= Math.SQRT2) sizes.add(Math.round(size))
  return [...sizes].sort((a, b) => a - b)
}

function ruledOutSection({ explanation: { ruledOut }, investigation }: Known, { language }: Subject, speak: Speak): Html | undefined {
  if (ruledOut.length === 0) return undefined
  const explains = speaker(language, investigation.causes)
  const nameOf = (cause: string): string => explains({ message: 'name', facts: {}, cause })
  const items = ruledOut.map(({ id, because }) => element('li', {}, element('strong', {}, nameOf(id)), ' · ', because))
  return section(speak('ruled-out.title'), element('ul', { class: 'plain' }, items))
}

function fixSection({ explanation: { fix }, investigation, experiment }: Known, subject: Subject, speak: Speak): Html {
  if (fix === null) return section(speak('fix.title'), element('p', {}, speak('fix.none')))
  const changes = investigation.fix?.fix.changes ?? null
  const { flags, code, says, tried } = fix
  const own = changes === null ? null : commandOf(experiment, 'DATA', changes)
  const lines = [
    ...(own === null ? [] : [{ label: speak('fix.whynan'), text: withFiles(own, subject.record) }]),
    ...(code.python === null ? [] : [{ label: speak('fix.numpy'), text: code.python }]),
    ...(code.rule === undefined ? [] : [{ label: speak('fix.or'), text: code.rule.python }]),
    ...(code.matlab === null ? [] : [{ label: speak('fix.matlab'), text: code.matlab }]),
    ...(code.rule === undefined ? [] : [{ label: speak('fix.or'), text: code.rule.matlab }]),
  ]
  const flag = flags.length === 0 ? [] : [element('code', {}, flags.join(' ')), ' ']
  return section(speak('fix.title'),
    element('p', {}, ...flag, says, ' · ', element('span', { class: 'muted' }, speak(tried ? 'fix.tried' : 'fix.untried'))),
    ...lines.map(({ label, text }) => element('div', { class: 'labelled' }, element('span', {}, label), command(text))))
}
