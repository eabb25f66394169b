/**
 * Cross-entropy takes the logarithm of a probability, and a probability that rounds to 0 makes it infinite; below 0 it is
 * NaN. docs/causes/log-of-zero.md
 */
import { cured } from '../calm.ts'
import { say, type Cause } from '../finding.ts'
import { settingFix } from '../fixes.ts'
import type { Change } from '../../record/change.ts'
import { codeFix, plainFinding } from '../watched/findings.ts'
import { heldRows, rowsOf } from '../watched/timing.ts'

export const logOfZero: Cause = {
  id: 'log-of-zero',
  explains: ['non-finite'],
  words: {
    en: {
      'name': 'logarithm of 0',
      'summary.zero': 'The loss took the logarithm of a probability that had rounded to 0: training row {row:count}.',
      'summary.negative': 'The loss took the logarithm of {operand:figure}: the output of training row {row:count} is no probability.',
      'fix': 'computes the same loss from the outputs before their {activation}, without a logarithm of 0',
      'ruled-out': 'no logarithm of 0 was taken',
      'summary.watched': 'The targets are {classes:count} classes and the loss became {value} after {steps:count} finite steps, the last of {last:figure}: a probability rounds to 0 or 1, and its logarithm is -Infinity.',
    },
    zh: {
      'name': '对 0 取对数',
      'summary.zero': '损失对一个已舍入为 0 的概率取了对数：第 {row:count} 个训练行。',
      'summary.negative': '损失对 {operand:figure} 取了对数：第 {row:count} 个训练行的输出不是概率。',
      'fix': '直接用 {activation} 之前的输出计算同一损失，不再对 0 取对数',
      'ruled-out': '没有对 0 取过对数',
      'summary.watched': '目标是 {classes:count} 个类别，经过 {steps:count} 个有限步（最后一个损失为 {last:figure}）之后损失变为 {value}：某个概率舍入成了 0 或 1，其对数为负无穷。',
    },
  },
  check({ experiment, trace }) {
    const birth = trace?.birth
    const [operand] = birth?.operands ?? []
    const { name } = experiment.loss
    if (birth?.operation !== 'log' || operand === undefined || operand > 0 || name.endsWith('from-logits')) return null
    const loss = name === 'binary-cross-entropy' ? 'binary-cross-entropy-from-logits' : 'categorical-cross-entropy-from-logits'
    const { outputActivation } = experiment.settings.network
    const change: Change = { kind: 'settings', set: { loss, ...(outputActivation === undefined ? {} : { network: { outputActivation: 'identity' } }) } }
    const row = birth.datasetRow === null ? 0 : (experiment.training.rows[birth.datasetRow] ?? -1) + 1
    const facts = { operand, row, activation: name === 'binary-cross-entropy' ? 'sigmoid' : 'softmax' }
    return {
      weight: 0.95, summary: say(operand === 0 ? 'summary.zero' : 'summary.negative', facts), cells: [], evidence: { operand, row },
      tryThis: [[change]], cured, chance: null,
      fixes: [settingFix([`--loss ${loss}`], change, say('fix', facts), {
        python: name === 'binary-cross-entropy'
          ? 'loss = np.mean(np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z))))  # z: before the sigmoid'
          : 'z = z - z.max(axis=1, keepdims=True); loss = np.mean(np.log(np.exp(z).sum(axis=1)) - (y * z).sum(axis=1))  # z: before the softmax',
        matlab: name === 'binary-cross-entropy'
          ? "loss = mean(max(z,0) - z.*y + log1p(exp(-abs(z))));  % z: before the sigmoid"
          : "z = z - max(z,[],2); loss = mean(log(sum(exp(z),2)) - sum(y.*z,2));  % z: before the softmax",
      })],
    }
  },
  ruleOut: ({ experiment: { loss } }) => (loss.name.includes('cross-entropy') ? say('ruled-out') : null),
  watched({ run, classes, badCells }) {
    const { failure, declared, curve, losses } = run
    if (failure?.first !== 'loss' || classes < 2 || run.beyond !== null || losses.at(-1)?.loss === 0 || heldRows(run, rowsOf(badCells)).atFailure) return null
    if (declared.loss !== undefined && !/entropy|nll|log|bce/i.test(declared.loss)) return null
    const found = { classes, value: String(failure.value), steps: losses.length, last: curve.last }
    // A sure answer has a small loss, and the surer it is the nearer its probability to 0 or 1.
    const sure = losses.length >= 5 && curve.end < 0.5 * curve.start
    return {
      ...plainFinding, weight: sure || run.located?.stage === 'loss' ? 0.82 : losses.length > 0 ? 0.66 : 0.5, summary: say('summary.watched', found), evidence: found,
      fixes: [codeFix(say('fix', { activation: classes === 2 ? 'sigmoid' : 'softmax' }),
        classes === 2 ? 'loss = np.mean(np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z))))' : 'z = z - z.max(axis=1, keepdims=True); loss = np.mean(np.log(np.exp(z).sum(axis=1)) - (y * z).sum(axis=1))',
        classes === 2 ? 'loss = mean(max(z,0) - z.*y + log1p(exp(-abs(z))));' : 'z = z - max(z,[],2); loss = mean(log(sum(exp(z),2)) - sum(y.*z,2));')],
    }
  },
}
