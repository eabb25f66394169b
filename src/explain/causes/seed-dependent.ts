/** A network so small that it depends on its first weights whether it learns. docs/causes/seed-dependent.md */
import { calm } from '../calm.ts'
import { fitnessOf } from '../learned.ts'
import { say, type Cause } from '../finding.ts'
import { attemptsOf, settingsFix } from '../fixes.ts'

/** With more units than this, a few that start badly do not matter. */
const fewUnits = 12

export const seedDependent: Cause = {
  id: 'seed-dependent',
  explains: ['not-learning', 'learned-less'],
  words: {
    en: {
      'name': 'chance of the first weights',
      'summary': 'It is this seed: the network has {units:count} hidden units, and which of them answer at all depends on the first weights.',
      'fix': 'other first weights; more units would not depend on them',
      'ruled-out': '{units:count} hidden units do not depend on a few that start badly',
    },
    zh: {
      'name': '初始权重的偶然性',
      'summary': '问题在这个种子：网络只有 {units:count} 个隐藏单元，其中哪些有输出取决于初始权重。',
      'fix': '换一组初始权重；单元更多就不会依赖它',
      'ruled-out': '{units:count} 个隐藏单元不会因少数起点不佳而失败',
    },
  },
  check({ experiment: { network, settings, validation, training } }) {
    const hidden = network.layers.slice(0, -1)
    const units = hidden.reduce((sum, layer) => sum + layer.units, 0)
    // Where validation rows are put aside by the seed, another seed is another question.
    if (hidden.length === 0 || units > fewUnits || hidden.some(({ initializer }) => initializer.name === 'zeros' || initializer.name === 'constant')) return null
    if (validation !== null && validation.table === training.table) return null
    const fixes = [1, 2].map(more => settingsFix({ seed: settings.seed + more }, say('fix'), { flags: [`--seed ${settings.seed + more}`] }))
    return {
      weight: 0.52, summary: say('summary', { units }), cells: [], evidence: { units }, tryThis: attemptsOf(fixes),
      cured: (replay, { fitness }) => calm(replay) && fitnessOf(replay.experiment, replay.final).worst < 0.6 * fitness.worst, chance: null, fixes,
    }
  },
  ruleOut({ experiment: { network }, incident }) {
    const units = network.layers.slice(0, -1).reduce((sum, layer) => sum + layer.units, 0)
    return incident === null && units > fewUnits ? say('ruled-out', { units }) : null
  },
}
