/** exp of a large number is Infinity, and a softmax then divides Infinity by Infinity. docs/causes/exp-overflow.md */
import { say, type Cause } from '../finding.ts'
import { codeFix, plainFinding } from '../watched/findings.ts'
import { failingAt, grew, heldRows, rowsOf } from '../watched/timing.ts'

/** exp overflows from 88.7 in float32 and from 709.8 in float64; outputs grow with the inputs. */
const large = 30
const least = 88

export const expOverflow: Cause = {
  id: 'exp-overflow',
  explains: ['non-finite'],
  words: {
    en: {
      'name': 'overflow of exp',
      'summary': 'The targets are {classes:count} classes and inputs are as large as {size:figure} ({column}): outputs of that size overflow in exp (from 89 in float32, 710 in float64), and a softmax then divides Infinity by Infinity.',
      'summary.grew': 'The targets are {classes:count} classes and the outputs grew until exp overflowed (from 89 in float32, 710 in float64): a softmax then divides Infinity by Infinity.',
      'summary.two': 'The targets are 2 classes and inputs are as large as {size:figure} ({column}): outputs of that size overflow in exp (from 89 in float32, 710 in float64), and Infinity divided by Infinity is NaN.',
      'summary.grew.two': 'The targets are 2 classes and the outputs grew until exp overflowed (from 89 in float32, 710 in float64): Infinity divided by Infinity is NaN.',
      'fix.two': 'takes exp of negative numbers alone',
      'fix': 'takes the largest output off before exp',
    },
    zh: {
      'name': 'exp 溢出',
      'summary': '目标是 {classes:count} 个类别，而输入大至 {size:figure}（{column}）：这样大小的输出会使 exp 溢出（float32 从 89 起，float64 从 710 起），softmax 便成了无穷除以无穷。',
      'summary.grew': '目标是 {classes:count} 个类别，输出不断增大，直到 exp 溢出（float32 从 89 起，float64 从 710 起）：softmax 便成了无穷除以无穷。',
      'summary.two': '目标是 2 个类别，而输入大至 {size:figure}（{column}）：这样大小的输出会使 exp 溢出（float32 从 89 起，float64 从 710 起），而无穷除以无穷是 NaN。',
      'summary.grew.two': '目标是 2 个类别，输出不断增大，直到 exp 溢出（float32 从 89 起，float64 从 710 起）：无穷除以无穷是 NaN。',
      'fix.two': '只对负数取 exp',
      'fix': '取 exp 之前先减去最大的输出',
    },
  },
  check: () => null,
  watched(facts) {
    const { run, classes, columns, badCells } = facts
    const { failure, declared } = run
    if (failure?.first !== 'loss' || classes < 2 || run.beyond !== null || heldRows(run, rowsOf(badCells)).atFailure) return null
    // A quotient that is not a number reaches every gradient: where those stayed finite, so did the outputs.
    if (failure.step.gradients?.nonFinite === 0) return null
    // From the gradients it reaches every weight, and no later loss is a number: one that is was made by a step that left them alone.
    if (run.after.finite > 0) return null
    // Answers that were seen to be finite came out of no overflow; a loss that takes exp of them may overflow from 89 on.
    if (run.located?.stage === 'loss' && Math.max(...(run.located.compared?.answer ?? []).map(Math.abs)) < least) return null
    if (declared.loss !== undefined && !/entropy|nll|log|softmax/i.test(declared.loss)) return null
    const largest = columns.filter(({ part }) => part === 'input').map(({ name, min, max }) => ({ column: name, size: Math.max(Math.abs(min), Math.abs(max)) }))
      .reduce((a, b) => (b.size > a.size ? b : a), { column: '', size: 0 })
    const unscaled = largest.size > large && declared.standardize !== true
    // Two classes have a sigmoid as a rule: exp(-z) = Infinity there gives 1 / Infinity = 0, which is a number.
    const two = classes === 2
    const single = declared.loss !== undefined && /binary|bce|sigmoid|logistic/i.test(declared.loss)
    // -log 0 is Infinity; Infinity / Infinity is NaN.
    const quotient = two && single ? -0.3 : Number.isNaN(failure.value) ? 0.1 : -0.2
    if (!unscaled && !grew(run)) return null
    const found = { classes, ...largest }
    return {
      ...plainFinding, weight: (unscaled ? (failingAt(run) ?? 1) <= 50 ? 0.76 : 0.6 : 0.45) + quotient, summary: say(`${unscaled ? 'summary' : 'summary.grew'}${two ? '.two' : ''}`, found),
      evidence: found,
      fixes: [two ? codeFix(say('fix.two'), 'e = np.exp(-np.abs(z)); p = np.where(z >= 0, 1, e) / (1 + e)', 'e = exp(-abs(z)); p = ((z >= 0) + (z < 0).*e) ./ (1 + e);') : codeFix(say('fix'), 'z = z - z.max(axis=1, keepdims=True); p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)', 'z = z - max(z,[],2); p = exp(z) ./ sum(exp(z),2);')],
    }
  },
}
