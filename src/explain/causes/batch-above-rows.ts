/** A batch larger than the table: each epoch is a single step, and a few epochs are a few steps. docs/causes/batch-above-rows.md */
import { cured } from '../calm.ts'
import { say, type Cause } from '../finding.ts'
import { attemptsOf, settingsFix } from '../fixes.ts'

/** So few steps are too few for most networks. */
const few = 100

export const batchAboveRows: Cause = {
  id: 'batch-above-rows',
  explains: ['not-learning', 'learned-less'],
  words: {
    en: {
      'name': 'batch and rows',
      'summary': 'A batch of {batch:count} is more than the {rows:count} training rows: each of the {epochs:count} epochs is a single step, {steps:count} in all.',
      'fix': '{steps:count} steps in the same epochs',
      'ruled-out': 'the batch, {batch:count}, is less than the {rows:count} rows',
    },
    zh: {
      'name': '批大小与行数',
      'summary': '批大小 {batch:count} 超过 {rows:count} 个训练行：{epochs:count} 轮每轮只有一步，总共 {steps:count} 步。',
      'fix': '同样的轮数有 {steps:count} 步',
      'ruled-out': '批大小 {batch:count} 小于 {rows:count} 行',
    },
  },
  check({ experiment: { settings, training, steps } }) {
    const rows = training.rows.length
    const { batchSize, epochs } = settings
    if (batchSize <= rows || epochs === undefined || steps > few) return null
    const sizes = [32, 8].filter(size => size < rows)
    const fixes = sizes.map(size => settingsFix({ batchSize: size }, say('fix', { steps: epochs * Math.ceil(rows / size) }), {
      flags: [`--batch ${size}`], python: `batch_size = ${size}`, matlab: `batchSize = ${size};`,
    }))
    return {
      weight: 0.71, summary: say('summary', { batch: batchSize, rows, epochs, steps }), cells: [], foreseen: true, evidence: { batch: batchSize, rows, steps },
      tryThis: attemptsOf(fixes), cured, chance: null, fixes,
    }
  },
}
