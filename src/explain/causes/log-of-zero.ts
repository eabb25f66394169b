/**
 * Cross-entropy takes the logarithm of a probability, and a probability that rounds to 0 makes it infinite; below 0 it is
 * NaN. docs/causes/log-of-zero.md
 */
import { ReferenceTrainer } from '../../backends/reference.ts'
import { firstNonFinite } from '../../numeric/floats.ts'
import type { Change } from '../../record/change.ts'
import { problemOf, type Experiment } from '../../training/experiment.ts'
import { calm, cured } from '../calm.ts'
import type { Evidence } from '../evidence.ts'
import { say, type Cause, type Finding, type Fix } from '../finding.ts'
import { settingFix } from '../fixes.ts'
import { validationStep } from '../trouble.ts'
import { codeFix, plainFinding } from '../watched/findings.ts'
import { beatsEntropy, notPositive, ofAnswer, ofPrediction } from '../watched/logarithms.ts'
import { heldRows, rowsOf } from '../watched/timing.ts'

type SettingsChange = Extract<Change, { kind: 'settings' }>

export const logOfZero: Cause = {
  id: 'log-of-zero',
  explains: ['non-finite', 'validation'],
  words: {
    en: {
      'name': 'logarithm of 0',
      'summary.zero': 'The loss took the logarithm of a probability that had rounded to 0: training row {row:count}.',
      'summary.foreseen': 'The loss takes the logarithm of a probability that rounds to 0: at step {step:count}, tried on {of:count} rows, {count:count} of them have an infinite loss, training row {row:count} among them.',
      'summary.validation': 'Training rows kept clear of it, and validation rows did not: every number of theirs is finite, and {name} takes the logarithm of a probability, which had rounded to 0 for one of them.',
      'proof.validation': 'With {change:said} and all else the same, training stays finite and so is the validation loss after step {steps:count}.',
      'summary.negative': 'The loss took the logarithm of {operand:figure}: the output of training row {row:count} is no probability.',
      'fix': 'computes the same loss from the outputs before their {activation}, without a logarithm of 0',
      'ruled-out': 'no logarithm of 0 was taken',
      'summary.watched.first': 'The targets are {classes:count} classes and the first loss is {value}: a probability rounds to 0 or 1, and its logarithm is -Infinity.',
      'summary.watched.nan': 'The targets are {classes:count} classes and the loss became NaN, the last finite one being {last:figure}: a probability rounds to 0 or 1, its logarithm is -Infinity, and 0 times that is NaN.',
      'summary.watched.first.nan': 'The targets are {classes:count} classes and the first loss is NaN: a probability rounds to 0 or 1, its logarithm is -Infinity, and 0 times that is NaN.',
      'summary.counts': 'The targets are whole numbers from 0 to {most:count}, as often as counts are, and the loss became NaN after {steps:count} finite steps that had not brought it down far. A loss of counts, such as p - y log p, takes the logarithm of what the network answers, and that of a number below 0 is NaN: nothing keeps a linear output above 0.',
      'summary.feature': 'The failing batch is the first to hold {cells:cells}: {value:figure} in a column that is above 0 in every other row. A program that takes its logarithm, or divides by it, gets no finite number there.',
      'summary.prediction': 'The loss, {name}, takes the logarithm of what the network answers, and it became {value} after {steps:count} finite steps: an output that nothing keeps above 0 was not.',
      'summary.answer': 'The network answers {answer} for row {row:count}, whose target is {target}, and the loss of that row is {value}: the logarithm of 0 is -Infinity, and 0 times that is NaN.',
      'fix.feature': 'leaves out the rows in which that column is not above 0',
      'fix.prediction': 'keeps what the logarithm is taken of above 0',
      'summary.watched': 'The targets are {classes:count} classes and the loss became {value}, the last finite one being {last:figure}: a probability rounds to 0 or 1, and its logarithm is -Infinity.',
    },
    zh: {
      'name': '对 0 取对数',
      'summary.zero': '损失对一个已舍入为 0 的概率取了对数：第 {row:count} 个训练行。',
      'summary.foreseen': '损失会对舍入为 0 的概率取对数：在 {of:count} 行上试算，第 {step:count} 步有 {count:count} 行的损失为无穷，其中有第 {row:count} 个训练行。',
      'summary.validation': '训练行没有遇到，而验证行遇到了：验证行的每个数都是有限的，而 {name} 要对概率取对数，其中一行的概率已舍入为 0。',
      'proof.validation': '改为{change:said}、其余不变，训练保持有限，第 {steps:count} 步之后的验证损失也是有限的。',
      'summary.negative': '损失对 {operand:figure} 取了对数：第 {row:count} 个训练行的输出不是概率。',
      'fix': '直接用 {activation} 之前的输出计算同一损失，不再对 0 取对数',
      'ruled-out': '没有对 0 取过对数',
      'summary.watched.first': '目标是 {classes:count} 个类别，而第一个损失就是 {value}：某个概率舍入成了 0 或 1，其对数为负无穷。',
      'summary.watched.nan': '目标是 {classes:count} 个类别，损失变为 NaN，此前最后一个有限的损失为 {last:figure}：某个概率舍入成了 0 或 1，其对数为负无穷，它乘以 0 就是 NaN。',
      'summary.watched.first.nan': '目标是 {classes:count} 个类别，而第一个损失就是 NaN：某个概率舍入成了 0 或 1，其对数为负无穷，它乘以 0 就是 NaN。',
      'summary.counts': '目标是 0 到 {most:count} 的整数，各数出现的多少如同计数，而损失在 {steps:count} 个有限步之后变为 NaN，此前并未大幅下降。计数的损失（如 p - y log p）要对网络的回答取对数，小于 0 的数的对数是 NaN：没有什么使线性输出保持大于 0。',
      'summary.feature': '失败的批第一次含有{cells:cells}：其值为 {value:figure}，而该列在其他每一行都大于 0。程序若对它取对数或除以它，得到的就不是有限的数。',
      'summary.prediction': '损失 {name} 要对网络的回答取对数，经过 {steps:count} 个有限步之后变为 {value}：没有什么使输出保持大于 0，而它确实不再大于 0。',
      'summary.answer': '网络对第 {row:count} 行的回答是 {answer}，目标是 {target}，该行的损失为 {value}：0 的对数是负无穷，它乘以 0 就是 NaN。',
      'fix.feature': '去掉该列不大于 0 的行',
      'fix.prediction': '使取对数的量保持大于 0',
      'summary.watched': '目标是 {classes:count} 个类别，损失变为 {value}，此前最后一个有限的损失为 {last:figure}：某个概率舍入成了 0 或 1，其对数为负无穷。',
    },
  },
  check(evidence) {
    const { experiment, trace, incident } = evidence
    const { name } = experiment.loss
    if (!name.includes('cross-entropy') || name.endsWith('from-logits')) return null
    const change = fromLogits(experiment)
    const activation = name === 'binary-cross-entropy' ? 'sigmoid' : 'softmax'
    const fixes = [logitsFix(experiment, change, activation)]
    const birth = trace?.birth
    if (trace === null || birth === undefined) return inValidation(evidence, { ...plainFinding, weight: 0.9, summary: say('summary.validation', { name }), evidence: { loss: name }, tryThis: [[change]], fixes })
    const [operand] = birth?.operands ?? []
    const count = trace.spread.find(({ stage }) => stage === 'term')?.rows ?? 1
    if (birth?.operation !== 'log' || operand === undefined || operand > 0) return null
    const row = birth.datasetRow === null ? 0 : (experiment.training.rows[birth.datasetRow] ?? -1) + 1
    return {
      weight: 0.95, summary: say(operand !== 0 ? 'summary.negative' : incident === null ? 'summary.foreseen' : 'summary.zero', { operand, row, activation, step: trace.step, of: trace.batch, count }), cells: [], evidence: { operand, row },
      tryThis: [[change]], cured, foreseen: true, chance: null, fixes,
    }
  },
  ruleOut: ({ experiment: { loss }, incident }) => (incident !== null && loss.name.includes('cross-entropy') ? say('ruled-out') : null),
  watched(facts) {
    const { run, classes, badCells } = facts
    const { failure, declared, curve, losses } = run
    if (failure?.first !== 'loss' || run.beyond !== null || heldRows(run, rowsOf(badCells)).atFailure) return null
    const located = ofAnswer(run)
    if (located !== null) return located
    const feature = notPositive(facts)
    if (feature !== null) return feature
    const predicted = ofPrediction(facts)
    if (classes < 2 || predicted !== null || beatsEntropy(facts)) return predicted
    if (losses.at(-1)?.loss === 0) return null
    if (declared.loss !== undefined && !/entropy|nll|log|bce/i.test(declared.loss)) return null
    const code = classes === 2 ? binaryCode : categoricalCode
    const found = { classes, value: String(failure.value), last: curve.last }
    // A sure answer has a small loss, and the surer it is the nearer its probability to 0 or 1.
    const sure = losses.length >= 5 && curve.end < 0.5 * curve.start
    return {
      ...plainFinding, weight: sure || run.located?.stage === 'loss' ? 0.82 : losses.length > 0 ? 0.66 : 0.5, summary: say(`${losses.length > 0 ? 'summary.watched' : 'summary.watched.first'}${Number.isNaN(failure.value) ? '.nan' : ''}`, found), evidence: found,
      fixes: [codeFix(say('fix', { activation: classes === 2 ? 'sigmoid' : 'softmax' }), code.python, code.matlab)],
    }
  },
}

