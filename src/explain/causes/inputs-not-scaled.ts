/** Inputs of very different or very large size: the curvature along them is their mean square, and a rate that suits the small ones overshoots. docs/causes/inputs-not-scaled.md */
import type { Experiment } from '../../training/experiment.ts'
import { optimizerName } from '../bounds.ts'
import { cured } from '../calm.ts'
import type { Evidence } from '../evidence.ts'
import { dynamicsAtStart, saturatedLayer } from '../dynamics.ts'
import { say, type Cause, type Said } from '../finding.ts'
import { attemptsOf } from '../fixes.ts'
import { rateSaid } from '../rates.ts'
import { inputsOvershoot, longestStep, scalingFix, worseScale, type OutOfScale } from '../scales.ts'
import { codeFix, plainFinding } from '../watched/findings.ts'
import type { WatchedRun } from '../watched/run.ts'
import { firstEpochBroke, grew, heldRows, mayDivide, ranAway, rowsOf, tookOff } from '../watched/timing.ts'

export const inputsNotScaled: Cause = {
  id: 'inputs-not-scaled',
  explains: ['non-finite', 'not-learning', 'learned-less'],
  words: {
    en: {
      'name': 'scale of the inputs',
      'summary': 'The inputs are not scaled: {column} has a root mean square of {size:figure}, which makes steps {times:figure} times too long.',
      'summary.adaptive': 'The inputs are not scaled: {column} has a root mean square of {size:figure}, so its weights have to be about {weight:figure}, and a step of {optimizer} is about {rate:said} long whatever the gradient.',
      'summary.saturated': 'The inputs are not scaled: {column} has a root mean square of {size:figure}, and from the first step on {saturated:percent} of the {units:count} {activation} units of hidden layer {layer} stand at a bound for nearly every row, where their slope is next to 0.',
      'fix': 'inputs and targets to mean 0 and deviation 1',
      'summary.watched': 'If the program does not scale its inputs: {column} has a root mean square of {size:figure}, which makes steps along a plain gradient {times:figure} times too long, and the loss grew by a factor of {growth:figure} a step.',
      'summary.epoch': 'If the program does not scale its inputs: {column} has a root mean square of {size:figure}, which makes steps along a plain gradient {times:figure} times too long, and the last finite loss is {last:figure}.',
      'summary.first-epoch': 'The first epoch was not finite, and every number of the table that is used is. If the program does not scale its inputs: {column} has a root mean square of {size:figure}, which makes steps along a plain gradient {times:figure} times too long.',
      'summary.ran-away': 'If the program does not scale its inputs: {column} has a root mean square of {size:figure}, which makes steps along a plain gradient {times:figure} times too long, and the loss went from {first:figure} to {last:figure}.',
    },
    zh: {
      'name': '输入的尺度',
      'summary': '输入没有标准化：{column} 的均方根为 {size:figure}，使步长大了 {times:figure} 倍。',
      'summary.adaptive': '输入没有标准化：{column} 的均方根为 {size:figure}，它的权重应在 {weight:figure} 左右，而 {optimizer} 的一步不论梯度多大都约长 {rate:said}。',
      'summary.saturated': '输入没有标准化：{column} 的均方根为 {size:figure}，从第一步起，隐藏层 {layer} 的 {units:count} 个 {activation} 单元中有 {saturated:percent} 几乎对每一行都停在边界，那里斜率接近 0。',
      'fix': '把输入和目标变换为均值 0、标准差 1',
      'summary.watched': '若程序没有缩放输入：{column} 的均方根为 {size:figure}，使按普通梯度走的步长大了 {times:figure} 倍，而损失每步增大到 {growth:figure} 倍。',
      'summary.epoch': '若程序没有缩放输入：{column} 的均方根为 {size:figure}，使按普通梯度走的步长大了 {times:figure} 倍，而最后一个有限的损失为 {last:figure}。',
      'summary.first-epoch': '第一轮就不是有限的，而表中用到的每个数都有限。若程序没有缩放输入：{column} 的均方根为 {size:figure}，使按普通梯度走的步长大了 {times:figure} 倍。',
      'summary.ran-away': '若程序没有缩放输入：{column} 的均方根为 {size:figure}，使按普通梯度走的步长大了 {times:figure} 倍，而损失从 {first:figure} 变到 {last:figure}。',
    },
  },
  check(evidence) {
    const { trace, incident } = evidence
    if (trace?.birth?.kind === 'data') return null
    const worse = worseScale(evidence)
    if (worse?.part !== 'input') return null
    const input = worse.scale
    const bound = saturatedLayer(evidence.start)
    const fixes = [scalingFix(say('fix'))]
    // A rate that is too high for any data breaks scaled ones too, and the replay says so; a run that broke may be the rate's alone.
    return {
      weight: incident === null && (input.factor > 30 || bound !== undefined || inputsOvershoot(evidence)) ? 0.74 : 0.45, summary: summaryOf(evidence, input), cells: [],
      evidence: { column: input.column, size: input.size }, ...(bound === undefined ? {} : { foreseen: true, averts }),
      tryThis: attemptsOf(fixes), cured, chance: null, fixes,
    }
  },
  watched(facts) {
    const { run, columns, badCells } = facts
    const { failure, declared, curve } = run
    const away = ranAway(run)
    const [off, first] = [tookOff(facts), firstEpochBroke(facts)]
    if (declared.standardize === true || (failure === null ? !away && off === null : !(grew(run) || off !== null || first) || heldRows(run, rowsOf(badCells)).atFailure)) return null
    const inputs = columns.filter(({ part }) => part === 'input').map(({ name, mean, deviation }) => ({ name, size: Math.hypot(mean, deviation) }))
    const largest = inputs.reduce((a, b) => (b.size > a.size ? b : a), { name: '', size: 0 })
    if (!(largest.size > 5)) return null
    const found = { column: largest.name, size: largest.size, times: largest.size ** 2, growth: curve.growth, first: curve.first, last: curve.last }
    return {
      ...plainFinding, weight: first ? 0.52 : declared.standardize === false || overshoots(run, inputs) || (off !== null && largest.size > farTooLarge) ? 0.74 : 0.6,
      summary: say(first ? 'summary.first-epoch' : off !== null && !away ? 'summary.epoch' : away ? 'summary.ran-away' : 'summary.watched', found), evidence: found,
      fixes: [codeFix(say('fix'), 'd = (d - np.nanmean(d, axis=0)) / np.nanstd(d, axis=0)', 'for k = 1:size(T,2), c = T(isfinite(T(:,k)),k); T(:,k) = (T(:,k) - mean(c)) / std(c); end')],
    }
  },
}

