/** An infinite input, or one that the run's precision rounds to Infinity. docs/causes/infinite-in-input.md */
import { cellFinding } from '../cell-findings.ts'
import type { Cause } from '../finding.ts'
import { watchedCells } from '../watched/findings.ts'

export const infiniteInInput: Cause = {
  id: 'infinite-in-input',
  explains: ['non-finite'],
  words: {
    en: {
      'name': 'Infinity in an input',
      'summary.one': 'One training row holds {cells:values}: {cells:cells}.',
      'summary.rounded': 'One training row holds {cells:values}, which {precision} rounds to Infinity: {cells:cells}.',
      'summary.many': '{rows:count} training rows hold Infinity in {count:count} input cells: {cells:cells}.',
      'fix.drop.one': 'leaves out 1 of {of:count} rows',
      'fix.drop.many': 'leaves out {rows:count} of {of:count} rows',
      'fix.impute': "puts the column's median into those cells",
    },
    zh: {
      'name': '输入中的无穷大',
      'summary.one': '有一个训练行含 {cells:values}：{cells:cells}。',
      'summary.rounded': '有一个训练行含 {cells:values}，{precision} 把它舍入为无穷大：{cells:cells}。',
      'summary.many': '{rows:count} 个训练行的 {count:count} 个输入单元格为无穷大：{cells:cells}。',
      'fix.drop.one': '去掉 {of:count} 行中的 1 行',
      'fix.drop.many': '去掉 {of:count} 行中的 {rows:count} 行',
      'fix.impute': '在这些单元格填入该列的中位数',
    },
  },
  check: evidence => cellFinding(evidence, evidence.badCells.filter(({ part, encoded }) => part === 'input' && Math.abs(encoded) === Infinity)),
  watched: facts => watchedCells(facts, facts.badCells.filter(({ part, value }) => part === 'input' && Math.abs(value) === Infinity)),
}
