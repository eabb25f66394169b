/** Validation rows from where no training row lies: the network has to guess beyond what it has seen. docs/causes/shifted-validation.md */
import { mean, median, standardDeviation } from '../../numeric/stats.ts'
import type { Experiment } from '../../training/experiment.ts'
import { keepingLast, learnedOf, rowsOf, type Fitness } from '../learned.ts'
import { say, type Cause } from '../finding.ts'
import { noFix } from '../fixes.ts'
import { held } from '../../backends/stored.ts'

/** Means that lie apart by more deviations than this are of different distributions, whatever the number of rows. */
const apart = 0.8
/** One training row in so many is kept from training, to measure by. */
const keptOut = 5

export const shiftedValidation: Cause = {
  id: 'shifted-validation',
  explains: ['not-learning', 'learned-less'],
  words: {
    en: {
      'name': 'validation from elsewhere',
      'summary': 'The validation rows come from elsewhere: their {column} lies {apart:figure} deviations of the training rows away from where those lie. {training:share} of the best constant\'s loss is left on training rows, {validation:share} on validation rows.',
      'summary.last': 'The validation rows come from elsewhere: their {column} lies {apart:figure} deviations of the training rows away from where those lie. At the last step {training:share} of the best constant\'s loss is left on training rows, {validation:share} on validation rows; the weights that were kept are those of step {kept:count}, when validation rows were predicted best.',
      'proof': 'With one training row in {keptOut:count} passed over and all else the same, rows that training never saw are predicted well, as long as they are training rows; validation rows are not.',
      'fix': 'Draw both tables at random from the same rows, or train on rows like those that are to be predicted.',
      'ruled-out': 'validation and training inputs lie in the same place',
    },
    zh: {
      'name': '验证数据来自别处',
      'summary': '验证行来自别处：其 {column} 与训练行相距 {apart:figure} 个（训练行的）标准差。训练行上最优常数的损失还剩 {training:share}，验证行上还剩 {validation:share}。',
      'summary.last': '验证行来自别处：其 {column} 与训练行相距 {apart:figure} 个（训练行的）标准差。到最后一步，训练行上最优常数的损失还剩 {training:share}，验证行上还剩 {validation:share}；保留的是第 {kept:count} 步的权重，那时验证行预测得最好。',
      'proof': '训练时每 {keptOut:count} 行跳过一行、其余不变，训练没见过的行只要属于训练表就预测得好，验证行则不然。',
      'fix': '从同样的行中随机划分两张表，或用与待预测行相似的行来训练。',
      'ruled-out': '验证与训练的输入处在同一位置',
    },
  },
  check({ experiment, fitness, lastFitness, case: { final } }, trouble) {
    const shift = largestShift(experiment)
    if (shift === null || shift.apart < apart) return null
    // Validation rows from elsewhere may never be predicted better than by first weights: then those are kept, and the last ones tell.
    const atLast = !parts(fitness) && trouble === 'not-learning'
    const { training, validation } = atLast ? lastFitness : fitness
    if (validation === null || !parts({ training, validation })) return null
    const own = Array.from(experiment.training.rows)
    const passed = own.map((_, i) => i).filter(i => i % keptOut === keptOut - 1)
    const facts = { column: shift.column, apart: shift.apart, training: training.share, validation: validation.share, ...(atLast ? { kept: final?.stopping.best?.step ?? 0 } : {}) }
    return {
      weight: 0.82, summary: say(atLast ? 'summary.last' : 'summary', facts), cells: [], evidence: facts, chance: null, fixes: [noFix('fix')], proofSays: () => say('proof', { keptOut }),
      tryThis: [[{ kind: 'pass-over', rows: passed.map(i => own[i] ?? 0) }]],
      cured({ experiment: without, final, status }) {
        if (status === 'non-finite') return false
        return learnedOf(atLast ? keepingLast(without) : without, final, rowsOf(without.training.dataset, passed)).share < 0.7 * validation.share
      },
    }
  },
  ruleOut({ experiment, incident }) {
    const shift = largestShift(experiment)
    return incident === null && shift !== null && shift.apart < 0.3 ? say('ruled-out') : null
  },
}

/** Whether training rows are predicted so much better that other rows than them must be meant. */
function parts({ training, validation }: Pick<Fitness, 'training' | 'validation'>): boolean {
  return validation !== null && validation.share > 1.5 * training.share + 0.1
}

interface Shift {
  readonly column: string
  readonly apart: number
}

/**
 * The input whose rows lie farthest apart, in deviations of the training rows, as the network is given them. No single stray makes
 * a shift: validation values count as at most half the training range beyond it.
 */
function largestShift(experiment: Experiment): Shift | null {
  const { training, validation, encoding } = experiment
  if (validation === null || validation.dataset.rows < 10) return null
  const width = encoding.inputs
  const names = encoding.features.flatMap(feature => (feature.kind === 'numeric' ? [feature.name] : feature.levels.map(() => feature.name)))
  const finite = ({ features, rows }: { features: ArrayLike<number>; rows: number }, k: number): Float64Array =>
    Float64Array.from({ length: rows }, (_, row) => features[row * width + k] ?? Number.NaN).filter(Number.isFinite)
  const [known, other] = [held(training.dataset), held(validation.dataset)]
  let worst: Shift = { column: '', apart: 0 }
  for (let k = 0; k < width; k++) {
    const apartHere = distance(finite(known, k), finite(other, k))
    if (apartHere > worst.apart) worst = { column: names[k] ?? '', apart: apartHere }
  }
  return worst.apart < apart ? shiftedTarget(experiment) ?? worst : worst
}

/** Inputs may lie where they lay and what is measured there not: another level, other units. */
function shiftedTarget({ training, validation, encoding }: Experiment): Shift | null {
  if (validation === null || encoding.target.kind === 'class') return null
  const width = encoding.outputs
  const finite = ({ targets, rows }: { targets: ArrayLike<number>; rows: number }, k: number): Float64Array =>
    Float64Array.from({ length: rows }, (_, row) => targets[row * width + k] ?? Number.NaN).filter(Number.isFinite)
  const [known, other] = [held(training.dataset), held(validation.dataset)]
  return training.columns.targets.reduce<Shift | null>((worst, column, k) => {
    const apartHere = distance(finite(known, k), finite(other, k))
    return apartHere < apart || apartHere <= (worst?.apart ?? 0) ? worst : { column: training.table.columns[column]?.name ?? '', apart: apartHere }
  }, null)
}

function distance(training: Float64Array, validation: Float64Array): number {
  if (training.length === 0 || validation.length === 0) return 0
  let [min, max] = [Infinity, -Infinity]
  for (const value of training) {
    if (value < min) min = value
    if (value > max) max = value
  }
  const beyond = (max - min) / 2
  const spread = standardDeviation(training)
  if (!(spread > 0)) return 0
  const apartHere = Math.abs(mean(validation.map(value => Math.min(Math.max(value, min - beyond), max + beyond))) - mean(training)) / spread
  // A shift of all rows is as large as it is.
  return apartHere < apart ? apartHere : Math.max(apartHere, Math.abs(median(validation) - median(training)) / spread)
}
