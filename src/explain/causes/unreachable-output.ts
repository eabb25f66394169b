/** An activation on the output whose range leaves targets out: no weights can predict them. docs/causes/unreachable-output.md */
import type { Activation } from '../../network/spec.ts'
import { isClassification } from '../../network/spec.ts'
import { cured } from '../calm.ts'
import { say, type Cause } from '../finding.ts'
import { attemptsOf, settingsFix } from '../fixes.ts'
import { leastGain, leastShareWithin } from '../learned.ts'
import { targetsOf } from '../../backends/stored.ts'

const ranges: Partial<Record<Activation, readonly [number, number]>> = { relu: [0, Infinity], softplus: [0, Infinity], tanh: [-1, 1], sigmoid: [0, 1], softmax: [0, 1] }

/** Targets outside by so much less than this share are strays, not a range that does not fit. */
const least = 0.1

export const unreachableOutput: Cause = {
  id: 'unreachable-output',
  explains: ['not-learning', 'learned-less'],
  words: {
    en: {
      'name': 'range of the output',
      'summary': 'The output layer is {activation}, which gives {low} to {high}, and {share:percent} of the targets as the network sees them lie outside.',
      'summary.barred': 'The output layer is {activation}, which gives {low} to {high}, and {share:percent} of the targets as the network sees them lie outside: no weights can leave less than {least:figure} times the best constant\'s loss.',
      'fix': 'an output that can take any value',
      'fix.both': 'an output that can take any value, and targets of size 1 for it',
      'ruled-out': 'the output can take any value',
    },
    zh: {
      'name': '输出的取值范围',
      'summary': '输出层是 {activation}，只能给出 {low} 到 {high}，而网络所见的目标中有 {share:percent} 在此之外。',
      'summary.barred': '输出层是 {activation}，只能给出 {low} 到 {high}，而网络所见的目标中有 {share:percent} 在此之外：无论权重如何，损失都不会低于最好的常数的 {least:figure} 倍。',
      'fix': '输出可以取任何值',
      'fix.both': '输出可以取任何值，并把目标缩放到 1 左右',
      'ruled-out': '输出可以取任何值',
    },
  },
  check({ experiment }) {
    const { network, training, loss, settings } = experiment
    const activation = network.layers.at(-1)?.activation ?? 'identity'
    const range = ranges[activation]
    if (range === undefined || isClassification(loss.name)) return null
    const [low, high] = range
    const targets = targetsOf(training.dataset)
    let [outside, finite] = [0, 0]
    for (const value of targets) {
      if (!Number.isFinite(value)) continue
      finite++
      if (value < low || value > high) outside++
    }
    const share = outside / Math.max(finite, 1)
    if (share < least) return null
    // Where not even the nearest that it can give beats the best constant, no training can, and scaling alone would only move targets into reach.
    const nearest = leastShareWithin(experiment, low, high)
    const barred = nearest > 1 - leastGain
    const code = { python: 'prediction = z  # no activation on the output', matlab: 'prediction = z;  % no activation on the output' }
    const fixes = [
      settingsFix({ network: { outputActivation: 'identity' } }, say('fix'), code),
      ...(barred && !settings.standardize ? [settingsFix({ network: { outputActivation: 'identity' }, standardize: true }, say('fix.both'), code)] : []),
    ]
    return {
      weight: barred ? 0.78 : 0.76, summary: say(barred ? 'summary.barred' : 'summary', { activation, low: String(low), high: String(high), share, least: nearest }), cells: [],
      foreseen: true, evidence: { activation, share, least: nearest }, tryThis: attemptsOf(fixes), cured, chance: null, fixes,
    }
  },
  ruleOut: ({ experiment: { network, loss }, incident }) => (incident === null && !isClassification(loss.name) && network.layers.at(-1)?.activation === 'identity' ? say('ruled-out') : null),
}
