/** Numbers beyond 3.4e38 in a run whose every number float64 would hold. docs/causes/float32-overflow.md */
import type { Change } from '../../record/change.ts'
import { calm } from '../calm.ts'
import { say, type Cause } from '../finding.ts'
import { settingFix } from '../fixes.ts'
import { codeFix, plainFinding } from '../watched/findings.ts'
import { heldRows, rowsOf } from '../watched/timing.ts'

/** The largest number of float16 (IEEE 754 binary16): (2 - 2^-10) 2^15. */
const largestHalf = 65504

export const float32Overflow: Cause = {
  id: 'float32-overflow',
  explains: ['non-finite'],
  words: {
    en: {
      'name': 'float32',
      'summary': 'A {operation} passed what float32 can hold, 3.4e38; float64 holds it.',
      'summary.square': 'The program computes in float16, which holds numbers up to 65,504: {column} reaches {size:figure}, whose square is {square:figure}.',
      'summary.gradient': 'The program computes in float16, which holds numbers up to 65,504, and a gradient of step {step:count} is not finite while its loss is: a loss that is multiplied before its gradient is taken makes gradients as much larger.',
      'fix': 'float64, which holds numbers up to 1.8e308',
      'fix.scale': 'inputs and targets of mean 0 and deviation 1, or the loss in float32',
      'fix.loss-scale': 'leaves out a step whose gradient is not finite, and halves what the loss is multiplied by',
    },
    zh: {
      'name': 'float32',
      'summary': '一次 {operation} 运算超出了 float32 的范围 3.4e38，而 float64 容得下。',
      'summary.square': '程序用 float16 计算，最大只能表示 65,504：{column} 达到 {size:figure}，其平方为 {square:figure}。',
      'summary.gradient': '程序用 float16 计算，最大只能表示 65,504；第 {step:count} 步的损失有限，梯度却不是：求梯度之前把损失放大多少倍，梯度就放大多少倍。',
      'fix': '改用 float64，可表示到 1.8e308',
      'fix.scale': '把输入和目标变换为均值 0、标准差 1，或用 float32 计算损失',
      'fix.loss-scale': '跳过梯度不是有限值的一步，并把损失的放大倍数减半',
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
  watched({ run, columns, classes, badCells }) {
    const { failure, declared } = run
    if (failure === null || declared.precision !== 'float16' || heldRows(run, rowsOf(badCells)).atFailure) return null
    const largest = columns.filter(({ part }) => (part === 'target' ? classes === 0 : declared.standardize !== true))
      .map(({ name, min, max }) => ({ column: name, size: Math.max(Math.abs(min), Math.abs(max)) })).reduce((a, b) => (b.size > a.size ? b : a), { column: '', size: 0 })
    const square = largest.size ** 2
    if (square > largestHalf) {
      const found = { ...largest, square }
      return {
        ...plainFinding, weight: 0.83, summary: say('summary.square', found), evidence: found,
        fixes: [codeFix(say('fix.scale'), 'd = (d - d.mean(axis=0)) / d.std(axis=0)', 'T = (T - mean(T,1)) ./ std(T,0,1);')],
      }
    }
    if (failure.first !== 'gradient' || failure.step.loss === null || !Number.isFinite(failure.step.loss)) return null
    const { step } = failure.step
    return { ...plainFinding, weight: 0.78, summary: say('summary.gradient', { step }), evidence: { step }, fixes: [codeFix(say('fix.loss-scale'), 'scaler.step(optimizer); scaler.update()  # torch.cuda.amp.GradScaler')] }
  },
}
