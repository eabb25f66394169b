/** What is said first of a run or a plan: how it ended, or what it will do with these draws. */
import { firstNonFinite } from '../numeric/floats.ts'
import { rose } from './curve.ts'
import { say, type Facts, type Said } from './finding.ts'
import type { Investigation } from './investigate.ts'
import { leastGain, leastSkill } from './learned.ts'

/** NaN or Infinity: what the incident's own figure became. */
export function valueOf({ evidence: { incident, trace } }: Investigation): string {
  if (incident === null) return 'NaN'
  if (incident.first === 'loss') return String(incident.loss.total)
  const after = trace?.tape.after
  const values = incident.first === 'gradient' ? trace?.tape.gradient : incident.first === 'parameter' ? after?.parameters : after?.second.length === 0 ? after.first : after?.second
  return values === undefined ? 'NaN' : String(values[Math.max(firstNonFinite(values), 0)] ?? Number.NaN)
}

/** What is said first: of a plan what it will do with these draws, and whether that was tried or only told. */
export function headline(investigation: Investigation): Said {
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
  if (outcome === 'healthy') return healthySaid(investigation, taken)
  return trouble === 'learned-less' ? learnedLessSaid(investigation, taken) : notLearningSaid(investigation, taken)
}

function healthySaid({ evidence: { curve } }: Investigation, taken: Facts): Said {
  // Losses that were lost with their file.
  if (curve.steps === 0) return say('headline.healthy.unseen', taken)
  // Single batches waver; the first of all stands for what first weights cost.
  return curve.end < curve.first ? say('headline.healthy', { ...taken, last: curve.end }) : say('headline.healthy.level', { ...taken, first: curve.start, last: curve.end })
}

function learnedLessSaid({ evidence: { curve, fitness }, suspect }: Investigation, taken: Facts): Said {
  if (suspect?.finding.looksGood === true) return say('headline.looks-good', taken)
  return rose(curve) ? say('headline.rose', { ...taken, first: curve.start, last: curve.end, lowest: curve.lowest }) : say('headline.learned-less', { ...taken, share: fitness.worst })
}

/** No better than the best constant: over all rows, over those that it has not seen, or only with the weights that were kept. */
function notLearningSaid({ evidence: { fitness: { training }, lastFitness, case: { final } } }: Investigation, taken: Facts): Said {
  if (training.skill >= leastSkill && training.share > 1) return say('headline.too-sure', { ...taken, share: training.share })
  if (!(training.share > 1 - leastGain)) return say('headline.not-general', taken)
  if (lastFitness.training.share <= 1 - leastGain) return say('headline.not-kept', { ...taken, left: lastFitness.training.share, kept: final?.stopping.best?.step ?? 0 })
  return say('headline.not-learning', taken)
}

/** NaN or Infinity: what the first validation loss that was not finite was. */
function validationValue({ evidence: { case: { history } } }: Investigation): string {
  return String(history.validation.find(loss => loss !== null && !Number.isFinite(loss.data))?.data ?? Number.NaN)
}
