/** Units of tanh or sigmoid that stand at a bound for every row: there their slope is next to 0. docs/causes/saturation.md */
import type { Experiment } from '../../training/experiment.ts'
import { cured } from '../calm.ts'
import { dynamicsAtStart, saturatedLayer } from '../dynamics.ts'
import { say, type Cause } from '../finding.ts'
import { attemptsOf, settingsFix } from '../fixes.ts'
import { outOfScale, scalingFix } from '../scales.ts'

export const saturation: Cause = {
  id: 'saturation',
  explains: ['not-learning', 'learned-less'],
  words: {
    en: {
      'name': 'saturated units',
      'summary.start': '{saturated:percent} of the {units:count} {activation} units of hidden layer {layer} stand at a bound for nearly every row from the first step on: their slope there is next to 0, and so is every gradient below.',
      'summary.end': '{saturated:percent} of the {units:count} {activation} units of hidden layer {layer} have come to stand at a bound for nearly every row: their slope there is next to 0, and so is every gradient below.',
      'fix.scale': 'inputs and targets to mean 0 and deviation 1',
      'fix.bias': 'sums start around 0, where the slope is greatest',
      'fix.weights': 'first weights small enough for sums of size 1',
      'fix.relu': 'an activation without upper bound',
      'ruled-out': 'at most {saturated:percent} of a layer stand at a bound',
    },
    zh: {
      'name': '饱和的单元',
      'summary.start': '隐藏层 {layer} 的 {units:count} 个 {activation} 单元中，{saturated:percent} 从第一步起几乎对每一行都停在边界：那里斜率接近 0，下面各层的梯度也接近 0。',
      'summary.end': '隐藏层 {layer} 的 {units:count} 个 {activation} 单元中，{saturated:percent} 在训练中变得几乎对每一行都停在边界：那里斜率接近 0，下面各层的梯度也接近 0。',
      'fix.scale': '把输入和目标变换为均值 0、标准差 1',
      'fix.bias': '激活前的和从 0 附近开始，那里斜率最大',
      'fix.weights': '初始权重足够小，激活前的和在 1 左右',
      'fix.relu': '换成没有上界的激活函数',
      'ruled-out': '每层至多 {saturated:percent} 的单元停在边界',
    },
  },
  check(evidence) {
    const { start, end } = evidence
    const atStart = saturatedLayer(start)
    const found = atStart ?? saturatedLayer(end)
    if (found === undefined) return null
    const { saturated, layer } = found
    const fixes = [
      ...(outOfScale(evidence, 'input') === null ? [] : [scalingFix(say('fix.scale'))]),
      ...(layer.biasInitializer.name === 'constant' && layer.biasInitializer.value !== 0
        ? [settingsFix({ network: { biasInitializer: 'zeros' } }, say('fix.bias'), { python: 'b = np.zeros(units)', matlab: 'b = zeros(1, units);' })]
        : []),
      settingsFix({ network: { initializer: 'glorot-normal', biasInitializer: 'zeros' } }, say('fix.weights'), {
        python: 'W = np.random.randn(inputs, units) * np.sqrt(2 / (inputs + units))', matlab: 'W = randn(inputs, units) * sqrt(2 / (inputs + units));',
      }),
      settingsFix({ network: { activation: 'relu' } }, say('fix.relu'), { flags: ['--activation relu'], python: 'a = np.maximum(z, 0)', matlab: 'a = max(z, 0);' }),
    ]
    const facts = { saturated, units: layer.units, activation: layer.activation, layer: layer.index + 1 }
    return {
      weight: atStart === undefined ? 0.5 : 0.7, summary: say(atStart === undefined ? 'summary.end' : 'summary.start', facts), cells: [], ...(atStart === undefined ? {} : { foreseen: true, averts }),
      evidence: facts, tryThis: attemptsOf(fixes), cured, chance: null, fixes,
    }
  },
  ruleOut({ end, incident }) {
    const layers = end?.layers.slice(0, -1).filter(({ layer }) => layer.activation === 'tanh' || layer.activation === 'sigmoid') ?? []
    return incident !== null || layers.length === 0 ? null : say('ruled-out', { saturated: Math.max(...layers.map(({ saturated }) => saturated)) })
  },
}

function averts(changed: Experiment): boolean {
  return saturatedLayer(dynamicsAtStart(changed)) === undefined
}
