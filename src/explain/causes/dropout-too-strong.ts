/** So many units left out that the network cannot carry what it should learn. docs/causes/dropout-too-strong.md */
import type { Change } from '../../record/change.ts'
import { cured } from '../calm.ts'
import { say, type Cause } from '../finding.ts'
import { settingFix } from '../fixes.ts'

export const dropoutTooStrong: Cause = {
  id: 'dropout-too-strong',
  explains: ['not-learning', 'learned-less'],
  words: {
    en: {
      'name': 'dropout',
      'summary': 'Dropout of {rate:figure} leaves about {left:figure} of {units:count} units a row in a layer: too few to learn from.',
      'fix': 'every unit takes part',
      'ruled-out': 'the replay dropped the same units',
    },
    zh: {
      'name': 'dropout',
      'summary': 'dropout 为 {rate:figure}，每行在一层的 {units:count} 个单元中只剩约 {left:figure} 个：太少，学不到东西。',
      'fix': '让所有单元都参与',
      'ruled-out': '重放丢弃了同样的单元',
    },
  },
  check({ experiment: { network } }) {
    const strongest = network.layers.slice(0, -1).filter(({ dropout }) => dropout > 0)
      .map(({ units, dropout }) => ({ units, rate: dropout, left: units * (1 - dropout) })).sort((a, b) => a.left - b.left)[0]
    if (strongest === undefined || (strongest.left >= 4 && strongest.rate < 0.8)) return null
    const change: Change = { kind: 'settings', set: { network: { dropout: 0 } } }
    return {
      weight: strongest.rate >= 0.8 ? 0.67 : 0.46, summary: say('summary', strongest), cells: [], evidence: strongest, tryThis: [[change]], cured, chance: null,
      fixes: [settingFix(['--dropout 0'], change, say('fix'))],
    }
  },
  ruleOut({ experiment: { network } }, { cured: replayed }) {
    if (!network.layers.some(({ dropout }) => dropout > 0) || replayed === null || replayed.replay.changes.some(({ kind }) => kind === 'settings')) return null
    return say('ruled-out')
  },
}
