/** Targets far from size 1, so that the steps that suit them are far from those that are usual. docs/causes/targets-not-scaled.md */
import { optimizerName } from '../bounds.ts'
import { cured } from '../calm.ts'
import { say, type Cause } from '../finding.ts'
import { attemptsOf, settingsFix } from '../fixes.ts'
import { peakSaid } from '../rates.ts'
import { scalingFix, worseScale } from '../scales.ts'

export const targetsNotScaled: Cause = {
  id: 'targets-not-scaled',
  explains: ['non-finite', 'not-learning', 'learned-less'],
  words: {
    en: {
      'name': 'scale of the targets',
      'summary.large': 'The targets are not scaled: {column} lies around {mean:figure} with deviation {deviation:figure}, where first predictions are of size 1.',
      'summary.reach': 'The targets are not scaled: {column} lies around {mean:figure} with deviation {deviation:figure}, where first predictions are of size 1, and {steps:count} steps of {optimizer} move a weight by {far:figure} at the most.',
      'summary.small': 'The targets are not scaled: {column} has a deviation of {deviation:figure}, where first predictions are of size 1: next to their error the targets do not count.',
      'fix': 'inputs and targets to mean 0 and deviation 1',
      'fix.rate': 'inputs and targets to mean 0 and deviation 1, and a rate of {rate:said} for them',
      'ruled-out': 'the targets are standardised',
    },
    zh: {
      'name': '目标的尺度',
      'summary.large': '目标没有标准化：{column} 的均值为 {mean:figure}、标准差为 {deviation:figure}，而最初的预测只在 1 左右。',
      'summary.reach': '目标没有标准化：{column} 的均值为 {mean:figure}、标准差为 {deviation:figure}，而最初的预测只在 1 左右，{optimizer} 走 {steps:count} 步最多把一个权重移动 {far:figure}。',
      'summary.small': '目标没有标准化：{column} 的标准差为 {deviation:figure}，而最初的预测在 1 左右，误差使目标微不足道。',
      'fix': '把输入和目标变换为均值 0、标准差 1',
      'fix.rate': '把输入和目标变换为均值 0、标准差 1，并改用适合它们的学习率 {rate:said}',
      'ruled-out': '目标已标准化',
    },
  },
  check(evidence) {
    if (evidence.trace?.birth?.kind === 'data') return null
    const worse = worseScale(evidence)
    if (worse?.part !== 'target') return null
    const target = worse.scale
    const { optimizer, schedule } = evidence.experiment.settings
    // A rate that was chosen for such targets may not suit scaled ones.
    const rate = optimizer.name === 'sgd' ? 0.05 : 0.005
    const both = settingsFix({ standardize: true, optimizer: { ...optimizer, learningRate: rate } }, say('fix.rate', { rate: [peakSaid(rate, schedule)] }))
    const fixes = [scalingFix(say('fix')), both]
    const { column, mean, deviation, factor } = target
    const { bounds: { farthest: far }, experiment: { steps } } = evidence
    const short = target.large && far !== null && far < target.size
    const facts = { column, mean, deviation, steps, far: far ?? 0, optimizer: optimizerName(optimizer) }
    return {
      weight: evidence.incident !== null ? 0.41 : factor > 30 ? 0.74 : 0.44, summary: say(short ? 'summary.reach' : target.large ? 'summary.large' : 'summary.small', facts), cells: [],
      evidence: { mean, deviation }, tryThis: attemptsOf(fixes), cured, chance: null, fixes,
    }
  },
  ruleOut: ({ experiment: { settings }, incident }) => (incident === null && settings.standardize ? say('ruled-out') : null),
}
