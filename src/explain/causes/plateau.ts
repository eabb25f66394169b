/** A schedule that takes the learning rate away before the loss has come down. docs/causes/plateau.md */
import { learningRateAt } from '../../training/schedules.ts'
import { cured } from '../calm.ts'
import { say, type Cause } from '../finding.ts'
import { attemptsOf, settingsFix } from '../fixes.ts'
import type { Experiment } from '../../training/experiment.ts'

/** A run whose rates sum to less than this share of the full rate's sum has had hardly a step. */
const hardly = 0.1

export const plateau: Cause = {
  id: 'plateau',
  explains: ['not-learning', 'learned-less'],
  words: {
    en: {
      'name': 'schedule',
      'summary': 'The {schedule} schedule takes the rate from {from:figure} to {to:figure} by half of the run: its {steps:count} steps are worth {worth:figure} at the full rate, and the loss stays where it then was.',
      'fix': 'the rate stays, or falls over the whole run',
      'ruled-out': 'the rates of its steps sum to {share:percent} of the full rate',
    },
    zh: {
      'name': '学习率计划',
      'summary': '{schedule} 计划在训练过半时已把学习率从 {from:figure} 降到 {to:figure}：{steps:count} 步只相当于全学习率的 {worth:figure} 步，损失就停在当时的位置。',
      'fix': '学习率保持不变，或在整个训练中下降',
      'ruled-out': '各步学习率之和是全学习率的 {share:percent}',
    },
  },
  check({ experiment }) {
    const { settings: { schedule, optimizer }, steps } = experiment
    const share = shareOfRates(experiment)
    if (schedule.name === 'constant' || !(share < hardly)) return null
    const half = learningRateAt(schedule, optimizer.learningRate, Math.ceil(steps / 2), steps)
    const fixes = [
      settingsFix({ schedule: { name: 'constant' } }, say('fix'), { flags: ['--schedule constant'] }),
      settingsFix({ schedule: { name: 'cosine' } }, say('fix'), { flags: ['--schedule cosine'] }),
    ]
    return {
      weight: 0.72, summary: say('summary', { schedule: schedule.name, from: optimizer.learningRate, to: half, steps, worth: share * steps }), cells: [], foreseen: true,
      evidence: { schedule: schedule.name, share, half }, tryThis: attemptsOf(fixes), cured, chance: null, fixes,
    }
  },
  ruleOut: ({ experiment, incident }) => (incident === null && experiment.settings.schedule.name !== 'constant' ? say('ruled-out', { share: shareOfRates(experiment) }) : null),
}

/** The sum of the steps' rates over that of the full rate. */
function shareOfRates({ settings: { schedule }, steps }: Experiment): number {
  let sum = 0
  for (let step = 1; step <= steps; step++) sum += learningRateAt(schedule, 1, step, steps)
  return sum / steps
}
