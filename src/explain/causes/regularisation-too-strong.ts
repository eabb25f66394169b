/** A penalty on weights that outweighs the data: the weights shrink to where predictions no longer vary. docs/causes/regularisation-too-strong.md */
import { cured } from '../calm.ts'
import { say, type Cause } from '../finding.ts'
import { attemptsOf, settingsFix } from '../fixes.ts'

/** Weights that end below this share of their first length were pulled in, not trained. */
const shrunk = 0.6
/** From here on a length is said as times another, not as a share of it. */
const manyTimes = 10

export const regularisationTooStrong: Cause = {
  id: 'regularisation-too-strong',
  explains: ['not-learning', 'learned-less'],
  words: {
    en: {
      'name': 'regularisation',
      'summary.l2': 'L2 of {strength:figure} is too strong: it pulls the weights to {growth:percent} of their first length, and predictions vary by {variation:percent} of what the targets do.',
      'summary.decay': 'Weight decay of {strength:figure} is too strong: each step takes {each:percent} of the weights, which end at {growth:percent} of their first length.',
      'fix': 'the data alone decide; a hundredth of it may still help',
      'ruled-out': 'the weights ended at {growth:percent} of their first length',
      'ruled-out.far': 'the weights ended at {growth:figure} times their first length',
    },
    zh: {
      'name': '正则化',
      'summary.l2': 'L2 为 {strength:figure}，过强：权重被压到最初长度的 {growth:percent}，预测的变化只有目标的 {variation:percent}。',
      'summary.decay': '权重衰减为 {strength:figure}，过强：每步减去权重的 {each:percent}，最终只剩最初长度的 {growth:percent}。',
      'fix': '只由数据决定；百分之一的强度或许仍有帮助',
      'ruled-out': '权重最终为最初长度的 {growth:percent}',
      'ruled-out.far': '权重最终为最初长度的 {growth:figure} 倍',
    },
  },
  check({ experiment: { settings: { l2, optimizer } }, movement, fitness }) {
    const { weightDecay, learningRate } = optimizer
    if (movement === null || !(movement.growth < shrunk) || (l2 === 0 && weightDecay === 0)) return null
    const byDecay = weightDecay * learningRate > l2 * learningRate
    const strength = byDecay ? weightDecay : l2
    const fixes = [0, 0.01].map(part => settingsFix({ l2: l2 * part, optimizer: { ...optimizer, weightDecay: weightDecay * part } }, say('fix'), {
      flags: [...(l2 > 0 ? [`--l2 ${l2 * part}`] : []), ...(weightDecay > 0 ? [`--weight-decay ${weightDecay * part}`] : [])],
      python: `${byDecay ? 'weight_decay' : 'l2'} = ${strength * part}`, matlab: `${byDecay ? 'weightDecay' : 'l2'} = ${strength * part};`,
    }))
    const facts = { strength, growth: movement.growth, each: weightDecay * learningRate, variation: fitness.training.variation }
    return {
      // Above a loss that rose: the data's own does where the penalty is what is minimised, and steps that are too long make weights grow.
      weight: movement.growth < 0.3 ? 0.73 : 0.55, summary: say(byDecay ? 'summary.decay' : 'summary.l2', facts), cells: [], evidence: facts,
      tryThis: attemptsOf(fixes), cured, chance: null, fixes,
    }
  },
  ruleOut: ({ movement, incident, experiment: { settings } }) =>
    (incident === null && movement !== null && Number.isFinite(movement.growth) && (settings.l2 > 0 || settings.optimizer.weightDecay > 0) ? say(movement.growth > manyTimes ? 'ruled-out.far' : 'ruled-out', { growth: movement.growth }) : null),
}
