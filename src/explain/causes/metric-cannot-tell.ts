/** A figure that looks good for a network that knows nothing: accuracy where nearly all rows are of one class. docs/causes/metric-cannot-tell.md */
import type { Change } from '../../record/change.ts'
import type { Options } from '../../network/recipes.ts'
import { calm } from '../calm.ts'
import type { Evidence } from '../evidence.ts'
import { say, type Cause } from '../finding.ts'
import { learnedOf } from '../learned.ts'
import { held } from '../../backends/stored.ts'

/** From this share on, always answering the most frequent class looks like success. */
const mostlyOne = 0.9

export const metricCannotTell: Cause = {
  id: 'metric-cannot-tell',
  explains: ['not-learning', 'learned-less'],
  words: {
    en: {
      'name': 'a metric that cannot tell',
      'summary': '{share:percent} of the rows are of the class {label}, so answering that without looking is right {share:percent} of the time; the network is right {accuracy:percent} of the time, and tells the classes apart no better than that.',
      'proof': 'With {change:said} it does tell them apart by step {steps:count}: it is right {after:percent} of the time and gains {skill:share} of what there is to gain. The accuracy hardly moved; it could not tell.',
      'fix': 'trains until the classes are told apart; and judge by the share gained over the most frequent class, or by log-loss, not by accuracy',
      'ruled-out': 'the most frequent class has {share:percent} of the rows',
    },
    zh: {
      'name': '分辨不出好坏的指标',
      'summary': '{share:percent} 的行属于类别 {label}，不看数据总答它也有 {share:percent} 正确；网络的正确率为 {accuracy:percent}，并不比这更能区分类别。',
      'proof': '改为{change:said}，到第 {steps:count} 步它确实能区分：正确率 {after:percent}，取得可得部分的 {skill:share}。正确率几乎没变，它分辨不出好坏。',
      'fix': '训练到能够区分类别为止；并以相对最常见类别的增益或对数损失来评判，而不是正确率',
      'ruled-out': '最常见的类别占 {share:percent} 的行',
    },
  },
  check(evidence) {
    const frequent = mostFrequent(evidence)
    const { skill } = evidence.fitness.training
    // Right about as often as the most frequent class is: else the accuracy does tell.
    if (frequent === null || frequent.share < mostlyOne || !(skill < 0.3) || !(skill * (1 - frequent.share) > -0.02)) return null
    const { settings: { steps }, steps: planned } = evidence.experiment
    const set: Options = {
      optimizer: { name: 'adam', learningRate: 0.01 }, schedule: { name: 'constant' }, standardize: true, ...(steps === undefined ? {} : { steps: Math.max(planned, 1500) }),
    }
    const change: Change = { kind: 'settings', set }
    const accuracy = frequent.share + skill * (1 - frequent.share)
    return {
      weight: 0.87, summary: say('summary', { ...frequent, accuracy }), cells: [], evidence: { share: frequent.share, accuracy, skill }, tryThis: [[change]], chance: null,
      cured: replay => calm(replay) && learnedOf(replay.experiment, replay.final).skill > Math.max(0.3, skill + 0.2),
      proofSays: ({ experiment, final }) => {
        const after = learnedOf(experiment, final).skill
        return say('proof', { skill: after, after: frequent.share + after * (1 - frequent.share) })
      },
      fixes: [{
        flags: ['--optimizer adam', '--rate 0.01', ...(set.steps === undefined ? [] : [`--steps ${set.steps}`])], changes: [change], says: say('fix'),
        code: { python: 'gain = (np.mean(guess == y) - share) / (1 - share)  # share: of the most frequent class', matlab: 'gain = (mean(guess == y) - share) / (1 - share);  % share: of the most frequent class' },
      }],
    }
  },
  ruleOut(evidence) {
    const frequent = evidence.incident === null ? mostFrequent(evidence) : null
    return frequent === null || frequent.share >= mostlyOne ? null : say('ruled-out', { share: frequent.share })
  },
}

/** The class that most training rows have, and their share; null for measurements. */
function mostFrequent({ experiment: { encoding, training } }: Evidence): { label: string; share: number } | null {
  const dataset = held(training.dataset)
  const { target } = encoding
  if (target.kind !== 'class') return null
  const counts = new Map<number, number>()
  for (let row = 0; row < dataset.rows; row++) {
    const values = dataset.targets.subarray(row * dataset.outputs, (row + 1) * dataset.outputs)
    const label = dataset.outputs === 1 ? Math.round(values[0] ?? 0) : values.indexOf(1)
    counts.set(label, (counts.get(label) ?? 0) + 1)
  }
  const [label, count] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a), [-1, 0])
  return { label: String(target.labels[label] ?? label), share: count / Math.max(dataset.rows, 1) }
}
