/** 审查所说的中文。 */
import { count, isNamed, shown } from '../../names.ts'
import type { AuditWords, SomeRows } from '../words.ts'

function list(words: readonly string[], most = 8): string {
  if (words.length > most) return `${words.slice(0, most).join('、')}等 ${count(words.length)} 项`
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join('、')}和${words.at(-1) ?? ''}`
}

/** 第 3 行；第 3、9 和 12 行；第 3、9、12、15、20 行，另有 7 行。 */
function rowList({ rows, count: all }: SomeRows): string {
  const few = rows.slice(0, 5).map(row => count(row + 1))
  const more = all - few.length
  if (more > 0) return `第 ${few.join('、')} 行，另有 ${count(more)} 行`
  return `第 ${few.length < 2 ? few.join('') : `${few.slice(0, -1).join('、')} 和 ${few.at(-1) ?? ''}`} 行`
}

const label: AuditWords['label'] = (column, index) =>
  (column === undefined || !isNamed(column, index) ? `第 ${index + 1} 列` : `第 ${index + 1} 列（${shown(column.name)}）`)

export const zh: AuditWords = {
  natures: {
    'not-finite': {
      wouldDo: '批次中只要有一个这样的单元格，损失便成为 NaN，随后所有权重也成为 NaN。',
      remedy: '去掉这些行（--nonfinite drop，最多去掉 1 %），填补单元格（--nonfinite impute），或修正文件。',
    },
    'text-in-numbers': {
      wouldDo: '应为数字之处的文本被读作 NaN，批次中一个 NaN 就使所有权重成为 NaN。',
      remedy: '在文件中改正这些单元格，或去掉这些行（--nonfinite drop）。',
    },
    'surplus-cells': {
      wouldDo: '若行中多出一个分隔符（例如把 1.5 写成 1,5），其后的单元格都向右错开一列：输入和目标都是错的，而训练把它们当作测量值。',
      remedy: '在文件中查看这些行：去掉多余的分隔符，或给该单元格加上引号，或去掉这些行（--exclude-rows）。',
    },
    'coded-missing': {
      wouldDo: '以数字编码的缺失值会被当作测量值来学习，并拉大该列的尺度。',
      remedy: '若它表示缺失，去掉这些行（--exclude-rows），或在文件中清空这些单元格。',
    },
    'beyond-float32': {
      wouldDo: 'float32 会把它舍入为 Infinity，第一个含有它的批次就使损失成为 NaN。',
      remedy: '改正该单元格，去掉该行，或用 --precision float64 训练。',
    },
    'square-overflows': {
      wouldDo: '未缩放时，它的平方在 float32 中是 Infinity：目标列影响损失，输入列影响其后的二阶矩。',
      remedy: '若是错误就改正；否则标准化，或对该列取对数。',
    },
    'constant-column': {
      wouldDo: '它不向网络提供任何信息；除以只剩舍入误差的标准差，会成为 NaN 或噪声。',
      remedy: '从输入中去掉它。这里的标准化会把它变为 0。',
    },
    'constant-target': { wouldDo: '没有可预测的东西。', remedy: '指定另一个目标（--target）。' },
    'near-constant': {
      wouldDo: '从它学到什么取决于少数几行，而多数批次一行也抽不到；缩放之后，这几行远离其余各行。',
      remedy: '除非这几行重要，否则从输入中去掉它。',
    },
    outliers: {
      wouldDo: '平方损失由这样的单元格主导；在该列的尺度上，其余各行挤在一起。',
      remedy: '查看这些行。测量错误：去掉（--exclude-rows）。真实数值：取对数，或用 --loss huber。',
    },
    'inputs-unscaled': {
      wouldDo: '不缩放时，第一层的和会过大或消失，同一个学习率不能适合所有权重。',
      remedy: '标准化；除非给出 --no-standardize，本来就会这样做。',
    },
    'target-unscaled': {
      wouldDo: '不缩放时，损失与目标的平方同样大或同样小，L2 和学习率失去通常的含义。',
      remedy: '标准化；除非给出 --no-standardize，本来就会这样做。',
    },
    'scales-differ': {
      wouldDo: '不缩放时，最大的输入淹没其余输入，训练沿着狭窄的谷底缓慢爬行。',
      remedy: '标准化；除非给出 --no-standardize，本来就会这样做。',
    },
    'large-offset': {
      wouldDo: '若在减去均值之前舍入为 float32，该列会失去大部分有效数字。',
      remedy: '标准化（先在 float64 中减去均值），或用 --precision float64 训练。',
    },
    'duplicate-rows': {
      wouldDo: '出现两次的行权重加倍；随机划分还可能把其中一行放进训练、另一行放进验证。',
      remedy: '除非它们是各自独立的测量，否则去掉重复的行。',
    },
    'duplicates-across': { wouldDo: '在训练过的行上验证，会高估模型。', remedy: '从其中一张表中去掉这些行。' },
    'copy-of-column': {
      wouldDo: '它增加权重而不增加信息；两列如何分担作用全凭偶然。',
      remedy: '从输入中去掉其中一列。',
    },
    'linear-mix': {
      wouldDo: '它增加权重而不增加信息；直线拟合没有唯一解。',
      remedy: '从输入中去掉其中一列。',
    },
    'target-in-inputs': {
      wouldDo: '网络直接从输入读出答案；在预先不知道该列之处便会失败。',
      remedy: '除非预测时已知该列，否则从输入中去掉它。',
    },
    'target-is-linear': {
      wouldDo: '直线可以完全拟合；网络只能接近。',
      remedy: '使用直线拟合，或查看目标是否由这些列计算而来。',
    },
    'counts-rows': {
      wouldDo: '它像时钟一样按位置区分训练行，而在以后的每一行，它都在训练范围之外。',
      remedy: '除非时间位置本身能够预测，否则从输入中去掉它。',
    },
    shift: {
      wouldDo: '验证损失衡量的便不是训练时的情形，而提前停止以它为准。',
      remedy: '查看两张表是如何得到的；从一张表中抽取划分就没有这种偏移（--validation 0.2）。',
    },
    'beyond-training': {
      wouldDo: '那里的预测是外推，少数这样的行就能主导验证损失。',
      remedy: '查看这些行：错误的去掉，真实的也应放进训练表。',
    },
    'new-category': {
      wouldDo: '训练行中没有的文本没有自己的输入，因此无法预测该行。',
      remedy: '改正文本，去掉这些行，或补充含有它的训练行。',
    },
    'more-columns-than-rows': {
      wouldDo: '行数少于输入数时，连直线也能完全拟合任何目标。',
      remedy: '若行列颠倒，请转置；否则减少输入，或增加测量。',
    },
  },
  inValidation: {
    'not-finite': '该行的预测是 NaN，验证损失也随之成为 NaN；权重不受影响。',
    'text-in-numbers': '它被读作 NaN，验证损失随之成为 NaN；权重不受影响。',
    'surplus-cells': '若多出的分隔符使单元格向右错开，该行的预测和误差便没有意义；权重不受影响。',
    'beyond-float32': 'float32 把它舍入为 Infinity，验证损失随之成为 Infinity；权重不受影响。',
    'square-overflows': '未缩放时，它使验证损失在 float32 中成为 Infinity；权重不受影响。',
    outliers: '少数这样的行主导验证损失，而提前停止以它为准。',
    'coded-missing': '以数字编码的缺失值会被当作测量值与预测相比较。',
    'duplicate-rows': '出现两次的行在验证损失中权重加倍。',
  },
  label,
  place: (table, index) => `${shown(table.name)} 的${label(table.columns[index], index)}`,
  list,

  missingTexts: (place, missing, of, at) => `${place}在 ${count(of)} 行中缺失 ${count(missing)} 行：${rowList(at)}。`,
  notFinite: (place, nan, inf, of, at) => {
    const kinds = [[nan, '缺失或为 NaN'], [inf, '为无穷大']] as const
    const each = kinds.flatMap(([n, kind]) => (n > 0 ? [` ${count(n)} 个单元格${kind}`] : []))
    return `${place}的 ${count(of)} 个单元格中有${each.join('，')}：${rowList(at)}。`
  },
  texts: (place, texts, examples, at) =>
    `${place}是数字，但有 ${count(texts)} 个单元格是文本，例如${list(examples)}${at === null ? '' : `：${rowList(at)}`}。`,
  surplusCells: (table, columns, at, places) => {
    const lines = places.length === 0 ? '' : `（文件第 ${places.join('、')} 行${places.length < at.count ? '等' : ''}）`
    return `${table} 有 ${count(at.count)} 行的单元格多于 ${count(columns)} 列，多出的没有读入：${rowList(at)}${lines}。`
  },
  beyondFloat32: (place, extreme, at) => `${place}含有 ${extreme}，而 float32 止于 3.4e38：${rowList(at)}。`,
  squareOverflows: (place, extreme, at) => `${place}含有 ${extreme}，其平方超出 float32 的上限 3.4e38：${rowList(at)}。`,
  codedMissing: (place, value, rows, least, most) =>
    `${place}有 ${count(rows)} 行是 ${value}，其余各行在 ${least} 到 ${most} 之间：${value} 像是缺失值的编码。`,
  outliers: (place, values, at, deviations, next, nextDeviations) =>
    `${place}含有 ${values.join('、')}${at.count > values.length ? ' 等' : ''}（${rowList(at)}）：距中位数超过 ${deviations} 个稳健标准差，`
    + `而下一个单元格 ${next} 只有 ${nextDeviations} 个。`,
  constant: (place, value, min, max, cells) => (value === null
    ? `${place}在 ${min} 与 ${max} 之间，只有舍入上的差别。`
    : `${place}${cells === null ? '每一行' : `的 ${count(cells)} 个数字`}都是 ${value}。`),
  nearConstant: (place, value, others, of) => `${place}在 ${count(of)} 行中除 ${count(others)} 行外都是 ${value}。`,
  largeOffset: (place, std, mean, step) => `${place}在 ${mean} 附近变化 ${std}，而那里 float32 的间隔是 ${step}。`,
  countsRows: (place, first, step) => `${place}从 ${first} 起，每行变化 ${step}：它只是在数行。`,
  unscaled: (role, table, columns) => {
    const each = columns.map(({ label: name, mean, std }) => `${name}均值约 ${mean}、标准差 ${std}`)
    return `${table} 的${role === 'input' ? '输入' : '目标'}没有缩放：${each.slice(0, 4).join('；')}${each.length > 4 ? `；另有 ${count(each.length - 4)} 列` : ''}。`
  },
  scalesDiffer: (table, factor, least, most) =>
    `${table} 的输入在尺度上相差 ${factor} 倍：${least.label}的标准差是 ${least.std}，${most.label}是 ${most.std}。`,
  copyOfColumn: (place, other) => `${place}就是换了单位的${other}：由其一可以精确得到另一列。`,
  linearMix: (place, others) => `${place}是${list(others, 5)}的线性组合。`,
  targetInInputs: (place, other) => `目标（${place}）就在输入之中：${other}除单位外与它相同。`,
  targetIsLinear: (place, others) => `目标（${place}）恰好是${list(others, 5)}的线性组合。`,
  shift: ({ label: name, training, validation, shares: [own, theirs], at, distance, threshold }) =>
    `${name}在 ${training} 和 ${validation} 中分布不同：分别有 ${own} 和 ${theirs} 的值不超过 ${at}`
    + `（Kolmogorov-Smirnov 距离 ${distance}，从 ${threshold} 起提示）。`,
  beyondTraining: (place, worst, training, min, max, at) => `${place}含有 ${worst}，而 ${training} 的范围是 ${min} 到 ${max}：${rowList(at)}。`,
  newCategory: (place, texts, examples, at) =>
    `${place}有 ${count(texts)} 种训练行中没有的文本（${list(examples, 3)}），共 ${count(at.count)} 行：${rowList(at)}。`,
  duplicateRows: (table, rows, row, first) =>
    `${table} 有 ${count(rows)} 行在所有用到的列上重复了前面的行：第 ${count(row)} 行与第 ${count(first)} 行相同${rows > 1 ? '，等等' : ''}。`,
  duplicatesAcross: (table, rows, training, row, first) =>
    `${table} 有 ${count(rows)} 行也在 ${training} 中：第 ${count(row)} 行就是那里的第 ${count(first)} 行${rows > 1 ? '，等等' : ''}。`,
  moreColumnsThanRows: (table, rows, inputs) => `${table} 有 ${count(rows)} 行和 ${count(inputs)} 个输入。`,
}
