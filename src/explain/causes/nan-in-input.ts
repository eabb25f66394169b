/** A missing number among the inputs: every product with it is NaN. docs/causes/nan-in-input.md */
import { cellFinding } from '../cell-findings.ts'
import { isPlainNaN } from '../cells.ts'
import { say, type Cause } from '../finding.ts'
import { clearedByEpoch, watchedCells } from '../watched/findings.ts'

export const nanInInput: Cause = {
  id: 'nan-in-input',
  explains: ['non-finite'],
  words: {
    en: {
      'name': 'NaN in an input',
      'summary.one': 'One training row holds NaN: {cells:cells}.',
      'summary.many': '{rows:count} training rows hold NaN in {count:count} input cells: {cells:cells}.',
      'fix.drop.one': 'leaves out 1 of {of:count} rows',
      'fix.drop.many': 'leaves out {rows:count} of {of:count} rows',
      'fix.impute': "puts the column's median into those cells",
      'ruled-out': 'every input that is used is finite',
    },
    zh: {
      'name': '输入中的 NaN',
      'summary.one': '有一个训练行含 NaN：{cells:cells}。',
      'summary.many': '{rows:count} 个训练行的 {count:count} 个输入单元格为 NaN：{cells:cells}。',
      'fix.drop.one': '去掉 {of:count} 行中的 1 行',
      'fix.drop.many': '去掉 {of:count} 行中的 {rows:count} 行',
      'fix.impute': '在这些单元格填入该列的中位数',
      'ruled-out': '用到的输入全部有限',
    },
  },
  check: evidence => cellFinding(evidence, evidence.badCells.filter(cell => cell.part === 'input' && isPlainNaN(evidence.experiment, cell))),
  ruleOut: ({ badCells }) => (badCells.some(({ part }) => part === 'input') ? null : say('ruled-out')),
  watched: facts => watchedCells(facts, facts.badCells.filter(cell => cell.part === 'input' && isPlainNaN({ training: facts.run }, cell))),
  ruleOutWatched: facts => clearedByEpoch(facts, facts.badCells.filter(({ part }) => part === 'input')) ?? (facts.badCells.some(({ part }) => part === 'input') ? null : say('ruled-out')),
}
