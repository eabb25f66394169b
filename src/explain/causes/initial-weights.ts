/** First weights that are all the same: units that start alike get the same gradient and stay alike. docs/causes/initial-weights.md */
import { cured } from '../calm.ts'
import { say, type Cause } from '../finding.ts'
import { attemptsOf, settingsFix } from '../fixes.ts'

export const initialWeights: Cause = {
  id: 'initial-weights',
  explains: ['non-finite', 'not-learning', 'learned-less'],
  words: {
    en: {
      'name': 'initial weights',
      'summary.zeros': 'All first weights are 0: hidden units stay alike, and no gradient reaches the layers below.',
      'summary.constant': 'All {units:count} units of a hidden layer start with the same weights, {value:figure}: they get the same gradient, stay alike, and count as one.',
      'fix': 'first weights drawn at random, their deviation sqrt(2 / inputs)',
      'ruled-out': 'the replay started from the same',
    },
    zh: {
      'name': '初始权重',
      'summary.zeros': '初始权重全为 0：隐藏单元始终相同，梯度无法传到下面的层。',
      'summary.constant': '一个隐藏层的 {units:count} 个单元初始权重全同，为 {value:figure}：梯度相同，始终相同，只抵得上一个。',
      'fix': '随机抽取初始权重，标准差 sqrt(2 / 输入数)',
      'ruled-out': '重放从同样的初始权重开始',
    },
  },
  check(evidence) {
    if (evidence.trace?.birth?.kind === 'data') return null
    const { start, incident } = evidence
    const same = start.layers.slice(0, -1).find(({ alike }) => alike)
    if (same === undefined) return null
    const value = same.layer.initializer.name === 'constant' ? same.layer.initializer.value : same.weight
    const he = { python: 'W = np.random.randn(inputs, units) / np.sqrt(inputs / 2)', matlab: 'W = randn(inputs, units) / sqrt(inputs / 2);' }
    const fixes = (['he-normal', 'glorot-normal'] as const).map(initializer => settingsFix({ network: { initializer } }, say('fix'), he))
    return {
      weight: incident === null ? 0.73 : 0.48, summary: say(same.weight === 0 ? 'summary.zeros' : 'summary.constant', { value, units: same.layer.units }), cells: [], foreseen: true,
      evidence: { value, units: same.layer.units }, tryThis: attemptsOf(fixes), cured, chance: null, fixes,
    }
  },
  ruleOut: ({ incident }, { cured: replayed }) =>
    (incident === null || replayed === null || replayed.replay.changes.some(change => change.kind === 'settings') ? null : say('ruled-out')),
}
