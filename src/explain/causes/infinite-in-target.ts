/** An infinite target, or one that the run's precision rounds to Infinity. docs/causes/infinite-in-target.md */
import { cellFinding } from '../cell-findings.ts'
import type { Cause } from '../finding.ts'
import { watchedCells } from '../watched/findings.ts'

export const infiniteInTarget: Cause = {
  id: 'infinite-in-target',
  explains: ['non-finite'],
  words: {
    en: {
      'name': 'Infinity in a target',
      'summary.one': 'One training row has {cells:values} for its target: {cells:cells}.',
      'summary.rounded': 'One training row has {cells:values} for its target, which {precision} rounds to Infinity: {cells:cells}.',
      'summary.many': '{rows:count} training rows have Infinity for their target, in {count:count} cells: {cells:cells}.',
      'fix.drop.one': 'leaves out 1 of {of:count} rows',
      'fix.drop.many': 'leaves out {rows:count} of {of:count} rows',
      'fix.impute': "puts the column's median into those cells",
    },
    zh: {
      'name': '目标中的无穷大',
      'summary.one': '有一个训练行的目标值为 {cells:values}：{cells:cells}。',
      'summary.rounded': '有一个训练行的目标值为 {cells:values}，{precision} 把它舍入为无穷大：{cells:cells}。',
      'summary.many': '{rows:count} 个训练行的 {count:count} 个目标单元格为无穷大：{cells:cells}。',
      'fix.drop.one': '去掉 {of:count} 行中的 1 行',
      'fix.drop.many': '去掉 {of:count} 行中的 {rows:count} 行',
      'fix.impute': '在这些单元格填入该列的中位数',
    },
  },
  check: evidence => cellFinding(evidence, evidence.badCells.filter(({ part, encoded }) => part === 'target' && Math.abs(encoded) === Infinity)),
  watched: facts => watchedCells(facts, facts.badCells.filter(({ part, value }) => part === 'target' && Math.abs(value) === Infinity)),
}
