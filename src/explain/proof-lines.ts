/** What proves a cause, in lines: what its replays showed, and what failed beside them; of a plan what its draws or first steps say. */
import type { Experiment } from '../training/experiment.ts'
import type { Suspect } from './confirm.ts'
import type { Evidence } from './evidence.ts'
import { say, type Finding, type Said } from './finding.ts'
import type { Investigation } from './investigate.ts'
import { learnedOf } from './learned.ts'
import type { Trial } from './proof.ts'
import { changeSaid } from './say-change.ts'

/** Attempts that failed and are said; the JSON holds them all. */
export const mostFailed = 3

type Speak = (said: Said) => string

export function proofLines(investigation: Investigation, speak: Speak): string[] {
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
export function failedSaid(trials: readonly Trial[], learning: boolean, experiment: Experiment, speak: Speak): Said[] {
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
