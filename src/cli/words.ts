/**
 * What the commands say around a result, in both languages: templates with named places. Explanations, audits and reports have
 * words of their own; refusals are English sentences, which can be searched for.
 */
import { formatCount } from '../figures/format.ts'

export const en = {
  'label.network': 'network',
  'label.status': 'status',
  'label.validation': 'validation',
  'label.confusion': 'confusion',
  'label.repaired': 'repaired',
  'label.speed': 'speed',
  'label.run': 'run',
  'label.why': 'why',
  'label.go-on': 'go on',

  'curve.training': 'training',
  'curve.validation': 'validation',
  'step.training': 'step {step}  training    total {total}  data {data}  regularization {regularization}',
  'step.validation': 'step {step}  validation  total {total}  data {data}  regularization {regularization}',

  'plan.target': 'target: {names}',
  'plan.classes': '{name} ({count} classes)',
  'plan.dropout': 'dropout {shares}',
  'plan.batch': 'batch {rows}',
  'plan.steps': '{steps} steps',
  'plan.seed': 'seed {seed}',

  'repair.done': 'step {step} was not finite: {cause}, proven by replay. {done}; training goes on from step {from}.',
  'repair.again': 'step {step} was not finite: {cause}, proven by replay. {done}; the loss had run away by then, so the {from} steps before it were taken again, and training goes on from there.',
  'repair.fix': 'its fix was taken',
  'repair.made': 'step {step}, {cause} ({flags})',

  'status.completed': 'completed {steps} steps{best}',
  'status.early-stopped': 'stopped early after {steps} of {planned} steps{best}',
  'status.interrupted': 'interrupted after {steps} of {planned} steps; what was trained is kept',
  'status.best': ', best weights of step {step} restored',
  'status.loss': 'the loss became {value} at step {step}',
  'status.gradient': 'a gradient became {value} at step {step}',
  'status.moment': 'a moment became {value} at step {step}',
  'status.parameter': 'a parameter became {value} at step {step}',
  'status.prediction': 'a prediction became {value} at step {step}',
  'status.kept': '; the parameters before it are kept',
  'value.not-finite': 'not finite',

  'result.regression': 'RMSE {rmse}   R2 {r2}   MAE {mae}',
  'result.target': '{name}: RMSE {rmse}   R2 {r2}',
  'result.beside': '(RMSE of the {others})',
  'result.mean': 'mean {rmse}',
  'result.linear': 'straight line {rmse}',
  'result.classes': 'accuracy {accuracy}   log-loss {loss}',
  'result.always': '(always {label}: {accuracy}, {loss})',
  'result.confusion': 'measured \\ predicted',
  'result.many-classes': '{count} classes; see figures/confusion.svg',
  'result.validation-not-finite': 'the validation loss is not finite from step {step} on; training went on, and its best weights cannot be told',
  'speed.rows': '{rows} rows/s in training steps',
  'speed.seconds': '{seconds} s in all',
  'speed.one-thread': 'one thread: only batches of 2,048 rows and more are divided',
  'speed.backend': '{backend} backend',

  'resume.from-start': 'No step of {run} was saved before it ended, so it begins again with the first.',
  'resume.ended': 'The run in {run} has ended already ({status}); nothing is left to do.',
  'explain.kept': 'The question is what these data do as they are, so cells that are not finite are kept here; whynan fit leaves their rows out unless --nonfinite keep is given.',
  'run.changed': '{file} was changed after it was written: its checksum is another. What it says may not be what was trained.',
  'explain.open': 'This run has not ended: it is going on, or its process died. What is said is of its steps so far; where nothing runs any more, whynan resume {run} goes on.',
  'explain.draws': 'Which rows are drawn at which step is said of whynan\'s own draws here; for those of the NumPy program add --draws numpy --seed S, where S is what it hands to np.random.seed.',

  'runs.none': 'No runs in {folder}; whynan fit DATA writes one.',
  'runs.run': 'run',
  'runs.status': 'status',
  'runs.steps': 'steps',
  'runs.validation': 'validation',
  'runs.differences': 'where settings differ',
  'runs.unreadable': 'unreadable',
  'runs.changed': '{status}, run.json changed since',
  'runs.regression': 'RMSE {rmse}  R2 {r2}',
  'runs.rmse': 'RMSE {rmse}',
  'runs.accuracy': 'accuracy {accuracy}',
  'runs.non-finite-at': 'non-finite at {step}',
  'runs.completed': 'completed',
  'runs.early-stopped': 'early-stopped',
  'runs.non-finite': 'non-finite',
  'runs.interrupted': 'interrupted',
  'runs.running': 'running',
  'runs.failed': 'failed',

  'predict.filled.one': 'One missing cell was filled as in training: row {row}, column {column}.',
  'predict.filled': '{count} missing cells were filled as in training, the first in row {row}, column {column}.',
  'predict.bad.one': '1 of {rows} rows got no prediction: row {row}, column {column} holds {cell}. NaN stands in its place.',
  'predict.bad': '{count} of {rows} rows got no prediction: rows {list}. Row {row}, column {column} holds {cell}, and the others are like it. NaN stands in their places.',
  'list.comma': ', ',
  'list.more': ' and {count} more',

  'demo.question':
    'The question. A two-layer network in NumPy (5 inputs, 50 ReLU units with dropout 0.5, half mean squared error,\n'
    + 'L2, Adam) trains well on a MATLAB file with batch 256. With batch 10,000 its loss becomes NaN after some\n'
    + 'iterations. Why?\n',
  'demo.data': 'data         {file}: 68,568 training and 17,142 validation rows, made as the program\'s own data were',
  'demo.answer': 'The answer',
} as const satisfies Readonly<Record<string, string>>

