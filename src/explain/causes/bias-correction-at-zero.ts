/** Adam's bias correction 1 - beta^t with t counted from 0 divides by 0 in the first update. docs/causes/bias-correction-at-zero.md */
import { say, type Cause } from '../finding.ts'
import { codeFix, plainFinding } from '../watched/findings.ts'
import type { WatchedFacts } from '../watched/facts.ts'
import { failingAt, heldRows, lossAlone, mayDivide, rowsOf } from '../watched/timing.ts'

export const biasCorrectionAtZero: Cause = {
  id: 'bias-correction-at-zero',
  explains: ['non-finite'],
  words: {
    en: {
      'name': 'bias correction from 0',
      'summary': 'The first update made all {count:count} parameters non-finite though {finite:said} were finite: the bias correction 1 - beta^t divides by 0 where t starts from 0.',
      'summary.flag': 'The first update left parameters that are not finite though {finite:said} were finite: the bias correction 1 - beta^t divides by 0 where t starts from 0.',
      'summary.second': 'The loss was finite at the first step and not at the second, whatever the batch: the first update broke the parameters, as Adam does where the t of its bias correction 1 - beta^t starts from 0.',
      'summary.first-epoch': 'The first epoch was not finite, and every number of the table that is used is: an update that breaks the parameters at once gives that, as Adam does where the t of its bias correction 1 - beta^t starts from 0.',
      'summary.second-epoch': 'The first epoch was finite, with a loss that had not grown, and the second was not. Where an epoch is one batch of the whole table, the first update broke the parameters, as Adam does where the t of its bias correction 1 - beta^t starts from 0.',
      'gradients': 'its gradients',
      'loss': 'its loss',
      'fix': 't from 1 in the first update',
      'ruled-out': 'it would have broken the first update, and step {step:count} was still finite',
    },
    zh: {
      'name': '从 0 开始的偏差修正',
      'summary': '第一次更新使全部 {count:count} 个参数变为非有限值，而{finite:said}是有限的：t 从 0 开始时，偏差修正 1 - beta^t 是除以 0。',
      'summary.flag': '第一次更新之后有参数不是有限值，而{finite:said}是有限的：t 从 0 开始时，偏差修正 1 - beta^t 是除以 0。',
      'summary.second': '第一步损失有限，第二步不再有限，与抽到哪批无关：第一次更新就破坏了参数；偏差修正 1 - beta^t 的 t 从 0 开始时，Adam 正是如此。',
      'summary.first-epoch': '第一轮就不是有限的，而表中用到的每个数都有限：一次就破坏参数的更新会这样，偏差修正 1 - beta^t 的 t 从 0 开始时，Adam 正是如此。',
      'summary.second-epoch': '第一轮有限，损失没有增大，而第二轮不再有限。若一轮就是整张表的一批，则是第一次更新破坏了参数；偏差修正 1 - beta^t 的 t 从 0 开始时，Adam 正是如此。',
      'gradients': '其梯度',
      'loss': '其损失',
      'fix': '第一次更新时 t 从 1 开始',
      'ruled-out': '它会在第一次更新时就出错，而第 {step:count} 步仍然有限',
    },
  },
  check: () => null,
  watched(facts) {
    const { failure, declared } = facts.run
    const epoch = mayDivide(facts.run) ? brokeInEpoch(facts) : null
    if (epoch !== null) return { ...plainFinding, weight: epoch.weight + (declared.optimizer === undefined ? 0 : 0.05), summary: say(epoch.message), evidence: { step: failure?.step.step ?? 0 }, fixes: [fromOne] }
    if (failure === null || !mayDivide(facts.run) || !firstUpdateBroke(facts)) return null
    const { parameters, gradients } = failure.step
    const named = declared.optimizer === undefined ? 0 : 0.05
    const fixes = [fromOne]
    if (failure.first !== 'parameter' || parameters === null) {
      return { ...plainFinding, weight: 0.6 + named, summary: say('summary.second'), evidence: { step: failure.step.step }, fixes }
    }
    // 0 / 0 and m / 0 leave no parameter finite; an underflow of epsilon spares those whose moment is not 0.
    const all = parameters.elements === null || parameters.nonFinite === parameters.elements
    return {
      ...plainFinding, weight: all ? 0.9 + named : 0.35, summary: say(parameters.elements === null ? 'summary.flag' : 'summary', { count: parameters.nonFinite, finite: [say(gradients === null ? 'loss' : 'gradients')].map(said => ({ ...said, cause: 'bias-correction-at-zero' })) }),
      evidence: { step: failure.step.step, nonFinite: parameters.nonFinite, parameters: parameters.elements ?? parameters.nonFinite }, fixes,
    }
  },
  ruleOutWatched({ run }) {
    const at = failingAt(run)
    return at === null || at <= 2 || !mayDivide(run) ? null : say('ruled-out', { step: (run.failure?.step.step ?? 1) - 1 })
  },
}

const fromOne = codeFix(say('fix'), 't += 1  # before: m / (1 - beta1**t), v / (1 - beta2**t)', 't = t + 1;  % before: m / (1 - beta1^t), v / (1 - beta2^t)')

/** A first epoch's loss above this many times what knowing nothing costs may have run away. */
const calmStart = 3

/**
 * In a log of epochs: the first update falls into the first epoch, and where that is one batch of the whole table its loss is
 * computed before it, so that the second is the first to fail.
 */
function brokeInEpoch({ run, badCells, fresh }: WatchedFacts): { message: string; weight: number } | null {
  const { byEpoch, failure, losses, curve } = run
  if (!byEpoch || failure?.first !== 'loss' || badCells.length > 0) return null
  if (losses.length === 0) return { message: 'summary.first-epoch', weight: 0.38 }
  const level = Math.max(...fresh.map(({ loss }) => loss))
  return losses.length === 1 && curve.first < calmStart * level ? { message: 'summary.second-epoch', weight: 0.55 } : null
}

/**
 * Whether what broke is the first update and nothing before it: its parameters are not finite and its gradients are, or, where
 * parameters were not shown, the second step is the first whose loss is not finite. A batch that held bad cells speaks against it.
 */
export function firstUpdateBroke({ run, badCells }: WatchedFacts): boolean {
  const at = failingAt(run)
  const { failure } = run
  if (failure === null || at === null || run.beyond !== null || lossAlone(run) !== null) return false
  const held = heldRows(run, rowsOf(badCells))
  if (held.atFailure || held.justBefore) return false
  return failure.first === 'parameter' ? at === 1 : failure.first === 'loss' && at === 2 && run.losses.length > 0
}
