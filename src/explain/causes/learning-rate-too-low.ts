/** Steps so short that the run ends next to where it began. docs/causes/learning-rate-too-low.md */
import { cured } from '../calm.ts'
import { say, type Cause } from '../finding.ts'
import { attemptsOf, rateFix } from '../fixes.ts'
import { rateSaid } from '../rates.ts'
import { codeFix, plainFinding } from '../watched/findings.ts'
import { flatOf, mostSteps } from '../watched/flat.ts'
import { mayDivide } from '../watched/timing.ts'

/** A step of a hundredth of the weights' length is a long one that still trains; a thirtieth of it a middling one. */
const [long, usual] = [0.01, 0.003]
/** Steps below this need thousands to change anything; where few steps were taken at all, ten thousands. */
const [short, veryShort] = [3e-4, 1e-4]
const fewSteps = 50
/** A run that carried its weights less than this share of their length has hardly moved. */
const hardlyMoved = 0.05
/** From here on a length is said as times another, not as a share of it. */
const manyTimes = 10
/** First weights are some tenths: ones that moved by less than this are what they were. */
const hardlyArrives = 0.01
/** The share of a loss that is less than its batches waver by. */
const hardlyFalls = 0.02
/** A rate that trains on scaled data as a rule: what keeps a loss up at it is something else. */
const commonRate = { adaptive: 1e-3, descent: 1e-2 }

export const learningRateTooLow: Cause = {
  id: 'learning-rate-too-low',
  explains: ['not-learning', 'learned-less'],
  words: {
    en: {
      'name': 'a low learning rate',
      'summary': 'The learning rate {rate:said} is too low: one step moves the weights by {update:figure} of their length, and {steps:count} steps carried them {relative:percent} of it.',
      'summary.watched': 'The learning rate {rate:figure} is too low: in {steps:count} steps of about that length no weight can move by more than {most:figure}.',
      'summary.small': 'The learning rate {rate:figure} is too low: where gradients are no larger than about 1, {steps:count} steps move no weight by more than {most:figure}.',
      'summary.gradient': 'The learning rate {rate:figure} is too low: against a gradient whose norm is {norm:figure}, {steps:count} steps can take off about {fall:figure} of a loss of {loss:figure}.',
      'fix': 'steps long enough to arrive',
      'ruled-out': 'the weights moved by {relative:percent} of their length',
      'ruled-out.far': 'the weights moved by {relative:figure} times their length',
    },
    zh: {
      'name': '学习率过低',
      'summary': '学习率 {rate:said} 过低：一步只移动权重长度的 {update:figure}，{steps:count} 步共移动 {relative:percent}。',
      'summary.watched': '学习率 {rate:figure} 过低：每步约走这么长，{steps:count} 步中任何权重的移动都不会超过 {most:figure}。',
      'summary.small': '学习率 {rate:figure} 过低：梯度若不超过 1 左右，{steps:count} 步中任何权重的移动都不会超过 {most:figure}。',
      'summary.gradient': '学习率 {rate:figure} 过低：梯度的范数为 {norm:figure}，{steps:count} 步只能使 {loss:figure} 的损失下降约 {fall:figure}。',
      'fix': '步长足够长，才走得到',
      'ruled-out': '权重移动了自身长度的 {relative:percent}',
      'ruled-out.far': '权重移动了自身长度的 {relative:figure} 倍',
    },
  },
  check({ experiment, start, movement, case: { final } }) {
    const { settings: { optimizer }, steps } = experiment
    const { learningRate } = optimizer
    // Momentum adds steps up.
    const lasting = start.update / (1 - ('momentum' in optimizer ? optimizer.momentum : 0))
    if (movement === null || !(movement.relative < hardlyMoved) || !(lasting < (steps <= fewSteps ? veryShort : short)) || start.update === 0) return null
    const facts = { rate: learningRate, update: start.update, steps: final?.step ?? 0, relative: movement.relative }
    const fixes = [long, usual, 3 * long].map(wanted => rateFix(experiment, (learningRate * wanted) / lasting, say('fix')))
    return { weight: 0.63, summary: say('summary', { ...facts, rate: [rateSaid(experiment)] }), cells: [], evidence: facts, tryThis: attemptsOf(fixes), cured, chance: null, fixes }
  },
  watched(facts) {
    const { run } = facts
    const { declared: { learningRate: rate, optimizer = '' } } = run
    const flat = flatOf(facts)
    if (flat === null || rate === undefined || !(rate > 0)) return null
    if (rate >= (optimizer !== '' && mayDivide(run) ? commonRate.adaptive : commonRate.descent)) return null
    const steps = mostSteps(run)
    const norms = run.last.flatMap(({ gradients }) => (gradients?.norm === null || gradients?.norm === undefined ? [] : [gradients.norm]))
    const [norm = null] = norms.slice(-1)
    const adaptive = optimizer !== '' && mayDivide(run)
    const fixes = [codeFix(say('fix'), `learning_rate = ${adaptive ? commonRate.adaptive : commonRate.descent}`, `learningRate = ${adaptive ? commonRate.adaptive : commonRate.descent};`)]
    if (adaptive || norm === null) {
      const found = { rate, steps, most: rate * steps }
      // Adam's step is about the rate for each weight; that of gradient descent goes with a gradient that nobody showed.
      return found.most < (adaptive ? 2 : 1) * hardlyArrives ? { ...plainFinding, weight: adaptive ? 0.74 : 0.6, summary: say(adaptive ? 'summary.watched' : 'summary.small', found), evidence: found, fixes } : null
    }
    const found = { rate, norm, steps, loss: flat.loss, fall: rate * norm ** 2 * steps }
    return found.fall < hardlyFalls * flat.loss && norm > 0 ? { ...plainFinding, weight: 0.76, summary: say('summary.gradient', found), evidence: found, fixes } : null
  },
  ruleOut: ({ movement, incident }) => (incident === null && movement !== null && movement.relative > 0.1 ? say(movement.relative > manyTimes ? 'ruled-out.far' : 'ruled-out', { relative: movement.relative }) : null),
}
