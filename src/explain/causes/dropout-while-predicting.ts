/** Dropout left on while predicting: every evaluation of the same weights says something else. docs/causes/dropout-while-predicting.md */
import { median } from '../../numeric/stats.ts'
import { say, type Cause } from '../finding.ts'
import { codeFix, plainFinding } from '../watched/findings.ts'
import type { WatchedRun } from '../watched/run.ts'

/**
 * Where training leaves out this share of the units or more, its loss lies clearly above that of predicting with all of them.
 * Both about the same says that both leave units out; a validation loss far above is overfitting, or other rows.
 */
const leastDropout = 0.3

export const dropoutWhilePredicting: Cause = {
  id: 'dropout-while-predicting',
  explains: ['not-learning'],
  words: {
    en: {
      'name': 'dropout while predicting',
      'summary.unsteady': 'The same parameters gave different validation losses, {first:figure} and {second:figure} at step {step:count}: predictions are drawn at random, so dropout is left on while predicting.',
      'summary.level': 'The validation loss is no lower than the training loss ({validation:figure} and {training:figure}) though training leaves out {dropout:share} of the units: predicting without dropout would be better than that, so it is left on while predicting.',
      'fix': 'switches dropout off before it predicts',
    },
    zh: {
      'name': '预测时仍用 dropout',
      'summary.unsteady': '同样的参数给出了不同的验证损失（第 {step:count} 步为 {first:figure} 和 {second:figure}）：预测带有随机性，说明预测时 dropout 没有关闭。',
      'summary.level': '训练时丢弃 {dropout:share} 的单元，验证损失却不低于训练损失（{validation:figure} 与 {training:figure}）：不用 dropout 的预测应当更好，说明预测时 dropout 没有关闭。',
      'fix': '预测前关闭 dropout',
    },
  },
  check: () => null,
  watched({ run }) {
    if (run.failure !== null) return null
    const { unsteadyValidation, declared } = run
    const fixes = [codeFix(say('fix'), 'model.eval()  # PyTorch; in Keras: model(x, training=False)', "predict(net, X)  % not forward(net, X)")]
    if (unsteadyValidation !== null) {
      const { step, losses: [first = 0] } = unsteadyValidation
      const facts = { step, first, second: unsteadyValidation.losses.find(loss => loss !== first) ?? first }
      return { ...plainFinding, weight: 0.97, summary: say('summary.unsteady', facts), evidence: facts, fixes }
    }
    const { dropout = 0 } = declared
    const seen = dropout < leastDropout ? null : latterHalf(run)
    if (seen === null || seen.validation < 0.95 * seen.training || seen.validation > 1.5 * seen.training) return null
    const facts = { ...seen, dropout }
    return { ...plainFinding, weight: 0.7, summary: say('summary.level', facts), evidence: facts, fixes }
  },
}

/** The latter half of the evaluations against the training losses of the same steps; null where there are too few. */
function latterHalf({ validations, losses }: WatchedRun): { validation: number; training: number } | null {
  const half = validations.slice(Math.floor(validations.length / 2))
  const beside = losses.filter(({ step }) => step >= (half[0]?.step ?? Infinity))
  if (half.length < 3 || beside.length < 6) return null
  return { validation: median(half.map(({ loss }) => loss)), training: median(beside.map(({ loss }) => loss)) }
}
