/** Where replays are made: each once, within what they may take together. */
import type { Backend } from '../backends/backend.ts'
import { fastestBackend } from '../backends/choose.ts'
import type { Means } from '../backends/platform.ts'
import type { Change } from '../record/change.ts'
import { commandOf } from '../record/command.ts'
import { replay, type Replay, type ReplayRequest } from '../record/replay.ts'
import { placeOf } from './cells.ts'
import type { Evidence } from './evidence.ts'
import type { Facts, Finding } from './finding.ts'
import type { Trial } from './proof.ts'
import { workOf } from './work.ts'

export interface ConfirmOptions {
  /** Left out, the fastest that offers the problem with these means. */
  readonly backend?: Backend | undefined
  readonly means?: Means | undefined
  readonly signal?: AbortSignal | undefined
  /** Per replay; see record/replay.ts. */
  readonly seconds?: number | undefined
}

/**
 * No further attempt is begun once replays have drawn so many times the rows of the planned run, and more than a small run has; but
 * what takes a fifth of a second altogether counts for nothing, whatever the run took.
 */
const mostRuns = 2
const smallRun = 200_000
const smallWork = 2e9

export interface Court {
  try(
    kind: Trial['kind'], changes: readonly Change[], supports: (replay: Replay) => boolean, more?: { until?: number; facts?: Facts },
  ): Promise<Trial>
  /** Whether replays have taken as much as they may. */
  spent(): boolean
  /** As much may be taken once more; what was made stays. */
  renew(): void
}

/** Runs replays, each once. */
export function makeCourt(evidence: Evidence, { means, backend = fastestBackend(means), signal, seconds }: ConfirmOptions): Court {
  const done = new Map<string, Promise<Replay>>()
  const { experiment, incident } = evidence
  const most = Math.max(mostRuns * experiment.steps * experiment.batchSize, smallRun)
  let [drawn, work] = [0, 0]
  return {
    spent: () => drawn >= most && work >= smallWork,
    renew: () => {
      drawn = 0
      work = 0
    },
    async try(kind, changes, supports, { until, facts = {} } = {}) {
      const request: ReplayRequest = {
        experiment, changes, failedAt: incident?.step ?? null, signal,
        from: startsLate(evidence, changes) ? incident?.before ?? null : null,
        ...(until === undefined ? {} : { until }), backend, ...(seconds === undefined ? {} : { seconds }),
      }
      const key = JSON.stringify([changes, until ?? null])
      const known = done.get(key)
      const running = known ?? replay(request)
      done.set(key, running)
      const result = await running
      if (known === undefined) {
        const steps = result.steps - result.from
        drawn += steps * result.experiment.batchSize
        work += workOf(result.experiment, steps)
      }
      return { kind, replay: result, command: commandOf(experiment, evidence.case.dataName, changes), supports: supports(result), facts }
    },
  }
}

/**
 * Whether a changed run is the run itself up to the incident, so that it can start there: repaired cells that are not finite
 * had not been drawn before, or they would have failed the run then.
 */
function startsLate({ badCells, incident }: Evidence, changes: readonly Change[]): boolean {
  if (incident === null) return false
  const bad = new Set(badCells.map(cell => key(placeOf(cell))))
  return changes.every(change => change.kind === 'repair' && change.cells.every(cell => bad.has(key(cell))))
}

function key({ side, row, column }: { side: string; row: number; column: number }): string {
  return `${side}:${row}:${column}`
}

/** Whether a replay shows that a finding's attempt cured the run. */
export function cures(evidence: Evidence, finding: Finding): (replay: Replay) => boolean {
  if (finding.cured !== undefined) return one => finding.cured?.(one, evidence) ?? false
  return ({ status }) => status !== 'non-finite' && status !== 'interrupted'
}

/** Null for a change that these data refuse, such as leaving out more rows than may be left out. */
export async function tried(trial: () => Promise<Trial>): Promise<Trial | null> {
  try {
    return await trial()
  } catch (error) {
    if (error instanceof Error && 'id' in error) return null
    throw error
  }
}
