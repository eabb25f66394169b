/** A loss summed over the batch: gradients, and so steps, grow with the batch size. docs/causes/summed-loss.md */
import type { Change } from '../../record/change.ts'
import { falls } from '../calm.ts'
import { say, type Cause } from '../finding.ts'
import { settingFix } from '../fixes.ts'
import { codeFix, plainFinding } from '../watched/findings.ts'
import { grew, heldRows, ranAway, rowsOf } from '../watched/timing.ts'

export const summedLoss: Cause = {
  id: 'summed-loss',
  explains: ['non-finite', 'not-learning', 'learned-less'],
  words: {
    en: {
      'name': 'summed loss',
      'summary': 'The loss is a sum over the batch, not a mean: a batch of {batch:count} takes steps {batch:count} times as long as one row does.',
      'fix': 'the mean over the batch, so that the batch size no longer sets the step',
      'ruled-out': 'the loss is a mean over the batch, so its step does not grow with it',
      'summary.watched': 'The loss seems to be a sum over the batch: the first one, {first:figure}, is about {batch:count} times that of one row, {one:figure}. Then steps grow with the batch size.',
    },
    zh: {
      'name': '损失求和',
      'summary': '损失是批内求和而不是平均：批大小 {batch:count} 时，步长是单行的 {batch:count} 倍。',
      'fix': '按批取平均，步长不再随批大小变化',
      'ruled-out': '损失按批取平均，步长不随批大小增大',
      'summary.watched': '损失似乎是批内求和：第一个损失 {first:figure} 约为单行损失 {one:figure} 的 {batch:count} 倍。这样步长会随批大小增大。',
    },
  },
  check(evidence) {
    const { experiment: { settings, batchSize }, trace, incident } = evidence
    if (settings.reduction !== 'sum' || batchSize === 1 || trace?.birth?.kind === 'data') return null
    const { curve, start, end } = evidence
    // A sum with a rate that suits it is as good as a mean.
    if (incident === null && !(Math.max(start.update, end?.update ?? 0) > 0.05)) return null
    const change: Change = { kind: 'settings', set: { reduction: 'mean' } }
    return {
      weight: settings.optimizer.name === 'sgd' ? 0.7 : 0.35, summary: say('summary', { batch: batchSize }), cells: [],
      evidence: { batch: batchSize, growth: curve.growth }, tryThis: [[change]], cured: falls, chance: null,
      fixes: [settingFix(['--reduction mean'], change, say('fix'), { python: 'loss = np.sum(terms) / len(terms)', matlab: 'loss = sum(terms) / numel(terms);' })],
    }
  },
  ruleOut: ({ experiment: { settings } }) => (settings.reduction === 'mean' && settings.optimizer.name === 'sgd' ? say('ruled-out') : null),
  watched({ run, columns, classes, badCells }) {
    const { failure, declared, batch, curve } = run
    if (declared.reduction === 'mean' || batch === null || batch < 2 || (failure === null && !ranAway(run)) || heldRows(run, rowsOf(badCells)).atFailure) return null
    const fixes = [codeFix(say('fix'), 'loss = np.sum(terms) / len(terms)', 'loss = sum(terms) / numel(terms);')]
    if (declared.reduction === 'sum') return { ...plainFinding, weight: grew(run) || ranAway(run) ? 0.78 : 0.5, summary: say('summary', { batch }), evidence: { batch, growth: curve.growth }, fixes }
    // A network that knows nothing yet answers about 0: a row's loss is then about the target's mean square, or log of the classes.
    const target = columns.find(({ part }) => part === 'target')
    const one = classes > 1 ? Math.log(classes) : target === undefined ? Number.NaN : target.mean ** 2 + target.deviation ** 2
    const times = curve.first / one
    if (!(batch >= 16) || !(times > 0.35 * batch && times < 4 * batch) || !(grew(run) || ranAway(run))) return null
    // Steps that were too long from the start on would not have let it fall first.
    const fellFirst = curve.lowest < 0.3 * curve.first
    return { ...plainFinding, weight: fellFirst ? 0.55 : 0.72, summary: say('summary.watched', { batch, first: curve.first, one }), evidence: { batch, first: curve.first, one }, fixes }
  },
}
