/** A label that the network has no output for: classes counted from 1, or a mark such as -1 or 255 for "ignore". docs/causes/label-without-output.md */
import type { Cell } from '../cells.ts'
import { say, type Cause, type Finding } from '../finding.ts'
import { codeFix, leaveOutLabels, plainFinding } from '../watched/findings.ts'
import { watchedCell, type WatchedFacts } from '../watched/facts.ts'
import type { WatchedRun } from '../watched/run.ts'
import { heldRows, rowsOf } from '../watched/timing.ts'
import { cellAt } from '../../table/rows.ts'
import { numberAt } from '../../table/stored.ts'

/** Of a label on more rows than this, rows are counted and not named. */
const mostCells = 20

export const labelWithoutOutput: Cause = {
  id: 'label-without-output',
  explains: ['non-finite', 'not-learning'],
  words: {
    en: {
      'name': 'a label without an output',
      'summary.new': 'The failing batch is the first that holds label {label:figure} ({rows:count} of {of:count} rows; the others are {first:figure} to {last:figure}): a network without an output for it takes the logarithm of a probability that is not there.',
      'summary.from-one': 'The labels are {first:figure} to {last:figure}, counted from 1, and step {step:count}, the first, holds label {last:figure}: a network with {classes:count} outputs has them for 0 to {below:figure}, and none for {last:figure}.',
      'summary.rows': 'The rows of step {step:count} whose loss is not finite are exactly those with label {label:figure}: the network has no output for it, as where labels are counted from 1 and outputs from 0.',
      'summary.below': 'The labels are {first:figure} to {last:figure}, and the loss, {name}, went down to {lowest:figure}: for targets from 0 to 1 no cross-entropy is below 0, and for others it falls without an end.',
      'fix.from-one': 'counts the labels from 0',
      'fix.rows': 'leaves out the rows with that label; to keep them, the network needs an output for it',
    },
    zh: {
      'name': '没有对应输出的标签',
      'summary.new': '失败的批第一次含有标签 {label:figure}（{of:count} 行中的 {rows:count} 行，其余标签为 {first:figure} 到 {last:figure}）：网络若没有它的输出，就会对一个不存在的概率取对数。',
      'summary.from-one': '标签为 {first:figure} 到 {last:figure}，从 1 开始计数，而第一步（第 {step:count} 步）就含有标签 {last:figure}：{classes:count} 个输出的网络对应 0 到 {below:figure}，没有 {last:figure} 的输出。',
      'summary.rows': '第 {step:count} 步中损失不是有限值的行，恰好是标签为 {label:figure} 的行：网络没有它的输出，标签从 1 计数而输出从 0 计数时就是这样。',
      'summary.below': '标签为 {first:figure} 到 {last:figure}，而损失 {name} 降到了 {lowest:figure}：目标在 0 到 1 之间时，交叉熵不会小于 0；否则它会无止境地下降。',
      'fix.from-one': '标签从 0 开始计数',
      'fix.rows': '去掉带有该标签的行；若要保留，网络须有对应的输出',
    },
  },
  check: () => null,
  watched(facts) {
    const { run, classes, badCells } = facts
    const { failure, declared } = run
    const below = belowZero(facts)
    if (below !== null) return below
    if (failure?.first !== 'loss' || classes < 2 || !run.rowsKnown || run.beyond !== null || heldRows(run, rowsOf(badCells)).atFailure) return null
    if (declared.loss !== undefined && !/entropy|nll|softmax|hinge|bce/i.test(declared.loss)) return null
    return byRowLosses(facts) ?? newLabel(facts) ?? fromOne(facts)
  },
}

/** The label of each row of the failing batch. */
function labelsOf({ table, columns }: WatchedRun, rows: Iterable<number>): number[] {
  const column = table.columns[columns.targets[0] ?? -1]
  return column?.kind === 'numeric' ? Array.from(rows, row => (row >= 0 && row < table.rows ? numberAt(column, row) : Number.NaN)) : []
}

function everyRow({ table: { rows } }: WatchedRun): number[] {
  return Array.from({ length: rows }, (_, row) => row)
}

