/** An input that is the target in other words: the answer stands among the questions. docs/causes/target-copy.md */
import { fitnessOf } from '../learned.ts'
import type { Experiment } from '../../training/experiment.ts'
import { say, type Cause } from '../finding.ts'
import { attemptsOf, settingsFix } from '../fixes.ts'

/** What is left of the target's variance beside a line in one input: real measurements leave more than a hundredth of a percent. */
const left = 1e-4

export const targetCopy: Cause = {
  id: 'target-copy',
  explains: ['not-learning', 'learned-less'],
  words: {
    en: {
      'name': 'a copy of the target',
      'summary': 'Input {input} is the target {target} in other words: a straight line in it leaves {left:figure} of the target\'s variance. What the network learned is to copy it.',
      'proof': 'With {change:said}, {after:share} of the best constant\'s loss is left, not {before:figure}: what was learned without the copy.',
      'fix': 'leaves the copy out',
      'ruled-out': 'no input is a copy of the target',
    },
    zh: {
      'name': '目标的副本',
      'summary': '输入 {input} 只是目标 {target} 的另一种写法：用它的一条直线就只剩目标方差的 {left:figure}。网络学到的只是照抄。',
      'proof': '改为{change:said}时，最优常数的损失还剩 {after:share}，而不是 {before:figure}：这才是没有副本时学到的。',
      'fix': '去掉这个副本',
      'ruled-out': '没有输入是目标的副本',
    },
  },
  check({ experiment, fitness }) {
    const copy = copyIn(experiment)
    if (copy === null) return null
    const { training: { table, columns } } = experiment
    const inputs = columns.inputs.filter(index => index !== copy.input).map(index => index + 1)
    const fixes = [settingsFix({ inputs }, say('fix'), { flags: [`--inputs ${inputs.join(',')}`], python: `X = np.delete(X, ${columns.inputs.indexOf(copy.input)}, axis=1)`, matlab: `X(:,${columns.inputs.indexOf(copy.input) + 1}) = [];` })]
    const facts = { input: table.columns[copy.input]?.name ?? '', target: table.columns[columns.targets[0] ?? -1]?.name ?? '', left: copy.left }
    return {
      weight: 0.95, summary: say('summary', facts), cells: [], looksGood: true, foreseen: true, evidence: facts, tryThis: attemptsOf(fixes), chance: null, fixes,
      proofSays: ({ experiment: without, final }) => say('proof', { before: fitness.worst, after: fitnessOf(without, final).worst }),
      // Without it, what was too good to be true is gone.
      cured: ({ experiment: without, final, status }) => status !== 'non-finite' && fitnessOf(without, final).worst > 2 * fitness.worst,
    }
  },
  ruleOut: ({ experiment, incident }) => (incident === null && copyIn(experiment) === null ? say('ruled-out') : null),
}

/** The input (a table column, from 0) beside which a line leaves next to nothing of the only target; null without one, or where it is the only input. */
function copyIn({ training: { table, columns, rows } }: Experiment): { input: number; left: number } | null {
  const [target] = columns.targets
  const answers = table.columns[target ?? -1]
  if (columns.inputs.length < 2 || columns.targets.length !== 1 || answers?.kind !== 'numeric' || rows.length < 20) return null
  for (const input of columns.inputs) {
    const column = table.columns[input]
    if (column?.kind !== 'numeric') continue
    const remains = leftBeside(column.values, answers.values, rows)
    if (remains < left) return { input, left: remains }
  }
  return null
}

/** 1 - r^2, by sums around the means. */
function leftBeside(x: ArrayLike<number>, y: ArrayLike<number>, rows: Uint32Array): number {
  const pairs = Array.from(rows, row => [x[row] ?? Number.NaN, y[row] ?? Number.NaN] as const).filter(([a, b]) => Number.isFinite(a) && Number.isFinite(b))
  let [meanX, meanY, xx, yy, xy] = [0, 0, 0, 0, 0]
  for (const [a, b] of pairs) {
    meanX += a / pairs.length
    meanY += b / pairs.length
  }
  for (const [a, b] of pairs) {
    xx += (a - meanX) ** 2
    yy += (b - meanY) ** 2
    xy += (a - meanX) * (b - meanY)
  }
  return xx > 0 && yy > 0 ? Math.max(0, 1 - (xy * xy) / (xx * yy)) : 1
}
