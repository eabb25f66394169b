/** An input that is the target in other words: the answer stands among the questions. docs/causes/target-copy.md */
import { fitnessOf } from '../learned.ts'
import type { Column, StoredColumn } from '../../table/table.ts'
import type { Experiment } from '../../training/experiment.ts'
import { say, type Cause } from '../finding.ts'
import { attemptsOf, settingsFix } from '../fixes.ts'
import { inputLines } from '../lines.ts'
import { signalOf } from '../signal.ts'

/** What is left of the target's variance beside a line in one input: real measurements leave more than a hundredth of a percent. */
const left = 1e-4
/** The share of the classes' variance that other inputs explain at the least, on rows that had not been seen. */
const leastElse = 0.1

export const targetCopy: Cause = {
  id: 'target-copy',
  explains: ['not-learning', 'learned-less'],
  words: {
    en: {
      'name': 'a copy of the target',
      'summary': 'Input {input} is the target {target} in other words: a straight line in it leaves {left:figure} of the target\'s variance. What the network learned is to copy it.',
      'summary.class': 'Input {input} is the target {target} in other words: each of its {levels:count} values stands beside one class, and each class beside one value. What the network learned is to copy it.',
      'proof': 'With {change:said}, {after:share} of the best constant\'s loss is left, not {before:figure}: what was learned without the copy.',
      'fix': 'leaves the copy out',
      'ruled-out': 'no input is a copy of the target',
    },
    zh: {
      'name': '目标的副本',
      'summary': '输入 {input} 只是目标 {target} 的另一种写法：用它的一条直线就只剩目标方差的 {left:figure}。网络学到的只是照抄。',
      'summary.class': '输入 {input} 只是目标 {target} 的另一种写法：它的 {levels:count} 个取值与类别一一对应。网络学到的只是照抄。',
      'proof': '改为{change:said}时，最优常数的损失还剩 {after:share}，而不是 {before:figure}：这才是没有副本时学到的。',
      'fix': '去掉这个副本',
      'ruled-out': '没有输入是目标的副本',
    },
  },
  check({ experiment, fitness }) {
    const copy = copyIn(experiment)
    if (copy === null) return null
    const { training: { table, columns } } = experiment
    const others = columns.inputs.filter(index => index !== copy.input)
    const inputs = others.map(index => index + 1)
    const fixes = [settingsFix({ inputs }, say('fix'), { flags: [`--inputs ${inputs.join(',')}`], ...inputLines(others) })]
    const facts = { input: table.columns[copy.input]?.name ?? '', target: table.columns[columns.targets[0] ?? -1]?.name ?? '', left: copy.left, ...(copy.levels === null ? {} : { levels: copy.levels }) }
    return {
      weight: 0.95, summary: say(copy.levels === null ? 'summary' : 'summary.class', facts), cells: [], looksGood: true, ...(copy.levels === null ? { foreseen: true } : {}), evidence: facts, tryThis: attemptsOf(fixes), chance: null, fixes,
      proofSays: ({ experiment: without, final }) => say('proof', { before: fitness.worst, after: fitnessOf(without, final).worst }),
      cured({ experiment: without, final, status }) {
        // Without it, what was too good to be true is gone. Classes of which nothing else tells may be made of that one input.
        return status !== 'non-finite' && fitnessOf(without, final).worst > 2 * fitness.worst && (copy.levels === null || othersTell(without))
      },
    }
  },
  ruleOut: ({ experiment, incident }) => (incident === null && copyIn(experiment) === null ? say('ruled-out') : null),
}

function othersTell(without: Experiment): boolean {
  const signal = signalOf(without)
  return signal !== null && Math.max(signal.plane, signal.neighbours) > leastElse
}

interface Copy {
  /** A table column, from 0. */
  readonly input: number
  readonly left: number
  /** How many values stand beside as many classes; null for a target of numbers. */
  readonly levels: number | null
}

/**
 * The input beside which a line leaves next to nothing of the only target, or whose values stand one to one beside its classes;
 * null without one, or where it is the only input.
 */
function copyIn({ training: { table, columns, rows }, encoding: { target: { kind } } }: Experiment): Copy | null {
  const [target] = columns.targets
  const answers = table.columns[target ?? -1]
  if (columns.inputs.length < 2 || columns.targets.length !== 1 || answers === undefined || rows.length < 20) return null
  for (const input of columns.inputs) {
    const column = table.columns[input]
    if (column === undefined) continue
    const levels = kind === 'class' ? levelsBeside(column, answers, rows) : null
    if (levels !== null) return { input, left: 0, levels }
    if (column.kind !== 'numeric' || answers.kind !== 'numeric') continue
    const remains = leftBeside(column.values, answers.values, rows)
    if (remains < left) return { input, left: remains, levels: null }
  }
  return null
}

/** How many values, each beside one class and each class beside one of them; null where that is not so. */
function levelsBeside(column: Column, answers: Column, rows: Uint32Array): number | null {
  if (column.kind === 'stored' || answers.kind === 'stored') return null
  const [values, classes] = [valuesOf(column), valuesOf(answers)]
  const [classOf, valueOf] = [new Map<number, number>(), new Map<number, number>()]
  for (const row of rows) {
    const [value, answer] = [values[row] ?? 0, classes[row] ?? 0]
    if ((classOf.get(value) ?? answer) !== answer || (valueOf.get(answer) ?? value) !== value) return null
    classOf.set(value, answer)
    valueOf.set(answer, value)
  }
  return classOf.size > 1 ? classOf.size : null
}

/** Numbers as they are; of text, which of its levels. */
function valuesOf(column: Exclude<Column, StoredColumn>): ArrayLike<number> {
  return column.kind === 'text' ? column.codes : column.values
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
