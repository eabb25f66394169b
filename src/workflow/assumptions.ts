/**
 * What was assumed, for people. Rooms say it in English sentences, which the record keeps; in Chinese a sentence is told by its
 * shape, also one of a run that was recorded long ago. One of another shape stays as it is.
 */

/** English with named places, and the same in Chinese. Places: `col` is a column, `cell` a cell; all others stay as they stand. */
export const shapes: readonly (readonly [english: string, chinese: string])[] = [
  ['Target: {col}, the last column.', '目标：{col}（最后一列）。'],
  ['Target: {col}, the last numeric column.', '目标：{col}（最后一个数值列）。'],
  ['Target: {col}, the last.', '目标：{col}（最后一列）。'],
  ['{col} is text: each of its values is a class.', '{col} 是文本：每个不同的值作为一类。'],
  ['{col} is text with {n} value{s}: to predict these as classes, name it as the target.', '{col} 是文本，有 {n} 个不同的值：若要把它们作为类别预测，请指定它为目标。'],
  ['{col} is not an input: it is text ({n} value{s}); named among the inputs, each value becomes an input of its own.',
    '{col} 不作输入：它是文本（{n} 个不同的值）；若在 --inputs 中指定，每个值各成一个输入。'],
  ['{col} is not an input: it holds dates, which are text here; --dates (reading.dates) makes them numbers.', '{col} 不作输入：它是日期，此处按文本读取；--dates（reading.dates）可把日期读成数字。'],
  ['{col} is not an input: none of its cells holds a finite number.', '{col} 不作输入：没有一个单元格是有限的数。'],
  ['{col} of {table} does not vary ({value} in every training row): it is scaled to 0 and says nothing.', '{table} 的{col} 不变化（每个训练行都是 {value}）：缩放后为 0，不含信息。'],
  ['Validation: {rows} rows ({share} %) put aside, drawn from seed {seed}.', '验证：留出 {rows} 行（{share} %），由种子 {seed} 抽取。'],
  ['Batch {batch} is more than the {rows} training rows: every step takes all of them.', '批大小 {batch} 超过训练行数 {rows}：每一步都取全部训练行。'],
  ['1 row of {table} holds {what}: {cell}. Left out (1 of {rows}); --nonfinite keep trains on it.', '{table} 有 1 行含 {what}：{cell}。已去掉（共 {rows} 行）；--nonfinite keep 会保留它来训练。'],
  ['{n} rows of {table} hold cells that are missing or not finite: rows {list}. Left out ({left} of {rows}); --nonfinite keep trains on them.',
    '{table} 有 {n} 行含缺失或非有限的单元格：第 {list} 行。已去掉（{rows} 行中的 {left} 行）；--nonfinite keep 会保留它们来训练。'],
  ['{n} row{s} of {table} left out as asked.', '按要求去掉了 {table} 的 {n} 行。'],
  ['{n} row{s} of {table} with cells that are missing or not finite {are} kept; --nonfinite drop leaves {it} out.', '{table} 中 {n} 行含缺失或非有限的单元格，予以保留；--nonfinite drop 会去掉它们。'],
  ['Filled in {table} what was missing or not finite: {what} (the median of the column\'s finite training values; of text the most frequent).',
    '已填补 {table} 中缺失或非有限的单元格：{what}（取该列有限训练值的中位数；文本取最常见者）。'],
  ['Training on {training}, validating on {validation}: their names and columns fit together.', '用 {training} 训练，用 {validation} 验证：两者的名称和列相配。'],
  ['Training on {training}, by its name; {others} {are} not used.', '按名称用 {training} 训练；不用 {others}。'],
  ['Training on {training}, the largest of {others}.', '用其中最大的 {training} 训练：{others}。'],
  ['{others} is left for testing.', '{others} 留作测试。'],
  ['{table} is not used: its columns are not those of a training table.', '不用 {table}：它的列与训练表的列不同。'],
  ['{table} is trained on and validated on: the validation loss says nothing of other rows.', '{table} 既用于训练又用于验证：验证损失对其他行毫无说明。'],
  ['{inputs} ({m} column{s}) and {targets} ({n} column{t}) were joined: inputs from the one, targets from the other.', '{inputs}（{m} 列）与 {targets}（{n} 列）合为一表：前者为输入，后者为目标。'],
  ['{targets} is one row of {n}: it was taken as a column.', '{targets} 只有一行，共 {n} 个值：已作为一列读取。'],
  ['{targets} was not joined to {inputs}: their numbers of rows differ.', '{targets} 未与 {inputs} 合并：两者的行数不同。'],
  ['{file} is not used: it has {n} row{s} and a single column: a target and at least one input are needed.', '不用 {file}：它有 {n} 行、只有一列，而至少需要一个目标和一个输入。'],
  ['{file} is not used: it holds no table.', '不用 {file}：其中没有表。'],
  ['{file} is not used: it was named neither to train nor to validate on.', '不用 {file}：没有指定用它来训练或验证。'],
  ['{n} files are one table of {rows} rows: {list}.', '{n} 个文件合为一个 {rows} 行的表：{list}。'],
  ['Cells are delimited by {what}.', '单元格以 {what} 分隔。'],
  ['The decimal sign is a comma: 1,5 is one and a half.', '小数点是逗号：1,5 是一又二分之一。'],
  ['The decimal sign is a comma: 1,5 is one and a half, and its points are marks of thousands: {example} is {value}.', '小数点是逗号：1,5 是一又二分之一；其中的点是千位分隔符：{example} 即 {value}。'],
  ['The decimal sign is a comma: 1,5 is one and a half, and its points are marks of thousands: {example} is {value}. Of the first rows\' cells some are written with a point all the same, such as {cells}: they are no numbers.',
    '小数点是逗号：1,5 是一又二分之一；其中的点是千位分隔符：{example} 即 {value}。前几行中仍有用点书写的单元格，如 {cells}：它们不是数。'],
  ['The decimal sign is a comma: 1,5 is one and a half. Of the first rows\' cells some are written with a point all the same, such as {cells}: they are no numbers.',
    '小数点是逗号：1,5 是一又二分之一。前几行中仍有用点书写的单元格，如 {cells}：它们不是数。'],
  ['The decimal sign is a point. --decimal comma (reading.decimal) reads it the other way.', '小数点是点。--decimal comma（reading.decimal）可按另一种读取。'],
  ['The decimal sign is a point. Of the first rows\' cells some are written with a comma all the same, such as {cells}: they are no numbers. --decimal comma (reading.decimal) reads it the other way.',
    '小数点是点。前几行中仍有用逗号书写的单元格，如 {cells}：它们不是数。--decimal comma（reading.decimal）可按另一种读取。'],
  ['The decimal sign is a comma, as cells further down show: more cells are numbers so.', '小数点是逗号，后面的单元格可证：这样有更多单元格是数。'],
  ['The decimal sign is a point, as cells further down show: more cells are numbers so.', '小数点是点，后面的单元格可证：这样有更多单元格是数。'],
  ['The decimal sign is taken to be a comma, so that {example} is {value}: no cell shows which it is. Should it be {other}, add --decimal point (reading.decimal).',
    '小数点按逗号读，因此 {example} 是 {value}：没有单元格能说明究竟是哪种。若应为 {other}，请加 --decimal point（reading.decimal）。'],
  ['The decimal sign is taken to be a point, so that {example} is {value}: no cell shows which it is. Should it be {other}, add --decimal comma (reading.decimal).',
    '小数点按点读，因此 {example} 是 {value}：没有单元格能说明究竟是哪种。若应为 {other}，请加 --decimal comma（reading.decimal）。'],
  ['There is no header: columns are called column 1, column 2, ….', '没有表头：各列称作 column 1、column 2、……'],
  ['The columns\' names are those in the comment above the first row (line {line}).', '列名取自首行上方的注释（文件第 {line} 行）。'],
  ['The header has one name less than the rows have cells, so the first column has no name.', '表头比各行少一个名称，因此第一列没有名称。'],
  ['Names that stand twice in the header are numbered: {list}.', '表头中重复的名称已编号：{list}。'],
  ['Line {line} holds units, not a row: {list}.', '文件第 {line} 行是单位，不是数据：{list}。'],
  ['Dates are read as seconds since 1970-01-01 00:00 UTC.', '日期读作自 1970-01-01 00:00 UTC 起的秒数。'],
  ['No column holds dates that --dates (reading.dates) could read.', '没有一列含有 --dates（reading.dates）能读的日期。'],
  ['Of dates with the year last the day comes first, as days beyond 12 show.', '年份在后的日期以日在前，大于 12 的日可证。'],
  ['Of dates with the year last the month comes first, as days beyond 12 show.', '年份在后的日期以月在前，大于 12 的日可证。'],
  ['{file} is no text: what was said of its {what} was not used.', '{file} 不是文本：关于 {what} 的说明未被采用。'],
  ['Of {table} every {n}th row was compared with the other table.', '{table} 每 {n} 行取一行与另一表比较。'],
  ['1 row does not have {columns} cells; missing ones are NaN, further ones are left out: line {list}.', '1 行的单元格数不是 {columns}：缺的记为 NaN，多的略去：文件第 {list} 行。'],
  ['{n} rows do not have {columns} cells; missing ones are NaN, further ones are left out: {list}.', '{n} 行的单元格数不是 {columns}：缺的记为 NaN，多的略去：{list}。'],
  ['1 cell in columns of numbers is no number and became NaN: {list}.', '数值列中有 1 个单元格不是数，记为 NaN：{list}。'],
  ['{n} cells in columns of numbers are no number and became NaN: {list}.', '数值列中有 {n} 个单元格不是数，记为 NaN：{list}。'],
  ['1 number is beyond the largest double and became NaN: {list}.', '1 个数超出双精度的范围，记为 NaN：{list}。'],
  ['{n} numbers are beyond the largest double and became NaN: {list}.', '{n} 个数超出双精度的范围，记为 NaN：{list}。'],
  ['Columns of lists or records are left out: {list}.', '略去列表或记录的列：{list}。'],
]

