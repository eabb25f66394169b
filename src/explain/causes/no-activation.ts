/** Hidden layers without an activation: their product is one matrix, and the network a plane. docs/causes/no-activation.md */
import { cured } from '../calm.ts'
import { say, type Cause } from '../finding.ts'
import { attemptsOf, settingsFix } from '../fixes.ts'

export const noActivation: Cause = {
  id: 'no-activation',
  explains: ['not-learning', 'learned-less'],
  words: {
    en: {
      'name': 'activation',
      'summary': 'No hidden layer has an activation: {layers:count} of them one after the other are a single matrix, and the network can learn no more than a plane.',
      'fix': 'hidden layers that bend',
      'ruled-out': 'the hidden layers have one',
    },
    zh: {
      'name': '激活函数',
      'summary': '隐藏层没有激活函数：{layers:count} 层相乘仍是一个矩阵，网络最多学到一个平面。',
      'fix': '隐藏层要能弯曲',
      'ruled-out': '隐藏层有激活函数',
    },
  },
  check({ experiment: { network } }) {
    const hidden = network.layers.slice(0, -1)
    if (hidden.length === 0 || hidden.some(({ activation }) => activation !== 'identity')) return null
    const fixes = (['tanh', 'relu'] as const).map(activation => settingsFix({ network: { activation } }, say('fix'), {
      flags: [`--activation ${activation}`], python: activation === 'tanh' ? 'a = np.tanh(z)' : 'a = np.maximum(z, 0)', matlab: activation === 'tanh' ? 'a = tanh(z);' : 'a = max(z, 0);',
    }))
    return { weight: 0.61, summary: say('summary', { layers: hidden.length }), cells: [], evidence: { layers: hidden.length }, tryThis: attemptsOf(fixes), cured, chance: null, fixes }
  },
  ruleOut: ({ experiment: { network }, incident }) => (incident === null && network.layers.slice(0, -1).some(({ activation }) => activation !== 'identity') ? say('ruled-out') : null),
}
