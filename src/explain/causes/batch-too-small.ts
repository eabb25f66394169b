/** Batches of a row or two at a rate for many: each step follows its row's noise, and the weights wander about the minimum. docs/causes/batch-too-small.md */
import { cured } from '../calm.ts'
import { say, type Cause } from '../finding.ts'
import { attemptsOf, settingsFix } from '../fixes.ts'
import { rateSaid } from '../rates.ts'

const fewRows = 4
/** Data losses of single batches that differ by this much from one to the next, as a share of their size, are mostly noise. */
const noisy = 0.5

export const batchTooSmall: Cause = {
  id: 'batch-too-small',
  explains: ['not-learning', 'learned-less'],
  words: {
    en: {
      'name': 'batch size',
      'summary': 'Batches of {batch:count} are too small for a rate of {rate:said}: from one to the next the loss differs by {jumps:percent}, and steps follow that noise.',
      'fix': 'averages over {batch:count} rows, and with them less noise',
      'ruled-out': 'a batch averages over {batch:count} rows',
    },
    zh: {
      'name': '批太小',
      'summary': '批大小 {batch:count} 对学习率 {rate:said} 来说太小：相邻两批的损失相差 {jumps:percent}，步子跟着噪声走。',
      'fix': '对 {batch:count} 行取平均，噪声更小',
      'ruled-out': '每批对 {batch:count} 行取平均',
    },
  },
  check({ experiment, curve, incident, start }) {
    const { settings, batchSize, training } = experiment
    if (incident !== null || batchSize > fewRows || training.rows.length < 10 * batchSize || !(curve.jumps > noisy) || settings.optimizer.name !== 'sgd') return null
    const fixes = [64, 256].filter(size => size <= training.rows.length).map(size => settingsFix({ batchSize: size }, say('fix', { batch: size }), {
      flags: [`--batch ${size}`], python: `batch_size = ${size}`, matlab: `batchSize = ${size};`,
    }))
    const facts = { batch: batchSize, rate: settings.optimizer.learningRate, jumps: curve.jumps, update: start.update }
    return { weight: 0.64, summary: say('summary', { ...facts, rate: [rateSaid(experiment)] }), cells: [], evidence: facts, tryThis: attemptsOf(fixes), cured, chance: null, fixes }
  },
  ruleOut: ({ incident, experiment: { batchSize } }) => (incident === null && batchSize > fewRows ? say('ruled-out', { batch: batchSize }) : null),
}
