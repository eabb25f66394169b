/** Weights so large that each layer multiplies what passes it: the gradient grows by a factor a layer. docs/causes/exploding-gradients.md */
import { cured } from '../calm.ts'
import { say, type Cause } from '../finding.ts'
import { attemptsOf, settingsFix } from '../fixes.ts'
import { codeFix, plainFinding } from '../watched/findings.ts'
import { heldRows, rowsOf } from '../watched/timing.ts'

/** Predictions and targets of size 1 have gradients of size 1 at most; beyond this the first weights made them. */
const large = 100

export const explodingGradients: Cause = {
  id: 'exploding-gradients',
  explains: ['non-finite', 'not-learning'],
  words: {
    en: {
      'name': 'exploding gradients',
      'summary': 'Gradients explode: with first weights of size {weight:figure}, each of {layers:count} layers multiplies what passes it by about {gain:figure}, and the first gradients are of size {gradient:figure}.',
      'fix.weights': 'first weights that keep sizes from layer to layer',
      'fix.clip': 'bounds the gradient before the update',
      'ruled-out': 'the largest layer gradient at the start was {gradient:figure}',
      'summary.watched': 'Gradients explode from the start: the first loss is {first:figure}, {times:figure} times what answering 0 would give, so each layer of the first weights multiplies what passes it.',
      'summary.gradient': 'Gradients explode from the start: the first loss is {first:figure}, {times:figure} times what answering 0 would give, and the norm of its gradient {gradient:figure}: each layer of the first weights multiplies what passes it.',
    },
    zh: {
      'name': '梯度爆炸',
      'summary': '梯度爆炸：初始权重大小为 {weight:figure}，{layers:count} 层中每层都把经过的值放大约 {gain:figure} 倍，最初的梯度已达 {gradient:figure}。',
      'fix.weights': '初始权重使各层之间大小不变',
      'fix.clip': '更新之前限制梯度',
      'ruled-out': '开始时各层梯度最大为 {gradient:figure}',
      'summary.watched': '梯度从一开始就爆炸：第一个损失是 {first:figure}，为总是回答 0 时的 {times:figure} 倍，即初始权重的每一层都在放大经过的值。',
      'summary.gradient': '梯度从一开始就爆炸：第一个损失是 {first:figure}，为总是回答 0 时的 {times:figure} 倍，梯度的范数为 {gradient:figure}：初始权重的每一层都在放大经过的值。',
    },
  },
  check(evidence) {
    const { trace, experiment } = evidence
    if (trace?.birth?.kind === 'data' || experiment.network.layers.length < 3) return null
    const { layers } = evidence.start
    const gradient = Math.max(...layers.map(one => one.gradient))
    // What a layer multiplies by: the length of its weights' rows, against 1 or sqrt(2) for those that keep sizes.
    const gains = layers.map(({ weight, layer }) => weight * Math.sqrt(layer.inputs))
    const gain = Math.exp(gains.reduce((sum, one) => sum + Math.log(one), 0) / gains.length)
    const { settings } = experiment
    if (!(gradient > large) || !(gain > 2) || (!settings.standardize && evidence.columns.some(({ mean, deviation }) => Math.hypot(mean, deviation) > 30))) return null
    const facts = { weight: Math.max(...layers.map(({ weight }) => weight)), layers: layers.length, gain, gradient }
    const fixes = [
      settingsFix({ network: { initializer: 'he-normal' } }, say('fix.weights'), {
        python: 'W = np.random.randn(inputs, units) / np.sqrt(inputs / 2)', matlab: 'W = randn(inputs, units) / sqrt(inputs / 2);',
      }),
      settingsFix({ clip: { norm: 1 } }, say('fix.clip'), { flags: ['--clip-norm 1'], python: 'g *= min(1, 1 / np.linalg.norm(g))', matlab: 'g = g * min(1, 1/norm(g));' }),
    ]
    return { weight: 0.75, summary: say('summary', facts), cells: [], foreseen: true, evidence: facts, tryThis: attemptsOf(fixes), cured, chance: null, fixes }
  },
  ruleOut(evidence) {
    const { incident, trace, experiment } = evidence
    if (incident === null || trace?.birth?.kind === 'data' || experiment.network.layers.length < 3) return null
    return say('ruled-out', { gradient: Math.max(...evidence.start.layers.map(one => one.gradient)) })
  },
  watched({ run, columns, classes, badCells }) {
    const { failure, curve, last, declared } = run
    const target = columns.find(({ part }) => part === 'target')
    // The mean over an epoch is no first loss.
    if (failure === null || target === undefined || run.byEpoch || run.losses.length === 0 || heldRows(run, rowsOf(badCells)).atFailure) return null
    const times = curve.first / (classes > 1 ? Math.log(classes) : target.mean ** 2 + target.deviation ** 2)
    const summed = declared.reduction === 'mean' ? 1 : run.batch ?? 1
    const scaled = declared.standardize === true || columns.every(({ part, mean, deviation }) => part === 'target' || Math.hypot(mean, deviation) < 30)
    if (!(times > 1000 * summed || (times > large && declared.reduction === 'mean')) && !(times > large && (last[0]?.gradients?.norm ?? 0) > 1000)) return null
    if (!scaled) return null
    const gradient = last.find(({ step }) => step === run.firstStep)?.gradients?.norm ?? null
    const found = { first: curve.first, times, ...(gradient === null ? {} : { gradient }) }
    return {
      ...plainFinding, weight: 0.82, summary: say(gradient === null ? 'summary.watched' : 'summary.gradient', found), evidence: found,
      fixes: [codeFix(say('fix.weights'), 'W = np.random.randn(inputs, units) / np.sqrt(inputs / 2)', 'W = randn(inputs, units) / sqrt(inputs / 2);')],
    }
  },
}
