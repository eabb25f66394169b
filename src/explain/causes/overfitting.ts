/** A network that goes on to learn the noise of its training rows: their loss falls while that of other rows rises. docs/causes/overfitting.md */
import { median } from '../../numeric/stats.ts'
import { calm } from '../calm.ts'
import type { Evidence } from '../evidence.ts'
import { fitnessOf, type Fitness, type Learned } from '../learned.ts'
import { say, type Cause } from '../finding.ts'
import { attemptsOf, settingsFix } from '../fixes.ts'
import { codeFix, plainFinding } from '../watched/findings.ts'
import type { WatchedRun } from '../watched/run.ts'

/** How much of what was learned is lost on other rows, and by how much the validation loss has risen from its lowest, before it is asked. */
const [lost, rise] = [0.35, 1.1]
/** Who has learned less than this of the training rows has not learned too much of them. */
const leastLearned = 0.2
/** What is left of the best constant's loss on rows that are known by heart: less than any measurement leaves. */
const byHeart = 0.01

export const overfitting: Cause = {
  id: 'overfitting',
  explains: ['not-learning', 'learned-less'],
  words: {
    en: {
      'name': 'overfitting',
      'summary': 'The network has learned its {rows:count} training rows by heart: {training:share} of the best constant\'s loss is left on them and {validation:share} on validation rows, whose loss was lowest at step {step:count} and rose by {rise:percent} since.',
      'summary.heart': 'The network has learned its {rows:count} training rows by heart, with {parameters:count} parameters for them: {training:share} of the best constant\'s loss is left on them and {validation:share} on validation rows.',
      'notice': 'It fits its training rows far better than others: {training:share} of the best constant\'s loss is left on them and {validation:share} on validation rows. More rows, fewer units or a stronger L2 bring the two closer.',
      'proof': 'With {change:said} and all else the same, {after:share} of the best constant\'s loss is left on validation rows, not {before:share}.',
      'fix.stop': 'stops where the validation loss is lowest',
      'fix.l2': 'keeps weights small, so that single rows cannot bend the network',
      'summary.watched': 'The program learns its training rows by heart: the validation loss was lowest at step {step:count}, {lowest:figure}, and rose to {last:figure} since, while the training loss went on falling to {training:figure}.',
      'ruled-out': 'the validation rows are predicted as well as the training rows',
    },
    zh: {
      'name': '过拟合',
      'summary': '网络把 {rows:count} 个训练行背了下来：训练行上最优常数的损失还剩 {training:share}，验证行上还剩 {validation:share}；验证损失在第 {step:count} 步最低，此后上升了 {rise:percent}。',
      'summary.heart': '网络用 {parameters:count} 个参数把 {rows:count} 个训练行背了下来：训练行上最优常数的损失还剩 {training:share}，验证行上还剩 {validation:share}。',
      'notice': '它对训练行的拟合远好于其他行：训练行上最优常数的损失还剩 {training:share}，验证行上还剩 {validation:share}。更多的行、更少的单元或更强的 L2 可使两者接近。',
      'proof': '改为{change:said}、其余不变时，验证行上最优常数的损失还剩 {after:share}，而不是 {before:share}。',
      'fix.stop': '停在验证损失最低处',
      'fix.l2': '让权重保持较小，单个行无法使网络弯曲',
      'summary.watched': '该程序把训练行背了下来：验证损失在第 {step:count} 步最低，为 {lowest:figure}，此后升到 {last:figure}，而训练损失继续降到 {training:figure}。',
      'ruled-out': '对验证行的预测与训练行一样好',
    },
  },
  check(evidence) {
    const { fitness: { training, validation }, experiment } = evidence
    const lowest = lowestOf(evidence)
    if (validation === null || lowest === null || !(gainOf(training) > leastLearned) || !(gainOf(validation) < (1 - lost) * gainOf(training))) return null
    const { settings, network: { parameters } } = experiment
    const rows = experiment.training.rows.length
    const heart = training.share < byHeart && parameters > rows
    if (!heart && !(lowest.rise > rise)) return null
    const fixes = [
      settingsFix({ steps: lowest.step }, say('fix.stop'), { flags: [`--steps ${lowest.step}`], python: `steps = ${lowest.step}`, matlab: `steps = ${lowest.step};` }),
      ...[0.01, 0.1, 1].filter(l2 => l2 > settings.l2).map(l2 => settingsFix({ l2 }, say('fix.l2'), { flags: [`--l2 ${l2}`], python: `l2 = ${l2}`, matlab: `l2 = ${l2};` })),
    ]
    const facts = { rows, parameters, training: training.share, validation: validation.share, step: lowest.step, rise: lowest.rise - 1 }
    return {
      weight: 0.66, summary: say(lowest.rise > rise ? 'summary' : 'summary.heart', facts), notice: say('notice', facts), cells: [], evident: true, evidence: facts, tryThis: attemptsOf(fixes), chance: null, fixes,
      proofSays: ({ experiment: changed, final }) => say('proof', { before: validation.share, after: fitnessOf(changed, final).validation?.share ?? Number.NaN }),
      cured(replay) {
        const after = fitnessOf(replay.experiment, replay.final).validation
        return calm(replay) && after !== null && after.share < 0.9 * validation.share
      },
    }
  },
  watched({ run }) {
    const seen = risen(run)
    if (seen === null) return null
    const { step } = seen
    return { ...plainFinding, weight: 0.66, summary: say('summary.watched', seen), evidence: seen, fixes: [codeFix(say('fix.stop'), `steps = ${step}`, `steps = ${step};`)] }
  },
  ruleOut({ fitness, lastFitness, incident }) {
    const alike = ({ training, validation }: Fitness): boolean => validation !== null && validation.share < 1.2 * training.share + 0.02
    return incident === null && alike(fitness) && alike(lastFitness) ? say('ruled-out') : null
  },
}

