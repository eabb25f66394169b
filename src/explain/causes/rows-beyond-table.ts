/** Row numbers that the table does not have: such a row reads as undefined, and arithmetic with it is NaN. docs/causes/rows-beyond-table.md */
import { say, type Cause } from '../finding.ts'
import { codeFix, plainFinding } from '../watched/findings.ts'

export const rowsBeyondTable: Cause = {
  id: 'rows-beyond-table',
  explains: ['non-finite'],
  words: {
    en: {
      'name': 'rows beyond the table',
      'summary': 'Step {step:count} drew rows that the table does not have, such as row {row:count} of {of:count}: what is read there is no number, and arithmetic with it is NaN.',
      'summary.last': 'Step {step:count} drew row number {of:count}, which a table of {of:count} rows does not have where rows count from 0: what is read there is no number, and arithmetic with it is NaN. No step drew row 0, so the program may count rows from 1: then say so (--rows-from 1, rowsFrom: 1), since this is not the cause.',
      'summary.no-number': 'Step {step:count} drew rows whose number is none (NaN, undefined, or below the first row), and the table has rows 1 to {of:count}.',
      'summary.batch': 'The batch of {batch:count} is larger than the table of {of:count} rows: step {step:count} drew rows that are not there, such as row {row:count}, and arithmetic with what is read there is NaN.',
      'fix': 'row numbers below the number of rows, and no batch larger than the table',
      'ruled-out': 'every row that was drawn is in the table',
      'ruled-out.later': 'every row that was drawn up to the failing step is in the table, and only later ones are not',
    },
    zh: {
      'name': '超出表的行',
      'summary': '第 {step:count} 步抽到了表中没有的行，例如第 {row:count} 行（表共 {of:count} 行）：读到的不是数字，用它计算得到 NaN。',
      'summary.last': '第 {step:count} 步抽到了行号 {of:count}，而从 0 计数时 {of:count} 行的表没有这一行：读到的不是数字，用它计算得到 NaN。没有一步抽到第 0 行，所以程序也可能从 1 开始数行：若是如此，请说明（--rows-from 1，rowsFrom: 1），那就不是这个原因。',
      'summary.no-number': '第 {step:count} 步抽到的行号不是行号（NaN、undefined 或小于首行），而表只有第 1 到 {of:count} 行。',
      'summary.batch': '批大小 {batch:count} 超过了表的 {of:count} 行：第 {step:count} 步抽到了不存在的行，例如第 {row:count} 行，用读到的值计算得到 NaN。',
      'fix': '行号须小于总行数，批也不能比表大',
      'ruled-out': '抽到的每一行都在表中',
      'ruled-out.later': '到出错那一步为止抽到的每一行都在表中，只有更晚的不在',
    },
  },
  check: () => null,
  watched({ run: { beyond, failure, table, batch, startsAtZero } }) {
    if (beyond === null) return null
    const row = Math.max(...beyond.rows) + 1
    const facts = { step: beyond.step, row, of: table.rows, batch: batch ?? 0 }
    const last = !startsAtZero && beyond.rows.every(one => one === table.rows)
    const message = row < 1 ? 'summary.no-number' : (batch ?? 0) > table.rows ? 'summary.batch' : last ? 'summary.last' : 'summary'
    return {
      ...plainFinding, weight: failure === null ? 0.6 : failure.step.step === beyond.step ? 0.98 : failure.step.step === beyond.step + 1 ? 0.9 : 0.5,
      summary: say(message, facts), evidence: { step: beyond.step, rows: table.rows, drawn: row, stepsBeyond: beyond.steps },
      fixes: [codeFix(say('fix'), 'rows = rng.choice(len(d), size=min(batch, len(d)), replace=False)', 'rows = randperm(size(T,1), min(batch, size(T,1)));')],
    }
  },
  ruleOutWatched: ({ run: { rowsKnown, beyondLater } }) => (rowsKnown ? say(beyondLater ? 'ruled-out.later' : 'ruled-out') : null),
}