interface Shape {
  readonly pattern: RegExp
  readonly places: readonly string[]
  readonly chinese: string
}

const place = /\{(\w+)\}/g
let compiled: readonly Shape[] | undefined

function shapesOf(): readonly Shape[] {
  compiled ??= shapes.map(([english, chinese]) => {
    const parts = english.split(/\{\w+\}/).map(text => text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
    // What stands for the ending of a plural may be empty.
    const places = [...english.matchAll(place)].map(([, name = '']) => name)
    const between = places.map(name => (name === 's' || name === 't' ? '(s?)' : '(.+?)'))
    return { pattern: new RegExp(`^${parts.map((part, i) => part + (between[i] ?? '')).join('')}$`, 's'), places, chinese }
  })
  return compiled
}

/** A sentence that says what was assumed, in a language. */
export function assumptionIn(language: 'en' | 'zh', says: string): string {
  if (language === 'en') return says
  for (const { pattern, places, chinese } of shapesOf()) {
    const found = pattern.exec(says)
    if (found === null) continue
    const facts = new Map(places.map((name, i) => [name, found[i + 1] ?? '']))
    return chinese.replace(place, (_whole, name: string) => inChinese(name, facts.get(name) ?? ''))
  }
  return says
}

/** Column 4 is called by its number, a cell by its row too; names that files gave stay. */
function inChinese(name: string, text: string): string {
  if (name === 'col') return text.replace(/^column (\d+)/i, '第 $1 列')
  if (name !== 'cell') return text
  return text.replace(/^row ([\d,]+), column (\d+)/, '第 $1 行第 $2 列').replace(/ \(line ([\d,]+)\)/, '（文件第 $1 行）').replace(/, which is empty$/, '，为空').replace(/, which reads (.*)$/s, '，原文为 $1')
}
