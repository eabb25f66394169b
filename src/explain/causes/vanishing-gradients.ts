/** Gradients that shrink by a factor a layer on the way back: the first layers hardly learn. docs/causes/vanishing-gradients.md */
import { cured } from '../calm.ts'
import { say, type Cause } from '../finding.ts'
import { attemptsOf, settingsFix } from '../fixes.ts'
import { median } from '../../numeric/stats.ts'
import { codeFix, plainFinding } from '../watched/findings.ts'
import { flatOf } from '../watched/flat.ts'

/** The first layer's gradient over the last's, below which the first layers stand still next to the last. */
const least = 1e-2
/** In a log: the share of the variance from which on inputs clearly say something, and the share of the gradient that they give which is next to nothing. */
const clear = 0.25
const lets = 0.1

export const vanishingGradients: Cause = {
  id: 'vanishing-gradients',
  explains: ['not-learning', 'learned-less'],
  words: {
    en: {
      'name': 'vanishing gradients',
      'summary': 'Gradients vanish on the way back: over {layers:count} layers of {activation} the first gets {ratio:figure} of the gradient that the last gets.',
      'summary.watched': 'Hardly anything of the error reaches the weights: the loss stays at {loss:figure}, two predictors that need no training explain up to {explained:percent} of the target from the inputs, and the norm of the gradient is {norm:figure}. Inputs that say so much give one of about {expected:figure} to the weights that they reach. Many layers of sigmoid or tanh, units at their bounds and dead units let little through.',
      'fix.relu': 'an activation whose slope is 1 where it answers, with first weights that keep sizes',
      'fix.tanh': 'an activation whose slope at 0 is 1, with first weights that keep sizes',
      'fix.shallow': 'fewer layers to pass',
      'ruled-out': 'the first layer gets {ratio:figure} of the gradient of the last',
    },
    zh: {
      'name': '梯度消失',
      'summary': '梯度在反向传播中消失：经过 {layers:count} 层 {activation}，第一层得到的梯度只有最后一层的 {ratio:figure}。',
      'summary.watched': '误差几乎到不了权重：损失停在 {loss:figure}，两个无需训练的预测方法能由输入解释目标的 {explained:percent}，而梯度的范数为 {norm:figure}。能说明这么多的输入，对它们到达的权重应给出约 {expected:figure} 的梯度。多层 sigmoid 或 tanh、停在边界的单元和失活的单元都只让很少通过。',
      'fix.relu': '换成有输出处斜率为 1 的激活函数，初始权重保持大小',
      'fix.tanh': '换成在 0 处斜率为 1 的激活函数，初始权重保持大小',
      'fix.shallow': '减少要经过的层数',
      'ruled-out': '第一层得到的梯度是最后一层的 {ratio:figure}',
    },
  },
  check({ start, experiment: { settings } }) {
    const { layers } = start
    const [first, last] = [layers[0], layers.at(-1)]
    if (first === undefined || last === undefined || layers.length < 4 || !(last.gradient > 0)) return null
    const ratio = first.gradient / last.gradient
    // Dead and saturated units stop gradients at their own layer; a gradient that vanishes falls from layer to layer.
    if (!(ratio < least) || layers.some(({ dead, saturated }) => dead >= 0.8 || saturated >= 0.8)) return null
    const { hidden } = settings.network
    const fixes = [
      settingsFix({ network: { activation: 'relu', initializer: 'he-normal' } }, say('fix.relu')),
      settingsFix({ network: { activation: 'tanh', initializer: 'glorot-normal' } }, say('fix.tanh')),
      ...(settings.network.hidden.length > 2 && !Array.isArray(settings.network.dropout) && !Array.isArray(settings.network.activation)
        ? [settingsFix({ network: { hidden: hidden.slice(0, 2), activation: 'tanh', initializer: 'glorot-normal' } }, say('fix.shallow'))]
        : []),
    ]
    const facts = { layers: layers.length - 1, activation: first.layer.activation, ratio }
    return { weight: 0.68, summary: say('summary', facts), cells: [], foreseen: true, evidence: facts, tryThis: attemptsOf(fixes), cured, chance: null, fixes }
  },
  watched(facts) {
    const flat = flatOf(facts)
    const norms = facts.run.last.flatMap(({ gradients }) => (gradients?.norm === null || gradients?.norm === undefined ? [] : [gradients.norm]))
    const explained = Math.max(facts.signal?.plane ?? 0, facts.signal?.neighbours ?? 0)
    if (flat === null || norms.length < 3 || !(explained > clear)) return null
    const norm = median(norms)
    // Of a square error on inputs of size 1: twice the root of what they explain of it.
    const found = { loss: flat.loss, explained, norm, expected: Math.sqrt(explained * flat.loss) }
    if (!(norm > 0 && norm < lets * found.expected)) return null
    return {
      ...plainFinding, weight: 0.72, summary: say('summary.watched', found), evidence: found,
      fixes: [codeFix(say('fix.relu'), 'a = np.maximum(z, 0); W = np.random.randn(inputs, units) / np.sqrt(inputs / 2)', 'a = max(z, 0); W = randn(inputs, units) / sqrt(inputs / 2);')],
    }
  },
  ruleOut({ start: { layers }, incident }) {
    const [first, last] = [layers[0], layers.at(-1)]
    if (incident !== null || layers.length < 4 || first === undefined || last === undefined) return null
    return say('ruled-out', { ratio: first.gradient / last.gradient })
  },
}
