/** Inputs of very different or very large size: the curvature along them is their mean square, and a rate that suits the small ones overshoots. docs/causes/inputs-not-scaled.md */
import { cured } from '../calm.ts'
import { say, type Cause } from '../finding.ts'
import { attemptsOf } from '../fixes.ts'
import { outOfScale, scalingFix } from '../scales.ts'
import { codeFix, plainFinding } from '../watched/findings.ts'
import { grew, heldRows, rowsOf } from '../watched/timing.ts'

export const inputsNotScaled: Cause = {
  id: 'inputs-not-scaled',
  explains: ['non-finite', 'not-learning', 'learned-less'],
  words: {
    en: {
      'name': 'scale of the inputs',
      'summary': 'The inputs are not scaled: {column} has a root mean square of {size:figure}, which makes steps {times:figure} times too long.',
      'fix': 'inputs and targets to mean 0 and deviation 1',
      'summary.watched': 'If the program does not scale its inputs: {column} has a root mean square of {size:figure}, which makes steps {times:figure} times too long, and the loss grew by a factor of {growth:figure} a step.',
    },
    zh: {
      'name': '输入的尺度',
      'summary': '输入没有标准化：{column} 的均方根为 {size:figure}，使步长大了 {times:figure} 倍。',
      'fix': '把输入和目标变换为均值 0、标准差 1',
      'summary.watched': '若程序没有缩放输入：{column} 的均方根为 {size:figure}，使步长大了 {times:figure} 倍，而损失每步增大到 {growth:figure} 倍。',
    },
  },
  check(evidence) {
    const { trace, incident } = evidence
    if (trace?.birth?.kind === 'data') return null
    const [input, target] = [outOfScale(evidence, 'input'), outOfScale(evidence, 'target')]
    if (input === null || (target !== null && target.factor > input.factor)) return null
    const facts = { column: input.column, size: input.size, times: input.size ** 2 }
    const fixes = [scalingFix(say('fix'))]
    // A rate that is too high for any data breaks scaled ones too, and the replay says so; a run that broke may be the rate's alone.
    return {
      weight: incident === null && input.factor > 30 ? 0.74 : 0.45, summary: say('summary', facts), cells: [], evidence: facts, tryThis: attemptsOf(fixes), cured, chance: null, fixes,
    }
  },
  watched({ run, columns, badCells }) {
    const { failure, declared, curve } = run
    if (failure === null || declared.standardize === true || !grew(run) || heldRows(run, rowsOf(badCells)).atFailure) return null
    const sizes = columns.filter(({ part }) => part === 'input').map(({ name, mean, deviation }) => ({ name, size: Math.hypot(mean, deviation) }))
    const largest = sizes.reduce((a, b) => (b.size > a.size ? b : a), { name: '', size: 0 })
    if (!(largest.size > 5)) return null
    const found = { column: largest.name, size: largest.size, times: largest.size ** 2, growth: curve.growth }
    return {
      ...plainFinding, weight: declared.standardize === false ? 0.74 : 0.6, summary: say('summary.watched', found), evidence: found,
      fixes: [codeFix(say('fix'), 'd = (d - np.nanmean(d, axis=0)) / np.nanstd(d, axis=0)', 'T = (T - mean(T,1,"omitnan")) ./ std(T,0,1,"omitnan");')],
    }
  },
}
