/** Steps so long that each overshoots by more than the last: the loss grows by a factor a step. docs/causes/learning-rate-too-high.md */
import type { Change } from '../../record/change.ts'
import { cured } from '../calm.ts'
import type { Evidence } from '../evidence.ts'
import { say, type Cause } from '../finding.ts'
import { settingFix } from '../fixes.ts'

/** By how much the rate is cut, one after the other, until a replay is cured. */
const cuts = [2, 4, 10, 100, 1000, 1e4, 1e6]

export const learningRateTooHigh: Cause = {
  id: 'learning-rate-too-high',
  explains: ['non-finite', 'not-learning'],
  words: {
    en: {
      'name': 'learning rate',
      'summary.growth': 'The learning rate {rate:figure} is too high: over the last {growing:count} steps the loss grew by a factor of {growth:figure} a step.',
      'summary': 'The learning rate {rate:figure} is too high for this network and these data.',
      'fix': 'steps short enough for the loss to fall',
      'ruled-out.bounded': 'in the replay {optimizer} moved no weight by more than {largest:figure} a step; overflow would need inputs near {needed:order}',
      'ruled-out': 'in the replay, at the same rate, no weight moved by more than {largest:figure} a step',
    },
    zh: {
      'name': '学习率',
      'summary.growth': '学习率 {rate:figure} 过高：最后 {growing:count} 步中损失每步增大到 {growth:figure} 倍。',
      'summary': '学习率 {rate:figure} 对这个网络和这些数据来说过高。',
      'fix': '步长足够短，损失才会下降',
      'ruled-out.bounded': '重放中 {optimizer} 每步移动权重不超过 {largest:figure}；要溢出，输入须接近 {needed:order}',
      'ruled-out': '重放中学习率不变，每步移动权重不超过 {largest:figure}',
    },
  },
  check(evidence) {
    const { experiment: { settings }, curve, trace, incident } = evidence
    if (trace?.birth?.kind === 'data') return null
    const { optimizer } = settings
    const grows = curve.growth > 1.05 && curve.growing >= 2
    if (incident === null && !(grows || curve.jumps > 0.3 || evidence.fitness.worst > 1.5)) return null
    // Adam's steps are bounded: a rate that breaks it by itself is a rare thing.
    if (incident !== null && !grows && optimizer.name !== 'sgd') return null
    const attempts = cuts.map((cut): Change[] => [{ kind: 'settings', set: { optimizer: { ...optimizer, learningRate: optimizer.learningRate / cut } } }])
    const facts = { rate: optimizer.learningRate, growth: curve.growth, growing: curve.growing }
    return {
      weight: stepIsTooLong(evidence) ? 0.49 : 0.4,
      summary: say(grows ? 'summary.growth' : 'summary', facts), cells: [], evidence: facts, tryThis: attempts, cured, chance: null,
      fixes: attempts.map((changes, i) => {
        const rate = optimizer.learningRate / (cuts[i] ?? 1)
        return settingFix([`--rate ${rate}`], changes[0] ?? { kind: 'settings', set: {} }, say('fix'), { python: `learning_rate = ${rate}`, matlab: `learningRate = ${rate};` })
      }),
    }
  },
  ruleOut({ bounds, experiment: { settings: { optimizer } } }, { cured: replayed }) {
    if (replayed === null || replayed.replay.changes.some(({ kind }) => kind === 'settings')) return null
    const facts = { largest: replayed.replay.largestUpdate, needed: bounds.forLoss ?? 0, optimizer: optimizer.name === 'rmsprop' ? 'RMSProp' : optimizer.name === 'sgd' ? 'SGD' : 'Adam' }
    return say(bounds.forLoss === null ? 'ruled-out' : 'ruled-out.bounded', facts)
  },
}

/**
 * Whether the rate is above 2 over the curvature that inputs of mean 0 and deviation 1 give a linear unit (their number and
 * one for the bias): too long for gradient descent however the data are scaled.
 */
function stepIsTooLong({ experiment: { settings: { optimizer }, encoding } }: Evidence): boolean {
  return optimizer.name === 'sgd' && (optimizer.learningRate / (1 - optimizer.momentum)) * (encoding.inputs + 1) > 2
}
