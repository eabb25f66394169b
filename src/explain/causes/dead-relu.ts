/** Units whose sum is below 0 for every row: they answer 0, and no gradient passes them. docs/causes/dead-relu.md */
import { cured } from '../calm.ts'
import { say, type Cause } from '../finding.ts'
import { attemptsOf, settingsFix } from '../fixes.ts'

/** A layer of which this share answers nothing passes on next to nothing. */
const most = 0.8

export const deadRelu: Cause = {
  id: 'dead-relu',
  explains: ['not-learning', 'learned-less'],
  words: {
    en: {
      'name': 'dead ReLU units',
      'summary.start': '{dead:percent} of the {units:count} units of hidden layer {layer} answer 0 to every row from the first step on: no gradient passes them, so they never come back.',
      'summary.end': '{dead:percent} of the {units:count} units of hidden layer {layer} have come to answer 0 to every row: no gradient passes them, so they never come back.',
      'fix.bias': 'sums start around 0, and half of the units answer',
      'fix.leaky': 'a slope below 0, so that a gradient passes',
      'ruled-out': 'at most {dead:percent} of a layer answer nothing',
    },
    zh: {
      'name': '失活的 ReLU 单元',
      'summary.start': '隐藏层 {layer} 的 {units:count} 个单元中，{dead:percent} 从第一步起对每一行都输出 0：梯度无法通过，永远不会恢复。',
      'summary.end': '隐藏层 {layer} 的 {units:count} 个单元中，{dead:percent} 在训练中变得对每一行都输出 0：梯度无法通过，永远不会恢复。',
      'fix.bias': '激活前的和从 0 附近开始，一半单元有输出',
      'fix.leaky': '负半轴也有斜率，梯度可以通过',
      'ruled-out': '每层至多 {dead:percent} 的单元没有输出',
    },
  },
  check({ start, end }) {
    const atStart = start.layers.slice(0, -1).find(({ dead }) => dead >= most)
    const found = atStart ?? end?.layers.slice(0, -1).find(({ dead }) => dead >= most)
    if (found === undefined) return null
    const { dead, layer } = found
    const biased = layer.biasInitializer.name === 'constant' && layer.biasInitializer.value < 0
    const fixes = [
      ...(biased ? [settingsFix({ network: { biasInitializer: 'zeros' } }, say('fix.bias'), { python: 'b = np.zeros(units)', matlab: 'b = zeros(1, units);' })] : []),
      settingsFix({ network: { activation: 'leaky-relu' } }, say('fix.leaky'), { flags: ['--activation leaky-relu'], python: 'a = np.where(z > 0, z, 0.01 * z)', matlab: 'a = max(z, 0.01*z);' }),
    ]
    const facts = { dead, units: layer.units, layer: layer.index + 1 }
    // What died on the way was killed by something: a long step, most often.
    return {
      weight: atStart === undefined ? 0.53 : 0.7, summary: say(atStart === undefined ? 'summary.end' : 'summary.start', facts), cells: [], ...(atStart === undefined ? {} : { foreseen: true }),
      evidence: facts, tryThis: attemptsOf(fixes), cured, chance: null, fixes,
    }
  },
  ruleOut({ end, incident }) {
    const layers = end?.layers.slice(0, -1).filter(({ layer }) => layer.activation === 'relu') ?? []
    return incident !== null || layers.length === 0 ? null : say('ruled-out', { dead: Math.max(...layers.map(({ dead }) => dead)) })
  },
}
