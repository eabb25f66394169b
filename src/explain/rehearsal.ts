/**
 * A plan that is small enough is tried before anything is said of it: its steps are taken in memory, with its own draws, and what
 * they come to is explained as a run would be. Plans that are not are judged by data, settings and a sample alone (probe.ts).
 */
import { fastestBackend } from '../backends/choose.ts'
import { replay } from '../record/replay.ts'
import type { Case } from './case.ts'
import type { ConfirmOptions } from './court.ts'
import { workOf } from './work.ts'

/** Half a second. */
const mostWork = 5e9

/** The planned run as a run, its validation rows not evaluated on the way; null where it would take too long. */
export async function rehearse(of: Case, { means, backend = fastestBackend(means), signal }: ConfirmOptions): Promise<Case | null> {
  const { experiment } = of
  if (workOf(experiment) > mostWork) return null
  const { status, losses, incident, final } = await replay({ experiment, changes: [], backend, signal })
  if (status === 'interrupted' || status === 'finite') return null
  const history = { steps: losses.map(({ step }) => step), training: losses.map(({ loss }) => loss), validation: losses.map(() => null) }
  return { ...of, status, history, incident, final }
}
