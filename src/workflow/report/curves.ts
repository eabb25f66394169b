/** Loss by step, for a report: from the record alone, or beside the replays. */
import type { Loss } from '../../backends/backend.ts'
import { lossFigure, type LossFigure } from '../../figures/index.ts'
import { numberAt, type Subject } from './subject.ts'

export function lossCurves({ history, best, record, language }: Subject, more: Pick<LossFigure, 'steps' | 'replays'> = {}): string {
  const points = (losses: readonly (Loss | null)[]): { step: number; loss: number }[] =>
    losses.flatMap((loss, i) => (loss === null ? [] : [{ step: history.steps[i] ?? 0, loss: loss.data }]))
  const failed = record.status === 'non-finite' ? numberAt(record.result, 'incident', 'step') : null
  return lossFigure({
    language, training: points(history.training), validation: points(history.validation), ...more,
    ...(best === null ? {} : { best }), ...(failed === null ? {} : { incident: { step: failed } }),
  })
}
