/** A division by 0: an optimizer whose epsilon is 0 meets a gradient that is 0. docs/causes/division-by-zero.md */
import type { OptimizerSpec } from '../../network/spec.ts'
import { cured } from '../calm.ts'
import { say, type Cause } from '../finding.ts'
import { settingFix } from '../fixes.ts'
import type { Change } from '../../record/change.ts'
import { codeFix, plainFinding } from '../watched/findings.ts'
import { batchOfOneValue, smallBatch, zeroCompared, zeroSlope } from '../watched/steps.ts'
import { heldRows, rowsOf } from '../watched/timing.ts'
import type { Table } from '../../table/table.ts'

export const divisionByZero: Cause = {
  id: 'division-by-zero',
  explains: ['non-finite'],
  words: {
    en: {
      'name': 'division',
      'summary.optimizer': 'The optimizer divided {dividend:figure} by 0: its epsilon is {epsilon:figure}, and a parameter had only had gradients of 0.',
      'summary.other': 'A division of {dividend:figure} by 0 in the step.',
      'fix': 'an epsilon that the precision can hold',
      'ruled-out': 'smallest divisor {smallest:figure}',
      'summary.zero-rows': 'The failing batch is the first to hold a row whose inputs are all 0 (by number: {rows:numbers}): dividing a row by its own norm is 0 / 0.',
      'summary.zero-targets': 'The failing batch is the first to hold a row whose target is 0 (by number: {rows:numbers}): an error relative to the target divides by 0.',
      'summary.no-rows': 'The batch of step {step:count} holds no row, where others hold {batch:count}: a mean of nothing is 0 / 0. A loop that goes one batch too far, where the batch size divides the number of rows, draws such a batch.',
      'summary.one-row': 'The batch of step {step:count} is the first that holds one row, where others hold {batch:count}: what is left of an epoch. A deviation over n - 1 is 0 / 0 there, as in scaling or normalising by the batch.',
      'summary.one-value': 'All {rows:count} rows of the batch of step {step:count} hold {value:figure} in {column}, as no batch seen before it does: a mean weighted by it, a mean over the rows that are left where such rows are left out, a correlation with it or a deviation of it over the batch is 0 / 0.',
      'summary.answer': 'The loss of row {row:count} is {value}, though all that the network answers for it is finite: its answer is {answer}, and what divides by it, by its norm or by its deviation is 0 / 0 there.',
      'summary.target': 'The loss of row {row:count} is {value}, though all that the network answers for it is finite: its target is {target}, and what divides by it, or by its norm, divides by 0 there.',
      'fix.sum': 'keeps what is divided by above 0',
      'summary.root': 'At step {step:count} the loss is finite and its gradient is not, no number that was drawn is to blame and nothing had grown: the slope of a root, a norm, a distance or a power is infinite at 0, and 0 times that is NaN.',
      'summary.no-gradient': 'The gradient of step {step:count} is exactly 0, and what the update made of it is not finite: divided by its own norm it is 0 / 0.',
      'fix.root': 'adds a small number below the root, whose slope at 0 is infinite',
      'fix.rows': 'adds a small number to what is divided by, or leaves such rows out',
      'fix.batches': 'leaves out what is left of an epoch, so that every batch is whole',
    },
    zh: {
      'name': '除法',
      'summary.optimizer': '优化器用 {dividend:figure} 除以 0：epsilon 为 {epsilon:figure}，而某个参数的梯度一直是 0。',
      'summary.other': '该步中用 {dividend:figure} 除以 0。',
      'fix': '换成该精度能表示的 epsilon',
      'ruled-out': '最小除数 {smallest:figure}',
      'summary.zero-rows': '失败的批含有第 {rows:numbers} 行，其输入全为 0，而此前有限的步都没有这样的行：一行除以自身的范数就是 0 / 0。',
      'summary.zero-targets': '失败的批含有第 {rows:numbers} 行，其目标值为 0，而此前有限的步都没有这样的行：相对于目标的误差就是除以 0。',
      'summary.no-rows': '第 {step:count} 步的批没有任何行，而其他批有 {batch:count} 行：对空集取平均是 0 / 0。批大小整除行数时，多走一批的循环就会抽到这样的批。',
      'summary.one-row': '第 {step:count} 步的批第一次只有一行，而其他批有 {batch:count} 行：这是一轮剩下的部分。此时除以 n - 1 的标准差是 0 / 0，例如按批缩放或归一化时。',
      'summary.one-value': '第 {step:count} 步的批中全部 {rows:count} 行的 {column} 都是 {value:figure}，此前见到的批都不是这样：以它加权的平均、去掉这样的行之后对剩余行的平均、与它的相关或它在批内的标准差就是 0 / 0。',
      'summary.answer': '第 {row:count} 行的损失为 {value}，而网络对它的回答全部有限：其回答是 {answer}，除以它、它的范数或标准差就是 0 / 0。',
      'summary.target': '第 {row:count} 行的损失为 {value}，而网络对它的回答全部有限：其目标是 {target}，除以它或它的范数就是除以 0。',
      'fix.sum': '使除数保持大于 0',
      'summary.root': '第 {step:count} 步的损失有限而梯度不是，抽到的数没有问题，此前也没有增大：平方根、范数、距离或幂在 0 处的斜率为无穷大，乘以 0 就是 NaN。',
      'summary.no-gradient': '第 {step:count} 步的梯度恰好为 0，而更新由它得到的结果不是有限值：除以自身的范数就是 0 / 0。',
      'fix.root': '给根号内加上一个很小的数：根在 0 处的斜率为无穷',
      'fix.rows': '给除数加上一个很小的数，或去掉这样的行',
      'fix.batches': '去掉一轮剩下的部分，使每批都完整',
    },
  },
  check({ experiment: { settings }, trace }) {
    const birth = trace?.birth
    const [dividend = Number.NaN, divisor] = birth?.operands ?? []
    if (birth?.operation !== 'divide' || divisor !== 0) return null
    const { optimizer } = settings
    if (birth.stage !== 'parameter' || !('epsilon' in optimizer)) {
      return { weight: 0.9, summary: say('summary.other', { dividend }), cells: [], evidence: { dividend, divisor }, tryThis: [], chance: null, fixes: [] }
    }
    const sound: OptimizerSpec = { ...optimizer, epsilon: 1e-7 }
    const change: Change = { kind: 'settings', set: { optimizer: sound } }
    return {
      weight: 0.95, summary: say('summary.optimizer', { dividend, epsilon: optimizer.epsilon }), cells: [],
      evidence: { dividend, divisor, epsilon: optimizer.epsilon }, tryThis: [[change]], cured, chance: null,
      fixes: [settingFix([`--settings '${JSON.stringify({ optimizer: sound })}'`], change, say('fix'), { python: 'epsilon = 1e-7', matlab: 'epsilon = 1e-7;' })],
    }
  },
  ruleOut({ experiment: { settings: { optimizer } } }) {
    return 'epsilon' in optimizer && optimizer.epsilon > 0 ? say('ruled-out', { smallest: optimizer.epsilon }) : null
  },
  watched(facts) {
    const { run, newRows, badCells, classes } = facts
    const bad = heldRows(run, rowsOf(badCells))
    if (run.failure === null || bad.atFailure) return null
    const located = zeroCompared(run)
    if (located !== null) return located
    const plain = smallBatch(run) ?? (bad.justBefore ? null : zeroSlope(run))
    if (plain !== null || !run.rowsKnown) return plain
    const oneValue = batchOfOneValue(facts)
    if (oneValue !== null) return oneValue
    const held = new Set(newRows)
    for (const [message, of] of [['summary.zero-rows', run.columns.inputs], ['summary.zero-targets', run.columns.targets]] as const) {
      const all = zeroRows(run.table, of)
      const here = all.filter(row => held.has(row))
      // Rows that a finite step drew were harmless.
      if (here.length === 0 || all.some(row => run.drawnAt(row) > 0)) continue
      // A 0 among classes is a class; zeros that many rows have would have been drawn at once in any case.
      if ((message === 'summary.zero-targets' && classes > 0) || all.length > 0.05 * run.table.rows) continue
      const rows = here.map(row => row + 1)
      return {
        ...plainFinding, weight: 0.88, summary: say(message, { rows }), evidence: { row: rows[0] ?? 0, rows: all.length }, chance: { rows: all, anyBatch: true },
        fixes: [codeFix(say('fix.rows'), message === 'summary.zero-rows' ? 'x / (np.linalg.norm(x, axis=1, keepdims=True) + 1e-12)' : 'np.abs((o - t) / (np.abs(t) + 1e-12))')],
      }
    }
    return null
  },
}

/** Rows, from 0, whose cells in these columns are all 0. */
function zeroRows({ rows, columns }: Table, of: readonly number[]): number[] {
  return Array.from({ length: rows }, (_, row) => row).filter(row => of.every(index => {
    const column = columns[index]
    return column?.kind === 'numeric' && column.values[row] === 0
  }))
}
