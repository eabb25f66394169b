/** The run ended while its loss was still on its way down. docs/causes/too-few-steps.md */
import { cured } from '../calm.ts'
import { say, type Cause } from '../finding.ts'
import { attemptsOf, settingsFix } from '../fixes.ts'

/** A run that learned something is only asked where it had no more steps than this. */
const few = 50
/** The way that training commonly takes weights, in lengths of them. */
const usualWay = 3

export const tooFewSteps: Cause = {
  id: 'too-few-steps',
  explains: ['not-learning', 'learned-less'],
  words: {
    en: {
      'name': 'number of steps',
      'summary': '{steps:count} steps are too few: one moves the weights by {update:figure} of their length, and all of them carried the weights {relative:percent} of it.',
      'fix': 'time to arrive',
      'ruled-out': '{steps:count} steps were taken',
    },
    zh: {
      'name': '步数',
      'summary': '{steps:count} 步太少：每步只移动权重长度的 {update:figure}，总共移动了 {relative:percent}。',
      'fix': '有足够的时间收敛',
      'ruled-out': '共走了 {steps:count} 步',
    },
  },
  check({ experiment: { steps }, start, movement, fitness, curve }) {
    const { update } = start
    if (movement === null || !(update > 0) || !Number.isFinite(update) || update > 0.2 || !(movement.relative < 1)) return null
    if (steps > few && (fitness.worst <= 0.98 || steps * update > 1)) return null
    // Over a few steps the batches differ by more than the loss falls; the replay tells.
    if (!(curve.end < curve.start) && steps > few) return null
    const enough = Math.min(Math.max(Math.ceil(usualWay / update), 10 * steps), 5000)
    const fixes = [enough, 4 * enough].filter(wanted => wanted > 2 * steps).map(wanted => settingsFix({ steps: wanted }, say('fix'), { flags: [`--steps ${wanted}`], python: `steps = ${wanted}`, matlab: `steps = ${wanted};` }))
    return {
      weight: steps <= few ? 0.62 : 0.45, summary: say('summary', { steps, update, relative: movement.relative }), cells: [], evidence: { steps, update, relative: movement.relative },
      tryThis: attemptsOf(fixes), cured, chance: null, fixes,
    }
  },
  ruleOut: ({ incident, curve }) => (incident === null && curve.steps > 1000 ? say('ruled-out', { steps: curve.steps }) : null),
}
