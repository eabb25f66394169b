/** A division by 0: an optimizer whose epsilon is 0 meets a gradient that is 0. docs/causes/division-by-zero.md */
import type { OptimizerSpec } from '../../network/spec.ts'
import { cured } from '../calm.ts'
import { say, type Cause } from '../finding.ts'
import { settingFix } from '../fixes.ts'
import type { Change } from '../../record/change.ts'

export const divisionByZero: Cause = {
  id: 'division-by-zero',
  explains: ['non-finite'],
  words: {
    en: {
      'name': 'division',
      'summary.optimizer': 'The optimizer divided {dividend:figure} by 0: its epsilon is {epsilon:figure}, and a parameter had only had gradients of 0.',
      'summary.other': 'A division of {dividend:figure} by 0 in the step.',
      'fix': 'an epsilon that the precision can hold',
      'ruled-out': 'smallest divisor {smallest:figure}',
    },
    zh: {
      'name': '除法',
      'summary.optimizer': '优化器用 {dividend:figure} 除以 0：epsilon 为 {epsilon:figure}，而某个参数的梯度一直是 0。',
      'summary.other': '该步中用 {dividend:figure} 除以 0。',
      'fix': '换成该精度能表示的 epsilon',
      'ruled-out': '最小除数 {smallest:figure}',
    },
  },
  check({ experiment: { settings }, trace }) {
    const birth = trace?.birth
    const [dividend = Number.NaN, divisor] = birth?.operands ?? []
    if (birth?.operation !== 'divide' || divisor !== 0) return null
    const { optimizer } = settings
    if (birth.stage !== 'parameter' || !('epsilon' in optimizer)) {
      return { weight: 0.9, summary: say('summary.other', { dividend }), cells: [], evidence: { dividend, divisor }, tryThis: [], chance: null, fixes: [] }
    }
    const sound: OptimizerSpec = { ...optimizer, epsilon: 1e-7 }
    const change: Change = { kind: 'settings', set: { optimizer: sound } }
    return {
      weight: 0.95, summary: say('summary.optimizer', { dividend, epsilon: optimizer.epsilon }), cells: [],
      evidence: { dividend, divisor, epsilon: optimizer.epsilon }, tryThis: [[change]], cured, chance: null,
      fixes: [settingFix([`--settings '${JSON.stringify({ optimizer: sound })}'`], change, say('fix'), { python: 'epsilon = 1e-7', matlab: 'epsilon = 1e-7;' })],
    }
  },
  ruleOut({ experiment: { settings: { optimizer } } }) {
    return 'epsilon' in optimizer && optimizer.epsilon > 0 ? say('ruled-out', { smallest: optimizer.epsilon }) : null
  },
}
