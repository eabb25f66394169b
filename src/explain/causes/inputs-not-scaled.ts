/** Inputs of very different or very large size: the curvature along them is their mean square, and a rate that suits the small ones overshoots. docs/causes/inputs-not-scaled.md */
import type { Change } from '../../record/change.ts'
import { cured } from '../calm.ts'
import { say, type Cause } from '../finding.ts'
import { settingFix } from '../fixes.ts'

/** A root mean square beyond this is worth a replay; standardised inputs have 1. */
const large = 5

export const inputsNotScaled: Cause = {
  id: 'inputs-not-scaled',
  explains: ['non-finite', 'not-learning'],
  words: {
    en: {
      'name': 'scale of the inputs',
      'summary': 'The inputs are not scaled: {column} has a root mean square of {size:figure}, which makes steps {times:figure} times too long.',
      'fix': 'inputs and targets to mean 0 and deviation 1',
    },
    zh: {
      'name': '输入的尺度',
      'summary': '输入没有标准化：{column} 的均方根为 {size:figure}，使步长大了 {times:figure} 倍。',
      'fix': '把输入和目标变换为均值 0、标准差 1',
    },
  },
  check({ experiment: { settings }, columns, trace }) {
    if (settings.standardize || trace?.birth?.kind === 'data') return null
    const sizes = columns.filter(({ part }) => part === 'input').map(({ name, mean, deviation }) => ({ name, size: Math.hypot(mean, deviation) }))
    const largest = sizes.reduce((a, b) => (b.size > a.size ? b : a), { name: '', size: 0 })
    if (!(largest.size > large)) return null
    const change: Change = { kind: 'settings', set: { standardize: true } }
    const facts = { column: largest.name, size: largest.size, times: largest.size ** 2 }
    return {
      weight: 0.45, summary: say('summary', facts), cells: [], evidence: facts, tryThis: [[change]], cured, chance: null,
      fixes: [settingFix(['--settings \'{"standardize":true}\''], change, say('fix'), {
        python: 'd = (d - np.nanmean(d, axis=0)) / np.nanstd(d, axis=0)', matlab: 'T = (T - mean(T,1,"omitnan")) ./ std(T,0,1,"omitnan");',
      })],
    }
  },
}
