/** What kind of trouble a run is in, if any, and the incident of one that broke. */
import type { Incident } from '../training/train.ts'
import { fastestBackend } from '../backends/choose.ts'
import { ReferenceTrainer } from '../backends/reference.ts'
import { problemOf } from '../training/experiment.ts'
import { replay, type Replay } from '../record/replay.ts'
import type { Case } from './case.ts'
import type { ConfirmOptions } from './court.ts'
import { firstNonFinite } from '../numeric/floats.ts'
import { rose } from './curve.ts'
import type { Evidence } from './evidence.ts'
import type { Trouble } from './finding.ts'
import { leastGain } from './learned.ts'

/**
 * The incident, where there is one: the case's own, or, when it was lost or the state before it was already broken (a NaN was
 * swallowed), the one that running again from the start finds.
 */
export async function incidentOf(of: Case, options: ConfirmOptions): Promise<{ incident: Incident | null; repeated: boolean }> {
  const { incident, experiment, status } = of
  if (status === 'planned') return { incident: null, repeated: false }
  if (incident !== null && isSound(incident)) return { incident, repeated: false }
  if (status !== 'non-finite' && incident === null) return { incident: null, repeated: false }
  const again = await replay({ experiment, changes: [], backend: options.backend ?? fastestBackend(options.means), signal: options.signal })
  return { incident: again.incident ?? incident, repeated: true }
}

function isSound({ before: { trainer } }: Incident): boolean {
  return [trainer.parameters, trainer.first, trainer.second].every(values => firstNonFinite(values) === -1)
}

/**
 * `non-finite` with an incident, or where a stored run says it broke; `validation` where only the validation loss is not finite;
 * `not-learning` for a run that ends no better than the best constant prediction on its training or its validation rows. That is
 * the rule by which a run is healthy: finite, its loss fell, and it beats the mean; where only the loss rose (the best weights of
 * a run that then diverged may be good ones) it is `learned-less`. A healthy run may still have learned less
 * than it could: whether it did is shown by replay alone (investigate.ts).
 */
export function findTrouble(evidence: Evidence): Trouble | null {
  const { incident, case: { status, final } } = evidence
  if (incident !== null) return 'non-finite'
  if (status === 'planned') return null
  if (validationStep(evidence) !== null) return 'validation'
  if (status === 'interrupted' || final === null) return null
  if (evidence.fitness.worst > 1 - leastGain) return 'not-learning'
  return rose(evidence.curve) ? 'learned-less' : null
}

/** Whether a replay's last parameters give a finite validation loss. */
export function validates({ status, experiment, final }: Replay): boolean {
  if (status === 'non-finite' || experiment.validation === null) return false
  return Number.isFinite(new ReferenceTrainer(problemOf(experiment), final.trainer.parameters).evaluate(experiment.validation.dataset).data)
}

/** The first step after which the validation loss was not finite; null where none was. */
export function validationStep({ case: { history: { steps, validation } } }: Evidence): number | null {
  const at = validation.findIndex(loss => loss !== null && !Number.isFinite(loss.data))
  return at === -1 ? null : steps[at] ?? null
}
