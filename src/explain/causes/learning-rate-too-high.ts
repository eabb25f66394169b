/** Steps so long that each overshoots: the loss grows by a factor a step, or jumps about. docs/causes/learning-rate-too-high.md */
import { leastBound, optimizerName } from '../bounds.ts'
import { cured } from '../calm.ts'
import { rose } from '../curve.ts'
import type { Evidence } from '../evidence.ts'
import { say, type Cause, type Finding } from '../finding.ts'
import type { Probe } from '../probe.ts'
import type { Experiment } from '../../training/experiment.ts'
import { attemptsOf, rateFix } from '../fixes.ts'
import { rateSaid } from '../rates.ts'
import { codeFix, plainFinding } from '../watched/findings.ts'
import { firstEpochBroke, grew, heldRows, lowestUsual, mayDivide, ranAway, rowsOf, tookOff } from '../watched/timing.ts'
import type { WatchedFacts } from '../watched/facts.ts'
import type { WatchedRun } from '../watched/run.ts'

/** A step of a hundredth of the weights' length is a long one that still trains. */
const usualStep = 0.01
/** From a fifth on, a handful of steps replaces the weights. */
const longStep = 0.2
/** A loss that rises to so many times where it was, and what the best constant costs, is thrown up by its steps: batches waver by less. */
const overshoot = 2
/** Two, so that other suspects are tried as well: what is a little too long, and what is several times. */
const overshotCuts = [2, 8]

