/** A loss that takes a logarithm, a root or a quotient of what has none, for one batch: the loss alone is not finite. docs/causes/loss-out-of-domain.md */
import { say, type Cause, type Facts, type Finding, type Said } from '../finding.ts'
import { cellsSaid, codeFix, plainFinding } from '../watched/findings.ts'
import { beatsEntropy } from '../watched/logarithms.ts'
import type { WatchedFacts } from '../watched/facts.ts'
import type { WatchedRun } from '../watched/run.ts'
import { heldRows, lossAlone, rowsOf } from '../watched/timing.ts'

/** Rows of which so few alone fail, and all others do not, fail by what they hold. */
const fewRows = 5
/** Finite steps that it takes to say so. */
const leastFinite = 3

/** Of steps whose number lasts, the surest sign; of other rows of the batch, one that an overflow in single rows gives as well. */
const weights = { after: 0.73, parameters: 0.68, gradients: 0.66, answers: 0.7, rows: 0.6 } as const
/** A loss that is said to be a plain error takes neither a logarithm nor a root nor a quotient. */
const plainError = 0.4

export const lossOutOfDomain: Cause = {
  id: 'loss-out-of-domain',
  explains: ['non-finite'],
  words: {
    en: {
      'name': 'a loss out of its domain',
      'summary': 'At step {step:count} the loss is not finite, and what lasts is: {kept:said}. {what:said}',
      'summary.one': 'At step {step:count} the loss is not finite, and what lasts is: {kept:said}. Row {row:count} alone has no finite loss there; it holds {list:said}. {what:said}',
      'what.nan': 'NaN is what the logarithm or the root of a number below 0 gives, and 0 / 0: a loss that takes one of what the network answers becomes NaN for a row whose answer is not above 0, and nothing keeps a linear output there.',
      'what.infinite': 'Infinity is what the logarithm of 0 gives, and a division by 0: a loss that takes one of what the network answers, or divides by its target, does that for a row that is exactly 0 there.',
      'summary.rows': 'The loss alone is not finite, and only in steps that hold row {rows:numbers}: all {failing:count} of them, while {kept:said} and none of the finite ones held such a row. What a finite row makes not finite is a logarithm, a root or a quotient of what it holds: {list:said}.',
      'what.plain': 'The loss is {loss}, which is finite for finite answers: what was given to the network in that step was not what the table holds, such as a row that was changed, scaled or made on the way.',
      'kept.after': '{finite:count} steps after it were finite again',
      'kept.parameters': 'all parameters were finite after it',
      'kept.gradients': 'all of its gradients were finite',
      'kept.answers': 'all that the network answers for the batch is finite',
      'kept.rows': 'other rows of its batch had finite losses',
      'fix': 'keeps what a logarithm or a root is taken of above 0, and a divisor away from 0',
      'fix.plain': 'stops at the batch, as the network is given it, that is not finite',
    },
    zh: {
      'name': '损失超出定义域',
      'summary': '第 {step:count} 步的损失不是有限值，而留存下来的都有限：{kept:said}。{what:said}',
      'summary.one': '第 {step:count} 步的损失不是有限值，而留存下来的都有限：{kept:said}。其中只有第 {row:count} 行没有有限的损失，该行为 {list:said}。{what:said}',
      'what.nan': 'NaN 来自小于 0 的数的对数或平方根，以及 0 / 0：若损失对网络的回答取对数或平方根，只要某一行的回答不大于 0 就成为 NaN，而没有什么使线性输出保持大于 0。',
      'what.infinite': '无穷大来自 0 的对数或除以 0：若损失对网络的回答取对数，或除以目标值，某一行恰好为 0 时就会如此。',
      'summary.rows': '只有损失不是有限值，而且只在含有第 {rows:numbers} 行的步：{failing:count} 个这样的步全部如此，而{kept:said}，有限的步都不含这样的行。有限的行使结果不再有限，是因为对它所含的值取了对数、平方根或商：{list:said}。',
      'what.plain': '损失是 {loss}，它对有限的回答是有限的：这一步交给网络的不是表中的内容，例如途中被改动、缩放或生成的一行。',
      'kept.after': '此后又有 {finite:count} 步有限',
      'kept.parameters': '此后全部参数有限',
      'kept.gradients': '它的梯度全部有限',
      'kept.answers': '网络对该批的回答全部有限',
      'kept.rows': '批中其他行的损失有限',
      'fix': '使取对数或平方根的量保持大于 0，除数不为 0',
      'fix.plain': '当交给网络的批不是有限值时停下',
    },
  },
  check: () => null,
  watched(facts) {
    const { run, badCells } = facts
    const kept = run.located?.compared === undefined ? lossAlone(run) : 'answers'
    if (kept === null || run.failure === null || run.beyond !== null || (run.located !== null && run.located.stage !== 'loss') || heldRows(run, rowsOf(badCells)).atFailure) return null
    const why = own(`kept.${kept}`, { finite: run.after.finite })
    return ofRows(run, why) ?? ofAnswers(facts, kept, why)
  },
}

