/** A loss that swings: momentum carries the weights past the minimum and back, or each step overshoots. docs/causes/oscillation.md */
import { cured } from '../calm.ts'
import { say, type Cause } from '../finding.ts'
import { attemptsOf, rateFix, settingsFix } from '../fixes.ts'
import { rateSaid } from '../rates.ts'

/** Swings by a third that a loss on its way down does not make. */
const least = 3

export const oscillation: Cause = {
  id: 'oscillation',
  explains: ['not-learning', 'learned-less'],
  words: {
    en: {
      'name': 'oscillation',
      'summary.momentum': 'The loss swings, {swings:count} times by a third or more: a momentum of {momentum} carries the weights past the minimum, and it takes some {memory:count} steps to forget a gradient.',
      'summary': 'The loss swings, {swings:count} times by a third or more: steps at a rate of {rate:said} overshoot.',
      'fix.momentum': 'gradients forgotten after some ten steps',
      'fix.rate': 'steps that end before the far side',
      'ruled-out': 'the loss does not swing',
    },
    zh: {
      'name': '振荡',
      'summary.momentum': '损失来回摆动，幅度达三分之一以上的有 {swings:count} 次：动量 {momentum} 把权重带过了最小点，要约 {memory:count} 步才会忘掉一个梯度。',
      'summary': '损失来回摆动，幅度达三分之一以上的有 {swings:count} 次：学习率 {rate:said} 的步子迈过了头。',
      'fix.momentum': '约十步就忘掉旧梯度',
      'fix.rate': '步子在越过最小点之前停下',
      'ruled-out': '损失没有摆动',
    },
  },
  check({ experiment, curve, incident }) {
    const { settings: { optimizer }, batchSize, training } = experiment
    const momentum = 'momentum' in optimizer ? optimizer.momentum : 'beta1' in optimizer ? optimizer.beta1 : 0
    const long = momentum > 0.97
    // Batches of a part of the rows make the loss waver by themselves.
    if (!long && 2 * batchSize < training.rows.length) return null
    if (incident !== null || (curve.swings < least && !(long && curve.swings > 0))) return null
    const less = 'momentum' in optimizer ? { ...optimizer, momentum: 0.9 } : { ...optimizer, beta1: 0.9 }
    const name = 'momentum' in optimizer ? 'momentum' : 'beta1'
    const fixes = [
      ...(momentum > 0.9 ? [settingsFix({ optimizer: less }, say('fix.momentum'), { python: `${name} = 0.9`, matlab: `${name} = 0.9;` })] : []),
      rateFix(experiment, optimizer.learningRate / 10, say('fix.rate')),
      ...(momentum > 0.9 ? [settingsFix({ optimizer: { ...less, learningRate: Number((optimizer.learningRate / 10).toPrecision(2)) } }, say('fix.momentum'))] : []),
    ]
    const facts = { swings: curve.swings, momentum, memory: 1 / (1 - momentum), rate: optimizer.learningRate }
    return { weight: long ? 0.67 : 0.43, summary: say(long ? 'summary.momentum' : 'summary', { ...facts, rate: [rateSaid(experiment)] }), cells: [], evidence: facts, tryThis: attemptsOf(fixes), cured, chance: null, fixes }
  },
  ruleOut: ({ incident, curve }) => (incident === null && curve.swings === 0 ? say('ruled-out') : null),
}
