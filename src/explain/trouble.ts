/** What kind of trouble a run is in, if any, and the incident of one that broke. */
import type { Incident } from '../training/train.ts'
import { replay } from '../record/replay.ts'
import type { Case } from './case.ts'
import type { ConfirmOptions } from './confirm.ts'
import { firstNonFinite } from '../numeric/floats.ts'
import type { Evidence } from './evidence.ts'
import type { Trouble } from './finding.ts'

/**
 * The incident, where there is one: the case's own, or, when it was lost or the state before it was already broken (a NaN was
 * swallowed), the one that running again from the start finds.
 */
export async function incidentOf(of: Case, options: ConfirmOptions): Promise<{ incident: Incident | null; repeated: boolean }> {
  const { incident, experiment, status } = of
  if (status === 'planned') return { incident: null, repeated: false }
  if (incident !== null && isSound(incident)) return { incident, repeated: false }
  if (status !== 'non-finite' && incident === null) return { incident: null, repeated: false }
  const again = await replay({ experiment, changes: [], ...options.backend === undefined ? {} : { backend: options.backend }, signal: options.signal })
  return { incident: again.incident ?? incident, repeated: true }
}

function isSound({ before: { trainer } }: Incident): boolean {
  return [trainer.parameters, trainer.first, trainer.second].every(values => firstNonFinite(values) === -1)
}

/** A run has learned when it predicts better than the best constant by more than this share of that constant's loss. */
export const leastGain = 0.02

/**
 * `non-finite` with an incident; else `not-learning` for a run that ends no better than the best constant prediction. That is
 * the rule by which a run is healthy: finite, its loss fell, and it beats the mean.
 */
export function findTrouble(evidence: Evidence): { kind: Trouble | null } {
  const { incident, case: { status, final } } = evidence
  if (incident !== null) return { kind: 'non-finite' }
  if (status === 'planned' || status === 'interrupted' || final === null) return { kind: null }
  return { kind: evidence.learned.share > 1 - leastGain ? 'not-learning' : null }
}
