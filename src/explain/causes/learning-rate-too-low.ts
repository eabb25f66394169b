/** Steps so short that the run ends next to where it began. docs/causes/learning-rate-too-low.md */
import { cured } from '../calm.ts'
import { say, type Cause } from '../finding.ts'
import { attemptsOf, rateFix } from '../fixes.ts'

/** A step of a hundredth of the weights' length is a long one that still trains; a thirtieth of it a middling one. */
const [long, usual] = [0.01, 0.003]
/** Steps below this need thousands to change anything; where few steps were taken at all, ten thousands. */
const [short, veryShort] = [3e-4, 1e-4]
const fewSteps = 50
/** A run that carried its weights less than this share of their length has hardly moved. */
const hardlyMoved = 0.05

export const learningRateTooLow: Cause = {
  id: 'learning-rate-too-low',
  explains: ['not-learning', 'learned-less'],
  words: {
    en: {
      'name': 'a low learning rate',
      'summary': 'The learning rate {rate:figure} is too low: one step moves the weights by {update:figure} of their length, and {steps:count} steps carried them {relative:percent} of it.',
      'fix': 'steps long enough to arrive',
      'ruled-out': 'the weights moved by {relative:percent} of their length',
    },
    zh: {
      'name': '学习率过低',
      'summary': '学习率 {rate:figure} 过低：一步只移动权重长度的 {update:figure}，{steps:count} 步共移动 {relative:percent}。',
      'fix': '步长足够长，才走得到',
      'ruled-out': '权重移动了自身长度的 {relative:percent}',
    },
  },
  check({ experiment: { settings: { optimizer }, steps }, start, movement, case: { final } }) {
    const { learningRate } = optimizer
    // Momentum adds steps up.
    const lasting = start.update / (1 - ('momentum' in optimizer ? optimizer.momentum : 0))
    if (movement === null || !(movement.relative < hardlyMoved) || !(lasting < (steps <= fewSteps ? veryShort : short)) || start.update === 0) return null
    const facts = { rate: learningRate, update: start.update, steps: final?.step ?? 0, relative: movement.relative }
    const fixes = [long, usual, 3 * long].map(wanted => rateFix(optimizer, (learningRate * wanted) / lasting, say('fix')))
    return { weight: 0.63, summary: say('summary', facts), cells: [], evidence: facts, tryThis: attemptsOf(fixes), cured, chance: null, fixes }
  },
  ruleOut: ({ movement, incident }) => (incident === null && movement !== null && movement.relative > 0.1 ? say('ruled-out', { relative: movement.relative }) : null),
}
