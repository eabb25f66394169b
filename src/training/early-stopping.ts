/** The best evaluation so far, and how long ago it was. A loss that is not finite is never best, and counts as no progress. */
import type { FloatArray } from '../backends/backend.ts'

export interface Best {
  readonly step: number
  /** The validation table's data loss. */
  readonly loss: number
  readonly parameters: FloatArray
}

export interface EarlyStopping {
  readonly best: Best | null
  /** Evaluations since the best. */
  readonly waited: number
}

export const notYet: EarlyStopping = { best: null, waited: 0 }

/** After an evaluation at `step`; `parameters` is asked for only when it is the best. */
export function observe(
  before: EarlyStopping, step: number, loss: number, minDelta: number, parameters: () => FloatArray,
): EarlyStopping {
  const better = Number.isFinite(loss) && (before.best === null || loss < before.best.loss - minDelta)
  return better ? { best: { step, loss, parameters: parameters() }, waited: 0 } : { best: before.best, waited: before.waited + 1 }
}
