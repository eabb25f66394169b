/** Logarithms that another program takes of something else than a probability: of a column of its table, or of what its network answers. */
import { cellAt } from '../../table/rows.ts'
import { numberAt } from '../../table/stored.ts'
import { say, type Finding } from '../finding.ts'
import { codeFix, plainFinding } from './findings.ts'
import { failingAt } from './timing.ts'
import { watchedCell, type WatchedFacts, type WatchedRun } from './run.ts'

/** A column in which more rows than one in a hundred are not above 0 is no column that one takes a logarithm of. */
const fewest = 0.01

/** The failing batch is the first to hold a row that is 0 or less in an input that is above 0 everywhere else. */
export function notPositive({ run, newRows, columns }: WatchedFacts): Finding | null {
  if (run.failure === null || !run.rowsKnown || run.losses.length < 3) return null
  for (const { part, index, min, median } of columns) {
    const column = run.table.columns[index]
    if (part !== 'input' || column?.kind !== 'numeric' || !(min <= 0) || !(median > 0)) continue
    const rows = Array.from({ length: run.table.rows }, (_, row) => row).filter(row => numberAt(column, row) <= 0)
    const here = newRows.filter(row => rows.includes(row))
    if (here.length === 0 || rows.length > fewest * run.table.rows || rows.some(row => run.drawnAt(row) > 0)) continue
    const drawn = new Set(run.failure.step.rows ?? [])
    const cells = rows.map(row => watchedCell('training', 'input', cellAt(run.table, row, index), drawn.has(row)))
    const held = cells.filter(cell => cell.drawn)
    return {
      ...plainFinding, weight: 0.82, cells, summary: say('summary.feature', { cells: held, value: held[0]?.value ?? 0 }), evidence: { rows: rows.length, column: column.name },
      chance: { rows, anyBatch: true },
      fixes: [codeFix(say('fix.feature'), `d = d[d[:, ${index}] > 0]`, `T(~(T(:,${index + 1}) > 0),:) = [];`)],
    }
  }
  return null
}

/** A row whose loss was seen to be the first that is not finite, whose targets are probabilities and one of whose answers is exactly 0 or 1. */
export function ofAnswer({ located }: WatchedRun): Finding | null {
  const { target = [], answer = [] } = located?.compared ?? {}
  if (located === null || target.length === 0 || !target.every(isShare) || !answer.every(isShare)) return null
  const at = answer.findIndex(one => one === 0 || one === 1)
  // Answers that are all 0 are no probabilities of several classes.
  if (at < 0 || (answer.length > 1 && answer.every(one => one === 0))) return null
  const found = { answer: answer[at] ?? 0, target: target[at] ?? target[0] ?? 0, row: (located.row ?? -1) + 1, value: String(located.value) }
  const code = answer.length === 1 ? ['loss = np.mean(np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z))))  # z: before the sigmoid', 'loss = mean(max(z,0) - z.*y + log1p(exp(-abs(z))));  % z: before the sigmoid'] : []
  return {
    ...plainFinding, weight: 0.9, summary: say('summary.answer', { ...found, answer: String(found.answer), target: String(found.target) }), evidence: found,
    fixes: [codeFix(say('fix', { activation: answer.length === 1 ? 'sigmoid' : 'softmax' }), ...code)],
  }
}

function isShare(value: number): boolean {
  return value >= 0 && value <= 1
}

/** By how much batches may lie below what they scatter about. */
const waver = 0.8

/** Whether a loss that nobody named is no cross-entropy of classes: below 0, or at its first step below what knowing nothing but their shares costs. */
export function beatsEntropy({ run: { declared, curve }, constant }: WatchedFacts): boolean {
  return declared.loss === undefined && (curve.lowest < 0 || curve.first < waver * (constant[0]?.loss ?? 0))
}

/** The loss is said to take logarithms of numbers that are no probabilities: of counts, or of predictions that may be negative. */
export function ofPrediction(run: WatchedRun): Finding | null {
  const { declared: { loss = '' }, failure } = run
  if (failure === null || !/rmsle|msle|squared.?log|poisson|log.?likelihood|nll|kl.?div|kullback/i.test(loss)) return null
  const found = { name: loss, value: String(failure.value), steps: (failingAt(run) ?? 1) - 1 }
  return {
    ...plainFinding, weight: 0.76, summary: say('summary.prediction', found), evidence: found,
    fixes: [codeFix(say('fix.prediction'), 'np.log1p(np.maximum(o, 0))  # of a rate: np.log(np.exp(z)) is z', 'log1p(max(o,0))  % of a rate: log(exp(z)) is z')],
  }
}
