/** Targets that the inputs say nothing of: no network can learn them. docs/causes/no-signal.md */
import { calm } from '../calm.ts'
import { learnedOf, rowsOf } from '../learned.ts'
import { say, type Cause } from '../finding.ts'
import { noFix } from '../fixes.ts'
import type { Change } from '../../record/change.ts'
import { flatOf } from '../watched/flat.ts'
import { codeFix, plainFinding } from '../watched/findings.ts'

/** Shares of variance that either predictor explains where there is nothing to explain: they scatter about 0 by about this much. */
const nothing = 0.03
/** One training row in so many is kept from the replay, to measure by. */
const keptOut = 5

export const noSignal: Cause = {
  id: 'no-signal',
  explains: ['not-learning'],
  words: {
    en: {
      'name': 'no signal',
      'summary': 'The inputs say nothing of the target: on {rows:count} rows that they had not seen, a plane explains {plane:percent} and the ten nearest rows explain {neighbours:percent} of its variance.',
      'summary.watched': 'The loss stays at {loss:figure}, and the inputs say nothing of the target: on {rows:count} rows that they had not seen, a plane explains {plane:percent} and the ten nearest rows explain {neighbours:percent} of its variance.',
      'summary.constant': 'The loss stays at {loss:figure}, which is what the best answer costs that is the same for every row ({constant:figure}), and the inputs say nothing of the target: on {rows:count} rows that they had not seen, a plane explains {plane:percent} and the ten nearest rows explain {neighbours:percent} of its variance.',
      'proof': 'A network that is known to train ({change:said}) leaves {after:share} of the best constant\'s loss on training rows that it had not seen: no setting is to blame.',
      'fix': 'Measure something that the target depends on; or check that rows of inputs and targets still belong together.',
      'ruled-out.plane': 'a plane in the inputs explains {plane:percent} of the target',
      'ruled-out.neighbours': 'the nearest rows explain {neighbours:percent} of the target',
    },
    zh: {
      'name': '没有信号',
      'summary': '输入与目标无关：在没见过的 {rows:count} 行上，平面解释了 {plane:percent} 的方差，最近的十行解释了 {neighbours:percent}。',
      'summary.watched': '损失停在 {loss:figure}，而输入与目标无关：在没见过的 {rows:count} 行上，平面解释了 {plane:percent} 的方差，最近的十行解释了 {neighbours:percent}。',
      'summary.constant': '损失停在 {loss:figure}，正是对每一行都给同一个最好回答的代价（{constant:figure}），而输入与目标无关：在没见过的 {rows:count} 行上，平面解释了 {plane:percent} 的方差，最近的十行解释了 {neighbours:percent}。',
      'proof': '一个已知能训练的网络（{change:said}）在没见过的训练行上仍剩最优常数损失的 {after:share}：不是设置的问题。',
      'fix': '去测量目标真正依赖的东西；或检查输入行与目标行是否仍然对应。',
      'ruled-out.plane': '输入的一个平面解释了目标的 {plane:percent}',
      'ruled-out.neighbours': '最近的几行解释了目标的 {neighbours:percent}',
    },
  },
  check({ signal, experiment }) {
    if (signal === null || signal.plane > nothing || signal.neighbours > nothing) return null
    const own = Array.from(experiment.training.rows)
    const passed = own.map((_, i) => i).filter(i => i % keptOut === keptOut - 1)
    const sound: Change = {
      kind: 'settings',
      set: {
        standardize: true, l2: 0, batchSize: Math.min(64, own.length), steps: 300, clip: {}, schedule: { name: 'constant' }, reduction: 'mean',
        optimizer: { name: 'adam', learningRate: 0.003 }, network: { hidden: [16], activation: 'tanh', dropout: 0, initializer: 'glorot-normal', biasInitializer: 'zeros' },
      },
    }
    const facts = { plane: Math.max(signal.plane, 0), neighbours: Math.max(signal.neighbours, 0), rows: signal.rows }
    return {
      weight: 0.85, summary: say('summary', facts), cells: [], foreseen: true, evidence: facts, tryThis: [[sound, { kind: 'pass-over', rows: passed.map(i => own[i] ?? 0) }]],
      chance: null, fixes: [noFix('fix')], proofSays: ({ experiment: other, final }) => say('proof', { after: learnedOf(other, final, rowsOf(other.training.dataset, passed)).share }),
      // It stays as bad: then it is no setting.
      cured: replay => calm(replay) && learnedOf(replay.experiment, replay.final, rowsOf(replay.experiment.training.dataset, passed)).share > 0.95,
    }
  },
  watched(facts) {
    const flat = flatOf(facts)
    if (flat === null || facts.signal === null || facts.signal.plane > nothing || facts.signal.neighbours > nothing) return null
    const { plane, neighbours, rows } = facts.signal
    const found = { loss: flat.loss, plane: Math.max(plane, 0), neighbours: Math.max(neighbours, 0), rows, ...(flat.constant === null ? {} : { constant: flat.constant.loss }) }
    return { ...plainFinding, weight: 0.8, summary: say(flat.constant === null ? 'summary.watched' : 'summary.constant', found), evidence: found, fixes: [codeFix(say('fix'))] }
  },
  ruleOut({ signal, incident }) {
    if (incident !== null || signal === null) return null
    if (signal.plane > 0.1) return say('ruled-out.plane', { plane: signal.plane })
    return signal.neighbours > 0.1 ? say('ruled-out.neighbours', { neighbours: signal.neighbours }) : null
  },
}
