/** An epsilon that the precision rounds to 0, beside a second moment that is 0: the update divides by 0. docs/causes/epsilon-underflow.md */
import type { OptimizerSpec } from '../../network/spec.ts'
import type { Change } from '../../record/change.ts'
import { cured } from '../calm.ts'
import { say, type Cause } from '../finding.ts'
import { settingFix } from '../fixes.ts'
import { codeFix, plainFinding } from '../watched/findings.ts'
import { mayDivide } from '../watched/timing.ts'
import { firstUpdateBroke } from './bias-correction-at-zero.ts'

/** Half the least number of float16, 2^-24, rounds to 0, and so does all below it (IEEE 754). */
const halfUnderflow = 2 ** -25

export const epsilonUnderflow: Cause = {
  id: 'epsilon-underflow',
  explains: ['non-finite'],
  words: {
    en: {
      'name': 'epsilon',
      'summary': 'The epsilon {epsilon:figure} is 0 in {precision}: where a second moment is 0 as well, the update divides {dividend:figure} by 0.',
      'summary.watched': 'The first update made {count:count} of {of:count} parameters non-finite and left the others: there the second moment and epsilon had both rounded to 0, as an epsilon of 1e-8 does in float16.',
      'summary.zeros': 'The first update made {count:count} of {of:count} parameters non-finite, {zeros:count} of them where the moment is exactly 0: the update divided by an epsilon that had rounded to 0, as 1e-8 does in float16.',
      'summary.declared': 'The first update broke the parameters, and the epsilon {epsilon:figure} is 0 in {precision}: where a second moment is 0 as well, the update divides by 0.',
      'fix': 'an epsilon that the precision can hold',
    },
    zh: {
      'name': 'epsilon',
      'summary': 'epsilon {epsilon:figure} 在 {precision} 中为 0：二阶矩也为 0 时，更新就是 {dividend:figure} 除以 0。',
      'summary.watched': '第一次更新使 {of:count} 个参数中的 {count:count} 个变为非有限值，其余不变：那里的二阶矩和 epsilon 都舍入成了 0，float16 中 1e-8 的 epsilon 就是这样。',
      'summary.zeros': '第一次更新使 {of:count} 个参数中的 {count:count} 个变为非有限值，其中 {zeros:count} 个的矩恰好为 0：更新除以了已舍入为 0 的 epsilon，float16 中的 1e-8 就是这样。',
      'summary.declared': '第一次更新破坏了参数，而 epsilon {epsilon:figure} 在 {precision} 中为 0：二阶矩也为 0 时，更新就是除以 0。',
      'fix': '换成该精度能表示的 epsilon',
    },
  },
  check({ experiment: { settings: { optimizer, precision } }, trace }) {
    const birth = trace?.birth
    const [dividend = Number.NaN, divisor] = birth?.operands ?? []
    if (birth?.operation !== 'divide' || divisor !== 0 || birth.stage !== 'parameter' || !('epsilon' in optimizer)) return null
    if (!(optimizer.epsilon > 0) || precision !== 'float32' || Math.fround(optimizer.epsilon) !== 0) return null
    const sound: OptimizerSpec = { ...optimizer, epsilon: 1e-7 }
    const change: Change = { kind: 'settings', set: { optimizer: sound } }
    const facts = { epsilon: optimizer.epsilon, precision, dividend }
    return {
      weight: 0.97, summary: say('summary', facts), cells: [], evidence: facts, tryThis: [[change]], cured, chance: null,
      fixes: [settingFix(['--epsilon 1e-7'], change, say('fix'), { python: 'epsilon = 1e-7', matlab: 'epsilon = 1e-7;' })],
    }
  },
  watched(facts) {
    const { failure, declared } = facts.run
    const { epsilon, precision } = declared
    const lost = epsilon !== undefined && (epsilon === 0 || (precision === 'float16' && epsilon <= halfUnderflow) || (precision === 'float32' && Math.fround(epsilon) === 0))
    if (failure === null || !mayDivide(facts.run) || !firstUpdateBroke(facts)) return null
    const { parameters, zeroDivisors } = failure.step
    const fixes = [codeFix(say('fix'), 'epsilon = 1e-4  # float16 holds nothing below 6e-8', 'epsilon = 1e-4;  % half precision holds nothing below 6e-8')]
    const found = (weight: number, message: string, more: Readonly<Record<string, number | string>>) =>
      ({ ...plainFinding, weight, summary: say(message, more), evidence: more, fixes })
    if (parameters !== null && failure.first === 'parameter') {
      const counts = { count: parameters.nonFinite, of: parameters.elements ?? parameters.nonFinite }
      const some = parameters.elements !== null && parameters.nonFinite < parameters.elements
      if (zeroDivisors !== null && zeroDivisors > 0 && (some || zeroDivisors === parameters.nonFinite)) {
        // Every one of them, or most: a layer that is fed by broken units cannot be broken yet in the first update.
        return found(zeroDivisors >= 0.5 * parameters.nonFinite ? 0.94 : 0.6, 'summary.zeros', { ...counts, zeros: zeroDivisors })
      }
      if (some) return found(0.8, 'summary.watched', counts)
    }
    return lost ? found(0.85, 'summary.declared', { epsilon, precision: precision ?? 'float64' }) : null
  },
}
