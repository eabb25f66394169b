/** Divisions by 0 that the failing step shows by itself, whatever its table holds: of its batch, or of its gradient. */
import { say, type Finding } from '../finding.ts'
import { codeFix, plainFinding } from './findings.ts'
import type { WatchedFacts } from './facts.ts'
import type { WatchedRun } from './run.ts'
import { numberAt } from '../../table/stored.ts'
import { grew } from './timing.ts'

/** Gradients of this size grow towards an overflow; what is 0 / 0 needs none. */
const large = 1e6

/** A batch without rows, or the first of a single row: a mean of nothing is 0 / 0, and so is the deviation of one value over n - 1. */
export function smallBatch({ failure, rowsKnown, batch, leastBatch }: WatchedRun): Finding | null {
  const rows = failure?.step.rows?.length
  if (failure?.first !== 'loss' || !rowsKnown || rows === undefined || rows > 1 || (batch ?? 0) < 2 || (leastBatch ?? Infinity) <= rows) return null
  const facts = { step: failure.step.step, batch: batch ?? 0 }
  return {
    ...plainFinding, weight: rows === 0 ? 0.96 : 0.84, summary: say(rows === 0 ? 'summary.no-rows' : 'summary.one-row', facts), evidence: { ...facts, rows },
    fixes: [codeFix(say('fix.batches'), 'for i in range(0, n - n % batch, batch): rows = order[i:i + batch]', 'for i = 1:batch:n - batch + 1, rows = order(i:i + batch - 1); end')],
  }
}

/** So rare is a batch of one value, if its rows are drawn by chance, before it counts that the failing one is the first. */
const rare = 0.05
/** Steps before it that it takes to say so of any column. */
const fewest = 3
/** Of targets, which a loss divides by or leaves rows out by, less is asked: then it is no more than what is left to suspect. */
const seldom = 0.3

/**
 * Every row of the failing batch holds the same value of a column, as none of those before it did and as chance seldom gives: a mean weighted by a column of zeros, a correlation, a deviation over the batch is 0 / 0 then.
 */
export function batchOfOneValue({ run }: WatchedFacts): Finding | null {
  const { failure, table, rowsKnown } = run
  const rows = failure?.step.rows ?? null
  if (failure?.first !== 'loss' || !rowsKnown || rows === null || rows.length < 3 || run.losses.length === 0 || grew(run)) return null
  for (const [index, column] of table.columns.entries()) {
    if (column.kind === 'text' || run.oneValueAt(index) > 0) continue
    const value = (row: number): number => numberAt(column, row)
    const first = value(rows[0] ?? -1)
    if (!Number.isFinite(first) || !rows.every(row => value(row) === first)) continue
    const share = Array.from({ length: table.rows }, (_, row) => row).filter(row => value(row) === first).length / table.rows
    const chance = share ** rows.length
    const isTarget = run.columns.targets.includes(index)
    if (!isTarget && run.losses.length < fewest) continue
    if (chance > (isTarget ? seldom : rare)) continue
    const found = { step: failure.step.step, column: column.name, value: first, rows: rows.length }
    return {
      ...plainFinding, weight: chance > rare ? 0.52 : first === 0 || isTarget ? 0.8 : 0.55, summary: say('summary.one-value', found), evidence: { ...found, share },
      fixes: [codeFix(say('fix.sum'), 'loss = (w * e).sum() / max(w.sum(), 1e-12)', 'loss = sum(w .* e) / max(sum(w), 1e-12);')],
    }
  }
  return null
}

/** A row whose loss was seen to be the first that is not finite, where its target or what the network answers is 0 throughout. */
export function zeroCompared({ located }: WatchedRun): Finding | null {
  if (located === null || located.compared === undefined) return null
  const { target, answer } = located.compared
  const zero = (of: readonly number[]): boolean => of.length > 0 && of.every(one => one === 0)
  const which = zero(target) ? 'target' : zero(answer) ? 'answer' : null
  if (which === null) return null
  const facts = { row: (located.row ?? -1) + 1, value: String(located.value), target: target.join(', '), answer: answer.join(', ') }
  return {
    ...plainFinding, weight: 0.84, summary: say(`summary.${which}`, facts), evidence: facts,
    fixes: [codeFix(say('fix.rows'), 'x / (np.linalg.norm(x, axis=1, keepdims=True) + 1e-12)', 'X ./ (sqrt(sum(X.^2,2)) + 1e-12)')],
  }
}

/** The loss is finite and its gradient is not, though nothing had grown; or the gradient is exactly 0 and what is made of it is not finite. */
export function zeroSlope(run: WatchedRun): Finding | null {
  const { failure, last, declared } = run
  if (failure === null || failure.step.loss === null || !Number.isFinite(failure.step.loss) || grew(run)) return null
  const { step, gradients } = failure.step
  const before = last.findLast(one => one.step < step)?.gradients?.norm ?? 0
  if (failure.first === 'gradient' && before < large && declared.precision !== 'float16') {
    return { ...plainFinding, weight: 0.72, summary: say('summary.root', { step }), evidence: { step }, fixes: [codeFix(say('fix.root'), 'np.sqrt(s + 1e-12)  # before: np.sqrt(s)', 'sqrt(s + 1e-12)  % before: sqrt(s)')] }
  }
  if (failure.first !== 'parameter' || gradients?.norm !== 0) return null
  return { ...plainFinding, weight: 0.93, summary: say('summary.no-gradient', { step }), evidence: { step, norm: 0 }, fixes: [codeFix(say('fix.rows'), 'g / (np.linalg.norm(g) + 1e-12)', 'g / (norm(g) + 1e-12)')] }
}
