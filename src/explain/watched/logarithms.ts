/** Logarithms that another program takes of something else than a probability: of a column of its table, or of what its network answers. */
import { cellAt } from '../../table/rows.ts'
import { numberAt } from '../../table/stored.ts'
import { say, type Finding } from '../finding.ts'
import { codeFix, plainFinding } from './findings.ts'
import { failingAt } from './timing.ts'
import { watchedCell, type WatchedFacts } from './facts.ts'
import type { WatchedRun } from './run.ts'

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

/**
 * The loss takes logarithms of numbers that are no probabilities, of counts or of predictions that may be negative: it is said to, or
 * the targets are counts and what was seen fits no classes. What few whole numbers mean to a likelihood is not said by its name.
 */
export function ofPrediction({ run, classes }: WatchedFacts): Finding | null {
  const { declared: { loss = '' }, failure } = run
  if (failure === null) return null
  if (loss === '') return ofCounts(run, classes)
  if (!/rmsle|msle|squared.?log|poisson/i.test(loss) && !(classes < 2 && /log.?likelihood|nll|kl.?div|kullback/i.test(loss))) return null
  const found = { name: loss, value: String(failure.value), steps: (failingAt(run) ?? 1) - 1 }
  return { ...plainFinding, weight: 0.76, summary: say('summary.prediction', found), evidence: found, fixes: [rateFix] }
}

const rateFix = codeFix(say('fix.prediction'), 'np.log1p(np.maximum(o, 0))  # of a rate: np.log(np.exp(z)) is z', 'log1p(max(o,0))  % of a rate: log(exp(z)) is z')

/** Steps that show whether a loss had come down. */
const leastSteps = 5

/**
 * Of a probability that had rounded to 0 a cross-entropy is Infinity, and before it the answers were sure: a loss that had not come
 * down and is NaN at once is rather the logarithm of a number below 0.
 */
function ofCounts(run: WatchedRun, classes: number): Finding | null {
  const { failure, losses, curve } = run
  const most = failure !== null && Number.isNaN(failure.value) && losses.length >= leastSteps && curve.end > 0.5 * curve.start ? mostCounted(run, classes) : null
  if (most === null) return null
  const found = { most, steps: (failingAt(run) ?? 1) - 1 }
  return { ...plainFinding, weight: 0.7, summary: say('summary.counts', found), evidence: found, fixes: [rateFix] }
}

/** Fewer numbers than these rise and fall by chance: of six in any order 32 of 720 orders do. */
const leastNumbers = 6
/** The largest counts are rare. */
const rareTail = 0.1

/** The largest target where the targets are 0, 1, 2, … as often as counts are: rising to one number and falling to a rare last one. Null where they are not. */
function mostCounted({ table, columns }: WatchedRun, classes: number): number | null {
  const column = table.columns[columns.targets[0] ?? -1]
  if (column?.kind !== 'numeric' || columns.targets.length > 1 || classes < leastNumbers) return null
  const often = new Map<number, number>()
  for (let row = 0; row < table.rows; row++) {
    const value = numberAt(column, row)
    if (Number.isFinite(value)) often.set(value, (often.get(value) ?? 0) + 1)
  }
  const most = Math.max(...often.keys())
  const counts = Array.from({ length: most + 1 }, (_, value) => often.get(value) ?? 0)
  const [peak, last = 0] = [Math.max(...counts), counts.at(-1)]
  const at = counts.indexOf(peak)
  // A tail thins out with gaps and wavers by the root of its counts.
  const falls = counts.every((count, value) => value === 0 || wavering(value <= at ? (counts[value - 1] ?? 0) - count : count - (counts[value - 1] ?? 0), count))
  return Math.min(...often.keys()) === 0 && last <= rareTail * peak && falls ? most : null
}

/** Whether a step the wrong way is within two deviations of counts of this size. */
function wavering(wrong: number, count: number): boolean {
  return wrong <= 2 * Math.sqrt(count + 1)
}