/** What was learned: of classes how many are right, since a few sure errors make a cross-entropy large. */
function gainOf({ share, skill }: Learned): number {
  return Number.isNaN(skill) ? 1 - share : skill
}

/** Where the validation loss was lowest, and what it rose to since, over that; of medians over some evaluations, since small batches make single ones jump. */
function lowestOf({ case: { history: { steps, validation } } }: Evidence): { step: number; rise: number } | null {
  const lowest = lowestOfSeen(validation.flatMap((loss, i) => (loss === null || !Number.isFinite(loss.data) ? [] : [{ step: steps[i] ?? 0, loss: loss.data }])))
  return lowest === null ? null : { step: lowest.step, rise: lowest.last / lowest.lowest }
}

/** The step of the lowest loss, the lowest median over some evaluations in a row, and the last such median. */
function lowestOfSeen(seen: readonly { readonly step: number; readonly loss: number }[]): { step: number; lowest: number; last: number } | null {
  const width = Math.max(1, Math.floor(seen.length / 8))
  const smooth = seen.map(({ step }, i) => ({ step, loss: median(seen.slice(Math.max(0, i - width + 1), i + 1).map(({ loss }) => loss)) }))
  const last = smooth.at(-1)
  if (last === undefined) return null
  const lowest = smooth.reduce((best, one) => (one.loss < best.loss ? one : best))
  const stop = seen.reduce((best, one) => (one.loss < best.loss ? one : best))
  return { step: stop.step, lowest: lowest.loss, last: last.loss }
}

/**
 * Of a watched run, whose losses may be of another kind than those of a table: its validation loss has risen by a half and is well
 * above its training loss, which has halved since its start and fell on after the turn. Losses that wander about the little that
 * is left of them, a twentieth of the first, are no rise.
 */
function risen({ failure, validations, losses, curve }: WatchedRun): { step: number; lowest: number; last: number; training: number } | null {
  const seen = failure === null && validations.length >= 8 ? lowestOfSeen(validations) : null
  if (seen === null || !(seen.lowest > 0) || !(curve.end > 0 && curve.end < 0.5 * curve.start)) return null
  const first = validations[0]?.loss ?? Number.NaN
  const before = losses.filter(({ step }) => step <= seen.step).slice(-Math.max(1, Math.ceil(losses.length / 20)))
  const fellOn = curve.end < 0.8 * median(before.map(({ loss }) => loss))
  return fellOn && seen.last > 1.5 * seen.lowest && seen.last > 2 * curve.end && seen.last > 0.05 * first ? { ...seen, training: curve.end } : null
}