export const learningRateTooHigh: Cause = {
  id: 'learning-rate-too-high',
  explains: ['non-finite', 'not-learning', 'learned-less'],
  words: {
    en: {
      'name': 'learning rate',
      'summary.growth': 'The learning rate {rate:said} is too high: over the last {growing:count} steps the loss grew by a factor of {growth:figure} a step.',
      'summary.step': 'The learning rate {rate:said} is too high: one step moves the weights by {update:figure} times their own length.',
      'summary': 'The learning rate {rate:said} is too high for this network and these data.',
      'summary.grew': 'The learning rate {rate:said} is too high: the loss grew from {lowest:figure} to {last:figure} before it broke.',
      'summary.rose': 'The learning rate {rate:said} is too high: the loss rose again from {lowest:figure} to {last:figure}.',
      'summary.overshot': 'The learning rate {rate:said} is too high: the loss rose from {from:figure} to {to:figure} on its way, where the best constant costs {constant:figure}.',
      'summary.foreseen': 'The learning rate {rate:said} is too high: from the first steps on the loss grows by a factor of {growth:figure} a step.',
      'fix': 'steps short enough for the loss to fall',
      'ruled-out.bounded': 'in the replay {optimizer} moved no weight by more than {largest:figure} a step; overflow would need inputs near {needed:order}',
      'ruled-out': 'in the replay, at the same rate, no weight moved by more than {largest:figure} a step',
      'summary.watched': 'Steps are too long: right before it the loss grew by a factor of {growth:figure} a step (steps in a row: {steps:count}), to {last:figure}. The learning rate is the first thing to lower.',
      'summary.ran-away': 'Steps are too long: instead of falling, the loss went from {first:figure} to {last:figure} in {steps:count} steps. The learning rate is the first thing to lower.',
      'summary.turned': 'Steps became too long: the loss had fallen to {lowest:figure} at step {step:count} and then went to {last:figure}. What changed there, such as a schedule of the learning rate, is to be looked at first.',
      'summary.thrown': 'Steps are too long: the loss, {first:figure} at first, was thrown up to {largest:figure} at step {step:count} before it came down to {last:figure}, and what the first weights were worth is lost. The learning rate is the first thing to lower.',
      'summary.far': 'Steps are too long: the loss ends at {last:figure}, {times:figure} times what a network that knows nothing costs. The learning rate is the first thing to lower.',
      'summary.epoch': 'Steps are too long: the mean loss of epoch {step:count} was {last:figure}, {times:figure} times what a network that knows nothing costs, and after it none was a number. The learning rate is the first thing to lower.',
      'summary.first-epoch': 'The first epoch was not finite, and every number of the table that is used is. Steps that are too long run away within an epoch; the losses of its steps would show whether they grew.',
      'ruled-out.watched': 'the loss did not grow before it; the last finite one was {last:figure}',
    },
    zh: {
      'name': '学习率',
      'summary.growth': '学习率 {rate:said} 过高：最后 {growing:count} 步中损失每步增大到 {growth:figure} 倍。',
      'summary.step': '学习率 {rate:said} 过高：一步就把权重移动了自身长度的 {update:figure} 倍。',
      'summary': '学习率 {rate:said} 对这个网络和这些数据来说过高。',
      'summary.grew': '学习率 {rate:said} 过高：出错之前损失从 {lowest:figure} 增大到 {last:figure}。',
      'summary.rose': '学习率 {rate:said} 过高：损失又从 {lowest:figure} 升到 {last:figure}。',
      'summary.overshot': '学习率 {rate:said} 过高：训练途中损失从 {from:figure} 升到 {to:figure}，而最好的常数只需 {constant:figure}。',
      'summary.foreseen': '学习率 {rate:said} 过高：从最初几步起，损失每步增大到 {growth:figure} 倍。',
      'fix': '步长足够短，损失才会下降',
      'ruled-out.bounded': '重放中 {optimizer} 每步移动权重不超过 {largest:figure}；要溢出，输入须接近 {needed:order}',
      'ruled-out': '重放中学习率不变，每步移动权重不超过 {largest:figure}',
      'summary.watched': '步长过大：此前连续 {steps:count} 步损失每步增大到 {growth:figure} 倍，直到 {last:figure}。应先降低学习率。',
      'summary.ran-away': '步长过大：损失没有下降，{steps:count} 步内反而从 {first:figure} 升到 {last:figure}。应先降低学习率。',
      'summary.turned': '步长变得过大：损失在第 {step:count} 步曾降到 {lowest:figure}，此后却升到 {last:figure}。应先看那里发生了什么变化，例如学习率的调度。',
      'summary.thrown': '步长过大：损失起初为 {first:figure}，在第 {step:count} 步被抛到 {largest:figure}，之后才降到 {last:figure}，初始权重的作用已经失去。应先降低学习率。',
      'summary.far': '步长过大：损失最后为 {last:figure}，是一无所知的网络的 {times:figure} 倍。应先降低学习率。',
      'summary.epoch': '步长过大：第 {step:count} 轮的平均损失为 {last:figure}，是一无所知的网络的 {times:figure} 倍，此后的损失都不是数。应先降低学习率。',
      'summary.first-epoch': '第一轮就不是有限的，而表中用到的每个数都有限。过大的步长在一轮之内就会失控；该轮各步的损失可以显示是否在增大。',
      'ruled-out.watched': '此前损失没有增长；最后一个有限的损失是 {last:figure}',
    },
  },
  check(evidence) {
    if (evidence.trace?.birth?.kind === 'data') return null
    const { experiment: { settings }, curve, incident, fitness, start } = evidence
    const { optimizer } = settings
    if (evidence.probe?.grows === true) return foreseenFinding(evidence.experiment, evidence.probe)
    const grows = incident !== null && curve.growth > 1.05 && curve.growing >= 2
    // At the end of a run that broke weights move by anything; what its steps were like shows at its start.
    const update = incident === null ? longestStep(evidence) : start.update
    const grew = incident !== null && curve.last > 1e3 * curve.lowest
    const isLong = update > longStep
    const jumps = curve.jumps > 0.3 || fitness.worst > 1.5
    const climbed = incident === null && rose(curve)
    const overshot = incident === null && curve.rise.to > overshoot * Math.max(curve.rise.from, fitness.training.baseline)
    if (incident === null ? !isLong && !climbed && !overshot && !(jumps && fitness.worst > 1) : !grows && !isLong && optimizer.name !== 'sgd') return null
    const { learningRate } = optimizer
    const facts = { rate: learningRate, growth: curve.growth, growing: curve.growing, update, lowest: curve.lowest, last: curve.last, ...curve.rise, constant: fitness.training.baseline }
    const fixes = (overshot && !isLong ? overshotCuts : cutsFor(update, incident !== null)).map(cut => rateFix(evidence.experiment, learningRate / cut, say('fix')))
    return {
      // Above what knowing nothing costs, steps carried it past where they began.
      weight: climbed ? 0.72 : overshot ? 0.7 : isLong && incident === null ? (update > 1 ? 0.66 : 0.6) : stepIsTooLong(evidence) ? 0.49 : 0.4,
      summary: say(grows ? 'summary.growth' : isLong ? 'summary.step' : grew ? 'summary.grew' : climbed ? 'summary.rose' : overshot ? 'summary.overshot' : 'summary', { ...facts, rate: [rateSaid(evidence.experiment)] }), cells: [], ...(start.update > 1 ? { foreseen: true } : {}), evidence: facts, tryThis: attemptsOf(fixes), cured, chance: null, fixes,
    }
  },
  ruleOut({ bounds, incident, experiment: { settings: { optimizer } } }, { cured: replayed }) {
    if (incident === null || replayed === null || replayed.replay.changes.some(({ kind }) => kind === 'settings')) return null
    const facts = { largest: replayed.replay.largestUpdate, needed: leastBound(bounds) ?? 0, optimizer: optimizerName(optimizer) }
    return say(leastBound(bounds) === null ? 'ruled-out' : 'ruled-out.bounded', facts)
  },
  watched(facts) {
    const { run } = facts
    const { curve, failure, declared: { learningRate } } = run
    const away = ranAway(run)
    const within = away ? null : inEpoch(facts)
    if (within !== null) return within
    if (failure === null && !away && overshotTo(facts) !== null) return overshotFinding(facts)
    if (failure === null ? !away : !grew(run) || heldRows(run, rowsOf(facts.badCells)).atFailure) return null
    const found = { steps: away ? run.steps : curve.growing, growth: curve.growth, first: curve.first, last: curve.last }
    const turned = turnedAt(run)
    const summary = turned !== null ? say('summary.turned', { ...turned, last: curve.last }) : say(away ? 'summary.ran-away' : 'summary.watched', found)
    const cut = cutFor(curve.growth)
    const rate = learningRate === undefined ? `learning_rate / ${cut}` : String(learningRate / cut)
    return { ...plainFinding, weight: 0.7, summary, evidence: found, fixes: [codeFix(say('fix'), `learning_rate = ${rate}`, `learningRate = ${rate.replace('_r', 'R')};`)] }
  },
  // A loss that rose at all is no witness that it did not.
  ruleOutWatched: ({ run }) => (run.failure === null || run.losses.length < 3 || run.curve.last > run.curve.first || grew(run) ? null : say('ruled-out.watched', { last: run.curve.last })),
}