/** The same loss by the outputs before their sigmoid or softmax. */
function fromLogits({ loss: { name }, settings: { network: { outputActivation } } }: Experiment): SettingsChange {
  const loss = name === 'binary-cross-entropy' ? 'binary-cross-entropy-from-logits' : 'categorical-cross-entropy-from-logits'
  return { kind: 'settings', set: { loss, ...(outputActivation === undefined ? {} : { network: { outputActivation: 'identity' } }) } }
}

function logitsFix({ loss: { name } }: Experiment, change: SettingsChange, activation: string): Fix {
  const binary = name === 'binary-cross-entropy'
  return settingFix([`--loss ${change.set.loss ?? ''}`], change, say('fix', { activation }), binary ? binaryCode : categoricalCode)
}

/**
 * Only a validation loss is not finite, and neither a cell nor a parameter is: of what the loss does, the logarithm alone makes that
 * of finite outputs. Null where cells explain it, or an overflow of the outputs themselves.
 */
function inValidation(evidence: Evidence, finding: Finding): Finding | null {
  const { incident, badValidationCells, case: { final } } = evidence
  if (incident !== null || validationStep(evidence) === null || badValidationCells.length > 0 || final === null || firstNonFinite(final.trainer.parameters) !== -1) return null
  return {
    ...finding, proofSays: () => say('proof.validation'),
    cured: replay => calm(replay) && replay.experiment.validation !== null
      && Number.isFinite(new ReferenceTrainer(problemOf(replay.experiment), replay.final.trainer.parameters).evaluate(replay.experiment.validation.dataset).data),
  }
}

const binaryCode = {
  python: 'loss = np.mean(np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z))))  # z: before the sigmoid',
  matlab: 'loss = mean(max(z,0) - z.*y + log1p(exp(-abs(z))));  % z: before the sigmoid',
}
const categoricalCode = {
  python: 'z = z - z.max(axis=1, keepdims=True); loss = np.mean(np.log(np.exp(z).sum(axis=1)) - (y * z).sum(axis=1))  # z: before the softmax',
  matlab: 'z = z - max(z,[],2); loss = mean(log(sum(exp(z),2)) - sum(y.*z,2));  % z: before the softmax',
}
