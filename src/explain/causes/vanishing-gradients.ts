/** Gradients that shrink by a factor a layer on the way back: the first layers hardly learn. docs/causes/vanishing-gradients.md */
import { cured } from '../calm.ts'
import { say, type Cause } from '../finding.ts'
import { attemptsOf, settingsFix } from '../fixes.ts'

/** The first layer's gradient over the last's, below which the first layers stand still next to the last. */
const least = 1e-2

export const vanishingGradients: Cause = {
  id: 'vanishing-gradients',
  explains: ['not-learning', 'learned-less'],
  words: {
    en: {
      'name': 'vanishing gradients',
      'summary': 'Gradients vanish on the way back: over {layers:count} layers of {activation} the first gets {ratio:figure} of the gradient that the last gets.',
      'fix.relu': 'an activation whose slope is 1 where it answers, with first weights that keep sizes',
      'fix.tanh': 'an activation whose slope at 0 is 1, with first weights that keep sizes',
      'fix.shallow': 'fewer layers to pass',
      'ruled-out': 'the first layer gets {ratio:figure} of the gradient of the last',
    },
    zh: {
      'name': '梯度消失',
      'summary': '梯度在反向传播中消失：经过 {layers:count} 层 {activation}，第一层得到的梯度只有最后一层的 {ratio:figure}。',
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
  ruleOut({ start: { layers }, incident }) {
    const [first, last] = [layers[0], layers.at(-1)]
    if (incident !== null || layers.length < 4 || first === undefined || last === undefined) return null
    return say('ruled-out', { ratio: first.gradient / last.gradient })
  },
}