/** A loss that rose to so many times all that knowing nothing costs was thrown there by its steps. */
const thrown = 100
const stillHigh = 10
const leastHigh = 3

/** The largest loss of a run that stayed finite, where it was thrown up on its way; null where it was not. */
function overshotTo({ run: { losses, curve, byEpoch, batch }, fresh, columns }: WatchedFacts): { step: number; largest: number } | null {
  const level = Math.max(curve.first, ...fresh.map(({ loss }) => loss))
  const found = losses.reduce((most, one) => (one.loss > most.loss ? one : most), { step: 0, loss: -Infinity })
  // A batch that holds a far row has a high loss by itself, as high as the row is far; what was thrown up takes steps to come down.
  const farthest = Math.max(...columns.map(({ min, max, mean }) => Math.max(max - mean, mean - min)))
  let [inRow, most] = [0, 0]
  for (const { loss } of losses) most = Math.max(most, inRow = loss > stillHigh * level ? inRow + 1 : 0)
  return !byEpoch && level > 0 && found.loss > Math.max(thrown * level, (stillHigh * farthest ** 2) / (batch ?? 1)) && most >= leastHigh ? { step: found.step, largest: found.loss } : null
}

function overshotFinding(facts: WatchedFacts): Finding | null {
  const over = overshotTo(facts)
  if (over === null) return null
  const { first, last } = facts.run.curve
  const rate = facts.run.declared.learningRate
  const [python, matlab] = rate === undefined ? ['learning_rate / 10', 'learningRate / 10'] : [String(rate / 10), String(rate / 10)]
  return { ...plainFinding, weight: 0.55, summary: say('summary.thrown', { ...over, first, last }), evidence: { ...over, first, last }, fixes: [codeFix(say('fix'), `learning_rate = ${python}`, `learningRate = ${matlab};`)] }
}