function own(message: string, facts: Facts = {}): Said[] {
  return [{ ...say(message, facts), cause: 'loss-out-of-domain' }]
}

/** The same few rows in every failing step, and in no other. */
function ofRows(run: WatchedRun, kept: readonly Said[]): Finding | null {
  const { onlyFailing, after, failure } = run
  if (onlyFailing === null || onlyFailing.length > fewRows || after.finite < leastFinite || failure === null) return null
  const [row = 0] = onlyFailing
  const found = { rows: onlyFailing.map(one => one + 1), failing: after.nonFinite + 1, step: failure.step.step }
  return {
    ...plainFinding, weight: 0.86, summary: say('summary.rows', { ...found, kept, list: cellsSaid(run, row) }),
    evidence: { failing: found.failing, finite: after.finite, row: row + 1 }, chance: { rows: onlyFailing, anyBatch: true }, fixes: [domainFix],
  }
}

function ofAnswers(facts: WatchedFacts, by: keyof typeof weights, kept: readonly Said[]): Finding | null {
  const { run, classes } = facts
  const { failure, declared: { loss = '', precision }, after } = run
  // What classes are answered by is a probability, whose logarithm is a cause of its own; numbers of 16 bits overflow one by one.
  if (failure === null || (classes > 1 && !beatsEntropy(facts)) || precision === 'float16') return null
  const { step, badPositions, rows } = failure.step
  const plain = /^(half.?)?mse$|^mean.?squared.?error$|^mae$|^mean.?absolute.?error$|huber|smooth.?l1/i.test(loss)
  const what = own(plain ? 'what.plain' : Number.isNaN(failure.value) ? 'what.nan' : 'what.infinite', { loss })
  const row = badPositions?.length === 1 ? rows?.[badPositions[0] ?? -1] ?? -1 : -1
  return {
    ...plainFinding, weight: plain ? plainError : weights[by],
    summary: row < 0 ? say('summary', { step, kept, what }) : say('summary.one', { step, kept, what, row: row + 1, list: cellsSaid(run, row) }),
    evidence: { step, value: String(failure.value), finiteAfter: after.finite }, fixes: [plain ? batchFix : domainFix],
  }
}

const domainFix = codeFix(say('fix'), 'np.log(np.maximum(o, 1e-12)); np.sqrt(np.maximum(o, 0)); 1 / np.maximum(np.abs(o), 1e-12)', 'log(max(o,1e-12)); sqrt(max(o,0)); 1 ./ max(abs(o),1e-12);')
const batchFix = codeFix(say('fix.plain'), 'assert np.isfinite(X).all() and np.isfinite(y).all()', 'assert(all(isfinite(X(:))) && all(isfinite(y(:))))')