function byRowLosses({ run }: WatchedFacts): Finding | null {
  const { failure } = run
  const { badPositions, rows, step } = failure?.step ?? { badPositions: null, rows: null, step: 0 }
  if (badPositions === null || rows === null || badPositions.length === 0 || badPositions.length === rows.length) return null
  const labels = labelsOf(run, rows)
  const [at = -1] = badPositions
  const label = labels[at] ?? Number.NaN
  // One row alone has some label by chance.
  if (badPositions.length < 2 || !labels.every((one, i) => (one === label) === badPositions.includes(i))) return null
  return found(run, label, 0.93, say('summary.rows', { step, label }))
}

/** A cross-entropy that is below 0, whose targets are not from 0 to 1. */
function belowZero({ run, classes }: WatchedFacts): Finding | null {
  const { declared: { loss = '' }, curve: { lowest } } = run
  const [first = 0, last = 0] = rangeOf(run)
  if (classes < 2 || !(lowest < 0) || !/entropy|bce/i.test(loss) || (first >= 0 && last <= 1)) return null
  const found = { first, last, name: loss, lowest }
  const code = first === 1 ? minusOne : codeFix(say('fix.from-one'), 'labels, y = np.unique(y, return_inverse=True)', '[labels, ~, y] = unique(y); y = y - 1;')
  return { ...plainFinding, weight: 0.92, summary: say('summary.below', found), evidence: found, fixes: [code] }
}

/** The least and the largest label. */
function rangeOf(run: WatchedRun): [number, number] {
  return labelsOf(run, everyRow(run)).filter(Number.isFinite).reduce<[number, number]>(([least, most], one) => [Math.min(least, one), Math.max(most, one)], [Infinity, -Infinity])
}

/** A label that no finite step held. */
function newLabel({ run, newRows }: WatchedFacts): Finding | null {
  if (run.losses.length === 0) return null
  const labels = labelsOf(run, everyRow(run))
  const seen = new Set(labels.filter((_, row) => run.drawnAt(row) > 0))
  const label = labelsOf(run, newRows).find(one => Number.isFinite(one) && !seen.has(one))
  if (label === undefined) return null
  const others = [...seen].filter(Number.isFinite)
  const [first, last] = [Math.min(...others), Math.max(...others)]
  // A label between others has an output; one far from them is a mark, and the next one may be a class too many.
  if (label > first && label < last) return null
  const rows = labels.filter(one => one === label).length
  // That a label first comes up in the failing step is chance in one of some e times the steps before it (the most likely step of a geometric law).
  const weight = label < 0 || label > last + 1 ? 0.9 : first === 1 || run.losses.length >= 10 ? 0.84 : 0.55
  return found(run, label, weight, say('summary.new', { label, rows, of: run.table.rows, first, last }))
}

function fromOne({ run, classes }: WatchedFacts): Finding | null {
  const { failure, losses } = run
  if (failure === null || losses.length > 0) return null
  const [first, last] = rangeOf(run)
  if (first !== 1 || last !== classes || !labelsOf(run, failure.step.rows ?? []).includes(last)) return null
  return { ...found(run, last, 0.72, say('summary.from-one', { step: failure.step.step, first, last, below: last - 1, classes })), cells: [], chance: null, fixes: [minusOne] }
}

const minusOne = codeFix(say('fix.from-one'), 'y = y - 1', 'y = y - 1;')

function found(run: WatchedRun, label: number, weight: number, summary: Finding['summary']): Finding {
  const labels = labelsOf(run, everyRow(run))
  const rows = labels.flatMap((one, row) => (one === label ? [row] : []))
  const column = run.columns.targets[0] ?? -1
  const drawn = new Set(run.failure?.step.rows ?? [])
  const cells: Cell[] = rows.length > mostCells ? [] : rows.map(row => watchedCell('training', 'target', cellAt(run.table, row, column), drawn.has(row)))
  const startsAtOne = labels.every(one => !(one < 1)) && new Set(labels.filter(Number.isFinite)).size === label
  return {
    ...plainFinding, weight, summary, cells, evidence: { label, rows: rows.length }, chance: { rows, anyBatch: true },
    fixes: [startsAtOne ? minusOne : leaveOutLabels(column, label, say('fix.rows'))],
  }
}
