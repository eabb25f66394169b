/** The words on figures, in the two languages. Numbers arrive formatted. */

export type Language = 'en' | 'zh'

export interface FigureWords {
  readonly lossTitle: string
  readonly loss: string
  readonly logScale: string
  readonly step: string
  readonly training: string
  readonly validation: string
  readonly noSteps: string
  best(step: string, loss: string): string
  notFiniteAt(value: string, step: string): string
  validationNotFinite: string
  series(label: string, first: string, last: string, from: string, to: string): string
  readonly measuredTitle: string
  readonly measured: string
  readonly predicted: string
  readonly residual: string
  readonly residualAxis: string
  readonly perfect: string
  rows(shown: string, all: string): string
  notFinitePredictions(count: string): string
  readonly nothingToCompare: string
  readonly lawTitle: string
  lawRows(bad: string, rows: string): string
  readonly sampling: { readonly fresh: string; readonly epoch: string; readonly replacement: string }
  readonly batchSize: string
  readonly firstNonFiniteStep: string
  readonly expected: string
  readonly band: string
  runEnds(steps: string): string
  batch(batch: string): string
  batchSays(step: string, chance: string | undefined): string
  readonly noLaw: string
  readonly columnsTitle: string
  columnsOf(rows: string, columns: string): string
  columnsAmong(rows: string, columns: string, all: string): string
  readonly column: string
  readonly distribution: string
  readonly range: string
  readonly meanStd: string
  readonly notFinite: string
  readonly constant: string
  moreColumns(count: string): string
  readonly roles: { readonly input: string; readonly target: string; readonly unused: string }
  readonly comparisonTitle: string
  comparisonOf(training: string, validation: string): string
  readonly shownRange: string
  readonly means: string
  readonly distance: string
  readonly pathTitle: string
  readonly stages: {
    readonly inputs: string
    readonly prediction: string
    readonly loss: string
    readonly gradients: string
    readonly moments: string
    readonly parameters: string
  }
  layerUnits(units: string): string
  more(count: string): string
  readonly confusionTitle: string
  readonly otherClasses: string
  correct(share: string, right: string, all: string): string
}

/** English has a plural: `1 row`, `2 rows`. */
function counted(count: string, one: string): string {
  return `${count} ${count === '1' ? one : `${one}s`}`
}

const en: FigureWords = {
  lossTitle: 'Loss by step',
  loss: 'loss',
  logScale: 'log scale',
  step: 'step',
  training: 'training',
  validation: 'validation',
  noSteps: 'No step has a finite loss.',
  best: (step, loss) => `best: ${loss} at step ${step}`,
  notFiniteAt: (value, step) => `${value} at step ${step}`,
  validationNotFinite: 'validation not finite',
  series: (label, first, last, from, to) => `${label}: ${first} at step ${from}, ${last} at step ${to}.`,
  measuredTitle: 'Predicted against measured',
  measured: 'measured',
  predicted: 'predicted',
  residual: 'residual',
  residualAxis: 'predicted − measured',
  perfect: 'predicted = measured',
  rows: (shown, all) => (shown === all ? counted(all, 'row') : `${shown} of ${all} rows drawn`),
  notFinitePredictions: count => `${count} not finite`,
  nothingToCompare: 'No row has a finite measurement and a finite prediction.',
  lawTitle: 'When NaN is expected, by batch size',
  lawRows: (bad, rows) => `${bad} of ${counted(rows, 'training row')}`,
  sampling: { fresh: 'a fresh batch each step', epoch: 'batches by epoch', replacement: 'batches drawn with replacement' },
  batchSize: 'batch size',
  firstNonFiniteStep: 'first step with NaN',
  expected: 'expected',
  band: '5 to 95 %',
  runEnds: steps => `the run ends: step ${steps}`,
  batch: batch => `batch ${batch}`,
  batchSays: (step, chance) => (chance === undefined ? `expected at step ${step}` : `expected at step ${step} · within the run ${chance}`),
  noLaw: 'No batch size draws such a row.',
  columnsTitle: 'Columns',
  columnsOf: (rows, columns) => `${counted(rows, 'row')} · ${counted(columns, 'column')}`,
  columnsAmong: (rows, columns, all) => `${counted(rows, 'row')} · ${columns} of ${all} columns, those of numbers`,
  column: 'column',
  distribution: 'distribution',
  range: 'range',
  meanStd: 'mean ± std',
  notFinite: 'not finite',
  constant: 'constant',
  moreColumns: count => `and ${counted(count, 'more column')}`,
  roles: { input: 'input', target: 'target', unused: 'not used' },
  comparisonTitle: 'Training and validation',
  comparisonOf: (training, validation) => `bars: ${counted(training, 'training row')} · line: ${counted(validation, 'validation row')}`,
  shownRange: '1 to 99 %',
  means: 'means',
  distance: 'distance',
  pathTitle: 'The path of the NaN',
  stages: {
    inputs: 'inputs',
    prediction: 'prediction',
    loss: 'loss',
    gradients: 'gradients',
    moments: 'moments',
    parameters: 'parameters',
  },
  layerUnits: units => counted(units, 'unit'),
  more: count => `+ ${count} more`,
  confusionTitle: 'Predicted class against measured class',
  otherClasses: 'other',
  correct: (share, right, all) => `${share} right: ${right} of ${counted(all, 'row')}`,
}

