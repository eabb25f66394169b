/** Updates below half of what tells a number from its neighbour: added, they change no bit. docs/causes/frozen-parameters.md */
import { cured } from '../calm.ts'
import { say, type Cause } from '../finding.ts'
import { attemptsOf, rateFix, settingsFix } from '../fixes.ts'
import { codeFix, plainFinding } from '../watched/findings.ts'
import { wholeTable } from '../watched/flat.ts'
import type { WatchedRun } from '../watched/run.ts'

/** Sums of the same numbers in another order differ by this share in float32. */
const rounding = 1e-6

export const frozenParameters: Cause = {
  id: 'frozen-parameters',
  explains: ['not-learning', 'learned-less'],
  words: {
    en: {
      'name': 'parameters that do not move',
      'summary': '{unmoved:percent} of the weights are the same bits after {steps:count} steps as before them: a step is {update:figure} of their length, and {precision} tells numbers apart from {spacing:figure} on.',
      'summary.same': 'The loss over the same rows is the same figure, {loss:figure}, from the first of {count:count} times to the last: parameters that move change it. Either no step reaches them (a rate of 0, layers set not to train, an optimizer that holds other parameters), or the answers do not depend on them (units that are dead or at their bounds for every row, a softmax over a single output).',
      'summary.zero': 'The loss is exactly 0 from the first step on, though the target varies: it does not depend on what the network answers. A softmax over a single output does that, since it always gives 1.',
      'summary.gradient': 'The gradient is exactly 0, at a loss of {loss:figure}: nothing reaches the weights. Units that are dead or at their bounds for every row, a softmax over a single output, a loss that was cut off from the parameters do that.',
      'fix.watched': 'shows which parameters a step moves; for two classes one output takes a sigmoid, or two a softmax',
      'fix.rate': 'steps that the precision can hold',
      'fix.clip': 'gradients are no longer clipped to nothing',
      'ruled-out': 'every weight moved',
    },
    zh: {
      'name': '参数不动',
      'summary': '{steps:count} 步之后，{unmoved:percent} 的权重一位未变：一步只有权重长度的 {update:figure}，而 {precision} 能分辨的最小相对差是 {spacing:figure}。',
      'summary.same': '同样的行上，损失从 {count:count} 次中的第一次到最后一次都是同一个数 {loss:figure}：参数若移动，它就会变。要么没有一步到达参数（学习率为 0、层被设为不训练、优化器持有的是别的参数），要么输出与参数无关（对每一行都失活或停在边界的单元，只有一个输出的 softmax）。',
      'summary.zero': '目标有变化，而损失从第一步起就恰好为 0：它与网络的回答无关。只有一个输出的 softmax 就是这样，它总是给出 1。',
      'summary.gradient': '损失为 {loss:figure}，梯度却恰好为 0：没有什么到达权重。对每一行都失活或停在边界的单元、只有一个输出的 softmax、与参数断开的损失都会这样。',
      'fix.watched': '显示一步移动了哪些参数；两个类别时，一个输出用 sigmoid，两个输出用 softmax',
      'fix.rate': '步长大到该精度能表示',
      'fix.clip': '梯度不再被裁剪到几乎为零',
      'ruled-out': '所有权重都移动过',
    },
  },
  check({ experiment: { settings, steps }, start, movement }) {
    const spacing = settings.precision === 'float32' ? 2 ** -23 : 2 ** -52
    // A gradient of exactly 0 (dead units, weights that are all 0) is another cause.
    const reached = start.layers.every(({ gradient }) => gradient > 0)
    if (movement === null || movement.unmoved < 0.5 || !reached) return null
    const { optimizer, clip } = settings
    const facts = { unmoved: movement.unmoved, steps, update: start.update, precision: settings.precision, spacing }
    const clipped = clip.norm !== undefined && clip.norm < 1e-3
    const raised = (wanted: number): number => Math.min((optimizer.learningRate * wanted) / Math.max(start.update, 1e-30), 0.1)
    const usual = optimizer.name === 'sgd' ? 0.05 : 0.003
    const fixes = [
      ...(clipped ? [settingsFix({ clip: {} }, say('fix.clip'))] : []),
      ...(start.update > 0 ? [0.01, 0.003].map(raised) : [usual]).map(rate => rateFix({ settings, steps }, rate, say('fix.rate'))),
    ]
    return { weight: 0.69, summary: say('summary', facts), cells: [], evidence: facts, tryThis: attemptsOf(fixes), cured, chance: null, fixes }
  },
  watched({ run, columns }) {
    const { failure, losses, curve } = run
    if (failure !== null || losses.length < 5) return null
    const found = { loss: curve.last, count: losses.length }
    const fixes = [codeFix(say('fix.watched'), 'before = [w.copy() for w in weights]  # after a step: [np.abs(w - b).max() for w, b in zip(weights, before)]', 'before = weights;  % after a step: cellfun(@(w, b) max(abs(w(:) - b(:))), weights, before)')]
    const finding = (message: string) => ({ ...plainFinding, weight: 0.84, summary: say(message, found), evidence: found, fixes })
    const same = losses.every(({ loss }) => Math.abs(loss - curve.first) <= rounding * Math.abs(curve.first))
    if (same && curve.first === 0) return columns.some(({ part, deviation }) => part === 'target' && deviation > 0) ? finding('summary.zero') : null
    if (same && wholeTable(run)) return finding('summary.same')
    return stopped(run) ? finding('summary.gradient') : null
  },
  ruleOut: ({ incident, movement }) => (incident === null && movement !== null && movement.unmoved === 0 ? say('ruled-out') : null),
}

/** Whether every gradient that was shown of the last steps is exactly 0, and there were some. */
function stopped({ last, curve }: WatchedRun): boolean {
  const norms = last.flatMap(({ gradients }) => (gradients === null ? [] : [gradients.norm]))
  return norms.length >= 3 && curve.last !== 0 && norms.every(norm => norm === 0)
}
