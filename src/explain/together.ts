/**
 * Two faults at once, each of which breaks the run by itself: with one taken away it still fails, later or of something else. So
 * the failure that is left is looked at as a run of its own, and its suspect taken away too. Proof is (a) that with both taken away
 * the run is cured, and (b) for each that with only the other one taken away it is not.
 */
import type { Replay } from '../record/replay.ts'
import type { Confirmation, Suspect } from './confirm.ts'
import { cures, tried, type Court } from './court.ts'
import { gatherEvidence, type Evidence } from './evidence.ts'
import { say, type Finding, type Said } from './finding.ts'
import { bothFixes } from './fixes.ts'
import type { Trial } from './proof.ts'
import { changeSaid } from './say-change.ts'

/** Suspects whose failed replays are looked at, and suspects that each of these leads to. */
const [mostFirst, mostSecond] = [3, 2]

/** Of a run that broke, the first pair that is proven; null where none is, or where one of them alone turns out to do it. */
export async function tryTogether(court: Court, evidence: Evidence, suspects: readonly Suspect[], look: (evidence: Evidence) => readonly Suspect[]): Promise<Omit<Confirmation, 'rejected'> | null> {
  if (evidence.incident === null) return null
  for (const first of suspects.slice(0, mostFirst)) {
    const alone = await farthest(court, evidence, first)
    if (alone === null) continue
    const left = leftOver(evidence, alone.replay)
    const seconds = [...look(left)].sort((a, b) => b.finding.weight - a.finding.weight).filter(({ cause }) => cause !== first.cause)
    // One of them is a fault of the data: two settings that only cure together are no two faults.
    for (const second of seconds.filter(({ finding }) => finding.cells.length + first.finding.cells.length > 0).slice(0, mostSecond)) {
      if (court.spent()) return null
      const both = await tryPair(court, evidence, { first, alone, second, left })
      if (both !== null) return both
    }
  }
  return null
}

/** The attempt of a suspect after which the run went on longest before it failed. */
async function farthest(court: Court, evidence: Evidence, { finding }: Suspect): Promise<Trial | null> {
  let best: Trial | null = null
  for (const attempt of finding.tryThis) {
    if (court.spent()) break
    const trial = await tried(() => court.try('taken-away', attempt, cures(evidence, finding)))
    if (trial?.replay.status === 'non-finite' && trial.replay.incident !== null && (best === null || trial.replay.steps > best.replay.steps)) best = trial
  }
  return best
}

/** What is known of a replay that failed, as of a run. */
function leftOver({ case: of }: Evidence, { experiment, losses, incident, final }: Replay): Evidence {
  const history = { steps: losses.map(({ step }) => step), training: losses.map(({ loss }) => loss), validation: losses.map(() => null) }
  return gatherEvidence({ ...of, experiment, history, incident, final, status: 'non-finite' }, incident)
}

interface Pair {
  readonly first: Suspect
  /** The first one taken away: it failed all the same. */
  readonly alone: Trial
  readonly second: Suspect
  readonly left: Evidence
}

async function tryPair(court: Court, evidence: Evidence, { first, alone, second, left }: Pair): Promise<Omit<Confirmation, 'rejected'> | null> {
  const cured = (replay: Replay): boolean => cures(evidence, first.finding)(replay) && cures(left, second.finding)(replay)
  for (const attempt of second.finding.tryThis) {
    if (court.spent()) return null
    const both = await tried(() => court.try('taken-away', [...alone.replay.changes, ...attempt], cured))
    if (both === null || !both.supports) continue
    const other = await tried(() => court.try('put-back', attempt, ({ status }) => status === 'non-finite'))
    // Without the first it is cured as well: then it was no second fault.
    if (other === null || !other.supports) return null
    const back = { ...alone, kind: 'put-back' as const, supports: true }
    const suspect = { cause: first.cause, finding: joined(evidence, first, second, [back, other]) }
    return { suspect, together: [second.cause], proof: { finding: suspect.finding, proven: true, trials: [both, back, other], cured: both } }
  }
  return null
}

/** Both findings as one: their cells, both summaries, and each fix of one with each of the other. */
function joined({ experiment }: Evidence, first: Suspect, second: Suspect, alone: readonly Trial[]): Finding {
  const own = (said: Said, { cause: { id } }: Suspect): Said => ({ ...said, cause: id })
  const list = alone.map(({ replay: { changes, steps } }) => say('proof.together.one', { change: changes.flatMap(change => changeSaid(change, experiment)), steps }))
  const [a, b] = [first.finding, second.finding]
  const cells = [...a.cells, ...b.cells.filter(cell => !a.cells.some(({ side, index, column }) => side === cell.side && index === cell.index && column === cell.column))]
  return {
    ...a, cells, summary: say('cause.together', { first: [own(a.summary, first)], second: [own(b.summary, second)] }),
    evidence: { ...b.evidence, ...a.evidence, together: second.cause.id },
    fixes: a.fixes.flatMap(one => b.fixes.map(other => bothFixes({ ...one, says: own(one.says, first) }, { ...other, says: own(other.says, second) }))),
    proofSays: () => say('proof.together', { list }),
  }
}