const zh: FigureWords = {
  lossTitle: '各步的损失',
  loss: '损失',
  logScale: '对数坐标',
  step: '步',
  training: '训练',
  validation: '验证',
  noSteps: '没有任何一步的损失是有限值。',
  best: (step, loss) => `最佳：第 ${step} 步，${loss}`,
  notFiniteAt: (value, step) => `第 ${step} 步变为 ${value}`,
  validationNotFinite: '验证损失非有限',
  series: (label, first, last, from, to) => `${label}：第 ${from} 步 ${first}，第 ${to} 步 ${last}。`,
  measuredTitle: '预测值与实测值',
  measured: '实测值',
  predicted: '预测值',
  residual: '残差',
  residualAxis: '预测值 − 实测值',
  perfect: '预测值 = 实测值',
  rows: (shown, all) => (shown === all ? `${all} 行` : `绘出 ${all} 行中的 ${shown} 行`),
  notFinitePredictions: count => `${count} 个非有限值`,
  nothingToCompare: '没有一行的实测值和预测值都是有限值。',
  lawTitle: '不同批大小下，预计何时出现 NaN',
  lawRows: (bad, rows) => `训练集 ${rows} 行中有 ${bad} 行`,
  sampling: { fresh: '每步重新抽取一批', epoch: '按轮次划分各批', replacement: '有放回地抽取每批' },
  batchSize: '批大小',
  firstNonFiniteStep: '首次出现 NaN 的步数',
  expected: '预计',
  band: '5 % 至 95 %',
  runEnds: steps => `训练结束：第 ${steps} 步`,
  batch: batch => `批大小 ${batch}`,
  batchSays: (step, chance) => (chance === undefined ? `预计在第 ${step} 步` : `预计在第 ${step} 步 · 本次训练内 ${chance}`),
  noLaw: '任何批大小都不会抽到这样的行。',
  columnsTitle: '各列',
  columnsOf: (rows, columns) => `${rows} 行 · ${columns} 列`,
  columnsAmong: (rows, columns, all) => `${rows} 行 · 共 ${all} 列，其中数值列 ${columns} 列`,
  column: '列',
  distribution: '分布',
  range: '范围',
  meanStd: '均值 ± 标准差',
  notFinite: '非有限值',
  constant: '常数列',
  moreColumns: count => `另有 ${count} 列`,
  roles: { input: '输入', target: '目标', unused: '未使用' },
  comparisonTitle: '训练与验证',
  comparisonOf: (training, validation) => `条：训练 ${training} 行 · 线：验证 ${validation} 行`,
  shownRange: '1 % 至 99 %',
  means: '均值',
  distance: '距离',
  pathTitle: 'NaN 的传播路径',
  stages: { inputs: '输入', prediction: '预测', loss: '损失', gradients: '梯度', moments: '矩', parameters: '参数' },
  layerUnits: units => `${units} 个单元`,
  more: count => `另有 ${count} 个`,
  confusionTitle: '预测类别与实测类别',
  otherClasses: '其他',
  correct: (share, right, all) => `正确 ${share}：${all} 行中的 ${right} 行`,
}

const words: { readonly [language in Language]: FigureWords } = { en, zh }

export function wordsOf(language: Language | undefined): FigureWords {
  return words[language ?? 'en']
}
