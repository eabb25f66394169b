/** Numbers beyond 3.4e38 in a run whose every number float64 would hold. docs/causes/float32-overflow.md */
import type { Change } from '../../record/change.ts'
import { calm } from '../calm.ts'
import { say, type Cause } from '../finding.ts'
import { settingFix } from '../fixes.ts'

export const float32Overflow: Cause = {
  id: 'float32-overflow',
  explains: ['non-finite'],
  words: {
    en: {
      'name': 'float32',
      'summary': 'A {operation} passed what float32 can hold, 3.4e38; float64 holds it.',
      'fix': 'float64, which holds numbers up to 1.8e308',
    },
    zh: {
      'name': 'float32',
      'summary': '一次 {operation} 运算超出了 float32 的范围 3.4e38，而 float64 容得下。',
      'fix': '改用 float64，可表示到 1.8e308',
    },
  },
  check({ experiment: { settings }, trace }) {
    const birth = trace?.birth
    if (settings.precision !== 'float32' || birth?.kind !== 'operation' || birth.operation === null) return null
    const change: Change = { kind: 'settings', set: { precision: 'float64' } }
    return {
      weight: 0.42, summary: say('summary', { operation: birth.operation }), cells: [], evidence: { result: birth.value },
      tryThis: [[change]], cured: calm, chance: null,
      fixes: [settingFix(['--precision float64'], change, say('fix'), { python: 'd = d.astype(np.float64)', matlab: 'T = double(T);' })],
    }
  },
}
