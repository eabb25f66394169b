/** First weights so large that the first steps overflow, or all the same so that units cannot differ. docs/causes/initial-weights.md */
import type { Change } from '../../record/change.ts'
import { cured } from '../calm.ts'
import { say, type Cause } from '../finding.ts'
import { settingFix } from '../fixes.ts'

export const initialWeights: Cause = {
  id: 'initial-weights',
  explains: ['non-finite', 'not-learning'],
  words: {
    en: {
      'name': 'initial weights',
      'summary.zeros': 'All first weights are 0: hidden units stay alike, and no gradient reaches the layers below.',
      'summary.constant': 'All first weights are {value:figure}: hidden units start alike and stay alike.',
      'fix': 'first weights drawn at random, their deviation sqrt(2 / inputs)',
      'ruled-out': 'the replay started from the same',
    },
    zh: {
      'name': '初始权重',
      'summary.zeros': '初始权重全为 0：隐藏单元始终相同，梯度无法传到下面的层。',
      'summary.constant': '初始权重全为 {value:figure}：隐藏单元从一开始就相同，并一直相同。',
      'fix': '随机抽取初始权重，标准差 sqrt(2 / 输入数)',
      'ruled-out': '重放从同样的初始权重开始',
    },
  },
  check({ experiment: { network }, trace }) {
    if (trace?.birth?.kind === 'data' || network.layers.length < 2) return null
    const constant = network.layers.slice(0, -1).map(({ initializer }) => initializer).find(({ name }) => name === 'zeros' || name === 'constant')
    if (constant === undefined) return null
    const value = constant.name === 'constant' ? constant.value : 0
    const change: Change = { kind: 'settings', set: { network: { initializer: 'he-normal' } } }
    return {
      weight: 0.48, summary: say(value === 0 ? 'summary.zeros' : 'summary.constant', { value }), cells: [], evidence: { value }, tryThis: [[change]], cured, chance: null,
      fixes: [settingFix(['--settings \'{"network":{"initializer":"he-normal"}}\''], change, say('fix'), {
        python: 'W = np.random.randn(inputs, units) / np.sqrt(inputs / 2)', matlab: 'W = randn(inputs, units) / sqrt(inputs / 2);',
      })],
    }
  },
  ruleOut: (_evidence, { cured: replayed }) =>
    (replayed === null || replayed.replay.changes.some(change => change.kind === 'settings') ? null : say('ruled-out')),
}
