/** Updates below half of what tells a number from its neighbour: added, they change no bit. docs/causes/frozen-parameters.md */
import { cured } from '../calm.ts'
import { say, type Cause } from '../finding.ts'
import { attemptsOf, rateFix, settingsFix } from '../fixes.ts'

export const frozenParameters: Cause = {
  id: 'frozen-parameters',
  explains: ['not-learning', 'learned-less'],
  words: {
    en: {
      'name': 'parameters that do not move',
      'summary': '{unmoved:percent} of the weights are the same bits after {steps:count} steps as before them: a step is {update:figure} of their length, and {precision} tells numbers apart from {spacing:figure} on.',
      'fix.rate': 'steps that the precision can hold',
      'fix.clip': 'gradients are no longer clipped to nothing',
      'ruled-out': 'every weight moved',
    },
    zh: {
      'name': '参数不动',
      'summary': '{steps:count} 步之后，{unmoved:percent} 的权重一位未变：一步只有权重长度的 {update:figure}，而 {precision} 能分辨的最小相对差是 {spacing:figure}。',
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
      ...(start.update > 0 ? [0.01, 0.003].map(raised) : [usual]).map(rate => rateFix(optimizer, rate, say('fix.rate'))),
    ]
    return { weight: 0.69, summary: say('summary', facts), cells: [], evidence: facts, tryThis: attemptsOf(fixes), cured, chance: null, fixes }
  },
  ruleOut: ({ incident, movement }) => (incident === null && movement !== null && movement.unmoved === 0 ? say('ruled-out') : null),
}
