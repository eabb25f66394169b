/** Inputs of very different or very large size: the curvature along them is their mean square, and a rate that suits the small ones overshoots. docs/causes/inputs-not-scaled.md */
import { cured } from '../calm.ts'
import { say, type Cause } from '../finding.ts'
import { attemptsOf } from '../fixes.ts'
import { outOfScale, scalingFix } from '../scales.ts'

export const inputsNotScaled: Cause = {
  id: 'inputs-not-scaled',
  explains: ['non-finite', 'not-learning', 'learned-less'],
  words: {
    en: {
      'name': 'scale of the inputs',
      'summary': 'The inputs are not scaled: {column} has a root mean square of {size:figure}, which makes steps {times:figure} times too long.',
      'fix': 'inputs and targets to mean 0 and deviation 1',
    },
    zh: {
      'name': '输入的尺度',
      'summary': '输入没有标准化：{column} 的均方根为 {size:figure}，使步长大了 {times:figure} 倍。',
      'fix': '把输入和目标变换为均值 0、标准差 1',
    },
  },
  check(evidence) {
    const { trace, incident } = evidence
    const [input, target] = [outOfScale(evidence, 'input'), outOfScale(evidence, 'target')]
    if (input === null || trace?.birth?.kind === 'data' || (target !== null && target.factor > input.factor)) return null
    const facts = { column: input.column, size: input.size, times: input.size ** 2 }
    const fixes = [scalingFix(say('fix'))]
    // A rate that is too high for any data breaks scaled ones too, and the replay says so; a run that broke may be the rate's alone.
    return {
      weight: incident === null && input.factor > 30 ? 0.74 : 0.45, summary: say('summary', facts), cells: [], evidence: facts, tryThis: attemptsOf(fixes), cured, chance: null, fixes,
    }
  },
}