/**
 * Whether the rate suits inputs of size 1 and is beyond what these allow plain gradient descent. A rate that nobody said is told by
 * the loss, which grows by (rate times the curvature - 1) squared a step; so fast that nothing but plain descent does it.
 */
function overshoots(run: WatchedRun, inputs: readonly { readonly size: number }[]): boolean {
  const { declared: { learningRate, optimizer }, curve: { growth } } = run
  const curvature = inputs.reduce((sum, { size }) => sum + size ** 2, 1)
  const told = optimizer === undefined && growth > fastGrowth ? (1 + Math.sqrt(growth)) / curvature : null
  const rate = learningRate ?? told
  if (rate === null || (told === null && mayDivide(run))) return false
  return rate * (inputs.length + 1) < longestStep && rate * curvature > longestStep
}

/** Inputs of this size make a step of any usual rate too long along a plain gradient: it would have to be below 2e-4. */
const farTooLarge = 100

/** Steps of Adam and its kin have a length of their own, by which a loss grows as a power of the steps. */
const fastGrowth = 100

/** What the size does: units at their bounds; else steps too long where they go with the gradient, and too coarse where they do not. */
function summaryOf({ start, experiment }: Evidence, { column, size }: OutOfScale): Said {
  const bound = saturatedLayer(start)
  if (bound !== undefined) {
    const { saturated, layer: { units, activation, index } } = bound
    return say('summary.saturated', { column, size, saturated, units, activation, layer: index + 1 })
  }
  const { optimizer } = experiment.settings
  if (optimizer.name === 'sgd') return say('summary', { column, size, times: size ** 2 })
  return say('summary.adaptive', { column, size, weight: 1 / size, rate: [rateSaid(experiment)], optimizer: optimizerName(optimizer) })
}

function averts(changed: Experiment): boolean {
  return saturatedLayer(dynamicsAtStart(changed)) === undefined
}
