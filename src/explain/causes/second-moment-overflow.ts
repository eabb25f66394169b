/** A gradient whose square the precision cannot hold: the second moment is Infinity, and its weight never moves again. docs/causes/second-moment-overflow.md */
import { calm } from '../calm.ts'
import { outOfScale, scalingFix } from '../scales.ts'
import { say, type Cause } from '../finding.ts'
import { attemptsOf, settingsFix } from '../fixes.ts'

export const secondMomentOverflow: Cause = {
  id: 'second-moment-overflow',
  explains: ['non-finite'],
  words: {
    en: {
      'name': 'second moments',
      'summary': 'The square of a gradient of {gradient:figure} is more than {precision} can hold: the second moment became Infinity, and divided by it every later step of that weight is 0.',
      'summary.scale': 'The square of a gradient of {gradient:figure} is more than {precision} can hold: {column} has a root mean square of {size:figure}, and gradients grow with it. The second moment became Infinity, and divided by it every later step of that weight is 0.',
      'fix.scale': 'inputs and targets to mean 0 and deviation 1',
      'fix.precision': 'float64, which holds squares up to 1.8e308',
      'ruled-out': 'the second moments stayed finite',
    },
    zh: {
      'name': '二阶矩',
      'summary': '梯度 {gradient:figure} 的平方超出了 {precision} 的范围：二阶矩变为 Infinity，此后该权重每一步都是除以它得到的 0。',
      'summary.scale': '梯度 {gradient:figure} 的平方超出了 {precision} 的范围：{column} 的均方根为 {size:figure}，梯度随之增大。二阶矩变为 Infinity，此后该权重每一步都是除以它得到的 0。',
      'fix.scale': '把输入和目标变换为均值 0、标准差 1',
      'fix.precision': '改用 float64，可容纳直到 1.8e308 的平方',
      'ruled-out': '二阶矩始终有限',
    },
  },
  check(evidence) {
    const { trace, experiment: { settings } } = evidence
    const birth = trace?.birth
    if (birth?.kind !== 'operation' || birth.stage !== 'second-moment') return null
    const gradient = Math.max(...birth.operands.map(Math.abs).filter(Number.isFinite), 0)
    const out = [outOfScale(evidence, 'input'), outOfScale(evidence, 'target')].filter(one => one !== null && one.large).sort((a, b) => (b?.factor ?? 0) - (a?.factor ?? 0))[0] ?? null
    const fixes = [
      ...(settings.standardize ? [] : [scalingFix(say('fix.scale'))]),
      ...(settings.precision === 'float32' ? [settingsFix({ precision: 'float64' }, say('fix.precision'), { flags: ['--precision float64'], python: 'd = d.astype(np.float64)', matlab: 'T = double(T);' })] : []),
    ]
    const facts = { gradient, precision: settings.precision, column: out?.column ?? '', size: out?.size ?? 0 }
    return { weight: 0.9, summary: say(out === null ? 'summary' : 'summary.scale', facts), cells: [], evidence: facts, tryThis: attemptsOf(fixes), cured: calm, foreseen: true, chance: null, fixes }
  },
  ruleOut: ({ trace }) => (trace === null || trace.tape.after.second.length === 0 || trace.birth?.kind === 'data' ? null : say('ruled-out')),
}
