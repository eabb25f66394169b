/** A loss that reaches exactly 0: what divides by it, or by its gradient's norm or root, is 0 / 0. docs/causes/late-nan.md */
import { say, type Cause } from '../finding.ts'
import { codeFix, plainFinding } from '../watched/findings.ts'
import { failingAt, heldRows, rowsOf } from '../watched/timing.ts'

export const lateNan: Cause = {
  id: 'late-nan',
  explains: ['non-finite'],
  words: {
    en: {
      'name': 'a loss of exactly 0',
      'summary': 'After {steps:count} finite steps the loss was exactly 0 at step {zero:count}, and then came NaN: something divides by the loss, by its root or by the norm of its gradient, and 0 / 0 is NaN.',
      'fix': 'adds a small number to what is divided by, or stops at a loss of 0',
      'ruled-out': 'the last finite loss was {last:figure}, not 0',
    },
    zh: {
      'name': '损失恰好为 0',
      'summary': '经过 {steps:count} 个有限步之后，第 {zero:count} 步的损失恰好为 0，随后出现 NaN：有一处除以损失、损失的平方根或梯度的范数，而 0 / 0 就是 NaN。',
      'fix': '给除数加上一个很小的数，或在损失为 0 时停止',
      'ruled-out': '最后一个有限的损失是 {last:figure}，不是 0',
    },
  },
  check: () => null,
  watched({ run, badCells }) {
    const last = run.losses.at(-1)
    if (run.failure === null || last?.loss !== 0 || heldRows(run, rowsOf(badCells)).atFailure) return null
    const facts = { steps: (failingAt(run) ?? 1) - 1, zero: last.step }
    return {
      ...plainFinding, weight: run.failure.step.step - last.step <= 1 ? 0.94 : 0.7, summary: say('summary', facts), evidence: facts,
      fixes: [codeFix(say('fix'), 'g / (np.linalg.norm(g) + 1e-12);  np.sqrt(loss + 1e-12)', 'g / (norm(g) + 1e-12);  sqrt(loss + 1e-12)')],
    }
  },
  ruleOutWatched: ({ run: { failure, losses } }) => (failure === null || losses.length < 20 ? null : say('ruled-out', { last: losses.at(-1)?.loss ?? Number.NaN })),
}
