/** A loss summed over the batch: gradients, and so steps, grow with the batch size. docs/causes/summed-loss.md */
import type { Change } from '../../record/change.ts'
import { falls } from '../calm.ts'
import { say, type Cause } from '../finding.ts'
import { settingFix } from '../fixes.ts'
import { codeFix, plainFinding } from '../watched/findings.ts'
import { flatOf } from '../watched/flat.ts'
import { bySize, meanAtFirst, sumAtFirst } from '../watched/summed.ts'
import { grew, heldRows, lowestUsual, ranAway, rowsOf } from '../watched/timing.ts'

export const summedLoss: Cause = {
  id: 'summed-loss',
  explains: ['non-finite', 'not-learning', 'learned-less'],
  words: {
    en: {
      'name': 'summed loss',
      'summary': 'The loss is a sum over the batch, not a mean: a batch of {batch:count} takes steps {batch:count} times as long as one row does.',
      'fix': 'the mean over the batch, so that the batch size no longer sets the step',
      'ruled-out': 'the loss is a mean over the batch, so its step does not grow with it',
      'summary.watched': 'The loss seems to be a sum over the batch: in a batch of {batch:count} the first one, {first:figure}, is {times:figure} times that of one row, {one:figure}, where a mean would have begun. Then steps grow with the batch size.',
      'summary.scaled': 'The loss seems to be a sum over the batch: in a batch of {batch:count} the first one, {first:figure}, is {times:figure} times that of one row where targets are scaled to deviation 1, {one:figure}, and a mean would not begin so high. Then steps grow with the batch size.',
      'summary.sizes': 'The loss is a sum over the batch: a batch of {rows:count} rows has {ratio:figure} times the loss of those of {batch:count} beside it, where a mean would be about the same. Then steps grow with the batch size.',
      'ruled-out.sizes': 'a batch of {rows:count} rows has {ratio:figure} times the loss of those of {batch:count} beside it, as a mean has',
      'ruled-out.first': 'the first loss, {first:figure}, is about that of one row, not of {batch:count}',
    },
    zh: {
      'name': '损失求和',
      'summary': '损失是批内求和而不是平均：批大小 {batch:count} 时，步长是单行的 {batch:count} 倍。',
      'fix': '按批取平均，步长不再随批大小变化',
      'ruled-out': '损失按批取平均，步长不随批大小增大',
      'summary.watched': '损失似乎是批内求和：批大小为 {batch:count}，第一个损失 {first:figure} 是单行损失 {one:figure} 的 {times:figure} 倍，而平均值会从单行损失开始。这样步长会随批大小增大。',
      'summary.scaled': '损失似乎是批内求和：批大小为 {batch:count}，目标若缩放到标准差 1，第一个损失 {first:figure} 是单行损失 {one:figure} 的 {times:figure} 倍，而平均值不会从这么高开始。这样步长会随批大小增大。',
      'summary.sizes': '损失是批内求和：{rows:count} 行的批的损失是旁边 {batch:count} 行的批的 {ratio:figure} 倍，而平均值应大致相同。这样步长会随批大小增大。',
      'ruled-out.sizes': '{rows:count} 行的批的损失是旁边 {batch:count} 行的批的 {ratio:figure} 倍，与平均值相符',
      'ruled-out.first': '第一个损失 {first:figure} 约为单行的损失，而不是 {batch:count} 行的',
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
  watched(facts) {
    const { run, badCells } = facts
    const { declared, batch, curve } = run
    const trouble = grew(run) || ranAway(run)
    if (declared.reduction === 'mean' || batch === null || batch < 2 || (run.failure === null && !trouble && flatOf(facts) === null) || heldRows(run, rowsOf(badCells)).atFailure) return null
    const fixes = [codeFix(say('fix'), 'loss = np.sum(terms) / len(terms)', 'loss = sum(terms) / numel(terms);')]
    if (declared.reduction === 'sum') return { ...plainFinding, weight: trouble ? 0.78 : 0.5, summary: say('summary', { batch }), evidence: { batch, growth: curve.growth }, fixes }
    const sizes = bySize(run)
    const first = sumAtFirst(facts)
    if (sizes?.sum === false || (sizes === null && first === null)) return null
    if (run.failure !== null && !trouble) return null
    // Steps that were too long from the start on would not have let it fall first.
    const late = !trouble || lowestUsual(run).loss < 0.3 * curve.first
    if (sizes !== null) {
      const found = { batch, rows: sizes.rows, ratio: sizes.ratio }
      return { ...plainFinding, weight: late ? 0.68 : 0.82, summary: say('summary.sizes', found), evidence: found, fixes }
    }
    if (first === null) return null
    const { level, times } = first
    const found = { batch, first: curve.first, one: level.loss, times }
    const weight = late ? 0.55 : level.scaled && !(times > 0.5 * batch && times < 2.5 * batch) ? 0.62 : 0.72
    return { ...plainFinding, weight, summary: say(level.scaled ? 'summary.scaled' : 'summary.watched', found), evidence: found, fixes }
  },
  ruleOutWatched(facts) {
    const { run } = facts
    const { batch, curve, declared } = run
    if (batch === null || batch < 2 || declared.reduction === 'mean' || !(grew(run) || ranAway(run))) return null
    const sizes = bySize(run)
    if (sizes?.sum === false) return say('ruled-out.sizes', { rows: sizes.rows, ratio: sizes.ratio, batch })
    return batch >= 16 && meanAtFirst(facts) ? say('ruled-out.first', { first: curve.first, batch }) : null
  },
}