export type Message = keyof typeof en

export const zh: Readonly<Record<Message, string>> = {
  'label.network': '网络',
  'label.status': '状态',
  'label.validation': '验证',
  'label.confusion': '混淆矩阵',
  'label.repaired': '已修复',
  'label.speed': '速度',
  'label.run': '运行',
  'label.why': '原因',
  'label.go-on': '继续',

  'curve.training': '训练',
  'curve.validation': '验证',
  'step.training': '第 {step} 步  训练  合计 {total}  数据项 {data}  正则项 {regularization}',
  'step.validation': '第 {step} 步  验证  合计 {total}  数据项 {data}  正则项 {regularization}',

  'plan.target': '目标：{names}',
  'plan.classes': '{name}（{count} 类）',
  'plan.dropout': 'dropout {shares}',
  'plan.batch': '批大小 {rows}',
  'plan.steps': '{steps} 步',
  'plan.seed': '种子 {seed}',

  'repair.done': '第 {step} 步出现非有限值：{cause}，已由重放证明。{done}；训练从第 {from} 步继续。',
  'repair.again': '第 {step} 步出现非有限值：{cause}，已由重放证明。{done}；此前损失已经失控，因此重新走过之前的 {from} 步，训练由此继续。',
  'repair.fix': '已采用其修复办法',
  'repair.made': '第 {step} 步，{cause}（{flags}）',

  'status.completed': '已完成 {steps} 步{best}',
  'status.early-stopped': '提前停止：计划 {planned} 步，走了 {steps} 步{best}',
  'status.interrupted': '已中断：计划 {planned} 步，走了 {steps} 步；已训练的部分保留',
  'status.best': '，恢复了第 {step} 步的最佳权重',
  'status.loss': '第 {step} 步损失变为 {value}',
  'status.gradient': '第 {step} 步有梯度变为 {value}',
  'status.moment': '第 {step} 步有矩变为 {value}',
  'status.parameter': '第 {step} 步有参数变为 {value}',
  'status.prediction': '第 {step} 步有预测值变为 {value}',
  'status.kept': '；保留了此前的参数',
  'value.not-finite': '非有限值',

  'result.regression': 'RMSE {rmse}   R2 {r2}   MAE {mae}',
  'result.target': '{name}：RMSE {rmse}   R2 {r2}',
  'result.beside': '（对照的 RMSE：{others}）',
  'result.mean': '均值 {rmse}',
  'result.linear': '直线拟合 {rmse}',
  'result.classes': '准确率 {accuracy}   对数损失 {loss}',
  'result.always': '（总是 {label}：{accuracy}，{loss}）',
  'result.confusion': '实测 \\ 预测',
  'result.many-classes': '共 {count} 类；见 figures/confusion.svg',
  'result.validation-not-finite': '验证损失从第 {step} 步起不是有限值；训练继续进行，但无从得知其最佳权重',
  'speed.rows': '训练中每秒 {rows} 行',
  'speed.seconds': '共用 {seconds} 秒',
  'speed.one-thread': '单线程：只有 2,048 行及以上的批才会拆分',
  'speed.backend': '后端 {backend}',

  'resume.from-start': '{run} 结束前没有保存任何一步，因此从第一步重新开始。',
  'resume.ended': '{run} 中的训练已经结束（{status}），无事可做。',
  'explain.kept': '这里问的是这些数据原样会怎样，因此保留了不是有限数的单元格；除非给出 --nonfinite keep，whynan fit 会去掉它们所在的行。',
  'run.changed': '{file} 在写入之后被改动：校验和不符。其内容可能不是当时训练的结果。',
  'explain.open': '这次训练尚未结束：它仍在进行，或其进程已死。以下只说到目前为止的各步；若已无进程在运行，whynan resume {run} 可继续。',
  'explain.draws': '此处所说的哪一步抽到哪些行，是 whynan 自己的抽样；要与那个 NumPy 程序的抽样一致，请加上 --draws numpy --seed S，S 即它交给 np.random.seed 的数。',

  'runs.none': '{folder} 中没有训练；whynan fit DATA 会写出一个。',
  'runs.run': '运行',
  'runs.status': '状态',
  'runs.steps': '步数',
  'runs.validation': '验证',
  'runs.differences': '不同的设置',
  'runs.unreadable': '无法读取',
  'runs.changed': '{status}（run.json 后来被改动）',
  'runs.regression': 'RMSE {rmse}  R2 {r2}',
  'runs.rmse': 'RMSE {rmse}',
  'runs.accuracy': '准确率 {accuracy}',
  'runs.non-finite-at': '第 {step} 步非有限',
  'runs.completed': '已完成',
  'runs.early-stopped': '提前停止',
  'runs.non-finite': '非有限',
  'runs.interrupted': '已中断',
  'runs.running': '尚未结束',
  'runs.failed': '写入失败',

  'predict.filled.one': '有一个缺失单元格按训练时的办法填补：第 {row} 行，列 {column}。',
  'predict.filled': '有 {count} 个缺失单元格按训练时的办法填补，第一个在第 {row} 行，列 {column}。',
  'predict.bad.one': '{rows} 行中有 1 行没有预测值：第 {row} 行，列 {column} 的内容是 {cell}。该行写为 NaN。',
  'predict.bad': '{rows} 行中有 {count} 行没有预测值：第 {list} 行。第 {row} 行，列 {column} 的内容是 {cell}，其余类似。这些行写为 NaN。',
  'list.comma': '、',
  'list.more': '（另有 {count} 行）',

  'demo.question':
    '问题。一个用 NumPy 写的两层网络（5 个输入，50 个 ReLU 单元，dropout 0.5，半均方误差，L2，Adam），\n'
    + '在一个 MATLAB 文件上以批大小 256 训练正常；批大小为 10,000 时，迭代若干次后损失变为 NaN。为什么？\n',
  'demo.data': '数据         {file}：68,568 个训练行和 17,142 个验证行，按该程序自身数据的做法生成',
  'demo.answer': '答案',
}

export type Language = 'en' | 'zh'
/** Numbers are written as counts; text stands as it is, so that what came from files is made visible before. */
export type Speak = (message: Message, facts?: Readonly<Record<string, string | number>>) => string

const tables: Readonly<Record<Language, Readonly<Record<Message, string>>>> = { en, zh }

export function speakerIn(language: Language): Speak {
  return (message, facts = {}) => tables[language][message].replace(/\{(\w+)\}/g, (_place, name: string) => {
    const fact = facts[name]
    if (fact === undefined) throw new RangeError(`The message "${message}" has the place "${name}", and no such fact was given.`)
    return typeof fact === 'number' ? formatCount(fact) : fact
  })
}