/** So many times what knowing nothing costs, and no first loss that fell since makes such a mean. */
const farOff = 100

/** In a log of epochs: one whose mean loss is far above any start, or a first one that was not finite and that no cell explains. */
function inEpoch(facts: WatchedFacts): Finding | null {
  const { run } = facts
  const off = tookOff(facts)
  const { declared: { learningRate } } = run
  const rate = learningRate === undefined ? 'learning_rate / 10' : String(learningRate / 10)
  const fixes = [codeFix(say('fix'), `learning_rate = ${rate}`, `learningRate = ${rate.replace('_r', 'R')};`)]
  if (off !== null) return { ...plainFinding, weight: off.times > farOff ? 0.72 : 0.5, summary: say(run.failure === null ? 'summary.far' : 'summary.epoch', off), evidence: off, fixes }
  // Steps of Adam and its kin are about the rate long, whatever the gradient.
  const bounded = run.declared.optimizer !== undefined && mayDivide(run)
  return firstEpochBroke(facts) && !bounded ? { ...plainFinding, weight: 0.42, summary: say('summary.first-epoch'), evidence: {}, fixes } : null
}

/** Where a loss that had fallen well turned: steps that are too long from the start on do not let it fall for a tenth of the run. */
function turnedAt(run: WatchedRun): { step: number; lowest: number } | null {
  const { curve, firstStep, lastStep, failure } = run
  const { step, loss } = lowestUsual(run)
  const end = failure?.step.step ?? lastStep
  return loss < 0.3 * curve.first && step - firstStep > 0.1 * (end - firstStep) ? { step, lowest: loss } : null
}

/**
 * A square loss that grows by a factor a step has a step of 1 + its root, where one of 2 is just too long: the power of ten that
 * makes it short, 10 at the least.
 */
function cutFor(growth: number): number {
  return 10 ** Math.max(1, Math.ceil(Math.log10(1 + Math.sqrt(Math.max(growth, 0)))))
}

/** Of a run that is only planned, whose loss runs away in its first steps. */
function foreseenFinding(experiment: Experiment, { growth, first, last, steps }: Probe): Finding {
  const { learningRate } = experiment.settings.optimizer
  const fixes = cutsFor(0, true).map(cut => rateFix(experiment, learningRate / cut, say('fix')))
  const facts = { rate: learningRate, growth, first, last, steps }
  return { weight: 0.45, summary: say('summary.foreseen', { ...facts, rate: [rateSaid(experiment)] }), cells: [], foreseen: true, evidence: facts, tryThis: attemptsOf(fixes), cured, chance: null, fixes }
}

/** The longer of a step at the run's start and one at its end, over the weights' length; 0 where neither can be told. */
function longestStep({ start, end }: Evidence): number {
  return Math.max(0, ...[start.update, end?.update ?? 0].filter(Number.isFinite))
}

/** By how much the rate is cut, one after the other: where a run broke, by little first, since few steps are taken; else by what the step's length asks for. */
function cutsFor(update: number, broke: boolean): number[] {
  if (broke) return [2, 4, 10, 100, 1000, 1e4, 1e6]
  const asked = Math.max(update / usualStep, 4)
  return [asked, 10 * asked]
}

/**
 * Whether the rate is above 2 over the curvature that inputs of mean 0 and deviation 1 give a linear unit (their number and
 * one for the bias): too long for gradient descent however the data are scaled.
 */
function stepIsTooLong({ experiment: { settings: { optimizer }, encoding } }: Evidence): boolean {
  return optimizer.name === 'sgd' && (optimizer.learningRate / (1 - optimizer.momentum)) * (encoding.inputs + 1) > 2
}
