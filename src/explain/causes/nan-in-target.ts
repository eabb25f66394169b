/** A missing number among the targets: its error is NaN, and with it the loss. docs/causes/nan-in-target.md */
import { cellFinding } from '../cell-findings.ts'
import { isPlainNaN } from '../cells.ts'
import { say, type Cause } from '../finding.ts'
import { clearedByEpoch, watchedCells } from '../watched/findings.ts'

export const nanInTarget: Cause = {
  id: 'nan-in-target',
  explains: ['non-finite'],
  words: {
    en: {
      'name': 'NaN in a target',
      'summary.one': 'One training row has NaN for its target: {cells:cells}.',
      'summary.many': '{rows:count} training rows have NaN for their target, in {count:count} cells: {cells:cells}.',
      'fix.drop.one': 'leaves out 1 of {of:count} rows',
      'fix.drop.many': 'leaves out {rows:count} of {of:count} rows',
      'fix.impute': "puts the column's median into those cells",
      'ruled-out': 'every target is finite',
    },
    zh: {
      'name': '目标中的 NaN',
      'summary.one': '有一个训练行的目标值为 NaN：{cells:cells}。',
      'summary.many': '{rows:count} 个训练行的 {count:count} 个目标单元格为 NaN：{cells:cells}。',
      'fix.drop.one': '去掉 {of:count} 行中的 1 行',
      'fix.drop.many': '去掉 {of:count} 行中的 {rows:count} 行',
      'fix.impute': '在这些单元格填入该列的中位数',
      'ruled-out': '目标值全部有限',
    },
  },
  check: evidence => cellFinding(evidence, evidence.badCells.filter(cell => cell.part === 'target' && isPlainNaN(evidence.experiment, cell))),
  ruleOut: ({ badCells }) => (badCells.some(({ part }) => part === 'target') ? null : say('ruled-out')),
  watched: facts => watchedCells(facts, facts.badCells.filter(cell => cell.part === 'target' && isPlainNaN({ training: facts.run }, cell))),
  ruleOutWatched: facts => clearedByEpoch(facts, facts.badCells.filter(({ part }) => part === 'target')) ?? (facts.badCells.some(({ part }) => part === 'target') ? null : say('ruled-out')),
}
