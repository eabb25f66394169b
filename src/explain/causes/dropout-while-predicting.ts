/** Dropout left on while predicting: every evaluation of the same weights says something else. docs/causes/dropout-while-predicting.md */
import { median } from '../../numeric/stats.ts'
import { say, type Cause } from '../finding.ts'
import { codeFix, plainFinding } from '../watched/findings.ts'
import type { WatchedRun } from '../watched/run.ts'

export const dropoutWhilePredicting: Cause = {
  id: 'dropout-while-predicting',
  explains: ['not-learning'],
  words: {
    en: {
      'name': 'dropout while predicting',
      'summary.unsteady': 'The same parameters gave different validation losses, {losses} at step {step:count}: predictions are drawn at random, so dropout is left on while predicting.',
      'summary.level': 'The validation loss is no lower than the training loss ({validation:figure} and {training:figure}) though training leaves out {dropout:share} of the units: predicting without dropout would be better than that, so it is left on while predicting.',
      'summary.noise': 'The validation loss jumps by {jumps:percent} from one evaluation to the next and does not settle, on rows that never change: predictions seem drawn at random, as with dropout left on while predicting.',
      'fix': 'switches dropout off before it predicts',
    },
    zh: {
      'name': '预测时仍用 dropout',
      'summary.unsteady': '同样的参数给出了不同的验证损失（第 {step:count} 步为 {losses}）：预测带有随机性，说明预测时 dropout 没有关闭。',
      'summary.level': '训练时丢弃 {dropout:share} 的单元，验证损失却不低于训练损失（{validation:figure} 与 {training:figure}）：不用 dropout 的预测应当更好，说明预测时 dropout 没有关闭。',
      'summary.noise': '验证行始终不变，验证损失却每次变动 {jumps:percent} 而不稳定：预测似乎带有随机性，像是预测时 dropout 没有关闭。',
      'fix': '预测前关闭 dropout',
    },
  },
  check: () => null,
  watched({ run }) {
    if (run.failure !== null) return null
    const { unsteadyValidation, declared } = run
    const fixes = [codeFix(say('fix'), 'model.eval()  # PyTorch; in Keras: model(x, training=False)', "predict(net, X)  % not forward(net, X)")]
    if (unsteadyValidation !== null) {
      const { step, losses } = unsteadyValidation
      return { ...plainFinding, weight: 0.97, summary: say('summary.unsteady', { step, losses: losses.map(loss => String(Number(loss.toPrecision(4)))).join(', ') }), evidence: { step }, fixes }
    }
    if (declared.dropout !== undefined && !(declared.dropout > 0)) return null
    const seen = latterHalf(run)
    if (seen === null) return null
    if (declared.dropout !== undefined && declared.dropout >= 0.2 && seen.validation >= 0.85 * seen.training) {
      const facts = { validation: seen.validation, training: seen.training, dropout: declared.dropout }
      return { ...plainFinding, weight: 0.7, summary: say('summary.level', facts), evidence: facts, fixes }
    }
    return declared.dropout === undefined && seen.jumps > 0.08 && !seen.trending
      ? { ...plainFinding, weight: 0.45, summary: say('summary.noise', { jumps: seen.jumps }), evidence: { jumps: seen.jumps }, fixes }
      : null
  },
}

/** The latter half of the evaluations against the training losses of the same steps; null where there are too few. */
function latterHalf({ validations, losses }: WatchedRun): { validation: number; training: number; jumps: number; trending: boolean } | null {
  const half = validations.slice(Math.floor(validations.length / 2))
  const from = half[0]?.step ?? Infinity
  const beside = losses.filter(({ step }) => step >= from).map(({ loss }) => loss)
  if (half.length < 6 || beside.length < 6) return null
  const values = half.map(({ loss }) => loss)
  const validation = median(values)
  const steps = values.slice(1).map((value, i) => value - (values[i] ?? value))
  const [rises, falls] = [steps.filter(step => step > 0).length, steps.filter(step => step < 0).length]
  // Evaluations that go one way are a curve; those that go up and down about alike are noise.
  return { validation, training: median(beside), jumps: median(steps.map(Math.abs)) / validation, trending: Math.min(rises, falls) < 0.25 * steps.length }
}
