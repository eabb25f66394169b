/** A NaN that an activation or a loss turns into a number: the loss stays finite while the weights are NaN. docs/causes/swallowed-nan.md */
import { say, type Cause } from '../finding.ts'
import { leaveOut, plainFinding } from '../watched/findings.ts'
import { heldRows, rowsOf } from '../watched/timing.ts'

export const swallowedNan: Cause = {
  id: 'swallowed-nan',
  explains: ['non-finite'],
  words: {
    en: {
      'name': 'swallowed NaN',
      'summary.weights': 'Step {step:count} drew {cells:cells} ({cells:values}), its loss stayed finite, and its {what:said} did not: the NaN was swallowed on its way to the loss, as a ReLU written z > 0 ? z : 0 does, and went into the weights.',
      'summary.late': 'The batch to blame is that of step {held:count}, which drew {cells:cells} ({cells:values}): its loss stayed finite, since the NaN was swallowed on its way there, but its weights were broken, which step {step:count} shows.',
      'summary.silent': 'Step {held:count} drew {cells:cells} ({cells:values}) and its loss stayed finite: either the program leaves such rows out by itself, or it swallows the NaN and its weights are NaN by now.',
      'what.gradient': 'gradient',
      'what.moment': 'moments',
      'what.parameter': 'parameters',
      'fix': 'leaves such rows out; and a ReLU that passes NaN on, max(z, 0), so that a loss cannot hide it',
    },
    zh: {
      'name': '被吞掉的 NaN',
      'summary.weights': '第 {step:count} 步抽到了{cells:cells}（{cells:values}），损失仍有限，而其{what:said}不再有限：NaN 在到达损失之前被吞掉了（写成 z > 0 ? z : 0 的 ReLU 就会这样），却进入了权重。',
      'summary.late': '出错的是第 {held:count} 步的批，它抽到了{cells:cells}（{cells:values}）：NaN 在途中被吞掉，损失仍有限，但权重已坏，到第 {step:count} 步才显出来。',
      'summary.silent': '第 {held:count} 步抽到了{cells:cells}（{cells:values}），损失却仍有限：要么程序自己去掉了这样的行，要么它吞掉了 NaN，此时权重已是 NaN。',
      'what.gradient': '梯度',
      'what.moment': '矩',
      'what.parameter': '参数',
      'fix': '去掉这样的行；并把 ReLU 写成会传递 NaN 的 max(z, 0)，使损失无法掩盖它',
    },
  },
  check: () => null,
  watched({ run, badCells }) {
    const nan = badCells.filter(({ value }) => Number.isNaN(value))
    if (nan.length === 0 || !run.rowsKnown || run.declared.cleaned === true) return null
    const { failure } = run
    const { first } = heldRows(run, rowsOf(nan))
    const cells = nan.filter(({ index }) => (failure !== null && failure.step.rows?.includes(index)) || run.drawnAt(index) > 0)
    if (first === 0 || cells.length === 0) return null
    const facts = { cells, held: first, step: failure?.step.step ?? run.lastStep, rows: rowsOf(cells).length }
    const finding = { ...plainFinding, cells, evidence: { held: first, step: facts.step }, chance: { rows: rowsOf(nan), anyBatch: true }, fixes: [leaveOut(run, say('fix'))] }
    if (failure === null) {
      // Parameters that were shown and stayed finite say that the program had left such rows out.
      const shown = run.last.some(({ parameters }) => parameters !== null)
      return shown ? null : { ...finding, weight: 0.55, summary: say('summary.silent', facts) }
    }
    if (failure.first !== 'loss') {
      const what = [{ ...say(`what.${failure.first}`), cause: 'swallowed-nan' }]
      return { ...finding, weight: heldRows(run, rowsOf(nan)).atFailure ? 0.97 : 0.6, summary: say('summary.weights', { ...facts, what }) }
    }
    if (first >= failure.step.step) return null
    return { ...finding, weight: first === failure.step.step - 1 ? 0.8 : 0.55, summary: say('summary.late', facts) }
  },
}
