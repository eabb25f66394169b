/** A cell whose text is no number, "NA" or "1,5", in a column of numbers: it was read as NaN. docs/causes/unparsed-cell.md */
import { cellFinding } from '../cell-findings.ts'
import { holdsText } from '../cells.ts'
import { say, type Cause } from '../finding.ts'
import { codeFix, plainFinding, watchedCells } from '../watched/findings.ts'
import type { WatchedFacts } from '../watched/facts.ts'
import { failingAt } from '../watched/timing.ts'
import type { Finding } from '../finding.ts'

export const unparsedCell: Cause = {
  id: 'unparsed-cell',
  explains: ['non-finite'],
  words: {
    en: {
      'name': 'text that is no number',
      'summary.one': 'One cell of a column of numbers holds text, and was read as NaN: {cells:cells}.',
      'summary.many': '{count:count} cells of columns of numbers hold text, in {rows:count} training rows, and were read as NaN: {cells:cells}.',
      'summary.column': '{column} holds words, {text} among them, and no numbers: where a program turns them into numbers as they stand, every row of it is NaN, and so is every loss.',
      'fix.column': 'gives each word a number of its own, or each a column of 0 and 1',
      'fix.drop.one': 'leaves out 1 of {of:count} rows',
      'fix.drop.many': 'leaves out {rows:count} of {of:count} rows',
      'fix.impute': "puts the column's median into those cells",
      'ruled-out': 'every cell that is used could be read',
    },
    zh: {
      'name': '不是数字的文本',
      'summary.one': '数字列中有一个单元格是文本，被读作 NaN：{cells:cells}。',
      'summary.many': '数字列中有 {count:count} 个单元格是文本（{rows:count} 个训练行），被读作 NaN：{cells:cells}。',
      'summary.column': '{column} 中是文字（如 {text}）而不是数字：程序若直接把它们转换成数字，该列每一行都是 NaN，每个损失也是。',
      'fix.column': '给每个词一个编号，或各用一列 0 和 1',
      'fix.drop.one': '去掉 {of:count} 行中的 1 行',
      'fix.drop.many': '去掉 {of:count} 行中的 {rows:count} 行',
      'fix.impute': '在这些单元格填入该列的中位数',
      'ruled-out': '用到的单元格全部读得出来',
    },
  },
  check(evidence) {
    return cellFinding(evidence, evidence.badCells.filter(cell => holdsText(evidence.experiment, cell)))
  },
  ruleOut: ({ badCells }) => (badCells.length > 0 ? null : say('ruled-out')),
  watched: facts => columnOfWords(facts) ?? watchedCells(facts, facts.badCells.filter(cell => holdsText({ training: facts.run }, cell))),
}

/** A used column that has no number at all. */
function columnOfWords({ run }: WatchedFacts): Finding | null {
  const at = [...run.columns.targets, ...run.columns.inputs].find(index => run.table.columns[index]?.kind === 'text')
  const column = run.table.columns[at ?? -1]
  if (at === undefined || column?.kind !== 'text' || failingAt(run) !== 1) return null
  const found = { column: column.name, text: column.levels[0] ?? '' }
  return {
    ...plainFinding, weight: 0.9, summary: say('summary.column', found), evidence: found,
    fixes: [codeFix(say('fix.column'), `words, codes = np.unique(d[:, ${at}], return_inverse=True); d[:, ${at}] = codes`, `[words, ~, codes] = unique(T(:,${at + 1}));`)],
  }
}
