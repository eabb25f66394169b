/**
 * Repairing while training: when a run breaks, its cause is looked for; a fix that a replay has proven is taken, and training
 * goes on from the last good state: that before the failing step, or, where the loss had run away by then, the one that the fix
 * would have led to. At most three times, each recorded.
 */
import type { TrainerState } from '../backends/backend.ts'
import { momentsOf } from '../backends/optimizers.ts'
import { vector, type FloatArray } from '../backends/backend.ts'
import { fastestBackend } from '../backends/choose.ts'
import type { History } from '../explain/case.ts'
import { curveOf } from '../explain/curve.ts'
import type { InvestigateOptions } from '../explain/investigate.ts'
import { changed, type Change } from '../record/change.ts'
import { replay } from '../record/replay.ts'
import type { Json } from '../record/json.ts'
import { z } from 'zod/mini'
import { optionsSchema } from '../network/recipes.ts'
import { whenUsed } from '../network/spec.ts'
import { RecordError } from '../record/errors.ts'
import type { Experiment } from '../training/experiment.ts'
import type { TrainingResult, TrainingState } from '../training/train.ts'

export const mostRepairs = 3

/** One repair: what broke, why, and what was changed before training went on. */
export interface Repair {
  /** The step that failed, and was taken again. */
  readonly step: number
  /** The id of the proven cause. */
  readonly cause: string
  /** The flags that make the same change from the start. */
  readonly flags: readonly string[]
  readonly changes: readonly Change[]
  /** The loss had run away before that step, so that the steps before it were taken again with the change. */
  readonly again?: true | undefined
}

export interface Repaired {
  readonly repair: Repair
  readonly experiment: Experiment
  readonly from: TrainingState
}

/** A proven fix for a broken run, made; null where nothing is proven, or where the fix makes another network. */
export async function findRepair(
  experiment: Experiment, result: TrainingResult, history: History, options: InvestigateOptions = {},
): Promise<Repaired | null> {
  const { incident } = result
  if (incident === null) return null
  // Loaded when a run breaks: the causes are a fifth of the program, and most runs never ask for one.
  const { investigate } = await import('../explain/investigate.ts')
  const found = await investigate(
    { experiment, history, status: 'non-finite', incident, final: result.state, dataName: experiment.training.table.name },
    options,
  )
  const { suspect, proof, fix } = found
  if (suspect === null || !proof.proven || fix === null || fix.trial === null || fix.fix.changes === null) return null
  const repair: Repair = { step: incident.step, cause: suspect.cause.id, flags: fix.flags.add, changes: fix.fix.changes }
  const next = applyRepairs(experiment, [repair])
  if (next.network.parameters !== experiment.network.parameters) return null
  if (!ranAway(history)) return { repair, experiment: next, from: { ...incident.before, trainer: fitted(incident.before.trainer, next) } }
  const { status, final } = await replay({ experiment: next, changes: [], until: incident.step - 1, backend: options.backend ?? fastestBackend(options.means), signal: options.signal })
  return status === 'finite' && final.step === incident.step - 1 ? { repair: { ...repair, again: true }, experiment: next, from: final } : null
}

/** Steps after which the loss is twice what it was at first, or ten times its lowest, have led away: no state near them is a good one. */
function ranAway(history: History): boolean {
  const { first, last, lowest } = curveOf(history)
  return last > 2 * first || last > 10 * lowest
}

/** The experiment as repairs left it. */
export function applyRepairs(experiment: Experiment, repairs: readonly Repair[]): Experiment {
  return repairs.reduce((current, { changes }) => {
    const next = changed(current, changes)
    // What is repaired once is not repaired again when the settings are said anew.
    return { ...next.experiment, passOver: new Set([...current.passOver, ...next.passOver]), settings: { ...next.experiment.settings, onIncident: 'repair' } }
  }, experiment)
}

/** The losses of the run as the last repair left it: those before it are of other settings or rows. */
export function sinceRepair({ steps, training, validation }: History, repairs: readonly Repair[]): History {
  const from = steps.findIndex(step => step >= (repairs.at(-1)?.step ?? 0))
  return from <= 0 ? { steps, training, validation } : { steps: steps.slice(from), training: training.slice(from), validation: validation.slice(from) }
}

/** Moments that another optimizer does not keep are dropped, and those that it lacks start at 0. */
function fitted(state: TrainerState, { settings, network }: Experiment): TrainerState {
  const keeps = momentsOf(settings.optimizer)
  const sized = (values: FloatArray, kept: boolean): FloatArray => {
    const length = kept ? network.parameters : 0
    return values.length === length ? values : vector(settings.precision, length)
  }
  return { parameters: state.parameters, first: sized(state.first, keeps.first), second: sized(state.second, keeps.second) }
}

const cell = whenUsed(() => z.object({ side: z.enum(['training', 'validation']), row: z.int().check(z.minimum(0)), column: z.int().check(z.minimum(0)) }))
const repairsSchema = whenUsed(() => z.object({
  repairs: z.array(z.object({
    step: z.int().check(z.minimum(1)), cause: z.string(), flags: z.array(z.string()), again: z.optional(z.literal(true)),
    changes: z.array(z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('repair'), cells: z.array(cell()) }),
      z.object({ kind: z.literal('pass-over'), rows: z.array(z.int().check(z.minimum(0))) }),
      z.object({ kind: z.literal('settings'), set: z.custom<z.input<typeof optionsSchema>>(value => optionsSchema.safeParse(value).success) }),
    ])),
  })),
}))

/** Repairs as a checkpoint carries them. */
export function repairsToJson(repairs: readonly Repair[]): Json {
  return JSON.parse(JSON.stringify({ repairs })) as Json
}

/** Throws RecordError `repairs-damaged`. */
export function repairsFromJson(extra: Json): Repair[] {
  if (extra === null) return []
  const parsed = repairsSchema().safeParse(extra)
  if (parsed.success) return parsed.data.repairs
  throw new RecordError('repairs-damaged', 'The checkpoint tells of repairs that this whynan cannot read; start the run again with the same settings.')
}
