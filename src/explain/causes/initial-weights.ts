/** First weights that are all the same: units that start alike get the same gradient and stay alike. docs/causes/initial-weights.md */
import { cured } from '../calm.ts'
import { say, type Cause } from '../finding.ts'
import { attemptsOf, settingsFix } from '../fixes.ts'
import { codeFix, plainFinding } from '../watched/findings.ts'
import { failingAt, lossAlone } from '../watched/timing.ts'

export const initialWeights: Cause = {
  id: 'initial-weights',
  explains: ['non-finite', 'not-learning', 'learned-less'],
  words: {
    en: {
      'name': 'initial weights',
      'summary.zeros': 'All first weights are 0: hidden units stay alike, and no gradient reaches the layers below.',
      'summary.constant': 'All {units:count} units of a hidden layer start with the same weights, {value:figure}: they get the same gradient, stay alike, and count as one.',
      'summary.not-finite': 'Before the first step {count:count} parameters were not finite: the program started from weights that were broken already, such as those saved by a run that had failed.',
      'summary.clean': 'The first step failed, and every number of the table that it used is finite: what is left is what the program started from, weights that are not finite, such as those saved by a run that had failed, or what it does to its numbers before the first layer.',
      'fix.load': 'looks at the weights before the first step',
      'fix': 'first weights drawn at random, their deviation sqrt(2 / inputs)',
      'ruled-out': 'the replay started from the same',
    },
    zh: {
      'name': '初始权重',
      'summary.zeros': '初始权重全为 0：隐藏单元始终相同，梯度无法传到下面的层。',
      'summary.constant': '一个隐藏层的 {units:count} 个单元初始权重全同，为 {value:figure}：梯度相同，始终相同，只抵得上一个。',
      'summary.not-finite': '第一步之前就有 {count:count} 个参数不是有限值：程序开始时的权重已经损坏，例如来自一次已失败的运行所保存的权重。',
      'summary.clean': '第一步就失败，而它用到的表中的每个数都是有限的：剩下的可能是程序的起点，即不是有限值的权重（例如一次已失败的运行所保存的），或第一层之前对数据所做的处理。',
      'fix.load': '在第一步之前检查权重',
      'fix': '随机抽取初始权重，标准差 sqrt(2 / 输入数)',
      'ruled-out': '重放从同样的初始权重开始',
    },
  },
  check(evidence) {
    if (evidence.trace?.birth?.kind === 'data') return null
    const { start, incident } = evidence
    const same = start.layers.slice(0, -1).find(({ alike }) => alike)
    if (same === undefined) return null
    const value = same.layer.initializer.name === 'constant' ? same.layer.initializer.value : same.weight
    const he = { python: 'W = np.random.randn(inputs, units) / np.sqrt(inputs / 2)', matlab: 'W = randn(inputs, units) / sqrt(inputs / 2);' }
    const fixes = (['he-normal', 'glorot-normal'] as const).map(initializer => settingsFix({ network: { initializer } }, say('fix'), he))
    return {
      weight: incident === null ? 0.73 : 0.48, summary: say(same.weight === 0 ? 'summary.zeros' : 'summary.constant', { value, units: same.layer.units }), cells: [], foreseen: true,
      evidence: { value, units: same.layer.units }, tryThis: attemptsOf(fixes), cured, chance: null, fixes,
    }
  },
  ruleOut: ({ incident }, { cured: replayed }) =>
    (incident === null || replayed === null || replayed.replay.changes.some(change => change.kind === 'settings') ? null : say('ruled-out')),
  watched({ run, badCells, columns }) {
    const { failure, beyond, located } = run
    if (failure === null || failingAt(run) !== 1) return null
    const { parameters, loss, gradients, rows } = failure.step
    const count = parameters?.nonFinite ?? 0
    const fixes = [codeFix(say('fix.load'), 'assert all(np.isfinite(w).all() for w in weights)', 'assert(all(cellfun(@(w) all(isfinite(w(:))), weights)))')]
    // Shown before a loss was computed, they are no step's doing.
    if (count > 0 && loss === null && gradients === null && rows === null) return { ...plainFinding, weight: 0.95, summary: say('summary.not-finite', { count }), evidence: { count }, fixes }
    const spread = columns.some(({ part, constant }) => part === 'input' && constant) || badCells.length > 0
    // Where all layers gave finite numbers, so were their weights.
    if (failure.first !== 'loss' || beyond !== null || spread || located?.stage === 'loss' || lossAlone(run) !== null) return null
    return { ...plainFinding, weight: 0.32, summary: say('summary.clean'), evidence: {}, fixes }
  },
}
